/** What a screen reader is told of a message when it arrives: its substance once, without the chrome. */

import type { Message, Part } from "./envelope";
import { words } from "./words";

export function spoken(message: Message): string {
  const own = words[message.lang];
  const [stop, comma, colon, space] = message.lang === "zh" ? ["。", "，", "：", ""] : [". ", ", ", ": ", " "];
  const texts = message.parts.flatMap((part) => substance(part, comma, own.cards)).map((text) => text.trim()).filter(Boolean);
  if (!texts.length) return "";
  const body = texts.map((text) => text + (/[.!?。！？…：:]$/.test(text) ? space : stop)).join("").trim();
  return message.role === "agent" ? own.agent + colon + body : body;
}

function substance(part: Part, comma: string, counted: (n: number) => string): string[] {
  switch (part.type) {
    case "carousel":
      return [...part.cards.map((card) => [card.title, card.reason].filter(Boolean).join(comma)), ...(part.cards.length > 1 ? [counted(part.cards.length)] : [])];
    case "quick_replies":
      return [part.text ?? "", part.replies.map((choice) => choice.title).join(comma)];
    case "image":
      return [part.alt ?? ""];
    case "audio": case "video":
      return [part.title ?? "", part.label ?? ""];
    case "file":
      return [part.name];
    case "citation":
      return []; // stays folded for everybody
    case "text":
      return [part.title ?? "", part.label ?? "", part.text];
    default:
      return [(part as { text?: string }).text ?? ""];
  }
}
