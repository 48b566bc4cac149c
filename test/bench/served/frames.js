// What a client in Go and a server send for `hash_key`, `sort_key` in table 2, partition 5 (test/fixtures/wire).
import { readFileSync } from 'node:fs';

const { requests, responses } = JSON.parse(
  readFileSync(new URL('../../fixtures/wire/vectors.json', import.meta.url), 'utf8'),
);

export const PUT = request('put hash_key sort_key value');
export const GET = request('get hash_key sort_key');
export const GET_REPLY = Buffer.from(responses.find(({ name }) => name === 'get ok').frame_hex, 'hex');

function request(wanted) {
  const { header_hex, body_hex } = requests.find(({ name }) => name === wanted);
  return Buffer.from(header_hex + body_hex, 'hex');
}
