// The floors under served/rates.js, in microseconds, as JSON: a responder driven alike, and appends synced in groups of
// 64: `rates.js LOG`.
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drive } from '../served/drive.js';
import { GET, GET_REPLY } from '../served/frames.js';
import { started } from '../served/process.js';

const RESPONDER = fileURLToPath(new URL('responder.js', import.meta.url));
const APPENDS = 32_000;
const GROUP = 64;
const RECORD = Buffer.alloc(115, 'r');

const { child, told } = await started([RESPONDER, `${GET.length}`, GET_REPLY.toString('hex')], /port \d+\n/);
const address = `127.0.0.1:${/port (\d+)/.exec(told)[1]}`;
const get1 = await drive(address, GET, 1, 10_000);
const get16 = await drive(address, GET, 16, 40_000);
const get64 = await drive(address, GET, 64, 160_000);
child.kill();

const figures = { get1: get1.p50, get16: get16.perRequest, get64: get64.perRequest, set64: appendUs() };
process.stdout.write(`${JSON.stringify(figures)}\n`);

function appendUs() {
  const file = openSync(process.argv[2], 'a');
  const start = performance.now();
  for (let at = 0; at < APPENDS; at += GROUP) {
    for (let n = 0; n < GROUP; n++) writeSync(file, RECORD);
    fdatasyncSync(file);
  }
  closeSync(file);
  return ((performance.now() - start) * 1000) / APPENDS;
}
