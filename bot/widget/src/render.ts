/**
 * Envelope → HTML. Pure: everything is escaped, addresses are checked, and nothing carries behaviour — what can be pressed
 * is a <button data-do="…"> that `gestures.ts` knows.
 *
 * Words of the widget itself carry `data-word` (or `data-label` for names), so that `relabel` can put them into the other
 * language without drawing anything again.
 */

import { carousel } from "./cards";
import { tag, type Choice, type Lang, type Message, type Part, type Progress } from "./envelope";
import { escape, isOwn, linkified, safeUrl } from "./escape";
import { icons } from "./icons";
import { words, type Words } from "./words";

/** Who reads, and whose addresses are our own. */
export interface Setting { lang: Lang; server: string }

type Word = keyof Words;

export function renderMessage(message: Message, setting: Setting): string {
  const user = message.role === "user";
  // What can be said next comes last, after the thumbs.
  const end = message.parts.findLastIndex((part) => part.type !== "quick_replies") + 1;
  const draw = (part: Part) => (user ? said(part) : renderPart(part, setting));
  const [body, offers] = [message.parts.slice(0, end), message.parts.slice(end)].map((parts) => parts.map(draw).join(""));
  // Work that has only begun is nothing to judge yet, and one question about it is enough.
  const judged = message.role === "assistant" && message.rateable && !message.parts.some((part) => part.type === "rating" || (part.type === "progress" && !part.done));
  const rating = judged ? thumbs(setting.lang) : "";
  const role = user ? "user" : message.role === "agent" ? "agent" : "assistant";
  const author = `<span class="${role === "agent" ? "yb-who" : "yb-hidden"}">${word(role === "user" ? "you" : role, setting.lang)}</span>`;
  return `<div class="yb-message yb-${role}" role="article" lang="${tag(message.lang)}" data-id="${escape(message.id)}">${author}${body}${rating}${offers}</div>`;
}

export function renderPart(part: Part, setting: Setting): string {
  switch (part.type) {
    case "text":
      return renderText(part, setting);
    case "quick_replies":
      return (part.text ? paragraph(escape(part.text)) : "") + choices(part.replies, "yb-replies");
    case "image": {
      const url = safeUrl(part.url, setting.server);
      return url ? `<img class="yb-image" src="${escape(url)}" alt="${escape(part.alt)}" loading="lazy" referrerpolicy="no-referrer">` : part.alt ? paragraph(escape(part.alt)) : "";
    }
    case "carousel":
      return carousel(part.cards, setting);
    case "audio":
    case "video": {
      const url = safeUrl(part.url, setting.server);
      const caption = `<figcaption><bdi>${escape(part.title)}</bdi>${label(part.label)}</figcaption>`;
      const player = url ? `<${part.type} controls preload="metadata" playsinline src="${escape(url)}" aria-label="${escape(part.title)}"></${part.type}>` : "";
      return `<figure class="yb-media">${player}${caption}</figure>`;
    }
    case "file":
      return file(part, setting);
    case "rating":
      return (part.text ? paragraph(escape(part.text)) : "") + stars(part.about, part.max, setting.lang);
    case "citation":
      return `<details class="yb-sources"><summary>${word("sources", setting.lang)} <span class="yb-count">${part.facts.length}</span></summary><ul>` +
        part.facts.map((fact) => `<li><bdi>${escape(fact.text)}</bdi>${fact.source ? ` <span class="yb-source">${escape(fact.source)}</span>` : ""}</li>`).join("") + "</ul></details>";
    case "progress":
      return renderProgress(part);
    case "handoff":
      return part.text ? `<p class="yb-note" data-state="${escape(part.state)}">${icons.person}<span>${escape(part.text)}</span></p>` : "";
    default: {
      // A part this build does not know still reaches the reader as its text.
      const text = (part as { text?: unknown }).text;
      return typeof text === "string" && text ? paragraph(escape(text)) : "";
    }
  }
}

/** What the user said, exactly as they typed it. */
function said(part: Part): string {
  return part.type === "text" ? paragraph(escape(part.text)) : "";
}

function paragraph(html: string): string {
  return `<p class="yb-bubble yb-text" dir="auto">${html}</p>`;
}

function renderText(part: Extract<Part, { type: "text" }>, { lang }: Setting): string {
  if (!part.copyable && !part.title) return paragraph(linkified(part.text) + (part.label ? ` ${label(part.label)}` : ""));
  const title = part.title ? `<h3 dir="auto">${escape(part.title)}</h3>` : "";
  const copy = part.copyable ? `<button type="button" class="yb-action" data-do="copy">${icons.copy}${word("copy", lang)}</button>` : "";
  return `<section class="yb-draft"><header>${title}${label(part.label)}</header><p class="yb-text yb-draft-text" dir="auto">${linkified(part.text)}</p>` +
    `${copy ? `<footer>${copy}</footer>` : ""}</section>`;
}

