import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Api, ApiError } from "../src/api";
import { Conversation } from "../src/conversation";
import { FakeGateway, KEY, message, said, SERVER, settle } from "./fake_gateway";
import { Paper } from "./paper";

let gateway: FakeGateway;
let api: Api;
let paper: Paper;
let conversation: Conversation;

beforeEach(() => {
  localStorage.clear();
  gateway = new FakeGateway().install();
  api = new Api(SERVER);
  paper = new Paper();
  conversation = new Conversation(api, paper);
});
afterEach(() => {
  conversation.stop();
  vi.unstubAllGlobals();
});

async function begun(): Promise<void> {
  await conversation.begin();
  await settle();
}

function failed(): unknown {
  const fate = paper.lines.find((line) => line.fate && "failed" in line.fate)?.fate;
  return fate && "failed" in fate ? fate.failed : undefined;
}

describe("a turn", () => {
  beforeEach(begun);

  it("shows question and answer, and types in between", async () => {
    conversation.say("你好");
    expect(paper.said).toEqual(["assistant: 你好", "user: 你好"]);
    await settle();
    expect(paper.said).toEqual(["assistant: 你好", "user: 你好", "assistant: “你好”"]);
    expect(paper.log.filter((each) => ["answered", "typing", "quiet"].includes(each))).toEqual(["answered", "typing", "quiet"]);
    expect(paper.lines[1].id).toBe("2");
  });

  it("sends a payload only where it says something else", async () => {
    conversation.say("更短", "更短");
    conversation.say("是", "/affirm");
    await settle();
    expect(gateway.calls("POST", "/v1/messages").map((each) => each.body)).toEqual([{ text: "更短" }, { text: "是", payload: "/affirm" }]);
  });

  it("goes out one after the other, in order", async () => {
    let seq = 1;
    let under = 0;
    gateway.turn = async ({ text: words }) => {
      expect(++under).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      under--;
      return gateway.answer([message(String((seq += 2)), words.toUpperCase())], String(seq - 1), words);
    };
    for (const words of ["a", "b", "c"]) conversation.say(words);
    await vi.waitFor(() => expect(paper.said.slice(-3)).toEqual(["assistant: A", "assistant: B", "assistant: C"]));
    expect(paper.log.at(-1)).toBe("spoke zh");
    expect(paper.log.filter((each) => each === "quiet")).toHaveLength(1);
  });

  it("says what a button meant when the button is no longer valid", async () => {
    const turn = gateway.turn;
    gateway.turn = (body) => (body.payload ? gateway.refuse(400, "payload_not_offered") : turn(body));
    conversation.say("更像这部", "更像《甲》的");
    conversation.say("是的", "/affirm");
    await settle();
    expect(gateway.calls("POST", "/v1/messages").map((each) => each.body)).toEqual([
      { text: "更像这部", payload: "更像《甲》的" }, { text: "更像《甲》的" }, { text: "是的", payload: "/affirm" }, { text: "是的" }]);
    expect(failed()).toBeUndefined();
  });

  it("that fails can be tried again, once it has been", async () => {
    const turn = gateway.turn;
    gateway.turn = () => { throw new TypeError("no network"); };
    conversation.say("喂");
    await settle();
    expect(failed()).toBeInstanceOf(TypeError);
    gateway.turn = () => gateway.refuse(503, "unavailable");
    conversation.retry("own-1");
    await settle();
    expect(failed()).toBeInstanceOf(ApiError);
    gateway.turn = turn;
    conversation.retry("own-1");
    conversation.retry("own-1");
    await settle();
    expect(paper.said).toEqual(["assistant: 你好", "user: 喂", "assistant: “喂”"]);
    expect(failed()).toBeUndefined();
  });

  it("that fails does not hold up the next", async () => {
    gateway.turn = ({ text: words }) => (words === "a" ? gateway.refuse(500, "internal_error") : gateway.answer([message("3", "B")], "2", words));
    conversation.say("a");
    conversation.say("b");
    await settle();
    expect(paper.said.at(-1)).toBe("assistant: B");
  });

  it("tells language and handoff", async () => {
    gateway.turn = () => gateway.answer([message("3", "Hi")], "2", "hi", { lang: "en", handoff: "waiting" });
    conversation.say("hi");
    await settle();
    expect(paper.log.slice(-2)).toEqual(["handoff waiting", "spoke en"]);
    expect(JSON.parse(localStorage.getItem(KEY)!).lang).toBe("en");
  });
});

