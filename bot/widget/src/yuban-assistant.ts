/**
 * <yuban-assistant server="https://assistant.example" lang="zh" open>
 *
 * The whole embed is this element and one script. It wraps deep-chat (MIT), which draws the conversation and the input; transport,
 * cards, feedback, languages and accessibility are ours.
 *
 * Attributes: `server` (default: where the script came from), `lang` (zh | en; default: the page's, then the browser's), `open`.
 */

import { DeepChat } from "deep-chat";

import { Api, ApiError } from "./api";
import type { Lang, Message } from "./envelope";
import { renderMessage, spoken } from "./render";
import { BUBBLES, PANEL } from "./style";
import { words, type Words } from "./words";

const SCRIPT_ORIGIN = new URL(import.meta.url).origin;

type Bubble = { html: string; role: string };

export class YubanAssistant extends HTMLElement {
  private api!: Api;
  private language: Lang = "zh";
  private chat: DeepChat | null = null;
  private shown = new Set<string>();
  private payload: string | undefined;
  private started = false;

  connectedCallback(): void {
    if (this.shadowRoot) return;
    this.api = new Api((this.getAttribute("server") || SCRIPT_ORIGIN).replace(/\/$/, ""));
    this.language = preferredLanguage(this.getAttribute("lang"));
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // constructed sheets need no inline style, so a strict CSP holds
    sheet.replaceSync(PANEL);
    root.adoptedStyleSheets = [sheet];
    root.innerHTML =
      `<button type="button" class="launch" aria-haspopup="dialog">💬</button>` +
      `<section class="panel" role="dialog" aria-modal="false" hidden><header><div><strong></strong><small></small></div>` +
      `<button type="button" class="language"></button><button type="button" class="close">✕</button></header>` +
      `<div class="chat"></div><div class="spoken" aria-live="polite" role="log"></div></section>`;
    this.part_(".launch").addEventListener("click", () => this.show());
    this.part_(".close").addEventListener("click", () => this.hide());
    this.part_(".language").addEventListener("click", () => void this.switchLanguage(this.language === "zh" ? "en" : "zh", true));
    root.addEventListener("keydown", (event) => (event as KeyboardEvent).key === "Escape" && this.hide());
    this.label();
    if (this.hasAttribute("open")) this.show();
  }

  disconnectedCallback(): void {
    this.api.stop();
  }

  /** Opens the panel; the first time also starts the session. */
  show(): void {
    this.part_(".panel").hidden = false;
    this.part_(".launch").hidden = true;
    if (!this.started) {
      this.started = true;
      void this.begin();
    } else {
      this.chat?.focusInput();
    }
  }

  hide(): void {
    this.part_(".panel").hidden = true;
    this.part_(".launch").hidden = false;
    this.part_(".launch").focus();
  }

  private get words(): Words {
    return words[this.language];
  }

  private part_(selector: string): HTMLElement {
    return this.shadowRoot!.querySelector<HTMLElement>(selector)!;
  }

  private async begin(): Promise<void> {
    let history: Bubble[] = [];
    try {
      const messages = await this.api.start(this.getAttribute("lang") ? this.language : null);
      if (this.api.session) this.language = this.api.session.lang;
      history = messages.map((message) => this.bubble(message));
    } catch (error) {
      history = [{ role: "ai", html: failure(this.explain(error)) }];
    }
    this.label();
    this.build(history);
    this.api.listen((message) => this.receive(message));
  }

