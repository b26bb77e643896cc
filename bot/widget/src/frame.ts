/**
 * What stands around the conversation: the button on the page, and the panel with its header and banners.
 *
 * Both are popovers where the browser has them, so they lie above the page whatever it does with transforms, overflow and
 * z-index.
 */

import { tag, type Lang } from "./envelope";
import { icons } from "./icons";
import css from "./panel.css?inline";
import { words } from "./words";

/** When the panel fills the screen; the same stands in panel.css. */
const FULL = "(max-width: 520px), (max-height: 480px)";

export interface Frame {
  launch: HTMLElement;
  panel: HTMLElement;
  language: HTMLElement;
  close: HTMLElement;
  leave: HTMLElement;
  chat: HTMLElement;
  live: HTMLElement;
  /** Puts back on top what a move within the page has taken down. */
  settle(): void;
  open(focus: boolean): void;
  shut(): void;
  isOpen(): boolean;
  /** Whether the panel takes the whole screen. */
  isFull(): boolean;
  label(lang: Lang, unread: number): void;
  banner(state: "waiting" | "joined" | null, lang: Lang): void;
  offline(on: boolean): void;
  /** A remark on what is in the text field, "" for none. */
  note(text: string): void;
}

const MARKUP =
  `<button type="button" class="launch" aria-haspopup="dialog" aria-expanded="false" popover="manual">${icons.chat}<span class="badge" hidden></span></button>` +
  `<section class="panel" role="dialog" aria-modal="false" tabindex="-1" popover="manual" hidden>` +
  `<div class="head"><span class="mark">${icons.logo}</span><div class="names"><strong></strong><small></small></div>` +
  `<button type="button" class="language"></button><button type="button" class="close">${icons.close}</button></div>` +
  `<div class="banner" role="status" hidden><span class="pulse"></span><span class="state"></span><button type="button" class="leave"></button></div>` +
  `<div class="offline" role="status" hidden></div><div class="chat"></div><div class="remark" role="alert"></div><div class="live" role="log" aria-live="polite" aria-relevant="additions"></div></section>`;

export function furnish(root: ShadowRoot): Frame {
  const sheet = new CSSStyleSheet(); // constructed sheets need no inline style, so a strict policy holds
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  root.innerHTML = MARKUP;
  const find = (selector: string) => root.querySelector<HTMLElement>(selector)!;
  const [launch, panel, language, close, leave, live] = [".launch", ".panel", ".language", ".close", ".leave", ".live"].map(find);
  const [badge, banner, offline, remark] = [".badge", ".banner", ".offline", ".remark"].map(find);
  let lang: Lang = "zh";

  const lift = (element: HTMLElement, on: boolean) => {
    element.hidden = !on;
    try {
      if (on) element.showPopover();
      else element.hidePopover();
    } catch {
      /* no popovers here: position and z-index do what they can */
    }
  };
  const fit = () => {
    // The keyboard shrinks the visual viewport only; the panel follows, so that the text field stays in sight.
    const view = visualViewport;
    if (!view || panel.hidden || !matchMedia(FULL).matches) return;
    panel.style.setProperty("--height", `${view.height}px`);
    panel.style.setProperty("--top", `${view.offsetTop}px`);
  };
  visualViewport?.addEventListener("resize", fit);
  visualViewport?.addEventListener("scroll", fit);
  lift(launch, true);

  return {
    launch, panel, language, close, leave, live, chat: find(".chat"),
    settle() {
      lift(panel.hidden ? launch : panel, true);
    },
    open(focus) {
      if (!panel.hidden) return;
      lift(launch, false);
      lift(panel, true);
      launch.setAttribute("aria-expanded", "true");
      fit();
      if (focus) panel.focus();
    },
    shut() {
      lift(panel, false);
      lift(launch, true);
      launch.setAttribute("aria-expanded", "false");
      launch.focus();
    },
    isOpen: () => !panel.hidden,
    isFull: () => matchMedia(FULL).matches,
    label(to, unread) {
      lang = to;
      const own = words[lang];
      for (const element of [panel, launch]) element.lang = tag(lang);
      panel.setAttribute("aria-label", own.title);
      find(".names strong").textContent = own.title;
      find(".names small").textContent = own.subtitle;
      for (const [element, name] of [[launch, unread ? own.unread(unread) : own.open], [close, own.close]] as const) {
        element.setAttribute("aria-label", name);
        element.title = name;
      }
      language.textContent = own.other;
      language.lang = tag(lang === "zh" ? "en" : "zh"); // named in the language it leads to
      leave.textContent = own.leave;
      offline.textContent = offline.hidden ? "" : own.disconnected;
      badge.hidden = unread === 0;
      badge.textContent = unread > 9 ? "9+" : String(unread);
    },
    banner(state, to) {
      banner.hidden = state === null;
      banner.dataset.state = state ?? "";
      banner.querySelector(".state")!.textContent = state ? words[to][state] : "";
    },
    offline(on) {
      offline.hidden = !on;
      offline.textContent = on ? words[lang].disconnected : "";
    },
    note(text) {
      remark.textContent = text;
    },
  };
}
