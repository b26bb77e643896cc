/** The look of panel and bubbles. Colours can be set from outside: `yuban-assistant { --yuban-accent: … }`. */

export const PANEL = `
:host { --accent: var(--yuban-accent, #c8102e); --ink: #1c1b1f; --soft: #6b6772; --line: #e4e1e6; --paper: #fffdfb; --bubble: #f5f1ee;
  font-family: system-ui, -apple-system, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: var(--ink); }
* { box-sizing: border-box; }
.launch { position: fixed; inset-inline-end: 20px; inset-block-end: 20px; z-index: 2147483000; width: 60px; height: 60px; border: 0; border-radius: 50%;
  background: var(--accent); color: #fff; font-size: 26px; cursor: pointer; box-shadow: 0 6px 24px rgb(0 0 0 / .25); }
.panel { position: fixed; inset-inline-end: 20px; inset-block-end: 20px; z-index: 2147483001; width: min(420px, calc(100vw - 40px)); height: min(720px, calc(100dvh - 40px));
  display: flex; flex-direction: column; background: var(--paper); border-radius: 18px; overflow: hidden; box-shadow: 0 12px 48px rgb(0 0 0 / .28); }
.panel[hidden], .launch[hidden] { display: none; }
header { display: flex; align-items: center; gap: 8px; padding: 12px 14px; background: var(--accent); color: #fff; }
header div { flex: 1; min-width: 0; } header strong { display: block; font-size: 17px; } header small { font-size: 12px; opacity: .92; }
header button { min-width: 40px; height: 40px; border: 1px solid rgb(255 255 255 / .5); border-radius: 10px; background: transparent; color: #fff; font: inherit; font-size: 15px; cursor: pointer; }
button:focus-visible { outline: 3px solid #2b6cff; outline-offset: 2px; }
header button:focus-visible { outline-color: #fff; }
.chat { flex: 1; min-height: 0; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 520px) { .panel { inset: 0; width: 100vw; height: 100dvh; border-radius: 0; } }
`;

export const BUBBLES = `
.yb-message { display: flex; flex-direction: column; gap: 8px; font-size: 15px; line-height: 1.55; }
.yb-text { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.yb-who { font-size: 12px; color: #6b6772; }
.yb-choices { display: flex; flex-wrap: wrap; gap: 8px; }
.yb-choices button, .yb-file, .yb-copy { min-height: 36px; padding: 6px 14px; border: 1px solid #d9cfd1; border-radius: 18px; background: #fff; color: #8f0c22; font: inherit; font-size: 14px; cursor: pointer; text-align: start; }
.yb-choices button:hover, .yb-file:hover, .yb-copy:hover { background: #fdf1f2; border-color: #c8102e; }
button:focus-visible, .yb-carousel:focus-visible, summary:focus-visible { outline: 3px solid #2b6cff; outline-offset: 2px; }
.yb-carousel { display: flex; gap: 12px; overflow-x: auto; scroll-snap-type: x mandatory; padding: 4px 2px 10px; }
.yb-card { flex: 0 0 208px; scroll-snap-align: start; display: flex; flex-direction: column; border: 1px solid #e4e1e6; border-radius: 14px; background: #fff; overflow: hidden; }
.yb-poster { display: block; width: 100%; height: 148px; object-fit: cover; }
.yb-card-body { padding: 10px 12px 4px; flex: 1; } .yb-card h3 { margin: 0 0 2px; font-size: 16px; }
.yb-card p { margin: 0 0 6px; } .yb-sub, .yb-fact { font-size: 13px; color: #55515a; }
.yb-kind { display: inline-block; padding: 0 6px; border-radius: 6px; background: #f0ebe7; color: #55515a; font-size: 12px; }
.yb-reason { font-size: 13px; color: #1b5e3a; } .yb-contrast { font-size: 13px; color: #6b4b00; }
.yb-card .yb-choices { padding: 0 12px 12px; }
.yb-sources { font-size: 13px; color: #55515a; } .yb-sources summary { cursor: pointer; min-height: 24px; } .yb-sources ul { margin: 4px 0 0; padding-inline-start: 18px; } .yb-source { opacity: .8; font-size: 12px; }
.yb-sources .yb-source::before { content: "· "; }
.yb-draft { border: 1px solid #e4e1e6; border-radius: 12px; background: #fff; padding: 12px; display: flex; flex-direction: column; gap: 8px; align-items: flex-start; }
.yb-draft header { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.yb-label { display: inline-block; margin-inline-start: 4px; padding: 0 7px; border: 1px solid #8a6d1f; border-radius: 6px; color: #6b4b00; background: #fff8e6; font-size: 12px; }
.yb-progress { display: flex; flex-direction: column; gap: 4px; font-size: 14px; color: #55515a; } .yb-progress progress { width: 100%; height: 8px; accent-color: #c8102e; }
.yb-rate { display: flex; gap: 4px; align-items: center; } .yb-vote { min-width: 36px; min-height: 32px; border: 0; border-radius: 8px; background: transparent; cursor: pointer; font-size: 15px; filter: grayscale(1); opacity: .65; }
.yb-vote:hover, .yb-vote[aria-pressed="true"] { filter: none; opacity: 1; background: #fdf1f2; } .yb-thanks { font-size: 12px; color: #6b6772; }
.yb-star { border: 0; background: transparent; color: #b8860b; font-size: 22px; min-width: 36px; min-height: 36px; cursor: pointer; }
.yb-handoff { padding: 8px 12px; border-radius: 10px; background: #eef4ff; color: #123a7a; }
.yb-image { max-width: 100%; border-radius: 12px; } .yb-media { margin: 0; } .yb-media video, .yb-media audio { max-width: 100%; }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; scroll-behavior: auto !important; } }
`;
