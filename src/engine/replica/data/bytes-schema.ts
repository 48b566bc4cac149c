import * as z from 'zod/mini';

const NOT_OURS = /[^ -~]|\\(?!x[0-9a-f]{2})/;

/** Bytes as `bytesToText` writes them. */
export const bytesTextSchema = z
  .string()
  .check(z.refine((text) => !NOT_OURS.test(text), 'expected printable ASCII with other bytes as \\xNN'));
