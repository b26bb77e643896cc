"""A story as a tree: written level by level, edited by a person whose words stay, rewritten beside the old."""

from __future__ import annotations

import json
import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generation.briefs import ScriptBrief
from generation.scene_feedback import SceneFeedback, advise
from generation.screenplay import editing, rewriting, units, voices
from generation.screenplay.tree import LEVELS, Story, StoryError

quick = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
BRIEFS = (ScriptBrief(topic="加班", length="full"), ScriptBrief(topic="a lost dog", lang="en", length="full"))


def story_of(scriptwriter, brief=BRIEFS[0], seed=5) -> Story:
    return scriptwriter.develop(scriptwriter.outline(brief, seed=seed), "draft", seed=seed)


def texts(story: Story) -> dict[str, str]:
    return {node.id: node.text for node in story.nodes()}


@pytest.fixture(params=BRIEFS, ids=["zh", "en"])
def story(request, scriptwriter):
    return story_of(scriptwriter, request.param)


def test_levels_are_written_one_after_the_other(scriptwriter):
    story = scriptwriter.outline(BRIEFS[0], seed=1)
    assert story.level == "beats" and not any(scene.lines for scene in story.scenes)
    scenes = scriptwriter.develop(story, "scenes", seed=1)
    assert {node.kind for scene in scenes.scenes for node in scene.lines} == {"action"}
    spoken = scriptwriter.develop(scenes, "dialogue", seed=1)
    assert {node.kind for scene in spoken.scenes for node in scene.lines} == {"action", "dialogue"}
    seen = []
    scriptwriter.develop(spoken, "draft", seed=1, progress=seen.append)
    assert seen == sorted(seen) and seen
    with pytest.raises(StoryError, match="level"):
        scriptwriter.develop(story, "polish", seed=1)


@quick
@given(seed=st.integers(0, 10**6), zh=st.booleans())
def test_json_gives_the_story_back(scriptwriter, seed, zh):
    story = story_of(scriptwriter, BRIEFS[not zh], seed)
    again = Story.from_json(story.to_json())
    assert again == story and again.to_json() == story.to_json()
    assert scriptwriter.develop(again, "draft", seed=3).title == scriptwriter.develop(story, "draft", seed=3).title


@pytest.mark.parametrize(
    "broken",
    ["", "[]", "{}", '{"format": 2}', "nonsense", '{"format": 1, "id": 3}', "[" * 50_000, "x" * 3_000_000],
)
def test_a_file_that_is_no_story_is_refused(broken):
    with pytest.raises(StoryError):
        Story.from_json(broken)


@pytest.mark.parametrize(
    ("path", "value"),
    [(("lang",), "fr"), (("title", "text"), 7), (("title", "text"), "two\nlines"), (("seeds", "draft"), "x"),
     (("logline", "id"), "title"), (("slots", "a"), None), (("level",), "polish")],
)  # fmt: skip
def test_a_story_with_a_wrong_part_is_refused(story, path, value):
    raw = json.loads(story.to_json())
    place = raw
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(StoryError):
        Story.from_json(json.dumps(raw))


@quick
@given(seed=st.integers(0, 10**6), zh=st.booleans(), data=st.data())
def test_what_a_person_wrote_is_never_overwritten(scriptwriter, seed, zh, data):
    story = story_of(scriptwriter, BRIEFS[not zh], seed)
    free = [node.id for node in story.nodes() if node.kind not in ("name", "heading", "role")]
    chosen = data.draw(st.lists(st.sampled_from(free), min_size=1, max_size=4, unique=True))
    for at, id_ in enumerate(chosen):
        story = editing.edit(story, id_, f"这是我写的第{at}句。")
    for level in LEVELS:
        story = scriptwriter.develop(story, level, seed=data.draw(st.integers(0, 99)))
    for at, id_ in enumerate(chosen):
        assert story.find(id_).text == f"这是我写的第{at}句。" and story.find(id_).edited


