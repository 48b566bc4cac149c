import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { ROOT } from '../support/source-tree.ts';
import { isThere } from './support/client-program.ts';
import { driveClient, type Folder } from './support/drive-client.ts';

/** A clone of Pegasus, whose Java client is built: it is on no registry. What it depends on comes from Maven Central. */
const SOURCES = process.env.PEGASUS_SOURCES ?? '';
const hasSources = existsSync(join(SOURCES, 'java-client'));
if (!hasSources)
  process.stderr.write('interop: LEFT OUT: the Java client, of PEGASUS_SOURCES (docs/interop.md)\n');
const TOOLS: readonly (readonly [string, string])[] = [
  ['javac', '-version'],
  ['mvn', '--version'],
  ['thrift', '--version'],
];

/** Those in `dsn.thrift` and `command.thrift` the client has written by hand. */
const BY_HAND = ['dsn.thrift', 'command.thrift', 'replica_admin.thrift'];

/** What the transport of Thrift asks for since 0.14; the client is of 0.13. */
const SINCE_0_14 = `
  public org.apache.thrift.TConfiguration getConfiguration() { return org.apache.thrift.TConfiguration.DEFAULT; }
  public void updateKnownMessageSize(long size) {}
  public void checkReadBytesAvailable(long count) {}
`;
const TRANSPORT = 'src/main/java/org/apache/pegasus/rpc/async/TByteBufTransport.java';

test.skipIf(!hasSources || !TOOLS.every((tool) => isThere(...tool)))(
  "the Java client's tables, data operations and scans, a server killed midway",
  async () => {
    await driveClient(async (folder, { metas }) => {
      await build(folder);
      return ['java', '-cp', 'classes:lib/*', 'Main', metas, 'java'];
    });
  },
);

async function build({ path, run }: Folder): Promise<void> {
  const client = join(SOURCES, 'java-client');
  const [, version = ''] =
    /(\d+\.\d+\.\d+)/.exec(execFileSync('thrift', ['--version'], { encoding: 'utf8' })) ?? [];
  const libraries = [
    '-DincludeScope=runtime',
    `-DoutputDirectory=${join(path, 'lib')}`,
    `-Dlibthrift.version=${version}`,
  ];
  await run('mvn', '-B', '-q', '-f', join(client, 'pom.xml'), 'dependency:copy-dependencies', ...libraries);
  for (const name of ['generated', 'classes', 'changed']) mkdirSync(join(path, name));
  for (const name of readdirSync(join(SOURCES, 'idl')).filter((file) => !BY_HAND.includes(file)))
    await run(
      'thrift',
      '-I',
      join(SOURCES, 'idl'),
      '--gen',
      'java',
      '-out',
      'generated',
      join(SOURCES, 'idl', name),
    );
  const transport = readFileSync(join(client, TRANSPORT), 'utf8');
  const isOld = Number(version.split('.')[1]) < 14;
  const changed = join(path, 'changed/TByteBufTransport.java');
  writeFileSync(changed, isOld ? transport : transport.replace('extends TTransport {', `$&${SINCE_0_14}`));
  const files = [
    ...javaFiles(join(path, 'generated')),
    ...javaFiles(join(client, 'src/main/java')).filter((file) => !file.endsWith('TByteBufTransport.java')),
    changed,
    join(ROOT, 'test/interop/java/Main.java'),
  ];
  writeFileSync(join(path, 'files'), files.map((file) => `"${file}"\n`).join(''));
  await run('javac', '-nowarn', '-proc:none', '-d', 'classes', '-cp', 'lib/*', '@files');
}

function javaFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.java'))
    .map((name) => join(folder, name));
}
