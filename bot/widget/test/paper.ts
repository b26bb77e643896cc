/** A view that writes down what it is told to show. */

import type { Fate, View } from "../src/conversation";
import type { Message, Part, Progress } from "../src/envelope";

export class Paper implements View {
  lines: { id: string; role: string; text: string; offers: boolean; fate?: Fate }[] = [];
  log: string[] = [];
  bars = new Map<string, Progress>();

  add({ id, role, parts }: Message, { offers }: { offers: boolean }): void {
    this.lines.push({ id, role, text: parts.map(text).join("+"), offers });
    for (const part of parts) if (part.type === "progress") this.bars.set(part.job, part);
  }
  fate(id: string, fate: Fate): void {
    const line = this.lines.find((each) => each.id === id)!;
    line.fate = fate;
    if ("sent" in fate) line.id = fate.sent;
  }
  answered(): void { this.log.push("answered"); }
  typing(on: boolean): void { this.log.push(on ? "typing" : "quiet"); }
  progress(part: Progress): boolean {
    if (!this.bars.has(part.job)) return false;
    this.bars.set(part.job, part);
    return true;
  }
  notice(word: string): void { this.lines.push({ id: "", role: "notice", text: word, offers: false }); }
  retire(): void { this.log.push("retired"); }
  clear(): void { this.lines = []; this.bars.clear(); }
  handoff(state: string | null): void { this.log.push(`handoff ${state}`); }
  connected(): void {}
  spoke(lang: string): void { this.log.push(`spoke ${lang}`); }

  get said(): string[] {
    return this.lines.map((line) => `${line.role}: ${line.text}`);
  }
}

function text(part: Part): string {
  return part.type === "text" ? part.text : `[${part.type}]`;
}
