import * as v from 'valibot';
import { expect, test } from 'vitest';
import { appNodeSchema } from '../../src/engine/documents/meta.ts';
import { Files } from '../../src/engine/fsck/files.ts';
import { OBJECT_SEAL, seal } from '../../src/engine/storage/seal.ts';
import { DIRECTORY, newDisk, sealedDocument } from './support.ts';

/** A workspace of one file, as fsck reads it. */
function filesWith(path: string, text: string): Files {
  const disk = newDisk();
  disk.makeDirectory(DIRECTORY);
  disk.write(`${DIRECTORY}/${path}`, 0, Buffer.from(text));
  return new Files(disk, DIRECTORY);
}

const counter = v.object({ count: v.number() });

test.each([
  ['with a wrong type', '{"count":"1"}', 'count: Invalid type: Expected number but received "1"'],
  ['without a member', '{}', 'count: Invalid key: Expected "count" but received undefined'],
])('a record %s is refused, whose checksum fits', (_, record, what) => {
  const files = filesWith('counters.json', sealedDocument('"a": {"count":0}', `"b": ${record}`));
  expect(() => files.document('counters.json', counter)).toThrow(`counters.json: key "b": ${what}`);
});

test('a line of a wrong type is refused, whose checksum fits', () => {
  const files = filesWith('log.jsonl', `${seal('{"count":null', OBJECT_SEAL)}\n`);
  expect(() => files.log('log.jsonl', counter)).toThrow(
    'log.jsonl: line 1: count: Invalid type: Expected number but received null',
  );
});

test('a document of several kinds of records says what is wrong with the kind that a record comes nearest to', () => {
  const partition = { ballot: 'x', max_replica_count: 1, primary: '', secondaries: [], last_drops: [] };
  const record = { ...partition, last_committed_decree: 0, partition_flags: 0 };
  const files = filesWith('1.json', sealedDocument(`"0": ${JSON.stringify(record)}`));
  expect(() => files.document('1.json', appNodeSchema)).toThrow(
    '1.json: key "0": ballot: Invalid type: Expected number but received "x"',
  );
});
