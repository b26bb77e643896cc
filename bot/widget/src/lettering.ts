/** Sets a title into a few lines that fit, as a poster's lettering is set: as large as it goes, and balanced. */

export interface Lettering { lines: string[]; size: number }

const CJK = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/;
// What may not begin a line, and what may not end one.
const CLOSING = /[，。、：；！？·…》」』）】”’,.:;!?)\]'-]/;
const OPENING = /[《「『（【“([]/;

/** Width of a text in ems, near enough for a bold sans serif. */
export function ems(text: string): number {
  let width = 0;
  for (const character of text) {
    width += CJK.test(character) ? 1 : /[A-Z0-9MWmw@&%]/.test(character) ? 0.69 : /[ iljtf.,'’:;!|()]/.test(character) ? 0.32 : 0.57;
  }
  return width;
}

/**
 * The title in at most two lines (three where words are long and few fit a line), at the largest of `sizes` that fits
 * `width`; what still does not fit at the smallest ends in an ellipsis.
 */
export function lettering(title: string, width: number, sizes: readonly number[]): Lettering {
  const pieces = split(title.trim());
  const most = CJK.test(title) ? 2 : 3;
  for (const size of sizes) {
    const lines = wrap(pieces, width / size);
    if (lines.length <= most && lines.every((line) => ems(line) <= width / size)) return { lines: balance(pieces, lines.length, width / size), size };
  }
  const size = sizes.at(-1)!;
  const room = width / size;
  const lines = wrap(pieces, room).slice(0, most).map((line) => shorten(line, room));
  const last = lines.length - 1;
  lines[last] = shorten(lines[last] + "…", room);
  return { lines, size };
}

/** Words, where the browser can tell them apart in Chinese too; marks stay with the word they close or open. */
function split(title: string): string[] {
  const pieces: string[] = [];
  for (const segment of words(title)) {
    const previous = pieces.at(-1) ?? " ";
    const glued = CLOSING.test(segment[0]) || OPENING.test(previous.at(-1)!);
    if (glued && !/\s$/.test(previous)) pieces[pieces.length - 1] += segment;
    else pieces.push(segment);
  }
  return pieces;
}

function words(title: string): string[] {
  if (!("Segmenter" in Intl)) return title.match(/\s+|[\p{L}\p{N}'’]+|./gu) ?? [];
  return [...new Intl.Segmenter("zh", { granularity: "word" }).segment(title)].map(({ segment }) => segment);
}

function wrap(pieces: string[], room: number): string[] {
  const lines: string[] = [];
  let line = "";
  // A Chinese word longer than a line is broken; a Western one must shrink.
  for (const piece of pieces.flatMap((piece) => (CJK.test(piece) && ems(piece) > room ? [...piece] : [piece]))) {
    if (line.trim() && ems((line + piece).trim()) > room) {
      lines.push(line.trim());
      line = "";
    }
    line += piece;
  }
  if (line.trim()) lines.push(line.trim());
  return lines;
}

/** The same number of lines with the longest as short as possible, so that no single character is left over. */
function balance(pieces: string[], count: number, room: number): string[] {
  let best = wrap(pieces, room);
  for (let narrower = room - 0.5; narrower > 0.5; narrower -= 0.5) {
    const lines = wrap(pieces, narrower);
    if (lines.length > count || lines.some((line) => ems(line) > narrower)) break;
    best = lines;
  }
  return best;
}

function shorten(line: string, room: number): string {
  if (ems(line) <= room) return line;
  const characters = [...line.replace(/…$/, "")];
  while (characters.length > 1 && ems(characters.join("") + "…") > room) characters.pop();
  return characters.join("").trimEnd() + "…";
}
