import { describe, expect, it } from "vitest";

import type { Card, Message, Part } from "../src/envelope";
import { relabel, renderMessage, renderPart } from "../src/render";
import { message } from "./fake_gateway";

const SETTING = { lang: "zh", server: "https://assistant.example" } as const;
const EVIL = `<img src=x onerror="window.pwned=1">"'><script>window.pwned=1</script>`;

function drawn(part: Part): HTMLElement {
  const holder = document.createElement("div");
  holder.innerHTML = renderPart(part, SETTING);
  return holder;
}

function shown(content: Message): HTMLElement {
  const holder = document.createElement("div");
  holder.innerHTML = renderMessage(content, SETTING);
  return holder.firstElementChild as HTMLElement;
}

const card = (more: Partial<Card> = {}): Card => ({ id: "film/x", kind: "film", title: "片名", ...more });

describe("parts", () => {
  it("text keeps its lines and has its label", () => {
    const text = drawn({ type: "text", text: "一\n二", label: "AI 生成" });
    expect(text.querySelector(".yb-text")!.textContent).toBe("一\n二 AI 生成");
    expect(text.querySelector(".yb-label")!.textContent).toBe("AI 生成");
  });

  it("a draft has title, label, text and a copy button", () => {
    const draft = drawn({ type: "text", text: "正文", title: "标题", label: "AI 生成", copyable: true });
    expect(draft.querySelector("h3")!.textContent).toBe("标题");
    expect(draft.querySelector(".yb-label")!.textContent).toBe("AI 生成");
    expect(draft.querySelector(".yb-draft-text")!.textContent).toBe("正文");
    expect(draft.querySelector("[data-do=copy]")!.textContent).toBe("复制");
  });

  it("quick replies carry what they say and what they stand for", () => {
    const replies = drawn({ type: "quick_replies", text: "选一个", replies: [{ title: `"好"`, payload: `/ask{"said":"it's"}` }] });
    const button = replies.querySelector<HTMLElement>("button")!;
    expect([button.textContent, button.dataset.say, button.dataset.payload, button.dataset.do]).toEqual([`"好"`, `"好"`, `/ask{"said":"it's"}`, "say"]);
    expect(replies.querySelector(".yb-text")!.textContent).toBe("选一个");
  });

  it("an image has its alternative, and is only that when its address is bad", () => {
    expect(drawn({ type: "image", url: "/p.png", alt: "海报" }).querySelector("img")!.getAttribute("src")).toBe("https://assistant.example/p.png");
    const bad = drawn({ type: "image", url: "javascript:alert(1)", alt: "海报" });
    expect([bad.querySelector("img"), bad.textContent]).toEqual([null, "海报"]);
  });

  it("a card has poster, kind, facts, reason, contrast and buttons", () => {
    const cards = drawn({ type: "carousel", cards: [card({ subtitle: "2014", reason: "因为", contrast: "更长", facts: [{ label: "导演", value: "某人" }], buttons: [{ title: "看过了", payload: "《片名》看过了" }] })] });
    expect(cards.querySelectorAll(".yb-card")).toHaveLength(1);
    expect(cards.querySelector("svg.yb-poster")).not.toBeNull();
    expect(["h3", ".yb-kind", "dt", "dd", ".yb-reason", ".yb-contrast", ".yb-chip"].map((selector) => cards.querySelector(selector)!.textContent)).toEqual(["片名", "电影", "导演", "某人", "因为", "更长", "看过了"]);
    expect(cards.querySelector<HTMLElement>(".yb-chip")!.dataset.payload).toBe("《片名》看过了");
  });

  it("one card needs no arrows; several can be leafed through by key and by button", () => {
    expect(drawn({ type: "carousel", cards: [card()] }).querySelector("[data-do=leaf], [tabindex]")).toBeNull();
    const several = drawn({ type: "carousel", cards: [card(), card()] });
    expect(several.querySelectorAll("[data-do=leaf]")).toHaveLength(2);
    expect(several.querySelector("ul")!.getAttribute("tabindex")).toBe("0");
    expect(several.querySelector("ul")!.getAttribute("aria-label")).toContain("2");
  });

  it("a picture lies over the drawn poster, if its address is good", () => {
    expect(drawn({ type: "carousel", cards: [card({ image: "https://cdn.example/p.jpg" })] }).querySelector(".yb-art svg + img")).not.toBeNull();
    expect(drawn({ type: "carousel", cards: [card({ image: "data:image/svg+xml,<svg/>" })] }).querySelector("img")).toBeNull();
  });

  it.each(["constructor", "__proto__", "toString", "hologram"])("a card of kind %s is drawn without a kind", (kind) => {
    const cards = drawn({ type: "carousel", cards: [card({ kind })] });
    expect(cards.querySelector("svg.yb-poster")).not.toBeNull();
    expect(cards.querySelector(".yb-kind")).toBeNull();
  });

  it("audio and video play, with title and label, and keep those when they cannot", () => {
    for (const type of ["audio", "video"] as const) {
      const media = drawn({ type, url: "/m", title: "预告", label: "AI 生成" });
      expect(media.querySelector(type)!.hasAttribute("controls")).toBe(true);
      expect(media.querySelector("figcaption")!.textContent).toBe("预告AI 生成");
      expect(drawn({ type, url: "javascript:x", title: "预告" }).querySelector(type)).toBeNull();
    }
  });

  it("our own file is fetched with the session, another's is a link that tells nothing", () => {
    const own = drawn({ type: "file", url: "/v1/me/export", name: "data.json", size: 20480 }).firstElementChild as HTMLElement;
    expect([own.tagName, own.dataset.do, own.dataset.url, own.textContent]).toEqual(["BUTTON", "save", "https://assistant.example/v1/me/export", "下载data.json20 KB"]);
    const other = drawn({ type: "file", url: "https://assistant.example.evil.example/f", name: "f" }).firstElementChild as HTMLElement;
    expect([other.tagName, other.getAttribute("rel")]).toEqual(["A", "noopener noreferrer"]);
    expect(drawn({ type: "file", url: "javascript:x", name: "f" }).querySelector("button, a")).toBeNull();
  });

  it("a rating has as many stars as it asks for, each named", () => {
    const stars = [...drawn({ type: "rating", about: "draft-1", max: 5, text: "几星？" }).querySelectorAll<HTMLElement>("[data-do=star]")];
    expect(stars.map((star) => [star.dataset.value, star.getAttribute("aria-label"), star.dataset.about])).toEqual([1, 2, 3, 4, 5].map((n) => [String(n), `${n} 星`, "draft-1"]));
    expect(drawn({ type: "rating", about: "x", max: 1e9 }).querySelectorAll("[data-do=star]")).toHaveLength(10);
  });

  it("sources are folded, and counted", () => {
    const sources = drawn({ type: "citation", facts: [{ text: "《甲》— 导演 — 乙", source: "metaqa" }, { text: "丙" }] });
    expect(sources.querySelector("details")!.open).toBe(false);
    expect(sources.querySelector("summary")!.textContent).toBe("依据 2");
    expect([...sources.querySelectorAll("li")].map((line) => line.textContent)).toEqual(["《甲》— 导演 — 乙 metaqa", "丙"]);
  });

  it("progress knows how far it is, or that it does not", () => {
    const bar = (fraction: number | null, done = false) => drawn({ type: "progress", job: "j", text: "在写", fraction, done }).querySelector("progress")!;
    expect(bar(0.25).getAttribute("value")).toBe("0.25");
    expect(bar(7).getAttribute("value")).toBe("1");
    expect(bar(null).hasAttribute("value")).toBe(false);
    expect(bar(null, true).getAttribute("value")).toBe("1");
  });

  it("handoff is a remark, and nothing without words", () => {
    expect(drawn({ type: "handoff", state: "waiting", text: "请稍候" }).querySelector(".yb-note")!.textContent).toBe("请稍候");
    expect(drawn({ type: "handoff", state: "waiting" }).innerHTML).toBe("");
  });

  it("an unknown part comes as its text, or not at all", () => {
    expect(drawn({ type: "hologram", text: "<b>" } as unknown as Part).textContent).toBe("<b>");
    expect(drawn({ type: "hologram", text: { a: 1 } } as unknown as Part).innerHTML).toBe("");
  });

  const evil: Part[] = [
    { type: "text", text: EVIL, title: EVIL, label: EVIL, copyable: true }, { type: "text", text: EVIL },
    { type: "quick_replies", text: EVIL, replies: [{ title: EVIL, payload: EVIL }] }, { type: "image", url: `https://x/${EVIL}`, alt: EVIL },
    { type: "carousel", cards: [{ id: EVIL, kind: EVIL, title: EVIL, subtitle: EVIL, image: `https://x/${EVIL}`, reason: EVIL, contrast: EVIL, facts: [{ label: EVIL, value: EVIL }], buttons: [{ title: EVIL, payload: EVIL }] }] },
    { type: "carousel", cards: [{ id: EVIL, kind: "person", title: EVIL }, { id: EVIL, kind: "album", title: EVIL }] },
    { type: "audio", url: `https://x/${EVIL}`, title: EVIL, label: EVIL }, { type: "file", url: `https://x/${EVIL}`, name: EVIL }, { type: "file", url: "/x", name: EVIL },
    { type: "rating", about: EVIL, max: 5, text: EVIL }, { type: "citation", facts: [{ text: EVIL, source: EVIL }] },
    { type: "progress", job: EVIL, text: EVIL, fraction: `1"${EVIL}` as unknown as number, done: false }, { type: "handoff", state: EVIL as "waiting", text: EVIL },
    { type: EVIL, text: EVIL } as unknown as Part,
  ];
  it.each(evil.map((part) => [part.type.slice(0, 12), part] as const))("%s lets no markup through", (_, part) => {
    const holder = drawn(part);
    expect(holder.querySelector("script")).toBeNull();
    for (const element of holder.querySelectorAll("*")) {
      expect([...element.attributes].filter(({ name }) => name.startsWith("on"))).toEqual([]);
      expect(element.getAttribute("src") ?? "https://x").toMatch(/^https:\/\/(x|assistant\.example)/);
    }
  });
});

