"""The engines as the actions use them: loaded once per process, replaced whole when the catalogue or a model changes.

A bundle is never changed after it is built, so a turn that holds one sees a consistent catalogue to its end, and
threads share it freely. A background task looks every two seconds whether files have changed.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from zipfile import BadZipFile

from actions.drafts import DraftStore
from generation.adcopy import AdCopywriter
from generation.assisted import AssistedCopywriter
from generation.backends.base import Backend, BackendError
from generation.backends.choose import choose
from generation.briefs import GenerationError
from generation.compliance import check
from generation.compliance_subjects import banned_subjects
from generation.emotion_guide import Guide
from generation.script import Scriptwriter
from generation.summary import Summariser
from generation.text.copy_scores import reads_well
from knowledge.answer import Answerer
from knowledge.catalogue import Catalogue, fingerprint
from knowledge.diagnosis import DiagnosisError, Problem, Troubleshooter, problems
from knowledge.graph import Graph, KnowledgeError
from knowledge.link_prediction import Suggester
from knowledge.linking import Linker
from knowledge.sentiment import Sentiment
from knowledge.text import detect_language
from recsys import training
from recsys.audience import AudienceStore
from recsys.conversation import Conversation
from recsys.critiques import CritiqueReader
from recsys.storage import ModelFileError

if TYPE_CHECKING:
    from generation.text.headline import Headliner
    from generation.text.seq2seq_replies import Replies

logger = logging.getLogger(__name__)
CHECK_EVERY_S = 2.0
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Engines:
    """Everything an action may call."""

    catalogue: Catalogue
    answerer: Answerer
    linker: Linker
    troubleshooter: Troubleshooter
    reader: CritiqueReader
    conversation: Conversation
    audience: AudienceStore
    drafts: DraftStore
    copywriter: AdCopywriter | AssistedCopywriter
    scriptwriter: Scriptwriter
    summariser: Summariser
    sentiment: Sentiment | None
    """Hears how a message feels; ``None`` until ``yuban train`` has made it."""
    suggester: Suggester | None
    """Guesses what the catalogue does not hold; ``None`` where nothing was fitted."""
    guide: Guide | None
    """Brings a text towards a feeling; ``None`` until ``yuban train`` has made it."""
    replies: Replies | None
    """Makes small talk; ``None`` where nobody trained it."""
    backend: Backend | None
    """The language model that writes beside the rules; ``None`` unless the operator named one."""
    fingerprint: str

    @property
    def graph(self) -> Graph:
        return self.catalogue.graph

    @classmethod
    def load(cls, home: Path, before: Engines | None = None) -> Engines:
        """Reads the catalogue and the models under ``home`` (about five seconds for the demo catalogue).

        The stores of the bundle ``before`` it are gone on with; without one, those of ``home`` are opened.
        """
        # Taken before anything is read: what changes meanwhile is then noticed at the next look.
        state = state_of(home)
        catalogue = Catalogue.load(home)
        for row in catalogue.skipped:
            logger.warning("left out of the catalogue: %s", row)
        graph = catalogue.graph
        answerer = Answerer(catalogue)
        hears = sentiment(home / "models" / "sentiment")
        backend = before.backend if before else text_backend()
        answerer.warm()  # or the first unsure question would wait for its indexes
        return cls(
            catalogue=catalogue,
            answerer=answerer,
            linker=answerer.linker,
            troubleshooter=Troubleshooter(guides(catalogue.troubleshooting)),
            reader=CritiqueReader(graph, answerer.linker),
            conversation=conversation(graph, home / "models" / "recsys"),
            audience=before.audience if before else AudienceStore(home / "audience.db"),
            drafts=before.drafts if before else DraftStore(home / "drafts.db"),
            copywriter=copywriter(graph, hears, backend),
            scriptwriter=Scriptwriter(graph),
            summariser=summariser(graph, home / "models"),
            sentiment=hears,
            suggester=suggester(home / "models" / "suggestions.npz", graph),
            guide=guide(home / "models" / "emotion"),
            replies=small_talk(home / "models" / "replies"),
            backend=backend,
            fingerprint=state,
        )


def guides(folders: Iterable[Path]) -> list[Problem]:
    """The troubleshooting guides; one that is broken is left out, and a later folder replaces those of the same id."""
    found: dict[str, Problem] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        try:
            guide = problems.load_file(path)
        except DiagnosisError as error:
            logger.error("left out of the troubleshooting guides: %s", error)
            continue
        found[guide.id] = guide
    return list(found.values())


def conversation(graph: Graph, models: Path) -> Conversation:
    """The recommender with the models trained into ``models``, or with what the catalogue alone tells."""
    try:
        trained = training.load(models)
    except (FileNotFoundError, ModelFileError) as error:
        logger.warning("recommending without a trained model: %s", error)
        return Conversation(None, graph)
    return Conversation(trained.model, graph, popularity=trained.popularity)


def text_backend() -> Backend | None:
    """The language model that ``YUBAN_TEXT_SERVER`` and ``YUBAN_TEXT_MODEL`` name; ``None`` (and a warning, where they
    name something that cannot be opened) without one. A server's key is in ``YUBAN_TEXT_KEY``."""
    server, model = (os.environ.get(name, "").strip() for name in ("YUBAN_TEXT_SERVER", "YUBAN_TEXT_MODEL"))
    if not server and not model:
        return None
    try:
        return choose(server, model)
    except BackendError as error:
        logger.warning("writing by the rules alone: %s", error)
        return None


