"""Revision: the text as it will be published, or nothing when it cannot be made right.

In order: each part takes its first version that fits; a long body gives up moves until it fits; punctuation, spacing
and repetition are put right; what must stand and must not stand is checked; and every number and title is traced back
to the graph or the brief. A candidate that fails a check is refused, not patched: there are always others.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from generation.channels import sms_units, speaking_seconds
from generation.compliance import check
from generation.grounding import Claim
from generation.product import product_claims
from generation.text.content import Content, Option, Part, Plan
from knowledge.graph import Fact
from knowledge.text import fold

__all__ = ["Revised", "grounded", "revise", "tidy"]

_LABELS = {
    "zh": {"title": "标题", "headline": "标题", "description": "描述", "digest": "摘要"},
    "en": {"title": "Title", "headline": "Headline", "description": "Description", "digest": "Digest"},
}
_MAIL_LABELS = {"zh": {"title": "主题", "digest": "预览"}, "en": {"title": "Subject", "digest": "Preview"}}
_DOUBLED = (
    (re.compile(r"([。！？])[。！？，、]+"), r"\1"),
    (re.compile(r"……[。，]"), "……"),
    (re.compile(r"[，、][。！？]"), lambda match: match.group()[1]),
    (re.compile(r"([，、：；])\1+"), r"\1"),
    (re.compile(r"([.!?…])\.+(?=\s|$)"), r"\1"),
    (re.compile(r"([.!?…])[,:;]"), r"\1"),
    (re.compile(r" +([,.;:!?])"), r"\1"),
    (re.compile(r"(?<=\S) {2,}"), " "),
)  # fmt: skip
# An idea that several moves can have: a text has it once.
_MOTIFS = ("纸巾", "会怎么", "收藏", "tissues", "What would you", "Save it", "Put it on")
_REPEATED = re.compile(r"([\u4e00-\u9fff]{5,})[，。：；！？\s]*\1")


@dataclass(frozen=True, slots=True)
class Revised:
    """A finished text: ``parts`` as ``(name, words)``, the facts it states, and for spoken copy its lines.

    ``chosen`` are the pieces it was made of, one option to a part.
    """

    text: str
    parts: tuple[tuple[str, str], ...]
    facts: tuple[Fact, ...]
    spoken: tuple[str, ...] = ()
    chosen: tuple[tuple[Part, Option], ...] = ()


def revise(parts: tuple[Part, ...], plan: Plan, content: Content) -> Revised | None:
    """The finished text, or ``None`` when these parts cannot make one that keeps every rule."""
    chosen: list[tuple[Part, Option]] = []
    for part in parts:
        taken = {_joined(option, content) for _, option in chosen}
        option = _fit(part, plan, content, taken)
        if option is None:
            return None
        chosen.append((part, option))
    words = tuple((part.name, _joined(option, content)) for part, option in chosen)
    spoken = (
        tuple(tidy(piece.text, content.lang) for part, option in chosen if part.name == "body" for piece in option)
        if plan.spoken
        else ()
    )
    text = _layout(words, plan, content, spoken)
    if not (_named(text, content, plan) and _sound(text, words, content)):
        return None
    facts = tuple(dict.fromkeys(fact for _, option in chosen for piece in option for fact in piece.facts))
    return Revised(text, words, facts, spoken, tuple(chosen))


# --- length --------------------------------------------------------------------------------------------------------


def _fit(part: Part, plan: Plan, content: Content, taken: set[str]) -> Option | None:
    """The first version of a part that fits its bound, repeats no other part and says nothing forbidden."""
    required = [word.lower() for word in (content.brief.offer, *content.brief.must_use) if word]
    options = part.options
    if required and part.name not in ("title", "headline", "tagline"):  # versions that carry them come first
        options = tuple(
            sorted(options, key=lambda option: -sum(word in _joined(option, content).lower() for word in required))
        )
    for option in options:
        while option:
            words = _joined(option, content)
            fits = part.bound.fits(words) and (
                plan.spoken is None or part.name != "body" or speaking_seconds(words, content.lang) <= plan.spoken
            )
            if fits:
                break
            option = _shorter(option)
        if option and _joined(option, content) not in taken and _allowed(_joined(option, content), content):
            return option
    return None


def _shorter(option: Option) -> Option:
    """Without the move that can best be missed; empty when none can."""
    drop = max(piece.step.drop for piece in option)
    if drop == 0:
        return ()
    at = max(i for i, piece in enumerate(option) if piece.step.drop == drop)
    return option[:at] + option[at + 1 :]


def _joined(option: Option, content: Content) -> str:
    text = "".join((piece.step.lead if i else "") + piece.text for i, piece in enumerate(option))
    if content.brief.voice:
        text = content.brief.voice.speak(text, (*content.names, *_asked(content)))
    if content.brief.channel == "sms" and content.lang == "en":
        text = _plain_sms(text)
    return tidy(text, content.lang)


def _asked(content: Content) -> tuple[str, ...]:
    """The user's own words, which nobody puts otherwise."""
    brief = content.brief
    return (content.title, brief.topic, brief.offer, brief.call_to_action, *brief.must_use)