function label(text: string | null | undefined): string {
  return text ? `<span class="yb-label"><bdi>${escape(text)}</bdi></span>` : "";
}

export function choices(offered: Choice[], kind: string): string {
  if (!offered.length) return "";
  return `<div class="yb-choices ${kind}" role="group">${offered.map((choice) =>
    `<button type="button" class="yb-chip" dir="auto" data-do="say" data-say="${escape(choice.title)}" data-payload="${escape(choice.payload)}">${escape(choice.title)}</button>`).join("")}</div>`;
}

function file(part: Extract<Part, { type: "file" }>, { server, lang }: Setting): string {
  const url = safeUrl(part.url, server);
  const name = `${icons.file}<span class="yb-hidden">${word("download", lang)}</span><span class="yb-file-name"><bdi>${escape(part.name)}</bdi>${part.size ? `<small>${escape(bytes(part.size))}</small>` : ""}</span>`;
  if (!url) return `<p class="yb-file">${name}</p>`;
  // Our own files need the session's token, so they are fetched; other people's must not see it.
  return isOwn(url, server)
    ? `<button type="button" class="yb-file" data-do="save" data-url="${escape(url)}" data-name="${escape(part.name)}">${name}</button>`
    : `<a class="yb-file" href="${escape(url)}" target="_blank" rel="noopener noreferrer">${name}</a>`;
}

function bytes(size: number): string {
  const power = Math.min(3, Math.floor(Math.log(Math.max(1, size)) / Math.log(1024)));
  return `${Number((size / 1024 ** power).toFixed(power ? 1 : 0))} ${["B", "KB", "MB", "GB"][power]}`;
}

function thumbs(lang: Lang): string {
  const thumb = (value: number, name: "good" | "bad") =>
    `<button type="button" class="yb-vote" data-do="vote" data-value="${value}" aria-pressed="false" ${named(name, lang)}>${icons[name]}</button>`;
  return `<div class="yb-rate" role="group">${thumb(1, "good")}${thumb(-1, "bad")}<span class="yb-thanks" role="status"></span></div>`;
}

function stars(about: string, max: number, lang: Lang): string {
  const star = (_: unknown, index: number) =>
    `<button type="button" class="yb-star" data-do="star" data-about="${escape(about)}" data-value="${index + 1}" aria-pressed="false" ${named("star", lang, index + 1)}>${icons.star}</button>`;
  return `<div class="yb-stars" role="group">${Array.from({ length: Math.min(Math.max(2, max), 10) }, star).join("")}<span class="yb-thanks" role="status"></span></div>`;
}

function renderProgress(part: Progress): string {
  return `<div class="yb-progress" data-job="${escape(part.job)}"${part.done ? ' data-done=""' : ""}><p class="yb-progress-text" dir="auto">${escape(part.text)}</p>` +
    `<progress max="1" ${progressValue(part)} aria-label="${escape(part.text)}"></progress></div>`;
}

/** Work that cannot say how far it is has no value, and browsers show that as movement. */
function progressValue(part: Progress): string {
  if (part.done) return 'value="1"';
  return typeof part.fraction === "number" ? `value="${Math.min(1, Math.max(0, part.fraction))}"` : "";
}

/** A word of the widget's own. */
export function word(key: Word, lang: Lang): string {
  return `<span data-word="${key}" lang="${tag(lang)}">${escape(words[lang][key])}</span>`;
}

/** The name of a control that shows no words. */
export function named(key: Word, lang: Lang, n?: number): string {
  const name = escape(spelled(key, lang, n));
  return `data-label="${key}"${n === undefined ? "" : ` data-n="${n}"`} aria-label="${name}" title="${name}"`;
}

function spelled(key: Word, lang: Lang, n?: number): string {
  const found = words[lang][key];
  return typeof found === "function" ? found(n ?? 0) : found;
}

/** Puts the widget's own words inside `root` into a language. */
export function relabel(root: ParentNode, lang: Lang): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-word]")) {
    element.textContent = spelled(element.dataset.word as Word, lang);
    element.lang = tag(lang);
  }
  for (const element of root.querySelectorAll<HTMLElement>("[data-label]")) {
    const name = spelled(element.dataset.label as Word, lang, element.dataset.n === undefined ? undefined : Number(element.dataset.n));
    element.setAttribute("aria-label", name);
    if (element.hasAttribute("title")) element.title = name;
  }
}
