"""The simulated audience: honest about what it is, repeatable, and with tastes a recommender can find."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest

from knowledge.demo.archetypes import ARCHETYPES
from knowledge.demo.audience import FEWEST, MOST, NOTICE, Audience, main, read, simulate, write
from knowledge.demo.validate import PEOPLE
from knowledge.demo.works import VOCABULARY, read_works

WORKS = read_works()
YEARS = {work["id"]: work["year"] for work in WORKS}


@pytest.fixture(scope="module")
def audience() -> Audience:
    return simulate(WORKS, viewers=500, seed=7)


def test_the_same_seed_gives_the_same_audience_and_another_seed_another(audience):
    again, other = simulate(WORKS, viewers=500, seed=7), simulate(WORKS, viewers=500, seed=8)
    assert list(again.events()) == list(audience.events())
    assert list(other.events()) != list(audience.events())


def test_every_viewer_has_15_to_60_different_works(audience):
    events = list(audience.events())
    counts = Counter(event["user"] for event in events)
    assert len(counts) == 500
    assert min(counts.values()) == FEWEST and max(counts.values()) == MOST
    assert len({(event["user"], event["item"]) for event in events}) == len(events)
    assert {event["item"] for event in events} <= set(YEARS)


def test_values_use_the_whole_scale_and_lean_to_liking(audience):
    assert set(np.unique(audience.value)) == {1, 2, 3, 4, 5}
    assert 3.2 < audience.value.mean() < 4.2


def test_times_are_utc_in_order_before_the_end_and_not_before_release(audience):
    events = list(audience.events())
    times = [datetime.fromisoformat(event["time"]) for event in events]
    assert all(time.tzinfo == UTC and time < datetime(2026, 1, 1, tzinfo=UTC) for time in times)
    assert all(time.year >= YEARS[event["item"]] for event, time in zip(events, times, strict=True))
    assert all(
        earlier <= later
        for (a, earlier), (b, later) in zip(
            zip(events, times, strict=True), list(zip(events, times, strict=True))[1:], strict=False
        )
        if a["user"] == b["user"]
    )


def test_a_work_of_the_future_is_not_watched():
    audience = simulate(WORKS, viewers=50, until=datetime(1990, 6, 1, tzinfo=UTC))
    assert max(YEARS[event["item"]] for event in audience.events()) <= 1990
    with pytest.raises(ValueError, match="at least 15"):
        simulate(WORKS[:14])


def test_popularity_has_a_long_tail(audience):
    watched = np.sort(np.bincount(audience.item, minlength=len(audience.items)))[::-1]
    tenth = len(watched) // 10
    assert watched[:tenth].sum() > 0.3 * watched.sum()
    assert watched[len(watched) // 2] > 0


def test_viewers_differ_from_each_other_more_than_popularity_would_make_them(audience):
    """Share of albums among what a viewer watched spreads far wider than a binomial draw."""
    album = np.array([item.startswith("album/") for item in audience.items])[audience.item]
    totals = np.bincount(audience.user)
    shares = np.bincount(audience.user, weights=album) / totals
    chance = np.sqrt(shares.mean() * (1 - shares.mean()) / totals.mean())
    assert shares.std() > 1.5 * chance


def test_held_out_works_are_found_by_taste_better_than_by_popularity(audience):
    """Genre, mood and person affinity from four fifths of a history ranks the liked rest above popularity."""
    rng = np.random.default_rng(0)
    train = rng.random(len(audience.user)) < 0.8
    liked = ~train & (audience.value >= 4)
    shape = (len(audience.users), len(audience.items))
    seen, taste = np.zeros(shape, bool), np.zeros(shape, np.float32)
    seen[audience.user[train], audience.item[train]] = True
    taste[audience.user[train], audience.item[train]] = audience.value[train] - 2.5

    by_id = {work["id"]: work for work in WORKS}
    parts = [
        {work["type"], *work["genres"], *work["moods"], *(name for field in PEOPLE for name in work[field])}
        for work in map(by_id.__getitem__, audience.items)
    ]
    names = sorted(set().union(*parts))
    facets = np.array([[name in part for name in names] for part in parts], np.float32)
    facets /= np.sqrt(facets.sum(axis=0)) * np.linalg.norm(facets, axis=1, keepdims=True)
    affinity = taste @ facets @ facets.T
    popularity = np.broadcast_to(seen.sum(axis=0), shape)

    def recall(scores: np.ndarray, k: int = 20) -> float:
        ranked = np.argsort(-np.where(seen, -np.inf, scores), axis=1)[:, :k]
        hits = np.zeros(shape, bool)
        np.put_along_axis(hits, ranked, True, axis=1)
        return float(hits[audience.user[liked], audience.item[liked]].mean())

    assert recall(affinity) > 1.3 * recall(popularity)


def test_the_file_says_it_is_simulated_and_reads_back(tmp_path, audience):
    path = tmp_path / "audience.jsonl"
    write(path, audience, seed=7)
    header = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
    assert header == {"note": NOTICE, "seed": 7}
    assert "SIMULATED" in NOTICE and "SIMULATED" in (simulate.__globals__["__doc__"] or "")
    assert read(path) == list(audience.events())
    assert list(tmp_path.iterdir()) == [path]


def test_command_line(tmp_path):
    path = tmp_path / "new" / "audience.jsonl"
    assert main(["--out", str(path), "--seed", "3", "--viewers", "20"]) == 0
    assert read(path) == list(simulate(WORKS, viewers=20, seed=3).events())


def test_archetypes_speak_the_vocabulary():
    lists = json.loads(VOCABULARY.read_text(encoding="utf-8"))
    sections = {
        "type": "types",
        "genre": "genres",
        "mood": "moods",
        "country": "countries",
        "language": "languages",
    }
    eras = {"classic", "1980s", "1990s", "2000s", "2010s", "2020s"}
    assert len(ARCHETYPES) >= 12
    for share, weights in ARCHETYPES.values():
        assert share > 0
        for feature in weights:
            facet, _, value = feature.partition(":")
            assert value in (eras if facet == "era" else lists[sections[facet]]), feature
