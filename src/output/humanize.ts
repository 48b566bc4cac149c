/** Numbers as admin-cli shows them (`admin-cli/tabular/template.go`, with Go's dustin/go-humanize v1.0.0). */
import { fixed } from './fixed.ts';

const SI_PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** `0.25`, `12 `, `34.56 k`: below 1 rounded, from there on cut after two decimals, a blank before no prefix. */
export function siNumber(value: number): string {
  if (value < 1) return fixed(value, 2);
  let thousands = Math.floor(Math.floor(logarithm(value, 10)) / 3);
  if (value / 10 ** (3 * thousands) === 1000) thousands++;
  const [whole, decimals = ''] = fixed(value / 10 ** (3 * thousands), 6).split('.');
  const cut = `${whole}.${decimals.slice(0, 2)}`.replace(/\.?0+$/, '');
  return `${cut} ${SI_PREFIXES[thousands] ?? ''}`;
}

/** `0 B`, `1.2 kB`, `482 MB`, of whole bytes. */
export function byteSize(value: number): string {
  const bytes = Math.trunc(value);
  if (bytes < 10) return `${bytes} B`;
  const thousands = Math.floor(logarithm(bytes, 1000));
  const scaled = Math.floor((bytes / 1000 ** thousands) * 10 + 0.5) / 10;
  return `${fixed(scaled, scaled < 10 ? 1 : 0)} ${BYTE_UNITS[thousands]}`;
}

/** The same of mebibytes. */
export function mebibyteSize(value: number): string {
  return byteSize(Math.trunc(value) * 2 ** 20);
}

/** So many digits, as `%g` of C and Go writes them: with five `0`, `118.25`, `1.2346e+05`. */
export function significant(value: number, digits: number): string {
  if (value === 0) return '0';
  const [mantissa, power = ''] = value.toExponential(digits - 1).split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < digits) return String(Number(value.toPrecision(digits)));
  const sign = exponent < 0 ? '-' : '+';
  return `${String(Number(mantissa))}e${sign}${power.slice(1).padStart(2, '0')}`;
}

/** As Go's library has it, which errs at some powers: `log(1000) / log(10)` is below 3. */
function logarithm(value: number, base: number): number {
  return Math.log(value) / Math.log(base);
}
