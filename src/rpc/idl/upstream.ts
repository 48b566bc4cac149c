/** The version of Apache Pegasus that everything here follows: what its servers and its shell say of themselves. */
export const VERSION = '2.6.0-SNAPSHOT';
export const COMMIT = 'db756dcdf';
