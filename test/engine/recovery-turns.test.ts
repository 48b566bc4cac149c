/** A meta server without any state makes it anew, partition after partition. */
import { expect, test } from 'vitest';
import { UNANSWERED } from '../../src/engine/request.ts';
import type { Simulation } from '../../src/engine/simulation.ts';
import { createControlClient } from '../../src/rpc/client/control.ts';
import * as methods from '../../src/rpc/idl/methods.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';
import {
  askLeader,
  changeNode,
  createTable,
  filesOf,
  machine,
  metaOf,
  nextAfterKill,
  PARTITIONS,
  pass,
  write,
} from './turns.ts';

const NODES = ['localhost:34801', 'localhost:34802', 'localhost:34803'];
const RECOVERY = {
  recovery_nodes: NODES.map((node) => node.replace('localhost', '127.0.0.1')),
  hp_recovery_nodes: NODES,
  skip_bad_nodes: false,
  skip_lost_partitions: false,
};

/** The meta servers are down, and have lost all they knew. */
async function loseState(simulation: Simulation): Promise<void> {
  const key = 'meta_server.recover_from_replica_server';
  await createControlClient(localTransport(simulation, '')).setConfig({ name: 'onebox', key, value: 'true' });
  for (const meta of ['meta1', 'meta2', 'meta3']) changeNode(simulation, meta, 'kill');
  changeNode(simulation, 'meta1', 'wipe');
}

/** A cluster with a table, whose meta server has lost all it knew. */
async function withoutState(open: () => Simulation): Promise<Simulation> {
  const simulation = open();
  await createTable(simulation);
  await write(simulation, 20);
  pass(simulation, 60);
  await loseState(simulation);
  changeNode(simulation, 'meta1', 'start');
  pass(simulation, 600);
  return simulation;
}

/** Begins, and leaves what there is no time for. @returns the reply as far as it is there */
function beginRecovery(simulation: Simulation): () => unknown {
  const { steps } = simulation.change(() => askLeader(simulation, methods.startRecovery.code, RECOVERY));
  return () => steps.next().value;
}

async function recovered(mayGoOn: () => boolean) {
  const { fs, open } = machine();
  const simulation = await withoutState(open);
  simulation.takeTurns(mayGoOn);
  const reply = beginRecovery(simulation);
  let turns = 0;
  for (; simulation.isMidway; turns++) {
    expect([simulation.admit(), reply()]).toEqual([false, undefined]);
    simulation.goOn();
  }
  expect(reply()).toEqual({ err: 'ERR_OK', hint_message: '' });
  pass(simulation, 60);
  simulation.close();
  return { turns, files: filesOf(fs) };
}

test('what it makes is the same in steps and at once', async () => {
  const inSteps = await recovered(() => false);
  const atOnce = await recovered(() => true);
  // Each server's table is told of, its replicas catch up with the time, and are told of; each partition is made, and stored.
  expect(inSteps.turns).toBeGreaterThan(3 + (3 + 3 + 2) * PARTITIONS);
  expect(atOnce.turns).toBe(0);
  expect(inSteps.files).toEqual(atOnce.files);
});

/** A recovery where a server was down when its table got another name. */
async function contradicted(mayGoOn: () => boolean) {
  const { fs, open } = machine();
  const simulation = open();
  await createTable(simulation);
  pass(simulation, 60);
  changeNode(simulation, 'replica3', 'kill');
  await metaOf(simulation).renameApp({ old_app_name: 't', new_app_name: 'u' });
  pass(simulation, 60);
  await loseState(simulation);
  changeNode(simulation, 'meta1', 'start');
  changeNode(simulation, 'replica3', 'start');
  pass(simulation, 5);
  simulation.takeTurns(mayGoOn);
  const reply = beginRecovery(simulation);
  let turns = 0;
  for (; simulation.isMidway; turns++) {
    expect(reply()).toBe(undefined);
    simulation.goOn();
  }
  expect(reply()).toBe(UNANSWERED);
  expect(simulation.universe.cluster('onebox').node('localhost:34601').state).toBe('crashed');
  simulation.close();
  return { turns, files: filesOf(fs) };
}

test('a leader that is told two things of one table dies of it between others, and nobody answers', async () => {
  const inSteps = await contradicted(() => false);
  const atOnce = await contradicted(() => true);
  expect(inSteps.turns).toBe(NODES.length - 1);
  expect(atOnce.turns).toBe(0);
  expect(inSteps.files).toEqual(atOnce.files);
});

test('a process that is killed meanwhile has recovered nothing, and may begin anew', async () => {
  const { fs, open } = machine();
  const simulation = await withoutState(open);
  simulation.takeTurns(() => false);
  beginRecovery(simulation);
  const replies: string[] = [];
  for (; simulation.isMidway; simulation.goOn()) {
    if (simulation.isIncomplete) continue;
    simulation.sync();
    const next = nextAfterKill(fs);
    const meta = metaOf(next);
    const { err: before } = await meta.listApps({ status: 'AS_INVALID' });
    const { err } = await meta.startRecovery(RECOVERY);
    const { partitions } = await meta.queryConfig({ app_name: 't', partition_indices: [] });
    replies.push(`${before} ${err} ${partitions.length}`);
    next.close();
  }
  simulation.close();
  expect(replies.length).toBeGreaterThan(PARTITIONS);
  expect(new Set(replies)).toEqual(new Set([`ERR_UNDER_RECOVERY ERR_OK ${PARTITIONS}`]));
});

test('what the servers will be asked for at once is read table by table when a served leader without state begins', async () => {
  const simulation = machine().open(true);
  const tables = 5;
  for (let n = 1; n <= tables; n++) await createTable(simulation, 4, `t${n}`);
  pass(simulation, 60);
  await loseState(simulation);
  simulation.takeTurns(() => false);
  changeNode(simulation, 'meta1', 'start');
  let turns = 0;
  for (; simulation.isMidway; turns++) simulation.goOn();
  expect(turns).toBeGreaterThanOrEqual(NODES.length * tables);
  simulation.close();
});
