"""Training the small bilingual encoder on groups of texts that mean the same.

A group is an FAQ entry with its phrasings in both languages, a work with its titles and its line, a genre with its
names, or a row of a file of pairs. Two texts of a group are pulled together and away from the other groups of the batch
(multiple negatives ranking loss, both directions). With a teacher, any :class:`knowledge.search.encoders.Encoder` of English,
the rows of English words start as the teacher's vectors of those words, and every text, Chinese ones through the
English texts of their group, is also pulled towards the teacher's vector: what the teacher knows of English words that
none of the groups holds is kept, and Chinese learns from it.

    Henderson et al., "Efficient natural language response suggestion for Smart Reply", 2017 (the loss).
    Reimers and Gurevych, "Making monolingual sentence embeddings multilingual using knowledge distillation", EMNLP 2020.

Memory: about 12 bytes a number of the table while training (16,000 rows of 128: 25 MB) and the vectors of the teacher.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import Catalogue
from knowledge.graph import WORK_TYPES, Entity, KnowledgeError
from knowledge.importers.faq import FaqEntry
from knowledge.search.encoders import Encoder, one_thread
from knowledge.search.static_encoder import Featurizer, StaticEncoder, pieces
from knowledge.text import is_han
from knowledge.vocabulary import Term

__all__ = ["BadPairs", "Settings", "catalogue_groups", "faq_groups", "read_groups", "train"]

Group = tuple[str, ...]
"""Texts that mean the same, at least two, in either language."""


class BadPairs(KnowledgeError):
    """A file of pairs that cannot be read, or too few groups to learn from."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the training may be told; the defaults suit a few thousand groups.

    Attributes:
        dimensions: numbers in a vector.
        buckets: rows that rare pieces share.
        least: a piece seen this often gets a row of its own.
        epochs: passes; in each, every text meets another one of its group once.
        batch: groups compared with each other.
        rate: Adam's learning rate.
        scale: the cosines' share in the softmax (inverse temperature).
        pull: weight of the teacher beside the ranking loss.
        seed: of the shuffling and the start.
    """

    dimensions: int = 128
    buckets: int = 4096
    least: int = 2
    epochs: int = 12
    batch: int = 256
    rate: float = 0.01
    scale: float = 16.0
    pull: float = 2.0
    seed: int = 0


def faq_groups(entries: Iterable[FaqEntry]) -> list[Group]:
    """The question of each entry and its phrasings, both languages."""
    groups = []
    for entry in entries:
        texts = [*entry.question.values(), *(text for wordings in entry.phrasings.values() for text in wordings)]
        groups.append(tuple(texts))
    return [group for group in groups if len(group) > 1]


def catalogue_groups(catalogue: Catalogue) -> list[Group]:
    """Titles with their translation, the line in both languages, names of genres, moods and countries."""
    graph = catalogue.graph
    groups: list[Group] = []
    for work in graph.entities(WORK_TYPES):
        groups.append(tuple(dict.fromkeys([*work.labels.values(), *work.aliases])))
        groups.append(tuple(str(line) for name in ("line_zh", "line_en") if (line := graph.value(work.id, name))))
    named: list[Entity | Term] = [*catalogue.vocabulary.facets, *catalogue.vocabulary.types.values()]
    for term in named:
        groups.append(tuple(dict.fromkeys([*term.labels.values(), *term.aliases])))
    return [group for group in groups if len(group) > 1]


def read_groups(path: Path) -> list[Group]:
    """Groups from a file: JSONL, each line a list of texts or an object whose values are texts or lists of texts; or
    CSV/TSV, each row one group.

    Raises:
        BadPairs: the file cannot be read, naming the place.
    """
    groups: list[Group] = []
    separator = {".csv": ",", ".tsv": "\t"}.get(path.suffix.lower())
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = (
                csv.reader(file, delimiter=separator)
                if separator
                else (json.loads(text) for text in file if text.strip())
            )
            for row in rows:
                groups.append(tuple(text.strip() for text in _texts(row)))
    except (OSError, UnicodeDecodeError, csv.Error, json.JSONDecodeError, TypeError) as error:
        place = f"{path}, after {len(groups)} groups"
        raise BadPairs(f"{place}: {error}; expected texts that mean the same, one group a line") from error
    return [group for group in groups if len(group) > 1]


def _texts(found: Any) -> list[str]:
    values = list(found.values()) if isinstance(found, dict) else found
    if not isinstance(values, list):
        raise TypeError("expected a list of texts or an object")
    texts = [text for value in values for text in (value if isinstance(value, list) else [value])]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("every text must be a string")
    return [text for text in texts if text.strip()]


def train(
    groups: Sequence[Group],
    settings: Settings | None = None,
    *,
    teacher: Encoder | None = None,
    words: Iterable[str] = (),
    progress: Callable[[int, int, float], None] | None = None,
) -> StaticEncoder:
    """Trains an encoder; the same arguments give the same encoder.

    Args:
        groups: texts that mean the same.
        teacher: an encoder of English to learn from; none, and words that no group holds mean nothing.
        words: English words to have a row of their own although no group holds them; needs the teacher.
        progress: told ``(epochs done, epochs, mean loss of the epoch)``.

    Raises:
        BadPairs: fewer than two groups.
        MissingExtra: torch is not installed.
    """
    chosen = settings or Settings()
    if len(groups) < 2:
        raise BadPairs("training compares groups with each other: at least two are needed")
    texts = [text for group in groups for text in group]
    counts = Counter(piece for text in texts for piece in set(pieces(text)))
    common = [piece for piece, count in sorted(counts.items()) if count >= chosen.least and not piece.startswith("#")]
    extra = sorted(set(words) - set(common)) if teacher else []
    featurizer = Featurizer([*common, *extra], chosen.buckets)
    generator = np.random.default_rng(chosen.seed)
    table = generator.normal(0, 0.1, (len(featurizer), chosen.dimensions)).astype(np.float32)
    goals = None
    if teacher:
        goals, word_vectors = _lessons(groups, teacher, featurizer.vocabulary, chosen.dimensions)
        for row, vector in word_vectors.items():
            table[row] = vector
        table[len(featurizer.vocabulary) :] *= 0.1  # what the teacher says of a word is not drowned by its n-grams
    bags = [featurizer.rows(text) for text in texts]
    # Rarer pieces matter more from the start (smooth inverse frequency); training takes it from there.
    seen = np.bincount(np.concatenate(bags), minlength=len(featurizer)).astype(np.float32) / sum(map(len, bags))
    start = np.asarray(table * (1e-3 / (1e-3 + seen))[:, None], np.float32)
    table = _descend(bags, groups, start, goals, chosen, progress)
    about = {"groups": len(groups), "texts": len(texts), "settings": {key: getattr(chosen, key) for key in _FIELDS}}
    return StaticEncoder(featurizer, table, about)


_FIELDS = Settings.__slots__


def _lessons(
    groups: Sequence[Group], teacher: Encoder, vocabulary: Sequence[str], dimensions: int
) -> tuple[NDArray[np.float32], dict[int, NDArray[np.float32]]]:
    """The teacher's vector for each text, ``(texts, d)`` (zeros: none), and for each English word of the vocabulary.

    Chinese texts get the mean of the English ones of their group. Reduced to ``dimensions`` by principal components.
    """
    texts = [text for group in groups for text in group]
    english = [number for number, text in enumerate(texts) if not any(map(is_han, text))]
    latin = [row for row, word in enumerate(vocabulary) if word.isascii() and len(word) > 1]
    told = teacher.encode([*(texts[n] for n in english), *(vocabulary[row] for row in latin)], batch_size=128)
    centre = told.mean(0)
    _, _, axes = np.linalg.svd(told[:: max(1, len(told) // 4000)] - centre, full_matrices=False)
    told = (told - centre) @ axes[:dimensions].T
    told /= np.linalg.norm(told, axis=1, keepdims=True) + 1e-9
    if told.shape[1] < dimensions:
        told = np.pad(told, ((0, 0), (0, dimensions - told.shape[1])))
    goals = np.zeros((len(texts), dimensions), np.float32)
    goals[english] = told[: len(english)]
    start = 0
    for group in groups:
        rows = slice(start, start + len(group))
        start += len(group)
        missing = ~goals[rows].any(axis=1)
        if not missing.all():
            mean = goals[rows][~missing].mean(0)
            goals[rows][missing] = mean / (np.linalg.norm(mean) + 1e-9)
    return goals, dict(zip(latin, told[len(english) :], strict=True))


def _descend(
    bags: Sequence[NDArray[np.int64]],
    groups: Sequence[Group],
    start: NDArray[np.float32],
    goals: NDArray[np.float32] | None,
    settings: Settings,
    progress: Callable[[int, int, float], None] | None,
) -> NDArray[np.float32]:
    """Adam over the table. One text of each group and one more of the same, batch by batch."""
    generator = np.random.default_rng(settings.seed + 1)
    firsts = np.cumsum([0, *(len(group) for group in groups)])
    group_of = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    with one_thread() as torch:
        bag = torch.nn.EmbeddingBag.from_pretrained(torch.from_numpy(start.copy()), freeze=False, mode="sum")
        optimiser = torch.optim.Adam(bag.parameters(), lr=settings.rate)
        taught = None if goals is None else torch.from_numpy(goals)

        def encode(numbers: NDArray[np.int64]) -> Any:
            chosen = [bags[number] for number in numbers]
            offsets = np.cumsum([0, *(len(rows) for rows in chosen[:-1])])
            summed = bag(torch.from_numpy(np.concatenate(chosen)), torch.from_numpy(offsets))
            return torch.nn.functional.normalize(summed, dim=-1)

        for epoch in range(settings.epochs):
            for parameters in optimiser.param_groups:
                parameters["lr"] = settings.rate * (1 - epoch / settings.epochs)
            order = generator.permutation(len(bags))
            size = firsts[group_of[order] + 1] - firsts[group_of[order]]
            # Another text of the same group, each equally likely.
            step = 1 + (generator.random(len(order)) * (size - 1)).astype(np.int64)
            other = firsts[group_of[order]] + (order - firsts[group_of[order]] + step) % size
            total, batches = 0.0, range(0, len(order), settings.batch)
            for at in batches:
                left, right = order[at : at + settings.batch], other[at : at + settings.batch]
                a, b = encode(left), encode(right)
                logits = settings.scale * (a @ b.T)
                owner = torch.from_numpy(group_of[left])
                same = (owner[:, None] == owner[None, :]) & ~torch.eye(len(left), dtype=torch.bool)
                logits = logits.masked_fill(same, -1e9)  # another text of one's own group is no negative
                aim = torch.arange(len(left))
                entropy = torch.nn.functional.cross_entropy
                loss = 0.5 * (entropy(logits, aim) + entropy(logits.T, aim))
                if taught is not None:
                    loss = loss - settings.pull * (a * taught[left]).sum(1).mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                total += float(loss.detach())
            if progress:
                progress(epoch + 1, settings.epochs, total / len(batches))
        return np.asarray(bag.weight.detach().numpy(), np.float32)
