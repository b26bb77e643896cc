from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from knowledge.catalogue import Catalogue
from knowledge.importers import (
    ImportFailed,
    import_catalogue,
    import_faq,
    import_movielens,
    import_triples,
)
from knowledge.records import BadRow, clean_record, clean_text, names, slug

GOOD = {"type": "film", "title": {"zh": "好", "en": "Good"}, "year": 2001}


def kept(home: Path) -> list[str]:
    folder = home / "catalogue"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# --- one row ----------------------------------------------------------------------------------------------------------


def test_a_clean_record_has_every_field() -> None:
    record = clean_record({**GOOD, "cast": ["A|甲", "A|甲", "|"], "runtime": "90", "sources": {"cast": ["a", "b"]}})
    assert record["id"] == "film/good-2001"
    assert record["cast"] == ["A|甲"] and record["runtime"] == 90 and record["episodes"] is None
    assert record["sources"] == {"cast": "a b"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({}, "no type"),
        ({"type": "game", "title": "x"}, "unknown type 'game'"),
        ({"type": "film"}, "no title"),
        ({**GOOD, "year": "19xx"}, "year: '19xx' is not a whole number"),
        ({**GOOD, "year": 3000}, "year: 3000 is not between"),
        ({**GOOD, "runtime": 90.5}, "runtime"),
        ({**GOOD, "cast": "Somebody"}, "cast: expected a list"),
        ({**GOOD, "cast": ["x"] * 301}, "more than 300"),
        ({**GOOD, "title": {"fr": "x"}}, "unknown language 'fr'"),
        ({**GOOD, "title": "x" * 201}, "longer than 200"),
        ({**GOOD, "id": "series/good"}, "does not look like film/"),
        ({**GOOD, "id": "film/a b"}, "does not look like film/"),
        ({**GOOD, "line": {"en": "<script>alert(1)</script>"}}, "script"),
        ({**GOOD, "line": {"en": '<a href="javascript:x">'}}, "script"),
        ({"type": "film", "title": "？！"}, "no id"),
    ],
)
def test_a_bad_row_says_why(row: dict[str, object], reason: str) -> None:
    with pytest.raises(BadRow, match=reason.replace("(", r"\(")):
        clean_record(row)


def test_text_is_made_plain() -> None:
    assert clean_text(" <b>Tom &amp; Jerry</b>\u200b\x00\n 2 ") == "Tom & Jerry 2"
    assert clean_text("\u202egnp.exe") == "gnp.exe"
    assert clean_text("I <3 NY") == "I <3 NY"


def test_names_and_slugs() -> None:
    assert names("Zhou Xun|周迅") == {"en": "Zhou Xun", "zh": "周迅"}
    assert names("|周迅") == names("周迅") == {"zh": "周迅"}
    assert slug("Amélie: The Director's Cut!") == "amelie-the-directors-cut"
    assert slug("三体 II") == "三体-ii"


# --- catalogues -------------------------------------------------------------------------------------------------------


def test_jsonl_good_rows_go_in_and_bad_ones_are_reported(tmp_path: Path) -> None:
    source = tmp_path / "works.jsonl"
    lines = [json.dumps(GOOD), "{broken", json.dumps({"type": "film"}), "[1]", json.dumps(GOOD), ""]
    source.write_text("\n".join(lines), encoding="utf-8")
    report = import_catalogue(source, tmp_path / "home")
    assert (report.added, report.updated) == (1, 0)
    assert [(error.line, error.reason.split(":")[0]) for error in report.skipped] == [
        (2, "not JSON"),
        (3, "no title in either language"),
        (4, "not a JSON object"),
        (5, "the same id as line 1"),
    ]
    assert str(report.skipped[1]) == "works.jsonl:3: no title in either language"
    assert kept(tmp_path / "home") == ["0001-works-works.jsonl"]


