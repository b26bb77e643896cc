from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.catalogue import Catalogue
from knowledge.graph import Entity, Graph
from knowledge.linking.linker import CALIBRATION, Linker, Mention
from knowledge.surfaces import GIVEN, squeeze, surfaces

DATA = Path(__file__).parent / "data"


def best(linker: Linker, text: str, **more: object) -> list[str]:
    return [mention.best for mention in linker.link(text, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("流浪地球是谁导演的", ["film/the-wandering-earth-2019"]),
        ("流浪地球2是谁导演的", ["film/the-wandering-earth-ii-2023"]),  # the longer name
        ("流浪地球二", ["film/the-wandering-earth-ii-2023"]),
        ("流浪地球第二部多长", ["film/the-wandering-earth-ii-2023"]),
        ("星際穿越", ["film/interstellar-2014"]),
        ("《星际效应》", ["film/interstellar-2014"]),
        ("who directed wandering earth?", ["film/the-wandering-earth-2019"]),
        ("诺兰和奉俊昊", ["person/christopher-nolan", "person/bong-joon-ho"]),
        ("nolan movies", ["person/christopher-nolan"]),
        ("克里斯托弗・諾蘭", ["person/christopher-nolan"]),
        ("films with Li", []),  # a Chinese surname alone is nobody
        ("films with Tony Leung", ["person/tony-leung-chiu-wai"]),
        ("韩国惊悚片", ["country/kr", "genre/thriller"]),
        ("Intersteller是谁导演的", ["film/interstellar-2014"]),
        ("《星际穿跃》好看吗", ["film/interstellar-2014"]),
    ],
)
def test_names_are_found_however_they_are_typed(linker: Linker, text: str, expected: list[str]) -> None:
    assert best(linker, text) == expected


@pytest.mark.parametrize(
    "text",
    ["活着真好", "我是个英雄", "他会功夫", "she told her friends", "I told her so", "英雄主义", "they hear her sing"],
)
def test_ordinary_words_are_not_titles(linker: Linker, text: str) -> None:
    assert not [m for m in linker.link(text) if linker.graph.entity(m.best).type in ("film", "series")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("《活着》", "film/to-live-1994"),
        ("英雄是谁导演的", "film/hero-2002"),
        ("看过英雄吗", "film/hero-2002"),
        ("功夫的导演", "film/kung-fu-hustle-2004"),
        ("did you watch Friends", "series/friends-1994"),
        ("who is in friends", "series/friends-1994"),
        ("“Her” runtime", "film/her-2013"),
        ("the movie Her", "film/her-2013"),
        ("whose album is Thriller", "album/thriller-1982"),
    ],
)
def test_ordinary_words_are_titles_when_something_says_so(linker: Linker, text: str, expected: str) -> None:
    assert best(linker, text)[0] == expected


def test_a_genre_wins_over_an_album_of_that_name(linker: Linker) -> None:
    (mention,) = linker.link("thriller movies")
    assert mention.best == "genre/thriller"


def test_a_sequel_is_not_the_film_before_it(linker: Linker) -> None:
    assert linker.link("流浪地球3是谁导演的") == []
    (mention,) = linker.link("流浪地球3是谁导演的", minimum=0.05)
    assert mention.confidence < 0.5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("97版天龙八部", "series/demi-gods-and-semi-devils-1997"),
        ("2003年的天龙八部", "series/demi-gods-and-semi-devils-2003"),
        ("天龙八部（2003）", "series/demi-gods-and-semi-devils-2003"),
        ("话剧版活着的导演", "show/to-live-stage-2012"),
        ("电影活着的导演", "film/to-live-1994"),
        ("To Live (2012) director", "show/to-live-stage-2012"),
    ],
)
def test_a_year_or_a_kind_tells_namesakes_apart(linker: Linker, text: str, expected: str) -> None:
    mention = next(m for m in linker.link(text) if linker.graph.entity(m.best).type in ("series", "show", "film"))
    assert mention.best == expected
    assert mention.confidence > 0.75


def test_namesakes_share_their_probability_until_focus_decides(linker: Linker) -> None:
    (mention,) = linker.link("天龙八部")
    assert {id_ for id_, _ in mention.candidates} == {
        "series/demi-gods-and-semi-devils-1997",
        "series/demi-gods-and-semi-devils-2003",
    }
    assert mention.confidence < 0.6
    (mention,) = linker.link("天龙八部", focus=["series/demi-gods-and-semi-devils-2003"])
    assert mention.best == "series/demi-gods-and-semi-devils-2003" and mention.confidence > 0.8


