// The operators' desk: log in with the token, see who waits, answer, resolve.
// Everything anybody wrote reaches the page as textContent and nothing else.
const $ = (selector) => document.querySelector(selector);
const WORDS = {
  zh: { user: "用户", assistant: "娱伴", agent: "客服", waiting: "等待中", joined: "服务中", live: "已连接", lost: "连接中断，正在重连", offline: "网络不通，请稍后再试。" },
  en: { user: "User", assistant: "Yuban", agent: "You", waiting: "Waiting", joined: "With us", live: "Connected", lost: "Connection lost, trying again", offline: "The network isn't reachable. Try again in a moment." },
};
let lang = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
let token = sessionStorage.getItem("yuban-operator") ?? "";
let conversations = [];
let current = null; // id of the conversation on the right
let shown = 0; // number of the last message in the transcript
let live = null; // aborts the event stream

class Refused extends Error {}

async function call(path, options = {}) {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  let response;
  try {
    response = await fetch(`/v1/operator${path}`, { ...options, headers });
  } catch {
    throw new Refused(WORDS[lang].offline);
  }
  if (response.ok) return response;
  const body = await response.json();
  if (response.status === 401) logOut();
  throw new Refused(body.error.message[lang]);
}

// Every string of a part that is for people, a line each.
function lines(part) {
  const buttons = (list) => (list ?? []).map((button) => `[${button.title}]`).join(" ");
  switch (part.type) {
    case "carousel": return part.cards.map((card) => [card.title, card.subtitle, card.reason].filter(Boolean).join(" · "));
    case "quick_replies": return [part.text, buttons(part.replies)];
    case "citation": return part.facts.map((fact) => fact.text);
    case "image": return [part.alt || part.url];
    case "file": return [part.name];
    default: return [part.title, part.text, part.label];
  }
}
const plain = (parts) => parts.flatMap(lines).filter(Boolean).join("\n");

function translate() {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-en]")) {
    element.dataset.zh ??= element.textContent;
    element.textContent = element.dataset[lang];
  }
  for (const element of document.querySelectorAll("[data-en-label]")) {
    element.dataset.zhLabel ??= element.getAttribute("aria-label");
    element.setAttribute("aria-label", element.dataset[`${lang}Label`]);
  }
  $(".language").textContent = lang === "zh" ? "English" : "中文";
  showList();
}

function showList() {
  const list = $(".waiting ul");
  const focused = document.activeElement?.dataset?.id;
  list.replaceChildren(...conversations.map((entry) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.id = entry.id;
    button.setAttribute("aria-current", String(entry.id === current));
    for (const [className, text] of [
      ["state", `${WORDS[lang][entry.state]} · ${new Date(entry.opened).toLocaleTimeString()}`],
      ["clip", plain(entry.last.parts)],
    ]) {
      const line = document.createElement("span");
      line.className = className;
      line.textContent = text;
      button.append(line);
    }
    button.addEventListener("click", () => open(entry.id));
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
  if (focused) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  $(".nobody").hidden = conversations.length > 0;
}

async function refresh() {
  conversations = (await (await call("/conversations")).json()).conversations;
  if (current && !conversations.some((entry) => entry.id === current)) close();
  showList();
  if (current) await readOn();
}

// A conversation is read to its end one page at a time; overlapping calls would show lines twice.
let reading = Promise.resolve();
function readOn() {
  reading = reading.catch(() => {}).then(async () => {
    const id = current;
    if (!id) return;
    const page = await (await call(`/conversations/${id}/messages${shown ? `?after=${shown}` : ""}`)).json();
    if (id !== current) return;
    const log = $(".transcript");
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
    for (const message of page.messages) {
      const line = document.createElement("div");
      line.className = `line ${message.role}`;
      line.lang = message.lang;
      const who = document.createElement("span");
      who.className = "who";
      who.textContent = `${WORDS[lang][message.role]} · ${new Date(message.time).toLocaleTimeString()}`;
      line.append(who, plain(message.parts));
      log.append(line);
      shown = Number(message.id);
    }
    if (atEnd) log.scrollTop = log.scrollHeight;
  });
  return reading;
}

function open(id) {
  current = id;
  shown = 0;
  const entry = conversations.find((candidate) => candidate.id === id);
  $(".summary").textContent = entry.summary;
  $(".transcript").replaceChildren();
  $(".talk").hidden = false;
  showList();
  attempt(readOn);
  $(".reply textarea").focus();
}

function close() {
  current = null;
  $(".talk").hidden = true;
}

async function attempt(action) {
  const problem = $(".desk").hidden ? $(".login .problem") : $(".talk .problem");
  try {
    problem.textContent = "";
    await action();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    ($(".desk").hidden ? $(".login .problem") : problem).textContent = error.message;
  }
}

// EventSource cannot send the token, so the stream is read by hand: an event ends with an empty line.
async function listen() {
  live = new AbortController();
  const { signal } = live;
  while (!signal.aborted) {
    try {
      const response = await call("/events", { signal });
      $(".connection").textContent = WORDS[lang].live;
      await refresh();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let buffer = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        buffer += value;
        const events = buffer.split("\n\n");
        buffer = events.pop();
        if (events.some((event) => event.startsWith("event: changed"))) await refresh();
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refused) && !(error instanceof TypeError) && error.name !== "AbortError") throw error;
    }
    if (signal.aborted) return;
    $(".connection").textContent = WORDS[lang].lost;
    await new Promise((wake) => setTimeout(wake, 2000));
  }
}

async function logIn() {
  await call("/conversations");
  sessionStorage.setItem("yuban-operator", token);
  $(".login").hidden = true;
  $(".desk").hidden = $(".logout").hidden = false;
  listen();
}

function logOut() {
  live?.abort();
  token = "";
  sessionStorage.removeItem("yuban-operator");
  close();
  conversations = [];
  $(".connection").textContent = "";
  $(".login").hidden = false;
  $(".desk").hidden = $(".logout").hidden = true;
}

$(".login").addEventListener("submit", (event) => {
  event.preventDefault();
  token = $("#token").value;
  $("#token").value = "";
  attempt(logIn);
});
$(".reply").addEventListener("submit", (event) => {
  event.preventDefault();
  const box = $(".reply textarea");
  const text = box.value;
  attempt(async () => {
    await call(`/conversations/${current}/messages`, { method: "POST", body: JSON.stringify({ text }) });
    box.value = "";
  });
});
$(".reply textarea").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) $(".reply").requestSubmit();
});
$(".resolve").addEventListener("click", () => attempt(() => call(`/conversations/${current}/resolve`, { method: "POST" })));
$(".logout").addEventListener("click", logOut);
$(".language").addEventListener("click", () => {
  lang = lang === "zh" ? "en" : "zh";
  translate();
});

translate();
if (token) attempt(logIn);
