/** A gateway behind `fetch`: sessions, turns and an event stream, doing as it is told and remembering what it heard. */

import { vi } from "vitest";

import type { Message } from "../src/envelope";

export const SERVER = "https://assistant.example";
export const KEY = `yuban:${SERVER}`;

export interface Heard { method: string; path: string; headers: Headers; body: unknown }

export function message(id: string, text: string, more: Partial<Message> = {}): Message {
  return { id, role: "assistant", lang: "zh", time: "2026-01-01T00:00:00Z", parts: [{ type: "text", text }], rateable: false, ...more };
}

export const said = (id: string, text: string) => message(id, text, { role: "user" });

export class FakeGateway {
  readonly heard: Heard[] = [];
  /** Tokens that are good. */
  readonly sessions = new Set<string>();
  history: Message[] = [];
  /** Makes the answer to a message; throws for no connection. */
  turn: (body: { text: string; payload?: string }) => Response | Promise<Response> = ({ text }) => this.answer([message("3", `“${text}”`)], "2", text);
  streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  private count = 0;

  install(): this {
    vi.stubGlobal("fetch", (url: string, init: RequestInit = {}) => this.fetch(url, init));
    return this;
  }

  /** A session as the widget would have saved it. */
  save(token = "saved", more: object = {}): void {
    this.sessions.add(token);
    localStorage.setItem(KEY, JSON.stringify({ ...this.session(token), ...more }));
  }

  session(token: string) {
    return { token, user: "u", conversation: "u.c", lang: "zh", pin: null, handoff: null, expires: new Date(Date.now() + 30 * 86400_000).toISOString() };
  }

  answer(replies: Message[], own = "2", text = "", standing: object = {}): Response {
    return Response.json({ user: said(own, text), replies, session: { lang: "zh", pin: null, handoff: null, erased: false, ...standing } });
  }

  refuse(status: number, code: string): Response {
    return Response.json({ error: { code, message: { zh: `${code} 的说明`, en: `words for ${code}` } } }, { status });
  }

  /** Puts bytes on every open stream. */
  push(text: string): void {
    for (const stream of this.streams) stream.enqueue(new TextEncoder().encode(text));
  }

  event(content: Message, event = "message"): void {
    this.push(`${event === "message" ? `id: ${content.id}\n` : ""}event: ${event}\ndata: ${JSON.stringify(content)}\n\n`);
  }

  calls(method: string, path: string): Heard[] {
    return this.heard.filter((each) => each.method === method && each.path === path);
  }

  private async fetch(url: string, init: RequestInit): Promise<Response> {
    const path = url.replace(SERVER, "");
    const headers = new Headers(init.headers);
    const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const method = init.method ?? "GET";
    this.heard.push({ method, path, headers, body });
    if (method === "POST" && path === "/v1/session") {
      const token = `token-${++this.count}`;
      this.sessions.add(token);
      return Response.json({ ...this.session(token), lang: body.lang, greeting: message("1", "你好") }, { status: 201 });
    }
    const token = headers.get("Authorization")?.replace("Bearer ", "") ?? "";
    if (!this.sessions.has(token)) return this.refuse(401, "session_expired");
    if (method === "PATCH") return Response.json({ ...this.session(token), lang: body.lang ?? "zh", pin: body.lang });
    if (path === "/v1/events") return new Response(this.stream(init.signal!), { headers: { "Content-Type": "text/event-stream" } });
    if (path === "/v1/messages" && method === "GET") return Response.json({ messages: this.history, more: false });
    if (path === "/v1/messages") return this.turn(body);
    return new Response(null, { status: 204 });
  }

  private stream(signal: AbortSignal): ReadableStream<Uint8Array> {
    let mine: ReadableStreamDefaultController<Uint8Array>;
    return new ReadableStream({
      start: (controller) => {
        mine = controller;
        this.streams.push(controller);
        signal.addEventListener("abort", () => {
          this.streams = this.streams.filter((each) => each !== mine);
          try {
            controller.error(new DOMException("aborted", "AbortError"));
          } catch {
            /* closed already */
          }
        });
      },
    });
  }
}

/** Lets everything that is ready happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}