def _plain_sms(text: str) -> str:
    """Typographic quotes and dashes as GSM-7 has them, so that a message holds 160 characters and not 70."""
    text = text.translate(str.maketrans("‘’“”–—…", "''\"\"--.")).replace("·", "-")
    return "".join(char if sms_units(char) < 1 else unicodedata.normalize("NFD", char)[0] for char in text)


# --- surface -------------------------------------------------------------------------------------------------------


def tidy(text: str, lang: str) -> str:
    """Punctuation that met at a seam becomes one mark, articles agree, sentences start with a capital."""
    for pattern, replacement in _DOUBLED:
        text = pattern.sub(replacement, text)  # type: ignore[arg-type]
    if lang == "zh":
        text = re.sub(r"(?<=[\u4e00-\u9fff》”]),(?=[\u4e00-\u9fff《“])", "，", text)
    else:
        text = re.sub(r"(?<=[.!?] )([a-z])(?=[a-z]* )", lambda match: match.group().upper(), text)
    return text.strip()


def _layout(words: tuple[tuple[str, str], ...], plan: Plan, content: Content, spoken: tuple[str, ...]) -> str:
    lang, shape = content.lang, plan.channel.shape
    colon = "：" if lang == "zh" else ": "
    labels = _LABELS[lang]
    if shape == "headline":
        labels = _MAIL_LABELS[lang] if plan.channel.id == "email-subject" else labels
        return "\n".join(f"{labels[name]}{colon}{text}" for name, text in words)
    if shape == "search":
        counts: dict[str, int] = {}
        rows = []
        for name, text in words:
            counts[name] = counts.get(name, 0) + 1
            rows.append(f"{labels[name]} {counts[name]}{colon}{text}")
        return "\n".join(rows)
    if shape == "spoken":
        rows = []
        clock, start = 0.0, 0
        for line in spoken:
            clock += speaking_seconds(line, lang)
            end = max(round(clock), start + 1)
            mark, start = f"{start}–{end}", end
            rows.append(f"【{mark}秒】{line}" if lang == "zh" else f"[{mark}s] {line}")
        body = "\n".join(rows)
        return "\n\n".join(
            body if name == "body" else text if name == "tags" else f"{labels[name]}{colon}{text}"
            for name, text in words
        )
    between = "\n" if shape in ("push",) else "\n\n"
    return between.join(text for _, text in words)


# --- checks --------------------------------------------------------------------------------------------------------


def _allowed(text: str, content: Content) -> bool:
    return not check(text, content.lang, exempt=content.names, extra=content.brief.avoid)


def _sound(text: str, words: tuple[tuple[str, str], ...], content: Content) -> bool:
    bare = " ".join(part for _, part in words)
    missing = [word for word in content.brief.must_use if word.lower() not in bare.lower()]
    missing += [
        word for word in (content.brief.offer,) if word and word.rstrip("。！？.!? ").lower() not in bare.lower()
    ]
    return (
        not missing
        and not _REPEATED.search(bare)
        and _balanced(bare)
        and not _restated(bare, content)
        and (content.brief.voice is None or content.brief.voice.allows(bare))
        and grounded(bare, content)
    )


def _balanced(text: str) -> bool:
    return all(text.count(a) == text.count(b) for a, b in ("《》", "“”", "【】", "（）", "()"))


def _named(text: str, content: Content, plan: Plan) -> bool:
    """Whether a text says what it is about; a search advertisement for a very long title may have no room to."""
    if content.is_work and plan.channel.shape == "search":
        return True
    if content.kind == "product":  # goods are named by their parts as well: "this dress", "牛仔裤"
        return True
    if plan.channel.shape == "note":  # a title that only a tag names, its words run together, is hardly named
        text = re.sub(r"#\S+", "", text)
    return _bare(content.title) in _bare(text)


def _bare(text: str) -> str:
    """Letters and digits only, folded: WALL·E is still named when a text message spells it WALL-E."""
    return re.sub(r"\W", "", fold(text)) or text


def _restated(text: str, content: Content) -> bool:
    """Whether it says one thing twice, or a short text names its work again and again."""
    title = content.title
    for teaser in content.slots.get("teaser", ()):  # the line and its first clause must not both stand there
        if text.count(teaser.text.rstrip("…")) > 1:
            return True
    if any(text.count(motif) > max(1, content.given.count(motif)) for motif in _MOTIFS):
        return True
    return content.is_work and len(text) < 70 and text.lower().count(title.lower()) > 2


def _told(text: str, content: Content) -> list[Claim]:
    """What a text says of a product that the user's own words did not."""
    said = fold(content.given)
    return [claim for claim in product_claims(text, content.brief.attributes) if fold(claim.text) not in said]


def grounded(text: str, content: Content) -> bool:
    """Whether every number and every 《title》 in ``text`` comes from the graph or the brief."""
    known = set(re.findall(r"\d+", content.given))
    known |= {
        number for values in content.slots.values() for value in values for number in re.findall(r"\d+", value.text)
    }
    known |= {number for value in (*content.bullets, *content.hashtags) for number in re.findall(r"\d+", value.text)}
    if not set(re.findall(r"\d+", text)) <= known:
        return False
    if content.kind == "product" and any(claim.source is None for claim in _told(text, content)):
        return False
    return all(
        title == content.title or f"《{title}》" in content.given for title in re.findall(r"《([^《》]*)》", text)
    )
