import { describe, expect, it } from "vitest";

import { dice, hash } from "../src/chance";
import { ems, lettering } from "../src/lettering";
import { poster } from "../src/poster";

const SIZES = [23, 20, 18, 16, 14.5, 13];
const KINDS = ["film", "series", "show", "album", "person", "unheard-of"];

describe("poster", () => {
  it.each(KINDS)("of a %s is the same every time", (kind) => {
    expect(poster("x/one", "片名", kind)).toBe(poster("x/one", "片名", kind));
  });

  it("differs between works", () => {
    const drawn = Array.from({ length: 60 }, (_, index) => poster(`film/${index}`, "同名", "film"));
    expect(new Set(drawn).size).toBe(60);
  });

  it("keeps its picture when only the language of its title changes", () => {
    const picture = (title: string) => poster("film/interstellar-2014", title, "film").replace(/<rect y=.*$/, "");
    expect(picture("星际穿越")).toBe(picture("Interstellar"));
  });

  it.each(KINDS)("of a %s is sound SVG with numbers in it", (kind) => {
    for (let index = 0; index < 40; index++) {
      const svg = poster(`x/${index}`, "片名 Title 3", kind);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      expect(new DOMParser().parseFromString(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '), "image/svg+xml").querySelector("parsererror")).toBeNull();
    }
  });

  it("puts letters of a person's name on their portrait, and nothing but letters", () => {
    const letters = (name: string) => /<text[^>]*>(.*)<\/text>/.exec(poster("p", name, "person"))![1];
    expect([letters("Hans Zimmer"), letters("周迅"), letters("<b onload=x>"), letters("& 'x")]).toEqual(["HZ", "周", "O", ""]);
  });

  it("stands upright for films and is square for albums", () => {
    expect(poster("a", "b", "film")).toContain('viewBox="0 0 120 180"');
    expect(poster("a", "b", "album")).toContain('viewBox="0 0 120 120"');
  });
});

describe("lettering", () => {
  const inks = [..."星际穿越"].length;

  it("sets a short title in one line, large", () => {
    expect(lettering("星际穿越", 102, SIZES)).toEqual({ lines: ["星际穿越"], size: 23 });
    expect(inks).toBe(4);
  });

  it("breaks Chinese into two even lines, between words", () => {
    expect(lettering("流浪地球 2", 102, SIZES).lines).toEqual(["流浪", "地球 2"]);
    expect(lettering("你好，李焕英", 102, SIZES).lines).toEqual(["你好，", "李焕英"]);
  });

  it.each(["我在夏天的雨里等一场永远不会散场的露天电影", "Everything Everywhere All at Once", "Supercalifragilisticexpialidocious", "《甲》", "3", "a b c d e f g h i j k l m n o p", "😀".repeat(40), "。。。。。。。。。。。。"])(
    "keeps %s within its room", (title) => {
      const { lines, size } = lettering(title, 102, SIZES);
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.length).toBeLessThanOrEqual(/[\u4e00-\u9fff]/.test(title) ? 2 : 3);
      for (const line of lines) expect(ems(line) * size).toBeLessThanOrEqual(102);
    });

  it("says with dots that it had to leave something out", () => {
    expect(lettering("我在夏天的雨里等一场永远不会散场的露天电影", 102, SIZES).lines.at(-1)).toMatch(/…$/);
    expect(lettering("12 Angry Men", 102, SIZES).lines.join(" ")).toBe("12 Angry Men");
  });

  it("makes an empty title an empty line", () => {
    expect(lettering("", 102, SIZES).lines.join("")).toBe("");
  });
});

describe("chance", () => {
  it("is FNV-1a and mulberry32", () => {
    expect(hash("")).toBe(0x811c9dc5);
    expect(hash("foobar")).toBe(0xbf9cf968);
    const next = dice(1);
    expect([next(), next()].map((value) => value.toFixed(6))).toEqual(["0.627074", "0.002736"]);
  });
});
