import { WireError } from './errors.ts';
import type { Reader } from './reader.ts';
import { BOOL, BYTE, DOUBLE, I16, I32, I64, LIST, MAP, SET, STOP, STRING, STRUCT } from './thrift-types.ts';

const DEEPEST = 64;

const FIXED: Readonly<Record<number, number>> = {
  [BOOL]: 1,
  [BYTE]: 1,
  [DOUBLE]: 8,
  [I16]: 2,
  [I32]: 4,
  [I64]: 8,
};

/**
 * Passes over a value that no schema tells of. A struct is taken for a real one: what is in an opaque type that a
 * newer peer sends cannot be told from it.
 *
 * @throws WireError for a type that does not exist, for nesting without end, and for more than the reader's limits
 */
export function skipValue(reader: Reader, wire: number, depth = 0): void {
  if (depth > DEEPEST) throw new WireError(`nested deeper than ${DEEPEST}`);
  reader.countStranger();
  const size = FIXED[wire];
  if (size !== undefined) reader.skip(size);
  else if (wire === STRING) reader.skip(reader.count(1));
  else if (wire === STRUCT) skipStruct(reader, depth);
  else if (wire === LIST || wire === SET) skipElements(reader, [reader.u8()], depth);
  else if (wire === MAP) skipElements(reader, [reader.u8(), reader.u8()], depth);
  else throw new WireError(`an unknown type ${wire}`);
}

function skipStruct(reader: Reader, depth: number): void {
  for (let wire = reader.u8(); wire !== STOP; wire = reader.u8()) {
    reader.skip(2);
    skipValue(reader, wire, depth + 1);
  }
}

function skipElements(reader: Reader, wires: readonly number[], depth: number): void {
  for (let left = reader.elements(wires.length); left > 0; left--) {
    for (const wire of wires) skipValue(reader, wire, depth + 1);
  }
}
