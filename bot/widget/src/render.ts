/**
 * Envelope → HTML for one bubble. Pure: everything is escaped, addresses are checked, and nothing carries behaviour —
 * what can be pressed is a <button> with a class that `actions.ts` listens to.
 */

import type { Card, Choice, Message, Part } from "./envelope";
import { escape, safeUrl } from "./escape";
import { poster } from "./poster";
import type { Words } from "./words";

export function renderMessage(message: Message, words: Words, server: string): string {
  const body = message.parts.map((part) => renderPart(part, words, server)).join("");
  const rating = message.role === "assistant" && message.rateable
    ? `<div class="yb-rate" role="group" data-message="${escape(message.id)}">` +
      `<button type="button" class="yb-vote" data-value="1" aria-pressed="false" aria-label="${escape(words.good)}" title="${escape(words.good)}">👍</button>` +
      `<button type="button" class="yb-vote" data-value="-1" aria-pressed="false" aria-label="${escape(words.bad)}" title="${escape(words.bad)}">👎</button>` +
      `<span class="yb-thanks" role="status"></span></div>`
    : "";
  const who = message.role === "agent" ? `<div class="yb-who">${escape(words.agent)}</div>` : "";
  return `<div class="yb-message yb-${escape(message.role)}" lang="${message.lang === "zh" ? "zh-CN" : "en"}" data-id="${escape(message.id)}">${who}${body}${rating}</div>`;
}

export function renderPart(part: Part, words: Words, server: string): string {
  switch (part.type) {
    case "text":
      return renderText(part, words);
    case "quick_replies":
      return (part.text ? `<p class="yb-text">${escape(part.text)}</p>` : "") + renderChoices(part.replies);
    case "image": {
      const url = safeUrl(part.url, server);
      return url ? `<img class="yb-image" src="${url}" alt="${escape(part.alt)}" loading="lazy">` : `<p class="yb-text">${escape(part.alt)}</p>`;
    }
    case "carousel":
      return renderCarousel(part.cards, words, server);
    case "audio":
    case "video": {
      const url = safeUrl(part.url, server);
      const label = part.label ? `<span class="yb-label">${escape(part.label)}</span>` : "";
      return url ? `<figure class="yb-media"><${part.type} controls preload="metadata" src="${url}"></${part.type}><figcaption>${escape(part.title)} ${label}</figcaption></figure>` : "";
    }
    case "file": {
      const url = safeUrl(part.url, server);
      return url ? `<button type="button" class="yb-file" data-url="${url}" data-name="${escape(part.name)}">⬇ ${escape(part.name)}</button>` : "";
    }
    case "rating": {
      const stars = Array.from({ length: Math.min(part.max, 10) }, (_, index) =>
        `<button type="button" class="yb-star" data-about="${escape(part.about)}" data-value="${index + 1}" aria-label="${escape(words.star(index + 1))}">★</button>`);
      return `<p class="yb-text">${escape(part.text)}</p><div class="yb-stars" role="group">${stars.join("")}</div>`;
    }
    case "citation":
      return `<details class="yb-sources"><summary>${escape(words.sources)} (${part.facts.length})</summary><ul>` +
        part.facts.map((fact) => `<li>${escape(fact.text)} <span class="yb-source">${escape(fact.source)}</span></li>`).join("") + "</ul></details>";
    case "progress":
      return renderProgress(part);
    case "handoff":
      return `<p class="yb-text yb-handoff" data-state="${escape(part.state)}">🎧 ${escape(part.text)}</p>`;
    default:
      // A part this build does not know still reaches the reader as its text.
      return `<p class="yb-text">${escape((part as { text?: string }).text ?? "")}</p>`;
  }
}

function renderText(part: Extract<Part, { type: "text" }>, words: Words): string {
  const label = part.label ? `<span class="yb-label">${escape(part.label)}</span>` : "";
  if (!part.copyable && !part.title) return `<p class="yb-text">${escape(part.text)}${label}</p>`;
  const copy = part.copyable ? `<button type="button" class="yb-copy">${escape(words.copy)}</button>` : "";
  return `<section class="yb-draft"><header><strong>${escape(part.title)}</strong>${label}</header><p class="yb-text yb-draft-text">${escape(part.text)}</p>${copy}</section>`;
}

export function renderChoices(choices: Choice[]): string {
  if (!choices.length) return "";
  return `<div class="yb-choices" role="group">${choices.map((choice) =>
    `<button type="button" class="yb-say" data-say="${escape(choice.title)}" data-payload="${escape(choice.payload)}">${escape(choice.title)}</button>`).join("")}</div>`;
}

function renderCarousel(cards: Card[], words: Words, server: string): string {
  return `<div class="yb-carousel" role="list" tabindex="0">${cards.map((card) => renderCard(card, words, server)).join("")}</div>`;
}

function renderCard(card: Card, words: Words, server: string): string {
  const url = card.image ? safeUrl(card.image, server) : null;
  const picture = url ? `<img class="yb-poster" src="${url}" alt="" loading="lazy">` : poster(card.id, card.title, card.kind, escape);
  const kind = (words as unknown as Record<string, string>)[card.kind] ?? "";
  const lines = (card.facts ?? []).map((fact) => `<p class="yb-fact">${fact.label ? `<b>${escape(fact.label)}</b> ` : ""}${escape(fact.value)}</p>`).join("");
  const reason = card.reason ? `<p class="yb-reason">✦ ${escape(card.reason)}</p>` : "";
  const contrast = card.contrast ? `<p class="yb-contrast">${escape(card.contrast)}</p>` : "";
  return `<article class="yb-card" role="listitem">${picture}<div class="yb-card-body"><h3>${escape(card.title)}</h3>` +
    `<p class="yb-sub">${kind ? `<span class="yb-kind">${escape(kind)}</span> ` : ""}${escape(card.subtitle)}</p>${lines}${reason}${contrast}</div>${renderChoices(card.buttons ?? [])}</article>`;
}

function renderProgress(part: Extract<Part, { type: "progress" }>): string {
  const percent = part.done ? 100 : Math.round((part.fraction ?? 0) * 100);
  return `<div class="yb-progress" data-job="${escape(part.job)}" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="${percent}" aria-label="${escape(part.text)}">` +
    `<span class="yb-progress-text">${part.done ? "✓ " : ""}${escape(part.text)}</span><progress max="100" value="${percent}"></progress></div>`;
}

/** What a screen reader is told of a message, once, when it arrives. */
export function spoken(message: Message, words: Words): string {
  const who = message.role === "agent" ? words.agent : words.assistant;
  const texts = message.parts.flatMap((part) =>
    part.type === "carousel" ? part.cards.map((card) => [card.title, card.reason].filter(Boolean).join(", "))
      : "text" in part && part.text ? [part.text] : []);
  return texts.length ? `${who}: ${texts.join(" ")}` : "";
}
