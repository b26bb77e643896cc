"""The text both languages meet in: one folding, one tokenizer, one language guess.

``fold`` makes 星際穿越, 星际穿越 and ``Ｉｎｔｅｒｓｔｅｌｌａｒ`` findable. It works character by character and
never changes the length of the text, so an offset in the folded text is an offset in what the person typed. Traditional
characters become simplified by OpenCC's dictionary (its phrase rules change lengths, so only characters are used).

``tokens`` feeds retrieval: English words through Harman's S-stemmer, Chinese characters together with their bigrams.
Characters plus bigrams rank better than segmented words on short Chinese questions, and never cut a title apart.

    Harman, "How effective is suffixing?", JASIS 42(1), 1991.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from importlib import resources
from typing import Literal

__all__ = ["Language", "detect_language", "fold", "fold_table", "is_han", "tokens"]

Language = Literal["zh", "en"]

# Marks that people type interchangeably and that NFKC keeps apart.
_SAME_MARK = {
    **dict.fromkeys("‘’ʼ′`´", "'"),
    **dict.fromkeys("“”„″", '"'),
    **dict.fromkeys("–—―‐‑‒−", "-"),
    **dict.fromkeys("・•‧∙⋅", "·"),
}


def is_han(char: str) -> bool:
    """Whether one character is a Chinese ideograph."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or "\U00020000" <= char <= "\U0003134f"


def _traditional_to_simplified() -> dict[str, str]:
    """Traditional → simplified, one character to one (OpenCC's first choice where there are several)."""
    text = resources.files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in text.splitlines() if "\t" in line)
    return {source: target.split()[0] for source, target in pairs if len(target.split()[0]) == 1}


def _fold_char(char: str, simplified: dict[str, str]) -> str:
    folded = unicodedata.normalize("NFKC", char)
    if len(folded) == 1:
        # é is typed as e more often than not; ñ, ö and ø-less letters alike. Kana and Hangul keep their marks.
        base = unicodedata.normalize("NFD", folded)[0]
        if base.isascii():
            folded = base
    lowered = folded.lower()
    if len(lowered) != 1:
        return char
    lowered = _SAME_MARK.get(lowered, lowered)
    return simplified.get(lowered, lowered)


@cache
def _table() -> dict[int, str]:
    simplified = _traditional_to_simplified()
    table = {}
    for code in range(sys.maxunicode + 1):
        # Surrogates and private-use planes fold to themselves; skipping them keeps the first call quick.
        if 0xD800 <= code < 0xF900 or 0x323B0 <= code < 0xE0000 or code >= 0xE0200:
            continue
        char = chr(code)
        if 0xAC00 <= code <= 0xD7A3:
            continue  # Hangul syllables are already what NFKC makes of them
        folded = _fold_char(char, simplified)
        if folded != char:
            table[code] = folded
    return table


def fold_table() -> dict[str, str]:
    """Every character that folding changes, with what it becomes; ``str.translate`` over it *is* :func:`fold`.

    Exported with the gazetteer so that a process without OpenCC folds exactly as this one does.
    """
    return {chr(code): folded for code, folded in _table().items()}


def fold(text: str) -> str:
    """NFKC, lower case, no accents, simplified characters, plain quotes: ``len(fold(text)) == len(text)`` always.

    A character whose NFKC or lower-case form would be longer (``ﬁ``, ``…``) stays as it is.
    """
    return text.translate(_table())


# --- tokens --------------------------------------------------------------------------------------------------------

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003134f"
_TOKEN = re.compile(rf"[a-z0-9]+(?:'[a-z]+)?|[{_CJK}]+")


def _stem(word: str) -> str:
    """Harman's S-stemmer: plurals only, the one kind of suffix that is safe to drop."""
    word = word.split("'")[0] if "'" in word else word
    if len(word) <= 3 or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        # "movies" and "series" are this domain's two: one keeps its -ie, the other is its own singular.
        return {"movies": "movie", "series": "series"}.get(word, word[:-3] + "y")
    if word.endswith(("us", "ss")):
        return word
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1]


def tokens(text: str) -> list[str]:
    """Terms for retrieval, in order, of the folded text; never blank.

    >>> tokens("谁 directed the 流浪地球 movies?")
    ['谁', 'directed', 'the', '流', '浪', '地', '球', '流浪', '浪地', '地球', 'movie']
    """
    found: list[str] = []
    for match in _TOKEN.finditer(fold(text)):
        piece = match.group()
        if piece[0].isascii():
            found.append(_stem(piece))
        else:
            found.extend(piece)
            found.extend(piece[i : i + 2] for i in range(len(piece) - 1))
    return found


# --- which language to answer in -------------------------------------------------------------------------------------

# What is cited says nothing about the language it is cited in.
_QUOTED = re.compile(r"《[^》]*》|〈[^〉]*〉|「[^」]*」|『[^』]*』|“[^”]*”|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)")
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


def detect_language(text: str) -> Language | None:
    """Which language to answer in: ``"zh"``, ``"en"``, or ``None`` when the text does not say (emoji, digits).

    The sentence decides, not what it cites: "who directed 《三体》" is English, 「Interstellar 是谁导演的」 is Chinese.
    """
    frame = _QUOTED.sub(" ", text)
    return _language_of_frame(fold(frame)) or _language_of_frame(fold(text))


def _language_of_frame(folded: str) -> Language | None:
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
