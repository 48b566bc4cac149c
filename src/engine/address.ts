/** The two forms in which Pegasus names a server: `localhost:34801` (host_port) and `127.0.0.1:34801` (rpc_address). */
export function rpcAddressOf(hostPort: string): string {
  return hostPort.startsWith('localhost:') ? `127.0.0.1:${hostPort.slice('localhost:'.length)}` : hostPort;
}

/** A server's host and port as a message names it: by both forms, the first of which older programs leave out. */
export function serverOf(hostPort: string | undefined, rpcAddress: string): string {
  return (hostPort || rpcAddress).replace(/^127\.0\.0\.1:/, 'localhost:');
}

/** A server of this machine, as Pegasus names it by default: `localhost:34801`. */
export function hostPortOf(port: number): string {
  return `localhost:${port}`;
}

/** A server's directory: `localhost_34801`. */
export function directoryOf(hostPort: string): string {
  return hostPort.replace(':', '_');
}

/** A partition as Pegasus writes it: `<app_id>.<partition_index>`. */
export function gpidText(gpid: { app_id: number; partition_index: number }): string {
  return `${gpid.app_id}.${gpid.partition_index}`;
}
