// 200,000 records of 115 B, by hash keys of a hundred.
export const HASH_KEYS = 2000;
export const RECORDS_OF_ONE = 100;
export const RECORDS = HASH_KEYS * RECORDS_OF_ONE;

const VALUE = 'v'.repeat(100);

export function hashKey(at) {
  return `user:${String(at).padStart(6, '0')}`;
}

export function recordsOfOne() {
  return Array.from({ length: RECORDS_OF_ONE }, (_, at) => ({
    sortKey: `s${String(at).padStart(3, '0')}`,
    value: VALUE,
  }));
}
