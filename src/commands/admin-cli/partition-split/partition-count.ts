import { UsageError } from '../../../errors.ts';
import { type GrumbleResult, numberFlag } from '../../grammar/grumble.ts';

export const countFlag = (name: string, help: string) => numberFlag('int', 'p', name, help, 0);

/** @throws UsageError where it is left out */
export function countOf({ flags }: GrumbleResult, name: string): number {
  const count = Number(flags.get(name));
  if (count === 0) throw new UsageError(`${name} cannot be empty`);
  return count;
}