CSV = (
    "类型,片名,英文名,年份,导演,主演,体裁,国家,片长,简介\r\n"
    '电影,长安,Chang\'an,2023,Xie Junwei|谢君伟；Zou Jing|邹靖,,动画;历史,中国,168,"两个诗人，\n一座城。"\r\n'
    ",无类型,,,,,,,,\r\n"
    "电影,坏年份,,二〇〇一,,,,,,\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_the_encodings_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    source = tmp_path / "excel.csv"
    source.write_bytes(CSV.encode(encoding))
    report = import_catalogue(source, tmp_path)
    assert report.added == 1
    assert [(error.line, error.reason) for error in report.skipped] == [
        (4, "no type"),  # the cell before holds a line break
        (5, "year: '二〇〇一' is not a whole number"),
    ]
    graph = Catalogue.load(tmp_path, demo=False).graph
    assert graph.objects("film/changan-2023", "directed_by") == ("person/xie-junwei", "person/zou-jing")
    assert graph.objects("film/changan-2023", "genre") == ("genre/animation", "genre/history")
    assert graph.objects("film/changan-2023", "country") == ("country/cn",)
    assert graph.value("film/changan-2023", "line_zh") == "两个诗人， 一座城。"


def test_xlsx(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["type", "title", "year", "runtime"])
    book.active.append(["film", "Good", 2001, 90])
    book.save(tmp_path / "works.xlsx")
    assert import_catalogue(tmp_path / "works.xlsx", tmp_path).added == 1
    assert Catalogue.load(tmp_path, demo=False).graph.value("film/good-2001", "runtime") == 90


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.jsonl", b""),
        ("broken.csv", b"\xff\xfe\xff"),
        ("latin.jsonl", '{"x": "\x81"}'.encode("latin-1")),
        ("nothing.jsonl", b"{}\n"),
        ("works.pdf", b"%PDF"),
        ("works.xlsx", b"not a zip"),
    ],
)
def test_an_unusable_file_changes_nothing(tmp_path: Path, name: str, content: bytes) -> None:
    good = tmp_path / "works.jsonl"
    good.write_text(json.dumps(GOOD), encoding="utf-8")
    import_catalogue(good, tmp_path / "home")
    before = kept(tmp_path / "home")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ImportFailed):
        import_catalogue(tmp_path / name, tmp_path / "home")
    assert kept(tmp_path / "home") == before
    with pytest.raises(ImportFailed):
        import_catalogue(tmp_path / "missing.jsonl", tmp_path / "home")


def test_a_file_of_the_same_name_replaces_what_it_brought(tmp_path: Path) -> None:
    source = tmp_path / "works.jsonl"
    other = tmp_path / "other.jsonl"
    source.write_text(json.dumps(GOOD) + "\n" + json.dumps({**GOOD, "id": "film/gone"}), encoding="utf-8")
    other.write_text(json.dumps({**GOOD, "year": 2002}), encoding="utf-8")
    import_catalogue(source, tmp_path)
    import_catalogue(other, tmp_path)
    source.write_text(json.dumps({**GOOD, "runtime": 91}), encoding="utf-8")
    report = import_catalogue(source, tmp_path, Catalogue.load(tmp_path, demo=False).graph)
    assert (report.added, report.updated) == (0, 1)
    assert kept(tmp_path) == ["0002-works-other.jsonl", "0003-works-works.jsonl"]
    graph = Catalogue.load(tmp_path, demo=False).graph
    assert "film/gone" not in graph and graph.value("film/good-2001", "runtime") == 91


def test_one_person_under_two_names_and_two_people_under_one(tmp_path: Path) -> None:
    rows = [
        {**GOOD, "id": "film/1", "directors": ["Wong Kar-wai|王家卫"], "cast": ["Li Na|李娜"]},
        {**GOOD, "id": "film/2", "directors": ["Wong Kar Wai|王家衛"], "cast": ["Li Na|李纳"]},
        {**GOOD, "id": "film/3", "directors": ["|王家卫"], "cast": ["李娜"]},
        {"id": "person/wong-kar-wai", "type": "person", "title": {"zh": "王家卫"}, "aliases": ["墨镜王"]},
    ]
    source = tmp_path / "works.jsonl"
    source.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    import_catalogue(source, tmp_path)
    graph = Catalogue.load(tmp_path, demo=False).graph
    assert len({graph.value(f"film/{number}", "directed_by") for number in (1, 2, 3)}) == 1
    assert graph.value("film/1", "cast") == graph.value("film/3", "cast") != graph.value("film/2", "cast")
    assert set(graph.entity("person/wong-kar-wai").aliases) == {"Wong Kar Wai", "王家衛", "墨镜王"}


