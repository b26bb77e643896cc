import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { parse, PAUSES, Stream, type ServerEvent } from "../src/stream";

function body(...chunks: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
      controller.close();
    },
  });
}

async function parsed(...chunks: (string | Uint8Array)[]): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of parse(body(...chunks))) events.push(event);
  return events;
}

describe("parse", () => {
  const text = 'id: 7\nevent: message\ndata: {"text":"你好 🎬"}\n\n: still here\n\ndata: two\ndata:  lines\n\n';
  const expected = [{ id: "7", event: "message", data: '{"text":"你好 🎬"}' }, { id: "7", event: "message", data: "" }, { id: "7", event: "message", data: "two\n lines" }];

  it("reads fields, comments and several data lines", async () => {
    expect(await parsed(text)).toEqual(expected);
  });

  it("does not mind where the bytes are cut", async () => {
    const bytes = new TextEncoder().encode(text);
    for (let cut = 1; cut < bytes.length; cut++) expect(await parsed(bytes.slice(0, cut), bytes.slice(cut))).toEqual(expected);
    expect(await parsed(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  it.each(["\r\n", "\r", "\n"])("takes %j for the end of a line, cut anywhere", async (end) => {
    const bytes = new TextEncoder().encode(text.replaceAll("\n", end) + "x");
    expect(await parsed(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  it("drops an event that was not finished, and an id with a NUL", async () => {
    expect(await parsed("data: whole\n\ndata: half\n")).toEqual([{ id: "", event: "message", data: "whole" }]);
    expect(await parsed("id: 1\0\ndata: x\n\n")).toEqual([{ id: "", event: "message", data: "x" }]);
  });
});

describe("Stream", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    vi.spyOn(Math, "random").mockReturnValue(0.5); // pauses to the millisecond
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  function listener(answers: ((signal: AbortSignal) => Response)[]) {
    const seen = { opened: [] as string[], data: [] as string[], connected: [] as boolean[], refused: 0 };
    const stream = new Stream({
      open: (lastId, signal) => {
        seen.opened.push(lastId);
        const answer = answers.shift();
        return answer ? Promise.resolve(answer(signal)) : new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
      receive: (event) => seen.data.push(event.data),
      connected: (up) => seen.connected.push(up),
      refused: () => seen.refused++,
    });
    return { stream, seen };
  }
  const fail = () => { throw new TypeError("no network"); };
  const pass = async (milliseconds: number) => void (await vi.advanceTimersByTimeAsync(milliseconds));

  it("reconnects after what it has seen", async () => {
    const { stream, seen } = listener([() => new Response(body("id: 4\ndata: a\n\n")), () => new Response(body("id: 5\ndata: b\n\n: x\n\n"))]);
    stream.start("3");
    await pass(PAUSES[0] * 2);
    await pass(PAUSES[0] * 2);
    expect(seen.opened).toEqual(["3", "4", "5"]);
    expect(seen.data).toEqual(["a", "b"]);
    stream.stop();
  });

  it("waits longer after each failure, says so after the second, and begins anew with the first event", async () => {
    const { stream, seen } = listener([fail, fail, fail, () => new Response(body("data: a\n\n")), fail]);
    stream.start("");
    await pass(0);
    expect([seen.opened.length, seen.connected]).toEqual([1, []]);
    await pass(PAUSES[0]);
    expect([seen.opened.length, seen.connected]).toEqual([2, [false]]);
    await pass(PAUSES[1] - 1);
    expect(seen.opened).toHaveLength(2);
    await pass(1);
    expect(seen.opened).toHaveLength(3);
    await pass(PAUSES[2]);
    expect([seen.opened.length, seen.connected]).toEqual([4, [false, false, true]]);
    await pass(PAUSES[0]);
    expect(seen.opened).toHaveLength(5);
    stream.stop();
  });

  it("ends when the session is not known", async () => {
    const { stream, seen } = listener([() => new Response("{}", { status: 401 })]);
    stream.start("");
    await pass(120_000);
    expect([seen.opened.length, seen.refused]).toEqual([1, 1]);
    stream.stop();
  });

  it("does not call a crowded conversation a lost connection", async () => {
    const crowded = () => new Response("{}", { status: 429 });
    const { stream, seen } = listener([crowded, crowded, crowded]);
    stream.start("");
    await pass(20_000);
    expect(seen.connected).toEqual([]);
    expect(seen.opened.length).toBeGreaterThan(2);
    stream.stop();
  });

  it("gives up a connection that has gone silent, and keeps one that shows signs of life", async () => {
    let say: (text: string) => void = () => undefined;
    const open = (signal: AbortSignal) => new Response(new ReadableStream({
      start(controller) {
        say = (text) => controller.enqueue(new TextEncoder().encode(text));
        signal.addEventListener("abort", () => controller.error(signal.reason));
      },
    }));
    const { stream, seen } = listener([open, open]);
    stream.start("9");
    for (let beat = 0; beat < 10; beat++) {
      await pass(15_000);
      say(": still here\n\n");
    }
    expect(seen.opened).toEqual(["9"]);
    await pass(41_000);
    expect(seen.opened).toEqual(["9", "9"]);
    stream.stop();
  });

  it("connects at once when the network is back, and not before it was started", async () => {
    const { stream, seen } = listener([fail, fail, fail, fail]);
    stream.start("1");
    await pass(60_000);
    const before = seen.opened.length;
    stream.resume();
    await pass(0);
    expect(seen.opened.length).toBe(before + 1);
    stream.stop();
    await pass(60_000);
    expect(seen.opened.length).toBe(before + 1);
    stream.resume();
    await pass(0);
    expect(seen.opened.at(-1)).toBe("1");
    stream.stop();
  });
});
