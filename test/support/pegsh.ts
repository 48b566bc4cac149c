import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Simulation } from '../../src/engine/simulation.ts';
import { memoryHost } from '../../src/host/memory-fs.ts';
import { PegasusServer } from '../../src/server/server.ts';
import { type Captured, Disposable } from '../../src/shell/disposable.ts';
import { runBinary, typeToBinary } from './binary.ts';

export type Answer = Pick<Captured, 'stdout' | 'stderr' | 'exitCode'>;

/** pegsh as a scenario sees it, whatever lies between the line and the cluster: one session after another. */
export interface Pegsh {
  /** Types a line into the session; lines below it are what the command reads when it asks for more. */
  run(text: string): Promise<Answer>;
  /** Whether the input ends with the lines typed; else a command that asks for more reads the next ones. */
  readonly inputEnds: boolean;
  /** Begins another session on the same clusters. */
  begin(): Promise<void>;
  /** Lets the clusters' time pass, between two sessions. */
  pass(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes clusters by a script of lines, and gives what types into them.
 *
 * @throws Error when a line of the script fails
 */
type Way = (script: readonly string[], environment: Readonly<Record<string, string>>) => Promise<Pegsh>;

/** The three ways in which a scenario that is written once is run. */
export const WAYS: Readonly<Record<string, Way>> = {
  'in this process': async (script, environment) => {
    const open = () => new Disposable({ workingDirectory: '.', environment, place });
    const place = { directory: '/workspace', host: memoryHost(() => 0) };
    await prepare(open(), script);
    return sessions(open, async (seconds) => {
      await prepare(open(), [`clock advance ${seconds}s`]);
    });
  },

  'over TCP': async (script, environment) => {
    let wallNow = (): number => 0;
    const place = { directory: '/workspace', host: memoryHost(() => wallNow()) };
    await prepare(new Disposable({ workingDirectory: '.', environment, place }), script);
    const simulation = new Simulation({ ...place, durability: 'group' });
    // The client's clock, and so the wall clock, is the simulated one.
    wallNow = () => simulation.universe.now;
    const server = await serve(simulation);
    const pass = async (ms: number) =>
      simulation.change((universe) => void universe.timeline.moveTo(universe.now + ms * 1000));
    const now = () => Math.floor(simulation.universe.now / 1000);
    const time = { sleep: pass, now, runsByItself: false };
    const elsewhere = { directory: '/workspace', host: memoryHost(() => 0) };
    const open = () => new Disposable({ workingDirectory: '.', environment, place: elsewhere, time });
    const adding = server.clusters.map(({ name, metas }) => `cluster add ${name} --meta ${metas.join(',')}`);
    const current = simulation.universe.settings.current_cluster;
    await prepare(open(), ['cluster remove onebox --yes', ...adding, `cluster use ${current}`]);
    const pegsh = sessions(open, (seconds) => pass(seconds * 1000));
    const ports = portsOf(simulation, server);
    return {
      ...pegsh,
      async run(text) {
        const { stdout, stderr, exitCode } = await pegsh.run(ports.outward(text));
        return { stdout: ports.inward(stdout), stderr: ports.inward(stderr), exitCode };
      },
      async close() {
        await pegsh.close();
        await server.stop();
        simulation.close();
      },
    };
  },

  'as the built binary': async (script, environment) => {
    const folder = mkdtempSync(join(tmpdir(), 'pegsh-scenario-'));
    const surroundings = { folder, environment };
    runBinary(['init', '--clock', 'manual', '--seed', '1'], '', surroundings);
    runBinary([], script.join('\n'), surroundings);
    let session = typeToBinary(surroundings);
    return {
      inputEnds: false,
      run: (text) => session.type(text),
      async begin() {
        await session.end();
        session = typeToBinary(surroundings);
      },
      async pass(seconds) {
        runBinary(['clock', 'advance', `${seconds}s`], '', surroundings);
      },
      async close() {
        await session.end();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

async function prepare(shell: Disposable, script: readonly string[]): Promise<void> {
  for (const line of script) await must(shell, line);
  shell.dispose();
}

/** @throws Error when the line fails */
export async function must(shell: Disposable, line: string): Promise<void> {
  const { exitCode, stderr } = await shell.runLine(line);
  if (exitCode !== 0) throw new Error(`${line}: ${stderr}`);
}

function sessions(open: () => Disposable, pass: Pegsh['pass']): Pegsh {
  let shell = open();
  const end = () => shell.dispose();
  return {
    inputEnds: true,
    run: (text) => shell.runLine(text),
    async begin() {
      end();
      shell = open();
    },
    async pass(seconds) {
      end();
      await pass(seconds);
      shell = open();
    },
    close: async () => end(),
  };
}

async function serve(simulation: Simulation): Promise<PegasusServer> {
  const server = new PegasusServer({
    simulation,
    bind: '127.0.0.1',
    host: '127.0.0.1',
    portFor: () => 0,
    clusters: [],
    hostPorts: false,
    report: () => {},
    now: () => performance.now(),
  });
  await server.start();
  return server;
}

/** Texts with the ports that the servers have in the simulation, and with those on which they listen. */
function portsOf({ universe }: Simulation, { clusters }: PegasusServer) {
  const port = (address: string) => address.slice(address.lastIndexOf(':'));
  const pairs = clusters.flatMap(({ name, metas, replicas }) => {
    const { record } = universe.cluster(name);
    const inside = [...record.metas, ...record.replicas].map(port);
    return [...metas, ...replicas].map((address, at) => [inside[at]!, port(address)] as const);
  });
  const translated = (from: 0 | 1) => {
    const map = new Map(pairs.map((pair) => [pair[from], pair[1 - from]!]));
    return (text: string) => text.replace(/:\d{4,5}\b/g, (found) => map.get(found) ?? found);
  };
  return { outward: translated(0), inward: translated(1) };
}
