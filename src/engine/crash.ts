import { dateTimeMs } from '../rpc/idl/time.ts';

/** Where in a server an assertion stands: `replica_chkpt.cpp:208`, with the function it is in. */
export interface AssertionSite {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  /** The thread that fails, by its pool and its number there: `replica.default0`. */
  readonly thread: string;
}

/**
 * A failed assertion inside a simulated server: the universe takes that server down, as upstream's CHECK does.
 *
 * `text` is what follows `assertion expression: ` in upstream's log (`utils/fmt_logging.h`).
 */
export class AssertionFailure extends Error {
  readonly site: AssertionSite;
  readonly gpid: string;
  readonly text: string;

  constructor(site: AssertionSite, gpid: string, text: string) {
    super(text);
    this.name = 'AssertionFailure';
    this.site = site;
    this.gpid = gpid;
    this.text = text;
  }
}

/** The thread's id, of as many digits as upstream's have; a simulated process has but one. */
const THREAD_ID = '0000000000000001';

/** Upstream's last log line before SIGABRT. */
export function fatalLogLine(failure: AssertionFailure, timeUs: number): string {
  const { file, line, thread } = failure.site;
  const stamp = dateTimeMs(timeUs / 1000);
  const nanoseconds = `${timeUs}000`;
  return `F${stamp} (${nanoseconds} 1) ${thread}.${THREAD_ID}: ${file}:${line}:${failure.site.function}(): assertion expression: ${failure.text}`;
}
