declare const PEGSH_VERSION: string;

/** The package's version; `dev` when run from source, where no build has written it in. */
export const version: string = typeof PEGSH_VERSION === 'string' ? PEGSH_VERSION : 'dev';
