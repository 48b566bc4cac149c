/** The name check of upstream's client (`replication_ddl_client::validate_app_name`). */
export function isAppName(name: string): boolean {
  return /^[0-9a-zA-Z_.:]+$/.test(name);
}

/** What upstream says of a name that is none: an `error_s`. */
export const INVALID_NAME = 'ERR_INVALID_PARAMETERS: Invalid name: Only 0-9a-zA-Z.:_ are valid.';

/** @param what `app_name`, `remote_app_name` */
export function invalidName(what: string, name: string): string {
  return `${INVALID_NAME}: invalid ${what}: '${name}'\n`;
}
