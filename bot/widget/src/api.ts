/** The gateway's public API: one session, what is said in it, and the stream of what comes later. */

import type { Lang, Message, Session, Standing, Turn } from "./envelope";
import { isOwn } from "./escape";

/** A refusal that the gateway worded for people, in both languages. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, readonly words: Partial<Record<Lang, string>>) {
    super(words.en ?? `HTTP ${status}`);
  }
}

/** Longer than the gateway waits for an answer with other messages ahead of it in the queue. */
const PATIENCE = 90_000;
/** A token with less life than this left is exchanged for a fresh one. */
const RENEW_BEFORE = 7 * 24 * 3600_000;

export class Api {
  session: Session | null = null;

  constructor(readonly server: string) {}

  private get key(): string {
    return `yuban:${this.server}`;
  }

  /** Picks up this browser's session or begins one. `refused`: there was one, and the gateway does not know it any more. */
  async start(lang: Lang): Promise<{ messages: Message[]; resumed: boolean; refused: boolean }> {
    const saved = this.read();
    if (saved) {
      this.session = saved;
      try {
        const { messages } = await this.json<{ messages: Message[] }>("GET", "/v1/messages");
        void this.renew();
        return { messages, resumed: true, refused: false };
      } catch (error) {
        if (!isOver(error)) throw error;
        this.forget();
      }
    }
    const { greeting, ...session } = await this.json<Session>("POST", "/v1/session", { lang });
    this.keep(session);
    return { messages: greeting ? [greeting] : [], resumed: false, refused: saved !== null };
  }

  send(text: string, payload?: string): Promise<Turn> {
    return this.json("POST", "/v1/messages", payload === undefined ? { text } : { text, payload });
  }

  /** A thumb (1, -1), or stars when `about` names a rating part of the message. */
  rate(message: string, value: number, about?: string): Promise<unknown> {
    return this.json("POST", `/v1/messages/${encodeURIComponent(message)}/feedback`, about === undefined ? { value } : { value, about });
  }

  /** Stays in one language. */
  async setLanguage(lang: Lang | null): Promise<void> {
    this.keep(await this.json<Session>("PATCH", "/v1/session", { lang }));
  }

  /** Notes how the conversation stands after a turn. */
  stands(standing: Standing): void {
    if (this.session) this.keep({ ...this.session, lang: standing.lang, pin: standing.pin, handoff: standing.handoff });
  }

  openStream(lastId: string, signal: AbortSignal): Promise<Response> {
    const resume: Record<string, string> = lastId ? { "Last-Event-ID": lastId } : {};
    return fetch(`${this.server}/v1/events`, { headers: { ...this.headers(), ...resume, Accept: "text/event-stream" }, signal, cache: "no-store" });
  }

  /** A file of the gateway's own, behind the session. */
  async download(url: string): Promise<Blob> {
    const answer = await fetch(url, isOwn(url, this.server) ? { headers: this.headers() } : {});
    if (!answer.ok) throw await refusal(answer);
    return answer.blob();
  }

  /** Drops the session here; what another tab has saved meanwhile is that tab's. */
  forget(): void {
    if (this.read()?.token === this.session?.token) {
      try {
        localStorage.removeItem(this.key);
      } catch {
        /* storage is blocked: nothing was kept */
      }
    }
    this.session = null;
  }

  private async renew(): Promise<void> {
    if (this.session && Date.parse(this.session.expires) - Date.now() < RENEW_BEFORE) {
      await this.setLanguage(this.session.pin).catch(() => undefined); // it is good for a while yet
    }
  }

  private async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { "Content-Type": "application/json" };
    const answer = await fetch(this.server + path, { method, headers: { ...this.headers(), ...type }, signal: AbortSignal.timeout(PATIENCE), ...sent });
    if (!answer.ok) throw await refusal(answer);
    return (answer.status === 204 ? null : await answer.json()) as T;
  }

  private headers(): Record<string, string> {
    return this.session ? { Authorization: `Bearer ${this.session.token}` } : {};
  }

  private keep(session: Session): void {
    this.session = session;
    try {
      localStorage.setItem(this.key, JSON.stringify(session));
    } catch {
      /* storage is blocked: the session lasts as long as the page */
    }
  }

  private read(): Session | null {
    try {
      const saved = JSON.parse(localStorage.getItem(this.key) ?? "null");
      return typeof saved?.token === "string" ? saved : null;
    } catch {
      return null;
    }
  }
}

/** Whether the session is expired, erased or not ours: it will not come back. */
export function isOver(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

async function refusal(answer: Response): Promise<ApiError> {
  const content = await answer.json().catch(() => null); // a proxy's error page is no JSON
  return new ApiError(answer.status, content?.error?.code ?? "", content?.error?.message ?? {});
}
