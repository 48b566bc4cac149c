import type { CommandEntry } from '../../commands/command.ts';
import { version } from '../../version.ts';
import { complete } from '../completion/complete.ts';
import { hintFor } from '../completion/hint.ts';
import { Names } from '../completion/names.ts';
import { isUnfinished, readTyped } from '../completion/typed.ts';
import { monotonicMs } from '../monotonic.ts';
import type { Lent } from '../questions.ts';
import type { Run } from '../run.ts';
import { isLeaving, isSilent } from '../script/lines.ts';
import { shownMs } from '../script/run-script.ts';
import { forwarding, type TerminalOutput } from './forwarding.ts';
import type { History } from './history.ts';
import { Keyboard, type KeyboardInput } from './keyboard.ts';
import { LineEditor } from './line-editor.ts';
import { promptOf } from './prompt-text.ts';

export interface ReplParts {
  readonly input: KeyboardInput;
  readonly output: TerminalOutput;
  readonly run: Run;
  readonly history: History;
  /** The terminal can place its cursor and draw dimly. */
  readonly isCapable: boolean;
  /** Says which pager shows what is longer than the screen; absent: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Ctrl-Z: stops this process until it is called back; then `onBack`. */
  suspend?(onBack: () => void): void;
}

/** The interactive shell: reads a line, runs it, until `exit` or the end of input. */
export async function repl(parts: ReplParts): Promise<number> {
  const { run, history, output } = parts;
  const { dispatcher, backend } = run;
  dispatcher.readsLines = true;
  const keyboard = new Keyboard(parts.input, () => {
    if (dispatcher.interrupt()) output.write('^C\n');
  });
  run.questions.lend = () => lend(keyboard, output);
  if (parts.environment !== undefined) {
    const { environment } = parts;
    dispatcher.pager = async (text) => (await import('./pager.ts')).page(text, keyboard, environment);
  }
  const editor = editorOf(parts, keyboard);
  output.write(`pegsh ${version}: \`help\` lists the commands, \`exit\` or Ctrl-D leaves\n`);
  try {
    for (;;) {
      const opened = await dispatcher.openCluster();
      if (opened !== 0) return opened;
      backend.suspend();
      const text = await editor.read(promptOf(dispatcher.session, run.globals, parts.isCapable));
      if (text === undefined || isLeaving(text)) return 0;
      if (isSilent(text)) continue;
      history.add(text);
      if (await runLines(linesTyped(text), editor, parts)) return 0;
    }
  } finally {
    editor.close();
    keyboard.close();
  }
}

/** What a question is asked with, until it is given back. */
function lend(keyboard: Keyboard, output: TerminalOutput): Lent {
  const { keys, giveBack } = keyboard.lend();
  const { lent, takeBack } = forwarding(output);
  return {
    input: keys,
    output: lent,
    giveBack() {
      takeBack();
      giveBack();
    },
  };
}

/** Runs lines until one fails. @returns whether one of them leaves the shell */
async function runLines(
  typed: readonly string[],
  editor: LineEditor,
  { run: { dispatcher, globals }, output }: ReplParts,
): Promise<boolean> {
  const lines = [...typed];
  dispatcher.readLine = async (prompt) => lines.shift() ?? editor.read(prompt, () => dispatcher.interrupt());
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (isSilent(line)) continue;
    if (isLeaving(line)) return true;
    const begun = monotonicMs();
    const exitCode = await dispatcher.runLine(line);
    dispatcher.flush();
    if (globals.timing) output.write(`${shownMs(begun)}\n`);
    const left = lines.filter((one) => !isSilent(one)).length;
    if (exitCode === 0 || left === 0) continue;
    output.write(`pegsh: ${left} ${left === 1 ? 'line' : 'lines'} below it not run\n`);
    return false;
  }
  return false;
}

/** The lines of what was typed or pasted: a newline within quotes or behind a `\` ends none. */
function linesTyped(text: string): string[] {
  const lines: string[] = [];
  let begun = '';
  for (const physical of text.split('\n')) {
    const line = begun + physical;
    const isWhole = isSilent(line) || !isUnfinished(line);
    if (isWhole) lines.push(line);
    begun = isWhole ? '' : /\\$/.test(line) ? line.slice(0, -1) : `${line}\n`;
  }
  return begun === '' ? lines : [...lines, begun];
}

function editorOf({ run, output, history, isCapable, suspend }: ReplParts, keyboard: Keyboard): LineEditor {
  const { dispatcher, backend } = run;
  const syntaxOf = syntaxes(run.commands.commands, () => editor.redrawHint());
  const editor = new LineEditor({
    keyboard,
    output,
    history: history.load(),
    isCapable,
    async complete(line) {
      const { words, partial, written, quote } = readTyped(line);
      const found = await complete(words, partial, {
        commands: run.commands,
        session: dispatcher.session,
        async names(cluster) {
          await backend.open();
          return new Names(backend, cluster);
        },
      });
      backend.suspend();
      return { found: found.map((one) => ({ ...one, value: quote + one.value })), written };
    },
    // A hint that is not dim would look as though it were typed.
    hint: (line) =>
      run.globals.noColor
        ? ''
        : hintFor(readTyped(line), { commands: run.commands, session: dispatcher.session }, syntaxOf),
    ...(suspend && {
      suspend() {
        keyboard.close();
        suspend(() => {
          keyboard.open();
          editor.redraw();
        });
      },
    }),
  });
  return editor;
}

/** The syntax of commands, each loaded when it is asked for first: until then there is none. */
function syntaxes(
  commands: readonly CommandEntry[],
  onLoaded: () => void,
): (name: string, dialect: string) => string | undefined {
  const known = new Map<CommandEntry, string>();
  const loading = new Set<CommandEntry>();
  return (name, dialect) => {
    const entry = commands.find((one) => one.name === name && one.dialect === dialect);
    if (entry === undefined || loading.has(entry)) return entry && known.get(entry);
    loading.add(entry);
    void entry.load().then(({ default: { syntax, usage } }) => {
      known.set(entry, syntax ?? usage);
      onLoaded();
    });
    return undefined;
  };
}
