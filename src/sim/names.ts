export type FailMode = 'FAIL_SLOW' | 'FAIL_SKIP';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (data: Uint8Array): string => new TextDecoder().decode(data);