def test_locked_text_stays_and_unlocked_text_changes(scriptwriter, story):
    scene = story.scenes[1].id
    locked = editing.lock(story, scene)
    again = scriptwriter.develop(locked, "draft", seed=77)
    again = scriptwriter.develop(again, "dialogue", seed=78)
    assert [node.text for node in again.scene(scene).lines] == [node.text for node in story.scene(scene).lines]
    others = [s.id for s in story.scenes if s.id != scene]
    assert any(again.scene(s).lines != story.scene(s).lines for s in others)
    freed = scriptwriter.develop(editing.unlock(again, scene), "dialogue", seed=79)
    assert freed.scene(scene).lines != again.scene(scene).lines


def test_only_the_level_asked_for_changes(scriptwriter, story):
    after = scriptwriter.develop(story, "dialogue", seed=501)
    for before, now in zip(story.nodes(), after.nodes(), strict=False):
        if before.kind in ("title", "logline", "want", "need", "voice", "beat", "heading", "name"):
            assert now == before


def test_an_edit_leaves_the_story_before_it_alone(story):
    before = story.to_json()
    after = editing.edit(story, "logline", "另一个故事。")
    assert story.to_json() == before and after.version > story.version


# --- names, roles, places --------------------------------------------------------------------------------------------


@quick
@given(seed=st.integers(0, 10**6), zh=st.booleans(), who=st.sampled_from("ab"))
def test_a_new_name_is_everywhere(scriptwriter, seed, zh, who):
    story = story_of(scriptwriter, BRIEFS[not zh], seed)
    line = next(node.id for scene in story.scenes for node in scene.lines if node.kind == "action")
    old, new = story.name(who), "欧阳明" if zh else "Xanthe"
    story = editing.edit(
        story, line, f"{old}站着，{old}没说话。" if zh else f"{old} stands. {old.upper()}! {old}'s coat."
    )
    renamed = scriptwriter.edit(story, f"{who}.name", new)
    assert not re.search(rf"(?i)\b{old}\b" if not zh else old, "\n".join(texts(renamed).values()))
    want = f"{new}站着，{new}没说话。" if zh else f"{new} stands. {new.upper()}! {new}'s coat."
    assert renamed.find(line).text == want
    later = scriptwriter.develop(renamed, "draft", seed=seed + 1)
    assert not re.search(rf"(?i)\b{old}\b" if not zh else old, later.to_json().replace(renamed.id, ""))
    assert later.name(who) == new


def test_a_name_inside_another_word_is_no_name():
    assert editing.renamed_text("Tom saw Tomorrow. TOM!", "Tom", "Bo") == "Bo saw Tomorrow. BO!"
    assert editing.renamed_text("小川说，小川走了", "小川", "阿木") == "阿木说，阿木走了"


def test_a_name_that_cannot_be_told_apart_is_refused(scriptwriter):
    story = story_of(scriptwriter)
    b = story.name("b")
    for name in ("", "安", b, b + "儿", "三三三" * 20, "123"):
        with pytest.raises(StoryError):
            editing.rename(story, "a", name)
    line = next(node.id for scene in story.scenes for node in scene.lines if node.kind == "action")
    story = editing.edit(story, line, "桌上有一只罐头。")
    with pytest.raises(StoryError, match="正文"):
        editing.rename(story, "a", "罐头")


def test_a_role_is_told_again_where_nobody_kept_the_text(scriptwriter):
    story = story_of(scriptwriter, ScriptBrief(topic="催婚", genres=("crime",)))
    after = editing.edit(story, "a.role", "退休法官")
    assert "退休法官" in after.logline.text and after.slots["role_a"] == "退休法官"


def test_a_moved_scene_is_told_elsewhere(scriptwriter):
    story = story_of(scriptwriter, ScriptBrief(genres=("romance", "music"), topic="两个老朋友重逢"), seed=2)
    first = story.scenes[0]
    after = editing.edit(story, first.heading.id, "内 旧码头 黄昏")
    assert after.scene(first.id).heading.text == "内 旧码头 黄昏"
    assert "旧码头" in after.scene(first.id).lines[0].text
    with pytest.raises(StoryError, match="heading"):
        editing.edit(story, first.heading.id, "某个地方")


