import { tablewriter } from '../../output/tablewriter.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { allServers, command } from './shared/servers.ts';

interface Row {
  readonly server: 'meta' | 'replica';
  readonly node: string;
  readonly version: string;
}

export default grumbleCommand<void, readonly Row[]>({
  name: 'server-info',
  help: 'displays the overall server information',
  examples: ['server-info'],
  isLook: true,
  parse: () => undefined,
  async run(ctx) {
    const rows: Row[] = [];
    for (const server of await allServers(ctx)) {
      const version = await command(ctx, server, 'server-info');
      rows.push({ server: server.role, node: server.shown, version });
    }
    return rows;
  },
  print: (rows) => ({
    out: tablewriter({
      header: ['server', 'node', 'version'],
      rows: rows.map(({ server, node, version }) => [server, node, version]),
      autoWrap: false,
    }),
  }),
});
