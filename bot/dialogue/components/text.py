"""Folding and language of a message: the two questions every other component asks of a text.

Both mirror ``knowledge.text``, which this environment cannot import: the folding table comes with the gazetteer, the language
rules stand here a second time, and ``tests/bot/test_parity.py`` holds the two against each other.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Dict, Mapping, Optional

FoldTable = Mapping[int, str]
FOLDED = "folded_text"  # the message attribute that carries the folding once it is done


def fold_table(exported: Mapping[str, str]) -> Dict[int, str]:
    """The table of an exported gazetteer in the form that :func:`fold` takes."""
    return {ord(character): folded for character, folded in exported.items()}


def fold(text: str, table: Optional[FoldTable] = None) -> str:
    """Half width, lower case, no accents, simplified: one character in, one character out, so that offsets hold.

    Without a table (no gazetteer yet) only width and case are folded.
    """
    if table:
        return text.translate(table)
    folded = []
    for character in text:
        normal = unicodedata.normalize("NFKC", character).lower()
        folded.append(normal if len(normal) == 1 else character)
    return "".join(folded)


# What is cited says nothing about the language it is cited in.
QUOTED = re.compile(r"《[^》]*》|〈[^〉]*〉|「[^」]*」|『[^』]*』|“[^”]*”|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)")
_LATIN_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]+")

# Words that hold a sentence together. Those that also stand in titles ("the", "of", 的, 我) decide nothing.
_ENGLISH_WORDS = """
    who whom whose what what's who's which when where why how is was are were isn't do does did don't doesn't didn't
    can could would should will has have hasn't i i'm i'd i've me my you your it its it's they them their we us there
    any some something anything please show tell find give recommend suggest watch see make made write play compare
    want need like love hate know think about than or not other else more less another also star stars starring
    starred direct directed director directors written wrote released cast acted actor actress movie movies film films
    shows series album albums song songs with without from by similar hello hi hey thanks thank yes no help
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_CHINESE = re.compile(
    r"[吗呢吧嘛呀]|什么|啥|谁|哪|多少|几[部个集首年张]|怎么|怎样|如何|是不是|有没有|推荐|想[看听要]|看看|来[点个一]|[给帮]我|请|一[下部些点首个]|"
    r"类似|好[看听]|导演|主演|演员|演[过的]|拍[过的]|出演|作曲|编剧|上映|讲的|电影|片子|影片|电视剧|剧集|专辑|歌手|介绍|比较|对比|还有|"
    r"换|不[要想]|喜欢|写|谢谢|再见"
)
# Words that titles are made of too; they count only when nothing stronger speaks for English.
_CHINESE_WEAK = re.compile(r"[的是了和跟与或里看听有我你他她它这那]|好的")
_QUESTION = re.compile(
    r"\s*(who|what|when|where|which|how|is|was|are|were|does|did|do|can|could|tell|show|compare|give)\b"
)


def detect_language(text: str, table: Optional[FoldTable] = None) -> Optional[str]:
    """Which language to answer in: ``"zh"``, ``"en"``, or ``None`` when the text does not say (emoji, digits).

    The sentence decides, not what it cites: "who directed 《三体》" is English, 「Interstellar 是谁导演的」 is Chinese.
    """
    frame = QUOTED.sub(" ", text)
    return _language_of_frame(fold(frame, table)) or _language_of_frame(fold(text, table))


def _language_of_frame(folded: str) -> Optional[str]:
    words = _LATIN_WORD.findall(folded)
    runs = _HAN_RUN.findall(folded)
    if not runs:
        return "en" if words else None
    if not words:
        return "zh"
    english = sum(word in _ENGLISH for word in words)
    strong = sum(len(_CHINESE.findall(run)) for run in runs)
    if english >= 2 and len(runs) == 1:
        # A Chinese title inside an English sentence, even one with a function word in it (我不是药神, 谁先爱上他的).
        cited = strong == 0 or (strong == 1 and len(runs[0]) <= 8 and _QUESTION.match(folded) is not None)
        return "en" if cited else "zh"
    if strong or any(_CHINESE_WEAK.search(run) for run in runs):
        return "en" if english and not strong and re.match(r"[a-z]", folded) and len(runs) == 1 else "zh"
    if english:
        return "en"
    return "zh" if sum(map(len, runs)) >= len(words) else "en"


def is_only_a_name(text: str) -> bool:
    """One to three Latin words, none of which builds sentences, and no Chinese."""
    folded = fold(text)
    words = _LATIN_WORD.findall(folded)
    return 0 < len(words) <= 3 and not _HAN_RUN.search(folded) and not any(word in _ENGLISH for word in words)
