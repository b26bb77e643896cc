"""What the gateway reports, and how much of it is believed."""

from __future__ import annotations

import pytest

from actions import events

A, B = "film/inception-2010", "film/tenet-2020"


def event(items, value=1, kind="feedback", user="ann"):
    return {"user": user, "kind": kind, "items": items, "value": value}


def test_a_thumb_is_kept_whole_stars_are_scaled(bundle):
    for value, felt in ((1, 1.0), (-1, -1.0), (2, 0.4), (5, 1.0), (-5, -1.0), (-2, -0.4)):
        user = f"thumb{value}"
        assert events.store(events.read(event([A], value, user=user)), bundle.audience, bundle.graph) == 1
        assert bundle.audience.history(user) == [(A, pytest.approx(felt))]


def test_a_thumb_on_a_list_speaks_softly_and_overrules_nobody(bundle):
    events.store(events.read(event([A], -1, user="bob")), bundle.audience, bundle.graph)
    assert events.store(events.read(event([A, B, "film/none"], 1, user="bob")), bundle.audience, bundle.graph) == 1
    assert dict(bundle.audience.history("bob")) == {A: -1.0, B: events.SHARED}


def test_watching_is_a_share(bundle):
    events.store(events.read(event([A], 0.5, "watch", "cat")), bundle.audience, bundle.graph)
    assert bundle.audience.history("cat") == [(A, 0.25)]


@pytest.mark.parametrize(
    "body",
    [
        None, [], {}, event([A], user=""), event([A], user=3), event(A), event([1]), event([A] * 51), event([A], "1"),
        event([A], True), event([A], float("nan")), event([A], kind="rating"), event([A], kind=["feedback"]),
    ],
)  # fmt: skip
def test_anything_else_is_refused(body):
    with pytest.raises(ValueError):
        events.read(body)
