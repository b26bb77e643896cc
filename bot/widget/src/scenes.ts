/** What a drawn poster shows, by kind of work: a few abstract scenes, each varied by the dice. */

import { round } from "./chance";

export interface Canvas {
  width: number;
  height: number;
  /** Sky, ground, light, highlight: from dark to light. */
  colours: readonly [string, string, string, string];
  next: () => number;
}

type Scene = (canvas: Canvas, title: string) => string;

const between = (next: () => number, low: number, high: number) => round(low + next() * (high - low));

/** A low sun over mountain ridges. */
const ridges: Scene = ({ height, colours: [sky, ground, light, highlight], next }) => {
  const x = between(next, 28, 92);
  const y = between(next, 44, 70);
  const sun = `<circle cx="${x}" cy="${y}" r="${between(next, 34, 44)}" fill="${light}" opacity=".22"/><circle cx="${x}" cy="${y}" r="${between(next, 17, 25)}" fill="${highlight}"/>`;
  const ridge = (base: number, rise: number, fill: string, opacity: number) => {
    let path = `M0 ${height}V${round(base)}`;
    for (let at = 0; at < 120; ) {
      const peak = at + between(next, 12, 24);
      const foot = peak + between(next, 12, 24);
      path += `L${round(peak)} ${round(base - rise * (0.5 + next() / 2))}L${round(foot)} ${round(base - rise * next() * 0.3)}`;
      at = foot;
    }
    return `<path d="${path}V${height}z" fill="${fill}" opacity="${opacity}"/>`;
  };
  return sun + ridge(98, 34, ground, 0.75) + ridge(118, 30, sky, 0.55) + ridge(138, 24, sky, 0.9);
};

/** A planet, its ring, and stars. */
const orbit: Scene = ({ height, colours: [sky, ground, light, highlight], next }) => {
  const x = between(next, 34, 88);
  const y = between(next, 52, 76);
  const radius = between(next, 26, 36);
  const stars = Array.from({ length: 26 }, () => `<circle cx="${between(next, 2, 118)}" cy="${between(next, 2, height * 0.72)}" r="${between(next, 0.4, 1.3)}"/>`).join("");
  const tilt = between(next, -32, 32);
  const ring = (part: string) => `<path d="${part}" transform="translate(${x} ${y}) rotate(${tilt})" fill="none" stroke="${highlight}" stroke-width="2.4" opacity=".9"/>`;
  const wide = round(radius * 1.7);
  const flat = round(radius * 0.42);
  return `<rect width="120" height="${height}" fill="${sky}" opacity=".55"/><g fill="${highlight}" opacity=".85">${stars}</g>` +
    ring(`M${-wide} 0A${wide} ${flat} 0 0 1 ${wide} 0`) +
    `<circle cx="${x}" cy="${y}" r="${radius}" fill="${light}"/><path d="M${x} ${y - radius}A${radius} ${radius} 0 0 0 ${x} ${y + radius}A${round(radius * 1.5)} ${round(radius * 1.5)} 0 0 1 ${x} ${y - radius}z" fill="${ground}" opacity=".55"/>` +
    ring(`M${-wide} 0A${wide} ${flat} 0 0 0 ${wide} 0`);
};

/** The moon over the sea. */
const tide: Scene = ({ height, colours: [sky, ground, light, highlight], next }) => {
  const x = between(next, 30, 90);
  const y = between(next, 36, 56);
  const waves = [0, 1, 2, 3, 4].map((row) => {
    const level = 86 + row * 14;
    const swell = between(next, 3, 6);
    const shift = between(next, -30, 0);
    let path = `M${shift} ${level}`;
    for (let at = shift; at < 130; at += 30) path += `q7.5 ${-swell} 15 0t15 0`;
    return `<path d="${path}V${height}H${shift}z" fill="${row % 2 ? sky : ground}" opacity="${round(0.35 + row * 0.13)}"/>`;
  });
  const path = [0, 1, 2, 3].map((row) => `<rect x="${round(x - 15 + row * 3.4)}" y="${84 + row * 8}" width="${round(30 - row * 6.8)}" height="2" rx="1"/>`).join("");
  return `<circle cx="${x}" cy="${y}" r="40" fill="${light}" opacity=".16"/><circle cx="${x}" cy="${y}" r="${between(next, 15, 21)}" fill="${highlight}"/>` +
    `${waves.join("")}<g fill="${highlight}" opacity=".7">${path}</g>`;
};

/** A city at night, a few windows lit. */
const city: Scene = ({ height, colours: [sky, ground, light, highlight], next }) => {
  const x = between(next, 26, 94);
  let buildings = `<circle cx="${x}" cy="${between(next, 34, 52)}" r="${between(next, 18, 26)}" fill="${light}" opacity=".95"/>`;
  for (const [base, fill, opacity] of [[62, ground, 0.85], [84, sky, 0.92]] as const) {
    for (let at = -4; at < 120; ) {
      const wide = between(next, 13, 24);
      const top = between(next, base, base + 34);
      buildings += `<rect x="${round(at)}" y="${top}" width="${wide}" height="${height - top}" fill="${fill}" opacity="${opacity}"/>`;
      for (let row = top + 6; fill === sky && row < top + 46; row += 8) {
        for (let column = at + 3.5; column < at + wide - 4; column += 6) {
          if (next() < 0.4) buildings += `<rect x="${round(column)}" y="${round(row)}" width="2.6" height="3.6" fill="${highlight}" opacity=".8"/>`;
        }
      }
      at += wide + between(next, 0, 3);
    }
  }
  return buildings;
};