describe("the stream", () => {
  beforeEach(begun);

  it("brings what others say, once", async () => {
    gateway.event(said("2", "来自另一个窗口"));
    gateway.event(message("3", "答"));
    gateway.event(message("3", "答"));
    gateway.event(message("4", "晚到的"));
    await settle();
    expect(paper.said).toEqual(["assistant: 你好", "user: 来自另一个窗口", "assistant: 答", "assistant: 晚到的"]);
  });

  it("does not show an answer again that came with the request, nor the question", async () => {
    gateway.turn = async ({ text: words }) => {
      gateway.event(said("2", words));
      await settle();
      return gateway.answer([message("3", "答")], "2", words);
    };
    conversation.say("问");
    await vi.waitFor(() => expect(paper.said).toContain("assistant: 答"));
    gateway.event(message("3", "答"));
    await settle();
    expect(paper.said).toEqual(["assistant: 你好", "user: 问", "assistant: 答"]);
  });

  it("shows that a message got through whose answer was lost", async () => {
    gateway.turn = () => { throw new TypeError("lost"); };
    conversation.say(" a <b> 你 ");
    await settle();
    expect(failed()).toBeInstanceOf(TypeError);
    gateway.event(said("2", "a ＜b> 你"));
    gateway.event(message("3", "答"));
    await settle();
    expect(paper.said).toEqual(["assistant: 你好", "user:  a <b> 你 ", "assistant: 答"]);
    expect(paper.lines[1]).toMatchObject({ id: "2", fate: { sent: "2" } });
  });

  it("fills a bar where it stands, and shows what the work has brought", async () => {
    const bar = (fraction: number, done = false) => ({ type: "progress", job: "j", text: "写", fraction, done }) as const;
    gateway.event(message("2", "", { parts: [{ type: "text", text: "好" }, bar(0)] }));
    gateway.event(message("2-progress-j", "", { parts: [bar(0.5)] }), "progress");
    gateway.event(message("2-progress-j", "", { parts: [bar(0.9)] }), "progress");
    await settle();
    expect(paper.bars.get("j")!.fraction).toBe(0.9);
    gateway.event(message("3", "", { parts: [bar(1, true), { type: "text", text: "文案" }] }));
    await settle();
    expect(paper.bars.get("j")!.done).toBe(true);
    expect(paper.said).toEqual(["assistant: 你好", "assistant: 好+[progress]", "assistant: 文案"]);
  });

  it("tells when people join and leave", async () => {
    gateway.event(message("2", "", { parts: [{ type: "handoff", state: "joined", text: "来了" }] }));
    gateway.event(message("3", "", { parts: [{ type: "handoff", state: "ended", text: "走了" }] }));
    await settle();
    expect(paper.log.slice(-2)).toEqual(["handoff joined", "handoff ended"]);
  });

  it("survives an event that is no JSON", async () => {
    gateway.push("id: 2\nevent: message\ndata: {\n\n");
    gateway.event(message("3", "之后"));
    await settle();
    expect(paper.said.at(-1)).toBe("assistant: 之后");
  });
});

describe("history", () => {
  it("comes back with what can still be said, which is in the last message only", async () => {
    gateway.save();
    gateway.history = [message("1", "你好"), said("2", "问"), message("3", "答")];
    await begun();
    expect(paper.lines.map((line) => [line.text, line.offers])).toEqual([["你好", false], ["问", false], ["答", true]]);
    expect(gateway.calls("GET", "/v1/events")[0].headers.get("Last-Event-ID")).toBe("3");
  });

  it("tells whether people have the conversation", async () => {
    gateway.save();
    gateway.history = [message("1", "", { parts: [{ type: "handoff", state: "waiting", text: "等" }] })];
    await begun();
    expect(paper.log).toContain("handoff waiting");
  });

  it("does not move the stream past what it has not brought yet", async () => {
    await begun();
    gateway.turn = () => gateway.answer([message("5", "答")], "4", "问");
    conversation.say("问");
    await settle();
    conversation.resume();
    await settle();
    expect(gateway.calls("GET", "/v1/events").at(-1)!.headers.get("Last-Event-ID")).toBe("1");
  });
});

describe("a session that is over", () => {
  it("at the beginning is replaced, with a remark", async () => {
    gateway.save("old");
    gateway.sessions.delete("old");
    await begun();
    expect(paper.said).toEqual(["notice: expired", "assistant: 你好"]);
  });

  it("in between is replaced, and the message that found out is answered", async () => {
    await begun();
    gateway.event(message("2", "旧二"));
    gateway.event(message("3", "旧三"));
    await settle();
    gateway.sessions.clear();
    conversation.say("还在吗", "你还在吗");
    await settle();
    // The new conversation numbers its messages from 1 again; none of them may be taken for an old one.
    expect(paper.said).toEqual(["assistant: 你好", "assistant: 旧二", "assistant: 旧三", "user: 还在吗", "notice: expired", "assistant: “你还在吗”"]);
    expect(paper.log).toContain("retired");
    gateway.event(message("4", "新"));
    await settle();
    expect(paper.said.at(-1)).toBe("assistant: 新");
  });

  it("gives way to the one that another tab has begun", async () => {
    await begun();
    gateway.sessions.clear();
    gateway.save("other");
    gateway.history = [message("1", "别的窗口")];
    conversation.say("喂");
    await settle();
    expect(paper.said).toEqual(["assistant: 别的窗口", "user: 喂", "assistant: “喂”"]);
    expect(api.session!.token).toBe("other");
  });

  it("ends the stream, not the conversation", async () => {
    await begun();
    gateway.sessions.clear();
    conversation.resume();
    await settle();
    const before = gateway.heard.length;
    await settle();
    expect(gateway.heard.length).toBe(before);
    conversation.say("喂");
    await settle();
    expect(paper.said.at(-1)).toBe("assistant: “喂”");
  });

  it("by the user's own wish leaves nothing on the screen, and no complaint", async () => {
    await begun();
    gateway.turn = async ({ text: words }) => {
      gateway.event(said("2", words));
      await settle();
      return gateway.answer([message("3", "都删了")], "2", words, { erased: true });
    };
    conversation.say("删除我的数据");
    await vi.waitFor(() => expect(paper.said).toEqual(["assistant: 都删了"]));
    expect([api.session, localStorage.getItem(KEY)]).toEqual([null, null]);
    gateway.turn = ({ text: words }) => gateway.answer([message("3", `“${words}”`)], "2", words);
    conversation.say("又来了");
    await settle();
    expect(paper.said).toEqual(["assistant: 都删了", "user: 又来了", "assistant: “又来了”"]);
  });
});

describe("a gateway that cannot be reached", () => {
  it("lets the beginning fail, and a message begin it", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    await expect(conversation.begin()).rejects.toThrow("no network");
    gateway.install();
    conversation.say("喂");
    await settle();
    expect(paper.said).toEqual(["assistant: 你好", "user: 喂", "assistant: “喂”"]);
  });
});
