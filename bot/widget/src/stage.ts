/**
 * Everything deep-chat: it lays out the conversation and the text field. This is the only file that knows it.
 *
 * deep-chat can also send, render Markdown and show its own buttons; none of that is used. What is said goes through
 * `onSubmit`, and every bubble comes in as HTML that is escaped already, because deep-chat reads users' text as Markdown
 * and would load any picture that somebody types.
 */

import { DeepChat } from "deep-chat";

import bubbles from "./bubbles.css?inline";
import { icons } from "./icons";

export const MAX_LENGTH = 2000;
/** Pixels from the end within which a reader counts as being there. */
const NEAR = 90;

export class Stage {
  readonly element = new DeepChat();
  /** Fulfilled when there is something to add messages to. */
  readonly ready: Promise<void>;
  onSubmit: (text: string) => void = () => undefined;
  /** Called when the text field holds more than may be sent, or again less (0). */
  onLength: (excess: number) => void = () => undefined;
  private readonly typingLine = document.createElement("div");
  private readonly send = button("yb-send", icons.send);
  private readonly latest = button("yb-latest", icons.down);

  constructor() {
    const chat = this.element;
    // Without a font of its own deep-chat asks Google for one.
    Object.assign(chat.style, { width: "100%", height: "100%", border: "none", borderRadius: "0", backgroundColor: "transparent", fontFamily: "inherit" });
    chat.auxiliaryStyle = bubbles;
    chat.displayLoadingBubble = false; // its own would come with a <style> element, which a strict policy forbids
    chat.connect = { handler: () => undefined };
    this.ready = new Promise((resolve) => {
      chat.onComponentRender = () => {
        this.furnish();
        resolve();
      };
    });
  }

  get root(): ShadowRoot {
    return this.element.shadowRoot!;
  }

  /** Adds a message at the end and returns its element. */
  add(html: string, mine: boolean): HTMLElement {
    const near = mine || this.isNearEnd();
    this.element.addMessage({ html, role: mine ? "user" : "ai" });
    const added = [...this.root.querySelectorAll<HTMLElement>(".message-bubble")].at(-1)!.firstElementChild as HTMLElement;
    // After deep-chat's own idea of where to scroll, and after the layout is known.
    setTimeout(() => (near ? this.reveal(added, mine) : this.watch()));
    return added;
  }

  clear(): void {
    this.element.clearMessages(true);
  }

  typing(on: boolean): void {
    const near = this.isNearEnd();
    this.typingLine.hidden = !on;
    if (on && near) this.toEnd();
  }

  /** The names of what is here, in the reader's language. */
  name(texts: { conversation: string; input: string; placeholder: string; send: string; latest: string; typing: string }): void {
    this.element.setPlaceholderText(texts.placeholder);
    this.scroller?.setAttribute("aria-label", texts.conversation);
    this.input?.setAttribute("aria-label", texts.input);
    for (const [element, text] of [[this.send, texts.send], [this.latest, texts.latest]] as const) {
      element.setAttribute("aria-label", text);
      element.title = text;
    }
    this.typingLine.setAttribute("aria-label", texts.typing);
  }

  focus(): void {
    this.input?.focus();
  }

  toEnd(): void {
    const scroller = this.scroller;
    if (scroller) scroller.scrollTop = scroller.scrollHeight;
    this.watch();
  }

  private get scroller(): HTMLElement | null {
    return this.root.getElementById("messages");
  }

  private get input(): HTMLElement | null {
    return this.root.getElementById("text-input");
  }

  private isNearEnd(): boolean {
    const scroller = this.scroller;
    return !scroller || scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
  }

  /** Scrolls a message into view: what is longer than the window from its beginning, the rest whole. */
  private reveal(added: HTMLElement, mine: boolean): void {
    const scroller = this.scroller;
    if (!scroller) return;
    const top = added.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop - 12;
    const end = scroller.scrollHeight - scroller.clientHeight;
    // For the sake of a line or two its end, with what can be said next, is worth more than its beginning.
    scroller.scrollTop = mine || end - top < 48 ? end : top;
    this.watch();
  }

  private watch(): void {
    this.latest.hidden = this.isNearEnd();
  }

  private furnish(): void {
    const { scroller, input } = this;
    if (!scroller || !input || this.send.isConnected) return;
    scroller.setAttribute("role", "group");
    // A phone's keyboard or a long draft takes room from below: who was at the end stays there.
    let atEnd = true;
    scroller.addEventListener("scroll", () => {
      atEnd = this.isNearEnd();
      this.watch();
    }, { passive: true });
    new ResizeObserver(() => atEnd && this.toEnd()).observe(scroller);
    this.typingLine.className = "yb-typing";
    this.typingLine.hidden = true;
    this.typingLine.setAttribute("role", "img");
    this.typingLine.innerHTML = "<i></i><i></i><i></i>";
    scroller.append(this.typingLine);

    input.setAttribute("aria-multiline", "true");
    input.setAttribute("enterkeyhint", "send");
    input.addEventListener("input", () => this.measure());
    // Ahead of deep-chat's own listeners, so that a message takes one way out only.
    this.root.addEventListener("keydown", (event) => this.key(event as KeyboardEvent), true);
    this.send.addEventListener("click", () => this.submit());
    this.send.disabled = true;
    input.parentElement!.after(this.send);
    this.latest.hidden = true;
    this.latest.addEventListener("click", () => this.toEnd());
    this.send.after(this.latest);
  }

  private key(event: KeyboardEvent): void {
    // While an input method is composing, Enter picks a candidate; Safari says so only by the old key code.
    if (event.key !== "Enter" || event.target !== this.input || event.isComposing || event.keyCode === 229) return;
    event.stopPropagation();
    if (event.shiftKey || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    this.submit();
  }

  private get text(): string {
    return this.input?.innerText.trim() ?? "";
  }

  private submit(): void {
    const { text } = this;
    if (!text || [...text].length > MAX_LENGTH) return;
    this.input!.textContent = "";
    this.input!.dispatchEvent(new InputEvent("input", { bubbles: true }));
    this.onSubmit(text);
  }

  private measure(): void {
    const length = [...this.text].length;
    this.send.disabled = length === 0 || length > MAX_LENGTH;
    this.onLength(length > MAX_LENGTH ? length : 0);
    // An emptied field keeps a line break, which hides the placeholder.
    if (!length && this.input!.childNodes.length && !this.input!.innerText.replace(/\n/g, "")) this.input!.textContent = "";
  }
}

function button(name: string, icon: string): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = name;
  element.innerHTML = icon;
  return element;
}
