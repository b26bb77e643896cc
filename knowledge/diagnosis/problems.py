"""Troubleshooting guides as files: one YAML file a problem, written by a support team, checked when it is read.

Every complaint names the file, the place in it and what to write instead: whoever reads it is about to edit the file.
The files in ``demo/troubleshooting/`` show the format; ``knowledge.diagnosis.troubleshooter`` says what the numbers mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.diagnosis.choices import UNKNOWN, Option
from knowledge.graph import KnowledgeError

__all__ = ["Cause", "Check", "DiagnosisError", "Problem", "load", "load_file"]

Texts = Mapping[str, str]
"""The same text by language, ``{"zh": …, "en": …}``; at least one of the two."""


class DiagnosisError(KnowledgeError):
    """A troubleshooting file or a saved conversation that cannot be used; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that may be wrong: how often it is (``prior``, 0..1), what to call it, how to fix it."""

    id: str
    prior: float
    label: Texts
    fix: Texts


@dataclass(frozen=True, slots=True)
class Check:
    """A question with its answers (id → label) and P(answer | cause) as ``evidence[cause][answer]``."""

    id: str
    text: Texts
    answers: Mapping[str, Texts]
    evidence: Mapping[str, Mapping[str, float]]

    @property
    def options(self) -> list[Option]:
        """The answers as :func:`~knowledge.diagnosis.choices.read_choice` takes them."""
        return [Option(answer, tuple(label.values())) for answer, label in self.answers.items()]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that goes wrong: how people say it (``symptoms`` by language), why it may be, what to ask."""

    id: str
    title: Texts
    symptoms: Mapping[str, tuple[str, ...]]
    causes: tuple[Cause, ...]
    checks: tuple[Check, ...]

    def cause(self, id_: str) -> Cause:
        """Raises KeyError when there is no such cause."""
        return {cause.id: cause for cause in self.causes}[id_]

    def check(self, id_: str) -> Check:
        """Raises KeyError when there is no such question."""
        return {check.id: check for check in self.checks}[id_]


def load(*folders: Path) -> list[Problem]:
    """Every ``*.yaml`` in the folders, by file name; a later folder replaces problems of the same id.

    Raises:
        DiagnosisError: a folder does not exist, or a file in it is not a valid guide.
    """
    problems: dict[str, Problem] = {}
    for folder in folders:
        if not folder.is_dir():
            raise DiagnosisError(f"{folder}: no such folder")
        for path in sorted(folder.glob("*.yaml")):
            problem = load_file(path)
            problems[problem.id] = problem
    return list(problems.values())


def load_file(path: Path) -> Problem:
    """One guide. Raises :class:`DiagnosisError` naming the file, the place in it and what must change."""
    try:
        # yaml.load with a loader derived from SafeLoader builds plain values only.
        value = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise DiagnosisError(f"{path.name}: not readable as YAML: {reason}") from error
    root = _Node(value, path.name)
    root.only("id", "title", "symptoms", "causes", "questions")
    id_ = root["id"].id()
    if id_ != path.stem:
        raise root["id"].wrong(f"is {id_!r}, must be the file's name, {path.stem!r}")
    causes = tuple(_cause(node) for node in root["causes"].items())
    if len(causes) < 2:
        raise root["causes"].wrong(
            "only one; with a single cause there is nothing to find out, write an FAQ entry instead"
        )
    root["causes"].unique([cause.id for cause in causes])
    root["causes"].sums_to_one([cause.prior for cause in causes], "priors sum")
    checks = tuple(_check(node, [cause.id for cause in causes]) for node in root["questions"].items())
    root["questions"].unique([check.id for check in checks])
    return Problem(id_, root["title"].texts(), root["symptoms"].phrasings(), causes, checks)


def _cause(node: _Node) -> Cause:
    node.only("id", "prior", "label", "fix")
    return Cause(node["id"].id(), node["prior"].probability(), node["label"].texts(), node["fix"].texts())


