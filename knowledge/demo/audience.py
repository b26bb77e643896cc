"""A SIMULATED audience for the demo: ``python -m knowledge.demo.audience --out FILE.jsonl --seed 7 --viewers 600``.

Nobody here exists. The viewers, what they watched and how they rated it are drawn from a random generator so that the
recommender has something to learn from before an operator has connected a real audience. Never quote a number
measured on this audience as if it were about people. The first line of the file says the same.

How it is drawn. Each viewer mixes one to three archetypes (``archetypes``), adds leanings of their own and a few
favourite people. What they feel about a work is the sum of the leanings its facets carry; what they come across is
also pulled by popularity, which is long-tailed. Works are then drawn without replacement by Gumbel-top-k, that is,
from a Plackett-Luce model: P(next = i) ∝ exp(utility of i). Ratings follow the feeling alone, so popular works are
not better liked, only better known.

    Kool, van Hoof, Welling, "Stochastic beams and where to find them" (Gumbel-top-k), ICML 2019.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.demo.archetypes import ARCHETYPES
from knowledge.demo.validate import PEOPLE
from knowledge.demo.works import WORKS, Work, read_works

__all__ = ["NOTICE", "Audience", "main", "read", "simulate", "write"]

NOTICE = "SIMULATED audience: random draws from made-up tastes, no real people. For the demo only."

FEWEST, MOST = 15, 60  # events a viewer
UNTIL = datetime(2026, 1, 1, tzinfo=UTC)
_DAYS = 730  # how far back events go
_TASTE = 2.4  # weight of taste against the Gumbel noise (whose deviation is 1.28)
_POPULARITY = 0.9
_OWN = 0.25  # deviation of a viewer's own leaning per feature
_FAVOURITE = 0.9  # what a favourite person adds
_FAVOURITES = 4  # favourite people a viewer has
_RATING_NOISE = 0.55
_REACH = {"film": 1.5, "series": 1.5, "album": 0.5, "show": 0.0}  # more people see a film than a play

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Audience:
    """Simulated events, ordered by viewer, then time; each array has one entry an event."""

    users: list[str]
    items: list[str]
    user: Integers
    """Row into ``users``."""
    item: Integers
    """Row into ``items``; a viewer has an item at most once."""
    value: Integers
    """Rating, 1 to 5."""
    seconds: Integers
    """When, in seconds since 1970 UTC."""

    def events(self) -> Iterator[dict[str, Any]]:
        """``{"user", "item", "value", "time"}`` one at a time; time as ``2025-06-30T20:15:00Z``."""
        stamps = np.datetime_as_string(self.seconds.astype("datetime64[s]"), timezone="UTC")
        for user, item, value, stamp in zip(self.user, self.item, self.value, stamps, strict=True):
            yield {"user": self.users[user], "item": self.items[item], "value": int(value), "time": str(stamp)}


def simulate(works: Sequence[Work], *, viewers: int = 600, seed: int = 7, until: datetime = UNTIL) -> Audience:
    """Draws an audience for a catalogue; the same arguments give the same audience.

    Args:
        works: catalogue records (``type genres moods countries languages year``, people); at least 15.
        viewers: how many.
        seed: of the random generator.
        until: no event is later. Works of a later year are left out.
    """
    works = [work for work in works if (work["year"] or 0) <= until.year]
    if len(works) < FEWEST:
        raise ValueError(f"an audience needs at least {FEWEST} works, found {len(works)}")
    rng = np.random.default_rng(seed)
    feeling = _feeling(works, viewers, rng)
    known = _popularity(works, rng)

    # Gumbel-top-k: the k largest of utility + Gumbel noise are a draw of k without replacement.
    utility = _TASTE * feeling + _POPULARITY * known + rng.gumbel(size=feeling.shape).astype(np.float32)
    order = np.argsort(-utility, axis=1)
    most = min(MOST, len(works))
    counts = rng.integers(FEWEST, most + 1, size=viewers)
    chosen = np.arange(most) < counts[:, None]  # (viewers, most)
    user, place = np.nonzero(chosen)
    item = order[user, place]

    value = _ratings(feeling, user, item, rng)
    seconds = _times(np.array([work["year"] or 0 for work in works]), user, item, viewers, until, rng)
    by_time = np.lexsort((seconds, user))
    names = [f"viewer-{number:04d}" for number in range(1, viewers + 1)]
    ids = [work["id"] for work in works]
    return Audience(names, ids, user[by_time], item[by_time], value[by_time], seconds[by_time])


def _feeling(works: Sequence[Work], viewers: int, rng: np.random.Generator) -> Floats:
    """What each viewer feels about each work, ``(viewers, works)``, standardised a viewer at a time."""
    names, facets = _facets(works)  # (works, features)
    shares = np.array([share for share, _ in ARCHETYPES.values()])
    likes = np.array([[weights.get(name, 0.0) for name in names] for _, weights in ARCHETYPES.values()], np.float32)

    # A small Dirichlet parameter leaves most viewers with one archetype that matters and a second that shows.
    mixture = rng.dirichlet(0.35 * shares / shares.mean(), size=viewers).astype(np.float32)
    own = rng.normal(0.0, _OWN, size=(viewers, len(names))).astype(np.float32)
    feeling = (mixture @ likes + own) @ facets.T

    # Favourite people: those whose works already suit the viewer, with chance.
    people = _people(works)  # (works, people)
    if people.shape[1]:
        suits = _standardised(feeling @ people / people.sum(axis=0, dtype=np.float32))
        suits += rng.gumbel(size=suits.shape).astype(np.float32)
        favourites = np.argsort(-suits, axis=1)[:, :_FAVOURITES]
        bonus = np.zeros((viewers, people.shape[1]), np.float32)
        np.put_along_axis(bonus, favourites, _FAVOURITE, axis=1)
        feeling = _standardised(feeling) + bonus @ people.T
    return _standardised(feeling)


def _facets(works: Sequence[Work]) -> tuple[list[str], Floats]:
    """Feature names, and which work has which, ``(works, features)``; values of one facet share its weight."""
    rows = []
    for work in works:
        decade = (work["year"] or 0) // 10 * 10
        row = {f"type:{work['type']}": 1.0, f"era:{decade}s" if decade >= 1980 else "era:classic": 1.0}
        for facet, field in (
            ("genre", "genres"),
            ("mood", "moods"),
            ("country", "countries"),
            ("language", "languages"),
        ):
            row |= {f"{facet}:{value}": len(work[field]) ** -0.5 for value in work[field]}
        rows.append(row)
    names = sorted({name for row in rows for name in row})
    return names, np.array([[row.get(name, 0.0) for name in names] for row in rows], np.float32)


def _people(works: Sequence[Work]) -> Floats:
    """Who took part in what, ``(works, people)``, of the people with at least two works."""
    parts = [{name for field in PEOPLE for name in work[field]} for work in works]
    counts = Counter(name for names in parts for name in names)
    known = sorted(name for name, count in counts.items() if count > 1)
    return np.array([[name in names for name in known] for names in parts], np.float32)


def _standardised(values: npt.NDArray[np.floating[Any]]) -> Floats:
    """Mean 0 and deviation 1 along each row."""
    spread = values.std(axis=1, keepdims=True)
    return ((values - values.mean(axis=1, keepdims=True)) / np.maximum(spread, 1e-6)).astype(np.float32)


def _popularity(works: Sequence[Work], rng: np.random.Generator) -> Floats:
    """Log-popularity of each work, mean 0: Zipf's law over a ranking by reach of its type, awards, and luck."""
    fame = np.array([_REACH[work["type"]] + 0.5 * min(len(work["awards"]), 3) for work in works])
    rank = np.argsort(np.argsort(-(fame + rng.gumbel(size=len(works)))))
    log = -np.log(rank + 5.0)
    return (log - log.mean()).astype(np.float32)


