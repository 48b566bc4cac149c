import { remoteCommand } from '../shared/remote-command.ts';

export default remoteCommand({
  name: 'server_info',
  summary: 'Show the version of the servers and when they started.',
  usage: 'server_info [-t all|meta-server|replica-server] [-l host:port,host:port...] [-r|--resolve_ip]',
  examples: ['server_info', 'server_info -l localhost:34801'],
  isLook: true,
});
