"""How a person of a script talks: habits of speech, read off the description of a voice and put into their lines.

A voice is a sentence a writer can change ("short; says “look” a lot"); the habits it names colour the lines. Sparingly:
a habit that shows in every line is a tic of the author and not of the person.
"""

from __future__ import annotations

import random
import re

__all__ = ["colour", "describe", "habits"]

_CATCHES = {
    "zh": ("说真的", "怎么讲呢", "我跟你讲", "说白了", "讲道理", "老实讲"),
    "en": ("look", "honestly", "believe me", "mind you", "frankly", "you know"),
}
_OLD_CATCHES = {"zh": ("依我看", "实不相瞒", "说来也怪"), "en": ("truth be told", "as they say")}
_DESCRIBED = {
    "zh": {"clipped": "句子短，能省就省", "hesitant": "开口前总要顿一下", "trailing": "话尾常常收不住"},
    "en": {
        "clipped": "drops every word that can be dropped",
        "hesitant": "starts, stops, starts again",
        "trailing": "lets sentences trail off",
    },
}
_READ = {
    "clipped": re.compile(r"句子短|能省就省|惜字如金|话少|短句|drops every word|clipped|few words|short sentences"),
    "hesitant": re.compile(r"顿一下|犹豫|结巴|吞吞吐吐|starts, stops|hesita|stammer"),
    "trailing": re.compile(r"收不住|欲言又止|省略号|trail off|trails off|unfinished"),
}
_TERSE = re.compile(r"短|平|惜字|冷静|闷|小声|半句|short|level|few words|calm|clipped|quiet|low")
_FULL = re.compile(r"话多|絮叨|快|油滑|绕|阴阳|条款|fast|talks|rambling|quick|oily|sarcastic|terms")
_CATCH = re.compile(r"口头禅“([^”]{1,12})”|says “([^”]{1,20})” a lot")
_MOST = 2  # times a catchphrase is said in one script
_OPENING = re.compile(
    '[“"‘(（…—]|那|好|行|嗯|啊|哎|对|不|您|请|你倒|你说|我说|别|放|(?:yes|no|oh|all right|fine|well|sorry|so|and|but|then|or|'
    r"because|if|with|in|on|at|of|you know|look|frankly)\b",
    re.IGNORECASE,
)


def describe(voice: str, lang: str, rng: random.Random, *, old: bool = False, taken: str = "") -> str:
    """A voice with one more habit where it can carry one: the plot gives the manner, this gives the person.

    A catchphrase that stands in ``taken``, the voice of another, is not given again.
    """
    if "“" in voice or '"' in voice or rng.random() > 0.7:
        return voice  # it has a catchphrase of its own, or is plain enough to stand as it is
    join = "；" if lang == "zh" else "; "
    catch = rng.choice([one for one in (_OLD_CATCHES if old else _CATCHES)[lang] if one not in taken])
    said = f"口头禅“{catch}”" if lang == "zh" else f"says “{catch}” a lot"
    if _FULL.search(voice):
        return f"{voice}{join}{said}"
    other = rng.choice(("clipped", "trailing") if _TERSE.search(voice) else ("hesitant", "trailing", "catch"))
    return f"{voice}{join}{said if other == 'catch' else _DESCRIBED[lang][other]}"


def habits(voice: str) -> tuple[frozenset[str], str]:
    """The habits that the description of a voice names, and its catchphrase."""
    found = frozenset(name for name, pattern in _READ.items() if pattern.search(voice))
    match = _CATCH.search(voice)
    return found, (match[1] or match[2]) if match else ""


def colour(
    words: str,
    voice: str,
    lang: str,
    rng: random.Random,
    said: dict[str, int],
    *,
    names: tuple[str, ...],
    scene: str = "",
) -> str:
    """A line in its speaker's voice. ``said`` counts the catchphrases of the script so far, by scene as well, and is
    added to."""
    found, catch = habits(voice)
    if words[:1] in '“"' or len(words) < (4 if lang == "zh" else 8):
        return words  # something read aloud, or too short to carry a habit
    roll = rng.random()
    plain = not _OPENING.match(words) and not words.startswith(names)
    if catch and plain and roll < 0.3 and said.get(catch, 0) < _MOST and scene not in said and not _asks(words):
        said[catch] = said.get(catch, 0) + 1
        said[scene] = 1
        return f"{catch}，{words}" if lang == "zh" else f"{catch[:1].upper()}{catch[1:]}, {_lower(words, names)}"
    if "clipped" in found and roll < 0.45:
        return _clipped(words, lang)
    if "hesitant" in found and plain and roll < 0.2:
        return (
            f"呃……{words}"
            if lang == "zh"
            else re.sub(r"^(I|It|You|We|That|They)\b", r"\1… \g<0>", words)
            .replace("… It", "… it")
            .replace("… You", "… you")
            .replace("… We", "… we")
            .replace("… That", "… that")
            .replace("… They", "… they")
        )
    if "trailing" in found and roll < 0.25 and words.endswith("。" if lang == "zh" else "."):
        return f"{words[:-1]}……" if lang == "zh" else f"{words[:-1]}…"
    return words


def _asks(words: str) -> bool:
    """Whether the first sentence is a question, which a catchphrase would not open."""
    first = re.match(r"[^。！？.!?…]*(.)", words)
    return first is not None and first[1] in "？?"


def _lower(words: str, names: tuple[str, ...]) -> str:
    """The first letter small, as after a comma, unless the word has a capital of its own."""
    first = re.match(r"[A-Za-z']+", words)
    if first is None or first[0] in ("I", "I'm", "I'd", "I've", "I'll") or first[0].isupper() or first[0] in names:
        return words
    return words[:1].lower() + words[1:]


_SUBJECT = re.compile(
    r"^(?:I (?=(?:don't|can't|won't|know|think) \w)|(?:It's|That's|I'm|It was) (?=(?:only|just|not|over|about|nothing)\b))"
)


def _clipped(words: str, lang: str) -> str:
    """Fewer words or shorter sentences, the sense the same."""
    if lang == "zh":
        return re.sub(r"(?<=[^，。！？…]{3})，(?=[^，。！？…“”]{3,}。)", "。", words, count=1)
    shorter = _SUBJECT.sub("", words)
    return shorter[:1].upper() + shorter[1:]
