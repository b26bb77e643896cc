"""A fitted suggester as one file: arrays in npz, the rest as JSON inside it. No pickle; written whole or not at all."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.graph import KnowledgeError
from knowledge.link_prediction.blend import Blend, static
from knowledge.link_prediction.embeddings import Embeddings
from knowledge.link_prediction.rules import PathRules, Rule
from knowledge.link_prediction.triples import TripleSet

__all__ = ["FORMAT", "read", "write"]

FORMAT = 1
"""Grows when the file's layout changes."""


def write(path: Path, triples: TripleSet, blend: Blend) -> None:
    """Writes both to ``path``; what was there stays until all of it is written."""
    rules = blend.rules.rules if blend.rules is not None else None
    about: dict[str, Any] = {
        "format": FORMAT,
        "entities": triples.entities,
        "relations": triples.relations,
        "types": triples.types,
        "decoder": blend.embeddings.decoder if blend.embeddings is not None else None,
        "rules": None
        if rules is None
        else [[[rule.body, rule.confidence, rule.support] for rule in of_relation] for of_relation in rules],
        "weights": [len(weights) for weights in blend.weights],
    }
    arrays: dict[str, Any] = {"rows": triples.rows, "weights": np.concatenate(blend.weights)}
    if blend.embeddings is not None:
        for name in ("entities", "relations", "prior"):
            arrays[name] = getattr(blend.embeddings, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            np.savez_compressed(file, about=np.array(json.dumps(about, ensure_ascii=False)), **arrays)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def read(path: Path) -> tuple[TripleSet, Blend]:
    """What :func:`write` wrote.

    Raises:
        KnowledgeError: there is no such file, or it is not one of these.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            about = json.loads(str(file["about"]))
            arrays: dict[str, Any] = {name: file[name] for name in file.files if name != "about"}
    except FileNotFoundError:
        raise KnowledgeError(f"{path} does not exist; fit suggestions and save them there first") from None
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise KnowledgeError(f"{path} is not a file of suggestions ({error}); fit and save again") from None
    if about.get("format") != FORMAT:
        raise KnowledgeError(
            f"{path} has format {about.get('format')}, this version reads {FORMAT}; fit and save again"
        )
    triples = TripleSet(tuple(about["entities"]), tuple(about["relations"]), arrays["rows"], tuple(about["types"]))
    embeddings = None
    if about["decoder"] is not None:
        embeddings = Embeddings(
            arrays["entities"], arrays["relations"], arrays["prior"], about["decoder"], tuple(triples.candidates)
        )
    rules = None
    if about["rules"] is not None:
        rules = PathRules(
            triples,
            [
                [Rule(relation, tuple(body), confidence, support) for body, confidence, support in of_relation]
                for relation, of_relation in enumerate(about["rules"])
            ],
        )
    weights = np.split(arrays["weights"], np.cumsum(about["weights"])[:-1])
    return triples, Blend(embeddings, rules, static(triples), weights)
