/** Bytes that are not what the protocol says they are. Nothing can be read after them: the connection must end. */
export class WireError extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'WireError';
  }
}
