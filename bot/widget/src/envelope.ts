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
  | { type: "text"; text: string; label?: string | null; title?: string | null; draft?: string | null; copyable?: boolean }
  | { type: "quick_replies"; text?: string | null; replies: Choice[] }
  | { type: "image"; url: string; alt: string }
  | { type: "carousel"; cards: Card[] }
  | { type: "audio" | "video"; url: string; title?: string; label?: string | null }
  | { type: "file"; url: string; name: string; mime?: string; size?: number | null }
  | { type: "rating"; about: string; max: number; text?: string }
  | { type: "citation"; facts: { text: string; source: string }[] }
  | { type: "progress"; job: string; text: string; fraction: number | null; done: boolean }
  | { type: "handoff"; state: "waiting" | "joined" | "ended"; text: string };

export interface Message {
  id: string;
  role: "user" | "assistant" | "agent";
  lang: Lang;
  time: string;
  parts: Part[];
  rateable?: boolean;
}

export interface Session {
  token: string;
  conversation: string;
  lang: Lang;
  greeting?: Message;
}