def _check(node: _Node, causes: list[str]) -> Check:
    node.only("id", "text", "answers", "evidence")
    answers: dict[str, Texts] = {}
    for item in node["answers"].items():
        item.only("id", "label")
        answer = item["id"].id()
        if answer == UNKNOWN:
            raise item["id"].wrong(f"{UNKNOWN!r} is reserved: “don't know” is always offered; remove this answer")
        if answer in answers:
            raise item["id"].wrong(f"{answer!r} is used twice; ids must differ")
        answers[answer] = item["label"].texts()
    if len(answers) < 2:
        raise node["answers"].wrong("only one; a question needs at least two answers")
    table = node["evidence"]
    table.only(*causes)
    evidence: dict[str, Mapping[str, float]] = {}
    for cause in causes:
        row = table[cause]
        row.only(*answers)
        evidence[cause] = {answer: row[answer].probability() for answer in answers}
        row.sums_to_one(list(evidence[cause].values()), "sums")
    return Check(node["id"].id(), node["text"].texts(), answers, evidence)


class _Loader(yaml.SafeLoader):
    """YAML 1.1 reads a bare ``yes`` or ``no`` as a truth value; here they are answers."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Node:
    """A value in the file together with the way to it, so that every complaint says where."""

    def __init__(self, value: Any, file: str, place: str = "") -> None:
        self.value, self.file, self.place = value, file, place

    def wrong(self, message: str) -> DiagnosisError:
        return DiagnosisError(": ".join(part for part in (self.file, self.place, message) if part))

    def __getitem__(self, key: str) -> _Node:
        if not isinstance(self.value, dict):
            raise self.wrong("must be a mapping of keys to values")
        if key not in self.value:
            raise self.wrong(f"{key!r} is missing; add it")
        return _Node(self.value[key], self.file, f"{self.place}.{key}" if self.place else key)

    def only(self, *known: str) -> None:
        """Complains about a key that nobody reads: mostly a slip of the keyboard."""
        if not isinstance(self.value, dict):
            raise self.wrong("must be a mapping of keys to values")
        for key in self.value:
            if key not in known:
                raise self.wrong(f"{key!r} is not known here; use {', '.join(known)}")

    def items(self) -> Iterator[_Node]:
        if not isinstance(self.value, list) or not self.value:
            raise self.wrong("must be a list with at least one item")
        for i, item in enumerate(self.value):
            name = item.get("id", i) if isinstance(item, dict) else i
            yield _Node(item, self.file, f"{self.place}[{name}]")

    def id(self) -> str:
        if not isinstance(self.value, str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.value):
            raise self.wrong(
                f"{self.value!r} is no id; use lower-case words joined by hyphens, in quotes if it is a number"
            )
        return self.value

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong(f"{self.value!r} must be text; put it in quotes")
        return self.value.strip()

    def texts(self) -> dict[str, str]:
        self.only("zh", "en")
        if not self.value:
            raise self.wrong("no text; write zh, en or both")
        return {lang: self[lang].text() for lang in self.value}

    def phrasings(self) -> dict[str, tuple[str, ...]]:
        self.only("zh", "en")
        if not self.value:
            raise self.wrong("no phrasings; list how people say it under zh, en or both")
        return {lang: tuple(item.text() for item in self[lang].items()) for lang in self.value}

    def probability(self) -> float:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            raise self.wrong(f"{value!r} must be a number above 0 and at most 1; write 0.01 for “hardly ever”")
        return float(value)

    def unique(self, ids: list[str]) -> None:
        for id_ in ids:
            if ids.count(id_) > 1:
                raise self.wrong(f"{id_!r} is used twice; ids must differ")

    def sums_to_one(self, values: list[float], what: str) -> None:
        if abs(sum(values) - 1) > 1e-6:
            raise self.wrong(f"{what} to {sum(values):.4g}, must sum to 1")
