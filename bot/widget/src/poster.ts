/**
 * A drawn poster for works that have no picture: scene, colours and lettering follow from the id, so each keeps its face.
 *
 * Works on screen and stage stand 2:3, albums and people 1:1. The title is set in white over a shade of the darkest
 * colour, so it can be read whatever is drawn behind it.
 */

import { dice, hash, round } from "./chance";
import { escape } from "./escape";
import { lettering } from "./lettering";
import { scenes, type Canvas } from "./scenes";

/** From dark to light: sky, ground, light, highlight. */
const PALETTES = [
  ["#0b1d3a", "#2a5c8f", "#f4a259", "#ffe8c2"], ["#2a0a2e", "#8a2266", "#ff7b6b", "#ffd9cc"], ["#06241f", "#14705d", "#e9c46a", "#fff3cf"],
  ["#1a1333", "#5343ad", "#8fccff", "#e8f5ff"], ["#2b0f0a", "#9c3a20", "#ffb347", "#ffe9c7"], ["#0a2233", "#1a7a8c", "#ffa62b", "#f3ede4"],
  ["#1c1c28", "#4d5580", "#f2706a", "#ffe27a"], ["#20122d", "#6a35ad", "#ff9ecd", "#ffe9f4"], ["#10203f", "#2c4f9e", "#fcb045", "#f8f5ee"],
  ["#0f2416", "#3f8a4b", "#f6c244", "#fdf6d8"], ["#251607", "#8a5a2b", "#e8b04a", "#fbe7bd"], ["#0d1b2a", "#3d5a80", "#ee6c4d", "#e0fbfc"],
] as const;

/** SVG markup; `kind` chooses shape and motif and is never written out. */
export function poster(id: string, title: string, kind: string): string {
  const seed = hash(id);
  const next = dice(seed);
  const square = kind === "album" || kind === "person";
  const canvas: Canvas = { width: 120, height: square ? 120 : 180, colours: PALETTES[seed % PALETTES.length], next };
  const choice = scenes.get(kind) ?? scenes.get("film")!;
  const scene = choice[Math.floor(next() * choice.length)](canvas, title);
  const name = `yb${seed.toString(36)}${square ? "s" : "t"}`;
  const [sky, ground, light] = canvas.colours;
  return `<svg class="yb-poster" viewBox="0 0 120 ${canvas.height}" aria-hidden="true" focusable="false">` +
    `<defs><linearGradient id="${name}a" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${sky}"/><stop offset=".62" stop-color="${ground}"/><stop offset="1" stop-color="${light}"/></linearGradient>` +
    `<linearGradient id="${name}b" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${sky}" stop-opacity="0"/><stop offset=".55" stop-color="${sky}" stop-opacity=".82"/><stop offset="1" stop-color="${sky}"/></linearGradient></defs>` +
    `<rect width="120" height="${canvas.height}" fill="url(#${name}a)"/>${scene}` +
    (kind === "person" ? "" : titled(title, canvas, `${name}b`, next() < 0.4)) + "</svg>";
}

function titled(title: string, { height, colours }: Canvas, shade: string, serif: boolean): string {
  const { lines, size } = lettering(title, 102, [23, 20, 18, 16, 14.5, 13]);
  const leading = size * 1.22;
  const bottom = height - 11;
  const top = bottom - leading * (lines.length - 1) - size;
  const family = serif ? "'Songti SC','Noto Serif CJK SC','Source Han Serif SC',Georgia,serif" : "'PingFang SC','Noto Sans CJK SC','Microsoft YaHei',system-ui,sans-serif";
  const rows = lines.map((line, row) => `<text x="9" y="${round(bottom - leading * (lines.length - 1 - row))}">${escape(line)}</text>`).join("");
  return `<rect y="${round(top - 46)}" width="120" height="${round(height - top + 46)}" fill="url(#${shade})"/>` +
    `<rect x="9" y="${round(top - 9)}" width="16" height="2.4" rx="1.2" fill="${colours[2]}"/>` +
    `<g fill="#fff" font-family="${family}" font-weight="700" font-size="${size}" letter-spacing="${lines.length > 1 ? 0 : 0.4}">${rows}</g>`;
}
