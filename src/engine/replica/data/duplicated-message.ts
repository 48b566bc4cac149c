import * as v from 'valibot';
import { updateSchema } from '../../documents/update.ts';
import { jsonOf } from '../../storage/json-writer.ts';
import { isDuplicable, type Update, updateFromJson, writeUpdate } from './updates.ts';

/** `raw_message` of a shipped write. */
export function encodeDuplicated(update: Update): Uint8Array {
  return jsonOf((to) => writeUpdate(to, update));
}

/**
 * The write in a `raw_message`; `undefined` when writes of its code are never shipped.
 *
 * @throws Error when the message is not one of that code
 */
export function decodeDuplicated(taskCode: string, message: Uint8Array): Update | undefined {
  if (!isDuplicable(taskCode)) return undefined;
  const update = updateFromJson(v.parse(updateSchema, JSON.parse(Buffer.from(message).toString())));
  if (update.code !== taskCode) throw new Error(`a ${update.code} shipped as ${taskCode}`);
  return update;
}
