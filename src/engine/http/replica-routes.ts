/** `/replica/*` (`src/replica/replica_http_service.cpp`). */
import { parseSigned } from '../../rpc/idl/integer.ts';
import { type CompactionStatus, compactionStatus } from '../replica/compaction.ts';
import type { Replica } from '../replica/replica.ts';
import type { ReplicaServer } from '../replica/replica-server.ts';
import { type HttpReply, type HttpRequest, ok, type Pieces, type Route, type Routes } from './route.ts';

/** The newest value layout, which every new table has. */
const DATA_VERSION = '1';

export const REPLICA_ROUTES: Routes = {
  'replica/data_version': running('app_id=<app_id>. Query the data version of an app.', dataVersion),
  'replica/duplication': running('appid=<appid>. Query the duplication status of an app.', duplication),
  'replica/manual_compaction': running(
    'app_id=<app_id>. Query the manual compaction status of an app.',
    manualCompaction,
  ),
};

function running(help: string, handle: (server: ReplicaServer, request: HttpRequest) => HttpReply): Route {
  return {
    help,
    handle: (request) => {
      const server = request.cluster.replicaServer(request.node);
      return server === undefined ? { status: 500, body: '' } : handle(server, request);
    },
  };
}

function dataVersion(server: ReplicaServer, { args }: HttpRequest): HttpReply {
  const id = idOf(args, 'app_id');
  if (typeof id === 'string') return { status: 400, body: id };
  const replicas = server.heldOf(id).filter(({ isClosing }) => !isClosing);
  if (replicas.length === 0) return { status: 404, body: `app_id=${args.get('app_id')} not found` };
  const version = JSON.stringify({ data_version: DATA_VERSION });
  // Sorted as texts, 10 before 2, which an object of JavaScript does not keep.
  const members = replicas
    .map(({ pidx }) => `${pidx}`)
    .sort()
    .map((pidx) => `"${pidx}":${version}`);
  return ok(`{${members.join(',')}}`);
}

function duplication(server: ReplicaServer, { args }: HttpRequest): HttpReply {
  if (!server.setting('replication.duplication_enabled')) {
    return { status: 404, body: 'duplication is not enabled [FLAGS_duplication_enabled=false]' };
  }
  const id = idOf(args, 'appid');
  if (typeof id === 'string') return { status: 400, body: id };
  const primaries = server
    .heldOf(id)
    .filter(({ isPrimary, isClosing }) => isPrimary && !isClosing)
    .sort((a, b) => (a.gpid < b.gpid ? -1 : 1));
  if (primaries.length === 0) return { status: 404, body: `no primary for app [appid=${id}]` };
  if (primaries.every(({ ram }) => Object.keys(ram.duplicators).length === 0))
    return { status: 404, body: `no duplication assigned for app [appid=${id}]` };
  return ok(progressOf(server, primaries));
}

function* progressOf(server: ReplicaServer, primaries: readonly Replica[]): Pieces {
  const byDuplication: Record<string, Record<string, object>> = {};
  for (const { gpid, ram } of primaries) {
    server.find(gpid);
    for (const [dupid, record] of Object.entries(ram.duplicators)) {
      byDuplication[dupid] ??= {};
      byDuplication[dupid][gpid] = {
        duplicating: record.shipping,
        fail_mode: record.fail_mode,
        not_confirmed_mutations_num: Math.max(0, ram.last_committed_decree - record.confirmed_decree),
        not_duplicated_mutations_num: Math.max(0, ram.last_committed_decree - record.last_decree),
        remote_app_name: record.remote_app_name,
      };
    }
    yield undefined;
  }
  yield JSON.stringify(byDuplication);
}

function manualCompaction(server: ReplicaServer, { args }: HttpRequest): HttpReply {
  const id = idOf(args, 'app_id');
  if (typeof id === 'string') return { status: 400, body: id };
  const all = server
    .heldOf(id)
    .filter(({ isClosing }) => !isClosing)
    .map(compactionStatus);
  const count = (wanted: CompactionStatus): number => all.filter((status) => status === wanted).length;
  const status = {
    finished: count('finished'),
    idle: count('idle'),
    queuing: count('queuing'),
    running: count('running'),
  };
  return ok(JSON.stringify({ status }));
}

/** @returns what is wrong, where it is */
function idOf(args: ReadonlyMap<string, string>, name: string): number | string {
  const text = args.get(name);
  if (text === undefined) return `${name} should not be empty`;
  const id = parseSigned(text, 32);
  return id === undefined || id < 0n ? `invalid ${name}=${text}` : Number(id);
}
