import { ClusterError } from '../errors.ts';
import { stripAnsi } from '../output/ansi.ts';
import { sanitizeColored } from '../output/sanitize.ts';
import { type AnyCommand, type Command, type Context, command, type Part, type Printed } from './command.ts';

/** A refusal whose bytes a dialect prescribes. */
export class Refusal extends ClusterError {
  /** What was answered before the refusal, and how the dialect tells of it. */
  readonly printed: Printed;

  constructor(code: string, printed: Printed, hint?: string) {
    super(code, plain(printed.err ?? ''), hint);
    this.name = 'Refusal';
    const { out = '', err = '', exitCode = 1 } = printed;
    this.printed = { out: sanitizeColored(out), err: sanitizeColored(err), exitCode };
  }
}

/**
 * A command of one of the two original programs. A Refusal thrown by `run` is its answer: shown byte for byte,
 * or under `--json` as every error is.
 */
export function mirrored<Args, Reply>(spec: Command<Args, Reply>): AnyCommand {
  const json = spec.json ?? ((reply: Reply): unknown => reply);
  return command<Args, Reply | Refusal>({
    ...spec,
    ...(spec.stream && { stream: (ctx: Context, args: Args) => withRefusal(spec.stream!(ctx, args)) }),
    run: (ctx, args) => spec.run(ctx, args).catch(asAnswer),
    print: (reply, args, terminal) =>
      reply instanceof Refusal ? reply.printed : spec.print(reply, args, terminal),
    json: (reply, args) => (reply instanceof Refusal ? errorOf(reply) : json(reply, args)),
  });
}

/** A refusal is the last part. */
async function* withRefusal(parts: AsyncGenerator<Part, number>): AsyncGenerator<Part, number> {
  try {
    return yield* parts;
  } catch (error) {
    const refusal = asAnswer(error);
    yield { ...refusal.printed, json: [errorOf(refusal)] };
    return refusal.printed.exitCode ?? 1;
  }
}

function asAnswer(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}

function errorOf({ code, message, hint }: Refusal): unknown {
  return { error: { code, message, hint } };
}

/** The text without codes and without the label that every error has. */
function plain(text: string): string {
  return stripAnsi(text)
    .replace(/^error: /i, '')
    .trim();
}
