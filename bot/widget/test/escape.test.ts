import { describe, expect, it } from "vitest";

import { escape, isOwn, linkified, safeUrl } from "../src/escape";

const SERVER = "https://assistant.example";

describe("escape", () => {
  it("leaves nothing that ends a text or an attribute", () => {
    expect(escape(`<img src=x onerror="a('b')"> & co`)).toBe("&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt; &amp; co");
  });

  it("drops what turns the direction of text around", () => {
    expect(escape("a\u202egnp.exe\u2066b")).toBe("agnp.exeb");
  });

  it("makes nothing of nothing", () => {
    expect([escape(null), escape(undefined), escape(0)]).toEqual(["", "", "0"]);
  });
});

describe("safeUrl", () => {
  it.each([
    "javascript:alert(1)", " JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "blob:https://a/b",
    "//evil.example/x", "/\\evil.example", "\\\\evil.example", "file:///etc/passwd", "relative/path", "", null, undefined, "https://",
  ])("refuses %j", (url) => {
    expect(safeUrl(url, SERVER)).toBeNull();
  });

  it("takes web addresses and our own paths", () => {
    expect(safeUrl("https://cdn.example/p.jpg?a=1&b=2", SERVER)).toBe("https://cdn.example/p.jpg?a=1&b=2");
    expect(safeUrl("http://cdn.example", SERVER)).toBe("http://cdn.example/");
    expect(safeUrl("/v1/me/export", SERVER)).toBe("https://assistant.example/v1/me/export");
  });
});

describe("isOwn", () => {
  it("compares whole origins, not beginnings", () => {
    expect(isOwn("https://assistant.example/v1/me/export", SERVER)).toBe(true);
    expect(isOwn("https://assistant.example.evil.example/", SERVER)).toBe(false);
    expect(isOwn("http://assistant.example/", SERVER)).toBe(false);
  });
});

describe("linkified", () => {
  it("links addresses and escapes the rest", () => {
    expect(linkified("看 <b> https://example.com/a?b=1&c=2。好")).toBe(
      '看 &lt;b&gt; <a href="https://example.com/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer nofollow">https://example.com/a?b=1&amp;c=2</a>。好');
  });

  it("leaves the full stop and the quote outside", () => {
    expect(linkified('see https://example.com/x. "https://example.com"><script>')).toMatch(
      /<a href="https:\/\/example\.com\/x"[^>]*>https:\/\/example\.com\/x<\/a>\. &quot;<a href="https:\/\/example\.com\/"[^>]*>https:\/\/example\.com<\/a>&quot;&gt;&lt;script&gt;$/);
  });

  it("links nothing else", () => {
    expect(linkified("javascript:alert(1) ftp://x example.com")).toBe("javascript:alert(1) ftp://x example.com");
  });
});
