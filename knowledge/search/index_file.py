"""An index in a folder: plain ``.npy`` arrays that can be mapped instead of read, and JSON that says what they are.

    index.json             version, kind, parameters, and of every other file its name, size and checksum
    vocabulary-….json      the terms in order of their numbers
    rows-….npy …           the arrays, named by their own contents

Saving over an index is atomic: the new arrays are written beside the old under other names, ``index.json`` is replaced
in one step, and only then do the old ones go. Whoever has them mapped keeps them until done. No pickle is written or
read.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError

__all__ = ["VERSION", "load_index", "save_index"]

VERSION = 1
_HEAD = "index.json"
_TYPES = {
    "indptr": ("<i8",), "rows": ("<i4",), "tf": ("|u1", "<u2", "<u4"), "weights": ("<f4",), "bounds": ("<f8",),
    "idf": ("<f8",), "lengths": ("<i4",), "alive": ("|b1",),
}  # fmt: skip
_SMALL = frozenset({"indptr", "bounds", "idf", "lengths", "alive"})
"""Per term or per document, not per posting: always read and checked."""


def save_index(
    folder: str | os.PathLike[str],
    kind: str,
    parameters: Mapping[str, Any],
    vocabulary: Mapping[str, int],
    arrays: Mapping[str, NDArray[Any]],
) -> None:
    """Writes an index; ``folder`` is made if need be.

    Raises:
        KnowledgeError: ``folder`` is a file.
    """
    path = Path(folder)
    if path.exists() and not path.is_dir():
        raise KnowledgeError(f"{path} is a file; an index is saved to a folder")
    path.mkdir(parents=True, exist_ok=True)
    files = {name: _write_array(path, name, array) for name, array in arrays.items()}
    text = json.dumps(list(vocabulary), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    files["vocabulary"] = _write(path, "vocabulary", ".json", [text])
    head = {"version": VERSION, "kind": kind, "parameters": dict(parameters), "files": files}
    made = path / f"{_HEAD}.{os.getpid()}.tmp"
    made.write_text(json.dumps(head, indent=1) + "\n", encoding="utf-8")
    os.replace(made, path / _HEAD)
    now = {entry["name"] for entry in files.values()}
    for name in (*_TYPES, "vocabulary"):
        for old in path.glob(f"{name}-*"):
            if old.name not in now:
                old.unlink()


def load_index(
    folder: str | os.PathLike[str], kind: str, *, mmap: bool
) -> tuple[dict[str, Any], list[str], dict[str, NDArray[Any]]]:
    """The parameters, terms and arrays of an index.

    Args:
        kind: what it must be an index of.
        mmap: map the postings instead of reading them. Their size and type are checked then, not their contents.

    Raises:
        KnowledgeError: no index there, one of another version or kind, or a file that is missing, cut short, changed or
            of another type. The message names the file.
    """
    path = Path(folder)
    head = _head(path)
    if head.get("version") != VERSION:
        raise KnowledgeError(f"{path / _HEAD}: version {head.get('version')!r}, not {VERSION}; build the index anew")
    if head.get("kind") != kind:
        raise KnowledgeError(f"{path / _HEAD}: an index of kind {head.get('kind')!r}, not {kind!r}; load it as that")
    parameters, files = head.get("parameters"), head.get("files")
    if not isinstance(parameters, dict) or not isinstance(files, dict):
        raise KnowledgeError(f"{path / _HEAD}: says neither parameters nor files; build the index anew")
    arrays = {}
    for name, types in _TYPES.items():
        arrays[name] = _read_array(path, files.get(name), name, types, mmap=mmap and name not in _SMALL)
    source, content = _read(path, files.get("vocabulary"), "vocabulary")
    try:
        terms = json.loads(content.decode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise KnowledgeError(f"{source}: not JSON; {_REMEDY}") from error
    _check(path, terms, arrays)
    return parameters, terms, arrays


_REMEDY = "save the index again, or restore the folder from a copy"


def _head(path: Path) -> dict[str, Any]:
    try:
        head = json.loads((path / _HEAD).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise KnowledgeError(f"{path / _HEAD}: no index here; save one with index.save({str(path)!r})") from error
    except (ValueError, OSError) as error:
        raise KnowledgeError(f"{path / _HEAD}: cannot be read ({error}); {_REMEDY}") from error
    if not isinstance(head, dict):
        raise KnowledgeError(f"{path / _HEAD}: not a JSON object; {_REMEDY}")
    return head


def _write(path: Path, name: str, suffix: str, parts: list[Any]) -> dict[str, Any]:
    made = path / f"{name}.{os.getpid()}.tmp"
    checksum = size = 0
    with open(made, "wb") as file:
        for part in parts:
            file.write(part)
            checksum = zlib.crc32(part, checksum)
            size += len(part)
        file.flush()
        os.fsync(file.fileno())
    final = f"{name}-{checksum:08x}-{size:x}{suffix}"
    os.replace(made, path / final)
    return {"name": final, "bytes": size, "crc32": checksum}


def _write_array(path: Path, name: str, array: NDArray[Any]) -> dict[str, Any]:
    array = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    header = BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(array))
    return _write(path, name, ".npy", [header.getvalue(), array.view(np.uint8).data])


def _file(path: Path, entry: Any, name: str) -> Path:
    if not isinstance(entry, dict) or not {"name", "bytes", "crc32"} <= entry.keys():
        raise KnowledgeError(f"{path / _HEAD}: does not say where {name} is; {_REMEDY}")
    source = path / Path(str(entry["name"])).name  # never outside the folder
    if not source.is_file():
        raise KnowledgeError(f"{source}: missing; {_REMEDY}")
    if source.stat().st_size != entry["bytes"]:
        raise KnowledgeError(f"{source}: {source.stat().st_size} bytes instead of {entry['bytes']}; {_REMEDY}")
    return source


def _read(path: Path, entry: Any, name: str) -> tuple[Path, bytes]:
    source = _file(path, entry, name)
    content = source.read_bytes()
    if zlib.crc32(content) != entry["crc32"]:
        raise KnowledgeError(f"{source}: its contents have changed since it was saved; {_REMEDY}")
    return source, content


def _read_array(path: Path, entry: Any, name: str, types: tuple[str, ...], *, mmap: bool) -> NDArray[Any]:
    source = _file(path, entry, name)
    if not mmap:
        checksum = 0
        with open(source, "rb") as file:
            while block := file.read(1 << 22):
                checksum = zlib.crc32(block, checksum)
        if checksum != entry["crc32"]:
            raise KnowledgeError(f"{source}: its contents have changed since it was saved; {_REMEDY}")
    try:
        array = np.load(source, mmap_mode="r" if mmap else None, allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise KnowledgeError(f"{source}: not a .npy file ({error}); {_REMEDY}") from error
    if array.dtype.str not in types or array.ndim != 1:
        expected = " or ".join(types)
        raise KnowledgeError(f"{source}: {array.dtype.str} of {array.ndim} axes, not {expected} of one; {_REMEDY}")
    return np.asarray(array)


def _check(path: Path, terms: Any, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Whether the parts fit each other: nothing that is looked up later lies outside."""
    indptr, n_rows = arrays["indptr"], len(arrays["lengths"])
    cells = len(arrays["rows"])
    fits = (
        isinstance(terms, list)
        and all(isinstance(term, str) for term in terms)
        and len(indptr) == len(terms) + 1 == len(arrays["idf"]) + 1 == len(arrays["bounds"]) + 1
        and len(arrays["tf"]) == len(arrays["weights"]) == cells
        and indptr[0] == 0
        and indptr[-1] == cells
        and bool((np.diff(indptr) >= 0).all())
        and len(arrays["alive"]) in (0, n_rows)
    )
    if not fits:
        raise KnowledgeError(f"{path}: its files do not fit each other; {_REMEDY}")
