/** Digits after which no double that lies between two texts goes on. */
const EXACT_DIGITS = 60;

/** A number with so many decimals, as C and Go write it: what lies exactly between two texts gets the even one. */
export function fixed(value: number, digits: number): string {
  const rounded = value.toFixed(digits);
  const exact = value.toFixed(EXACT_DIGITS);
  const cut = exact.length - EXACT_DIGITS + digits;
  const isTie = /^50*$/.test(exact.slice(cut));
  const kept = exact.slice(0, cut).replace(/\.$/, '');
  return isTie && /[02468]$/.test(kept) ? kept : rounded;
}
