import { expect, test } from 'vitest';
import type { AnyCommand, CommandEntry, Context, Dialect } from '../../src/commands/command.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { CommandIndex } from '../../src/shell/resolve.ts';
import { unknownCommand, whatWasMeant } from '../../src/shell/suggest.ts';

function entry(dialect: Dialect, name: string, aliases: string[] = [], needsWord = false): CommandEntry {
  return {
    dialect,
    name,
    aliases,
    needsWord,
    isCheck: false,
    isBuilt: true,
    load: async () => ({ default: { usage: `${name} <what>` } as unknown as AnyCommand }),
  };
}

const table = [
  entry('admin-cli', 'create'),
  entry('cpp-shell', 'create'),
  entry('pegsh', 'create table', [], true),
  entry('admin-cli', 'duplication add', ['dup add']),
  entry('pegsh', 'dup diagnose'),
  entry('cpp-shell', 'add_dup'),
  entry('pegsh', 'help'),
  entry('cpp-shell', 'help'),
];

function found(line: string, dialect: 'admin-cli' | 'cpp-shell' = 'admin-cli'): string | undefined {
  const resolved = new CommandIndex(table).find(line.split(' '), dialect);
  return resolved && `${resolved.entry.dialect} ${resolved.entry.name} | ${resolved.argv.join(' ')}`;
}

test.each([
  ['create t', 'admin-cli create | t'],
  ['create table', 'admin-cli create | table'],
  ['create table -p 4', 'admin-cli create | table -p 4'],
  ['create table t -p 4', 'pegsh create table | t -p 4'],
  ['dup add -c B t', 'admin-cli duplication add | -c B t'],
  ['duplication add', 'admin-cli duplication add | '],
  ['dup diagnose', 'pegsh dup diagnose | '],
  ['add_dup t B', 'cpp-shell add_dup | t B'],
])('%s', (line, expected) => {
  expect(found(line)).toBe(expected);
});

test('names that both dialects have follow the session', () => {
  expect(found('create t', 'cpp-shell')).toBe('cpp-shell create | t');
});

test("a dialect's name wins over pegsh's own only where the dialect is chosen", () => {
  expect(found('help', 'cpp-shell')).toBe('cpp-shell help | ');
  expect(found('help', 'admin-cli')).toBe('pegsh help | ');
  expect(new CommandIndex(table).find(['help'])?.entry.dialect).toBe('pegsh');
  expect(new CommandIndex(table).find(['create', 't'])?.entry.dialect).toBe('admin-cli');
});

test('words are compared whole and in their case', () => {
  expect(found('dup')).toBeUndefined();
  expect(found('CREATE t')).toBeUndefined();
});

const CPP = "It is the C++ shell's: add_dup <what>";

test.each([
  [['ad_dup', 't'], 'unknown command "ad_dup"', `did you mean \`add_dup\`? ${CPP}`],
  [['ADD_DUP', 't'], 'unknown command "ADD_DUP"', 'did you mean `dup add`, `add_dup`?'],
  [['add-dup', 't'], 'unknown command "add-dup"', 'did you mean `dup add`, `add_dup`?'],
  [['ad_udp', 't'], 'unknown command "ad_udp"', `did you mean \`add_dup\`? ${CPP}`],
  [
    ['dup', 'ad'],
    'unknown command "dup ad"',
    "did you mean `dup add`? It is admin-cli's: duplication add <what>",
  ],
  [['dup', 'nonsense'], 'unknown command "dup nonsense"', 'there are `dup add`, `dup diagnose`'],
  [['diagnose', 'dup'], 'unknown command "diagnose"', 'did you mean `dup diagnose`?'],
  [['diagnose'], 'unknown command "diagnose"', 'did you mean `dup diagnose`?'],
  [['dup'], 'dup needs a word more', 'there are `dup add`, `dup diagnose`'],
  [['zzzzzz'], 'unknown command "zzzzzz"', '`pegsh help` lists the commands'],
])('%j is unknown', async (words, message, hint) => {
  expect(await unknownCommand(words, new CommandIndex(table))).toMatchObject({ message, hint });
});

test('a name that several have is told as of the one who answers to it', async () => {
  const told = async (chosen?: 'admin-cli' | 'cpp-shell') =>
    (await unknownCommand(['lss'], new CommandIndex(COMMANDS), chosen)).hint;
  expect(await told()).toBe("did you mean `ls`? It is admin-cli's: list-tables [flags]");
  expect(await told('cpp-shell')).toMatch(/^did you mean `ls`\? It is the C\+\+ shell's: ls \[-a\|--all\]/);
});

/** What is pointed at where a mirrored command did not understand a line. */
function meant(line: string): Promise<string | undefined> {
  const index = new CommandIndex(COMMANDS);
  const words = line.split(' ');
  const context = { session: { table: '' } } as unknown as Context;
  return whatWasMeant({ words, found: index.find(words)!, context }, index);
}

test('a second word that is nearly one of a longer name was meant as that', async () => {
  expect(await meant('nodes list')).toBe('did you mean `node list`?');
  expect(await meant('table-env lists')).toBe('did you mean `table-env list`?');
  expect(await meant('use users')).toBeUndefined();
});

test('the other dialect is pointed at only where its words are right and those of this one wrong', async () => {
  expect(await meant('ls -d')).toBe("`ls -d` is the C++ shell's: --dialect cpp-shell ls -d");
  expect(await meant('ls -z')).toBeUndefined();
  expect(await meant('drop t')).toBeUndefined();
});

test("pegsh's own flags behind a mirrored command are put before it where it is right without them", async () => {
  const first = "flags of pegsh's own stand before the name: ";
  expect(await meant('nodes --watch 1')).toBe(`${first}--watch 1 nodes`);
  expect(await meant('table-env list --json')).toBeUndefined();
  expect(await meant('cluster-info --json')).toBe(`${first}--json cluster-info`);
  expect(await meant('nodes --watch 1 -z')).toBeUndefined();
});
