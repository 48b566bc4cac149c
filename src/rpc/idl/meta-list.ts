import { UsageError } from '../../errors.ts';

/**
 * The meta servers of a real cluster as people write them: `host:port`, several with commas between them.
 *
 * @throws UsageError naming what is wrong with the list
 */
export function readMetaList(text: string): string[] {
  const addresses = text.split(',').map((address) => address.trim());
  for (const address of addresses) {
    const [, port] = /^[^\s:,@/]+:(\d{1,5})$/.exec(address) ?? [];
    if (port === undefined || Number(port) < 1 || Number(port) > 65_535) {
      throw new UsageError(
        `"${address}" is not the address of a meta server`,
        'addresses are host:port, several with commas between them: --meta 10.0.0.1:34601,10.0.0.2:34601',
      );
    }
  }
  return addresses;
}
