/**
 * Seeded randomness without a stream: a draw depends on the seed and on what it is for, never on what was drawn
 * before, so that a server that nobody looked at for a month draws what it would have drawn.
 */
export function draw(seed: number, purpose: string): number {
  let hash = (seed ^ 0x9e3779b9) >>> 0;
  for (let i = 0; i < purpose.length; i++) hash = mix(hash ^ purpose.charCodeAt(i));
  return mix(hash) / 0x1_0000_0000;
}

/** 32-bit finaliser of MurmurHash3. */
function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
