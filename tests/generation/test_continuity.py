"""Continuity: what is written fits together, and what a person breaks is found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generation.briefs import ScriptBrief
from generation.screenplay import continuity, editing

GENRES = ("romance", "mystery", "comedy", "family", "drama", "crime", "science-fiction", "costume", "youth", "horror",
          "workplace", "short-drama", "action")  # fmt: skip


def kinds(story) -> set[str]:
    return {problem.kind for problem in continuity.check(story)}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    genre=st.sampled_from(GENRES), lang=st.sampled_from(["zh", "en"]), seed=st.integers(0, 10**6),
    length=st.sampled_from(["episode", "short", "full", "long"]),
)  # fmt: skip
def test_what_is_generated_fits_together(scriptwriter, genre, lang, seed, length):
    story = scriptwriter.outline(ScriptBrief(genres=(genre,), lang=lang, length=length), seed=seed)
    story = scriptwriter.develop(story, "draft", seed=seed)
    assert continuity.check(story) == []


@pytest.fixture(params=["zh", "en"])
def story(request, scriptwriter):
    brief = ScriptBrief(genres=("music",), topic="", lang=request.param, length="full")
    return scriptwriter.develop(scriptwriter.outline(brief, seed=1), "draft", seed=1)


def said(story, zh: str, en: str) -> str:
    return zh if story.lang == "zh" else en


def with_action(story, scene: int, text: str):
    return editing.insert(story, story.scenes[scene].lines[0].id, text)


def test_the_dead_do_not_speak(story):
    b = story.name("b")
    dead = with_action(story, 0, said(story, f"{b}死了。", f"{b} is dead."))
    assert "dead" in kinds(dead)
    alive = with_action(story, 0, said(story, f"{b}累死人的包袱还在。", f"{b} is dead tired of waiting, and sits."))
    assert "dead" not in kinds(alive) or story.lang == "en"


def test_a_flashback_may_show_the_dead(story):
    b = story.name("b")
    dead = with_action(story, 2, said(story, f"{b}去世。", f"{b} dies."))
    where = dead.scenes[3]
    only_b = [node for node in where.lines if node.who == "b"]
    assert only_b and "dead" in kinds(dead)
    heading = said(story, "外 街口 多年前", "EXT. STREET - YEARS EARLIER")
    past = editing.edit(dead, where.heading.id, heading)
    problems = [p for p in continuity.check(past) if p.kind == "dead" and p.node.startswith(where.id)]
    assert problems == []


def test_who_has_left_does_not_answer(story):
    a = story.name("a")
    gone = with_action(story, 1, said(story, f"{a}摔门而去。", f"{a} storms out."))
    assert "presence" in kinds(gone)
    scene = gone.scenes[1]
    new = next(node.id for node in scene.lines if ".p" in node.id)
    back = editing.insert(gone, new, said(story, f"{a}折回来。", f"{a} comes back."))
    assert "presence" not in kinds(back)


def test_a_burnt_letter_is_gone(story):
    thing = story.slots["the_thing"]
    burnt = with_action(story, 1, said(story, f"{story.name('b')}烧了{thing}。", f"{story.name('b')} burns {thing}."))
    assert "prop" in kinds(burnt)


def test_time_does_not_run_backwards_unsaid(story):
    last = story.scenes[-1]
    back = editing.edit(story, last.heading.id, said(story, "外 街口 夜", "EXT. STREET - NIGHT"))
    late = editing.edit(back, back.scenes[2].heading.id, said(story, "外 街口 深夜", "EXT. STREET - LATE NIGHT"))
    assert "time" in kinds(late)
    told = editing.edit(late, last.beat.id, said(story, "第二天夜里，两个人道别。", "The next night they say goodbye."))
    assert "time" not in kinds(told)


def test_knowing_before_learning_is_found(scriptwriter):
    story = scriptwriter.outline(ScriptBrief(genres=("crime",), length="full"), seed=2)
    assert "knowledge" not in kinds(story)
    moved = editing.move(story, story.scenes[-1].id, 1)
    assert "knowledge" in kinds(moved)


def test_an_unknown_speaker_and_a_misspelt_name_are_found(story):
    line = next(node for scene in story.scenes for node in scene.lines if node.who == "a")
    assert "cue" in kinds(story.map({line.id: replace(line, who="x")}))
    a = story.name("a")
    other = "沈一舟" if story.lang == "zh" and a != "沈一舟" else "阿澈" if story.lang == "zh" else a[:-1] + "x"
    if len(other) > 3 or story.lang == "zh":
        assert "name" in kinds(with_action(story, 0, said(story, f"门口站着{other}。", f"At the door, {other} waits.")))


def test_a_repeated_line_and_a_stale_one_are_found(story):
    lines = [node for scene in story.scenes for node in scene.lines if node.who]
    assert "repeat" in kinds(editing.edit(story, lines[-1].id, lines[0].text))
    assert "stale" in kinds(editing.edit(story, "logline", "x"))
