export type FailMode = 'FAIL_SLOW' | 'FAIL_SKIP';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (data: Uint8Array): string => new TextDecoder().decode(data);

/** The disks of a server that has two: where a replica on one of them can move. */
export const OTHER_DISK: Readonly<Record<string, string>> = { d1: 'd2', d2: 'd1' };
