"""RDF files as subject, relation, object by name: N-Triples line by line, Turtle by way of N-Triples on disk.

A node is called by its label (``rdfs:label``, ``schema:name``, ``skos:prefLabel``, Chinese and English), else by the
last part of its address. Labels may stand anywhere, so the file is read twice; what is remembered in between lies on
disk (:mod:`knowledge.importers.namebook`).

    W3C, "RDF 1.1 N-Triples" and "RDF 1.1 Turtle", 2014.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from knowledge.importers.files import text_lines
from knowledge.importers.namebook import NameBook
from knowledge.importers.report import ImportFailed

__all__ = ["NTRIPLES", "NamedTriple", "read_ntriples", "read_turtle"]

_TYPE_OF = {"movie": "film", "film": "film", "tvseries": "series", "musicalbum": "album", "theaterevent": "show"}
_LABELS = frozenset({"label", "name", "preflabel"})

_IRI = re.compile(r"<([^<>\s]*)>")
NTRIPLES = re.compile(
    r'\s*(<[^<>\s]*>|_:\S+)\s+(<[^<>\s]*>)\s+(<[^<>\s]*>|_:\S+|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<[^<>\s]*>)?)\s*\.\s*(?:#.*)?'
)
"""One statement of N-Triples."""

_ESCAPE = re.compile(r'\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[tbnrf"\'\\])')
_PLAIN = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class NamedTriple:
    """``type`` is the subject's, one of ours or empty; ``object`` is a literal's text or a node's name."""

    subject: str
    relation: str
    object: str
    type: str


@dataclass(frozen=True, slots=True)
class _Statement:
    line: int
    subject: str  # <iri> or _:blank
    relation: str  # last part of the predicate
    node: str  # the object, when it is a node
    literal: str | None  # its text, when it is a literal
    lang: str

    @property
    def is_label(self) -> bool:
        return self.literal is not None and self.relation.lower() in _LABELS

    @property
    def is_type(self) -> bool:
        return self.literal is None and self.relation.lower() == "type"


def read_ntriples(path: Path) -> Iterator[tuple[int, NamedTriple | str]]:
    """``(line, triple)`` for each statement that is a fact, ``(line, reason)`` for each line that is none.

    Raises:
        ImportFailed: the file cannot be read.
    """
    yield from _named(path)


def read_turtle(path: Path) -> Iterator[tuple[int, NamedTriple | str]]:
    """The same for Turtle; a statement has no line of its own there, so the number counts statements.

    Raises:
        ImportFailed: the file cannot be read or is not Turtle; the message names the line.
    """
    # The parser names blank nodes anew each time, so what it says once is written down to be read twice.
    with tempfile.TemporaryDirectory() as folder:
        statements = Path(folder) / "statements.nt"
        _write_ntriples(path, statements)
        yield from read_ntriples(statements)


def _named(path: Path) -> Iterator[tuple[int, NamedTriple | str]]:
    with NameBook.open() as book:
        for one in _statements(path):
            if isinstance(one, tuple):
                continue
            if one.is_label:
                book.name(one.subject, "zh" if one.lang.lower().startswith("zh") else "en", one.literal or "")
            elif one.is_type:
                book.kind(one.subject, _TYPE_OF.get(_local_name(one.node).lower(), ""))
        for one in _statements(path):
            if isinstance(one, tuple):
                yield one
            elif not (one.is_label or one.is_type):
                names = book.names(one.subject)
                subject = names.get("en") or names.get("zh") or _local_name(one.subject)
                target = one.literal if one.literal is not None else _called(one.node, book)
                yield one.line, NamedTriple(subject, one.relation, target, book.kind_of(one.subject))


def _called(node: str, book: NameBook) -> str:
    return next(iter(book.called([node])), _local_name(node))


def _statements(path: Path) -> Iterator[_Statement | tuple[int, str]]:
    for number, line in text_lines(path):
        if isinstance(line, ValueError):
            yield number, str(line)
            continue
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = NTRIPLES.fullmatch(line.rstrip("\r\n"))
        if match is None:
            yield number, "not an N-Triples statement"
            continue
        subject, predicate, target, literal, lang = match.groups()
        text = None if literal is None else _unescape(literal)
        yield _Statement(number, subject, _local_name(predicate), target, text, lang or "")


def _write_ntriples(turtle: Path, target: Path) -> None:
    import pyoxigraph  # 20 MB, and only Turtle needs it

    try:
        triples = pyoxigraph.parse(path=str(turtle), format=pyoxigraph.RdfFormat.TURTLE, base_iri="http://localhost/")
        with target.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(f"{triple} .\n" for triple in triples)
    except SyntaxError as error:
        raise ImportFailed(f"{turtle.name}:{error.lineno}: not Turtle: {error.msg}") from error
    except OSError as error:
        raise ImportFailed(f"{turtle.name}: {error.strerror or error}") from error


def _local_name(node: str) -> str:
    match = _IRI.fullmatch(node)
    iri = match.group(1) if match else node.removeprefix("_:")
    return unquote(re.split(r"[/#]", iri.rstrip("/#"))[-1]).replace("_", " ")


def _unescape(literal: str) -> str:
    def one(match: re.Match[str]) -> str:
        mark = match.group(1)
        return chr(int(mark[1:], 16)) if mark[0] in "uU" else _PLAIN.get(mark, mark)

    return _ESCAPE.sub(one, literal)