def test_places_and_tongues_of_one_name_are_both_meant(linker: Linker) -> None:
    (mention,) = linker.link("korean films")
    assert {id_ for id_, _ in mention.candidates} == {"country/kr", "language/ko"}


def test_quoted_and_misspelt_are_marked(linker: Linker) -> None:
    (quoted,) = linker.link("《寄生虫》")
    assert quoted.quoted and quoted.exact and (quoted.start, quoted.end) == (1, 4)
    (wrong,) = linker.link("《星际穿跃》")
    assert wrong.quoted and not wrong.exact and wrong.confidence < quoted.confidence


def test_part_of_a_quoted_title_is_not_that_title(linker: Linker) -> None:
    assert linker.link("《英雄联盟》") == []


def test_a_stranger_of_a_known_surname_stays_a_stranger(linker: Linker) -> None:
    assert linker.link("films by Bill Nolan") == []
    assert linker.link("迈克尔·诺兰是谁") == []


def test_closest_names(linker: Linker) -> None:
    assert linker.closest("interstelar")[0][0] == "film/interstellar-2014"
    assert [id_ for id_, _ in linker.closest("流浪地球3")][:2] == [
        "film/the-wandering-earth-2019",
        "film/the-wandering-earth-ii-2023",
    ]
    assert linker.closest("诺兰", types=["film"]) == []
    assert linker.closest("qqqq") == []


@given(st.text(max_size=60))
def test_mentions_lie_in_the_text_in_order_without_overlap(linker: Linker, text: str) -> None:
    mentions: list[Mention] = linker.link(text, minimum=0.0)
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text != ""
        assert all(0 < score <= 1 for _, score in mention.candidates)
    assert all(one.end <= other.start for one, other in pairwise(mentions))


def test_every_full_title_is_found_when_quoted(linker: Linker) -> None:
    for entity in linker.graph.entities(("film", "series", "album", "show")):
        for label in entity.labels.values():
            found = linker.link(f"《{label}》")
            assert any(entity.id in dict(mention.candidates) for mention in found), label


def test_an_empty_graph_finds_nothing() -> None:
    assert Linker(Graph()).link("《星际穿越》 and Interstellar") == []


# --- surfaces ---------------------------------------------------------------------------------------------------------


def written(type_: str, **labels: str) -> set[str]:
    return {surface.text for surface in surfaces(Entity("x", type_, labels)) if surface.strength > GIVEN}


def test_squeezing_remembers_offsets() -> None:
    text = "《哈利·波特》 & Spider-Man 2"
    squeezed = squeeze(text)
    assert squeezed.text == "哈利波特and spider man 2"
    start = squeezed.text.index("spider man")
    assert text[slice(*squeezed.span(start, start + len("spider man")))] == "Spider-Man"


def test_titles_without_article_hyphen_numeral_or_bracket() -> None:
    assert {"the godfather part ii", "godfather 2", "the godfather 2", "godfather part ii"} <= written(
        "film", en="The Godfather Part II"
    )
    assert {"spider man", "spiderman", "spider man into the spider verse"} <= written(
        "film", en="Spider-Man: Into the Spider-Verse"
    ) | {"spiderman"}
    assert "芝加哥" in written("show", zh="芝加哥（音乐剧）")
    assert "office" not in written("series", en="The Office")  # an everyday word, and one alone


def test_people_by_surname_unless_it_is_chinese() -> None:
    assert {"诺兰", "nolan"} <= written("person", zh="克里斯托弗·诺兰", en="Christopher Nolan")
    assert written("person", zh="周迅", en="Zhou Xun") == {"周迅", "zhou xun", "xun zhou"}
    assert "miyazaki" in written("person", zh="宫崎骏", en="Hayao Miyazaki")
    assert "lau" not in written("person", zh="刘德华", en="Andy Lau")


def test_a_prize_without_its_category() -> None:
    assert {"奥斯卡", "奥斯卡最佳影片"} <= written("award", zh="奥斯卡最佳影片奖")
    assert {"oscar", "oscars", "academy award"} <= written("award", en="Academy Award for Best Picture")


# --- however badly it is typed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("流浪地求是谁导演的", "film/the-wandering-earth-2019"),
        ("想看星际穿月", "film/interstellar-2014"),
        ("liulang diqiu好看吗", "film/the-wandering-earth-2019"),
        ("张一谋拍过什么", "person/zhang-yimou"),
        ("who is in intersteller", "film/interstellar-2014"),
        ("movies by christofer nolan", "person/christopher-nolan"),
        ("in the mod for love cast", "film/in-the-mood-for-love-2000"),
        ("memories of muder", "film/memories-of-murder-2003"),
        ("xjcy的导演", "film/interstellar-2014"),
        ("Nolan's longest film", "person/christopher-nolan"),
    ],
)
def test_names_are_found_inside_a_sentence_though_misspelt(linker: Linker, text: str, expected: str) -> None:
    mention = linker.link(text)[0]
    assert mention.best == expected
    assert mention.exact == (mention.text == "Nolan")


