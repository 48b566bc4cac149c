/** Finds the hash key that a replica is asked for most (`src/server/hotkey_collector.cpp`). */
import { crc64 } from '../../../rpc/idl/crc64.ts';
import { escapeBytes } from '../../../rpc/idl/escaped-bytes.ts';
import type {
  DetectHotkeyRequest,
  DetectHotkeyResponse,
  HotkeyType,
} from '../../../rpc/idl/replica-admin.ts';
import { inSeconds, SECOND, tickBefore, tickFrom } from '../../clock.ts';
import type { HotkeyDetection } from '../../documents/replica.ts';
import type { Request } from '../../request.ts';
import { bytesToText, textToBytes } from '../../storage/bytes.ts';
import type { Replica } from '../replica.ts';
import type { ReplicaServer } from '../replica-server.ts';
import { type CapturedKey, capturedKeys } from './captured-keys.ts';
import { outlierOf } from './outlier.ts';

/** How many keys are captured at most from one analysis to the next: the rest is passed over. */
const MOST_CAPTURED = 1000;

const HOTKEYS = ['hotkeys'] as const;

/** `detect_hotkey`: begins or ends a detection, or asks what it has found; reads and writes are apart. */
export function detectHotkey(
  server: ReplicaServer,
  { pid, type, action }: DetectHotkeyRequest,
): DetectHotkeyResponse {
  const replica = server.find(`${pid.app_id}.${pid.partition_index}`);
  if (replica === undefined) return { err: 'ERR_OBJECT_NOT_FOUND' };
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (act === undefined) return { err: 'ERR_INVALID_PARAMETERS', err_hint: 'invalid detect_action' };
  if (type !== 'READ' && type !== 'WRITE')
    return { err: 'ERR_INVALID_PARAMETERS', err_hint: 'invalid hotkey_type' };
  return act(replica, type, upToDate(replica, type));
}

/** Counts what a request asked for, where somebody wants to know. */
export function captureKeys(replica: Replica, request: Request, reply: unknown): void {
  for (const captured of capturedKeys(request, reply)) {
    const detection = upToDate(replica, captured.type);
    if (!isDetecting(detection)) continue;
    if (detection.state === 'COARSE_DETECTING') captureBucket(replica, detection, captured);
    else captureKey(replica, detection, captured);
    save(replica, captured.type, detection);
  }
}

type Detecting = HotkeyDetection & { state: 'COARSE_DETECTING' | 'FINE_DETECTING' };

type Action = (
  replica: Replica,
  type: HotkeyType,
  detection: HotkeyDetection | undefined,
) => DetectHotkeyResponse;

const ACTIONS: Readonly<Record<DetectHotkeyRequest['action'], Action>> = {
  START(replica, type, detection) {
    if (isDetecting(detection)) {
      const state = `hotkey_collector_state::${detection.state}`;
      return { err: 'ERR_BUSY', err_hint: `still detecting ${named(type)} hotkey, state is ${state}` };
    }
    if (detection?.state === 'FINISHED') {
      const found = `${named(type)} hotkey result has been found: ${foundBy(detection)}`;
      return {
        err: 'ERR_BUSY',
        err_hint: `${found}, you can send a stop rpc to restart hotkey detection`,
      };
    }
    const { now } = replica;
    save(replica, type, {
      state: 'COARSE_DETECTING',
      started_us: now,
      analysed_us: now,
      hot_key: detection?.hot_key,
    });
    return { err: 'ERR_OK', err_hint: `starting to detect ${named(type)} hotkey` };
  },
  STOP(replica, type, detection) {
    save(replica, type, detection && stopped(detection));
    return { err: 'ERR_OK' };
  },
  QUERY(_replica, _type, detection) {
    if (detection?.state === 'FINISHED') return { err: 'ERR_OK', hotkey_result: foundBy(detection) };
    const state = `hotkey_collector_state::${detection?.state ?? 'STOPPED'}`;
    return { err: 'ERR_BUSY', err_hint: `Can't get hotkey now, now state: ${state}` };
  },
};

function named(type: HotkeyType): string {
  return `replication::hotkey_type::${type}`;
}

function foundBy({ hot_key = '' }: HotkeyDetection): string {
  return escapeBytes(textToBytes(hot_key));
}

