import * as v from 'valibot';

const NOT_OURS = /[^ -~]|\\(?!x[0-9a-f]{2})/;
const IN_BASE64 = /^\\=[A-Za-z0-9+/]+={0,2}$/;

/** Bytes as `bytesToText` writes them. */
export const bytesTextSchema = v.pipe(
  v.string(),
  v.check(
    (text) => !NOT_OURS.test(text) || IN_BASE64.test(text),
    'expected printable ASCII with other bytes as \\xNN, or \\= and base64',
  ),
);
