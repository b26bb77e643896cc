"""Reads what public data sets say about films and series, in one shape, so that our facts can be held against theirs.

RiSAWOZ (Chinese films and series), MetaQA (English film triples), MovieLens 100K and MovieLens 1M (titles, years,
genres; the side file of 1M adds directors, writers and cast). None is bundled: each is read where a copy is at hand.

Titles and names are reduced to keys on which spelling habits do not matter: ``Matrix, The`` and ``The Matrix``,
``Yun-Fat Chow`` and ``Chow Yun-fat``, 花樣年華 and 花样年华.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.text import fold

__all__ = ["READERS", "Reference", "name_keys", "title_key"]


@dataclass(frozen=True, slots=True)
class Reference:
    """What one data set says about one work, or about all works of one title where it does not tell them apart."""

    titles: frozenset[str]
    """Keys of every title it is listed under."""
    types: frozenset[str]
    years: frozenset[int]
    """All release years it gives; several for a work that opened in several places."""
    people: dict[str, frozenset[str]] = field(default_factory=dict)
    """Record field (``directors``, ``cast``, ``writers``) → keys of the names."""
    facets: dict[str, frozenset[str]] = field(default_factory=dict)
    """Record field (``genres``, ``countries``, ``languages``) → ids of our vocabulary."""
    numbers: dict[str, int] = field(default_factory=dict)
    """``runtime`` in minutes (a series: of one episode), ``episodes``."""
    mixed: bool = False
    """Several works of one title run together: what it lacks says nothing."""


# --- keys ------------------------------------------------------------------------------------------------------------

_ARTICLES = "the a an la le les l' el los il lo das der die de het"
_TRAILING_ARTICLE = re.compile(rf"^(.*), ({'|'.join(_ARTICLES.split())})$")
_LEADING_ARTICLE = re.compile(r"^(the|a|an) (?=.)")
_NOT_TEXT = re.compile(r"[\W_]+")


def title_key(title: str) -> str:
    """A title without case, accents, punctuation, spaces and English article: ``"Matrix, The"`` → ``"matrix"``."""
    text = fold(title).strip()
    match = _TRAILING_ARTICLE.match(text)
    if match:
        text = f"{match[2]} {match[1]}"
    return _NOT_TEXT.sub("", _LEADING_ARTICLE.sub("", text).replace("&", "and"))


def name_keys(name: str) -> frozenset[str]:
    """Two keys of a name, neither of which minds word order; names agree when they share one.

    >>> name_keys("Chow Yun-fat") == name_keys("Yun-Fat Chow")
    True
    """
    text = fold(name).replace("'", "").replace(".", " ")
    joined = "".join(sorted(_NOT_TEXT.sub(" ", text.replace("-", "")).split()))
    split = "".join(sorted(_NOT_TEXT.sub(" ", text).split()))
    return frozenset({joined, split} - {""})


def _keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(key for name in names for key in name_keys(name))


# --- RiSAWOZ ---------------------------------------------------------------------------------------------------------

_CHINESE_COUNTRIES = {
    "中国大陆": "cn", "中国香港": "hk", "中国台湾": "tw", "美国": "us", "印度": "in", "韩国": "kr", "日本": "jp",
}  # fmt: skip
_CHINESE_GENRES = {
    "动作片": "action", "爱情片": "romance", "喜剧片": "comedy", "恐怖片": "horror", "科幻片": "science-fiction",
    "剧情片": "drama", "犯罪片": "crime", "悬疑片": "suspense",
}  # fmt: skip


def read_risawoz(data: Path) -> Iterator[Reference]:
    """The film and series tables of RiSAWOZ (Quan et al., EMNLP 2020).

    A first season stands for its series, except in how many episodes it has; later seasons are left out.
    """
    tables = data / "risawoz" / "RiSAWOZ-Database-and-Ontology" / "DB"
    for type_, name in (("film", "movie_db.json"), ("series", "tv_db.json")):
        for row in json.loads((tables / name).read_text(encoding="utf-8")):
            title, _, season = row["片名"].partition(" 第")
            if season not in ("", "一季"):
                continue
            dates = row.get("具体上映时间") or row.get("首播时间") or ""
            length = _first_number(row.get("片长") or row.get("单集片长"))
            episodes = None if season else _first_number(row.get("集数"))
            numbers = {"runtime": length, "episodes": episodes}
            yield Reference(
                titles=frozenset({title_key(title)}),
                types=frozenset({type_}),
                years=frozenset(map(int, re.findall(r"\b(?:19|20)\d\d", dates))),
                people={
                    "directors": _keys(row["导演"].split("/")),
                    "cast": _keys([*row["主演"].split("/"), *row["主演名单"].split("/")]),
                },
                facets={
                    "countries": _mapped(_CHINESE_COUNTRIES, [row["制片国家/地区"]]),
                    "genres": _mapped(_CHINESE_GENRES, [row["类型"]]),
                },
                numbers={key: number for key, number in numbers.items() if number},
            )


def _first_number(text: str | None) -> int | None:
    match = re.search(r"\d+", text or "")
    return int(match[0]) if match else None


def _mapped(table: dict[str, str], values: Iterable[str]) -> frozenset[str]:
    return frozenset(table[value] for value in values if value in table)


# --- MetaQA ----------------------------------------------------------------------------------------------------------

_METAQA_PEOPLE = {"directed_by": "directors", "starred_actors": "cast", "written_by": "writers"}
_LANGUAGES = {
    "French": "fr", "English": "en", "Japanese": "ja", "Italian": "it", "German": "de", "Spanish": "es",
    "Swedish": "sv", "Russian": "ru", "Finnish": "fi", "Danish": "da", "Hindi": "hi", "Norwegian": "no",
    "Polish": "pl", "Greek": "el", "Thai": "th", "Dutch": "nl", "Hungarian": "hu", "Romanian": "ro",
    "Portuguese": "pt", "Turkish": "tr", "Korean": "ko", "Irish": "ga", "Icelandic": "is", "Hebrew": "he",
    "Czech": "cs", "Persian": "fa", "Vietnamese": "vi", "Serbian": "sr", "Filipino": "tl", "Mandarin": "zh",
    "Bengali": "bn", "Latin": "la", "Indonesian": "id", "Cantonese": "yue", "Tibetan": "bo", "Tamil": "ta",
    "Arabic": "ar", "Urdu": "ur", "Bosnian": "bs", "Yiddish": "yi", "Telugu": "te",
}  # fmt: skip
_GENRES = {
    "Action": "action", "Adventure": "adventure", "Animation": "animation", "Biography": "biography",
    "Comedy": "comedy", "Crime": "crime", "Documentary": "documentary", "Drama": "drama", "Family": "family",
    "Children's": "family", "Fantasy": "fantasy", "History": "history", "Horror": "horror", "Music": "music",
    "Musical": "musical", "Mystery": "mystery", "Romance": "romance", "Sci-Fi": "science-fiction", "Sport": "sport",
    "Thriller": "thriller", "War": "war", "Western": "western",
}  # fmt: skip


def read_metaqa(data: Path) -> Iterator[Reference]:
    """The triples of MetaQA (Zhang et al., AAAI 2018): one reference a title, films of one title run together."""
    films: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for line in (data / "metaqa" / "kb.txt").read_text(encoding="utf-8").splitlines():
        subject, relation, value = line.split("|", 2)
        films[subject][relation].add(value)
    for title, facts in films.items():
        years = frozenset(int(year) for year in facts["release_year"] if year.isdigit())
        yield Reference(
            titles=frozenset({title_key(title)}),
            types=frozenset({"film"}),
            years=years,
            people={ours: _keys(facts[theirs]) for theirs, ours in _METAQA_PEOPLE.items()},
            facets={
                "genres": _mapped(_GENRES, facts["has_genre"]),
                "languages": _mapped(_LANGUAGES, facts["in_language"]),
            },
            mixed=len(years) > 1,
        )


# --- MovieLens -------------------------------------------------------------------------------------------------------

_MOVIELENS_100K_GENRES = [
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy",
    "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
]  # fmt: skip
_TITLE_YEAR = re.compile(r"^(.*?)\s*\((\d{4})\)\s*$")
_OTHER_TITLE = re.compile(r"\(([^()]*)\)")


def read_movielens_100k(data: Path) -> Iterator[Reference]:
    """Titles, years and genres of MovieLens 100K (``u.item``)."""
    for line in (data / "ml-100k" / "u.item").read_text(encoding="latin-1").splitlines():
        _, title, *_, flags = line.split("|", 5)
        genres = [name for name, flag in zip(_MOVIELENS_100K_GENRES, flags.split("|"), strict=True) if flag == "1"]
        reference = _movielens(title, genres)
        if reference:
            yield reference


def read_movielens_1m(data: Path) -> Iterator[Reference]:
    """Titles, years and genres of MovieLens 1M, with the people of its side file where that is at hand."""
    folder = data / "ml-1m"
    extra: dict[str, list[str]] = {}
    if (folder / "movies_extrainfos.dat").exists():
        for line in (folder / "movies_extrainfos.dat").read_text(encoding="utf-8").splitlines():
            cells = line.split("::")
            extra[cells[0]] = cells
    for line in (folder / "movies.dat").read_text(encoding="latin-1").splitlines():
        id_, title, genres = line.split("::")
        titles, people = set(), {}
        if id_ in extra:
            # id, title, year, rating, released, genres, director, writers, actors, plot, poster
            cells = extra[id_]
            titles.add(title_key(cells[1]))
            without_role = re.sub(r"\([^()]*\)", "", cells[7])
            people = {
                "directors": _keys(cells[6].split(",")),
                "writers": _keys(without_role.split(",")),
                "cast": _keys(cells[8].split(",")),
            }
        reference = _movielens(title, genres.split("|"), titles, people)
        if reference:
            yield reference


def _movielens(
    title: str, genres: Iterable[str], titles: Iterable[str] = (), people: dict[str, frozenset[str]] | None = None
) -> Reference | None:
    """A reference from ``"Shanghai Triad (Yao a yao …) (1995)"``: every title it goes by, and its year."""
    match = _TITLE_YEAR.match(title)
    if not match:
        return None
    name = match[1]
    others = (other.removeprefix("a.k.a. ") for other in _OTHER_TITLE.findall(name))
    keys = {title_key(_OTHER_TITLE.sub("", name)), *map(title_key, others), *titles} - {""}
    return Reference(
        titles=frozenset(keys),
        types=frozenset({"film"}),
        years=frozenset({int(match[2])}),
        people=people or {},
        facets={"genres": _mapped(_GENRES, genres)},
    )


READERS: dict[str, tuple[str, Callable[[Path], Iterator[Reference]]]] = {
    "risawoz": ("risawoz/RiSAWOZ-Database-and-Ontology/DB/movie_db.json", read_risawoz),
    "metaqa": ("metaqa/kb.txt", read_metaqa),
    "movielens-100k": ("ml-100k/u.item", read_movielens_100k),
    "movielens-1m": ("ml-1m/movies.dat", read_movielens_1m),
}
"""Data set → the file that tells whether it is present, and its reader."""