@pytest.mark.parametrize(("id_", "kinds"), [("logline", {"title", "want", "need", "beat"}), ("a.want", {"beat"})])
def test_what_stands_on_a_change_is_marked(scriptwriter, story, id_, kinds):
    after = editing.edit(story, id_, "换一个方向。")
    assert {node.kind for node in after.nodes() if node.stale} == kinds
    again = scriptwriter.develop(after, "beats", seed=9)
    assert not any(node.stale for node in again.nodes() if node.kind == "beat")
    one = next(node.id for node in after.nodes() if node.stale)
    assert not editing.settle(after, one).find(one).stale


def test_lines_are_put_in_taken_out_and_scenes_moved(scriptwriter, story):
    scene = story.scenes[0]
    first, second = scene.lines[0].id, scene.lines[1].id
    after = editing.insert(story, first, "有人吹口哨。")
    new = after.scene(scene.id).lines[1]
    assert new.text == "有人吹口哨。" and new.kept
    after = editing.remove(after, second)
    after = scriptwriter.develop(after, "draft", seed=12)
    lines = [node for node in after.scene(scene.id).lines if node.text]
    assert new.id in [node.id for node in lines] and second not in [node.id for node in lines]
    order = [s.id for s in story.scenes]
    moved = scriptwriter.develop(editing.move(after, order[0], 2), "dialogue", seed=4)
    assert [s.id for s in moved.scenes] == [order[1], order[0], *order[2:]]
    with pytest.raises(StoryError):
        editing.insert(story, first, "谁？", who="z")


def test_voices_colour_lines_and_can_be_changed(scriptwriter):
    said = voices.colour("我没骗你，是你没问。", "口头禅“说白了”", "zh", random.Random(4), {}, names=())
    assert said in ("我没骗你，是你没问。", "说白了，我没骗你，是你没问。")
    heard = {
        voices.colour("It was raining on the bridge.", "says “look” a lot", "en", random.Random(seed), {}, names=())
        for seed in range(20)
    }
    assert "Look, it was raining on the bridge." in heard
    counts: dict[str, int] = {}
    lines = [
        voices.colour("我去过那座桥。", "口头禅“说真的”", "zh", random.Random(n), counts, names=(), scene=f"s{n // 6}")
        for n in range(60)
    ]
    assert sum("说真的" in line for line in lines) == 2  # a habit, no tic
    story = story_of(scriptwriter, ScriptBrief(genres=("crime",), length="long"), seed=3)
    spoken = "".join(node.text for s in story.scenes for node in s.lines if node.who == "b")
    changed = editing.edit(story, "b.voice", "口头禅“天地良心”")
    assert "天地良心" not in spoken
    assert any("天地良心" in node.text for s in changed.scenes for node in s.lines if node.who == "b")


# --- rewriting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "done"),
    [("再紧张一点", "tense"), ("more tension", "tense"), ("再感人一点", "warm"), ("funnier, please", "funny"),
     ("结尾留一个悬念", "hook"), ("less on the nose, more subtext", "gesture"), ("标出声音和静默的位置", "sound")],
)  # fmt: skip
def test_a_scene_is_rewritten_as_asked(scriptwriter, story, request_, done):
    scene = story.scenes[1].id
    candidate = scriptwriter.rewrite(story, scene, request_, seed=8)
    assert done in candidate.done and candidate.changed
    assert candidate.before == "\n".join(node.text for node in story.scene(scene).lines if node.text)
    after = scriptwriter.accept(story, candidate)
    assert "\n".join(node.text for node in after.scene(scene).lines if node.text) == candidate.after
    kept = scriptwriter.develop(after, "draft", seed=99)
    assert [n.text for n in kept.scene(scene).lines if n.text] == candidate.after.split("\n")


