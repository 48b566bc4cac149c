import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { HttpGetResponse } from '../../idl/http.ts';
import { RpcError } from '../transport.ts';

/**
 * Asks a server over HTTP, on the port of its RPCs.
 *
 * @param path with its query; what no URL can have is escaped
 * @throws RpcError ERR_TIMEOUT, ERR_NETWORK_FAILURE
 */
export function getOverTcp(server: string, path: string, timeoutMs: number): Promise<HttpGetResponse> {
  return new Promise((resolve, reject) => {
    const fail = (code: string) => reject(new RpcError(code, `GET ${path}`));
    const url = new URL(path, `http://${server}`);
    const request = get(url, { agent: false, timeout: timeoutMs }, (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, body }),
        () => fail('ERR_NETWORK_FAILURE'),
      );
    });
    request.on('timeout', () => {
      fail('ERR_TIMEOUT');
      request.destroy();
    });
    request.on('error', () => fail('ERR_NETWORK_FAILURE'));
  });
}