  private build(history: Bubble[]): void {
    const chat = new DeepChat();
    this.chat = chat;
    Object.assign(chat.style, { width: "100%", height: "100%", border: "none", borderRadius: "0", background: "transparent" });
    chat.auxiliaryStyle = BUBBLES;
    chat.history = history;
    chat.connect = { handler: (body, signals) => void this.send(body, signals) };
    chat.messageStyles = {
      default: {
        shared: { bubble: { maxWidth: "88%", fontSize: "15px", lineHeight: "1.55", padding: "10px 14px" } },
        user: { bubble: { backgroundColor: "#c8102e", color: "#ffffff" } },
        ai: { bubble: { backgroundColor: "#f5f1ee", color: "#1c1b1f" } },
      },
      html: { shared: { bubble: { maxWidth: "94%", backgroundColor: "#f5f1ee", color: "#1c1b1f", padding: "10px 14px" } } },
    };
    chat.textInput = this.inputTexts();
    chat.htmlClassUtilities = {
      "yb-say": { events: { click: (event) => this.say(button(event)) } },
      "yb-vote": { events: { click: (event) => void this.vote(button(event)) } },
      "yb-star": { events: { click: (event) => this.star(button(event)) } },
      "yb-copy": { events: { click: (event) => void this.copy(button(event)) } },
      "yb-file": { events: { click: (event) => void this.save(button(event)) } },
    };
    chat.onComponentRender = () => this.makeAccessible();
    this.part_(".chat").replaceChildren(chat);
  }

  private inputTexts() {
    return { characterLimit: 2000, placeholder: { text: this.words.placeholder } };
  }

  private bubble(message: Message): Bubble {
    this.shown.add(message.id);
    const role = message.role === "user" ? "user" : "ai";
    if (role === "user") {
      const text = message.parts.map((part) => ("text" in part ? part.text : "")).join("\n");
      return { role, text } as unknown as Bubble;
    }
    return { role, html: renderMessage(message, this.words, this.api.server) };
  }

