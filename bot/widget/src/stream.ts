/**
 * Server-sent events over fetch. The browser's own EventSource cannot send an Authorization header, and a token has no
 * business in an address.
 */

export interface ServerEvent { id: string; event: string; data: string }

/** Parses the event stream format; `id` stays what it last was, as the standard has it. */
export async function* parse(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let id = "";
  let event = "";
  let data: string[] = [];
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return; // an event that was not finished by an empty line is not one
    rest += decoder.decode(value, { stream: true });
    for (;;) {
      const end = rest.search(/[\r\n]/);
      // A carriage return at the very end may be half of a line ending.
      if (end < 0 || (rest[end] === "\r" && end === rest.length - 1)) break;
      const line = rest.slice(0, end);
      rest = rest.slice(end + (rest.startsWith("\r\n", end) ? 2 : 1));
      if (line === "") {
        // A comment or a bare retry is a sign of life too, so it is passed on, empty.
        yield { id, event: event || "message", data: data.join("\n") };
        event = "";
        data = [];
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const content = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "data") data.push(content);
      else if (field === "event") event = content;
      else if (field === "id" && !content.includes("\0")) id = content;
    }
  }
}

export interface Listener {
  /** Opens the stream after the event of this id. */
  open(lastId: string, signal: AbortSignal): Promise<Response>;
  receive(event: ServerEvent): void;
  /** Whether events are coming in. */
  connected(up: boolean): void;
  /** The server does not know us any more; the stream is over. */
  refused(): void;
}

export const PAUSES = [500, 2000, 5000, 10_000, 30_000];
/** Longer than two of the gateway's heartbeats: a connection that says nothing for this long is dead. */
const SILENCE = 40_000;

/** Keeps a stream open until it is stopped: reconnects with growing pauses, and goes on where it was. */
export class Stream {
  private control: AbortController | null = null;
  private attempt: AbortController | null = null;
  private lastId = "";
  private hurried = false;
  private wake: () => void = () => undefined;

  constructor(private readonly listener: Listener) {}

  /** Listens for what comes after the event of this id. */
  start(lastId: string): void {
    this.stop();
    this.lastId = lastId;
    this.control = new AbortController();
    void this.run(this.control);
  }

  stop(): void {
    this.control?.abort();
    this.control = null;
    this.wake();
  }

  /** Connects anew, now: the network is back, and what looks like a connection may be from before. */
  resume(): void {
    if (!this.control) {
      this.start(this.lastId);
      return;
    }
    this.hurried = true;
    this.attempt?.abort();
    this.wake();
  }

  private async run(control: AbortController): Promise<void> {
    for (let failures = 0; !control.signal.aborted; ) {
      // Each attempt can be given up on its own, by silence or by `stop`.
      const attempt = (this.attempt = new AbortController());
      const give = () => attempt.abort();
      control.signal.addEventListener("abort", give);
      let watchdog = setTimeout(give, SILENCE);
      let busy = false;
      try {
        const answer = await this.listener.open(this.lastId, attempt.signal);
        if (answer.status === 401 || answer.status === 404) {
          this.stop();
          this.listener.refused();
          return;
        }
        busy = answer.status === 429; // open in too many tabs: the network is fine
        if (!answer.ok || !answer.body) throw new Error(`HTTP ${answer.status}`);
        this.listener.connected(true);
        for await (const event of parse(answer.body)) {
          failures = 0;
          clearTimeout(watchdog);
          watchdog = setTimeout(give, SILENCE);
          if (control.signal.aborted) return;
          if (event.id) this.lastId = event.id;
          if (event.data) this.listener.receive(event);
        }
      } catch {
        /* broken or silent: on to the next attempt */
      } finally {
        clearTimeout(watchdog);
        control.signal.removeEventListener("abort", give);
      }
      if (control.signal.aborted) return;
      if (this.hurried) {
        this.hurried = false;
        continue;
      }
      if (failures > 0 && !busy) this.listener.connected(false); // the first break mends itself unnoticed
      await this.pause(PAUSES[Math.min(failures++, PAUSES.length - 1)]);
      this.hurried = false;
    }
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds * (0.75 + Math.random() / 2)); // not all browsers at once
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