def _ratings(feeling: Floats, user: Integers, item: Integers, rng: np.random.Generator) -> Integers:
    """1 to 5 by feeling; what people choose to watch they mostly like, and some are kinder than others."""
    kindness = rng.normal(0.0, 0.35, size=len(feeling))
    score = 2.9 + 0.62 * feeling[user, item] + kindness[user] + rng.normal(0.0, _RATING_NOISE, size=len(user))
    return np.clip(np.rint(score), 1, 5).astype(np.int64)


def _times(
    years: Integers,
    user: Integers,
    item: Integers,
    viewers: int,
    until: datetime,
    rng: np.random.Generator,
) -> Integers:
    """Seconds since 1970: after the viewer joined and the work came out, before ``until``, mostly of an evening."""
    last = int(until.timestamp()) // 86_400 - 1  # the last whole day
    joined = last - rng.integers(60, _DAYS, size=viewers)
    released = np.array([f"{max(year, 1970)}-07-01" for year in years], "datetime64[D]").astype(np.int64)
    first = np.minimum(np.maximum(joined[user], released[item]), last)
    day = first + np.floor(rng.random(len(user)) * (last - first + 1)).astype(np.int64)
    clock = np.mod(rng.normal(20.5, 2.5, size=len(user)) - 8.0, 24.0)  # 20:30 in Shanghai, told in UTC
    return day * 86_400 + np.floor(clock * 3600).astype(np.int64)


def write(path: Path, audience: Audience, **about: Any) -> None:
    """Writes JSONL in one step: a header line ``{"note": NOTICE, **about}``, then an event a line."""
    lines = [json.dumps({"note": NOTICE, **about}), *(json.dumps(event) for event in audience.events())]
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.replace(temporary, path)


def read(path: Path) -> list[dict[str, Any]]:
    """The events of a file written by :func:`write`, without its header."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line)
    return [row for row in rows if "user" in row]


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m knowledge.demo.audience", description=NOTICE)
    parser.add_argument("--out", type=Path, required=True, help="JSONL file to write")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--viewers", type=int, default=600)
    parser.add_argument("--works", type=Path, default=WORKS, help="folder of catalogue JSONL files")
    options = parser.parse_args(arguments)
    audience = simulate(read_works(options.works), viewers=options.viewers, seed=options.seed)
    write(options.out, audience, seed=options.seed, viewers=options.viewers, events=len(audience.user))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
