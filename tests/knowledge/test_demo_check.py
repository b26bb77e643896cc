"""Facts held against public data sets: what counts as the same title, name and work, and what is written down."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.demo import check, public
from knowledge.demo.public import Reference, name_keys, title_key

SERIES = {
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


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("The Matrix", "Matrix, The"),
        ("Amélie", "amelie"),
        ("Les Misérables", "Misérables, Les"),
        ("Crouching Tiger, Hidden Dragon", "Crouching Tiger Hidden Dragon"),
        ("花樣年華", "花样年华"),
        ("Lilo & Stitch", "Lilo and Stitch"),
    ],
)
def test_title_keys_agree(ours, theirs):
    assert title_key(ours) == title_key(theirs)


def test_title_keys_tell_works_apart():
    assert len({title_key(title) for title in ("Alien", "Aliens", "Alien³", "A", "The")}) == 5


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("Chow Yun-fat", "Yun-Fat Chow"), ("Zhou Xun", "Xun Zhou"), ("Chow Yun Fat", "Yun-Fat Chow"), ("Björk", "Bjork")],
)
def test_name_keys_agree(ours, theirs):
    assert name_keys(ours) & name_keys(theirs)


def test_name_keys_tell_people_apart():
    assert not name_keys("Jonathan Nolan") & name_keys("Christopher Nolan")


@given(
    st.lists(st.text("abcdefgh-", min_size=1).filter(lambda word: word.strip("-")), min_size=1, max_size=4),
    st.randoms(),
)
def test_name_keys_do_not_mind_order(words, random):
    shuffled = random.sample(words, len(words))
    assert name_keys(" ".join(words)) == name_keys(" ".join(shuffled))


@pytest.fixture
def data(tmp_path):
    """The four data sets in miniature, in their own formats."""
    tables = tmp_path / "risawoz" / "RiSAWOZ-Database-and-Ontology" / "DB"
    tables.mkdir(parents=True)
    film = {
        "片名": "让子弹飞", "导演": "姜文", "主演": "姜文", "主演名单": "姜文 / 葛优 / 周润发", "类型": "喜剧片",
        "制片国家/地区": "中国大陆", "具体上映时间": "2010-12-16(中国大陆)", "片长": "132分钟",
    }  # fmt: skip
    series = {
        "片名": "三十而已", "导演": "张晓波", "主演": "江疏影", "主演名单": "江疏影 / 童瑶", "类型": "剧情片",
        "制片国家/地区": "中国大陆", "首播时间": "2020-07-17(中国大陆)", "集数": "43集", "单集片长": "45分钟",
    }  # fmt: skip
    (tables / "movie_db.json").write_text(json.dumps([film]), encoding="utf-8")
    (tables / "tv_db.json").write_text(json.dumps([series]), encoding="utf-8")
    triples = """\
        Farewell My Concubine|directed_by|Kaige Chen
        Farewell My Concubine|starred_actors|Leslie Cheung
        Farewell My Concubine|release_year|1993
        Farewell My Concubine|in_language|Mandarin
        Farewell My Concubine|has_genre|Drama"""
    for folder in ("metaqa", "ml-100k", "ml-1m"):
        (tmp_path / folder).mkdir()
    (tmp_path / "metaqa" / "kb.txt").write_text("\n".join(map(str.strip, triples.splitlines())), encoding="utf-8")
    flags = "|".join("1" if genre in {"Drama", "War"} else "0" for genre in public._MOVIELENS_100K_GENRES)
    (tmp_path / "ml-100k" / "u.item").write_text(
        f"1|Farewell My Concubine (1993)|01-Jan-1993||http://x|{flags}\n2|unknown||||{flags}\n", encoding="latin-1"
    )
    (tmp_path / "ml-1m" / "movies.dat").write_text(
        "7::Shanghai Triad (Yao a yao yao dao waipo qiao) (1995)::Drama|War\n8::Misérables, Les (1995)::Drama\n",
        encoding="latin-1",
    )
    (tmp_path / "ml-1m" / "movies_extrainfos.dat").write_text(
        "7::Shanghai Triad::1995::R::x::Drama::Yimou Zhang::Feiyu Bi (screenplay), Xiao Li (novel)::Gong Li::x::x",
        encoding="utf-8",
    )
    return tmp_path


def test_readers(data):
    references = check.read_references(data)
    assert set(references) == {"risawoz", "metaqa", "movielens-100k", "movielens-1m"}
    [bullets] = references["risawoz"]["让子弹飞"]
    assert bullets == Reference(
        titles=frozenset({"让子弹飞"}),
        types=frozenset({"film"}),
        years=frozenset({2010}),
        people={"directors": name_keys("姜文"), "cast": name_keys("姜文") | name_keys("葛优") | name_keys("周润发")},
        facets={"countries": frozenset({"cn"}), "genres": frozenset({"comedy"})},
        numbers={"runtime": 132},
    )
    assert references["risawoz"]["三十而已"][0].numbers == {"runtime": 45, "episodes": 43}
    [concubine] = references["metaqa"]["farewellmyconcubine"]
    assert concubine.facets == {"genres": frozenset({"drama"}), "languages": frozenset({"zh"})}
    assert concubine.people["directors"] == name_keys("Chen Kaige")
    assert references["movielens-100k"]["farewellmyconcubine"][0].facets == {"genres": frozenset({"drama", "war"})}
    [triad] = references["movielens-1m"]["shanghaitriad"]
    assert triad == references["movielens-1m"]["yaoayaoyaodaowaipoqiao"][0]
    assert triad.people["writers"] == name_keys("Bi Feiyu") | name_keys("Li Xiao")
    assert references["movielens-1m"]["lesmiserables"][0].people == {}


def test_absent_data_sets_are_passed_over(tmp_path, capsys):
    assert check.read_references(tmp_path) == {}
    assert check.main(["--data", str(tmp_path)]) == 1


def _film(**fields):
    film = {
        **copy.deepcopy(SERIES),
        "id": "film/x-1993",
        "type": "film",
        "episodes": None,
        "runtime": None,
        "sources": {},
    }
    return {**film, "title": {"zh": "霸王别姬", "en": "Farewell My Concubine"}, "year": 1993, **fields}


@pytest.mark.parametrize(
    ("fields", "matches"),
    [
        ({}, True),
        ({"year": 1992}, True),
        ({"year": 1991}, False),
        ({"year": None}, False),
        ({"type": "show"}, False),
        ({"title": {"zh": "别姬", "en": "Concubine"}, "aliases": ["farewell, my concubine"]}, True),
        ({"title": {"zh": "别姬", "en": "Concubine"}}, False),
    ],
)
def test_matching_wants_type_title_and_a_near_year(data, fields, matches):
    by_title = check.read_references(data)["metaqa"]
    assert (check.match(_film(**fields), by_title) is not None) == matches


@pytest.mark.parametrize(("directors", "matches"), [(["Chen Kaige|陈凯歌"], True), (["Somebody Else|别人"], False)])
def test_without_a_year_a_person_must_match(data, directors, matches):
    path = data / "metaqa" / "kb.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("release_year|1993", "has_tags|1993"), encoding="utf-8")
    work = _film(directors=directors, cast=[])
    reference = check.match(work, check.read_references(data)["metaqa"])
    assert (reference is not None) == matches
    assert reference is None or "year" not in check.compare(work, reference)


def test_a_first_season_stands_for_its_series_and_later_ones_for_nothing(data):
    path = data / "risawoz" / "RiSAWOZ-Database-and-Ontology" / "DB" / "tv_db.json"
    [row] = json.loads(path.read_text(encoding="utf-8"))
    seasons = [{**row, "片名": f"三十而已 第{number}季"} for number in "一二"]
    path.write_text(json.dumps(seasons), encoding="utf-8")
    [first] = check.read_references(data)["risawoz"]["三十而已"]
    assert first.numbers == {"runtime": 45}


def test_of_two_films_of_one_title_the_nearer_year_matches():
    old, new = (Reference(frozenset({"titanic"}), frozenset({"film"}), frozenset({year})) for year in (1996, 1997))
    work = _film(title={"zh": "泰坦尼克号", "en": "Titanic"}, year=1997)
    assert check.match(work, {"titanic": [old, new]}) is new


def test_verdicts(data):
    work = _film(
        year=1992,
        directors=["Chen Kaige|陈凯歌"],
        cast=["Leslie Cheung|张国荣", "Gong Li|巩俐"],
        genres=["comedy"],
        languages=["zh"],
    )
    by_title = check.read_references(data)["metaqa"]
    reference = check.match(work, by_title)
    assert {field: verdict for field, (verdict, _) in check.compare(work, reference).items()} == {
        "year": "disagree",
        "directors": "agree",
        "cast": "part",
        "genres": "disagree",
        "languages": "agree",
    }


def test_a_namesake_earns_nothing_but_a_look(data):
    work = _film(directors=["Somebody Else|别人"], cast=["Leslie Nielsen|莱斯利·尼尔森"])
    reference = check.match(work, check.read_references(data)["metaqa"])
    assert {field: verdict for field, (verdict, _) in check.compare(work, reference).items()} == {
        "directors": "disagree",
        "cast": "disagree",
    }


def test_titles_run_together_can_confirm_but_not_contradict(data):
    with (data / "metaqa" / "kb.txt").open("a", encoding="utf-8") as triples:
        triples.write("\nFarewell My Concubine|release_year|1922")
    work = _film(directors=["Zhang Yimou|张艺谋"], cast=["Leslie Cheung|张国荣"], genres=["comedy"], languages=["zh"])
    reference = check.match(work, check.read_references(data)["metaqa"])
    assert {field: verdict for field, (verdict, _) in check.compare(work, reference).items()} == {
        "year": "agree",
        "cast": "agree",
        "languages": "agree",
    }


def test_only_agreement_is_recorded_and_absent_sets_keep_theirs():
    work = {**SERIES, "sources": {"year": "risawoz movielens-1m", "cast": "risawoz"}}
    found = [
        check.Finding(SERIES["id"], "year", "metaqa", "agree", "2020"),
        check.Finding(SERIES["id"], "cast", "risawoz", "part", "[]"),
    ]
    updated = check.with_sources(work, found, ["risawoz", "metaqa"])
    assert updated["sources"] == {"year": "metaqa movielens-1m"}
    assert check.with_sources(updated, found, ["risawoz", "metaqa"]) == updated
    assert {**updated, "sources": work["sources"]} == work


def test_write_records_sources_and_is_repeatable(data, tmp_path, capsys):
    works = tmp_path / "works"
    works.mkdir()
    path = works / "a.jsonl"
    film = _film(directors=["Chen Kaige|陈凯歌"], genres=["drama", "war"], cast=[], languages=["zh"])
    check.write(path, [SERIES | {"sources": {}}, film])
    before = path.read_bytes()

    assert check.main(["--data", str(data), "--works", str(works)]) == 0
    assert path.read_bytes() == before
    assert check.main(["--data", str(data), "--works", str(works), "--write"]) == 0
    once = path.read_bytes()
    series, concubine = map(json.loads, once.decode().splitlines())
    assert series["sources"] == {
        "cast": "risawoz",
        "countries": "risawoz",
        "directors": "risawoz",
        "episodes": "risawoz",
        "runtime": "risawoz",
        "year": "risawoz",
    }
    assert concubine["sources"] == {
        "directors": "metaqa",
        "genres": "movielens-100k",
        "languages": "metaqa",
        "year": "metaqa movielens-100k",
    }
    assert check.main(["--data", str(data), "--works", str(works), "--write"]) == 0
    assert path.read_bytes() == once
    assert [file.name for file in works.iterdir()] == ["a.jsonl"]
    assert "agree" in capsys.readouterr().out
