/** Chance that repeats: what is drawn for an id today is drawn for it tomorrow. */

export function hash(text: string): number {
  let value = 2166136261; // FNV-1a
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16777619);
  return value >>> 0;
}

/** Numbers in [0, 1) that look random and follow from the seed (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** To one decimal: drawings need no more. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