function isDetecting(detection: HotkeyDetection | undefined): detection is Detecting {
  return detection?.state === 'COARSE_DETECTING' || detection?.state === 'FINE_DETECTING';
}

/** What was found before is not forgotten: it is the answer of the next detection where that finds nothing else. */
function stopped({ started_us, analysed_us, hot_key }: HotkeyDetection): HotkeyDetection {
  return { state: 'STOPPED', started_us, analysed_us, hot_key };
}

function save(replica: Replica, type: HotkeyType, detection: HotkeyDetection | undefined): void {
  const { [type]: _, ...other } = replica.ram.hotkeys ?? {};
  replica.ram.hotkeys = detection === undefined ? other : { ...other, [type]: detection };
  replica.saveRam(HOTKEYS);
}

/** Makes up for the analyses that were due since somebody looked: without anything captured only time goes by. */
function upToDate(replica: Replica, type: HotkeyType): HotkeyDetection | undefined {
  const { now, server, ram } = replica;
  const known = ram.hotkeys?.[type];
  if (!isDetecting(known)) return known;
  const period = server.setting('pegasus.server.hotkey_analyse_time_interval_s') * SECOND;
  const start = ram.opened_us ?? server.startedUs;
  let detection: HotkeyDetection = known;
  let tick = tickFrom(start, period, detection.analysed_us + 1);
  while (isDetecting(detection) && tick <= now) {
    detection = { ...analysed(replica, detection, tick), analysed_us: tick };
    const goesOn = detection.state === 'FINE_DETECTING' && detection.hot_key !== undefined;
    tick = goesOn ? tick + period : Math.max(tick + period, tickBefore(start, period, now));
  }
  if (detection !== known) save(replica, type, detection);
  return detection;
}

function analysed({ server }: Replica, detection: HotkeyDetection, tick: number): HotkeyDetection {
  const most = server.setting('pegasus.server.max_seconds_to_detect_hotkey');
  if (inSeconds(tick) >= inSeconds(detection.started_us) + most) return stopped(detection);
  const { state, buckets = [], captured: _, keys = [], ...rest } = detection;
  if (state === 'COARSE_DETECTING') {
    const threshold = server.setting('pegasus.server.hot_bucket_variance_threshold');
    const hot_bucket = buckets.length === 0 ? undefined : outlierOf(buckets, threshold);
    return hot_bucket === undefined ? { ...rest, state } : { ...rest, state: 'FINE_DETECTING', hot_bucket };
  }
  const threshold = server.setting('pegasus.server.hot_key_variance_threshold');
  const hot_key = hottestOf(keys, threshold) ?? rest.hot_key;
  return hot_key === undefined ? { ...rest, state } : { ...rest, state: 'FINISHED', hot_key };
}

/** Of one or two keys it is the heavier one: the buckets have told already that there is a hot one among them. */
function hottestOf(keys: NonNullable<HotkeyDetection['keys']>, threshold: number): string | undefined {
  const weights = keys.map(([, weight]) => weight);
  const isFound = weights.length < 3 || outlierOf(weights, threshold) !== undefined;
  return isFound ? keys[weights.indexOf(Math.max(...weights))]?.[0] : undefined;
}

function captureBucket(replica: Replica, detection: HotkeyDetection, { hashKey, weight }: CapturedKey): void {
  const count = bucketCount(replica);
  detection.buckets ??= new Array<number>(count).fill(0);
  detection.buckets[bucketOf(hashKey, count)]! += weight;
}

function captureKey(replica: Replica, detection: HotkeyDetection, { hashKey, weight }: CapturedKey): void {
  const { hot_bucket, captured = 0, keys = [] } = detection;
  if (bucketOf(hashKey, bucketCount(replica)) !== hot_bucket || captured >= MOST_CAPTURED) return;
  const text = bytesToText(hashKey);
  const known = keys.find(([key]) => key === text);
  if (known === undefined) keys.push([text, weight]);
  else known[1] += weight;
  detection.keys = keys;
  detection.captured = captured + 1;
}

function bucketCount({ server }: Replica): number {
  return server.setting('pegasus.server.hotkey_buckets_num');
}

/** By bits that do not choose the partition. */
function bucketOf(hashKey: Uint8Array, count: number): number {
  return Number((crc64(hashKey, 0, hashKey.length) >> 32n) % BigInt(count));
}
