import { validateEnv } from '../../rpc/idl/app-envs.ts';
import type {
  ConfigurationUpdateAppEnvRequest,
  ConfigurationUpdateAppEnvResponse,
} from '../../rpc/idl/table-settings.ts';
import type { AppRecord } from '../documents/meta.ts';
import type { MetaServer } from './meta-server.ts';
import { writeTable } from './table-node.ts';

type Reply = ConfigurationUpdateAppEnvResponse;

const INVALID: Reply = { err: 'ERR_INVALID_PARAMETERS', hint_message: '' };
const NOTHING_TO_DELETE: Reply = { err: 'ERR_OK', hint_message: 'no key needs to be deleted' };

/** `update_app_env`: servers learn of it with their next config sync (`server_state.cpp`). */
export function updateEnvs(meta: MetaServer, request: ConfigurationUpdateAppEnvRequest): Reply {
  switch (request.op) {
    case 'APP_ENV_OP_SET':
      return setEnvs(meta, request);
    case 'APP_ENV_OP_DEL':
      return deleteEnvs(meta, request);
    case 'APP_ENV_OP_CLEAR':
      return clearEnvs(meta, request);
    default:
      return {
        err: 'ERR_INVALID_PARAMETERS',
        hint_message: 'recv a invalid update_app_env request with op = APP_ENV_OP_INVALID',
      };
  }
}

function setEnvs(meta: MetaServer, request: ConfigurationUpdateAppEnvRequest): Reply {
  const { app_name, keys = [], values = [] } = request;
  if (keys.length === 0 || keys.length !== values.length) return INVALID;
  const pairs = keys.map((key, index): [string, string] => [key, values[index] as string]);
  for (const [key, value] of pairs) {
    const hint = validateEnv(key, value);
    if (hint !== undefined) return { err: 'ERR_INVALID_PARAMETERS', hint_message: hint };
  }
  return change(meta, app_name, (app) => {
    writeTable(meta, app, { envs: Object.fromEntries(pairs) });
    return { err: 'ERR_OK', hint_message: '' };
  });
}

function deleteEnvs(meta: MetaServer, { app_name, keys = [] }: ConfigurationUpdateAppEnvRequest): Reply {
  if (keys.length === 0) return INVALID;
  return change(meta, app_name, (app) => {
    const present = keys.filter((key, index) => Object.hasOwn(app.envs, key) && keys.indexOf(key) === index);
    return remove(meta, app, present);
  });
}

function clearEnvs(
  meta: MetaServer,
  { app_name, clear_prefix: prefix }: ConfigurationUpdateAppEnvRequest,
): Reply {
  if (prefix === undefined) return INVALID;
  return change(meta, app_name, (app) => {
    const isMeant = (key: string) =>
      prefix === '' || (key.startsWith(`${prefix}.`) && key.length > prefix.length + 1);
    return remove(meta, app, Object.keys(app.envs).filter(isMeant).sort());
  });
}

function change(meta: MetaServer, name: string, run: (app: AppRecord) => Reply): Reply {
  const app = meta.tree.appNamed(name);
  if (app === undefined) return { err: 'ERR_APP_NOT_EXIST', hint_message: 'app cannot be found' };
  if (app.status === 'AS_DROPPING') return { err: 'ERR_BUSY_DROPPING', hint_message: 'app is being dropped' };
  return run(app);
}

function remove(meta: MetaServer, app: AppRecord, keys: readonly string[]): Reply {
  if (keys.length === 0) return NOTHING_TO_DELETE;
  writeTable(meta, app, { envs: Object.fromEntries(keys.map((key) => [key, null])) });
  return { err: 'ERR_OK', hint_message: ['deleted keys:', ...keys].join('\n    ') };
}
