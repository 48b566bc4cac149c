import { remoteCommand } from '../shared/remote-command.ts';

export default remoteCommand({
  name: 'flush_log',
  summary: 'Have the servers write out their logs.',
  usage: 'flush_log [-t all|meta-server|replica-server] [-l host:port,host:port...][-r|--resolve_ip]',
  examples: ['flush_log'],
});
