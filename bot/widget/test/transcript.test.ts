import { afterEach, beforeEach, describe, expect, it, vi, type Mocked } from "vitest";

import type { Api } from "../src/api";
import { ApiError } from "../src/api";
import type { Conversation } from "../src/conversation";
import type { Lang, Part } from "../src/envelope";
import { listen } from "../src/gestures";
import type { Stage } from "../src/stage";
import { Transcript, type Panel } from "../src/transcript";
import { message } from "./fake_gateway";

/** A stage without deep-chat: messages one below the other. */
class Boards {
  readonly root = document.createElement("div").attachShadow({ mode: "open" });
  named = "";
  add(html: string): HTMLElement {
    this.root.append(document.createRange().createContextualFragment(html));
    return this.root.lastElementChild as HTMLElement;
  }
  clear(): void { this.root.replaceChildren(); }
  typing(): void {}
  toEnd(): void {}
  name({ send }: { send: string }): void { this.named = send; }
}

let boards: Boards;
let live: HTMLElement;
let setting: { lang: Lang; server: string };
let panel: Mocked<Panel>;
let transcript: Transcript;

beforeEach(() => {
  vi.useFakeTimers();
  boards = new Boards();
  live = document.createElement("div");
  setting = { lang: "zh", server: "https://assistant.example" };
  panel = { handoff: vi.fn(), connected: vi.fn(), spoke: vi.fn(), arrived: vi.fn() };
  transcript = new Transcript(boards as unknown as Stage, live, setting, panel);
});
afterEach(() => void vi.useRealTimers());

const find = (selector: string) => boards.root.querySelector<HTMLElement>(selector);
const count = (selector: string) => boards.root.querySelectorAll(selector).length;
const offer: Part = { type: "quick_replies", replies: [{ title: "更短", payload: "更短" }] };
const fresh = { offers: true, fresh: true };

describe("transcript", () => {
  it("reads what arrives to those who listen, once, in its language, and takes the reading away again", () => {
    transcript.add(message("1", "你好"), fresh);
    transcript.add(message("2", "Hello", { lang: "en" }), fresh);
    transcript.add(message("3", "从前"), { offers: false, fresh: false });
    transcript.add(message("4", "我说的", { role: "user" }), fresh);
    expect([...live.children].map((line) => [line.getAttribute("lang"), line.textContent])).toEqual([["zh-CN", "你好。"], ["en", "Hello."]]);
    expect(panel.arrived).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(10_000);
    expect(live.children).toHaveLength(0);
  });

  it("offers quick replies until the user has spoken", () => {
    transcript.add(message("1", "", { parts: [offer] }), { offers: false, fresh: false });
    expect(count(".yb-replies")).toBe(0);
    transcript.add(message("2", "", { parts: [offer] }), fresh);
    expect(count(".yb-replies")).toBe(1);
    transcript.answered();
    expect(count(".yb-replies")).toBe(0);
  });

  it("says at a message why it was not sent, in the reader's language, and stops when it was", () => {
    transcript.add(message("own-1", "喂", { role: "user" }), fresh);
    transcript.fate("own-1", { failed: new ApiError(429, "rate_limited", { zh: "太快了", en: "too fast" }) });
    expect(find(".yb-failed")!.textContent).toBe("没有发出去 太快了重试");
    expect(live.textContent).toContain("太快了");
    transcript.fate("own-1", { failed: new TypeError() });
    expect(count(".yb-failed")).toBe(1);
    expect(find(".yb-failed")!.textContent).toContain("连不上服务器");
    transcript.fate("own-1", { sent: "2" });
    expect([count(".yb-failed"), find(".yb-user")!.dataset.id]).toEqual([0, "2"]);
  });

  it("fills a bar in place", () => {
    transcript.add(message("1", "", { parts: [{ type: "progress", job: 'j"1', text: "开始", done: false }] }), fresh);
    expect(transcript.progress({ type: "progress", job: "other", done: false })).toBe(false);
    expect(transcript.progress({ type: "progress", job: 'j"1', text: "<b>一半", fraction: 0.5, done: false })).toBe(true);
    expect([find("progress")!.getAttribute("value"), find(".yb-progress-text")!.textContent, count(".yb-progress")]).toEqual(["0.5", "<b>一半", 1]);
    transcript.progress({ type: "progress", job: 'j"1', done: true });
    expect(find(".yb-progress")!.hasAttribute("data-done")).toBe(true);
  });

  it("keeps only the latest receipt of what went to the team", () => {
    for (const id of ["3-receipt", "4-receipt"]) transcript.add(message(id, "", { parts: [{ type: "handoff", state: "waiting", text: "收到" }] }), fresh);
    expect(count(".yb-note")).toBe(1);
  });

  it("takes from an old conversation everything that would reach into the new one", () => {
    transcript.add(message("1", "", { rateable: true, parts: [{ type: "text", text: "甲" }, { type: "carousel", cards: [{ id: "a", kind: "film", title: "乙", buttons: [{ title: "丙", payload: "丁" }] }] }, offer] }), fresh);
    transcript.add(message("own-1", "喂", { role: "user" }), fresh);
    transcript.retire();
    expect(count("[data-do=vote], [data-do=say], .yb-assistant[data-id]")).toBe(0);
    expect(find(".yb-user")!.dataset.id).toBe("own-1");
    expect(find(".yb-assistant .yb-bubble")!.textContent).toBe("甲");
  });

  it("marks a pause with the time", () => {
    transcript.add(message("1", "a", { time: "2026-01-01T00:00:00Z" }), fresh);
    transcript.add(message("2", "b", { time: "2026-01-01T00:10:00Z" }), fresh);
    transcript.add(message("3", "c", { time: "2026-01-01T01:00:00Z" }), fresh);
    transcript.add(message("4", "d", { time: "nonsense" }), fresh);
    expect([...boards.root.querySelectorAll("time")].map((each) => each.dateTime ?? each.getAttribute("datetime"))).toEqual(["2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"]);
  });

  it("changes its words with the reader's language", () => {
    transcript.add(message("1", "你好", { rateable: true }), fresh);
    transcript.notice("expired");
    setting.lang = "en";
    transcript.relabel();
    expect([find("[data-do=vote]")!.getAttribute("aria-label"), find(".yb-note")!.textContent, boards.named]).toEqual(["Helpful", "Your earlier session had expired, so this is a new one.", "Send"]);
    expect(find(".yb-bubble")!.textContent).toBe("你好");
  });

  it("tells those who listen that it takes long", () => {
    transcript.typing(true);
    vi.advanceTimersByTime(6000);
    expect(live.textContent).toBe("");
    vi.advanceTimersByTime(2000);
    expect(live.textContent).toBe("还在处理，请稍等…");
    live.replaceChildren();
    transcript.typing(true);
    transcript.typing(false);
    vi.advanceTimersByTime(60_000);
    expect(live.textContent).toBe("");
  });
});

