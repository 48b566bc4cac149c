/** What one cluster ships to another: `src/common/duplication_internal.thrift`. */
import { blob, bool, type Infer, i8, i32, i64, list, opt, req, string, struct, taskCode } from './schema.ts';

export const DuplicateEntry = struct('duplicate_entry', () => ({
  timestamp: opt(1, i64),
  task_code: opt(2, taskCode),
  raw_message: opt(3, blob),
  cluster_id: opt(4, i8),
  verify_timetag: opt(5, bool),
}));
export type DuplicateEntry = Infer<typeof DuplicateEntry>;

export const DuplicateRequest = struct('duplicate_request', () => ({
  entries: req(1, list(DuplicateEntry)),
}));
export type DuplicateRequest = Infer<typeof DuplicateRequest>;

export const DuplicateResponse = struct('duplicate_response', () => ({
  error: opt(1, i32),
  error_hint: opt(2, string),
}));
export type DuplicateResponse = Infer<typeof DuplicateResponse>;
