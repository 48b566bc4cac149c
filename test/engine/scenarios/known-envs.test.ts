import { expect, test } from 'vitest';
import { formatDocument, parseDocument } from '../../../src/engine/storage/document-file.ts';
import { diskOf, imageAfter, runLines } from '../../storage/workspace-image.ts';
import { openUniverse } from './universe.ts';

type Universe = ReturnType<typeof openUniverse>;

const NODE = '/w/clusters/onebox/nodes/localhost_34801';
const [MEMORY, ENVS, PROCESS] = [`${NODE}/memory/1.json`, `${NODE}/envs/1.json`, `${NODE}/process.json`];

/** A table with an env from the beginning, whose replicas are on every server. */
async function withTable() {
  const universe = openUniverse();
  await universe.createTable('onebox', 'temp', 4, 3, { mark: 'first' });
  return universe;
}

/** The records of a document, by key. */
function recordsOf(fs: Universe['files'], path: string): Map<string, Record<string, unknown>> {
  const entries = parseDocument(path, fs.read(path)!);
  return new Map([...entries.keys()].map((key) => [key, JSON.parse(entries.textOf(key)!)]));
}

function envsOf(universe: Universe) {
  universe.letOthersIn();
  return Object.fromEntries(recordsOf(universe.files, ENVS));
}

test('a server keeps the envs of a table once, and those that a replica goes by or began with', async () => {
  const universe = await withTable();
  expect(envsOf(universe)).toEqual({ 1: { mark: 'first' } });
  const replicas = [...recordsOf(universe.files, MEMORY).values()];
  expect(replicas.map(({ envs, first_envs }) => [envs, first_envs])).toEqual(Array(4).fill(['1', '1']));
  for (const default_ttl of ['100', '200', '300']) await universe.setEnvs('onebox', 'temp', { default_ttl });
  expect(envsOf(universe)).toEqual({
    1: { mark: 'first' },
    4: { mark: 'first', default_ttl: '300' },
  });
  expect(universe.closeAndCheck()).toEqual([]);
});

test('what a dropped table began with is kept for a meta server that has to recover it', async () => {
  const universe = await withTable();
  const { meta } = universe.clients('onebox');
  await meta.dropApp({ app_name: 'temp', options: { success_if_not_exist: false, reserve_seconds: 3600 } });
  await universe.seconds(600);
  expect(envsOf(universe)).toEqual({ 1: { mark: 'first' } });
  const closed = [...recordsOf(universe.files, PROCESS)].filter(([key]) => key.startsWith('closed:'));
  expect(closed.map(([, record]) => record)).toMatchObject(Array(4).fill({ first_envs: '1' }));
  expect(universe.closeAndCheck()).toEqual([]);
});

test('memory from before they were shared is read', async () => {
  const image = await imageAfter(['create table temp -p 4', 'clock advance 10s']);
  const fs = diskOf(image);
  for (const path of Object.keys(image).filter((path) =>
    /nodes\/localhost_348.*\/memory\/1\.json$/.test(path),
  )) {
    const envs = { 'replica.deny_client_request': 'reconfig*write' };
    const texts = [...recordsOf(fs, path)].map(([key, ram]): [string, { text: string }] => [
      key,
      { text: JSON.stringify({ ...ram, envs, first_envs: envs }) },
    ]);
    fs.write(path, 0, Buffer.from(formatDocument(new Map(texts))));
  }
  const set = await runLines(fs, ['use temp', 'set user s v', 'fsck']);
  expect(set.map(({ exitCode }) => exitCode)).toEqual([0, 1, 0]);
  const known = ['use temp', 'set_app_envs default_ttl 0', 'clock advance 1m', 'set user s v', 'fsck'];
  expect((await runLines(fs, known)).map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0]);
});
