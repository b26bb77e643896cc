import os
import time

import pytest
from components.gazetteer import Gazetteer, GazetteerExtractor, GazetteerFile
from conftest import write_gazetteer
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.message import Message


def found(extractor, text):
    message = extractor.process([Message(data={"text": text})])[0]
    return [(text[e["start"] : e["end"]], e["entity"], e["value"]) for e in message.get("entities") or []]


@pytest.fixture
def extractor(gazetteer_file):
    return GazetteerExtractor({"path": str(gazetteer_file)})


def test_names_in_both_languages_and_mixed(extractor):
    assert found(extractor, "谁导演了星际穿越？") == [("星际穿越", "work", "film/interstellar-2014")]
    assert found(extractor, "who directed ＩＮＴＥＲＳＴＥＬＬＡＲ") == [
        ("ＩＮＴＥＲＳＴＥＬＬＡＲ", "work", "film/interstellar-2014")
    ]
    assert [value for *_, value in found(extractor, "Interstellar的小红书文案，要科幻感")] == [
        "film/interstellar-2014",
        "xiaohongshu",
        "genre/science-fiction",
    ]


def test_the_longest_name_wins(extractor):
    assert found(extractor, "流浪地球2好看吗") == [("流浪地球2", "work", "film/the-wandering-earth-ii-2023")]


def test_no_match_inside_an_english_word(extractor):
    assert found(extractor, "the others gathered there") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tell her I said hi", 0),
        ("what is《Her》about", 1),
        ("Who directed Her", 1),
        ("Her", 1),
        ("人活着为了什么", 0),
        ("《活着》讲什么", 1),
    ],
)
def test_titles_that_are_everyday_words_count_only_when_they_stand_out(extractor, text, expected):
    assert len(found(extractor, text)) == expected


def test_buttons_are_not_searched(extractor):
    assert found(extractor, '/ask{"said": "星际穿越"}') == []


def test_a_changed_file_is_picked_up(gazetteer_file):
    names = GazetteerFile(gazetteer_file, check_every=0)
    assert not names.current().find("繁花")
    write_gazetteer(gazetteer_file, [("繁花", "work", "series/blossoms-shanghai-2023", False)])
    for _ in range(100):
        if names.current().find("繁花"):
            break
        time.sleep(0.02)
    assert names.current().find("繁花")[0].value == "series/blossoms-shanghai-2023"


def test_a_broken_file_leaves_the_old_names_in_force(gazetteer_file):
    names = GazetteerFile(gazetteer_file, check_every=0)
    gazetteer_file.write_text("{not json")
    os.utime(gazetteer_file, (1, 1))
    for _ in range(20):
        names.current()
        time.sleep(0.01)
    assert names.current().find("星际穿越")


def test_a_missing_file_is_an_empty_gazetteer(tmp_path):
    assert GazetteerFile(tmp_path / "none.json").current().find("星际穿越") == []


def test_another_version_is_refused():
    with pytest.raises(ValueError, match="version 2"):
        Gazetteer({"version": 2, "entries": []})


@given(st.text(max_size=60))
def test_mentions_never_overlap_and_offsets_hold(text):
    gazetteer = Gazetteer(
        {"version": 1, "entries": [{"surface": s, "entity": "work", "id": s} for s in ("a", "ab", "流浪", "浪地球")]}
    )
    end = 0
    for mention in gazetteer.find(text):
        assert mention.start >= end and len(text[mention.start : mention.end]) == len(mention.value)
        end = mention.end
