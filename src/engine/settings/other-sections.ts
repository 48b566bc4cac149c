import { bool, inert, int32, int64, mutable, POSITIVE, uint32, uint64, WHEN_MEASURED } from './setting.ts';

/** The smaller sections of a server's configuration. */
export const OTHER_SECTIONS = {
  'http.enable_http_server': inert(bool(true, 'whether servers answer HTTP')),
  'metrics.builtin_metrics_update_interval_ms': inert(
    uint64(10_000, 'ms', 'period in which a process measures itself', POSITIVE),
  ),
  'metrics.entity_retirement_delay_ms': inert(
    uint64(600_000, 'ms', 'how long metrics of what is gone are kept'),
  ),
  'nfs.max_concurrent_remote_copy_requests': inert(
    int32(50, '', 'requests of file copies at a time', POSITIVE),
  ),
  'nfs.max_copy_rate_megabytes_per_disk': inert(
    mutable(int64(0, 'MB/s', 'writing of copied files to one disk; 0 = no limit')),
  ),
  'nfs.max_send_rate_megabytes_per_disk': inert(
    mutable(int64(0, 'MB/s', 'reading of copied files from one disk; 0 = no limit')),
  ),
  'nfs.nfs_copy_block_bytes': inert(uint32(4 << 20, 'bytes', 'one block of a file copy', POSITIVE)),
  'nfs.rpc_timeout_ms': inert(int32(100_000, 'ms', 'how long a copy waits for a block', POSITIVE)),
  'pegasus.collector.app_stat_interval_seconds': inert(
    uint32(10, 's', 'period in which the collector sums tables up', POSITIVE),
  ),
  'pegasus.collector.available_detect_interval_seconds': inert(
    uint32(3, 's', 'period in which the collector tries the cluster', POSITIVE),
  ),
  'pegasus.collector.capacity_unit_fetch_interval_seconds': inert(
    uint32(8, 's', 'period in which the collector fetches capacity units', POSITIVE),
  ),
  'pegasus.collector.storage_size_fetch_interval_seconds': inert(
    uint32(3_600, 's', 'period in which the collector fetches sizes', POSITIVE),
  ),
  'security.enable_acl': bool(false, 'whether users have rights of their own'),
  'security.enable_auth': bool(false, 'whether a server can negotiate authentication'),
  'security.enable_ranger_acl': inert(bool(false, "whether rights come from Apache Ranger's policies")),
  'security.mandatory_auth': mutable(bool(false, 'whether a server drops what comes unauthenticated')),
  'zookeeper.timeout_ms': int32(60_000, 'ms', 'silence after which a session is over', POSITIVE),
} as const;

/** What Pegasus does not have. */
export const PEGSH = {
  'pegsh.disk_capacity_mb': mutable(
    uint64(102_400, 'MB', 'size of each disk of a replica server', POSITIVE),
    WHEN_MEASURED,
  ),
  'pegsh.dup_prepare_timeout_remove': mutable(
    bool(false, 'whether a duplication over its time limit is removed'),
  ),
  'pegsh.dup_prepare_timeout_seconds': mutable(
    uint32(0, 's', 'how long a full duplication may take to begin shipping; 0 = no limit'),
  ),
} as const;
