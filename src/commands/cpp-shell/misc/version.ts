import { COMMIT, VERSION } from '../../../rpc/idl/upstream.ts';
import { mirrored } from '../../mirrored.ts';

export default mirrored<void, { version: string; git_commit: string; build_type: string }>({
  dialect: 'cpp-shell',
  name: 'version',
  summary: 'Show the version of Pegasus whose C++ shell this follows.',
  usage: 'version',
  examples: ['--dialect cpp-shell version'],
  offline: true,
  isHarmless: true,
  parse: () => undefined,
  run: async () => ({ version: VERSION, git_commit: COMMIT, build_type: 'Release' }),
  print: ({ version, git_commit, build_type }) => ({
    out: `Pegasus Shell ${version} (${git_commit}) ${build_type}\n`,
  }),
});
