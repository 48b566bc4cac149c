import { UsageError } from '../../../errors.ts';
import { type GrumbleResult, textFlag } from '../../grammar/grumble.ts';

export const TABLE_FLAG = textFlag('a', 'tableName', 'table name');

/** @throws UsageError where it is left out */
export function tableOf({ flags }: GrumbleResult): string {
  const table = String(flags.get('tableName'));
  if (table === '') throw new UsageError('tableName cannot be empty');
  return table;
}
