import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Api, ApiError, isOver } from "../src/api";
import { FakeGateway, KEY, message, SERVER } from "./fake_gateway";

let gateway: FakeGateway;
let api: Api;

beforeEach(() => {
  localStorage.clear();
  gateway = new FakeGateway().install();
  api = new Api(SERVER);
});
afterEach(() => void vi.unstubAllGlobals());

const saved = () => JSON.parse(localStorage.getItem(KEY) ?? "null");

describe("start", () => {
  it("begins a session in the reader's language, greets, and keeps it without the greeting", async () => {
    const { messages, resumed, refused } = await api.start("en");
    expect([messages.map((each) => each.id), resumed, refused]).toEqual([["1"], false, false]);
    expect(gateway.calls("POST", "/v1/session")[0].body).toEqual({ lang: "en" });
    expect([saved().token, saved().greeting]).toEqual(["token-1", undefined]);
  });

  it("resumes the session of this browser", async () => {
    gateway.save();
    gateway.history = [message("1", "你好"), message("2", "再见")];
    const { messages, resumed } = await api.start("zh");
    expect([messages.length, resumed]).toEqual([2, true]);
    expect(gateway.heard[0].headers.get("Authorization")).toBe("Bearer saved");
    expect(gateway.calls("POST", "/v1/session")).toEqual([]);
  });

  it("replaces one that is over, and says that there was one", async () => {
    gateway.save("old");
    gateway.sessions.delete("old");
    const { resumed, refused } = await api.start("zh");
    expect([resumed, refused, saved().token]).toEqual([false, true, "token-1"]);
  });

  it.each(["{", "null", "[]", '{"token":1}', "7"])("takes %s in storage for nothing", async (junk) => {
    localStorage.setItem(KEY, junk);
    expect((await api.start("zh")).resumed).toBe(false);
  });

  it("does without storage", async () => {
    vi.stubGlobal("localStorage", { getItem() { throw new Error("blocked"); }, setItem() { throw new Error("blocked"); }, removeItem() { throw new Error("blocked"); } });
    expect((await api.start("zh")).messages).toHaveLength(1);
    api.forget();
    expect(api.session).toBeNull();
  });

  it("keeps the session when the server is only out of order", async () => {
    gateway.save();
    vi.stubGlobal("fetch", () => Promise.resolve(new Response("<html>bad gateway", { status: 502 })));
    await expect(api.start("zh")).rejects.toMatchObject({ status: 502, words: {} });
    expect(saved().token).toBe("saved");
  });

  it("renews a token that has little life left, in the language that was chosen", async () => {
    gateway.save("saved", { pin: "en", expires: new Date(Date.now() + 86400_000).toISOString() });
    await api.start("zh");
    await vi.waitFor(() => expect(gateway.calls("PATCH", "/v1/session")[0]?.body).toEqual({ lang: "en" }));
    gateway.heard.length = 0;
    gateway.save("saved", { expires: new Date(Date.now() + 20 * 86400_000).toISOString() });
    await api.start("zh");
    expect(gateway.calls("PATCH", "/v1/session")).toEqual([]);
  });
});

describe("with a session", () => {
  beforeEach(() => api.start("zh"));

  it("sends text, and what a button stands for", async () => {
    await api.send("好");
    await api.send("好", "/affirm");
    expect(gateway.calls("POST", "/v1/messages").map((each) => each.body)).toEqual([{ text: "好" }, { text: "好", payload: "/affirm" }]);
    expect(gateway.heard.at(-1)!.headers.get("Content-Type")).toBe("application/json");
  });

  it("passes on the gateway's words for a refusal", async () => {
    gateway.turn = () => gateway.refuse(429, "rate_limited");
    const error = await api.send("x").catch((reason) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect([error.status, error.code, error.words.zh, isOver(error)]).toEqual([429, "rate_limited", "rate_limited 的说明", false]);
  });

  it("knows a session that is over", async () => {
    gateway.sessions.clear();
    expect(isOver(await api.send("x").catch((reason) => reason))).toBe(true);
  });

  it("rates with a thumb or with stars, and never leaves the message's path", async () => {
    await api.rate("7", 1);
    await api.rate("../me", 4, "draft-1");
    expect(gateway.heard.slice(-2).map((each) => [each.path, each.body])).toEqual([
      ["/v1/messages/7/feedback", { value: 1 }], ["/v1/messages/..%2Fme/feedback", { value: 4, about: "draft-1" }]]);
  });

  it("keeps the token that comes with a change of language", async () => {
    gateway.sessions.add("token-1");
    await api.setLanguage("en");
    expect([api.session!.pin, saved().pin]).toEqual(["en", "en"]);
  });

  it("shows its token to its own server only", async () => {
    await api.download(`${SERVER}/v1/me/export`);
    const own = gateway.heard.at(-1)!.headers.get("Authorization");
    vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(new Response("x"))));
    await api.download("https://assistant.example.evil.example/f");
    expect(own).toBe("Bearer token-1");
    expect(vi.mocked(fetch).mock.calls[0][1]).toEqual({});
  });

  it("opens the stream after what was seen, with the token in a header", async () => {
    await api.openStream("12", new AbortController().signal);
    const { headers, path } = gateway.heard.at(-1)!;
    expect([path, headers.get("Last-Event-ID"), headers.get("Authorization")]).toEqual(["/v1/events", "12", "Bearer token-1"]);
  });

  it("forgets its own session, not one that another tab has begun", async () => {
    localStorage.setItem(KEY, JSON.stringify(gateway.session("other")));
    api.forget();
    expect([api.session, saved().token]).toEqual([null, "other"]);
  });
});
