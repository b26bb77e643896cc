/** The messages the gateway serves, as documented at its /docs page. */

export type Lang = "zh" | "en";

export interface Choice { title: string; payload: string }

export interface Card {
  id: string;
  kind: string;
  title: string;
  subtitle?: string | null;
  image?: string | null;
  reason?: string | null;
  contrast?: string | null;
  facts?: { label: string; value: string }[];
  buttons?: Choice[];
}

export type Part =
  | { type: "text"; text: string; label?: string | null; title?: string | null; draft?: string | null; copyable?: boolean | null }
  | { type: "quick_replies"; text?: string | null; replies: Choice[] }
  | { type: "image"; url: string; alt?: string }
  | { type: "carousel"; cards: Card[] }
  | { type: "audio" | "video"; url: string; title?: string; label?: string | null }
  | { type: "file"; url: string; name: string; mime?: string | null; size?: number | null }
  | { type: "rating"; about: string; max: number; text?: string }
  | { type: "citation"; facts: { text: string; source?: string }[] }
  | Progress
  | { type: "handoff"; state: Handoff; text?: string };

export interface Progress { type: "progress"; job: string; text?: string; fraction?: number | null; done: boolean }

export type Handoff = "waiting" | "joined" | "ended";

export interface Message {
  id: string;
  role: "user" | "assistant" | "agent";
  lang: Lang;
  time: string;
  parts: Part[];
  rateable?: boolean;
}

/** How a conversation stands: `pin` is the language its user chose, null while it follows what they write. */
export interface Standing { lang: Lang; pin: Lang | null; handoff: "waiting" | "joined" | null }

export interface Session extends Standing {
  token: string;
  conversation: string;
  expires: string;
  greeting?: Message;
}

/** The answer to a message; `erased` when the user had everything deleted, session included. */
export interface Turn {
  user: Message;
  replies: Message[];
  session: Standing & { erased: boolean };
}

/** What a language is called in a `lang` attribute. */
export function tag(lang: Lang): string {
  return lang === "zh" ? "zh-CN" : "en";
}