def summariser(graph: Graph, models: Path) -> Summariser:
    """The summariser with what was trained into ``models``: ``summary/`` writes, ``headlines.npz`` gives titles."""
    return Summariser(graph, writer=summary_writer(models / "summary"), headliner=headliner(models / "headlines.npz"))


def summary_writer(folder: Path) -> Callable[[str], str] | None:
    """A trained writer of summaries, or ``None``: sentences of the text are then taken."""
    if not folder.is_dir():
        return None
    try:
        from generation.text.pairs import PairsError
        from generation.text.seq2seq_model import Seq2Seq

        model = Seq2Seq.load(folder)
    except (ImportError, ValueError, OSError) as error:
        logger.warning("summarising by extraction alone: %s", error)
        return None

    def write(text: str) -> str:
        try:
            return next((found.text for found in model.write([text])[0]), "")
        except PairsError:  # nothing in it that it can read
            return ""

    return write


def headliner(path: Path) -> Headliner | None:
    """What gives a summary its title, or ``None``: it is then called a summary."""
    if not path.is_file():
        return None
    try:
        from generation.text.headline import Headliner

        return Headliner.load(path)
    except (ImportError, ValueError, OSError, BadZipFile) as error:
        logger.warning("summaries without a title: %s", error)
        return None


def copywriter(
    graph: Graph, hears: Sentiment | None, backend: Backend | None = None
) -> AdCopywriter | AssistedCopywriter:
    """The copywriter, ready: its judges of wording and of emotion are made and the names of the graph indexed."""

    def felt(text: str, lang: str) -> Mapping[str, float]:
        return hears.read(text).emotion if hears else {}

    writer = AdCopywriter(graph, fluency=reads_well, judge=felt if hears else None)
    _ = writer.names  # or the first copy would wait for the index
    for lang in ("zh", "en"):
        reads_well("", lang)
    return AssistedCopywriter(writer, backend) if backend else writer


def sentiment(folder: Path) -> Sentiment | None:
    """The sentiment model, or ``None`` (and a warning) when there is none: nothing but the tone depends on it."""
    try:
        return Sentiment.load(folder)
    except KnowledgeError as error:
        logger.warning("answering without an ear for tone: %s", error)
        return None


def small_talk(folder: Path) -> Replies | None:
    """A trained maker of small talk, or ``None``: the domain's own words are then said."""
    if not folder.is_dir():
        return None
    try:
        from generation.text.seq2seq_replies import Replies

        return Replies.load(folder, harmless)
    except (ImportError, ValueError, OSError) as error:
        logger.warning("small talk by the domain's words alone: %s", error)
        return None


def harmless(words: str) -> bool:
    """Whether small talk may say it, or may be answered by a model at all: no claim, no forbidden subject."""
    lang = detect_language(words) or "zh"
    return not check(words, lang) and not banned_subjects(words) and not re.search(r"\d|https?:|@", words)


def guide(folder: Path) -> Guide | None:
    """The guide of feelings, or ``None`` (and a warning): texts are then only ranked by what they feel like."""
    try:
        return Guide.load(folder)
    except (GenerationError, KnowledgeError, OSError, ValueError) as error:
        logger.warning("writing without a guide of feelings: %s", error)
        return None


def suggester(path: Path, graph: Graph) -> Suggester | None:
    """The suggester, or ``None`` when there is none: answers then say only what is recorded."""
    try:
        return Suggester.load(path, graph)
    except KnowledgeError as error:
        logger.warning("answering without guesses: %s", error)
        return None


def state_of(home: Path) -> str:
    """Changes when anything that ``Engines.load`` reads has changed."""
    models = home / "models"
    watched = [
        *(models / "recsys").rglob("model.json"),
        *(models / "sentiment").glob("sentiment.json"),
        *(models / "emotion").glob("*.json"),
        *models.glob("suggestions.npz"),
        *models.glob("headlines.npz"),
        *(models / "summary").glob("model.json"),
        *(home / "catalogue" / "troubleshooting").glob("*"),
    ]
    stamps = []
    for path in sorted(watched):
        try:
            stamps.append(f"{path}:{path.stat().st_mtime_ns}")
        except FileNotFoundError:  # replaced while we looked: the next look will tell
            continue
    return "|".join([fingerprint(home), *stamps])


_current: Engines | None = None


def current() -> Engines:
    """The bundle in force.

    Raises:
        RuntimeError: ``start`` has not been called in this process.
    """
    if _current is None:
        raise RuntimeError("the engines are not loaded; actions.server loads them at start")
    return _current


def start(home: Path) -> Engines:
    """Loads the first bundle."""
    global _current
    _current = Engines.load(home)
    return _current


async def keep_fresh(home: Path, every_s: float = CHECK_EVERY_S) -> None:
    """Replaces the bundle whenever its files have changed, for ever; a broken file leaves the old bundle in force."""
    global _current
    refused = ""
    while True:
        await asyncio.sleep(every_s)
        state = refused
        try:
            state = await asyncio.to_thread(state_of, home)
            if state in (current().fingerprint, refused):
                continue
            _current = await asyncio.to_thread(Engines.load, home, current())
            logger.info("catalogue reloaded: %s", _current.graph.summary())
        except Exception:
            refused = state
            logger.exception("the changed catalogue could not be loaded; the previous one stays in force")


async def call(function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Runs engine code off the event loop, so that one viewer's question never waits for another's."""
    return await asyncio.to_thread(function, *arguments, **named)
