import { expect, it } from "vitest";

import { spoken } from "../src/spoken";
import { message } from "./fake_gateway";

it("reads cards by title and reason, and what can be said next", () => {
  const text = spoken(message("1", "", { parts: [
    { type: "text", text: "这两部：" },
    { type: "carousel", cards: [{ id: "a", kind: "film", title: "甲", reason: "因为乙" }, { id: "b", kind: "film", title: "丙" }] },
    { type: "citation", facts: [{ text: "秘密", source: "s" }] },
    { type: "quick_replies", replies: [{ title: "更短", payload: "x" }, { title: "换一批", payload: "y" }] },
  ] }));
  expect(text).toBe("这两部：甲，因为乙。丙。共 2 项，左右方向键可以翻看。更短，换一批。");
});

it("names the person who answers, and the label of what a machine wrote", () => {
  expect(spoken(message("1", "Hello there", { role: "agent", lang: "en" }))).toBe("Support: Hello there.");
  expect(spoken(message("1", "", { lang: "en", parts: [{ type: "text", text: "Body.", title: "Ad", label: "AI-generated" }] }))).toBe("Ad. AI-generated. Body.");
});

it("is silent where there is nothing to say", () => {
  expect(spoken(message("1", "", { parts: [{ type: "citation", facts: [{ text: "x" }] }] }))).toBe("");
});
