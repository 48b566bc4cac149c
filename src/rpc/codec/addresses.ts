/** Where servers are named differently on the wire than inside: what is written and read is translated. */
export interface Addresses {
  /** @param address `host:port`, or empty */
  toWire(address: string): string;
  fromWire(address: string): string;
  /** The same as `toWire` in a text that may name servers. */
  textToWire(text: string): string;
}
