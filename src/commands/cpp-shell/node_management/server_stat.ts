import { remoteCommand } from '../shared/remote-command.ts';

export default remoteCommand({
  name: 'server_stat',
  summary: 'Show how much memory the servers use.',
  usage:
    'server_stat [-t all|meta-server|replica-server] [-l host:port,host:port...] [-r|--resolve_ip] ' +
    '[-i|--sample_interval_ms num]',
  examples: ['server_stat', 'server_stat -t meta-server'],
  isLook: true,
});
