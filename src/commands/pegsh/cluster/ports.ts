/** Servers in few words: `3 meta servers (localhost:34601-34603)`. Their ports follow one another. */
export function portsOf(role: 'meta' | 'replica', servers: readonly string[]): string {
  const count = `${servers.length} ${role} server${servers.length === 1 ? '' : 's'}`;
  const [first = '', last = ''] = [servers[0], servers.at(-1)];
  const range = servers.length > 1 ? `${first}-${last.slice(last.lastIndexOf(':') + 1)}` : first;
  return `${count} (${range})`;
}
