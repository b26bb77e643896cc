"""Folding and language of a message: the two questions every other component asks of a text.

Both mirror ``knowledge.text`` (which this environment cannot import); a test in the other environment holds the two
against each other, sentence by sentence.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Mapping, Optional

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)?")
QUOTED = re.compile(r"《[^《》]{1,60}》|“[^“”]{1,60}”|「[^「」]{1,60}」|\"[^\"]{1,60}\"")

# Words that carry grammar rather than a name: they tell which language a mixed sentence is built in.
_ZH_GRAMMAR = re.compile(r"[的了吗呢吧是谁我你他她它们有没不请什么怎样哪几多少和跟但像给把被让想要看听个部首张这那还也都就再]")
_EN_GRAMMAR = frozenset(
    "a an the is are was were be do does did who whom whose what which when where why how i me my you your he she it "
    "his her they them we us of in on at to for from by with about and or but not no yes can could would should will "
    "please show tell give find want like something anything than more less any some there this that".split()
)
_WORDS_PER_HAN = 0.6  # a Chinese word is about 1.6 characters long


def fold(text: str, table: Optional[Mapping[str, str]] = None) -> str:
    """Full width → half width, lower case, traditional → simplified; one character in, one character out.

    Keeping the length means that an offset into the folded text is an offset into the message.
    """
    table = table or {}
    folded = []
    for character in text:
        normal = unicodedata.normalize("NFKC", character).lower()
        if len(normal) != 1:
            normal = character
        folded.append(table.get(normal, normal))
    return "".join(folded)


def detect_language(text: str) -> Optional[str]:
    """``"zh"``, ``"en"``, or ``None`` when the text holds no word of either (digits, emoji, punctuation).

    A title cited in the other language does not decide: quoted spans count only when nothing else is left.
    """
    bare = QUOTED.sub(" ", text)
    score = _language_score(bare)
    if score is None:
        score = _language_score(text)
    if score is None:
        return None
    return "zh" if score >= 0 else "en"


def _language_score(text: str) -> Optional[float]:
    han = len(HAN.findall(text))
    words = [word.lower() for word in LATIN_WORD.findall(text)]
    if not han and not words:
        return None
    chinese = han * _WORDS_PER_HAN + len(_ZH_GRAMMAR.findall(text))
    english = len(words) + sum(word in _EN_GRAMMAR for word in words)
    return chinese - english
