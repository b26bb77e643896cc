"""Positions in the list just shown: 「第二个」, "the last one", 「前两部」, "number three"."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["POSITIONS", "figures"]

_NUMERALS = {"一": 0, "二": 1, "两": 1, "三": 2, "四": 3, "五": 4, "六": 5, "七": 6, "八": 7, "九": 8, "十": 9}
_MEASURES = "个部张场首本条款项集位出"
_ENGLISH = "first second third fourth fifth sixth seventh eighth ninth tenth".split()  # noqa: SIM905
_SHORT = "1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th".split()  # noqa: SIM905
_COUNT = "one two three four five six seven eight nine ten".split()  # noqa: SIM905
_NOUNS = ("one", "option", "movie", "film", "series", "show", "album", "suggestion", "pick", "title", "choice")


def _positions() -> dict[str, tuple[int, ...] | slice]:
    found: dict[str, tuple[int, ...] | slice] = {}
    for numeral, at in [*_NUMERALS.items(), *((str(n + 1), n) for n in range(10))]:
        for measure in _MEASURES:
            if numeral != "两":
                found[f"第{numeral}{measure}"] = (at,)
            for front, span in (
                ("前", slice(0, at + 1)),
                ("头", slice(0, at + 1)),
                ("后", slice(-at - 1, None)),
                ("最后", slice(-at - 1, None)),
            ):
                found[f"{front}{numeral}{measure}"] = span
        found[f"第{numeral}"] = (at,)
    for measure in _MEASURES:
        found[f"首{measure}"] = (0,)
        found[f"头一{measure}"] = (0,)
        found[f"最后一{measure}"] = (-1,)
        found[f"最后那{measure}"] = (-1,)
        found[f"中间那{measure}"] = (1,)
    for at, (word, short, count) in enumerate(zip(_ENGLISH, _SHORT, _COUNT, strict=True)):
        found |= {f"{word} {noun}": (at,) for noun in _NOUNS} | {f"{short} {noun}": (at,) for noun in _NOUNS}
        found |= {f"the {word}": (at,), f"the {short}": (at,), short: (at,), f"#{at + 1}": (at,)}
        found |= {f"{lead} {n}": (at,) for lead in ("number", "no.", "option", "nr") for n in (count, str(at + 1))}
        if at:
            found |= {f"first {n}": slice(0, at + 1) for n in (count, str(at + 1))}
            found |= {f"last {n}": slice(-at - 1, None) for n in (count, str(at + 1))}
    found |= {f"last {noun}": (-1,) for noun in _NOUNS} | {"the last": (-1,), "final one": (-1,), "middle one": (1,)}
    return found | {f"the {word}": where for word, where in found.items() if word.isascii() and word[0].isalpha()}


POSITIONS = _positions()
"""Words → indices into the list shown, or a slice of it."""

_RUN = r"(?:[1-9] ?(?:[,、和跟与&]|and) ?)*[1-9]"
_FIGURES = re.compile(
    r"(?:(?<=喜欢)|(?<=看过)|(?<=听过)|(?<=不要)|(?<=选)|(?<=like )|(?<=liked )|(?<=loved )|(?<=love )|(?<=seen )|"
    rf"(?<=take )|(?<=watch )){_RUN}(?=[\W吧了都]*$|[,.。!?;，])|"
    rf"^{_RUN}(?= ?(?:我?[都也]?(?:看过|听过|喜欢|不喜欢|不要|不错|还行|挺好|很好)|(?:are|is|looks?) ))"
)


def figures(folded: str) -> Iterator[tuple[int, int]]:
    """Bare figures that count the list shown (「喜欢2和3」): where each stands, and the index it means."""
    for run in _FIGURES.finditer(folded):
        for match in re.finditer(r"[1-9]", run.group()):
            yield run.start() + match.start(), int(match.group()) - 1
