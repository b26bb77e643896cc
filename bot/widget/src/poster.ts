/** A drawn poster for works that have no picture: colours and pattern from the title, so that each keeps its own face. */

const PALETTES = [
  ["#1d3557", "#457b9d", "#f1faee"], ["#5f0f40", "#9a031e", "#fb8b24"], ["#0b3d2e", "#2a9d8f", "#e9c46a"],
  ["#2b2d42", "#8d99ae", "#ef233c"], ["#3c096c", "#9d4edd", "#ffd6ff"], ["#432818", "#bb9457", "#ffe6a7"],
  ["#003049", "#d62828", "#fcbf49"], ["#264653", "#e76f51", "#f4a261"],
];

export function hash(text: string): number {
  let value = 2166136261; // FNV-1a
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16777619);
  return value >>> 0;
}

/** SVG markup, 2:3 for works on screen and stage, 1:1 for albums; the title is escaped by the caller's `escape`. */
export function poster(id: string, title: string, kind: string, escape: (text: unknown) => string): string {
  const seed = hash(id);
  const [dark, mid, light] = PALETTES[seed % PALETTES.length];
  const height = kind === "album" || kind === "person" ? 120 : 160;
  const x = 20 + (seed >>> 3) % 80;
  const y = 20 + (seed >>> 9) % (height - 60);
  const radius = 24 + (seed >>> 15) % 30;
  const angle = (seed >>> 5) % 60 - 30;
  const short = [...title].slice(0, 14).join("");
  const wide = /[\u3400-\u9fff]/.test(short) ? 16 : 9;
  const size = Math.max(9, Math.min(20, Math.floor((104 / Math.max(1, [...short].length)) * (wide === 16 ? 1 : 1.7))));
  const mark = kind === "album"
    ? `<circle cx="60" cy="54" r="38" fill="${dark}" opacity=".75"/><circle cx="60" cy="54" r="12" fill="${light}"/><circle cx="60" cy="54" r="3" fill="${dark}"/>`
    : kind === "show"
      ? `<path d="M0 0h120v18q-12 14-24 0q-12 14-24 0q-12 14-24 0q-12 14-24 0q-12 14-24 0z" fill="${light}" opacity=".85"/>`
      : `<circle cx="${x}" cy="${y}" r="${radius}" fill="${light}" opacity=".8"/>`;
  return `<svg class="yb-poster" viewBox="0 0 120 ${height}" preserveAspectRatio="xMidYMid slice" role="img" aria-label="${escape(title)}">` +
    `<rect width="120" height="${height}" fill="${dark}"/>` +
    `<rect x="-40" y="${height * 0.55}" width="200" height="90" fill="${mid}" transform="rotate(${angle} 60 ${height / 2})"/>${mark}` +
    `<text x="60" y="${height - 12}" text-anchor="middle" font-size="${size}" font-weight="700" fill="#fff">${escape(short)}</text></svg>`;
}
