import { UsageError } from '../../errors.ts';
import { durationText } from '../grammar/duration.ts';
import { readOwn, wholeNumber } from '../grammar/own.ts';
import type { Simulation } from '../shell.ts';
import { sum } from '../sum.ts';
import { own } from './shared/own-command.ts';

interface Args {
  readonly seed: number;
  readonly runs: number;
  readonly length: { readonly operations: number } | { readonly hours: number };
}

interface Report {
  readonly runs: number;
  readonly operations: number;
  readonly virtual_ms: number;
  readonly failures: readonly FailedRun[];
}

interface FailedRun {
  readonly seed: number;
  readonly text: string;
  readonly after: number;
  readonly operations: number;
  readonly replay: string;
  readonly script: string;
}

export default own<Args, Report>({
  name: 'sim',
  summary:
    'Let random clusters live through random work and faults, and check that what Pegasus promises holds.',
  usage: 'sim [--seed 1] [--runs 1] [--operations 300 | --hours H]',
  examples: ['pegsh sim --seed 7', 'pegsh sim --seed 1 --runs 100', 'pegsh sim --seed 7 --hours 24'],
  offline: true,
  parse(argv) {
    const typed = readOwn(argv, { command: 'sim', values: ['seed', 'runs', 'operations', 'hours'] });
    const number = (flag: string) => {
      const text = typed.value(flag);
      return text === undefined ? undefined : wholeNumber(text, `--${flag}`);
    };
    const hours = number('hours');
    const operations = number('operations');
    if (hours !== undefined && operations !== undefined)
      throw new UsageError('--hours and --operations say the same in two ways: give one');
    return {
      seed: number('seed') ?? 1,
      runs: number('runs') ?? 1,
      length: hours === undefined ? { operations: operations ?? 300 } : { hours },
    };
  },
  async run(ctx, { seed, runs, length }) {
    const done: Simulation[] = [];
    const failures: FailedRun[] = [];
    for (let at = seed; at < seed + runs; at++) {
      const simulation = await ctx.shell.simulate(at, length);
      done.push(simulation);
      if (simulation.failure === undefined) continue;
      const { script, ...failure } = simulation.failure;
      const file = `sim-${at}.pegsh`;
      const opened = await ctx.shell.openFile(file);
      await opened.write(script).finally(() => opened.close());
      failures.push({
        seed: at,
        ...failure,
        replay: `pegsh sim --seed ${at}${flagOf(length)}`,
        script: file,
      });
    }
    return {
      runs,
      operations: sum(done.map((one) => one.operations)),
      virtual_ms: sum(done.map((one) => one.virtualMs)),
      failures,
    };
  },
  print({ runs, operations, virtual_ms, failures }) {
    const told = failures.map(
      ({ seed, text, after, operations: left, replay, script }) =>
        `seed ${seed}, after ${after} operations: ${text}\n` +
        `  replay: ${replay}\n  script: pegsh --dialect cpp-shell run ${script} --keep-going (${left} operations are enough)\n`,
    );
    const verdict = failures.length === 0 ? 'everything held' : `${failures.length} did not hold`;
    const total = `${runs} ${runs === 1 ? 'seed' : 'seeds'}, ${operations} operations, ${durationText(virtual_ms)} simulated: ${verdict}\n`;
    return { out: `${told.join('')}${total}`, exitCode: failures.length === 0 ? 0 : 1 };
  },
});

function flagOf(length: Args['length']): string {
  if ('hours' in length) return ` --hours ${length.hours}`;
  return length.operations === 300 ? '' : ` --operations ${length.operations}`;
}
