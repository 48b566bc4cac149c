/** Settings of a table, of `idl/meta_admin.thrift`: environment, replica count, idempotence, manual compaction. */
import {
  bool,
  enumeration,
  errorCode,
  type Infer,
  i32,
  i64,
  list,
  opt,
  req,
  serverText,
  string,
  struct,
} from './schema.ts';

export const AppEnvOperation = enumeration('app_env_operation', {
  APP_ENV_OP_INVALID: 0,
  APP_ENV_OP_SET: 1,
  APP_ENV_OP_DEL: 2,
  APP_ENV_OP_CLEAR: 3,
});
export type AppEnvOperation = Infer<typeof AppEnvOperation>;

export const ConfigurationUpdateAppEnvRequest = struct('configuration_update_app_env_request', () => ({
  app_name: req(1, string),
  op: req(2, AppEnvOperation),
  keys: opt(3, list(string)),
  values: opt(4, list(string)),
  clear_prefix: opt(5, string),
}));
export type ConfigurationUpdateAppEnvRequest = Infer<typeof ConfigurationUpdateAppEnvRequest>;

export const ConfigurationUpdateAppEnvResponse = struct('configuration_update_app_env_response', () => ({
  err: req(1, errorCode),
  hint_message: req(2, serverText),
}));
export type ConfigurationUpdateAppEnvResponse = Infer<typeof ConfigurationUpdateAppEnvResponse>;

export const StartAppManualCompactRequest = struct('start_app_manual_compact_request', () => ({
  app_name: req(1, string),
  trigger_time: opt(2, i64),
  target_level: opt(3, i32),
  bottommost: opt(4, bool),
  max_running_count: opt(5, i32),
}));
export type StartAppManualCompactRequest = Infer<typeof StartAppManualCompactRequest>;

export const StartAppManualCompactResponse = struct('start_app_manual_compact_response', () => ({
  err: req(1, errorCode),
  hint_msg: req(2, serverText),
}));
export type StartAppManualCompactResponse = Infer<typeof StartAppManualCompactResponse>;

export const QueryAppManualCompactRequest = struct('query_app_manual_compact_request', () => ({
  app_name: req(1, string),
}));
export type QueryAppManualCompactRequest = Infer<typeof QueryAppManualCompactRequest>;

export const QueryAppManualCompactResponse = struct('query_app_manual_compact_response', () => ({
  err: req(1, errorCode),
  hint_msg: req(2, serverText),
  progress: opt(3, i32),
}));
export type QueryAppManualCompactResponse = Infer<typeof QueryAppManualCompactResponse>;

export const ConfigurationGetMaxReplicaCountRequest = struct(
  'configuration_get_max_replica_count_request',
  () => ({
    app_name: req(1, string),
  }),
);
export type ConfigurationGetMaxReplicaCountRequest = Infer<typeof ConfigurationGetMaxReplicaCountRequest>;

export const ConfigurationGetMaxReplicaCountResponse = struct(
  'configuration_get_max_replica_count_response',
  () => ({
    err: req(1, errorCode),
    max_replica_count: req(2, i32),
    hint_message: req(3, serverText),
  }),
);
export type ConfigurationGetMaxReplicaCountResponse = Infer<typeof ConfigurationGetMaxReplicaCountResponse>;

export const ConfigurationSetMaxReplicaCountRequest = struct(
  'configuration_set_max_replica_count_request',
  () => ({
    app_name: req(1, string),
    max_replica_count: req(2, i32),
  }),
);
export type ConfigurationSetMaxReplicaCountRequest = Infer<typeof ConfigurationSetMaxReplicaCountRequest>;

export const ConfigurationSetMaxReplicaCountResponse = struct(
  'configuration_set_max_replica_count_response',
  () => ({
    err: req(1, errorCode),
    old_max_replica_count: req(2, i32),
    hint_message: req(3, serverText),
  }),
);
export type ConfigurationSetMaxReplicaCountResponse = Infer<typeof ConfigurationSetMaxReplicaCountResponse>;

export const ConfigurationGetAtomicIdempotentRequest = struct(
  'configuration_get_atomic_idempotent_request',
  () => ({
    app_name: req(1, string),
  }),
);
export type ConfigurationGetAtomicIdempotentRequest = Infer<typeof ConfigurationGetAtomicIdempotentRequest>;

export const ConfigurationGetAtomicIdempotentResponse = struct(
  'configuration_get_atomic_idempotent_response',
  () => ({
    err: req(1, errorCode),
    atomic_idempotent: req(2, bool),
    hint_message: req(3, serverText),
  }),
);
export type ConfigurationGetAtomicIdempotentResponse = Infer<typeof ConfigurationGetAtomicIdempotentResponse>;

export const ConfigurationSetAtomicIdempotentRequest = struct(
  'configuration_set_atomic_idempotent_request',
  () => ({
    app_name: req(1, string),
    atomic_idempotent: req(2, bool),
  }),
);
export type ConfigurationSetAtomicIdempotentRequest = Infer<typeof ConfigurationSetAtomicIdempotentRequest>;

export const ConfigurationSetAtomicIdempotentResponse = struct(
  'configuration_set_atomic_idempotent_response',
  () => ({
    err: req(1, errorCode),
    old_atomic_idempotent: req(2, bool),
    hint_message: req(3, serverText),
  }),
);
export type ConfigurationSetAtomicIdempotentResponse = Infer<typeof ConfigurationSetAtomicIdempotentResponse>;
