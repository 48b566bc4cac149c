import type { MetaFunctionLevel } from '../../../rpc/idl/cluster.ts';
import type { Context } from '../../command.ts';
import { answered } from './meta-call.ts';

export interface LevelChange {
  readonly old_level: MetaFunctionLevel;
  readonly level: MetaFunctionLevel;
}

/** @throws Refusal */
export async function setLevel({ meta }: Context, level: MetaFunctionLevel): Promise<LevelChange> {
  const { old_level } = await answered('MetaControl', meta.controlMeta({ level }));
  return { old_level, level };
}

export function levelText({ old_level, level }: LevelChange): string {
  return `Successfully update meta function level from "${old_level}" to "${level}"\n`;
}
