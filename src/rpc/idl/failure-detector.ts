/** `src/failure_detector/fd.thrift`: beacons between servers. */
import { bool, hostPort, type Infer, i64, opt, req, rpcAddress, struct } from './schema.ts';

export const BeaconMsg = struct('beacon_msg', () => ({
  time: req(1, i64),
  from_node: req(2, rpcAddress),
  to_node: req(3, rpcAddress),
  start_time: opt(4, i64),
  hp_from_node: opt(5, hostPort),
  hp_to_node: opt(6, hostPort),
}));
export type BeaconMsg = Infer<typeof BeaconMsg>;

export const BeaconAck = struct('beacon_ack', () => ({
  time: req(1, i64),
  this_node: req(2, rpcAddress),
  primary_node: req(3, rpcAddress),
  is_master: req(4, bool),
  allowed: req(5, bool),
  hp_this_node: opt(6, hostPort),
  hp_primary_node: opt(7, hostPort),
}));
export type BeaconAck = Infer<typeof BeaconAck>;

export const ConfigMasterMessage = struct('config_master_message', () => ({
  master: req(1, rpcAddress),
  is_register: req(2, bool),
  hp_master: opt(3, hostPort),
}));
export type ConfigMasterMessage = Infer<typeof ConfigMasterMessage>;
