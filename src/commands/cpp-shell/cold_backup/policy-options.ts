import { demand, listed, wholeNumber } from '../shared/demand.ts';
import { type Valued, valued } from '../shared/read-options.ts';

/** Ids of tables, as whole numbers above 0; the option may be given again. @param wrong what is said of another */
export function idList(
  usage: string,
  letter: string,
  long: string,
  wrong: (id: number) => string,
  read: (text: string) => number = (text) => wholeNumber(usage, text),
): Valued<readonly number[]> {
  const ids: number[] = [];
  return valued(letter, long, (text) => {
    for (const id of listed(text).map(read)) {
      demand(id > 0, usage, wrong(id));
      ids.push(id);
    }
    return ids;
  });
}

/** `atoi`. */
export function leading(text: string): number {
  return Number(/^\s*([+-]?\d+)/.exec(text)?.[1] ?? 0);
}

/** @throws UsageError where a text is neither empty nor a time of day */
export function demandStartTime(usage: string, text: string): void {
  if (text === '') return;
  const [, hour = NaN, minute = NaN] = (/^\s*([+-]?\d+):\s*([+-]?\d+)/.exec(text) ?? []).map(Number);
  const isTime = hour >= 0 && minute >= 0 && minute < 60 && (hour < 24 || (hour === 24 && minute === 0));
  demand(isTime, usage, `invalid start time: ${text}, should like this hour:minute`);
}
