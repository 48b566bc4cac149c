/** A workspace in which others have their turn in the middle of anything, as in a serving process that is short of time. */
import { controlHandler } from '../../src/engine/control/handlers.ts';
import { LongReply } from '../../src/engine/request.ts';
import { Arrival, Simulation } from '../../src/engine/simulation.ts';
import type { Steps } from '../../src/engine/steps.ts';
import type { Clusters } from '../../src/rpc/transport/clusters.ts';
import type { LocalOptions } from '../../src/rpc/transport/local.ts';
import { RpcError, type Target, type Transport } from '../../src/rpc/transport/transport.ts';
import { AddressBook } from '../../src/server/addresses.ts';
import type { Answer } from '../../src/server/answer.ts';
import type { AnyMethod } from '../../src/server/reading.ts';
import { Service } from '../../src/server/service.ts';
import type { Random } from '../../src/sim/random.ts';

const LEADER = { app_id: 0, partition_index: 0 };

/** @param random says how much time there is */
export function openInTurns(options: LocalOptions, random: Random): Clusters {
  const simulation = new Simulation({ ...options, isServed: true });
  const hasTime = () => random.chance(0.6);
  simulation.takeTurns(hasTime);
  const service = new Service(simulation, new AddressBook('127.0.0.1'), hasTime, () => undefined);
  return {
    transport: (cluster) => new InTurns(simulation, service, random, cluster),
    currentCluster: () => simulation.universe.settings.current_cluster,
    clusters: () => [...simulation.universe.clusterNames()],
    isDurable: false,
    notices: [],
    sync: () => simulation.sync(),
    suspend: () => simulation.suspend(),
    resume: () => simulation.resume(),
    close: () => simulation.close(),
  };
}

class InTurns implements Transport {
  private readonly simulation: Simulation;
  private readonly service: Service;
  private readonly random: Random;
  private readonly cluster: string;

  constructor(simulation: Simulation, service: Service, random: Random, cluster: string) {
    this.simulation = simulation;
    this.service = service;
    this.random = random;
    this.cluster = cluster;
  }

  async call<Q, R>(
    method: { readonly code: string },
    target: Target,
    request: Q,
    timeoutMs: number,
  ): Promise<R> {
    const arrival = new Arrival();
    while (!this.simulation.admit(arrival)) this.turn();
    if (target.to === 'control') return this.control(method.code, request) as R;
    return this.settled(
      method.code,
      timeoutMs,
      this.ask(method as AnyMethod, target, request, timeoutMs),
    ) as R;
  }

  async sleep(ms: number): Promise<void> {
    while (this.simulation.mustWait) this.turn();
    this.pass(ms);
  }

  now(): number {
    return Math.floor(this.simulation.universe.clock.seen() / 1000);
  }

  runsByItself(): boolean {
    return false;
  }

  async close(): Promise<void> {}

  private control(code: string, request: unknown): unknown {
    const value = this.simulation.change((universe) => controlHandler(code)?.(universe, request));
    return value instanceof LongReply ? this.made(value.steps) : value;
  }

  private made(steps: Steps<unknown>): unknown {
    for (;;) {
      const { done, value } = this.simulation.change(() => steps.next());
      if (done === true) return value;
      while (this.simulation.mustWait) this.turn();
    }
  }

  private ask(method: AnyMethod, target: Target, body: unknown, timeoutMs: number): Answer {
    const { settings } = this.simulation.universe;
    const cluster = this.cluster === '' ? settings.current_cluster : this.cluster;
    const { leader } = this.simulation.universe.cluster(cluster).record;
    const place = { cluster, node: target.to === 'replica' ? target.server : leader };
    if (place.node === '') return { kind: 'silence' };
    const { gpid, partitionHash } = target.to === 'replica' ? target : { gpid: LEADER, partitionHash: 0n };
    const timeoutUs = timeoutMs * 1000;
    return this.service.serve(place, method, { code: method.code, gpid, body, timeoutUs, partitionHash });
  }

  private settled(code: string, timeoutMs: number, first: Answer): unknown {
    let answer = first;
    while (answer.kind === 'postponed') {
      if (answer.waitedUs > 0) this.pass(answer.waitedUs / 1000);
      else this.turn();
      answer = answer.again();
    }
    if (answer.kind === 'reply' && answer.result !== undefined) return answer.result.value;
    if (answer.kind === 'silence' && answer.isTimeUp !== true) this.pass(timeoutMs);
    throw new RpcError(answer.kind === 'reply' ? answer.error : 'ERR_TIMEOUT', code);
  }

  private pass(ms: number): void {
    this.simulation.change((universe) => universe.timeline.beginMove(universe.now + ms * 1000));
    while (this.simulation.isBehind) this.turn();
  }

  /** What a serving process does between requests. */
  private turn(): void {
    const { simulation, random } = this;
    if (random.chance(0.3)) simulation.prepareSync();
    if ((simulation.mustSync || random.chance(0.1)) && !simulation.isIncomplete) simulation.sync();
    if (random.chance(0.2) && simulation.isDurable) simulation.applySome();
    simulation.goOn();
  }
}
