export interface Gpid {
  readonly app_id: number;
  readonly partition_index: number;
}

/** A partition as typed, `2.0`; what follows is not looked at (`gpid::parse_from`, which is `sscanf`). */
export function gpidOf(text: string): Gpid | undefined {
  const found = /^\s*([+-]?\d+)\.\s*([+-]?\d+)/.exec(text);
  return found === null ? undefined : { app_id: Number(found[1]), partition_index: Number(found[2]) };
}

export function gpidText({ app_id, partition_index }: Gpid): string {
  return `${app_id}.${partition_index}`;
}
