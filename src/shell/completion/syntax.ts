/** What a command's usage line says: which words it takes, and which flags. */
export interface Syntax {
  readonly words: readonly WordSlot[];
  readonly flags: readonly FlagSlot[];
}

export interface WordSlot {
  /** As the usage writes it, without its brackets: `app_name`, `TABLE`, `slow|skip`. */
  readonly name: string;
  /** As the usage writes it. */
  readonly form: string;
  readonly isOptional: boolean;
  readonly isRepeated: boolean;
}

export interface FlagSlot {
  /** `-p` and `--partition`. */
  readonly names: readonly string[];
  /** What stands for its value; absent for a switch. */
  readonly value: string | undefined;
  readonly form: string;
}

/**
 * Reads a usage line of any dialect: `add_dup <app_name> [-s|--sst] [-a|--remote_app_name str]`,
 * `cluster config NAME [KEY [VALUE]]`, `wait --for=healthy|dup=STATUS [--table T]`.
 *
 * @param name the command's name, with which the usage begins
 */
export function parseSyntax(name: string, usage: string): Syntax {
  const rest = usage.trim().replace(new RegExp(`^${name}(\\s|$)`), '');
  const words: WordSlot[] = [];
  const flags: FlagSlot[] = [];
  for (const form of formsOf(rest)) {
    const inner = form.replace(/^\[(.*)\](\u2026|\.\.\.)?$/, '$1').replace(/^<(-.*)>$/, '$1');
    if (inner.startsWith('-')) flags.push(flagOf(inner, form));
    else if (inner !== 'flags') words.push(...wordsOf(inner, form));
  }
  return { words, flags };
}

/** Cut at blanks outside brackets, and between brackets that touch. */
function formsOf(text: string): string[] {
  const forms: string[] = [];
  let depth = 0;
  let form = '';
  for (const char of text) {
    if (depth === 0 && (char === ' ' || char === '[') && form !== '' && !form.endsWith('=')) {
      forms.push(form);
      form = '';
    }
    if (char === '[' || char === '<') depth += 1;
    if (char === ']' || char === '>') depth -= 1;
    if (char !== ' ' || depth > 0) form += char;
  }
  return form === '' ? forms : [...forms, form];
}

function flagOf(inner: string, form: string): FlagSlot {
  const [, typed = '', value] = /^([^\s=]+)(?:[\s=](.*))?$/s.exec(inner) ?? [];
  return { names: typed.split('|'), value, form };
}

/** `KEY [VALUE]` inside brackets are two words, both optional. */
function wordsOf(inner: string, form: string): WordSlot[] {
  const isOptional = form.startsWith('[');
  const isRepeated = /(\u2026|\.\.\.)/.test(form);
  return inner
    .replace(/\u2026|\.\.\./g, '')
    .split(/[\s[\]]+/)
    .filter((word) => word !== '')
    .map((word) => ({
      name: word.replace(/^<(.*)>$/, '$1'),
      form: isOptional ? `[${word}]` : word,
      isOptional,
      isRepeated,
    }));
}
