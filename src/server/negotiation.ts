import type { Cluster } from '../engine/cluster.ts';
import type { NegotiationRequest, NegotiationResponse } from '../rpc/idl/security.ts';

const NOTHING = new Uint8Array(0);
const MECHANISM = Buffer.from('GSSAPI');

/**
 * `server_negotiation`: the handshake of SASL, as far as it goes without Kerberos.
 *
 * @returns undefined where it fails: nobody has a ticket for a simulated server
 */
export function negotiate(
  cluster: Cluster,
  node: string,
  { status, msg }: NegotiationRequest,
): NegotiationResponse | undefined {
  if (!cluster.settingOf(node, 'security.enable_auth')) return { status: 'SASL_AUTH_DISABLE', msg: NOTHING };
  if (status === 'SASL_LIST_MECHANISMS') {
    return { status: 'SASL_LIST_MECHANISMS_RESP', msg: new Uint8Array(MECHANISM) };
  }
  if (status === 'SASL_SELECT_MECHANISMS' && MECHANISM.equals(msg)) {
    return { status: 'SASL_SELECT_MECHANISMS_RESP', msg: NOTHING };
  }
  return undefined;
}
