/** `idl/backup.thrift`: backups, policies, restore. */
import {
  bool,
  errorCode,
  gpid,
  type Infer,
  i32,
  i64,
  list,
  opt,
  req,
  serverText,
  set,
  string,
  struct,
} from './schema.ts';

export const PolicyInfo = struct('policy_info', () => ({
  policy_name: req(1, string),
  backup_provider_type: req(2, string),
}));
export type PolicyInfo = Infer<typeof PolicyInfo>;

export const ConfigurationRestoreRequest = struct('configuration_restore_request', () => ({
  cluster_name: req(1, string),
  policy_name: req(2, string),
  time_stamp: req(3, i64),
  app_name: req(4, string),
  app_id: req(5, i32),
  new_app_name: req(6, string),
  backup_provider_name: req(7, string),
  skip_bad_partition: req(8, bool),
  restore_path: opt(9, string),
}));
export type ConfigurationRestoreRequest = Infer<typeof ConfigurationRestoreRequest>;

export const BackupRequest = struct('backup_request', () => ({
  pid: req(1, gpid),
  policy: req(2, PolicyInfo),
  app_name: req(3, string),
  backup_id: req(4, i64),
  backup_path: opt(5, string),
}));
export type BackupRequest = Infer<typeof BackupRequest>;

export const BackupResponse = struct('backup_response', () => ({
  err: req(1, errorCode),
  pid: req(2, gpid),
  progress: req(3, i32),
  policy_name: req(4, string),
  backup_id: req(5, i64),
  checkpoint_total_size: req(6, i64),
}));
export type BackupResponse = Infer<typeof BackupResponse>;

export const BackupClearRequest = struct('backup_clear_request', () => ({
  pid: req(1, gpid),
  policy_name: req(2, string),
}));
export type BackupClearRequest = Infer<typeof BackupClearRequest>;

export const ConfigurationModifyBackupPolicyRequest = struct(
  'configuration_modify_backup_policy_request',
  () => ({
    policy_name: req(1, string),
    add_appids: opt(2, list(i32)),
    removal_appids: opt(3, list(i32)),
    new_backup_interval_sec: opt(4, i64),
    backup_history_count_to_keep: opt(5, i32),
    is_disable: opt(6, bool),
    start_time: opt(7, string),
    force_disable: opt(8, bool),
  }),
);
export type ConfigurationModifyBackupPolicyRequest = Infer<typeof ConfigurationModifyBackupPolicyRequest>;

export const ConfigurationModifyBackupPolicyResponse = struct(
  'configuration_modify_backup_policy_response',
  () => ({
    err: req(1, errorCode),
    hint_message: req(2, serverText),
  }),
);
export type ConfigurationModifyBackupPolicyResponse = Infer<typeof ConfigurationModifyBackupPolicyResponse>;

export const ConfigurationAddBackupPolicyRequest = struct('configuration_add_backup_policy_request', () => ({
  backup_provider_type: req(1, string),
  policy_name: req(2, string),
  app_ids: req(3, list(i32)),
  backup_interval_seconds: req(4, i64),
  backup_history_count_to_keep: req(5, i32),
  start_time: req(6, string),
}));
export type ConfigurationAddBackupPolicyRequest = Infer<typeof ConfigurationAddBackupPolicyRequest>;

export const ConfigurationAddBackupPolicyResponse = struct(
  'configuration_add_backup_policy_response',
  () => ({
    err: req(1, errorCode),
    hint_message: req(2, serverText),
  }),
);
export type ConfigurationAddBackupPolicyResponse = Infer<typeof ConfigurationAddBackupPolicyResponse>;

export const PolicyEntry = struct('policy_entry', () => ({
  policy_name: req(1, string),
  backup_provider_type: req(2, string),
  backup_interval_seconds: req(3, string),
  app_ids: req(4, set(i32)),
  backup_history_count_to_keep: req(5, i32),
  start_time: req(6, string),
  is_disable: req(7, bool),
}));
export type PolicyEntry = Infer<typeof PolicyEntry>;

