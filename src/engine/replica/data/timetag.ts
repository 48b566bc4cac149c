/**
 * The mark by which clusters that duplicate to each other tell which write of a record is newer:
 * 56 bits of time, 7 bits of cluster id, 1 bit for a deletion (`src/base/pegasus_value_schema.h`).
 *
 * @param timestampUs of the mutation on the cluster that the write came from
 * @param clusterId of that cluster in `[duplication-group]`; 0 when it is not configured
 */
export function timetagOf(timestampUs: number | bigint, clusterId: number): bigint {
  return (BigInt(timestampUs) << 8n) | (BigInt(clusterId) << 1n);
}