def test_shorter_is_shorter_and_longer_longer(scriptwriter, story):
    for scene in story.scenes:
        shorter = scriptwriter.rewrite(story, scene.id, "短一点" if story.lang == "zh" else "shorter", seed=1)
        longer = scriptwriter.rewrite(story, scene.id, "展开一些" if story.lang == "zh" else "longer", seed=1)
        assert len(shorter.after) <= len(shorter.before) or "shorter" not in shorter.done
        assert len(shorter.after) <= len(longer.after)


def test_a_line_has_other_wordings_and_none_is_a_repeat(scriptwriter, story):
    said = set(texts(story).values())
    changed = 0
    for unit in units.lines(story):
        candidate = scriptwriter.rewrite(story, unit.id, "换一种说法", seed=6)
        if candidate.changed:
            changed += 1
            assert candidate.after not in said - {unit.text}
            assert scriptwriter.accept(story, candidate).find(unit.id).text == candidate.after
        else:
            assert candidate.notes
    assert changed > len(units.lines(story)) // 2


def test_a_persons_line_is_not_put_another_way_unasked(scriptwriter, story):
    line = units.lines(story)[1].id
    mine = editing.edit(story, line, "这一句是我的。没有第二种说法。")
    candidate = scriptwriter.rewrite(mine, line, "再来一版" if story.lang == "zh" else "again", seed=1)
    assert not candidate.changed and candidate.notes
    scene = scriptwriter.rewrite(mine, mine.scene(line).id, "shorter", seed=1)
    assert next(node.text for node in scene.new if node.id == line) == "这一句是我的。没有第二种说法。"


def test_an_unread_request_is_said(scriptwriter, story):
    candidate = scriptwriter.rewrite(story, story.scenes[0].id, "qwertz", seed=2)
    assert any("规则" in note or "rules" in note or "没看出" in note for note in candidate.notes)
    with pytest.raises(StoryError):
        scriptwriter.rewrite(story, story.scenes[0].id, "长" * 10_000, seed=2)
    with pytest.raises(StoryError):
        scriptwriter.rewrite(story, "s99", "shorter", seed=2)


def test_a_candidate_for_text_that_changed_is_refused(scriptwriter, story):
    scene = story.scenes[0]
    candidate = scriptwriter.rewrite(story, scene.id, "再紧张一点", seed=3)
    changed = editing.edit(story, scene.lines[0].id, "灯全灭了。")
    with pytest.raises(StoryError, match="changed"):
        scriptwriter.accept(changed, candidate)


@pytest.mark.parametrize("part", ["title", "logline", "a.want", "b.voice"])
def test_upper_levels_are_rewritten_too(scriptwriter, story, part):
    candidate = scriptwriter.rewrite(story, part, "换一版" if story.lang == "zh" else "another", seed=4)
    assert candidate.changed or candidate.notes
    if candidate.changed:
        assert scriptwriter.accept(story, candidate).find(part).text == candidate.after


def test_requests_are_read():
    assert {"shorter", "hook"} <= set(rewriting.operations("更紧凑，结尾留悬念"))
    assert rewriting.operations("") == ()


# --- feedback --------------------------------------------------------------------------------------------------------


def test_feedback_finds_the_scene_and_gets_a_candidate(scriptwriter, story):
    found = units.scenes(story)
    assert [unit.id for unit in found] == [scene.id for scene in story.scenes]
    rows = [SceneFeedback(unit.id, stars=(5, 5, 4, 5)) for unit in found]
    rows[2] = SceneFeedback(found[2].id, stars=(1, 2, 1, 1, 2, 1))
    advice = advise(rows, story.lang)
    assert advice[0].scene == found[2].id
    candidate = scriptwriter.rewrite(story, advice[0].scene, advice[0].request, seed=5)
    assert candidate.changed and candidate.done


def test_a_second_of_the_film_is_a_line(story):
    lines = units.lines(story)
    assert units.at_second(story, 0.0) == lines[0]
    last = lines[-1]
    assert units.at_second(story, last.start + last.seconds / 2) == last
    assert units.at_second(story, 10_000) is None
    assert [unit.start for unit in lines] == sorted(unit.start for unit in lines)
