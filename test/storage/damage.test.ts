import { describe, expect, test } from 'vitest';
import { WorkspaceError } from '../../src/errors.ts';
import type { MemoryFileSystem } from '../../src/host/memory-fs.ts';
import { counters, DIRECTORY, dump, newDisk, open, plog, textOf } from './support.ts';

const JOURNAL = `${DIRECTORY}/journal.jsonl`;

/** A workspace at rest with a document of three keys and a log of three lines. */
function atRest(): MemoryFileSystem {
  const disk = newDisk();
  const store = open(disk);
  for (const [index, key] of ['a', 'b', 'c'].entries()) {
    counters(store).set(key, { count: index });
    plog(store).append({ decree: index, text: key });
  }
  store.commit();
  store.close();
  return disk;
}

/** A workspace whose process died with three commits in the journal. */
function interrupted(): MemoryFileSystem {
  const disk = atRest();
  const store = open(disk);
  for (let count = 10; count < 13; count++) {
    counters(store).set('a', { count });
    plog(store).append({ decree: count, text: 'journalled' });
    store.commit();
  }
  return disk;
}

function put(disk: MemoryFileSystem, path: string, text: string): void {
  disk.write(`${DIRECTORY}/${path}`, 0, Buffer.from(text, 'latin1'));
}

