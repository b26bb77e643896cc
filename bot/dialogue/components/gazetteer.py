"""Catalogue names in a message, by Aho–Corasick (Aho & Corasick 1975) over the exported gazetteer.

The catalogue can hold hundreds of thousands of names and changes while the assistant runs, so names are neither Rasa
lookup tables (slow, and never matching Chinese) nor learned: they are read from one file, which is read again when it
changes. Titles that are also everyday words (``"common"`` in the file: 活着, Her, Friends) only count when quoted,
capitalised as a title, or when they are the whole message.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
import time
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Text

import ahocorasick
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.text import FOLDED, QUOTED, fold, fold_table

logger = logging.getLogger(__name__)

DEFAULT_PATH = Path(__file__).resolve().parents[3] / "var" / "gazetteer.json"
MENTIONS = "gazetteer_mentions"
_WORD = re.compile(r"[a-z0-9à-ɏ]")
# Where one span has several readings, the more particular one names it.
_ORDER = {kind: rank for rank, kind in enumerate(("channel", "work", "person", "award", "genre", "mood", "country"))}


class Mention(NamedTuple):
    start: int
    end: int
    entity: str
    value: str


class Gazetteer:
    """An immutable automaton over folded surface forms. 100,000 names take about 60 MB and 0.5 s to build."""

    def __init__(self, document: Dict[Text, Any]) -> None:
        if document.get("version") != 1:
            raise ValueError(f"gazetteer version {document.get('version')!r}; this component reads version 1")
        self.table = fold_table(document.get("fold", {}))
        self._automaton = ahocorasick.Automaton()
        readings: Dict[str, List[Dict[Text, Any]]] = {}
        for entry in document["entries"]:
            readings.setdefault(entry["surface"], []).append(entry)
        for surface, entries in readings.items():
            best = min(entries, key=lambda entry: (_ORDER.get(entry["entity"], len(_ORDER)), entry["id"]))
            common = all(entry.get("common") for entry in entries)
            self._automaton.add_word(surface, (len(surface), best["entity"], best["id"], common))
        if readings:
            self._automaton.make_automaton()
        self.size = len(readings)

    def find(self, text: str) -> List[Mention]:
        """Longest, then leftmost, non-overlapping mentions; offsets into ``text`` itself."""
        if not self.size or not text:
            return []
        folded = fold(text, self.table)
        quoted = [match.span() for match in QUOTED.finditer(text)]
        found = []
        for last, (length, entity, value, common) in self._automaton.iter(folded):
            start, end = last - length + 1, last + 1
            if not _at_word_edges(folded, start, end):
                continue
            in_quotes = any(a < start and end < b for a, b in quoted)
            if common and not in_quotes and not _stands_out(text, start, end):
                continue
            found.append((not in_quotes, -length, start, Mention(start, end, entity, value)))
        taken: List[Mention] = []
        for _, _, _, mention in sorted(found):
            if all(mention.end <= other.start or other.end <= mention.start for other in taken):
                taken.append(mention)
        return sorted(taken)


def _at_word_edges(folded: str, start: int, end: int) -> bool:
    """English names must not match inside a word; Chinese has no word edges to respect."""
    if start and _WORD.match(folded[start]) and _WORD.match(folded[start - 1]):
        return False
    return not (end < len(folded) and _WORD.match(folded[end - 1]) and _WORD.match(folded[end]))


def _stands_out(text: str, start: int, end: int) -> bool:
    span = text[start:end]
    if span == text.strip(" ?？!！.。"):
        return True
    return start > 0 and span[:1].isupper() and text[:start].rstrip()[-1:] not in ".?!。？！"


class GazetteerFile:
    """The gazetteer in force: loads once, and again in the background when the file has changed."""

    def __init__(self, path: Path, check_every: float = 1.0) -> None:
        self.path = path
        self._check_every = check_every
        self._checked = 0.0
        self._stamp: Optional[tuple] = None
        self._lock = threading.Lock()
        self._current = Gazetteer({"version": 1, "entries": []})
        if path.exists():
            self._load(self._stat())
        else:
            logger.warning(f"No gazetteer at {path}: catalogue names are not recognised until one is exported.")

    def current(self) -> Gazetteer:
        now = time.monotonic()
        if now - self._checked > self._check_every:
            self._checked = now
            stamp = self._stat()
            if stamp is not None and stamp != self._stamp and self._lock.acquire(blocking=False):
                threading.Thread(target=self._reload, args=(stamp,), daemon=True).start()
        return self._current

    def _stat(self) -> Optional[tuple]:
        try:
            status = os.stat(self.path)
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino

    def _reload(self, stamp: tuple) -> None:
        try:
            self._load(stamp)
            logger.info(f"Gazetteer reloaded: {self._current.size} names.")
        except (ValueError, KeyError, OSError) as error:
            self._stamp = stamp  # say it once, keep the old one
            logger.error(f"Gazetteer {self.path} is not usable ({error}); the previous one stays in force.")
        finally:
            self._lock.release()

    def _load(self, stamp: Optional[tuple]) -> None:
        self._current = Gazetteer(json.loads(self.path.read_text(encoding="utf-8")))
        self._stamp = stamp


def _path(config: Dict[Text, Any]) -> Path:
    return Path(config.get("path") or os.environ.get("YUBAN_GAZETTEER") or DEFAULT_PATH)


# Registered as a featurizer too, because only then does Rasa show it the training data.
@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER],
    is_trainable=False,
)
class GazetteerExtractor(GraphComponent, EntityExtractorMixin):
    """Adds an entity per mention, its value being the catalogue's id (or a channel's, a mood's, …).

    Config: ``path``, the exported file; without it the environment variable ``YUBAN_GAZETTEER``, then ``var/``.
    """

    def __init__(self, config: Dict[Text, Any]) -> None:
        self._file = GazetteerFile(_path(config))

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Training is redone when the names have changed, not only when the configuration has."""
        path = _path(config)
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "GazetteerExtractor":
        return cls(config)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "GazetteerExtractor":
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Marks mentions for the intent classifier; annotated entities stay the only training entities."""
        gazetteer = self._file.current()
        for message in training_data.training_examples:
            text = message.get(TEXT) or ""
            message.set(FOLDED, fold(text, gazetteer.table))
            message.set(MENTIONS, gazetteer.find(text))
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        gazetteer = self._file.current()
        for message in messages:
            text = message.get(TEXT) or ""
            if text.startswith("/"):
                continue
            mentions = gazetteer.find(text)
            message.set(FOLDED, fold(text, gazetteer.table))
            message.set(MENTIONS, mentions)
            if mentions:
                entities = message.get(ENTITIES) or []
                entities.extend(
                    {
                        "entity": mention.entity,
                        "value": mention.value,
                        "start": mention.start,
                        "end": mention.end,
                        "extractor": "GazetteerExtractor",
                    }
                    for mention in mentions
                )
                message.set(ENTITIES, entities, add_to_output=True)
        return messages
