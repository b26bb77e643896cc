/**
 * What happens in a conversation: messages go out one after another, what comes back is shown once however often it
 * arrives, and a session that is over gives way to a new one. Knows nothing of how it looks; that is the `View`.
 */

import { ApiError, isOver, type Api } from "./api";
import type { Handoff, Lang, Message, Progress, Standing, Turn } from "./envelope";
import { Stream, type ServerEvent } from "./stream";

/** How an own message stands. */
export type Fate = { sent: string } | { failed: unknown };

export interface View {
  /** Shows a message at the end; `offers` says whether its quick replies can still be taken. */
  add(message: Message, options: { offers: boolean; fresh: boolean }): void;
  /** What became of the own message that was added under this id. */
  fate(id: string, fate: Fate): void;
  /** The user has spoken: what was offered before no longer stands. */
  answered(): void;
  typing(on: boolean): void;
  /** Fills the bar of a job; false when none is shown. */
  progress(part: Progress): boolean;
  /** A line of the widget's own in the conversation. */
  notice(word: "expired"): void;
  /** What is shown belongs to a conversation that is over. */
  retire(): void;
  clear(): void;
  handoff(state: Handoff | null): void;
  connected(up: boolean): void;
  /** The conversation went on in this language. */
  spoke(lang: Lang): void;
}

interface Outgoing { id: string; text: string; payload?: string }

export class Conversation {
  private readonly stream: Stream;
  private readonly outgoing: Outgoing[] = [];
  private readonly unsent = new Map<string, Outgoing>();
  private shown = new Set<string>();
  /** Own words that came over the stream while they were being sent: whose they are is known when the answer is there. */
  private held: Message[] = [];
  private sending = false;
  private begun = false;
  private erased = false;
  private count = 0;
  /** In which language a new session begins. */
  lang: Lang = "zh";

  constructor(private readonly api: Api, private readonly view: View) {
    this.stream = new Stream({
      open: (lastId, signal) => api.openStream(lastId, signal),
      receive: (event) => this.receive(event),
      connected: (up) => view.connected(up),
      refused: () => undefined, // the next message begins a new session
    });
  }

  /** Shows what was said before, or the greeting, and listens. Throws when the gateway cannot be reached. */
  async begin(): Promise<void> {
    const { messages, resumed, refused } = await this.api.start(this.lang);
    this.view.clear();
    if (refused) this.view.notice("expired");
    this.load(messages, !resumed);
  }

  stop(): void {
    this.stream.stop();
  }

  /** Goes on listening: after `stop`, or because the network is back. */
  resume(): void {
    if (this.api.session) this.stream.resume();
  }

  /** Says something; `payload` is what a pressed button stands for. */
  say(text: string, payload?: string): void {
    const message = { id: `own-${++this.count}`, text, ...(payload !== undefined && payload !== text ? { payload } : {}) };
    this.view.answered();
    this.view.add(own(message), { offers: false, fresh: true });
    this.outgoing.push(message);
    void this.drain();
  }

  /** Sends an own message again that did not get through. */
  retry(id: string): void {
    const message = this.unsent.get(id);
    if (!message) return;
    this.unsent.delete(id);
    this.outgoing.push(message);
    void this.drain();
  }

  private async drain(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    for (let message = this.outgoing[0]; message; message = this.outgoing[0]) {
      this.view.typing(true);
      let turn: Turn | null = null;
      try {
        turn = await this.send(message);
      } catch (error) {
        this.unsent.set(message.id, message);
        this.view.fate(message.id, { failed: error });
      }
      this.outgoing.shift();
      if (!this.outgoing.length) this.view.typing(false);
      if (turn) this.answer(message, turn);
      this.release();
    }
    this.sending = false;
  }

  private async send(message: Outgoing): Promise<Turn> {
    if (!this.api.session) await this.anew();
    try {
      return await this.api.send(message.text, message.payload);
    } catch (error) {
      if (isOver(error)) {
        this.api.forget();
        await this.anew();
      } else if (!(error instanceof ApiError && error.code === "payload_not_offered")) {
        throw error;
      }
      // Where the button was not offered, its words are still what the user means; a command is not for people to say.
      return this.api.send(message.payload && !message.payload.startsWith("/") ? message.payload : message.text);
    }
  }

