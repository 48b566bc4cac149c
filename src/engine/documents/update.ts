import * as v from 'valibot';
import type { EnumType, PrimitiveKind, StructType, Type } from '../../rpc/idl/schema.ts';
import type { JsonObject } from '../replica/data/message-json.ts';
import { type UpdateJson, WRITE_REQUESTS } from '../replica/data/updates.ts';
import { integer } from '../storage/integer.ts';
import { bytesTextSchema } from './bytes.ts';
import { enumSchema } from './enum.ts';

let made: v.GenericSchema<unknown, UpdateJson> | undefined;

/** One write of a mutation in a log. Made when it is used first. */
export const updateSchema = v.lazy(() => {
  made ??= makeUpdateSchema();
  return made;
});

function makeUpdateSchema(): v.GenericSchema<unknown, UpdateJson> {
  const [first, ...others] = Object.entries(WRITE_REQUESTS).map(([code, struct]) =>
    v.strictObject({ code: v.literal(code), request: structSchema(struct) }),
  );
  return v.variant('code', [first!, ...others]) as unknown as v.GenericSchema<unknown, UpdateJson>;
}

/** What `writeStruct` makes. @throws Error for a schema with sets, maps or addresses, which no message of a mutation has */
function structSchema(struct: StructType<unknown>): v.GenericSchema<unknown, JsonObject> {
  const members = Object.entries(struct.fields).map(([name, field]) => {
    const member = schemaOf(field.type);
    return [name, field.optional ? v.optional(member) : member];
  });
  return v.strictObject(Object.fromEntries(members));
}

const PRIMITIVES: Partial<Record<PrimitiveKind, v.GenericSchema<unknown, unknown>>> = {
  bool: v.boolean(),
  i8: integer,
  i32: integer,
  i64: integer,
  big64: v.pipe(v.string(), v.regex(/^-?\d{1,19}$/)),
  string: v.string(),
  task_code: v.string(),
  blob: bytesTextSchema,
};

function schemaOf(type: Type<unknown>): v.GenericSchema<unknown, unknown> {
  switch (type.kind) {
    case 'struct':
      return structSchema(type);
    case 'list':
      return v.array(schemaOf(type.element));
    case 'enum':
      return enumSchema(type as EnumType<unknown>);
    case 'set':
    case 'map':
      throw new Error(`no JSON form for a ${type.kind}`);
    default:
      return primitiveSchema(type.kind);
  }
}

function primitiveSchema(kind: PrimitiveKind): v.GenericSchema<unknown, unknown> {
  const schema = PRIMITIVES[kind];
  if (schema === undefined) throw new Error(`no JSON form for a ${kind}`);
  return schema;
}
