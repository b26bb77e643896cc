"""A brand's voice as a sheet of plain data, checked at the door: what it is called, how it speaks, what it never says.

    voice = Voice.read({"name": "暖屏", "tone": "warm", "say": {"你": "您"}, "never": ["爆款"], "emoji": False})
    AdBrief(work="film/2046-2004", voice=voice)

The sheet is a mapping as JSON or YAML give it; :meth:`Voice.load` reads either file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generation.checks import TONES, BriefError, clean

__all__ = ["Voice"]

_FIELDS: dict[str, type] = {
    "name": str, "tone": str, "say": dict, "never": list, "tags": list, "emoji": bool, "exclamations": int,
    "call_to_action": str,
}  # fmt: skip
MAX_WORDS = 200
MAX_WORD = 60
MAX_SHEET = 64 * 1024


@dataclass(frozen=True, slots=True)
class Voice:
    """How a brand speaks.

    ``say`` maps a word to the one the brand uses in its place (你 → 您; names and titles keep theirs), ``never`` are words
    it does not use, ``tags`` stand first among the hashtags, ``emoji`` says whether it uses any, ``exclamations`` is the
    most exclamation marks in one text, ``call_to_action`` closes a copy whose brief has none of its own.

    Raises:
        BriefError: a word replaces itself with one that is never said, or the tone is unknown.
    """

    name: str = ""
    tone: str | None = None
    say: Mapping[str, str] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    emoji: bool = True
    exclamations: int | None = None
    call_to_action: str = ""

    def __post_init__(self) -> None:
        if self.tone is not None and self.tone not in TONES:
            raise BriefError(f"voice.tone: {self.tone!r} is not one of {', '.join(TONES)}")
        clash = [new for new in self.say.values() if any(word.lower() in new.lower() for word in self.never)]
        if clash:
            raise BriefError(f"voice.say and voice.never contradict each other: {', '.join(clash)}")

    @classmethod
    def read(cls, sheet: Mapping[str, Any]) -> Voice:
        """The voice of a sheet. Raises :class:`BriefError` naming the entry that is unknown or of the wrong kind."""
        if not isinstance(sheet, Mapping):
            raise BriefError("voice: a sheet of names and values is expected")
        unknown = sorted(str(name) for name in sheet if name not in _FIELDS)
        if unknown:
            raise BriefError(f"voice.{unknown[0]}: no such entry; there are {', '.join(_FIELDS)}")
        for name, value in sheet.items():
            kind = _FIELDS[name]
            counted = isinstance(value, int) and not isinstance(value, bool) and value >= 0
            if not isinstance(value, kind) or (kind is int and not counted):
                raise BriefError(f"voice.{name}: {value!r} is not a {kind.__name__}")
        values = dict(sheet)
        values["never"] = _words("never", sheet.get("never", ()))
        values["tags"] = tuple(re.sub(r"\W", "", word) for word in _words("tags", sheet.get("tags", ())))
        pairs = sheet.get("say", {})
        values["say"] = dict(zip(_words("say", pairs.keys()), _words("say", pairs.values(), empty=True), strict=True))
        for name in ("name", "call_to_action"):
            values[name] = _word(name, sheet.get(name, ""), empty=True)
        return cls(**values)

    @classmethod
    def load(cls, path: Path) -> Voice:
        """The voice in a ``.json``, ``.yaml`` or ``.yml`` file of at most 64 kB. Raises :class:`BriefError`."""
        try:
            if path.stat().st_size > MAX_SHEET:
                raise BriefError(f"{path.name}: larger than {MAX_SHEET // 1024} kB")
            text = path.read_text(encoding="utf-8-sig")
            if path.suffix == ".json":
                sheet = json.loads(text)
            else:
                import yaml

                sheet = yaml.safe_load(text)
        except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
            raise error if isinstance(error, BriefError) else BriefError(f"{path.name}: {error}") from None
        except Exception as error:  # yaml.YAMLError, whose base is Exception
            raise BriefError(f"{path.name}: {error}") from None
        return cls.read(sheet)

    def speak(self, text: str, keep: Iterable[str] = ()) -> str:
        """``text`` with the brand's words; names in ``keep`` stay as they are."""
        if not self.say:
            return text
        kept = [re.escape(name) for name in sorted({name for name in keep if name}, key=len, reverse=True)]
        words = [re.escape(word) for word in sorted(self.say, key=len, reverse=True)]
        pattern = "|".join([*(f"(?:{name})" for name in kept), f"(?P<word>{'|'.join(words)})"])
        return re.sub(pattern, lambda match: self.say[match["word"]] if match["word"] else match.group(), text)

    def allows(self, text: str) -> bool:
        """Whether ``text`` keeps to the number of exclamation marks."""
        return self.exclamations is None or sum(text.count(mark) for mark in "!！") <= self.exclamations


def _word(name: str, word: Any, *, empty: bool = False) -> str:
    if not isinstance(word, str):
        raise BriefError(f"voice.{name}: {word!r} is not a word")
    word = clean(word)
    if len(word) > MAX_WORD or not (word or empty):
        raise BriefError(f"voice.{name}: {len(word)} characters, 1 to {MAX_WORD} are meant")
    return word


def _words(name: str, words: Iterable[Any], *, empty: bool = False) -> tuple[str, ...]:
    read = tuple(_word(name, word, empty=empty) for word in words)
    if len(read) > MAX_WORDS:
        raise BriefError(f"voice.{name}: {len(read)} words, at most {MAX_WORDS}")
    return read
