/** What a word of a command stands for, as far as it can be told from how its usage calls it. */
export interface Slot {
  /** Of the command. */
  readonly command: string;
  /** `app_name`, `NODE`, `all|exact`; of a flag, what stands for its value. */
  readonly name: string;
  /** The flag whose value it is: `--table`. */
  readonly flag?: string;
}

export type Kind =
  | 'address'
  | 'cluster'
  | 'dropped table'
  | 'dup'
  | 'duration'
  | 'env'
  | 'env value'
  | 'env with value'
  | 'fault'
  | 'fault kind'
  | 'file'
  | 'gpid'
  | 'incident'
  | 'level'
  | 'match'
  | 'meta address'
  | 'meta config'
  | 'meta remote command'
  | 'node'
  | 'none'
  | 'operation'
  | 'partition'
  | 'policy'
  | 'proposal'
  | 'provider'
  | 'remote cluster'
  | 'remote command'
  | 'replica address'
  | 'replica config'
  | 'replica remote command'
  | 'setting'
  | 'setting value'
  | 'snapshot'
  | 'status'
  | 'table'
  | 'table id'
  | 'target table'
  | 'ttl type';

/**
 * Upstream and pegsh's own commands name their words alike, with few exceptions: the first pattern that fits says the kind.
 * It is held against the command, the flag and the word, with blanks between.
 */
const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/^(create|create table|cluster create|cluster add|snapshot save) [^\s-]+$/, 'none'],
  [/^add_backup_policy --policy_name /, 'none'],
  [/^(recall|rename) new_?app_?name$|^recall newTableName$/i, 'none'],
  [/^recall /, 'dropped table'],

  [/^cluster config VALUE$/, 'setting value'],
  [/^cluster config (--unset )?KEY$/, 'setting'],
  [/^cluster \w+ NAME$/, 'cluster'],
  [/^(duplication add --cluster|dup preflight|\S+ remote_cluster_name)( |$)/, 'remote cluster'],
  [/( --?cluster \S+| --(target_|old_?)cluster_?name \S+| cluster(_name)?)$/i, 'cluster'],

  [/^create --envs /, 'env with value'],
  [/^\S*env\S* (\w+ )?key/i, 'env'],
  [/^\S*env\S* (\w+ )?value/i, 'env value'],

  [/^(remote-command|server-config) meta --node /, 'meta address'],
  [/^(disk-\w+|add-disk|remote-command replica|server-config replica) --node /, 'replica address'],
  [/^detect_hotkey --address /, 'replica address'],
  [/^(propose|balance) --(target|node|from|to) |^recover --node_list_str /, 'replica address'],
  [/ -l \S+$/, 'address'],
  [/ (node|replica|address|end)$/i, 'node'],

  [/^server-config meta command$/, 'meta config'],
  [/^server-config replica command$/, 'replica config'],
  [/^remote-command meta command$/, 'meta remote command'],
  [/^remote-command replica command$/, 'replica remote command'],
  [/^remote_command command$/, 'remote command'],

  [/ --target_app_name /, 'target table'],
  [/ (--(app_ids?|old_app_id|oldTableID|add_app|remove_app) \S+|tableID|restore_app_id)$/, 'table id'],
  [/ --(table|old_app_name|oldTableName|tableName|app_name|app_name_pattern) \S+$/, 'table'],
  [/ (old_)?(app_name|table(_name)?)$/i, 'table'],
  [/ --gpid \S+$/, 'gpid'],
  [/ --(partition(_?index)?|parentPidx) \S+$/i, 'partition'],
  [/ (--?dup(_?id)? \S+|dup_?id)$/i, 'dup'],
  [/ --policy_name /, 'policy'],
  [/ (--(backup_provider_type|providerType) \S+|providerType)$/, 'provider'],
  [/^propose --type /, 'proposal'],
  [/^add-compaction-operation --operation-type /, 'operation'],
  [/^add-compaction-operation --ttl-type /, 'ttl type'],
  [/^add-compaction-operation --(hash|sort)key-match /, 'match'],

  [/^snapshot \w+ NAME$/, 'snapshot'],
  [/ (--defect )?ISSUE$/, 'incident'],
  [/^fault clear ID$/, 'fault'],
  [/ (d|duration|\d+m?s|\d+m)$/i, 'duration'],
  [/ status$/i, 'status'],
  [/ kind$/i, 'fault kind'],
  [/ level$/i, 'level'],
  [/ (FILE|file_name)$/, 'file'],
];

export function kindOf({ command, name, flag }: Slot): Kind {
  const text = [command, ...(flag === undefined ? [] : [flag]), name].join(' ');
  return KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'none';
}

/** Whether the candidates are only some of what may stand there. */
export function isOpenEnded(slot: Slot): boolean {
  return (
    isList(slot) ||
    ['duration', 'env value', 'env with value', 'file', 'setting value'].includes(kindOf(slot))
  );
}

/** Whether several may stand there, with commas between. */
export function isList({ name, flag }: Slot): boolean {
  return name.includes(',') || flag === '--node_list_str';
}
