/**
 * RPCs whose argument or result is no struct of its own in the IDL (a key, a context id, a text, nothing).
 *
 * These schemas stand for thrift's generated wrapper itself, hence its names (`…_args`, `…_result`) and ids:
 * what is a request struct elsewhere is here the field 1 of the arguments, or the field 0 of the result.
 */
import {
  big64,
  blob,
  type Infer,
  list,
  req,
  rpcAddress,
  serverText,
  string,
  struct,
  wrapper,
} from './schema.ts';

/** `get`, `ttl`, `remove`: the raw key. */
export const KeyArguments = wrapper('key_args', () => ({ key: req(1, blob) }));
export type KeyArguments = Infer<typeof KeyArguments>;

/** `sortkey_count`. */
export const HashKeyArguments = wrapper('sortkey_count_args', () => ({ hash_key: req(1, blob) }));
export type HashKeyArguments = Infer<typeof HashKeyArguments>;

/** `clear_scanner`, which is never answered. */
export const ClearScannerArguments = wrapper('clear_scanner_args', () => ({ context_id: req(1, big64) }));
export type ClearScannerArguments = Infer<typeof ClearScannerArguments>;

/** The leading meta server's address, in the reply of one that does not lead: a payload beside an error code. */
export const ForwardTo = wrapper('rpc_address', () => ({ address: req(0, rpcAddress) }));
export type ForwardTo = Infer<typeof ForwardTo>;

export const NoReply = wrapper('void_result', () => ({}));
export type NoReply = Infer<typeof NoReply>;

/** A remote command, which any server answers with a text (`idl/command.thrift`). */
export const Command = struct('command', () => ({ cmd: req(1, string), arguments: req(2, list(string)) }));
export type Command = Infer<typeof Command>;

export const CommandResult = wrapper('callCommand_result', () => ({ success: req(0, serverText) }));
export type CommandResult = Infer<typeof CommandResult>;
