import type { Transport } from '../../transport/transport.ts';
import type { MetaClient } from '../meta/index.ts';
import { Table } from './table.ts';

/** Data operations on the tables of one cluster, as upstream's C++ client has them. */
export interface DataClient {
  /** A table by name; whether it exists shows with the first operation. */
  table(name: string): Table;
}

/** Tables by name, each with the configuration that it has learnt. */
export function createDataClient(transport: Transport, meta: MetaClient): DataClient {
  const tables = new Map<string, Table>();
  return {
    table(name) {
      const known = tables.get(name) ?? new Table(transport, meta, name);
      tables.set(name, known);
      return known;
    },
  };
}
