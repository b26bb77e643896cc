// The page's two languages. Chinese is in the markup, English in data-en.
const translated = [...document.querySelectorAll("[data-en]")].map((element) => ({
  element, zh: element.textContent, en: element.dataset.en,
}));
const labelled = [...document.querySelectorAll("[data-en-label]")].map((element) => ({
  element, zh: element.getAttribute("aria-label"), en: element.dataset.enLabel,
}));
const toggle = document.querySelector(".language");
const assistant = document.querySelector("yuban-assistant");

function show(lang) {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  for (const { element, ...words } of translated) element.textContent = words[lang];
  for (const { element, ...words } of labelled) element.setAttribute("aria-label", words[lang]);
  toggle.textContent = lang === "zh" ? "English" : "中文";
  toggle.lang = lang === "zh" ? "en" : "zh-CN";
  toggle.onclick = () => {
    const other = lang === "zh" ? "en" : "zh";
    show(other);
    assistant.lang = other; // the assistant changes with the page
  };
}

document.querySelector(".origin").textContent = location.origin;
show(navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

// What a button on the page can do with the assistant: say something for the user.
for (const button of document.querySelectorAll(".ask button")) {
  button.addEventListener("click", () => assistant.say?.(button.textContent));
}
