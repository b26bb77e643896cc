"""What an action needs to know of a turn, read once from Rasa's tracker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker

DEFAULT_LANGUAGE = "zh"
FOCUS_SIZE = 5
SURE_INTENT = 0.55
# Requests that a user may make in the middle of a form; "no", "the second one" or a bare title are answers to it.
INTERRUPTIONS = frozenset(
    "ask compare list recommend critique create_script create_ad create_summary faq troubleshoot complain human "
    "switch_language stop data_show data_export data_delete help out_of_scope smalltalk greet goodbye".split()
)


@dataclass(frozen=True)
class Turn:
    """One user message and the conversation it stands in."""

    text: str
    """What the user wrote; for a pressed fallback button, what they had written before."""
    lang: str
    """Language to answer in, ``"zh"`` or ``"en"``."""
    conversation: str
    """Rasa's sender id, ``"<user>.<n>"``."""
    intent: str
    focus: tuple[str, ...] = ()
    """Entity ids under discussion, latest first."""
    listed: tuple[str, ...] = ()
    """Entity ids shown last, in the order shown: what "the second one" counts in."""
    prefs: Mapping[str, Any] = field(default_factory=dict)
    """The preference state as JSON (``recsys.state.PreferenceState``)."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    intents: tuple[tuple[str, float], ...] = ()
    """What the message may have meant, likeliest first."""

    @property
    def user(self) -> str:
        return self.conversation.split(".")[0]

    def leaves(self, *own: str) -> bool:
        """Inside a form whose own intents are ``own``: surely another request, not an answer to the form's question."""
        intent, confidence = self.intents[0] if self.intents else ("", 0.0)
        return intent in INTERRUPTIONS and intent not in own and confidence >= SURE_INTENT

    @property
    def zh(self) -> bool:
        return self.lang == "zh"

    def say(self, zh: str, en: str) -> str:
        """The wording in the language of the turn."""
        return zh if self.zh else en

    def focused_on(self, *entities: str) -> list[str]:
        """The value of the slot ``focus`` after these entities, first most, have been talked about."""
        return list(dict.fromkeys([*entities, *self.focus]))[:FOCUS_SIZE]

    @classmethod
    def read(cls, tracker: Tracker) -> Turn:
        message = tracker.latest_message or {}
        entities = message.get("entities") or []
        said = next((entity["value"] for entity in entities if entity.get("entity") == "said"), None)
        lang = tracker.get_slot("lang")
        return cls(
            text=str(said or message.get("text") or "").strip(),
            lang=lang if lang in ("zh", "en") else DEFAULT_LANGUAGE,
            conversation=tracker.sender_id,
            intent=str((message.get("intent") or {}).get("name") or ""),
            focus=tuple(tracker.get_slot("focus") or ()),
            listed=tuple(tracker.get_slot("listed") or ()),
            prefs=tracker.get_slot("prefs") or {},
            slots=tracker.current_slot_values(),
            intents=tuple((row["name"], row["confidence"]) for row in message.get("intent_ranking") or ()),
        )
