/** Nothing from outside becomes markup: every text is escaped, every address is checked. */

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escape(text: unknown): string {
  return String(text ?? "").replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** The address if it is http(s) or a path on our own server, else null (javascript:, data:, //elsewhere). */
export function safeUrl(url: unknown, server: string): string | null {
  const text = String(url ?? "").trim();
  if (/^\/(?![/\\])/.test(text)) return escape(new URL(text, server).href);
  try {
    const parsed = new URL(text);
    return parsed.protocol === "https:" || parsed.protocol === "http:" ? escape(parsed.href) : null;
  } catch {
    return null;
  }
}
