/** `idl/security.thrift`: what is said before anything else where authentication is on. */
import { blob, enumeration, type Infer, req, struct } from './schema.ts';

export const NegotiationStatus = enumeration('negotiation_status', {
  INVALID: 0,
  SASL_LIST_MECHANISMS: 1,
  SASL_LIST_MECHANISMS_RESP: 2,
  SASL_SELECT_MECHANISMS: 3,
  SASL_SELECT_MECHANISMS_RESP: 4,
  SASL_INITIATE: 5,
  SASL_CHALLENGE: 6,
  SASL_CHALLENGE_RESP: 7,
  SASL_SUCC: 8,
  SASL_AUTH_DISABLE: 9,
  SASL_AUTH_FAIL: 10,
});
export type NegotiationStatus = Infer<typeof NegotiationStatus>;

export const NegotiationRequest = struct('negotiation_request', () => ({
  status: req(1, NegotiationStatus),
  msg: req(2, blob),
}));
export type NegotiationRequest = Infer<typeof NegotiationRequest>;

export const NegotiationResponse = struct('negotiation_response', () => ({
  status: req(1, NegotiationStatus),
  msg: req(2, blob),
}));
export type NegotiationResponse = Infer<typeof NegotiationResponse>;
