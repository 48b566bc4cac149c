import { describe, expect, test } from 'vitest';
import type { AnyCommand } from '../../src/commands/command.ts';
import { COMMANDS } from '../../src/commands/index.ts';

describe.each(COMMANDS)('$dialect $name', ({ dialect, name, aliases, load }) => {
  test('is in the table as it says of itself, with help', async () => {
    const loaded: AnyCommand = (await load()).default;
    expect({ dialect: loaded.dialect, name: loaded.name, aliases: loaded.aliases ?? [] }).toEqual({
      dialect,
      name,
      aliases,
    });
    expect(loaded.summary).toMatch(/\S/);
    expect(loaded.usage).toMatch(/\S/);
    expect(loaded.examples.length).toBeGreaterThan(0);
  });
});

test('no name belongs to two commands of one dialect', () => {
  const names = COMMANDS.flatMap((entry) =>
    [entry.name, ...entry.aliases].map((name) => `${entry.dialect} ${name}`),
  );
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

/** They change nothing that there is: they make something new, or what they do nobody can tell before. */
const WITHOUT_PLAN = [
  ...[
    'cluster add',
    'cluster create',
    'clock set',
    'fault add',
    'fsck',
    'init',
    'restart replica',
    'snapshot save',
  ],
  ...['incident run', 'serve', 'sim', 'test'],
  ...[
    'add_backup_policy',
    'restore',
    'restore_app',
    'flush_log',
    'remote_command',
    'remote-command meta',
    'remote-command replica',
    'add-disk',
    'backup',
  ],
];

test('every other command only looks, or has a plan for a dry run', async () => {
  const built = COMMANDS.filter(({ isBuilt }) => isBuilt);
  const commands = await Promise.all(built.map(async ({ load }) => (await load()).default));
  const without = commands.filter(({ isLook, isHarmless, plan }) => isLook !== true && !isHarmless && !plan);
  expect(without.map(({ name }) => name).sort()).toEqual([...WITHOUT_PLAN].sort());
});
