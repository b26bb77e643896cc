"""Pieces of titles that people say for the whole: "grand budapest", 肖申克, 忠犬八公.

They name a work only where nothing else in the catalogue has them, and are believed less than its names.
"""

from __future__ import annotations

import re

from knowledge.graph import Entity
from knowledge.linking.common_words import is_common
from knowledge.surfaces import squeezed, unbracketed
from knowledge.text import fold, is_han

__all__ = ["FRAGMENT", "fragments"]

FRAGMENT = 0.7
"""Strength of some words out of a title; they count only where no other name has them."""

_LINKING_WORDS = frozenset("a an and at by de for from in is la le my of on or s the to with your".split())  # noqa: SIM905
_LINKING_CHARS = frozenset("的了在是不我你他她它有和与之这那个们着过就也都很吗呢吧么一二三四五六七八九十来去到")


def fragments(work: Entity) -> set[str]:
    """Pieces of a work's labels, squeezed; everyday words only where a title is one behind its article.

    Up to four words that neither begin nor end with a linking word; four or five Chinese characters at either end of a
    long title, and three or more between its linking characters.
    """
    found: set[str] = set()
    bare: set[str] = set()
    if any(re.search(r"原声|soundtrack", fold(name)) for name in work.labels.values()):
        return found  # a part of its title would name the film
    for name in filter(None, work.labels.values()):
        plain = squeezed(unbracketed(name))
        words = plain.split(" ")
        if plain.isascii() and len(words) == 2 and words[0] in ("the", "a", "an") and len(words[1]) > 3:
            bare.add(words[1])  # everyday words, so the text must say more: 「office美版」
        elif plain.isascii() and len(words) > 1:
            for start in range(len(words)):
                for end in range(start + 1, min(start + 5, len(words) + 1)):
                    piece = words[start:end]
                    one_letter = any(len(word) == 1 and word != "s" for word in piece)  # don't, I'm
                    if end - start < len(words) and not one_letter and not {piece[0], piece[-1]} & _LINKING_WORDS:
                        found.add(" ".join(piece))
        elif plain and all(map(is_han, plain)):
            found.update(re.split(f"[{''.join(_LINKING_CHARS)}]", plain))
            found.update(re.sub(r"[^\w]+", " ", fold(name)).split())
            if len(plain) >= 6:
                found.update((plain[:4], plain[:5], plain[-4:], plain[-5:]))
            found.discard(plain)
    return {piece for piece in found if _telling(piece)} | bare


def _telling(piece: str) -> bool:
    """Whether a fragment says enough to stand for its title."""
    if piece.isascii():
        words = piece.split(" ")
        if len(words) > 1:
            return not is_common(piece) or sum(map(len, words)) >= 8
        stems = (piece.removesuffix(ending) for ending in ("", "s", "est", "er", "ed", "ing", "ly"))
        return len(piece) >= 6 and not piece.isdigit() and not any(map(is_common, stems))
    return len(piece) >= 3 and not is_common(piece) and not _LINKING_CHARS & set(piece)
