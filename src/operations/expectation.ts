/** What an `expect` line of a script says of the answer before it. */
import { isDeepStrictEqual } from 'node:util';
import { type JsonValue, query } from 'jsonpath-rfc9535';
import { UsageError } from '../errors.ts';

/** What the line before answered. */
export interface Answered {
  readonly exitCode: number;
  /** stdout and stderr, in the order of writing. */
  readonly text: string;
  /** What `--json` shows of it. */
  reply(): unknown;
}

/** Tells what is so instead; undefined where the expectation holds. */
export type Expectation = (answer: Answered) => string | undefined;

const FORMS =
  'expect exit CODE, expect [not] /REGEX/, expect [not] $.PATH, expect [count] $.PATH ==|!=|<|<=|>|>=|~ VALUE';
const TEXT = /^(not\s+)?\/(.*)\/([imsu]*)$/s;
const EXIT = /^exit\s+(\d{1,3})$/;
const QUERY = /^(?:(not|count)\s+)?(\$.*)$/s;
const COMPARISON = /^(==|!=|<=|>=|<|>|~)(?!=)\s*(.+)$/s;
const MOST_LINES_SHOWN = 10;

/** @throws UsageError for what is none of the forms */
export function parseExpectation(line: string): Expectation {
  const typed = line.trim();
  const exit = EXIT.exec(typed);
  if (exit !== null) return exitExpectation(Number(exit[1]));
  const text = TEXT.exec(typed);
  if (text !== null) return textExpectation(regex(text[2]!, text[3]!), text[1] === undefined);
  const asked = QUERY.exec(typed);
  if (asked === null) throw new UsageError(`"${typed}" is nothing that can be expected`, FORMS);
  const { path, rest } = splitPath(asked[2]!);
  const comparison = COMPARISON.exec(rest);
  if (rest !== '' && (comparison === null || asked[1] === 'not'))
    throw new UsageError(`"${rest}" is no comparison`, FORMS);
  if (comparison === null && asked[1] === 'count')
    throw new UsageError('count needs a comparison', 'expect count $.PATH == 3');
  const find = finder(path, asked[1] === 'count');
  if (comparison === null) return presenceExpectation(path, find, asked[1] === undefined);
  return comparisonExpectation(path, find, comparison[1]!, comparison[2]!);
}

function exitExpectation(code: number): Expectation {
  return ({ exitCode }) => (exitCode === code ? undefined : `the exit code is ${exitCode}`);
}

function textExpectation(pattern: RegExp, isWanted: boolean): Expectation {
  return ({ text }) => (pattern.test(text) === isWanted ? undefined : shownText(text));
}

function presenceExpectation(path: string, find: Find, isWanted: boolean): Expectation {
  return (answer) => {
    const found = find(answer);
    if (found.length > 0 === isWanted) return undefined;
    return isWanted ? `there is nothing at ${path}` : `there is ${shownValues(found)}`;
  };
}

/** Every value that the path finds has to compare so, and there has to be one. */
function comparisonExpectation(path: string, find: Find, operator: string, typed: string): Expectation {
  const holds = comparing(operator, typed);
  return (answer) => {
    const found = find(answer);
    if (found.length === 0) return `there is nothing at ${path}`;
    return found.every(holds) ? undefined : `there is ${shownValues(found)}`;
  };
}

type Find = (answer: Answered) => readonly JsonValue[];

function finder(path: string, isCount: boolean): Find {
  try {
    query(null, path);
  } catch {
    throw new UsageError(`"${path}" is no JSON path`, 'RFC 9535: $.rows[0].name, $..status, $.rows[?@.err]');
  }
  return (answer) => {
    const found = query(answer.reply() as JsonValue, path);
    return isCount ? [found.length] : found;
  };
}

function comparing(operator: string, typed: string): (found: JsonValue) => boolean {
  if (operator === '~') {
    const pattern = TEXT.exec(typed);
    if (pattern === null || pattern[1] !== undefined)
      throw new UsageError(`"${typed}" is no /REGEX/`, 'expect $.PATH ~ /REGEX/');
    const matcher = regex(pattern[2]!, pattern[3]!);
    return (found) => matcher.test(typeof found === 'string' ? found : JSON.stringify(found));
  }
  const wanted = literal(typed);
  const isEqual = (found: JsonValue): boolean => isDeepStrictEqual(found, wanted) || found === typed;
  if (operator === '==') return isEqual;
  if (operator === '!=') return (found) => !isEqual(found);
  if (typeof wanted !== 'number') throw new UsageError(`${operator} compares numbers, not "${typed}"`);
  const orders: Record<string, (found: number) => boolean> = {
    '<': (found) => found < wanted,
    '<=': (found) => found <= wanted,
    '>': (found) => found > wanted,
    '>=': (found) => found >= wanted,
  };
  const order = orders[operator]!;
  return (found) => typeof found === 'number' && order(found);
}

/** JSON, or else the text itself. */
function literal(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    return typed.replace(/^'(.*)'$/s, '$1');
  }
}

function regex(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags.includes('m') ? flags : `${flags}m`);
  } catch (error) {
    throw new UsageError((error as SyntaxError).message);
  }
}

/** A path ends at the first blank outside brackets and quotes. */
function splitPath(text: string): { path: string; rest: string } {
  const path = /^(?:\[(?:'(?:\\.|[^'])*'|"(?:\\.|[^"])*"|[^\]'"])*\]|[^\s[])*/s.exec(text)![0];
  return { path, rest: text.slice(path.length).trim() };
}

function shownValues(found: readonly JsonValue[]): string {
  return found.map((value) => JSON.stringify(value)).join(', ');
}

function shownText(text: string): string {
  if (text === '') return 'the answer is empty';
  const lines = text.replace(/\n$/, '').split('\n');
  const more =
    lines.length > MOST_LINES_SHOWN ? `\n  … and ${lines.length - MOST_LINES_SHOWN} lines more` : '';
  return `the answer is\n${lines
    .slice(0, MOST_LINES_SHOWN)
    .map((line) => `  ${line}`)
    .join('\n')}${more}`;
}
