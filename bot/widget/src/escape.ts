/** Nothing from outside becomes markup: every text is escaped, every address is checked. */

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

// Embeddings, overrides and isolates: invisible, and able to make "exe.gnp" read as "png.exe" or turn a line around.
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/g;

/** Text that is safe between tags and inside a quoted attribute. */
export function escape(text: unknown): string {
  return String(text ?? "").replace(REORDERING, "").replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** The full address if it is http(s) or a path on our own server, else null (javascript:, data:, //elsewhere). */
export function safeUrl(url: unknown, server: string): string | null {
  const text = String(url ?? "").trim();
  try {
    const parsed = /^\/(?![/\\])/.test(text) ? new URL(text, server) : new URL(text);
    return parsed.protocol === "https:" || parsed.protocol === "http:" ? parsed.href : null;
  } catch {
    return null;
  }
}

/** Whether an address is the server's own, so that the session's token may go with a request for it. */
export function isOwn(url: string, server: string): boolean {
  return new URL(url).origin === new URL(server).origin;
}

// Stops at what ends a sentence in either language, so that a link in running text does not swallow the full stop.
const LINK = /https?:\/\/[^\s<>"'`，。；：！？、（）《》「」【】]*[^\s<>"'`，。；：！？、（）《》「」【】.,;:!?)\]]/g;

/** Escaped text in which web addresses can be followed. */
export function linkified(text: string): string {
  let html = "";
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const url = safeUrl(match[0], "");
    if (!url) continue;
    html += escape(text.slice(end, match.index));
    html += `<a href="${escape(url)}" target="_blank" rel="noopener noreferrer nofollow">${escape(match[0])}</a>`;
    end = match.index + match[0].length;
  }
  return html + escape(text.slice(end));
}
