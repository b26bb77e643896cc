"""The names of a catalogue as one JSON file, for processes that cannot import this package.

``{"version": 1, "fold": {char: char}, "entries": [{"surface", "entity", "id", "type", "common"}, …]}``. A surface is
folded; folding a text is ``text.translate`` over ``fold``. ``entity`` says what kind of thing is named (work, person,
genre, mood, country, channel, award), ``type`` is more exact (film, series, …), ``common`` marks everyday words,
which are names only when something else says so. The same catalogue always gives the same bytes.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from knowledge.catalogue import Catalogue
from knowledge.graph import WORK_TYPES, Entity
from knowledge.linking.common_words import is_common
from knowledge.surfaces import GIVEN, surfaces
from knowledge.text import fold, fold_table

__all__ = ["export"]

_NAMED = (*WORK_TYPES, "person", "genre", "mood", "country", "award")


def export(catalogue: Catalogue, path: Path) -> int:
    """Writes the gazetteer to ``path``, whole or not at all, and returns how many entries it has."""
    entries = sorted(
        {(surface, kind, id_, type_, common) for surface, kind, id_, type_, common in _entries(catalogue)},
    )
    document = {
        "version": 1,
        "fold": dict(sorted(fold_table().items())),
        "entries": [
            {"surface": surface, "entity": kind, "id": id_, "type": type_, "common": common}
            for surface, kind, id_, type_, common in entries
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(document, stream, ensure_ascii=False, separators=(",", ":"))
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return len(entries)


def _entries(catalogue: Catalogue) -> Iterator[tuple[str, str, str, str, bool]]:
    facets = {
        fold(name)
        for entity in catalogue.graph.entities(("genre", "mood", "country", "award"))
        for name in (*entity.labels.values(), *entity.aliases)
    }
    for entity in catalogue.graph.entities(_NAMED):
        kind = "work" if entity.type in WORK_TYPES else entity.type
        named = kind in ("work", "person")
        for surface in _written(entity):
            # A title that is also a genre ("Thriller") is an everyday word here, whatever the word lists say.
            common = named and (is_common(surface) or surface in facets)
            yield surface, kind, entity.id, entity.type, common
    for channel in catalogue.vocabulary.channels.values():
        for name in (*channel.labels.values(), *channel.aliases):
            surface = fold(name).strip()
            yield surface, "channel", channel.id, "channel", len(surface) < 2


def _written(entity: Entity) -> set[str]:
    """Folded names as typed with their punctuation, and every squeezed way to write them but first names."""
    typed = {fold(name).strip() for name in (*entity.labels.values(), *entity.aliases)}
    squeezed = {surface.text for surface in surfaces(entity) if surface.strength > GIVEN}
    undotted = {name.replace("·", "") for name in typed}
    return {name for name in typed | squeezed | undotted if name}
