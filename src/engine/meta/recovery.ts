import type { ConfigurationRecoveryResponse } from '../../rpc/idl/configuration.ts';

/** `start_recovery`: a leader that serves has its state, and needs none (`meta_service.cpp`; cluster-engine.md 2.18). */
export function startRecovery(): ConfigurationRecoveryResponse {
  return { err: 'ERR_SERVICE_ALREADY_RUNNING', hint_message: '' };
}
