"""Kinds of viewer the simulated demo audience is mixed from; see ``audience``.

Each is a handful of likes over the catalogue's own vocabulary, written ``facet:value weight``. Facets: ``type``,
``genre``, ``mood``, ``country``, ``language`` and ``era`` (a decade, ``1990s``; everything older is ``classic``). A
weight of 1 is a clear liking, 2 the first thing they look for; a negative weight is what they avoid.
"""

from __future__ import annotations

__all__ = ["ARCHETYPES"]

_SPECS = {
    "puzzle science fiction": (
        1.0,
        "type:film 1 type:series .4 genre:science-fiction 2 genre:thriller .6 mood:thought-provoking 1.2 mood:epic .7 "
        "era:2010s .4 era:2020s .4 language:en .3 genre:romance -.6",
    ),
    "hong kong and wuxia": (
        0.9,
        "type:film 1 country:hk 1.6 genre:wuxia 1.6 genre:action .8 genre:crime .6 era:1990s .9 era:1980s .7 "
        "language:yue .8 mood:nostalgic .4",
    ),
    "idol and romance drama": (
        1.2,
        "type:series 1.6 genre:romance 1.5 genre:youth 1.1 mood:romantic 1 mood:light .6 country:kr .7 country:cn .5 "
        "country:tw .5 genre:horror -1 genre:war -.8 era:2010s .5 era:2020s .5",
    ),
    "palace and costume drama": (
        1.0,
        "type:series 1.5 genre:costume 2 genre:fantasy-xianxia 1 genre:history .8 country:cn 1 language:zh .6 "
        "mood:epic .4 genre:science-fiction -.7",
    ),
    "crime and suspense": (
        1.1,
        "type:series 1 type:film .6 genre:crime 1.5 genre:suspense 1.4 genre:mystery 1.3 genre:thriller 1 mood:tense 1 "
        "mood:dark .7 genre:family -.8",
    ),
    "comedy to unwind": (
        1.2,
        "genre:comedy 1.8 mood:funny 1.4 mood:light 1 genre:stand-up 1.1 genre:variety .8 mood:fast .3 mood:sad -.8 "
        "genre:horror -.8",
    ),
    "family with children": (
        0.8,
        "type:film .8 genre:animation 1.7 genre:family 1.7 genre:adventure .8 genre:fantasy .6 mood:warm 1 "
        "mood:healing .5 mood:violent -1.6 mood:scary -1.4",
    ),
    "art house": (
        0.7,
        "type:film 1 genre:drama .9 mood:slow 1.3 mood:thought-provoking .9 mood:sad .6 mood:dreamy .6 era:classic .7 "
        "era:1990s .4 country:fr .7 country:ir .7 country:jp .5 country:tw .5 genre:action -.7",
    ),
    "japan and animation": (
        0.8,
        "country:jp 1.8 genre:animation 1.3 language:ja .9 mood:healing .8 mood:quirky .5 genre:youth .5 "
        "type:series .3",
    ),
    "history and war": (
        0.8,
        "genre:war 1.6 genre:history 1.5 genre:biography 1.1 genre:spy 1 mood:epic 1.1 mood:inspiring .5 "
        "genre:costume .3 mood:light -.4",
    ),
    "horror night": (
        0.5,
        "type:film .9 genre:horror 2.2 mood:scary 1.6 genre:thriller .9 mood:dark .8 mood:tense .7 mood:warm -.7",
    ),
    "chinese pop and folk": (
        1.0,
        "type:album 1.8 genre:pop 1.2 genre:folk .9 country:tw .8 country:hk .6 country:cn .5 language:zh .8 "
        "language:yue .4 mood:nostalgic .8 mood:romantic .5 era:2000s .5",
    ),
    "rock and electronic": (
        0.8,
        "type:album 1.6 genre:rock 1.6 genre:electronic .9 genre:metal .9 genre:hip-hop .7 mood:energetic 1 "
        "language:en .4 genre:concert .8 mood:slow -.3",
    ),
    "jazz and classical": (
        0.6,
        "type:album 1.4 genre:jazz 1.5 genre:classical 1.7 genre:opera 1 genre:soundtrack .8 genre:ballet .7 "
        "mood:slow .7 mood:healing .7 era:classic .8 genre:hip-hop -.8",
    ),
    "theatre goer": (
        0.7,
        "type:show 2 genre:play 1.4 genre:musical 1.1 genre:dance .8 genre:chinese-opera .7 mood:thought-provoking .5 "
        "mood:epic .3 genre:drama .3",
    ),
    "blockbusters": (
        1.3,
        "type:film 1.1 genre:action 1.5 genre:adventure 1.2 genre:science-fiction .8 mood:energetic .9 mood:fast .8 "
        "mood:epic .7 country:us .7 era:2010s .5 era:2020s .5 mood:slow -.9",
    ),
}


def _weights(text: str) -> dict[str, float]:
    parts = text.split()
    return {feature: float(weight) for feature, weight in zip(parts[::2], parts[1::2], strict=True)}


ARCHETYPES: dict[str, tuple[float, dict[str, float]]] = {
    name: (share, _weights(text)) for name, (share, text) in _SPECS.items()
}
"""Name → how common it is (relative), and what it likes."""
