"""What an action needs to know of a turn, read once from Rasa's tracker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rasa_sdk import Tracker

from knowledge.text import Language

DEFAULT_LANGUAGE: Language = "zh"
FOCUS_SIZE = 5
HISTORY_SIZE = 60  # messages
LONGEST_SAID = 1000  # characters of one message: a script of ten scenes tells nothing more about the conversation
SURE_INTENT = 0.55
# Requests that a user may make in the middle of a form; "no", "the second one" or a bare title are answers to it.
INTERRUPTIONS = frozenset(
    ("ask", "compare", "list", "recommend", "critique", "create_script", "create_ad", "create_summary", "faq",
     "troubleshoot", "complain", "human", "switch_language", "stop", "data_show", "data_export", "data_delete", "help",
     "out_of_scope", "smalltalk", "greet", "goodbye")
)  # fmt: skip
Form = Literal["starting", "answering", "resuming"]


@dataclass(frozen=True)
class Turn:
    """One user message and the conversation it stands in."""

    text: str
    """What the user wrote; for a pressed fallback button, what they had written before."""
    lang: Language
    """Language to answer in."""
    conversation: str
    """Rasa's sender id, ``"<user>.<n>"``."""
    intent: str
    focus: tuple[str, ...] = ()
    """Entity ids under discussion, latest first."""
    listed: tuple[str, ...] = ()
    """Entity ids shown last, in the order shown: what "the second one" counts in."""
    prefs: Mapping[str, Any] = field(default_factory=dict)
    """The preference state as JSON (``actions.taste``)."""
    asked: tuple[str, ...] | None = None
    """The relations that the last answer followed: what 「那《盗梦空间》呢」 asks again; None after a page of works."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    intents: tuple[tuple[str, float], ...] = ()
    """What the message may have meant, likeliest first."""
    history: tuple[tuple[str, str], ...] = ()
    """What was said, oldest first, this message last: ``("user" or "assistant", text)``; at most the last 60."""
    form: Form = "answering"
    """In a form: whether this message began it, answers its question, or was answered before (the form resumes)."""

    @property
    def user(self) -> str:
        return self.conversation.split(".")[0]

    def leaves(self, *own: str) -> bool:
        """Inside a form whose own intents are ``own``: surely another request, not an answer to the form's question."""
        intent, confidence = self.intents[0] if self.intents else ("", 0.0)
        return intent in INTERRUPTIONS and intent not in own and confidence >= SURE_INTENT

    @property
    def ends(self) -> bool:
        """Inside a form: whatever else the words could answer, the user wants out, or wants a person."""
        intent, confidence = self.intents[0] if self.intents else ("", 0.0)
        return intent in ("stop", "human") and confidence >= SURE_INTENT

    @property
    def zh(self) -> bool:
        return self.lang == "zh"

    def say(self, zh: str, en: str) -> str:
        """The wording in the language of the turn."""
        return zh if self.zh else en

    def choice(self, zh: tuple[str, str], en: tuple[str, str]) -> tuple[str, str]:
        """A button, ``(title, what it types)``, in the language of the turn."""
        return zh if self.zh else en

    def join(self, *sentences: str) -> str:
        """Sentences as one paragraph; empty ones fall away."""
        return ("" if self.zh else " ").join(sentence for sentence in sentences if sentence)

    def focused_on(self, *entities: str) -> list[str]:
        """The value of the slot ``focus`` after these entities, first most, have been talked about."""
        return list(dict.fromkeys([*entities, *self.focus]))[:FOCUS_SIZE]

    @classmethod
    def read(cls, tracker: Tracker) -> Turn:
        message = tracker.latest_message or {}
        entities = message.get("entities") or []
        said = next((entity["value"] for entity in entities if entity.get("entity") == "said"), None)
        slots = tracker.current_slot_values()
        # Rasa takes the slot back together with a turn that was not understood; the message still tells.
        detected = (entity["value"] for entity in entities if entity.get("entity") == "lang")
        lang = slots.get("lang") or next(detected, None)
        return cls(
            text=str(said or message.get("text") or "").strip(),
            lang=lang if lang in ("zh", "en") else DEFAULT_LANGUAGE,
            conversation=tracker.sender_id,
            intent=str((message.get("intent") or {}).get("name") or ""),
            focus=tuple(slots.get("focus") or ()),
            listed=tuple(slots.get("listed") or ()),
            prefs=slots.get("prefs") or {},
            asked=None if slots.get("asked") is None else tuple(slots["asked"]),
            slots=slots,
            intents=tuple((row["name"], row["confidence"]) for row in message.get("intent_ranking") or ()),
            history=_history(tracker),
            form=_form(tracker),
        )


def _history(tracker: Tracker) -> tuple[tuple[str, str], ...]:
    """The last messages in words: a pressed button as what it stands for, of a reply its texts and questions."""
    said: list[tuple[str, str]] = []
    for event in reversed(tracker.events):
        if len(said) == HISTORY_SIZE:
            break
        kind, text = event.get("event"), str(event.get("text") or "")
        if kind == "user":
            if text.startswith("/"):
                entities = (event.get("parse_data") or {}).get("entities") or []
                text = next((str(entity["value"]) for entity in entities if entity.get("entity") == "said"), "")
            said.append(("user", text.strip()[:LONGEST_SAID]))
        elif kind == "bot":
            custom = (event.get("data") or {}).get("custom") or {}
            if custom.get("type") in ("text", "quick_replies"):
                text = text or str(custom.get("text") or "")
            said.append(("assistant", text.strip()[:LONGEST_SAID]))
        if said and not said[-1][1]:
            said.pop()
    return tuple(reversed(said))


def _form(tracker: Tracker) -> Form:
    """What the latest message is to the active form, told from what has happened since."""
    name = (tracker.active_loop or {}).get("name")
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            break
        if event.get("event") == "active_loop" and event.get("name") == name is not None:
            return "starting"
        if event.get("event") == "action" and event.get("name") not in (name, None):
            return "resuming"
    return "answering"
