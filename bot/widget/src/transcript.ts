/** The conversation as it is seen and heard: a `View` on deep-chat's stage, and a live region that reads replies out once. */

import { ApiError } from "./api";
import type { Fate, View } from "./conversation";
import { tag, type Handoff, type Lang, type Message, type Progress } from "./envelope";
import { icons } from "./icons";
import { escape } from "./escape";
import { relabel, renderMessage, word, type Setting } from "./render";
import { spoken } from "./spoken";
import type { Stage } from "./stage";
import { words } from "./words";

/** A silence this long is marked with the time. */
const PAUSE = 15 * 60_000;
/** An announcement is taken away again, or who reads on would meet every reply twice. */
const ANNOUNCED = 8000;
const SLOW = 7000;

/** What the panel around the conversation is told. */
export interface Panel {
  handoff(state: Handoff | null): void;
  connected(up: boolean): void;
  spoke(lang: Lang): void;
  arrived(message: Message): void;
}

export class Transcript implements View {
  private lastTime = 0;
  private slow: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly stage: Stage, private readonly live: HTMLElement, private readonly setting: Setting, private readonly panel: Panel) {}

  add(message: Message, { offers, fresh }: { offers: boolean; fresh: boolean }): void {
    const mine = message.role === "user";
    // The receipt for a message to the team says no more than the one before it did.
    if (message.id.endsWith("-receipt")) for (const old of this.all('.yb-message[data-id$="-receipt"]')) old.remove();
    this.time(message.time);
    const element = this.stage.add(renderMessage(message, this.setting), mine);
    if (!offers) for (const replies of element.querySelectorAll(".yb-replies")) replies.remove();
    if (!fresh || mine) return;
    this.announce(spoken(message), message.lang);
    this.panel.arrived(message);
  }

  fate(id: string, fate: Fate): void {
    const element = this.message(id);
    if (!element) return;
    element.querySelector(".yb-failed")?.remove();
    if ("sent" in fate) {
      element.dataset.id = fate.sent;
      return;
    }
    const { lang } = this.setting;
    const reason = explain(fate.failed, lang);
    element.insertAdjacentHTML("beforeend", `<div class="yb-failed">${icons.alert}<span><b>${word("notSent", lang)}</b> <span lang="${tag(lang)}">${escape(reason)}</span></span>` +
      `<button type="button" class="yb-action" data-do="retry">${word("retry", lang)}</button></div>`);
    this.announce(`${words[lang].notSent}: ${reason}`, lang);
    this.stage.toEnd();
  }

  /** Takes back the failure note of an own message that is being sent again. */
  sendingAgain(id: string): void {
    this.message(id)?.querySelector(".yb-failed")?.remove();
  }

  answered(): void {
    for (const replies of this.all(".yb-replies")) replies.remove();
  }

  typing(on: boolean): void {
    clearTimeout(this.slow);
    this.stage.typing(on);
    if (on) this.slow = setTimeout(() => this.announce(words[this.setting.lang].stillWorking, this.setting.lang), SLOW);
  }

  progress(part: Progress): boolean {
    const bar = this.all(".yb-progress").find((each) => each.dataset.job === part.job);
    if (!bar) return false;
    const progress = bar.querySelector("progress")!;
    if (part.done) progress.value = 1;
    else if (typeof part.fraction === "number") progress.value = Math.min(1, Math.max(0, part.fraction));
    else progress.removeAttribute("value");
    if (part.text) {
      bar.querySelector(".yb-progress-text")!.textContent = part.text;
      progress.setAttribute("aria-label", part.text);
    }
    bar.toggleAttribute("data-done", part.done);
    return true;
  }

  notice(key: "expired"): void {
    this.line(`<p class="yb-note">${icons.alert}${word(key, this.setting.lang)}</p>`);
    this.announce(words[this.setting.lang][key], this.setting.lang);
  }

  /** The gateway cannot be reached at all; pressing the button begins again. */
  unreachable(error: unknown): void {
    const { lang } = this.setting;
    const reason = explain(error, lang);
    this.line(`<div class="yb-failed yb-unreachable">${icons.alert}<span><b>${word("notReached", lang)}</b> <span lang="${tag(lang)}">${escape(reason)}</span></span>` +
      `<button type="button" class="yb-action" data-do="begin">${word("retry", lang)}</button></div>`);
    this.announce(`${words[lang].notReached} ${reason}`, lang);
  }

  retire(): void {
    for (const message of this.all(".yb-message")) {
      if (!message.dataset.id?.startsWith("own-")) message.removeAttribute("data-id");
      for (const element of message.querySelectorAll(".yb-rate, .yb-stars, .yb-replies, .yb-offers")) element.remove();
    }
  }

  clear(): void {
    this.stage.clear();
    this.lastTime = 0;
  }

  handoff(state: Handoff | null): void {
    this.panel.handoff(state);
  }

  connected(up: boolean): void {
    this.panel.connected(up);
  }

  spoke(lang: Lang): void {
    this.panel.spoke(lang);
  }

  /** Puts the widget's own words into the reader's language. */
  relabel(): void {
    const { lang } = this.setting;
    relabel(this.stage.root, lang);
    this.stage.name(words[lang]);
    for (const element of this.all<HTMLTimeElement>(".yb-time")) element.textContent = clock(element.dateTime, lang);
  }

  /** Reads a text to those who listen, once. */
  announce(text: string, lang: Lang): void {
    if (!text) return;
    const line = document.createElement("p");
    line.lang = tag(lang);
    line.textContent = text;
    this.live.append(line);
    setTimeout(() => line.remove(), ANNOUNCED);
  }

  private time(iso: string): void {
    const at = Date.parse(iso);
    if (Number.isNaN(at)) return;
    if (at - this.lastTime > PAUSE) this.line(`<time class="yb-time" datetime="${escape(iso)}">${escape(clock(iso, this.setting.lang))}</time>`);
    this.lastTime = at;
  }

  private line(html: string): void {
    this.stage.add(`<div class="yb-line">${html}</div>`, false);
  }

  private message(id: string): HTMLElement | undefined {
    return this.all(".yb-message").find((each) => each.dataset.id === id);
  }

  private all<E extends HTMLElement = HTMLElement>(selector: string): E[] {
    return [...this.stage.root.querySelectorAll<E>(selector)];
  }
}

/** Why something did not work, for the person it happened to. */
export function explain(error: unknown, lang: Lang): string {
  if (error instanceof ApiError) return error.words[lang] ?? words[lang].unavailable;
  return words[lang].offline;
}

function clock(iso: string, lang: Lang): string {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  const date: Intl.DateTimeFormatOptions = today ? {} : { month: lang === "zh" ? "long" : "short", day: "numeric" };
  return new Intl.DateTimeFormat(tag(lang), { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...date }).format(at);
}

