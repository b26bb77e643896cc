# ruff: noqa: E501 — word lists, a line a group
"""What people call a feeling, the feeling that is meant, and which works it does not go with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from generation.briefs import BriefError
from knowledge.sentiment.datasets import EMOTIONS
from knowledge.text import detect_language, fold

__all__ = ["LABELS", "EmotionError", "Target", "contradicts"]

LABELS = {
    "joy": ("喜悦", "joy"), "sadness": ("悲伤", "sadness"), "anger": ("愤怒", "anger"), "fear": ("恐惧", "fear"),
    "surprise": ("惊讶", "surprise"), "disgust": ("厌恶", "disgust"), "neutral": ("平静", "neutral"),
}  # fmt: skip
"""Chinese and English name of each emotion."""
_CALLED = {
    "joy": "喜悦 开心 快乐 高兴 欢乐 欢快 喜庆 搞笑 好笑 幽默 轻松 治愈 幸福 甜 喜 joy joyful happy happiness cheerful funny fun upbeat delight light-hearted feel-good",
    "sadness": "悲伤 伤感 难过 伤心 悲 悲情 虐 虐心 心碎 忧伤 感伤 sadness sad sorrow sorrowful melancholy heartbreaking tragic grief",
    "anger": "愤怒 生气 气愤 愤慨 怒 激愤 火大 anger angry outrage outraged furious indignant rage",
    "fear": "恐惧 害怕 恐怖 吓人 惊悚 紧张 惧 悬疑 fear scary frightening scared terrifying creepy tense horror suspense",
    "surprise": "惊讶 惊喜 惊奇 意外 震惊 反转 惊 surprise surprised surprising shock shocking astonished amazed twist",
    "disgust": "厌恶 恶心 反感 讨厌 反胃 恶 disgust disgusted disgusting gross revolting repulsive",
    "neutral": "平静 中性 客观 冷静 克制 无 neutral calm objective plain none",
}  # fmt: skip
_TENDER = (
    "感人 催泪 动人 走心 煽情 泪目 温情 moving touching tear-jerking tearjerker heartfelt emotional poignant tender"
)
_IDS = {name: id_ for id_, names in _CALLED.items() for name in (id_, *names.split())}
_DARK = frozenset(["war", "horror", "crime", "thriller"])
_GRAVE = frozenset(["documentary", "biography", "history"])
_HEAVY = frozenset(["sad", "dark", "violent", "scary", "tense"])
_BRIGHT = frozenset(["light", "funny", "warm", "healing"])
_HARMLESS = frozenset(["family", "comedy", "romance", "animation", "stand-up"])


class EmotionError(BriefError):
    """A target emotion that does not exist or is out of range; the message is in the language of whoever asked."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the reader should feel, and how strongly (0 < intensity ≤ 1; 0.5 is clear, 1 as strong as it gets).

    ``emotion`` is an id of ``knowledge.sentiment`` or what people call it in Chinese or English (开心, "heartbreaking").
    ``tender``: moved rather than crushed (感人, "touching"); such a name sets it and is ``sadness`` without its
    strongest lines.

    Raises:
        EmotionError: no such emotion, or an intensity out of range; in ``lang``, else the language of the name.
    """

    emotion: str
    intensity: float = 0.6
    tender: bool = False
    lang: str | None = None

    def __post_init__(self) -> None:
        name = fold(self.emotion).strip()
        lang = self.lang or detect_language(self.emotion) or "en"
        if name in _TENDER.split():
            object.__setattr__(self, "tender", True)
            name = "sadness"
        id_ = _IDS.get(name)
        if id_ is None:
            raise EmotionError(_unknown(self.emotion, lang))
        if not 0 < self.intensity <= 1:  # also refuses what is not a number
            raise EmotionError(
                f"强度要大于 0、不超过 1，而不是 {self.intensity}"
                if lang == "zh"
                else f"intensity: {self.intensity} is not above 0 and at most 1"
            )
        object.__setattr__(self, "emotion", id_)

    @classmethod
    def of(cls, emotion: str, intensity: float | None = None, lang: str | None = None) -> Self:
        """As a brief gives it: ``intensity`` may be ``None``."""
        return cls(emotion, 0.6 if intensity is None else intensity, lang=lang)

    @property
    def wanted(self) -> float:
        """The probability of the emotion at which a text is there: 0.6 for a hint … 0.9 for as strong as it gets."""
        return 0.6 + 0.3 * self.intensity

    @property
    def strengths(self) -> tuple[int, ...]:
        """Which lines of the bank may be used."""
        if self.intensity < 0.3:
            return (1,)
        if self.intensity < 0.5:
            return (1, 2)
        return (2,) if self.tender else (2, 3)

    @property
    def lines(self) -> int:
        """How many sentences of a text should carry it, room allowing: 1 … 3."""
        return 1 if self.intensity < 0.3 else 2 if self.intensity < 0.9 else 3

    def label(self, lang: str) -> str:
        return LABELS[self.emotion][lang == "en"]


def _unknown(name: str, lang: str) -> str:
    shown = name[:30]
    if lang == "zh":
        return f"没有“{shown}”这种情绪；可以选：{'、'.join(f'{LABELS[id_][0]}（{id_}）' for id_ in EMOTIONS)}"
    return f"there is no emotion {shown!r}; choose one of {', '.join(EMOTIONS)}"


def contradicts(emotion: str, genres: Collection[str], moods: Collection[str]) -> bool:
    """Whether what is known of a work speaks against a feeling: joy about a war, disgust over a family comedy.

    Args:
        genres, moods: ids without their prefix, as in the catalogue.
    """
    genre, mood = set(genres), set(moods)
    grave = bool(genre & _DARK) or bool(genre & _GRAVE and mood & _HEAVY)
    bright = bool(mood & _BRIGHT)
    if emotion == "joy":
        return grave and not bright and "comedy" not in genre
    if emotion in ("fear", "disgust", "anger"):
        return bool(bright and genre & _HARMLESS) and not (mood & _HEAVY or genre & _DARK)
    if emotion == "sadness":
        return bool(mood & {"funny", "energetic"} and genre & {"comedy", "stand-up"}) and not mood & _HEAVY
    return False
