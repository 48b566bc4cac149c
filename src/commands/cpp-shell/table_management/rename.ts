import { planToRename } from '../../dry-run/table-change-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { invalidName, isAppName } from '../shared/app-name.ts';
import { callSync, orRefuse } from '../shared/meta-call.ts';

const USAGE = 'rename <old_app_name> <new_app_name>';

interface Args {
  readonly oldName: string;
  readonly newName: string;
}

export default mirrored<Args, Args>({
  dialect: 'cpp-shell',
  name: 'rename',
  summary: 'Give a table another name.',
  usage: USAGE,
  examples: ['rename temp temporary'],
  parse([oldName, newName]) {
    if (oldName === undefined || newName === undefined) throw misuse(USAGE);
    return { oldName, newName };
  },
  plan: (ctx, { oldName, newName }) => planToRename(ctx, oldName, newName),
  async run({ meta }, args) {
    for (const [what, name] of [
      ['old_app_name', args.oldName],
      ['new_app_name', args.newName],
    ] as const) {
      if (isAppName(name)) continue;
      throw new Refusal('ERR_INVALID_PARAMETERS', { err: invalidName(what, name), exitCode: 2 });
    }
    const request = { old_app_name: args.oldName, new_app_name: args.newName };
    await orRefuse(callSync(meta.renameApp(request)), ({ code, detail, answered, message }) => {
      const error = answered && detail !== '' ? `${code}, ${detail}` : message;
      return { err: `rename app failed, ${names(args)}, failed: ${error}\n` };
    });
    return args;
  },
  print: (args) => ({ out: `rename app ok, ${names(args)}\n` }),
  json: ({ oldName, newName }) => ({ old_app_name: oldName, new_app_name: newName }),
});

function names({ oldName, newName }: Args): string {
  return `old_app_name(${oldName}), new_app_name(${newName})`;
}
