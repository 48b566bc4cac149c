import { remoteCommand } from '../shared/remote-command.ts';

export default remoteCommand({
  name: 'remote_command',
  summary: 'Send a command to servers and show what they answer.',
  usage:
    'remote_command [-t all|meta-server|replica-server] [-r|--resolve_ip] [-l host:port,host:port...] ' +
    '[-i|--sample_interval_ms num] <command> [arguments...]',
  examples: ['remote_command help', 'remote_command -t meta-server meta.live_percentage 50'],
});