describe("messages", () => {
  it("say who, in which language, and which", () => {
    const element = shown(message("7", "hello", { lang: "en" }));
    expect([element.lang, element.dataset.id, element.className]).toEqual(["en", "7", "yb-message yb-assistant"]);
    expect(shown(message("8", "你好", { role: "agent" })).querySelector(".yb-who")!.textContent).toBe("客服");
    expect(shown(message(`"><b>`, "x")).dataset.id).toBe(`"><b>`);
  });

  it("of the user are shown exactly as typed", () => {
    const typed = "**not bold** <b>x</b> ![p](http://x/y.png) https://example.com";
    const element = shown(message("1", typed, { role: "user" }));
    expect(element.querySelector(".yb-bubble")!.textContent).toBe(typed);
    expect(element.querySelector("b, img, a, strong, button")).toBeNull();
  });

  it("have thumbs when there is something to judge, before what can be said next", () => {
    const parts: Part[] = [{ type: "text", text: "甲" }, { type: "quick_replies", replies: [{ title: "乙", payload: "乙" }] }];
    const element = shown(message("1", "", { rateable: true, parts }));
    expect([...element.children].map((child) => child.classList.item(0))).toEqual(["yb-hidden", "yb-bubble", "yb-rate", "yb-choices"]);
    const thumbs = [...element.querySelectorAll("[data-do=vote]")];
    expect(thumbs.map((thumb) => [thumb.getAttribute("aria-label"), thumb.getAttribute("aria-pressed")])).toEqual([["有用", "false"], ["没用", "false"]]);
    for (const other of [message("1", "x"), message("1", "x", { rateable: true, role: "agent" }), message("1", "", { rateable: true, parts: [{ type: "progress", job: "j", done: false }] })]) {
      expect(shown(other).querySelector("[data-do=vote]")).toBeNull();
    }
  });
});

describe("relabel", () => {
  it("changes the widget's words and names, and nobody else's", () => {
    const element = shown(message("1", "复制", { rateable: true, parts: [
      { type: "text", text: "复制", copyable: true }, { type: "carousel", cards: [card(), card()] }, { type: "citation", facts: [{ text: "甲" }] },
    ] }));
    relabel(element, "en");
    expect(element.querySelector("[data-do=copy]")!.textContent).toBe("Copy");
    expect(element.querySelector<HTMLElement>("[data-do=copy] [data-word]")!.lang).toBe("en");
    expect(element.querySelector(".yb-draft-text")!.textContent).toBe("复制");
    expect(element.querySelector(".yb-kind")!.textContent).toBe("Film");
    expect(element.querySelector("summary")!.textContent).toBe("Based on 1");
    expect(element.querySelector("[data-do=vote]")!.getAttribute("aria-label")).toBe("Helpful");
    expect(element.querySelector("ul")!.getAttribute("aria-label")).toBe("2 items; browse with the arrow keys");
    relabel(element, "zh");
    expect(element.querySelector("[data-do=copy]")!.textContent).toBe("复制");
  });
});
