/** `src/nfs/nfs.thrift`: files that a learner copies. */
import {
  blob,
  bool,
  errorCode,
  gpid,
  hostPort,
  type Infer,
  i32,
  i64,
  list,
  opt,
  req,
  rpcAddress,
  string,
  struct,
} from './schema.ts';

export const CopyRequest = struct('copy_request', () => ({
  source: req(1, rpcAddress),
  source_dir: req(2, string),
  dst_dir: req(3, string),
  file_name: req(4, string),
  offset: req(5, i64),
  size: req(6, i32),
  is_last: req(7, bool),
  overwrite: req(8, bool),
  source_disk_tag: opt(9, string),
  pid: opt(10, gpid),
  hp_source: opt(11, hostPort),
}));
export type CopyRequest = Infer<typeof CopyRequest>;

export const CopyResponse = struct('copy_response', () => ({
  error: req(1, errorCode),
  file_content: req(2, blob),
  offset: req(3, i64),
  size: req(4, i32),
}));
export type CopyResponse = Infer<typeof CopyResponse>;

export const GetFileSizeRequest = struct('get_file_size_request', () => ({
  source: req(1, rpcAddress),
  dst_dir: req(2, string),
  file_list: req(3, list(string)),
  source_dir: req(4, string),
  overwrite: req(5, bool),
  source_disk_tag: opt(6, string),
  dest_disk_tag: opt(7, string),
  pid: opt(8, gpid),
  hp_source: opt(9, hostPort),
}));
export type GetFileSizeRequest = Infer<typeof GetFileSizeRequest>;

export const GetFileSizeResponse = struct('get_file_size_response', () => ({
  error: req(1, i32),
  file_list: req(2, list(string)),
  size_list: req(3, list(i64)),
}));
export type GetFileSizeResponse = Infer<typeof GetFileSizeResponse>;