# --- triples ----------------------------------------------------------------------------------------------------------


def test_triples_join_works_that_are_there_and_bring_new_relations(tmp_path: Path) -> None:
    works, triples = tmp_path / "works.jsonl", tmp_path / "kb.txt"
    works.write_text(json.dumps(GOOD), encoding="utf-8")
    triples.write_text(
        "Good|directed_by|Jane Doe\nGood|release_year|2001\nGood|票房|12亿\nNew One|starred_actors|Jane Doe\n"
        "broken line\n"
        "Good|release_year|soon\n||x\n",
        encoding="utf-8",
    )
    import_catalogue(works, tmp_path)
    report = import_triples(triples, tmp_path)
    assert report.added == 4
    assert [(error.line, error.reason) for error in report.skipped] == [
        (5, "expected 3 fields, found 1"),
        (6, "year: 'soon' is not a number"),
        (7, "an empty field"),
    ]
    graph = Catalogue.load(tmp_path, demo=False).graph
    assert graph.objects("film/good-2001", "directed_by") == ("person/jane-doe",)
    assert graph.objects("film/new-one", "cast") == ("person/jane-doe",)
    assert graph.value("film/good-2001", "票房") == "12亿"
    assert graph.relations["票房"].kind == "text"


def test_an_imported_relation_can_be_asked_about(tmp_path: Path) -> None:
    from knowledge.answer import Answerer

    (tmp_path / "works.jsonl").write_text(
        json.dumps({**GOOD, "title": {"zh": "流浪地球", "en": "Earth"}}), encoding="utf-8"
    )
    (tmp_path / "kb.txt").write_text("流浪地球\t票房\t46.86亿元\n", encoding="utf-8")
    import_catalogue(tmp_path / "works.jsonl", tmp_path)
    import_triples(tmp_path / "kb.txt", tmp_path)
    answer = Answerer(Catalogue.load(tmp_path, demo=False)).answer("流浪地球的票房是多少")
    assert answer.text == "《流浪地球》的票房：46.86亿元。"
    assert answer.facts[0].source == "kb"


@pytest.mark.parametrize("separator", ["|", "|||", "\t"])
def test_the_separator_is_seen_from_the_file(tmp_path: Path, separator: str) -> None:
    (tmp_path / "kb.txt").write_text(separator.join(["A film", "导演", "某人"]), encoding="utf-8")
    assert import_triples(tmp_path / "kb.txt", tmp_path).added == 1
    assert Catalogue.load(tmp_path, demo=False).graph.value("film/a-film", "directed_by") == "person/某人"


def test_ntriples(tmp_path: Path) -> None:
    (tmp_path / "kb.nt").write_text(
        '<http://x/Q1> <http://www.w3.org/2000/01/rdf-schema#label> "Good"@en .\n'
        "<http://x/Q1> <http://schema.org/director> <http://x/Q2> .\n"
        '<http://x/Q2> <http://www.w3.org/2000/01/rdf-schema#label> "Jane \\"J\\" Doe"@en .\n'
        '<http://x/Q2> <http://www.w3.org/2000/01/rdf-schema#label> "\\u7b80"@zh .\n'
        "<http://x/Q1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://schema.org/TVSeries> .\n"
        '<http://x/Q1> <http://schema.org/datePublished> "2001-05-01"^^<http://www.w3.org/2001/XMLSchema#date> .\n'
        "not a statement\n",
        encoding="utf-8",
    )
    report = import_triples(tmp_path / "kb.nt", tmp_path)
    assert report.added == 2 and [error.line for error in report.skipped] == [7]
    graph = Catalogue.load(tmp_path, demo=False).graph
    assert graph.value("series/good", "year") == 2001
    assert graph.entity(str(graph.value("series/good", "directed_by"))).labels == {"en": 'Jane "J" Doe', "zh": "简"}


# --- MovieLens --------------------------------------------------------------------------------------------------------


def movielens_100k(folder: Path) -> Path:
    folder.mkdir()
    (folder / "u.genre").write_text("unknown|0\nAction|1\nSci-Fi|2\n\n", encoding="latin-1")
    (folder / "u.item").write_text(
        "1|Good (2001)|01-Jan-2001||http://x|0|0|1\n2|Misérables, Les (1995)|||http://x|0|1|0\n3|unknown||||1|0|0\n",
        encoding="latin-1",
    )
    (folder / "u.data").write_text(
        "7\t1\t5\t880000000\n7\t2\t3\t880000001\n8\t99\t3\t880000002\n8\tbad\n", encoding="latin-1"
    )
    return folder


