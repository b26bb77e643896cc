"""The bundle of engines: what it does without, and when it is replaced."""

from __future__ import annotations

import asyncio
import shutil

import pytest

from actions import engines
from knowledge.catalogue import DEMO
from recsys.state import PreferenceState


@pytest.fixture
def own(tmp_path):
    return tmp_path


@pytest.fixture
def restored(bundle, monkeypatch):
    """Puts the shared bundle back after a test that starts another."""
    monkeypatch.setattr(engines, "_current", bundle)


def test_without_a_trained_model_the_catalogue_recommends(bundle, tmp_path):
    talk = engines.conversation(bundle.graph, tmp_path)
    assert len(talk.recommend(PreferenceState(), k=3).items) == 3
    (tmp_path / "personal").mkdir()
    (tmp_path / "personal" / "model.json").write_text("{}")
    assert len(engines.conversation(bundle.graph, tmp_path).recommend(PreferenceState(), k=3).items) == 3


def test_a_broken_guide_is_left_out(tmp_path):
    shutil.copy(next((DEMO / "troubleshooting").glob("no-sound.yaml")), tmp_path)
    (tmp_path / "broken.yaml").write_text("id: [")
    assert [guide.id for guide in engines.guides([tmp_path])] == ["no-sound"]


def test_state_changes_with_everything_that_is_read(tmp_path):
    states = [engines.state_of(tmp_path)]
    for name in (
        "catalogue/0001-works-a.jsonl",
        "catalogue/troubleshooting/a.yaml",
        "models/recsys/personal/model.json",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
        states.append(engines.state_of(tmp_path))
    assert len(set(states)) == 4 and engines.state_of(tmp_path) == states[-1]


async def test_the_bundle_is_replaced_when_a_file_changes_and_kept_when_loading_fails(home, restored, monkeypatch):
    first = engines.current()
    loads = []

    def load(where, before=None):
        loads.append(before)
        if len(loads) == 1:
            raise OSError("half a file")
        return bundle_with(first, engines.state_of(where))

    state = ["b"]
    monkeypatch.setattr(engines, "state_of", lambda where: state[0])
    monkeypatch.setattr(engines.Engines, "load", load)
    task = asyncio.create_task(engines.keep_fresh(home, every_s=0.005))
    try:
        await until(lambda: loads)
        await asyncio.sleep(0.05)
        assert engines.current() is first and len(loads) == 1  # refused once, not over and over
        state[0] = "c"
        await until(lambda: engines.current() is not first)
        assert loads[-1] is first
        await asyncio.sleep(0.05)
        assert len(loads) == 2
    finally:
        task.cancel()


def bundle_with(bundle, fingerprint):
    from dataclasses import replace

    return replace(bundle, fingerprint=fingerprint)


async def until(condition, seconds=5.0):
    for _ in range(int(seconds / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never happened")


def test_asking_before_the_start_says_so(monkeypatch):
    monkeypatch.setattr(engines, "_current", None)
    with pytest.raises(RuntimeError, match="not loaded"):
        engines.current()