export const BackupEntry = struct('backup_entry', () => ({
  backup_id: req(1, i64),
  start_time_ms: req(2, i64),
  end_time_ms: req(3, i64),
  app_ids: req(4, set(i32)),
}));
export type BackupEntry = Infer<typeof BackupEntry>;

export const ConfigurationQueryBackupPolicyRequest = struct(
  'configuration_query_backup_policy_request',
  () => ({
    policy_names: req(1, list(string)),
    backup_info_count: req(2, i32),
  }),
);
export type ConfigurationQueryBackupPolicyRequest = Infer<typeof ConfigurationQueryBackupPolicyRequest>;

export const ConfigurationQueryBackupPolicyResponse = struct(
  'configuration_query_backup_policy_response',
  () => ({
    err: req(1, errorCode),
    policys: req(2, list(PolicyEntry)),
    backup_infos: req(3, list(list(BackupEntry))),
    hint_msg: opt(4, serverText),
  }),
);
export type ConfigurationQueryBackupPolicyResponse = Infer<typeof ConfigurationQueryBackupPolicyResponse>;

export const ConfigurationReportRestoreStatusRequest = struct(
  'configuration_report_restore_status_request',
  () => ({
    pid: req(1, gpid),
    restore_status: req(2, errorCode),
    progress: req(3, i32),
    reason: opt(4, string),
  }),
);
export type ConfigurationReportRestoreStatusRequest = Infer<typeof ConfigurationReportRestoreStatusRequest>;

export const ConfigurationReportRestoreStatusResponse = struct(
  'configuration_report_restore_status_response',
  () => ({
    err: req(1, errorCode),
  }),
);
export type ConfigurationReportRestoreStatusResponse = Infer<typeof ConfigurationReportRestoreStatusResponse>;

export const ConfigurationQueryRestoreRequest = struct('configuration_query_restore_request', () => ({
  restore_app_id: req(1, i32),
}));
export type ConfigurationQueryRestoreRequest = Infer<typeof ConfigurationQueryRestoreRequest>;

export const ConfigurationQueryRestoreResponse = struct('configuration_query_restore_response', () => ({
  err: req(1, errorCode),
  restore_status: req(2, list(errorCode)),
  restore_progress: req(3, list(i32)),
}));
export type ConfigurationQueryRestoreResponse = Infer<typeof ConfigurationQueryRestoreResponse>;

export const StartBackupAppRequest = struct('start_backup_app_request', () => ({
  backup_provider_type: req(1, string),
  app_id: req(2, i32),
  backup_path: opt(3, string),
}));
export type StartBackupAppRequest = Infer<typeof StartBackupAppRequest>;

export const StartBackupAppResponse = struct('start_backup_app_response', () => ({
  err: req(1, errorCode),
  hint_message: req(2, serverText),
  backup_id: opt(3, i64),
}));
export type StartBackupAppResponse = Infer<typeof StartBackupAppResponse>;

export const BackupItem = struct('backup_item', () => ({
  backup_id: req(1, i64),
  app_name: req(2, string),
  backup_provider_type: req(3, string),
  backup_path: req(4, string),
  start_time_ms: req(5, i64),
  end_time_ms: req(6, i64),
  is_backup_failed: req(7, bool),
}));
export type BackupItem = Infer<typeof BackupItem>;

export const QueryBackupStatusRequest = struct('query_backup_status_request', () => ({
  app_id: req(1, i32),
  backup_id: opt(2, i64),
}));
export type QueryBackupStatusRequest = Infer<typeof QueryBackupStatusRequest>;

export const QueryBackupStatusResponse = struct('query_backup_status_response', () => ({
  err: req(1, errorCode),
  hint_message: req(2, serverText),
  backup_items: opt(3, list(BackupItem)),
}));
export type QueryBackupStatusResponse = Infer<typeof QueryBackupStatusResponse>;
