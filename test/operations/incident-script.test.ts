import { expect, test } from 'vitest';
import { runScript, scriptFile } from '../../src/operations/incident.ts';
import { parseScript } from '../../src/operations/incident-script.ts';

const SCRIPT = `# Once
#
# upon

## First
# told
one
two  
# [1]
# more

## Second
three
`;

test('a script has an opening, and steps of texts and commands', () => {
  expect(parseScript(SCRIPT)).toEqual({
    opening: ['Once', '', 'upon'],
    steps: [
      {
        title: 'First',
        items: [
          { kind: 'text', text: 'told' },
          { kind: 'command', line: 'one', lineNumber: 7, exitCode: 0 },
          { kind: 'command', line: 'two', lineNumber: 8, exitCode: 1 },
          { kind: 'text', text: 'more' },
        ],
      },
      { title: 'Second', items: [{ kind: 'command', line: 'three', lineNumber: 13, exitCode: 0 }] },
    ],
  });
});

test('a command or an exit code where none can be is refused', () => {
  expect(() => parseScript('one\n')).toThrow('line 1: a command before the first step');
  expect(() => parseScript('## a\n# [1]\n')).toThrow('line 2: an exit code without its command');
});

/** Tells everything into a list. */
function listener() {
  const heard: string[] = [];
  return {
    heard,
    audience: {
      opening: (lines: readonly string[]) => void heard.push(...lines),
      told: (text: string) => void heard.push(text),
      command: (line: string) => void heard.push(`$ ${line}`),
      output: (text: string, exitCode: number) => void heard.push(`${text} [${exitCode}]`),
      step: async (title: string, number: number, count: number) =>
        void heard.push(`${title} ${number}/${count}`),
    },
  };
}

test('it is told in order, and each command runs once', async () => {
  const { heard, audience } = listener();
  const report = await runScript(
    parseScript(SCRIPT),
    async (line) => ({ text: line.toUpperCase(), exitCode: line === 'two' ? 1 : 0 }),
    audience,
  );
  expect(heard).toEqual([
    ...['Once', '', 'upon', 'First 1/2', 'told', '$ one', 'ONE [0]', '$ two', 'TWO [1]', 'more'],
    ...['Second 2/2', '$ three', 'THREE [0]'],
  ]);
  expect(report).toEqual({
    steps: [
      {
        title: 'First',
        commands: [
          { command: 'one', exit_code: 0, output: 'ONE' },
          { command: 'two', exit_code: 1, output: 'TWO' },
        ],
      },
      { title: 'Second', commands: [{ command: 'three', exit_code: 0, output: 'THREE' }] },
    ],
    unexpected: null,
  });
});

test('a command that ends otherwise than told stops the story, also when it was to fail', async () => {
  const { heard, audience } = listener();
  const report = await runScript(parseScript(SCRIPT), async () => ({ text: '', exitCode: 0 }), audience);
  expect(report.unexpected).toEqual({ line_number: 8, command: 'two', expected: 1, exit_code: 0 });
  expect(heard).not.toContain('$ three');
});

test('an incident that nobody knows is refused, and never becomes a path', () => {
  expect(() => scriptFile('2099', false)).toThrow('there is no incident 2099');
  expect(() => scriptFile('../../package', false)).toThrow('there is no incident');
  expect(scriptFile('2098', true)).toBe('examples/incidents/2098-defect.pegsh');
});
