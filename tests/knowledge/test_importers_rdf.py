"""Turtle, N-Triples and long files: streamed, labelled from anywhere in the file, and honest about what is wrong."""

from __future__ import annotations

import bz2
import gzip
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.catalogue import Catalogue
from knowledge.importers import ImportFailed, import_triples
from knowledge.importers.files import text_lines
from knowledge.importers.namebook import NameBook
from knowledge.importers.report import MAX_REASONS, ImportReport, RowError

TURTLE = """
@prefix schema: <http://schema.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <http://x/> .

:Q1 a schema:TVSeries ; rdfs:label "Good"@en , "好"@zh-Hans ;
    schema:director :Q2 , [ rdfs:label "Second Unit"@en ] ;
    schema:datePublished "2001-05-01" .
:Q2 rdfs:label "Jane Doe"@en .
"""


def test_turtle_says_what_ntriples_says(tmp_path: Path) -> None:
    (tmp_path / "kb.ttl").write_text(TURTLE, encoding="utf-8")
    assert import_triples(tmp_path / "kb.ttl", tmp_path).added == 3
    graph = Catalogue.load(tmp_path, demo=False).graph
    assert graph.value("series/good", "year") == 2001
    directors = [graph.entity(str(id_)).label("en") for id_ in graph.objects("series/good", "directed_by")]
    assert directors == ["Jane Doe", "Second Unit"]


def test_broken_turtle_names_the_line_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "kb.ttl").write_text(TURTLE + "\nthis is not turtle", encoding="utf-8")
    with pytest.raises(ImportFailed, match=r"kb\.ttl:11: not Turtle"):
        import_triples(tmp_path / "kb.ttl", tmp_path)
    assert not list((tmp_path / "catalogue").iterdir())


@pytest.mark.parametrize(("suffix", "opener"), [(".gz", gzip.open), (".bz2", bz2.open)])
def test_compressed_lines(tmp_path: Path, suffix: str, opener: object) -> None:
    path = tmp_path / f"kb.nt{suffix}"
    with opener(path, "wt", encoding="utf-8") as stream:  # type: ignore[operator]
        stream.write('<http://x/a> <http://schema.org/director> "Jane Doe" .\n')
    assert import_triples(path, tmp_path).added == 1
    (tmp_path / f"cut{suffix}").write_bytes(path.read_bytes()[:-12])
    with pytest.raises(ImportFailed, match="cut"):
        import_triples(tmp_path / f"cut{suffix}", tmp_path)


def test_a_triple_without_an_object_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "kb.txt").write_text("A film|导演|某人\nA film|导演\nA film|导演|\n", encoding="utf-8")
    report = import_triples(tmp_path / "kb.txt", tmp_path)
    assert report.added == 1
    assert [str(error) for error in report.skipped] == [
        "kb.txt:2: expected 3 fields, found 2",
        "kb.txt:3: an empty field",
    ]


def test_repeated_lines_are_kept_once(tmp_path: Path) -> None:
    (tmp_path / "kb.txt").write_text("A film|导演|某人\n" * 5000 + "A film|演员|另一人\n", encoding="utf-8")
    report = import_triples(tmp_path / "kb.txt", tmp_path)
    assert (report.added, report.repeated) == (2, 4999)
    (kept,) = (tmp_path / "catalogue").iterdir()
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 2


def test_a_graph_that_turns_in_circles_and_contradicts_itself_can_be_asked(tmp_path: Path) -> None:
    lines = ["One|sequel_of|Two", "Two|sequel_of|Three", "Three|sequel_of|One", "One|year|1999", "One|year|2005"]
    (tmp_path / "kb.txt").write_text("\n".join([*lines, "One|directed_by|Jane Doe"]), encoding="utf-8")
    assert import_triples(tmp_path / "kb.txt", tmp_path).added == 6
    graph = Catalogue.load(tmp_path, demo=False).graph
    assert graph.objects("film/one", "year") == (1999, 2005)  # both are said, with their source; none is dropped


def test_lines_in_another_encoding_are_reported_and_the_others_kept(tmp_path: Path) -> None:
    good = "甲片|导演|某人\n乙片|导演|某人\n".encode()
    (tmp_path / "kb.txt").write_bytes(good + "丙片|导演|某人\n".encode("gb18030"))
    report = import_triples(tmp_path / "kb.txt", tmp_path)
    assert report.added == 2
    assert [(error.line, error.reason[:9]) for error in report.skipped] == [(3, "not UTF-8")]
    (tmp_path / "gb.txt").write_bytes(good.decode().encode("gb18030"))
    assert import_triples(tmp_path / "gb.txt", tmp_path).added == 2


def test_a_line_without_end_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.importers.files.MAX_LINE", 1024)
    (tmp_path / "long.txt").write_text("a|b|c\n" + "x" * 5000 + "\nd|e|f\n", encoding="utf-8")
    lines = list(text_lines(tmp_path / "long.txt"))
    assert [number for number, _ in lines] == [1, 2, 3]
    assert isinstance(lines[1][1], ValueError) and lines[2][1] == "d|e|f\n"


def test_memory_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.importers.namebook._BATCH", 200)
    monkeypatch.setattr("knowledge.importers.triples._FORGET_AT", 500)

    def peak(lines: int) -> int:
        path = tmp_path / f"{lines}.nt"
        with path.open("w", encoding="utf-8") as stream:
            for i in range(lines):
                stream.write(f'<http://x/m{i}> <http://www.w3.org/2000/01/rdf-schema#label> "Movie {i}"@en .\n')
                stream.write(f"<http://x/m{i}> <http://schema.org/director> <http://x/m{i // 2}> .\n")
        tracemalloc.start()
        import_triples(path, tmp_path)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)  # tables that are made once
    small, large = peak(1_000), peak(8_000)
    assert large < 1.2 * small


def test_only_so_many_reasons_are_kept() -> None:
    report = ImportReport()
    for line in range(MAX_REASONS + 5):
        report.skip(RowError("f", line, "bad"))
    assert (len(report.skipped), report.unlisted) == (MAX_REASONS, 5)
    assert (report + report).unlisted == 10


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["zh", "en"]), st.text("xyz好", min_size=1, max_size=3)))
)
def test_the_book_remembers_the_first_name_in_each_language(rows: list[tuple[str, str, str]]) -> None:
    first: dict[str, dict[str, str]] = {}
    with NameBook.open() as book:
        for node, lang, name in rows:
            book.name(node, lang, name)
            first.setdefault(node, {}).setdefault(lang, name)
        for node in "abc":
            assert book.names(node) == first.get(node, {})