/** Quarter circles on a grid, as on a mid-century paperback. */
const mosaic: Scene = ({ height, colours, next }) => {
  let tiles = "";
  for (let y = 0; y < height - 60; y += 40) {
    for (let x = 0; x < 120; x += 40) {
      const [back, front] = [colours[Math.floor(next() * 2)], colours[2 + Math.floor(next() * 2)]];
      const turn = Math.floor(next() * 4) * 90;
      const shape = next() < 0.3 ? `<circle cx="${x + 20}" cy="${y + 20}" r="${between(next, 9, 15)}" fill="${front}"/>`
        : `<path d="M${x} ${y}h40a40 40 0 0 1 -40 40z" fill="${front}" transform="rotate(${turn} ${x + 20} ${y + 20})"/>`;
      tiles += `<rect x="${x}" y="${y}" width="40" height="40" fill="${back}"/>${shape}`;
    }
  }
  return tiles;
};

/** Ripples from one corner. */
const ripples: Scene = ({ height, colours: [sky, ground, light, highlight], next }) => {
  const x = next() < 0.5 ? 0 : 120;
  const y = between(next, 0, 40);
  const rings = [150, 122, 96, 72, 50, 30, 14].map((radius, row) =>
    `<circle cx="${x}" cy="${y}" r="${radius}" fill="${[ground, sky, light, ground, highlight, light, sky][row]}" opacity="${row < 2 ? 0.6 : 0.92}"/>`);
  return `<rect width="120" height="${height}" fill="${sky}" opacity=".4"/>${rings.join("")}`;
};

/** A curtain and a spot of light on the boards. */
const stage: Scene = ({ height, colours: [sky, ground, light, highlight], next }) => {
  const x = between(next, 46, 74);
  const folds = [0, 1, 2].map((fold) => {
    const wide = 15 - fold * 3;
    const at = fold * 11;
    return `<path d="M${at} 0h${wide}q3 ${height * 0.4} -4 ${height * 0.75}h${-wide - 2}q8 ${-height * 0.4} ${6 - wide + wide} ${-height * 0.75}z" fill="${fold % 2 ? ground : light}" opacity="${1 - fold * 0.12}"/>`;
  }).join("");
  return `<rect width="120" height="${height}" fill="${sky}" opacity=".75"/>` +
    `<path d="M${x - 4} 0h8L${x + 34} 128H${x - 34}z" fill="${highlight}" opacity=".2"/><ellipse cx="${x}" cy="128" rx="34" ry="9" fill="${highlight}" opacity=".75"/>` +
    `${folds}<g transform="matrix(-1 0 0 1 120 0)">${folds}</g>` +
    `<path d="M0 0h120v12q-10 9 -20 0q-10 9 -20 0q-10 9 -20 0q-10 9 -20 0q-10 9 -20 0q-10 9 -20 0z" fill="${light}"/>`;
};

/** A record half out of its sleeve. */
const record: Scene = ({ colours: [sky, ground, light, highlight], next }) => {
  const x = between(next, 66, 84);
  const grooves = [34, 29, 24].map((radius) => `<circle cx="${x}" cy="48" r="${radius}" fill="none" stroke="${highlight}" stroke-width=".5" opacity=".35"/>`).join("");
  return `<rect width="120" height="120" fill="${ground}"/><path d="M0 0h${between(next, 40, 70)}L${between(next, 10, 40)} 120H0z" fill="${light}" opacity=".85"/>` +
    `<circle cx="${x}" cy="48" r="39" fill="${sky}"/>${grooves}<circle cx="${x}" cy="48" r="13" fill="${light}"/><circle cx="${x}" cy="48" r="2.6" fill="${sky}"/>`;
};

/** Bars of sound. */
const sound: Scene = ({ colours: [sky, , light, highlight], next }) => {
  const bars = Array.from({ length: 13 }, (_, bar) => {
    const tall = between(next, 8, 58);
    return `<rect x="${6 + bar * 8.6}" y="${round(48 - tall / 2)}" width="4.6" height="${tall}" rx="2.3" fill="${bar % 3 ? light : highlight}"/>`;
  });
  return `<rect width="120" height="120" fill="${sky}" opacity=".55"/>${bars.join("")}`;
};

/** Somebody, from the shoulders up, with their first letters. */
const portrait: Scene = ({ colours: [sky, ground, light, highlight] }, title) => {
  const initials = /[\u3400-\u9fff]/.test(title) ? [...title][0] : title.split(/\s+/).map((word) => [...word][0] ?? "").slice(0, 2).join("").toUpperCase();
  // Letters only: anything else would have to be escaped, and says nothing.
  const letters = initials.replace(/[^\p{L}\p{N}]/gu, "");
  return `<rect width="120" height="120" fill="${ground}"/><circle cx="60" cy="58" r="54" fill="${light}" opacity=".35"/>` +
    `<circle cx="60" cy="46" r="22" fill="${highlight}" opacity=".9"/><path d="M18 120c2 -30 20 -42 42 -42s40 12 42 42z" fill="${sky}"/>` +
    `<text x="60" y="${112}" text-anchor="middle" font-size="20" font-weight="700" fill="#fff" font-family="'PingFang SC','Noto Sans CJK SC',system-ui,sans-serif">${letters}</text>`;
};

const pictures = [ridges, orbit, tide, city, mosaic, ripples];

/** The scenes of each kind of card; an unknown kind gets a film's. */
export const scenes = new Map<string, readonly Scene[]>([
  ["film", pictures], ["series", pictures], ["show", [stage]], ["album", [record, sound, ripples, mosaic]], ["person", [portrait]],
]);