  /** One user message: over the API, with what a pressed chip stands for. */
  private async send(body: { messages?: { text?: string }[] }, signals: { onResponse: (r: never) => Promise<void> }): Promise<void> {
    const text = body.messages?.at(-1)?.text ?? "";
    const payload = this.payload;
    this.payload = undefined;
    const respond = signals.onResponse as (response: unknown) => Promise<void>;
    try {
      const replies = await this.api.send(text, payload);
      for (const reply of replies) this.announce(reply);
      const bubbles = replies.map((reply) => this.bubble(reply));
      await respond(bubbles.length ? bubbles : [{ role: "ai", html: failure(this.words.offline) }]);
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.status === 404)) {
        const greeting = await this.api.fresh(this.language).catch(() => []);
        this.api.listen((message) => this.receive(message));
        await respond([{ role: "ai", html: failure(this.words.expired) }, ...greeting.map((message) => this.bubble(message))]);
      } else {
        await respond({ role: "ai", html: failure(this.explain(error)) });
      }
    }
    this.adoptReplyLanguage();
  }

  /** A late result, or a person's answer. */
  private receive(message: Message): void {
    if (this.shown.has(message.id) || message.role === "user") return;
    const parts = message.parts.filter((part) => part.type !== "progress" || !this.updateProgress(part));
    if (!parts.length) {
      this.shown.add(message.id);
      return;
    }
    this.announce(message);
    this.chat?.addMessage(this.bubble({ ...message, parts }));
  }

  private updateProgress(part: { job: string; text: string; fraction: number | null; done: boolean }): boolean {
    const bar = [...(this.chat?.shadowRoot?.querySelectorAll<HTMLElement>(".yb-progress") ?? [])].find((each) => each.dataset.job === part.job);
    if (!bar) return false;
    const percent = part.done ? 100 : Math.round((part.fraction ?? 0) * 100);
    bar.setAttribute("aria-valuenow", String(percent));
    bar.querySelector("progress")!.value = percent;
    bar.querySelector(".yb-progress-text")!.textContent = (part.done ? "✓ " : "") + part.text;
    return true;
  }

  private say(pressed: HTMLElement): void {
    const { say = "", payload } = pressed.dataset;
    this.payload = payload && payload !== say ? payload : undefined;
    this.chat?.submitUserMessage({ text: say });
  }

  private async vote(pressed: HTMLElement): Promise<void> {
    const group = pressed.closest<HTMLElement>(".yb-rate")!;
    try {
      await this.api.rate(group.dataset.message ?? "", Number(pressed.dataset.value));
      for (const each of group.querySelectorAll(".yb-vote")) each.setAttribute("aria-pressed", String(each === pressed));
      group.querySelector(".yb-thanks")!.textContent = this.words.thanks;
    } catch (error) {
      group.querySelector(".yb-thanks")!.textContent = this.explain(error);
    }
  }

  private star(pressed: HTMLElement): void {
    const { value } = pressed.dataset;
    this.chat?.submitUserMessage({ text: this.language === "zh" ? `我打 ${value} 星` : `I'd give it ${value} stars` });
  }

  private async copy(pressed: HTMLElement): Promise<void> {
    const text = pressed.parentElement?.querySelector(".yb-draft-text")?.textContent ?? "";
    await navigator.clipboard.writeText(text).catch(() => undefined);
    pressed.textContent = this.words.copied;
  }

  private async save(pressed: HTMLElement): Promise<void> {
    const link = document.createElement("a");
    link.href = await this.api.download(pressed.dataset.url ?? "");
    link.download = pressed.dataset.name ?? "download";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  private async switchLanguage(lang: Lang, tell: boolean): Promise<void> {
    this.language = lang;
    this.label();
    if (tell && this.api.session) await this.api.setLanguage(lang).catch(() => undefined);
  }

  /** Follows the conversation: who writes English gets an English panel, unless they chose otherwise. */
  private adoptReplyLanguage(): void {
    const latest = [...(this.chat?.shadowRoot?.querySelectorAll<HTMLElement>(".yb-assistant") ?? [])].at(-1);
    const lang = latest?.lang.startsWith("zh") ? "zh" : latest?.lang === "en" ? "en" : this.language;
    if (lang !== this.language) void this.switchLanguage(lang, false);
  }

  private label(): void {
    const { title, subtitle, open, close, language, languageShort, placeholder } = this.words;
    this.shadowRoot!.host.setAttribute("data-lang", this.language);
    const panel = this.part_(".panel");
    panel.lang = this.language === "zh" ? "zh-CN" : "en";
    panel.setAttribute("aria-label", title);
    this.part_("header strong").textContent = title;
    this.part_("header small").textContent = subtitle;
    for (const [selector, text] of [[".launch", open], [".close", close], [".language", language]] as const) {
      this.part_(selector).setAttribute("aria-label", text);
      this.part_(selector).title = text;
    }
    this.part_(".language").textContent = languageShort;
    this.chat?.setPlaceholderText(placeholder);
    this.makeAccessible();
  }

  /** What deep-chat leaves out: names for the input and the send button. */
  private makeAccessible(): void {
    const root = this.chat?.shadowRoot;
    const input = root?.getElementById("text-input");
    input?.setAttribute("role", "textbox");
    input?.setAttribute("aria-multiline", "true");
    input?.setAttribute("aria-label", this.words.placeholder);
    root?.querySelector(".input-button")?.setAttribute("aria-label", this.words.send);
  }

  private announce(message: Message): void {
    const line = document.createElement("p");
    line.lang = message.lang === "zh" ? "zh-CN" : "en";
    line.textContent = spoken(message, this.words);
    const log = this.part_(".spoken");
    log.append(line);
    while (log.childElementCount > 20) log.firstElementChild!.remove();
  }

  private explain(error: unknown): string {
    return (error instanceof ApiError && error.words[this.language]) || this.words.offline;
  }
}

function failure(text: string): string {
  const holder = document.createElement("p");
  holder.className = "yb-text yb-failure";
  holder.setAttribute("role", "alert");
  holder.textContent = text;
  return holder.outerHTML;
}

function button(event: Partial<Event>): HTMLElement {
  const target = event.target as HTMLElement;
  return target.closest("button") ?? target;
}

function preferredLanguage(asked: string | null): Lang {
  const wanted = asked || document.documentElement.lang || navigator.language || "zh";
  return wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
}

customElements.define("yuban-assistant", YubanAssistant);