/** Opens and reads all, in a new process; the error, and that not a byte was changed by it. */
function refusal(disk: MemoryFileSystem): string {
  disk.remove(`${DIRECTORY}/lock`);
  const before = dump(disk);
  let refused: unknown;
  try {
    const store = open(disk, { pid: 2 });
    try {
      for (const key of counters(store).keys()) counters(store).get(key);
      plog(store).records();
    } finally {
      store.close();
    }
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(WorkspaceError);
  expect(dump(disk)).toEqual(before);
  return (refused as WorkspaceError).message;
}

describe('a document', () => {
  const good = textOf(atRest(), 'counters.json')!;

  test.each([
    ['emptied', '', 'counters.json: is empty'],
    ['cut', good.slice(0, 30), 'counters.json: line 3, column 7: is not JSON'],
    [
      'with conflict markers',
      good.replace('"b"', '<<<<<<< HEAD\n"b"'),
      'counters.json: line 3, column 1: is not JSON',
    ],
    ['with a comma too many', good.replace('2}\n', '2},\n'), 'counters.json: line 5, column 1: is not JSON'],
    ['with a key twice', good.replace('"c"', '"a"'), 'counters.json: line 4: has "a" twice'],
    ['that is a list', '[]\n', 'counters.json: line 1: is not a JSON object'],
    ['of other bytes', good.replace('"b"', '"\xff"'), 'counters.json: byte 21: is not UTF-8'],
    [
      'with a wrong type',
      good.replace('1}', '"1"}'),
      'counters.json: key "b": count: Invalid input: expected number, received string',
    ],
    [
      'with a member missing',
      good.replace('{"count":1}', '{}'),
      'counters.json: key "b": count: Invalid input: expected number, received undefined',
    ],
  ])('%s', (_, text, message) => {
    const disk = atRest();
    put(disk, 'counters.json', text);
    expect(refusal(disk)).toBe(message);
  });

  test('damage stays as it is while other keys are written', () => {
    const disk = atRest();
    put(disk, 'counters.json', good.replace('1}', '"1"}'));
    const store = open(disk, { pid: 2 });
    counters(store).set('a', { count: 5 });
    store.commit();
    store.close();
    expect(textOf(disk, 'counters.json')).toBe(
      '{\n"a": {"count":5},\n"b": {"count":"1"},\n"c": {"count":2}\n}\n',
    );
  });
});

describe('a log', () => {
  const good = textOf(atRest(), 'replica/plog.jsonl')!;
  const file = 'replica/plog.jsonl';

  test.each([
    ['cut', good.slice(0, -9), `${file}: line 3: is cut short`],
    [
      'with a line that is no JSON',
      good.replace('"text":"b"', '"text":b'),
      `${file}: line 2, column 20: is not JSON`,
    ],
    ['with an empty line', good.replace('\n', '\n\n'), `${file}: line 2: is empty`],
    [
      'of a wrong type',
      good.replace('"b"', 'null'),
      `${file}: line 2: text: Invalid input: expected string, received null`,
    ],
  ])('%s', (_, text, message) => {
    const disk = atRest();
    put(disk, file, text);
    expect(refusal(disk)).toBe(message);
  });

  test('shorter than what the journal adds to', () => {
    const disk = interrupted();
    put(disk, file, good.slice(0, 24));
    expect(refusal(disk)).toBe(`${file}: byte 24: ends here, but the journal adds to it at 72`);
  });
});

describe('the format', () => {
  test.each([
    [
      'newer',
      '{"format":2,"generation":0}\n',
      'format.json: the workspace was made by a newer pegsh (format 2, this one knows 1)',
    ],
    ['empty', '', 'format.json: is empty'],
    [
      'of a wrong type',
      '{"format":"1"}',
      'format.json: line 1: is not {"format": number, "generation": number}',
    ],
  ])('%s', (_, text, message) => {
    const disk = atRest();
    put(disk, 'format.json', text);
    expect(refusal(disk)).toBe(message);
  });

  test("a directory of somebody else's is not taken for an empty workspace", () => {
    const disk = atRest();
    disk.remove(`${DIRECTORY}/format.json`);
    expect(refusal(disk)).toBe(
      `format.json: missing, and ${DIRECTORY} is not empty (counters.json, journal.jsonl, replica)`,
    );
  });
});

describe('the journal', () => {
  test('the last record torn at every length is dropped and reported, the ones before it are not', () => {
    const whole = textOf(interrupted(), 'journal.jsonl')!;
    const lastBegins = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let length = lastBegins; length <= whole.length; length++) {
      const disk = interrupted();
      disk.write(JOURNAL, 0, Buffer.from(whole.slice(0, length)));
      const store = open(disk, { pid: 2 });
      const torn = length > lastBegins && length < whole.length;
      expect(store.notices).toEqual(
        torn
          ? [
              `journal.jsonl: dropped the last record, of which only ${length - lastBegins} bytes were written ` +
                `(at byte ${lastBegins}): the command that wrote it was interrupted, and left nothing`,
            ]
          : [],
      );
      const count = length === whole.length ? 12 : 11;
      expect(counters(store).get('a')).toEqual({ count });
      expect(plog(store).count).toBe(count - 6);
      counters(store).set('a', { count: 99 });
      store.commit();
      store.close();
      expect(counters(open(disk)).get('a')).toEqual({ count: 99 });
    }
  });

  test('any bit of it flipped, but in the newline that ends it, is refused with line and byte', () => {
    const whole = Buffer.from(textOf(interrupted(), 'journal.jsonl')!);
    const begins = [0];
    for (const [at, byte] of whole.entries()) if (byte === 0x0a) begins.push(at + 1);
    for (let at = 0; at < whole.length - 1; at++) {
      const disk = interrupted();
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 1 << (at % 8);
      disk.write(JOURNAL, 0, flipped);
      const line = begins.filter((begin) => begin <= at).length;
      expect(refusal(disk)).toBe(
        `journal.jsonl: line ${line} (byte ${begins[line - 1]}): the record is damaged`,
      );
    }
  });

  test('a record missing in the middle or in front is a gap', () => {
    const lines = textOf(interrupted(), 'journal.jsonl')!.split('\n').slice(0, -1);
    const without = (index: number) => {
      const disk = interrupted();
      put(
        disk,
        'journal.jsonl',
        lines
          .filter((_, at) => at !== index)
          .map((line) => `${line}\n`)
          .join(''),
      );
      return refusal(disk);
    };
    expect(without(0)).toBe('journal.jsonl: line 1 (byte 0): record 3 follows 1');
    expect(without(1)).toMatch(/^journal\.jsonl: line 2 \(byte \d+\): record 4 follows 2$/);
  });

  test('a journal older than the files is refused', () => {
    const disk = interrupted();
    put(disk, 'format.json', '{"format":1,"generation":9}\n');
    expect(refusal(disk)).toBe('journal.jsonl: line 1 (byte 0): ends at record 4, but the files are at 9');
  });

  test('a document that the journal changes and that is damaged is refused on opening', () => {
    const disk = interrupted();
    put(disk, 'counters.json', '{');
    expect(refusal(disk)).toBe('counters.json: line 1, column 2: is not JSON');
  });
});
