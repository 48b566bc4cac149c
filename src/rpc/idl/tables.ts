/** Tables, of `idl/meta_admin.thrift`: create, drop, rename, recall, list. */

import { AppInfo, AppStatus } from './layer2.ts';
import {
  bool,
  errorCode,
  hostPort,
  type Infer,
  i32,
  i64,
  list,
  map,
  opt,
  req,
  rpcAddress,
  serverText,
  string,
  struct,
} from './schema.ts';
import { PatternMatchType } from './utils.ts';

export const CreateAppOptions = struct('create_app_options', () => ({
  partition_count: req(1, i32),
  replica_count: req(2, i32),
  success_if_exist: req(3, bool),
  app_type: req(4, string),
  is_stateful: req(5, bool),
  envs: req(6, map(string, string)),
  atomic_idempotent: opt(7, bool),
}));
export type CreateAppOptions = Infer<typeof CreateAppOptions>;

export const ConfigurationCreateAppRequest = struct('configuration_create_app_request', () => ({
  app_name: req(1, string),
  options: req(2, CreateAppOptions),
}));
export type ConfigurationCreateAppRequest = Infer<typeof ConfigurationCreateAppRequest>;

export const ConfigurationCreateAppResponse = struct('configuration_create_app_response', () => ({
  err: req(1, errorCode),
  appid: req(2, i32),
}));
export type ConfigurationCreateAppResponse = Infer<typeof ConfigurationCreateAppResponse>;

export const DropAppOptions = struct('drop_app_options', () => ({
  success_if_not_exist: req(1, bool),
  reserve_seconds: opt(2, i64),
}));
export type DropAppOptions = Infer<typeof DropAppOptions>;

export const ConfigurationDropAppRequest = struct('configuration_drop_app_request', () => ({
  app_name: req(1, string),
  options: req(2, DropAppOptions),
}));
export type ConfigurationDropAppRequest = Infer<typeof ConfigurationDropAppRequest>;

export const ConfigurationDropAppResponse = struct('configuration_drop_app_response', () => ({
  err: req(1, errorCode),
}));
export type ConfigurationDropAppResponse = Infer<typeof ConfigurationDropAppResponse>;

export const ConfigurationRenameAppRequest = struct('configuration_rename_app_request', () => ({
  old_app_name: req(1, string),
  new_app_name: req(2, string),
}));
export type ConfigurationRenameAppRequest = Infer<typeof ConfigurationRenameAppRequest>;

export const ConfigurationRenameAppResponse = struct('configuration_rename_app_response', () => ({
  err: req(1, errorCode),
  hint_message: req(2, serverText),
}));
export type ConfigurationRenameAppResponse = Infer<typeof ConfigurationRenameAppResponse>;

export const ConfigurationRecallAppRequest = struct('configuration_recall_app_request', () => ({
  app_id: req(1, i32),
  new_app_name: req(2, string),
}));
export type ConfigurationRecallAppRequest = Infer<typeof ConfigurationRecallAppRequest>;

export const ConfigurationRecallAppResponse = struct('configuration_recall_app_response', () => ({
  err: req(1, errorCode),
  info: req(2, AppInfo),
}));
export type ConfigurationRecallAppResponse = Infer<typeof ConfigurationRecallAppResponse>;

export const ConfigurationListAppsRequest = struct('configuration_list_apps_request', () => ({
  status: req(1, AppStatus),
  app_name_pattern: opt(2, string),
  match_type: opt(3, PatternMatchType),
}));
export type ConfigurationListAppsRequest = Infer<typeof ConfigurationListAppsRequest>;

export const ConfigurationListAppsResponse = struct('configuration_list_apps_response', () => ({
  err: req(1, errorCode),
  infos: req(2, list(AppInfo)),
  hint_message: opt(3, serverText),
}));
export type ConfigurationListAppsResponse = Infer<typeof ConfigurationListAppsResponse>;

/** What a replica server knows of the tables that it has replicas of. */
export const QueryAppInfoRequest = struct('query_app_info_request', () => ({
  meta_server: req(1, rpcAddress),
  hp_meta_server: opt(2, hostPort),
}));
export type QueryAppInfoRequest = Infer<typeof QueryAppInfoRequest>;

export const QueryAppInfoResponse = struct('query_app_info_response', () => ({
  err: req(1, errorCode),
  apps: req(2, list(AppInfo)),
}));
export type QueryAppInfoResponse = Infer<typeof QueryAppInfoResponse>;
