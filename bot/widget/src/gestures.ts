/** What happens when something in the conversation is pressed: one listener for every `data-do`. */

import type { Api } from "./api";
import type { Conversation } from "./conversation";
import { words } from "./words";
import { explain, type Transcript } from "./transcript";
import type { Setting } from "./render";

const BACK_AFTER = 2500;

export interface Reach {
  api: Api;
  conversation: Conversation;
  transcript: Transcript;
  setting: Setting;
  /** Begins the conversation again after it could not be begun. */
  begin(): void;
  /** What was pressed may be gone now: where the keyboard goes on. */
  refocus(): void;
  tell(event: string, detail: unknown): void;
}

export function listen(root: ShadowRoot, reach: Reach): void {
  root.addEventListener("click", (event) => {
    const pressed = (event.target as Element).closest<HTMLElement>("[data-do]");
    if (pressed) void gestures.get(pressed.dataset.do!)?.(pressed, reach);
  });
  // Neither of these bubbles, so they are caught on the way down.
  root.addEventListener("scroll", (event) => arrows(event.target as HTMLElement), true);
  root.addEventListener("error", (event) => (event.target as Element).closest?.(".yb-art img")?.remove(), true);
  root.addEventListener("keydown", (event) => leafByKey(event as KeyboardEvent));
}

const gestures = new Map<string, (pressed: HTMLElement, reach: Reach) => void | Promise<void>>([
  ["say", ({ dataset }, { conversation, refocus }) => {
    conversation.say(dataset.say ?? "", dataset.payload);
    refocus();
  }],
  ["retry", (pressed, { conversation, transcript, refocus }) => {
    const id = messageOf(pressed);
    transcript.sendingAgain(id);
    conversation.retry(id);
    refocus();
  }],
  ["begin", (_, { begin, refocus }) => {
    begin();
    refocus();
  }],
  ["vote", (pressed, reach) => rate(pressed, reach)],
  ["star", (pressed, reach) => rate(pressed, reach, pressed.dataset.about)],
  ["copy", copy],
  ["save", save],
  ["leaf", (pressed) => leaf(pressed.closest(".yb-carousel")!.querySelector<HTMLElement>(".yb-track")!, Number(pressed.dataset.way))],
]);

async function rate(pressed: HTMLElement, { api, setting, tell }: Reach, about?: string): Promise<void> {
  const group = pressed.parentElement!;
  const value = Number(pressed.dataset.value);
  const thanks = group.querySelector<HTMLElement>(".yb-thanks")!;
  const mark = (which: (value: number) => boolean) => {
    for (const each of group.querySelectorAll<HTMLElement>("button")) each.setAttribute("aria-pressed", String(which(Number(each.dataset.value))));
  };
  const before = [...group.querySelectorAll<HTMLElement>('[aria-pressed="true"]')].map((each) => Number(each.dataset.value));
  mark((each) => (about === undefined ? each === value : each <= value)); // at once; taken back if it does not get through
  try {
    await api.rate(messageOf(pressed), value, about);
    thanks.textContent = words[setting.lang].thanks;
    tell("feedback", { value });
  } catch (error) {
    mark((each) => before.includes(each));
    thanks.textContent = explain(error, setting.lang);
  }
}

async function copy(pressed: HTMLElement, { transcript, setting }: Reach): Promise<void> {
  const text = pressed.closest(".yb-draft")!.querySelector<HTMLElement>(".yb-draft-text")!;
  const own = words[setting.lang];
  const done = await toClipboard(text);
  const label = pressed.querySelector<HTMLElement>("[data-word]")!;
  const say = (key: "copy" | "copied" | "copyFailed") => {
    label.dataset.word = key;
    label.textContent = words[setting.lang][key];
  };
  say(done ? "copied" : "copyFailed");
  transcript.announce(done ? own.copied : own.copyFailed, setting.lang);
  setTimeout(() => say("copy"), BACK_AFTER);
}

async function toClipboard(element: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(element.textContent ?? "");
    return true;
  } catch {
    // Not allowed, or the page came over plain http: the old way, by selecting.
    const selection = getSelection();
    selection?.selectAllChildren(element);
    return document.execCommand("copy");
  }
}

async function save(pressed: HTMLElement, { api, setting, transcript }: Reach): Promise<void> {
  try {
    const url = URL.createObjectURL(await api.download(pressed.dataset.url ?? ""));
    const link = document.createElement("a");
    link.href = url;
    link.download = pressed.dataset.name || "download";
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000); // the download may only now be beginning
  } catch (error) {
    const reason = explain(error, setting.lang);
    pressed.title = reason;
    pressed.dataset.problem = reason;
    transcript.announce(reason, setting.lang);
  }
}

function leafByKey(event: KeyboardEvent): void {
  const track = event.target as HTMLElement;
  if (!track.classList.contains("yb-track") || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
  event.preventDefault();
  leaf(track, event.key === "ArrowRight" ? 1 : -1);
}

/** Moves a row by a card, forwards (1) or back (-1). */
function leaf(track: HTMLElement, way: number): void {
  const card = track.firstElementChild as HTMLElement;
  const step = card.offsetWidth + parseFloat(getComputedStyle(track).columnGap || "0");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  track.scrollBy({ left: way * step, behavior: calm ? "auto" : "smooth" });
}

/** An arrow is there while there is something in its direction. */
function arrows(track: HTMLElement): void {
  if (!track.classList?.contains("yb-track")) return;
  const from = track.scrollLeft;
  const hide = (name: string, hidden: boolean) => track.parentElement?.querySelector<HTMLElement>(name)?.toggleAttribute("hidden", hidden);
  hide(".yb-previous", from < 8);
  hide(".yb-next", from > track.scrollWidth - track.clientWidth - 8);
}

function messageOf(element: HTMLElement): string {
  return element.closest<HTMLElement>(".yb-message")?.dataset.id ?? "";
}