def test_movielens_100k(tmp_path: Path) -> None:
    folder = movielens_100k(tmp_path / "ml-100k")
    (tmp_path / "works.jsonl").write_text(json.dumps({**GOOD, "id": "film/ours"}), encoding="utf-8")
    import_catalogue(tmp_path / "works.jsonl", tmp_path)
    report = import_movielens(folder, tmp_path, Catalogue.load(tmp_path, demo=False).graph)
    assert (report.added, report.updated) == (2, 1)
    assert [str(error) for error in report.skipped] == [
        "u.data:3: a rating of film 99, which is not in the list",
        "u.data:4: expected user, film, rating and time",
    ]
    graph = Catalogue.load(tmp_path, demo=False).graph
    assert graph.entity("film/les-miserables-1995").labels == {"en": "Les Misérables"}
    assert graph.objects("film/les-miserables-1995", "genre") == ("genre/action",)
    (parquet,) = (tmp_path / "catalogue").glob("*.parquet")
    assert pq.read_table(parquet).to_pydict() == {
        "user": ["ml-100k/7", "ml-100k/7"],
        "item": ["film/ours", "film/les-miserables-1995"],
        "value": [5.0, 3.0],
        "time": [880000000, 880000001],
    }


def test_movielens_1m_and_later(tmp_path: Path) -> None:
    one, later = tmp_path / "ml-1m", tmp_path / "ml-latest"
    one.mkdir(), later.mkdir()
    (one / "movies.dat").write_text(
        "1::City of Lost Children, The (Cité des enfants) (1995)::Adventure|Sci-Fi\n", "latin-1"
    )
    (one / "ratings.dat").write_text("1::1::4::970000000\n", "latin-1")
    (later / "movies.csv").write_text('movieId,title,genres\n5,"Good, The (2001)",Comedy|IMAX\n', "utf-8")
    (later / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,5,4.5,1100000000\n", "utf-8")
    assert import_movielens(one, tmp_path).added == 1
    assert import_movielens(later, tmp_path).added == 1
    graph = Catalogue.load(tmp_path, demo=False).graph
    film = graph.entity("film/the-city-of-lost-children-1995")
    assert film.aliases == ("Cité des enfants",)
    assert graph.objects("film/the-good-2001", "genre") == ("genre/comedy",)
    with pytest.raises(ImportFailed, match=r"no u\.item"):
        import_movielens(tmp_path, tmp_path)


# --- FAQ --------------------------------------------------------------------------------------------------------------


def test_faq_tables(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(
        "问题,答案,相似问\n怎么退票？,在订单里退。,能退票吗；退票\nHow do I pay?,By card.,\n,没有问题,\n没有答案,,\n",
        encoding="gb18030",
    )
    report = import_faq(tmp_path / "faq.csv", tmp_path)
    assert report.added == 2
    assert [(error.line, error.reason) for error in report.skipped] == [(4, "no question"), (5, "no answer")]
    first, second = Catalogue.load(tmp_path, demo=False).faq
    assert first.phrasings == {"zh": ["能退票吗", "退票"]} and first.answer == {"zh": "在订单里退。"}
    assert second.id == "general/how-do-i-pay" and second.question == {"en": "How do I pay?"}


def test_faq_xlsx_in_two_languages(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["id", "topic", "question_zh", "question_en", "answer_zh", "answer_en", "phrasings_en"])
    book.active.append(
        [
            "t/1",
            "tickets",
            "怎么退票？",
            "How do I return a ticket?",
            "在订单里退。",
            "In your orders.",
            "refund; return",
        ]
    )
    book.save(tmp_path / "faq.xlsx")
    assert import_faq(tmp_path / "faq.xlsx", tmp_path).added == 1
    (entry,) = Catalogue.load(tmp_path, demo=False).faq
    assert entry.answer == {"zh": "在订单里退。", "en": "In your orders."} and entry.phrasings == {
        "en": ["refund", "return"]
    }
