"""Where a text is going: what shape it has there and how long it may be, as data.

Platforms change their limits; these are the ones that advertisers plan with, each with its source in a comment. A
limit is a hard bound that no draft passes; ``aim`` is the length the copy reads well at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "CHANNELS",
    "SPEECH_RATE",
    "Bound",
    "Channel",
    "graphemes",
    "sms_units",
    "speaking_seconds",
    "wide_units",
    "x_units",
]

Shape = Literal["note", "spoken", "post", "headline", "push", "sms", "search", "poster"]

SPEECH_RATE = {"zh": 4.5, "en": 2.5}
"""Characters a second in Chinese (≈ 270 a minute, brisk but clear), words a second in English (150 a minute)."""

# GSM 03.38 basic character set: what fits in a 160-character message. Anything else makes it UCS-2, 70 characters.
_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_ONE = (
    "(?:[\U0001f1e6-\U0001f1ff]{2}"
    "|[\u2600-\u27bf\u2b00-\u2bff\u23e9-\u23ff\U0001f300-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*)"
)
_EMOJI = re.compile(f"{_ONE}(?:\u200d{_ONE})*")
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))  # code points that weigh one on X


def graphemes(text: str) -> int:
    """Characters as people count them: an emoji with its selectors and joiners is one. Line breaks count."""
    count, joined, flag = 0, False, False
    for char in text:
        if char == "\u200d":
            joined = True
        elif "\ufe00" <= char <= "\ufe0f" or unicodedata.combining(char) or "\U0001f3fb" <= char <= "\U0001f3ff":
            continue
        else:
            half = "\U0001f1e6" <= char <= "\U0001f1ff"  # a flag is two letters
            count += not joined and not (half and flag)
            joined, flag = False, half and not flag
    return count


def wide_units(text: str) -> int:
    """Weighted length: Chinese characters, full-width marks and emoji count two, everything else one.

    This is how Google Ads counts to 30 and 90.
    """
    return sum(2 if unicodedata.east_asian_width(char) in "WF" or ord(char) > 0x2FFF else 1 for char in text)


def x_units(text: str) -> int:
    """Weighted length on X (twitter-text, configuration v3): 280 fill a post.

    Latin letters, most European scripts and a few dashes and quotation marks weigh one, everything else two: Chinese
    characters, "…", and an emoji as a whole, however it is put together. A link weighs 23.
    """
    text, links = _LINK.subn("", text)
    total = 23 * links
    for cluster in _EMOJI.findall(text):
        total += 2
        text = text.replace(cluster, "", 1)
    return total + sum(1 if any(low <= ord(char) <= high for low, high in _LIGHT) else 2 for char in text)


def sms_units(text: str) -> float:
    """Share of one text message, in units of 1/70: 160 GSM-7 characters or 70 UCS-2 units fill it."""
    if all(char in _GSM7 for char in text):
        return len(text) * 70 / 160
    return len(text.encode("utf-16-le")) / 2


def speaking_seconds(text: str, lang: str) -> float:
    """How long ``text`` takes to say, in seconds. Punctuation is not counted; Latin words in Chinese are two each."""
    words, word = 0, False
    han = 0
    for char in text:
        if unicodedata.east_asian_width(char) == "W" and char.isalnum():
            han, word = han + 1, False
        elif char.isalnum() or (word and char in "'’"):
            words, word = words + (not word), True
        else:
            word = False
    if lang == "zh":
        return (han + 2 * words) / SPEECH_RATE["zh"]
    return words / SPEECH_RATE["en"] + han / SPEECH_RATE["zh"]


@dataclass(frozen=True, slots=True)
class Bound:
    """At most ``most`` units of one part of the text (``"title"``, ``"body"``, …), best around ``aim``."""

    most: float
    aim: float
    count: Callable[[str], float] = graphemes

    def fits(self, text: str) -> bool:
        return self.count(text) <= self.most


@dataclass(frozen=True, slots=True)
class Channel:
    """A place to publish.

    ``bounds`` limit the parts by language; a draft has exactly these parts. ``hashtags`` and ``emojis`` are the most it
    may carry; ``hash_style`` is how a tag is written: ``"#a#"`` or ``"#a"``.
    """

    id: str
    shape: Shape
    bounds: Mapping[str, Mapping[str, Bound]]
    hashtags: int = 0
    emojis: int = 0
    hash_style: str = ""


def _both(zh: Mapping[str, Bound], en: Mapping[str, Bound]) -> dict[str, Mapping[str, Bound]]:
    return {"zh": zh, "en": en}


CHANNELS: dict[str, Channel] = {
    channel.id: channel
    for channel in (
        # 小红书 note editor: title 20 characters, body 1,000; tags are written "#话题".
        Channel(
            "xiaohongshu", "note", _both(
                {"title": Bound(20, 15), "body": Bound(1000, 190)},
                {"title": Bound(40, 30),
            "body": Bound(1000, 420)},
            ), hashtags=6, emojis=14, hash_style="#a",
        ),
        # Instagram Help: caption 2,200 characters, 30 hashtags; more than 5 reads as spam.
        Channel(
            "instagram", "note",
            _both({"body": Bound(2200, 170)}, {"body": Bound(2200, 380)}),
            hashtags=5, emojis=10, hash_style="#a",
        ),
        # 抖音: video title 55 characters in the creator centre; what is spoken is bounded by the seconds of the brief.
        Channel(
            "douyin", "spoken", _both(
                {"title": Bound(55, 24), "body": Bound(2000, 120)},
                {"title": Bound(100, 50),
            "body": Bound(2500, 260)},
            ), hashtags=4, emojis=0, hash_style="#a",
        ),
        # 微博: 140 characters stand before the fold; topics are written "#话题#".
        Channel(
            "weibo", "post",
            _both({"body": Bound(140, 110)}, {"body": Bound(280, 200)}),
            hashtags=3, emojis=3, hash_style="#a#",
        ),
        # 朋友圈: a post is folded after six lines, about 120 characters; it has no tags and reads like a friend's.
        Channel(
            "moments", "post",
            _both({"body": Bound(120, 80)}, {"body": Bound(240, 150)}),
            emojis=3,
        ),
        # X: 280 weighted characters, a Chinese one counts two (developer.x.com, "Counting characters").
        Channel(
            "x", "post",
            _both({"body": Bound(280, 200, x_units)}, {"body": Bound(280, 210, x_units)}),
            hashtags=2, emojis=2, hash_style="#a",
        ),
        # 公众号: the editor takes 64 characters, about 30 are seen in the feed; the digest below it 120.
        Channel(
            "wechat-title", "headline", _both(
                {"title": Bound(32, 22), "digest": Bound(120, 44)},
                {"title": Bound(64,
            48), "digest": Bound(160, 90)},
            ),
        ),
        # Mail apps show about 50 characters of a subject (25 Chinese ones) and about twice that of the preheader.
        Channel(
            "email-subject", "headline", _both(
                {"title": Bound(26, 18), "digest": Bound(50, 36)},
                {"title": Bound(60,
            44), "digest": Bound(120, 85)},
            ),
        ),
        # Chinese vendor channels: title 20, body 50. APNs and FCM have no limit; about 50 and 120 are shown in English.
        Channel(
            "push", "push",
            _both(
                {"title": Bound(20, 13), "body": Bound(50, 34)},
                {"title": Bound(50, 34), "body": Bound(120, 85)},
            ),
            emojis=1,
        ),
        # One message: 70 UCS-2 characters or 160 GSM-7 ones (3GPP TS 23.038), the signature and the way out included.
        Channel("sms", "sms", _both({"body": Bound(70, 58, sms_units)}, {"body": Bound(70, 58, sms_units)})),
        # Google Ads responsive search ads: headlines 30, descriptions 90, wide characters count two.
        Channel(
            "search-ad", "search",
            _both(
                {"headline": Bound(30, 22, wide_units), "description": Bound(90, 70, wide_units)},
                {"headline": Bound(30, 24, wide_units), "description": Bound(90, 75, wide_units)},
            ),
        ),
        # A poster is read from three metres: one line, then the title and the names.
        Channel(
            "poster", "poster", _both(
                {"tagline": Bound(26, 14), "body": Bound(160, 60)},
                {"tagline": Bound(70, 40),
            "body": Bound(300, 120)},
            ),
        ),
    )
}  # fmt: skip
"""Every channel by id."""
