import * as v from 'valibot';
import type { EnumType } from '../../rpc/idl/schema.ts';

/** A name of an enumeration of the RPC interface. */
export function enumSchema<T>({ numbers }: EnumType<T>): v.PicklistSchema<(T & string)[], undefined> {
  return v.picklist(Object.keys(numbers) as (T & string)[]);
}
