/** Cards in a row that can be leafed through: a work or a person each, with why it is here and what can be said about it. */

import type { Card, Lang } from "./envelope";
import { escape, safeUrl } from "./escape";
import { icons } from "./icons";
import { poster } from "./poster";
import { choices, named, word, type Setting } from "./render";

const KINDS = ["film", "series", "album", "show", "person"] as const;

export function carousel(cards: Card[], setting: Setting): string {
  const alone = cards.length === 1;
  const arrow = (way: "previous" | "next") =>
    `<button type="button" class="yb-arrow yb-${way}" data-do="leaf" data-way="${way === "next" ? 1 : -1}" ${named(way, setting.lang)}${way === "previous" ? " hidden" : ""}>${icons[way]}</button>`;
  // The row itself takes the focus, so that the arrow keys scroll it.
  return `<div class="yb-carousel${alone ? " yb-alone" : ""}"><ul class="yb-track" role="list"${alone ? "" : ` tabindex="0" ${named("cards", setting.lang, cards.length)}`}>` +
    `${cards.map((card) => renderCard(card, setting)).join("")}</ul>${alone ? "" : arrow("previous") + arrow("next")}</div>`;
}

function renderCard(card: Card, { server, lang }: Setting): string {
  const url = card.image ? safeUrl(card.image, server) : null;
  // The drawn poster lies under the picture: it is there while that loads, and stays when it cannot be had.
  const picture = url ? `<img src="${escape(url)}" alt="" loading="lazy" referrerpolicy="no-referrer">` : "";
  const square = card.kind === "album" || card.kind === "person";
  const labelled = (card.facts ?? []).filter((fact) => fact.label);
  const facts = labelled.map((fact) => `<div><dt>${escape(fact.label)}</dt><dd dir="auto">${escape(fact.value)}</dd></div>`).join("");
  const lines = (card.facts ?? []).filter((fact) => !fact.label).map((fact) => `<p class="yb-line" dir="auto">${escape(fact.value)}</p>`).join("");
  const why = card.reason ? `<p class="yb-reason" dir="auto">${icons.why}<span>${escape(card.reason)}</span></p>` : "";
  const contrast = card.contrast ? `<p class="yb-contrast" dir="auto">${escape(card.contrast)}</p>` : "";
  return `<li class="yb-card"><div class="yb-top"><div class="yb-art${square ? " yb-square" : ""}">${poster(card.id, card.title, card.kind)}${picture}</div>` +
    `<div class="yb-about"><h3 dir="auto">${escape(card.title)}</h3><p class="yb-sub" dir="auto">${kind(card.kind, lang)}${escape(card.subtitle)}</p>` +
    `${lines}${facts ? `<dl>${facts}</dl>` : ""}</div></div>${why || contrast ? `<div class="yb-why">${why}${contrast}</div>` : ""}${choices(card.buttons ?? [], "yb-offers")}</li>`;
}

function kind(name: string, lang: Lang): string {
  const known = KINDS.find((each) => each === name);
  return known ? `<span class="yb-kind">${word(known, lang)}</span> ` : "";
}