  /** No session: takes up the one another tab has begun meanwhile, or begins a new one, and says so. */
  private async anew(): Promise<void> {
    this.stream.stop();
    const { messages, resumed } = await this.api.start(this.lang);
    if (resumed || !this.begun) {
      this.view.clear();
      this.load(messages, false);
      for (const message of this.outgoing) this.view.add(own(message), { offers: false, fresh: false });
    } else {
      // What is on the screen stays to be read; its ids now belong to other messages.
      this.view.retire();
      if (!this.erased) this.view.notice("expired");
      this.shown = new Set(messages.map((message) => message.id));
      this.held = [];
      this.stream.start(messages.at(-1)?.id ?? "");
    }
    this.erased = false;
    this.view.typing(true);
  }

  private answer(message: Outgoing, turn: Turn): void {
    if (turn.session.erased) {
      // Everything is deleted on the server; it should not stay on the screen either.
      this.stream.stop();
      this.api.forget();
      this.erased = true;
      this.view.clear();
      this.shown.clear();
      this.held = [];
    } else {
      this.shown.add(turn.user.id);
      this.view.fate(message.id, { sent: turn.user.id });
    }
    for (const reply of turn.replies) this.show(reply);
    this.stand(turn.session);
  }

  private stand(standing: Standing): void {
    this.api.stands(standing);
    this.view.handoff(standing.handoff);
    this.lang = standing.lang;
    this.view.spoke(standing.lang);
  }

  private load(messages: Message[], fresh: boolean): void {
    this.begun = true;
    this.held = [];
    this.shown = new Set(messages.map((message) => message.id));
    messages.forEach((message, index) => this.view.add(message, { offers: index === messages.length - 1, fresh }));
    this.view.handoff(latestHandoff(messages) ?? null);
    this.stream.start(messages.at(-1)?.id ?? "");
  }

  private receive(event: ServerEvent): void {
    let message: Message;
    try {
      message = JSON.parse(event.data) as Message;
    } catch {
      return; // cut short on the way; a reconnection brings it again
    }
    if (event.event === "progress") this.settle(message);
    else if (event.event !== "message" || this.shown.has(message.id)) return;
    else if (message.role === "user" && this.sending) this.held.push(message);
    else this.show(message);
  }

  /** Shows a message, once. */
  private show(message: Message): void {
    if (this.shown.has(message.id)) return;
    this.shown.add(message.id);
    if (message.role === "user") {
      if (this.adopt(message)) return;
      this.view.answered(); // in another tab
    }
    const state = latestHandoff([message]);
    if (state) this.view.handoff(state);
    this.settle(message);
  }

  /** Bars that are shown already are filled where they stand; the rest is added. */
  private settle(message: Message): void {
    const parts = message.parts.filter((part) => part.type !== "progress" || !this.view.progress(part));
    if (parts.length) this.view.add({ ...message, parts }, { offers: true, fresh: true });
  }

  /** Whether a message of the user's is one that seemed not to get through, though it did. */
  private adopt(message: Message): boolean {
    const text = plain(message);
    for (const [id, own] of this.unsent) {
      if (comparable(own.text) !== comparable(text)) continue;
      this.unsent.delete(id);
      this.view.fate(id, { sent: message.id });
      return true;
    }
    return false;
  }

  private release(): void {
    const held = this.held;
    this.held = [];
    for (const message of held) this.show(message);
  }
}

function own(message: Outgoing): Message {
  const lang = /[\u3400-\u9fff]/.test(message.text) ? "zh" : "en";
  return { id: message.id, role: "user", lang, time: new Date().toISOString(), parts: [{ type: "text", text: message.text }] };
}

function plain(message: Message): string {
  return message.parts.map((part) => (part.type === "text" ? part.text : "")).join("\n");
}

/** The gateway trims, drops invisible characters and makes "<" full-width; none of that makes it another message. */
function comparable(text: string): string {
  return text.normalize("NFKC").replace(/[\p{C}\s]/gu, "");
}

function latestHandoff(messages: Message[]): Handoff | null {
  const states = messages.flatMap((message) => message.parts.flatMap((part) => (part.type === "handoff" ? [part.state] : [])));
  return states.at(-1) ?? null;
}
