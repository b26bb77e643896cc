from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from knowledge.linking.slips import SlipFinder

NAMES = [
    "流浪地球", "布达佩斯大饭店", "漫长的季节", "东京爱情故事", "仙剑奇侠传三",
    "interstellar", "the godfather", "the dark knight", "eternal sunshine of the spotless mind", "forrest gump",
    "game of thrones", "leonardo dicaprio", "titanic",
]  # fmt: skip


@pytest.fixture(scope="module")
def finder() -> SlipFinder:
    return SlipFinder({name.replace(" ", ""): name for name in NAMES})


WORDS = frozenset(
    ["who", "directed", "the", "dark", "night", "is", "forest", "game", "of", "throne", "cast", "god", "father", "in"]
)


def found(finder: SlipFinder, flat: str) -> dict[str, str]:
    hits = finder.find(flat, WORDS.__contains__)
    return {hit.surfaces[0]: flat[hit.start : hit.end] for hit in sorted(hits, key=lambda hit: hit.factor)}


@pytest.mark.parametrize(
    ("flat", "name", "span"),
    [
        ("布达佩斯大饭殿好看吗", "布达佩斯大饭店", "布达佩斯大饭殿"),
        ("布达佩斯饭店好看吗", "布达佩斯大饭店", "布达佩斯饭店"),
        ("想看漫长的节季", "漫长的季节", "漫长的节季"),
        ("流浪地秋", "流浪地球", "流浪地秋"),
        ("who directed intersteller", "interstellar", "intersteller"),
        ("inetrstellar", "interstellar", "inetrstellar"),
        ("is the godfahter in", "the godfather", "the godfahter"),
        ("the dark night", "the dark knight", "the dark night"),
        ("forest gump cast", "forrest gump", "forest gump"),
        ("eternal sunshine of the spotles mind", "eternal sunshine of the spotless mind", "eternal sunshine of the spotles mind"),
        ("game of throne", "game of thrones", "game of throne"),
        ("leonardo di caprio", "leonardo dicaprio", "leonardo di caprio"),
    ],
)  # fmt: skip
def test_slips_are_found_where_they_stand(finder: SlipFinder, flat: str, name: str, span: str) -> None:
    assert found(finder, flat)[name] == span


@pytest.mark.parametrize(
    "flat",
    [
        "流浪地球",  # the name itself is no slip
        "流浪地球好看",
        "仙剑奇侠传四",  # another number, another work
        "流浪的地球仪",
        "who directed the cast",
        "titanics",  # a plural
        "",
        "的",
    ],
)
def test_what_is_no_slip_is_left_alone(finder: SlipFinder, flat: str) -> None:
    assert found(finder, flat) == {}


@given(st.integers(0, 6), st.sampled_from("山水火木金"))
def test_any_one_character_of_a_long_name_may_be_wrong(finder: SlipFinder, place: int, char: str) -> None:
    name = "布达佩斯大饭店"
    written = name[:place] + char + name[place + 1 :]
    assert found(finder, f"想看{written}吗").get(name) == written


@given(st.text(alphabet="abcdefghilmnorst ", max_size=40))
def test_what_is_found_is_close_to_what_stands_there(finder: SlipFinder, flat: str) -> None:
    flat = " ".join(flat.split())
    for hit in finder.find(flat, WORDS.__contains__):
        written = flat[hit.start : hit.end].replace(" ", "")
        name = hit.surfaces[0].replace(" ", "")
        assert OSA.distance(written, name) <= 4 and 0 < hit.factor < 1
