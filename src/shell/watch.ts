import type { Terminal } from '../commands/command.ts';
import { stripAnsi } from '../output/ansi.ts';
import { jsonLine } from '../output/json.ts';
import { LiveScreen } from '../output/live-screen.ts';
import { dateTime } from '../rpc/idl/time.ts';

/** One look at what is watched. */
export interface Look {
  readonly text: string;
  readonly reply: unknown;
  /** The cluster's time, in milliseconds since the Unix epoch. */
  readonly nowMs: number;
}

export interface Watched {
  /** What is watched, as it was typed. */
  readonly title: string;
  readonly seconds: number;
  readonly json: boolean;
  readonly terminal: Terminal;
  look(): Promise<Look>;
  /** Lets others use the workspace, and waits. @returns whether to look again */
  pause(ms: number): Promise<boolean>;
}

/**
 * Looks again and again. Each look is a line of JSON, or the text below a line that tells when; on a terminal it always
 * takes the same place, and what has changed is marked.
 */
export async function watch({ title, seconds, json, terminal, look, pause }: Watched): Promise<number> {
  const { stdout, color, screen } = terminal;
  const live = screen === undefined || json ? undefined : new LiveScreen(stdout, screen, color);
  try {
    do {
      const { text, reply, nowMs } = await look();
      const when = `${dateTime(nowMs)} UTC`;
      if (json) stdout.write(jsonLine(reply));
      else if (live === undefined) stdout.write(`--- ${when}\n${color ? text : stripAnsi(text)}`);
      else live.paint(`${title}  every ${seconds}s  ${when}  Ctrl-C ends`, text);
    } while (await pause(seconds * 1000));
  } finally {
    live?.end();
  }
  return 0;
}
