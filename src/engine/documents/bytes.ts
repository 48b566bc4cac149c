import * as v from 'valibot';

const NOT_OURS = /[^ -~]|\\(?!x[0-9a-f]{2})/;

/** Bytes as `bytesToText` writes them. */
export const bytesTextSchema = v.pipe(
  v.string(),
  v.check((text) => !NOT_OURS.test(text), 'expected printable ASCII with other bytes as \\xNN'),
);
