"""An index in a folder comes back as it was, mapped or read, or says what is wrong with the folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.graph import KnowledgeError
from knowledge.search.bm25 import BM25
from knowledge.search.tfidf import TfIdf

DOCS = [["星际", "穿越", "film"], ["film", "a\nb", "film"], [], ["\ud800", "穿越"], ["x", "y"]]
QUERY = ["film", "穿越", "\ud800", "a\nb"]


@pytest.mark.parametrize("mmap", [True, False])
@pytest.mark.parametrize(
    "index",
    [BM25(DOCS, k1=1.2, variant="plus", delta=0.7), BM25(DOCS), BM25([]), TfIdf(DOCS, sublinear_tf=True)],
    ids=["plus", "okapi", "empty", "tfidf"],
)
def test_there_and_back(index: Any, mmap: bool, tmp_path: Path) -> None:
    index.save(tmp_path / "a" / "b")
    again = type(index).load(tmp_path / "a" / "b", mmap=mmap)
    assert again.parameters() == index.parameters() and dict(again.vocabulary) == dict(index.vocabulary)
    np.testing.assert_array_equal(again.scores(QUERY), index.scores(QUERY))
    assert again.top(QUERY, 3) == index.top(QUERY, 3)
    assert not list(tmp_path.rglob("*.tmp"))


def test_postings_are_mapped_and_can_still_change(tmp_path: Path) -> None:
    BM25(DOCS).save(tmp_path)
    index = BM25.load(tmp_path)
    weights = index._compiled.matrix.weights
    assert isinstance(weights.base, np.memmap) and not weights.flags.writeable
    index.update(4, ["film"])
    index.delete([0])
    index.add([["穿越"]])
    expected = BM25([DOCS[1], [], DOCS[3], ["film"], ["穿越"]])
    np.testing.assert_allclose(index.scores(QUERY)[1:], expected.scores(QUERY), rtol=1e-5)
    index.save(tmp_path)  # over what it has mapped
    again = BM25.load(tmp_path)
    np.testing.assert_array_equal(again.scores(QUERY), index.scores(QUERY))
    assert len(again) == 5 and again.n_rows == 6
    assert len(list(tmp_path.iterdir())) == 10  # what the earlier save wrote is gone


def damage(folder: Path, how: str) -> str:
    """Spoils the folder and returns the part of a file's name the message has to hold."""
    head = folder / "index.json"
    said = json.loads(head.read_text())
    name, _, kind = how.partition(":")
    if name == "head":
        if kind == "gone":
            head.unlink()
        elif kind == "cut":
            head.write_text(head.read_text()[:40])
        elif kind == "list":
            head.write_text("[]")
        elif kind == "parameter":
            said["parameters"]["depth"] = 3
        elif kind == "outside":
            said["files"]["rows"]["name"] = "../../etc/passwd"
        else:
            said[kind] = "other"
        if kind in said or kind in ("parameter", "outside"):
            head.write_text(json.dumps(said))
        return "passwd" if kind == "outside" else "index.json"
    file = folder / said["files"][name]["name"]
    content = file.read_bytes()
    if kind == "gone":
        file.unlink()
    elif kind == "cut":
        file.write_bytes(content[:-3])
    elif kind == "changed":
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif kind == "type":
        np.save(file, np.load(file).astype(np.float64 if name != "bounds" else np.int64))
        said["files"][name] |= {"bytes": file.stat().st_size}
        head.write_text(json.dumps(said))
    return name


@pytest.mark.parametrize("mmap", [True, False])
@pytest.mark.parametrize(
    "how",
    ["head:gone", "head:cut", "head:list", "head:version", "head:kind", "head:parameter", "head:outside", "head:files",
     "rows:gone", "rows:cut", "rows:type", "weights:cut", "indptr:changed", "vocabulary:changed", "vocabulary:cut",
     "lengths:changed", "tf:type"],
)  # fmt: skip
def test_a_damaged_folder_is_refused_by_name(how: str, mmap: bool, tmp_path: Path) -> None:
    BM25(DOCS).save(tmp_path)
    name = damage(tmp_path, how)
    with pytest.raises(KnowledgeError, match=name):
        BM25.load(tmp_path, mmap=mmap)


def test_changed_postings_are_noticed_when_read(tmp_path: Path) -> None:
    BM25(DOCS).save(tmp_path)
    damage(tmp_path, "weights:changed")
    with pytest.raises(KnowledgeError, match="weights"):
        BM25.load(tmp_path, mmap=False)


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_changed_postings_that_were_mapped_crash_nothing(backend: Any, tmp_path: Path) -> None:
    if backend == "numba":
        pytest.importorskip("numba")
    BM25([["a", f"b{number % 50}"] for number in range(3000)]).save(tmp_path)
    name = json.loads((tmp_path / "index.json").read_text())["files"]["rows"]["name"]
    content = bytearray((tmp_path / name).read_bytes())
    for place in range(len(content) - 4 * 200, len(content), 4):  # all of some rare terms
        content[place : place + 4] = (2**31 - 5).to_bytes(4, "little")
    (tmp_path / name).write_bytes(content)
    index = BM25.load(tmp_path, backend=backend)
    for number in range(50):
        try:
            index.top([f"b{number}", "a"], 3)
        except IndexError:  # numpy's own check
            assert backend == "numpy"
    content[-6000 * 4 :] = b"\xff\xff\xff\x7f" * 6000
    (tmp_path / name).write_bytes(content)
    with pytest.raises(KnowledgeError, match="rows"):
        BM25.load(tmp_path, backend=backend)


def test_an_index_of_another_kind_is_refused(tmp_path: Path) -> None:
    TfIdf(DOCS).save(tmp_path)
    with pytest.raises(KnowledgeError, match="kind 'TfIdf'"):
        BM25.load(tmp_path)


def test_parts_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    BM25(DOCS).save(tmp_path / "a")
    BM25([["film"]]).save(tmp_path / "b")
    ours, theirs = (json.loads((tmp_path / name / "index.json").read_text()) for name in "ab")
    lengths = theirs["files"]["idf"]
    (tmp_path / "a" / lengths["name"]).write_bytes((tmp_path / "b" / lengths["name"]).read_bytes())
    ours["files"]["idf"] = lengths
    (tmp_path / "a" / "index.json").write_text(json.dumps(ours))
    with pytest.raises(KnowledgeError, match="do not fit"):
        BM25.load(tmp_path / "a")


def test_a_folder_is_needed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KnowledgeError, match="is a file"):
        BM25(DOCS).save(tmp_path / "file")
