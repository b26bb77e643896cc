/**
 * <yuban-assistant server="https://assistant.example" lang="zh" open>
 *
 * The whole embed is this element and one script. Attributes: `server` (default: where the script came from), `lang` (zh | en;
 * default: the page's, then the browser's), `open`. Methods: `show()`, `hide()`, `say(text)`. Colours: the custom properties
 * `--yuban-accent` and `--yuban-on-accent`. For analytics it fires `yuban-open`, `yuban-close`, `yuban-message` and
 * `yuban-feedback`, none of which carries what was said.
 */

import { Api } from "./api";
import { Conversation } from "./conversation";
import type { Handoff, Lang, Message } from "./envelope";
import { tag } from "./envelope";
import { listen } from "./gestures";
import { furnish, type Frame } from "./frame";
import type { Setting } from "./render";
import { Stage } from "./stage";
import { Transcript, type Panel } from "./transcript";
import { words } from "./words";

const SCRIPT_ORIGIN = new URL(import.meta.url).origin;
/** Remembers, for this tab, that the panel was open: it is again on the site's next page. */
const OPEN = "yuban:open";

export class YubanAssistant extends HTMLElement implements Panel {
  static readonly observedAttributes = ["lang", "open"];

  private frame!: Frame;
  private api!: Api;
  private setting!: Setting;
  private stage: Stage | null = null;
  private transcript: Transcript | null = null;
  private conversation: Conversation | null = null;
  private begun: Promise<void> | null = null;
  private handoffState: Handoff | null = null;
  private unread = 0;
  private unreachable = false;

  connectedCallback(): void {
    if (this.frame) {
      this.frame.settle();
      this.attend(true);
      this.conversation?.resume();
      return; // moved to another place in the page
    }
    const server = new URL(this.getAttribute("server") || SCRIPT_ORIGIN, document.baseURI).href.replace(/\/+$/, "");
    this.api = new Api(server);
    this.setting = { lang: preferred(this.getAttribute("lang")), server };
    this.frame = furnish(this.attachShadow({ mode: "open" }));
    const { frame } = this;
    frame.launch.addEventListener("click", () => this.show());
    frame.close.addEventListener("click", () => this.hide());
    frame.language.addEventListener("click", () => this.choose(this.setting.lang === "zh" ? "en" : "zh"));
    frame.leave.addEventListener("click", () => this.say(words[this.setting.lang].leaveSay));
    frame.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.hide();
    });
    this.attend(true);
    this.label();
    if (this.hasAttribute("open") || (remembered() && !frame.isFull())) this.show({ focus: false });
  }

  disconnectedCallback(): void {
    this.attend(false);
    this.conversation?.stop();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.frame || before === now) return;
    if (name === "open") now === null ? this.hide() : this.show();
    else if (now) this.choose(preferred(now));
  }

  /** Opens the panel; the first time also begins the session. */
  show({ focus = true } = {}): void {
    this.unread = 0;
    this.frame.open(focus);
    remember(true);
    this.label();
    void this.begin().then(() => {
      this.stage?.toEnd();
      // On a touch screen the keyboard would cover what there is to read.
      if (focus && this.frame.isOpen() && matchMedia("(pointer: fine)").matches) this.stage?.focus();
    });
    this.tell("open");
  }

  /** Closes the panel; the conversation goes on, and what arrives is counted on the button. */
  hide(): void {
    if (!this.frame.isOpen()) return;
    this.frame.shut();
    remember(false);
    this.tell("close");
  }

  /** Says something as if the user had typed it, and shows the answer. */
  say(text: string): void {
    const words = text.trim();
    if (!words) return;
    this.show({ focus: false });
    void this.begin().then(() => this.conversation?.say(words));
  }

  handoff(state: Handoff | null): void {
    this.handoffState = state;
    this.frame.banner(state === "waiting" || state === "joined" ? state : null, this.setting.lang);
  }

  connected(up: boolean): void {
    this.frame.offline(!up);
  }

  spoke(lang: Lang): void {
    this.speak(lang);
  }

  arrived(message: Message): void {
    if (!this.frame.isOpen()) this.unread += 1;
    this.label();
    this.tell("message", { role: message.role });
  }

  private readonly online = (): void => {
    this.frame.offline(false); // if that is wrong, the stream will say so
    if (this.unreachable) void this.open();
    else this.conversation?.resume();
  };
  private readonly offline = (): void => this.frame.offline(this.conversation !== null);

  private attend(on: boolean): void {
    const change = on ? addEventListener : removeEventListener;
    change("online", this.online);
    change("offline", this.offline);
  }

  private begin(): Promise<void> {
    return (this.begun ??= this.raise());
  }

  private async raise(): Promise<void> {
    const stage = (this.stage = new Stage());
    const transcript = (this.transcript = new Transcript(stage, this.frame.live, this.setting, this));
    const conversation = (this.conversation = new Conversation(this.api, transcript));
    conversation.lang = this.setting.lang;
    this.frame.chat.replaceChildren(stage.element);
    await stage.ready;
    stage.onSubmit = (text) => {
      conversation.say(text);
      this.tell("message", { role: "user" });
    };
    stage.onLength = (length) => this.frame.note(length ? words[this.setting.lang].tooLong(length) : "");
    listen(stage.root, {
      api: this.api, conversation, transcript, setting: this.setting,
      begin: () => void this.open(),
      refocus: () => this.refocus(),
      tell: (event, detail) => this.tell(event, detail),
    });
    transcript.relabel();
    await this.open();
  }

  /** Gets the conversation from the gateway. */
  private async open(): Promise<void> {
    try {
      await this.conversation!.begin();
      this.unreachable = false;
    } catch (error) {
      this.unreachable = true;
      this.transcript!.clear();
      this.transcript!.unreachable(error);
      return;
    }
    // Who has chosen a language keeps it; else the page's own counts, and then what was spoken last.
    const session = this.api.session!;
    this.speak(session.pin ?? (this.getAttribute("lang") ? this.setting.lang : session.lang));
  }

  /** A language was chosen: the panel changes at once, the conversation from its next message on. */
  private choose(lang: Lang): void {
    this.speak(lang);
    if (this.api.session) void this.api.setLanguage(lang).catch(() => undefined); // said in this language, it will be answered in it
  }

  private speak(lang: Lang): void {
    if (this.conversation) this.conversation.lang = lang;
    if (lang === this.setting.lang) return;
    this.setting.lang = lang;
    this.label();
    this.transcript?.relabel();
    this.handoff(this.handoffState);
  }

  private label(): void {
    this.frame.label(this.setting.lang, this.unread);
    this.dataset.lang = tag(this.setting.lang);
  }

  private refocus(): void {
    if (matchMedia("(pointer: fine)").matches) this.stage?.focus();
    else this.frame.panel.focus();
  }

  private tell(event: string, detail: unknown = null): void {
    this.dispatchEvent(new CustomEvent(`yuban-${event}`, { detail, bubbles: true, composed: true }));
  }
}

function preferred(asked: string | null): Lang {
  const wanted = asked || document.documentElement.lang || navigator.language || "zh";
  return wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
}

function remember(open: boolean): void {
  try {
    if (open) sessionStorage.setItem(OPEN, "1");
    else sessionStorage.removeItem(OPEN);
  } catch {
    /* storage is blocked: the next page starts closed */
  }
}

function remembered(): boolean {
  try {
    return sessionStorage.getItem(OPEN) !== null;
  } catch {
    return false;
  }
}

if (!customElements.get("yuban-assistant")) customElements.define("yuban-assistant", YubanAssistant);
