/** The gateway's public API: one session, messages, and a stream of what arrives later. */

import type { Lang, Message, Session } from "./envelope";

const RETRY_MS = [1000, 2000, 5000, 10000, 30000];

/** An error the gateway worded for people, in both languages. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly words: Partial<Record<Lang, string>>) {
    super(words.en ?? `HTTP ${status}`);
  }
}

export class Api {
  session: Session | null = null;
  private lastId = "";
  private stream: AbortController | null = null;

  constructor(readonly server: string) {}

  private get key(): string {
    return `yuban:${this.server}`;
  }

  /** Picks up the session of this browser, or starts one; returns the messages to show. */
  async start(lang: Lang | null): Promise<Message[]> {
    const saved = this.read();
    if (saved) {
      this.session = saved;
      try {
        const { messages } = await this.json<{ messages: Message[] }>("GET", "/v1/messages");
        this.remember(messages);
        return messages;
      } catch (error) {
        if (!(error instanceof ApiError) || error.status >= 500) throw error;
        this.session = null; // expired or erased
      }
    }
    return this.fresh(lang);
  }

  async fresh(lang: Lang | null): Promise<Message[]> {
    this.session = null;
    const session = await this.json<Session>("POST", "/v1/session", lang ? { lang } : {});
    this.session = session;
    this.write(session);
    const greeting = session.greeting ? [session.greeting] : [];
    this.remember(greeting);
    return greeting;
  }

  async send(text: string, payload?: string): Promise<Message[]> {
    const answer = await this.json<{ user: Message; replies: Message[] }>("POST", "/v1/messages", payload ? { text, payload } : { text });
    this.remember(answer.replies);
    return answer.replies;
  }

  rate(message: string, value: number): Promise<unknown> {
    return this.json("POST", `/v1/messages/${encodeURIComponent(message)}/feedback`, { value });
  }

  async setLanguage(lang: Lang): Promise<void> {
    await this.json("PATCH", "/v1/session", { lang });
    if (this.session) {
      this.session.lang = lang;
      this.write(this.session);
    }
  }

  /** A file behind the session (a data export), as an object URL to save. */
  async download(url: string): Promise<string> {
    const own = url.startsWith(this.server);
    const answer = await fetch(url, own ? { headers: this.headers() } : {});
    if (!answer.ok) throw new ApiError(answer.status, {});
    return URL.createObjectURL(await answer.blob());
  }

  /** Listens for late results and people's answers until `stop`; reconnects with growing pauses, missing nothing. */
  listen(receive: (message: Message) => void): void {
    this.stop();
    const control = (this.stream = new AbortController());
    void (async () => {
      for (let failures = 0; !control.signal.aborted; ) {
        try {
          await this.readStream(control.signal, (message) => {
            failures = 0;
            receive(message);
          });
        } catch {
          /* the connection broke; try again below */
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]));
      }
    })();
  }

  stop(): void {
    this.stream?.abort();
    this.stream = null;
  }

  forget(): void {
    this.stop();
    this.session = null;
    try {
      localStorage.removeItem(this.key);
    } catch {
      /* storage is blocked: nothing was kept */
    }
  }

  private async readStream(signal: AbortSignal, receive: (message: Message) => void): Promise<void> {
    const headers = { ...this.headers(), Accept: "text/event-stream", ...(this.lastId ? { "Last-Event-ID": this.lastId } : {}) };
    const answer = await fetch(`${this.server}/v1/events`, { headers, signal });
    if (!answer.ok || !answer.body) throw new ApiError(answer.status, {});
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      buffer += value.replace(/\r\n?/g, "\n");
      for (let end = buffer.indexOf("\n\n"); end >= 0; end = buffer.indexOf("\n\n")) {
        const data = buffer.slice(0, end).split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart()).join("\n");
        buffer = buffer.slice(end + 2);
        if (!data) continue;
        const message = JSON.parse(data) as Message;
        this.remember([message]);
        receive(message);
      }
    }
  }

  private async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.server + path, {
      method,
      headers: { ...this.headers(), ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const content = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new ApiError(answer.status, content?.error?.message ?? {});
    return content as T;
  }

  private headers(): Record<string, string> {
    return this.session ? { Authorization: `Bearer ${this.session.token}` } : {};
  }

  private remember(messages: Message[]): void {
    const last = messages.at(-1);
    if (last) this.lastId = last.id;
  }

  private read(): Session | null {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "null");
    } catch {
      return null;
    }
  }

  private write(session: Session): void {
    try {
      const { greeting: _, ...kept } = session;
      localStorage.setItem(this.key, JSON.stringify(kept));
    } catch {
      /* storage is blocked: the session lasts as long as the page */
    }
  }
}
