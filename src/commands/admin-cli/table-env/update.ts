import type { ConfigurationUpdateAppEnvRequest } from '../../../rpc/idl/table-settings.ts';
import type { Context } from '../../command.ts';
import { Refusal } from '../../mirrored.ts';
import { answered } from '../shared/meta-call.ts';

export type Update = Omit<ConfigurationUpdateAppEnvRequest, 'app_name'>;

/** Changes the envs of the table in use (`executor/table_env.go`). @throws Refusal in two lines */
export async function updateEnvs({ meta, session }: Context, update: Update): Promise<Update> {
  const { table } = session;
  try {
    await answered('UpdateAppEnv', meta.updateAppEnv({ app_name: table, ...update }));
    return update;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const text = error.printed.err?.replace(/^error: /, '') ?? '';
    const err = `error: failed to update app envs:\nErr:${text}`;
    throw new Refusal(error.code, { err }, error.hint);
  }
}
