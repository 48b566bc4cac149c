import type { Host } from '../engine/storage/host.ts';
import { memoryHost } from '../host/memory-fs.ts';
import type { RealTime } from '../rpc/transport/tcp/real-time.ts';
import { Backend, type Clients } from './backend.ts';
import { globalsOfEnvironment } from './globals.ts';
import { invoke } from './invoke.ts';
import { prepare, type Run, type Surroundings } from './run.ts';

export interface DisposableOptions {
  readonly workingDirectory: string;
  readonly seed?: number;
  readonly clock?: 'manual' | 'realtime';
  /** Environment variables of the runs; none but `NO_COLOR=1` by default. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the workspace lies; in memory by default. */
  readonly place?: { readonly directory: string; readonly host: Host };
  /** Checks every message against its schema; true by default. */
  readonly checked?: boolean;
  /** What waits for a real cluster take; real time by default. */
  readonly time?: RealTime;
  /** Lets real time pass; none by default. */
  readonly sleep?: Surroundings['sleep'];
  /** Whoever reads the answers has gone; nobody does by default. */
  readonly readerGone?: AbortSignal;
  /** Waits for whoever reads the answers; he is never behind by default. */
  readonly untilRead?: NonNullable<Surroundings['stdout']['untilRead']>;
  readonly durability?: 'sync' | 'group';
}

/** What one run wrote: each stream, and both in the order of writing. */
export interface Captured {
  readonly stdout: string;
  readonly stderr: string;
  readonly text: string;
  readonly exitCode: number;
}

/** A workspace that is thrown away after use: the same commands give the same bytes, on any machine, at any time. */
export class Disposable {
  readonly backend: Backend;
  readonly #surroundings: Omit<Surroundings, 'stdout' | 'stderr'>;
  readonly #untilRead: Surroundings['stdout']['untilRead'];
  #written: { readonly stream: 'stdout' | 'stderr'; readonly text: string }[] = [];
  #session: Run | undefined;

  constructor(options: DisposableOptions) {
    const {
      workingDirectory,
      seed = 1,
      clock = 'manual',
      environment,
      place,
      checked = true,
      durability,
    } = options;
    const { directory, host } = place ?? { directory: '/workspace', host: memoryHost(() => 0) };
    this.backend = new Backend({
      directory,
      host: async () => host,
      seed,
      clock,
      checked,
      ...(options.time === undefined ? {} : { time: options.time }),
      durability: durability ?? 'group',
    });
    this.#untilRead = options.untilRead;
    this.#surroundings = {
      environment: environment ?? { NO_COLOR: '1' },
      workingDirectory,
      stdin: nothing(),
      stdinIsTerminal: false,
      stdoutIsTerminal: false,
      screen: { size: { columns: 80, rows: 24 }, onResize: () => () => {} },
      readerGone: options.readerGone ?? new AbortController().signal,
      sleep: options.sleep ?? (() => Promise.resolve()),
      host: async () => host,
      backend: this.backend,
      onInterrupt: () => () => {},
    };
  }

  /** A run of its own, as `pegsh …` at a shell's prompt. */
  async invoke(words: readonly string[]): Promise<Captured> {
    return this.#captured(await invoke(words, { ...this.#surroundings, ...this.#writers() }));
  }

  /**
   * A line in one session that lasts, as at pegsh's own prompt: `use` and `cluster use` carry over.
   * Lines below it are what the command reads when it asks for more.
   */
  async runLine(text: string): Promise<Captured> {
    const [line = '', ...below] = text.split('\n');
    this.#session ??= prepare(globalsOfEnvironment(this.#surroundings.environment), {
      ...this.#surroundings,
      ...this.#writers(),
    });
    const { dispatcher } = this.#session;
    dispatcher.readLine = async () => below.shift();
    const code = await dispatcher.runLine(line);
    return this.#captured(dispatcher.flush() || code);
  }

  /** Clients of a cluster; of the current one when `name` is empty. */
  async clients(name = ''): Promise<Clients> {
    await this.backend.open();
    return this.backend.clients(name);
  }

  /** Stops the running line of the session. */
  interrupt(): void {
    this.#session?.dispatcher.interrupt();
  }

  dispose(): void {
    this.backend.close();
  }

  #writers(): Pick<Surroundings, 'stdout' | 'stderr'> {
    const writer = (stream: 'stdout' | 'stderr') => ({
      write: (text: string | Uint8Array) => {
        this.#written.push({
          stream,
          text: typeof text === 'string' ? text : Buffer.from(text).toString('utf8'),
        });
      },
    });
    return {
      stdout: { ...writer('stdout'), untilRead: () => this.#untilRead?.() },
      stderr: writer('stderr'),
    };
  }

  #captured(exitCode: number): Captured {
    const written = this.#written;
    this.#written = [];
    const of = (stream: string): string =>
      written
        .filter((one) => one.stream === stream)
        .map((one) => one.text)
        .join('');
    return {
      stdout: of('stdout'),
      stderr: of('stderr'),
      text: written.map((one) => one.text).join(''),
      exitCode,
    };
  }
}

async function* nothing(): AsyncGenerator<string> {}
