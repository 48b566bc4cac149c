import { Writable } from 'node:stream';

/** What the prompt writes to. */
export type TerminalOutput = Writable & { readonly columns?: number };

/**
 * The terminal, lent: whoever gets it may end it, and hears of another width only while `isHeard`.
 *
 * @returns the stream, and what takes it back
 */
export function forwarding(
  output: TerminalOutput,
  isHeard: () => boolean = () => true,
): { readonly lent: Writable; takeBack(): void } {
  const lent = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      output.write(chunk);
      done();
    },
  });
  Object.defineProperty(lent, 'columns', { get: () => output.columns });
  const onResize = (): void => {
    if (isHeard()) lent.emit('resize');
  };
  output.on('resize', onResize);
  return { lent, takeBack: () => void output.off('resize', onResize) };
}
