import type {
  ConfigurationBalancerRequest,
  ConfigurationBalancerResponse,
  ConfigurationProposalAction,
} from '../../rpc/idl/configuration.ts';
import { serverOf } from '../address.ts';
import type { Action } from '../documents/meta.ts';
import { sendAction } from './guardian.ts';
import type { MetaServer } from './meta-server.ts';

/**
 * `propose_balancer`: actions by hand, sent at once with `force`, else one after another by the partition checks
 * (`server_state.cpp on_propose_balancer`).
 */
export function proposeBalancer(
  meta: MetaServer,
  { gpid: { app_id, partition_index: pidx }, action_list, force }: ConfigurationBalancerRequest,
): ConfigurationBalancerResponse {
  const app = meta.tree.app(app_id);
  if (app === undefined) return { err: 'ERR_APP_NOT_EXIST' };
  if (app.status !== 'AS_AVAILABLE' || pidx < 0 || pidx >= app.partition_count) return INVALID;
  const actions = action_list.map(actionOf);
  if (force === true) {
    for (const action of actions) sendAction(meta, app, pidx, action);
    return { err: 'ERR_OK' };
  }
  const gpid = `${app_id}.${pidx}`;
  if (meta.actions.has(gpid)) return INVALID;
  const { primary } = meta.tree.partition(app_id, pidx);
  if (primary === '' && actions.some(({ target }) => target === '')) return INVALID;
  meta.actions.move(
    gpid,
    actions.map((action) => (action.target === '' ? { ...action, target: primary } : action)),
  );
  meta.needsAttention(app_id);
  return { err: 'ERR_OK' };
}

const INVALID: ConfigurationBalancerResponse = { err: 'ERR_INVALID_PARAMETERS' };

function actionOf({ type, target, node, hp_target, hp_node }: ConfigurationProposalAction): Action {
  return { type, target: serverOf(hp_target, target), node: serverOf(hp_node, node) };
}