def test_a_correction_does_not_swallow_names_that_stand_there(linker: Linker) -> None:
    assert best(linker, "周星驰的功夫") == ["person/stephen-chow", "film/kung-fu-hustle-2004"]


def test_names_of_a_sentence_explain_each_other(linker: Linker) -> None:
    (_, mention) = linker.link("胡军的天龙八部")
    assert mention.best == "series/demi-gods-and-semi-devils-2003" and mention.confidence > 0.8
    (_, mention) = linker.link("孟京辉的活着")
    assert mention.best == "show/to-live-stage-2012"


def test_two_characters_name_a_work_behind_its_maker(linker: Linker) -> None:
    assert best(linker, "周星驰的喜剧之") == ["person/stephen-chow", "film/king-of-comedy-1999"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("老版天龙八部", "series/demi-gods-and-semi-devils-1997"),
        ("最新版的天龙八部", "series/demi-gods-and-semi-devils-2003"),
        ("港版天龙八部", "series/demi-gods-and-semi-devils-1997"),
        ("the original Demi-Gods and Semi-Devils", "series/demi-gods-and-semi-devils-1997"),
        ("03年的天龙八部", "series/demi-gods-and-semi-devils-2003"),
    ],
)
def test_a_version_tells_namesakes_apart(linker: Linker, text: str, expected: str) -> None:
    mention = next(m for m in linker.link(text) if m.best.startswith("series/"))
    assert mention.best == expected and mention.confidence > 0.75


def test_confidence_is_calibrated_and_can_be_had_raw(graph: Graph, linker: Linker) -> None:
    raw = Linker(graph, calibration=None)
    for text in ("星际穿越", "流浪地球3是谁导演的", "nolan movies"):
        (one,), (other,) = raw.link(text, minimum=0.0), linker.link(text, minimum=0.0)
        said, stated = (sum(score for _, score in mention.candidates) for mention in (one, other))
        assert stated == pytest.approx(CALIBRATION.at(said), abs=2e-4)


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00\x07\x1b", "🎬🍿😀", "《》《《《", "的" * 3000, "ma " * 1500, "\u200b\ufeff"]
)
def test_what_says_nothing_names_nothing(linker: Linker, text: str) -> None:
    assert linker.link(text) == []


def test_control_characters_and_emoji_do_not_hide_a_name(linker: Linker) -> None:
    assert best(linker, "🎬星际\x00穿越🚀") == ["film/interstellar-2014"]


def test_nothing_is_read_beyond_two_thousand_characters(linker: Linker) -> None:
    mentions = linker.link("星际穿越，" * 400_000)
    assert len(mentions) == 400 and mentions[-1].end <= 2000
    assert linker.link("。" * 2000 + "星际穿越") == []


def test_forty_names_are_forty_mentions(demo: Catalogue) -> None:
    linker = Linker(demo.graph)
    works = [work for work in demo.graph.entities("film") if len(work.labels.get("zh", "")) > 4][:40]
    found = linker.link("、".join(f"《{work.label('zh')}》" for work in works))
    assert len(found) == 40
    assert sum(work.id in dict(mention.candidates) for work, mention in zip(works, found, strict=True)) == 40


# --- the hand-written sentences ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("half", ["tuning", "heldout"])
def test_the_sentences_point_at_the_demo_and_at_their_own_text(demo: Catalogue, half: str) -> None:
    rows = [json.loads(line) for line in (DATA / f"linking_{half}.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) > 200
    for row in rows:
        for mention in row["mentions"]:
            assert row["text"][mention["start"] : mention["end"]] == mention["text"]
            assert mention["gold"] and all(id_ in demo.graph for id_ in mention["gold"])


def test_most_of_the_tuning_sentences_are_read_right(demo: Catalogue) -> None:
    linker = Linker(demo.graph)
    rows = [json.loads(line) for line in (DATA / "linking_tuning.jsonl").read_text(encoding="utf-8").splitlines()]
    gold = right = 0
    for row in rows:
        ids = {mention.best for mention in linker.link(row["text"], row.get("focus", ()))}
        gold += len(row["mentions"])
        right += sum(not ids.isdisjoint(mention["gold"]) for mention in row["mentions"])
    assert right >= 0.95 * gold