describe("gestures", () => {
  const rate = vi.fn();
  const say = vi.fn();
  const retry = vi.fn();
  const refocus = vi.fn();
  const tell = vi.fn();

  beforeEach(() => {
    vi.useRealTimers();
    for (const mock of [rate, say, retry, refocus, tell]) mock.mockReset();
    rate.mockResolvedValue(null);
    listen(boards.root, { api: { rate } as unknown as Api, conversation: { say, retry } as unknown as Conversation, transcript, setting, begin: () => undefined, refocus, tell });
  });

  const press = async (element: Element) => {
    element.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve));
  };
  const pressed = (selector: string) => [...boards.root.querySelectorAll(selector)].map((each) => each.getAttribute("aria-pressed"));

  it("a chip says its words and what they stand for", async () => {
    transcript.add(message("1", "", { parts: [{ type: "quick_replies", replies: [{ title: "是", payload: '/affirm{"said":"x"}' }] }] }), fresh);
    await press(find("[data-do=say]")!);
    expect(say).toHaveBeenCalledWith("是", '/affirm{"said":"x"}');
    expect(refocus).toHaveBeenCalled();
  });

  it("a thumb is down at once, thanked for, and can be changed", async () => {
    transcript.add(message("7", "答", { rateable: true }), fresh);
    const [up, down] = boards.root.querySelectorAll("[data-do=vote]");
    await press(up.querySelector("svg")!);
    expect([pressed("[data-do=vote]"), rate.mock.calls, find(".yb-thanks")!.textContent]).toEqual([["true", "false"], [["7", 1, undefined]], "谢谢，我记下了"]);
    await press(down);
    expect([pressed("[data-do=vote]"), rate.mock.lastCall]).toEqual([["false", "true"], ["7", -1, undefined]]);
    expect(tell).toHaveBeenLastCalledWith("feedback", { value: -1 });
  });

  it("a thumb that did not get through comes up again, and says why", async () => {
    transcript.add(message("7", "答", { rateable: true }), fresh);
    rate.mockRejectedValueOnce(new ApiError(429, "rate_limited", { zh: "太快了" }));
    await press(find("[data-do=vote]")!);
    expect([pressed("[data-do=vote]"), find(".yb-thanks")!.textContent]).toEqual([["false", "false"], "太快了"]);
    expect(tell).not.toHaveBeenCalled();
  });

  it("stars fill up to the one that was pressed, about the thing they ask about", async () => {
    transcript.add(message("7", "", { parts: [{ type: "rating", about: "draft-1", max: 5 }] }), fresh);
    await press(boards.root.querySelectorAll("[data-do=star]")[2]);
    expect([pressed("[data-do=star]"), rate.mock.lastCall]).toEqual([["true", "true", "true", "false", "false"], ["7", 3, "draft-1"]]);
  });

  it("an unsent message is sent again, by its own id", async () => {
    transcript.add(message("own-3", "喂", { role: "user" }), fresh);
    transcript.fate("own-3", { failed: new TypeError() });
    await press(find("[data-do=retry]")!);
    expect(retry).toHaveBeenCalledWith("own-3");
    expect(count(".yb-failed")).toBe(0);
  });

  it("a draft is copied without its title and label", async () => {
    const written: string[] = [];
    vi.stubGlobal("navigator", { clipboard: { writeText: async (text: string) => void written.push(text) } });
    transcript.add(message("1", "", { parts: [{ type: "text", text: "正文\n第二行", title: "标题", label: "AI 生成", copyable: true }] }), fresh);
    await press(find("[data-do=copy]")!);
    expect([written, find("[data-do=copy]")!.textContent]).toEqual([["正文\n第二行"], "已复制"]);
    vi.unstubAllGlobals();
  });

  it("a picture that cannot be had leaves the drawn one", () => {
    transcript.add(message("1", "", { parts: [{ type: "carousel", cards: [{ id: "a", kind: "film", title: "甲", image: "https://cdn.example/p.jpg" }] }] }), fresh);
    find(".yb-art img")!.dispatchEvent(new Event("error"));
    expect([count(".yb-art img"), count(".yb-art svg")]).toEqual([0, 1]);
  });

  it("what is not ours to press does nothing", async () => {
    boards.add('<button data-do="constructor"></button>');
    await press(find("[data-do=constructor]")!);
    expect([say, rate, retry].some((mock) => mock.mock.calls.length)).toBe(false);
  });
});
