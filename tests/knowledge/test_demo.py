"""The demo catalogue: its vocabulary, its works, and the rules they are held to."""

from __future__ import annotations

import copy
import json
from collections import Counter, defaultdict

import pytest

import knowledge.demo
from knowledge.demo.validate import problems_in, problems_of, validate
from knowledge.demo.works import VOCABULARY, read_files, read_works
from knowledge.text import fold

LISTS = json.loads(VOCABULARY.read_text(encoding="utf-8"))

GENRES = """
action adventure animation biography comedy crime documentary drama family fantasy history horror music musical
mystery romance science-fiction sport thriller war western wuxia costume suspense family-life youth spy
fantasy-xianxia variety pop rock folk jazz classical hip-hop electronic r-and-b metal soul chinese-style soundtrack
opera chinese-opera dance ballet play stand-up concert
"""
MOODS = """
light funny warm romantic sad dark tense scary epic thought-provoking slow fast nostalgic inspiring violent quirky
dreamy healing energetic
"""
CHANNELS = "xiaohongshu douyin weibo wechat-title push sms x instagram email-subject search-ad poster moments"
RELATIONS = """
directed_by cast written_by composed_by performed_by genre mood country language award year runtime episodes line_zh
line_en
"""
# One word for several countries, on purpose.
REGIONS = {"港台", "日韩", "英美", "欧美", "北欧", "nordic", "scandinavian"}


# --- vocabulary ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "ids"), [("genres", GENRES), ("moods", MOODS), ("channels", CHANNELS), ("relations", RELATIONS)]
)
def test_closed_lists_are_exactly_those_agreed(section, ids):
    assert set(LISTS[section]) == set(ids.split())


def test_every_term_is_named_in_both_languages():
    for section, terms in LISTS.items():
        for key, term in terms.items():
            assert term["zh"].strip() and term["en"].strip(), (section, key)
            if section == "relations":
                assert term["inverse"]["zh"] and term["inverse"]["en"] and term["kind"] in {"entity", "integer", "text"}


def test_a_name_means_one_thing_within_its_list():
    for section in ("genres", "moods", "countries", "languages", "channels"):
        meant = defaultdict(set)
        for key, term in LISTS[section].items():
            for name in (term["zh"], term["en"], *term.get("aliases", ())):
                meant[fold(name)].add(key)
        ambiguous = {name for name, keys in meant.items() if len(keys) > 1}
        assert ambiguous <= (REGIONS if section == "countries" else set())


@pytest.mark.parametrize(
    ("section", "typed", "key"),
    [
        ("moods", "烧脑", "thought-provoking"),
        ("moods", "mind-bending", "thought-provoking"),
        ("moods", "lighter", "light"),
        ("moods", "搞笑", "funny"),
        ("genres", "科幻片", "science-fiction"),
        ("genres", "sci-fi", "science-fiction"),
        ("genres", "真人秀", "variety"),
        ("countries", "国产", "cn"),
        ("countries", "港片", "hk"),
        ("countries", "韩剧", "kr"),
        ("languages", "国语", "zh"),
        ("languages", "广东话", "yue"),
        ("channels", "公众号", "wechat-title"),
        ("types", "连续剧", "series"),
    ],
)
def test_what_people_type_is_known(section, typed, key):
    term = LISTS[section][key]
    assert typed in (term["zh"], term["en"], *term["aliases"])


# --- works -----------------------------------------------------------------------------------------------------------


def test_the_catalogue_is_in_order():
    assert validate() == []


def test_the_importer_takes_every_work():
    catalogue = knowledge.demo.load()
    assert [error for error in catalogue.skipped if error.file.endswith(".jsonl")] == []
    assert {work["id"] for work in read_works()} <= {entity.id for entity in catalogue.graph.entities()}


def test_the_catalogue_is_large_enough():
    counts = Counter(work["type"] for work in read_works())
    assert counts["album"] >= 80 and counts["show"] >= 60
    assert counts.total() >= 400


# --- validate --------------------------------------------------------------------------------------------------------

GOOD = {
    "id": "series/nothing-but-thirty-2020",
    "type": "series",
    "title": {"zh": "三十而已", "en": "Nothing but Thirty"},
    "aliases": ["30而已"],
    "year": 2020,
    "countries": ["cn"],
    "languages": ["zh"],
    "genres": ["drama", "family-life"],
    "directors": ["Zhang Xiaobo|张晓波"],
    "cast": ["Jiang Shuying|江疏影", "Tong Yao|童瑶"],
    "writers": [],
    "composers": [],
    "artists": [],
    "runtime": 45,
    "episodes": 43,
    "awards": [],
    "moods": ["warm", "inspiring"],
    "line": {"zh": "三个三十岁的女人在上海各自重新出发。", "en": "Three women of thirty start again in Shanghai."},
    "sources": {"year": "risawoz metaqa"},
}


def test_a_good_record_has_no_problems():
    assert problems_of(GOOD, LISTS) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"id": "film/nothing-but-thirty-2020"}, "id does not look like"),
        ({"id": "series/三十而已"}, "id does not look like"),
        ({"title": {"zh": "三十而已", "en": ""}}, "title.en"),
        ({"line": {"zh": "三个女人。", "en": "Three  women."}}, "line.en: empty or with stray spaces"),
        ({"line": {"zh": "女" * 40 + "。", "en": "Three women."}}, "line.zh: one Chinese sentence"),
        ({"line": {"zh": "三个女人。", "en": "Three women"}}, "line.en: one English sentence"),
        ({"genres": ["sitcom"]}, "genres: 'sitcom' is not in the vocabulary"),
        ({"genres": ["drama", "comedy", "youth", "romance", "crime"]}, "genres: 5 of them"),
        ({"genres": ["drama", "drama"]}, "genres: 'drama' twice"),
        ({"moods": ["warm"]}, "moods: 1 of them"),
        ({"countries": ["china"]}, "countries: 'china'"),
        ({"languages": ["mandarin"]}, "languages: 'mandarin'"),
        ({"year": None}, "no year"),
        ({"year": "2020"}, "year: '2020'"),
        ({"runtime": 0}, "runtime: 0"),
        ({"type": "film", "id": "film/x"}, "a film has no episodes"),
        ({"type": "album", "id": "album/x", "episodes": None}, "an album needs artists"),
        ({"cast": ["江疏影|Jiang Shuying"]}, "is not English|中文"),
        ({"cast": ["A|B|C"]}, "is not English|中文"),
        ({"cast": ["Tong Yao | 童瑶"]}, "is not English|中文"),
        ({"sources": {"year": "douban"}}, "sources: 'year'"),
        ({"colour": "red"}, "unknown field colour"),
    ],
)
def test_a_bad_record_is_told_what_is_wrong(change, says):
    assert any(says in problem for problem in problems_of({**GOOD, **change}, LISTS))


def test_a_missing_field_is_named():
    assert problems_of({key: value for key, value in GOOD.items() if key != "moods"}, LISTS) == ["no field moods"]


def test_problems_between_records():
    other = {**copy.deepcopy(GOOD), "cast": ["Jiang Shuying|姜疏影", "Maggie Jiang|江疏影"]}
    assert problems_in([GOOD, other]) == [
        "Jiang Shuying: also 姜疏影, 江疏影",
        "series 三十而已 (2020): 2 records",
        "series/nothing-but-thirty-2020: given 2 times",
        "江疏影: also Jiang Shuying, Maggie Jiang",
    ]


def test_a_line_that_is_not_json_is_named(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": 1}\n\nnot json\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.jsonl:3"):
        list(read_files(tmp_path))
