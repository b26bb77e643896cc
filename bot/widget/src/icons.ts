/** Drawn here rather than typed as emoji: not every device has an emoji font, and none of them have the same one. */

const drawn = (body: string) =>
  `<svg viewBox="0 0 24 24" width="1em" height="1em" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${body}</svg>`;

export const icons = {
  chat: drawn('<path d="M12 3.5c-5 0-9 3.3-9 7.5 0 2.3 1.2 4.3 3.1 5.7L5.5 20.5l4.1-1.9c.8.2 1.6.3 2.4.3 5 0 9-3.3 9-7.9 0-4.2-4-7.5-9-7.5z"/><path d="M8.5 11h.01M12 11h.01M15.5 11h.01" stroke-width="2.6"/>'),
  logo: drawn('<path d="M7 6l5 6v6M17 6l-5 6" stroke-width="2.6"/>'),
  close: drawn('<path d="M6 6l12 12M18 6L6 18"/>'),
  send: drawn('<path d="M12 19V5.5M6 11l6-6 6 6" stroke-width="2.4"/>'),
  down: drawn('<path d="M12 5v13M6 12.5l6 6 6-6"/>'),
  previous: drawn('<path d="M14.5 5.5L8 12l6.5 6.5"/>'),
  next: drawn('<path d="M9.5 5.5L16 12l-6.5 6.5"/>'),
  good: drawn('<path d="M7 11v9H4v-9zM7 11l4-7.5c1.5 0 2.5 1 2.5 2.5v3.5h4.7a2 2 0 0 1 2 2.3l-1.1 6.5a2 2 0 0 1-2 1.7H7"/>'),
  bad: drawn('<path d="M17 13V4h3v9zM17 13l-4 7.5c-1.5 0-2.5-1-2.5-2.5v-3.5H5.8a2 2 0 0 1-2-2.3l1.1-6.5a2 2 0 0 1 2-1.7H17"/>'),
  star: drawn('<path d="M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z"/>'),
  copy: drawn('<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5.5 15H5a1.5 1.5 0 0 1-1.5-1.5V5A1.5 1.5 0 0 1 5 3.5h8.5A1.5 1.5 0 0 1 15 5v.5"/>'),
  check: drawn('<path d="M5 12.5l4.5 4.5L19 7.5"/>'),
  file: drawn('<path d="M12 4v11M7 10.5l5 5 5-5M5 19.5h14"/>'),
  alert: drawn('<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.5M12 16.5h.01"/>'),
  person: drawn('<circle cx="12" cy="8" r="4"/><path d="M4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5"/>'),
  why: drawn('<path d="M12 3l1.9 5.6 5.6 1.9-5.6 1.9L12 18l-1.9-5.6-5.6-1.9 5.6-1.9zM19 16l.7 2.3L22 19l-2.3.7L19 22l-.7-2.3L16 19l2.3-.7z" stroke-width="1.6"/>'),
} as const;
