import type { Part, Printed, Streamed } from '../../command.ts';

/** The whole of an answer that comes in parts. */
export async function collected(parts: AsyncGenerator<Part, number>): Promise<Streamed> {
  const all: Part[] = [];
  for (;;) {
    const next = await parts.next();
    if (next.done === true) return { parts: all, exitCode: next.value };
    all.push(next.value);
  }
}

export function printed({ parts, exitCode }: Streamed): Printed {
  return {
    out: parts.map(({ out = '' }) => out).join(''),
    err: parts.map(({ err = '' }) => err).join(''),
    exitCode,
  };
}
