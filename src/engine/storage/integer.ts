import * as v from 'valibot';

/** A whole number that a double holds exactly: decrees, ballots, times, counts. */
export const integer = v.pipe(v.number(), v.safeInteger());
