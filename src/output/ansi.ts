/** ANSI codes exactly as the two original programs write them. */
const RESET = '\x1b[0m';

/** Go's tablewriter marks header cells so, in a pipe too. */
export function bold(text: string): string {
  return `\x1b[1m${text}${RESET}`;
}

/** `fmt`'s bold with a 24-bit colour: components of three digits, bold first (C++ shell, `command_helper.h`). */
function coloured(rgb: string, text: string): string {
  return `\x1b[1m\x1b[38;2;${rgb}m${text}${RESET}`;
}

export const red = (text: string): string => coloured('255;000;000', text);
export const yellow = (text: string): string => coloured('255;255;000', text);
export const green = (text: string): string => coloured('000;128;000', text);

/** The label of an error as admin-cli's shell shows it on a terminal. */
export function labelled(error: string): string {
  return error.replace(/^error: /, `\x1b[31;1m$&${RESET}`);
}

/** Whether things stand well, badly, or are neither yet. */
export type Tone = 'good' | 'bad' | 'between';

const TONES: Readonly<Record<Tone, number>> = { good: 32, bad: 31, between: 33 };

export function toned(text: string, tone: Tone): string {
  return `\x1b[${TONES[tone]}m${text}${RESET}`;
}

export const dim = (text: string): string => `\x1b[2m${text}${RESET}`;
export const reverse = (text: string): string => `\x1b[7m${text}${RESET}`;

/** The text without its codes: what `--no-color` shows and what a JSON error says. */
export function stripAnsi(text: string): string {
  return text.replace(/\x1b\[[0-9;]*m/g, '');
}

/** The text with its line ended, once: a coloured run has its newline inside the codes. */
export function endLine(text: string): string {
  return stripAnsi(text).endsWith('\n') ? text : `${text}\n`;
}
