"""Everything that is computed before the assistant can talk: built when missing or out of date, in a fixed order.

1. the gazetteer (names of the catalogue, for Rasa);
2. training examples that the FAQ and the troubleshooting graphs already contain, as Rasa NLU data;
3. the dialogue model (``rasa train``, in Rasa's environment);
4. the recommender (item–item models over the audience's history);
5. the sentiment model (how a message feels);
6. the suggester (what the catalogue does not hold but makes likely).

A step is up to date when the hash of its inputs equals the one written beside its result. Importing a catalogue redoes step 1
only: the running assistant picks the new names up, and the dialogue model, which never saw names, stays.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from bot.settings import ROOT, Settings

if TYPE_CHECKING:
    from recsys.interactions import Interactions

DIALOGUE = ROOT / "bot" / "dialogue"
KEPT_MODELS = 2
INTERACTIONS = "interactions.parquet"
# Questions of the demo FAQ that are requests to the assistant, or faults it diagnoses: other intents own their words.
OWNED_ELSEWHERE = (
    "privacy/export", "privacy/delete", "help/human", "help/complaint", "help/assistant", "accounts/app-language",
    "playback/buffering", "playback/black-screen", "devices/crash", "accounts/no-code", "downloads/failed",
    "billing/payment-failed", "membership/not-active", "tickets/qr-missing", "music/background-stops",
    "casting/not-found", "casting/no-sound", "subtitles/sync",
)  # fmt: skip


class BuildError(Exception):
    """A model could not be built; the message holds the end of the log and where the rest is."""


def ensure(settings: Settings, say: Callable[[str], None], *, force: bool = False) -> None:
    """Brings every model up to date; ``say`` is told what is being done and how long it took."""
    settings.home.mkdir(parents=True, exist_ok=True)
    for name, build in (
        ("names of the catalogue", gazetteer),
        ("dialogue model", dialogue_model),
        ("recommender", recommender),
        ("sentiment model", sentiment),
        ("guide of feelings", feelings),
        ("suggestions", suggestions),
    ):
        start = time.monotonic()
        worked = build(settings, force)
        say(f"{name}: {f'{time.monotonic() - start:.0f} s' if worked else 'up to date'}")


def gazetteer(settings: Settings, force: bool = False) -> bool:
    """Exports ``gazetteer.json`` from the demo catalogue and everything imported."""
    from knowledge.catalogue import Catalogue
    from knowledge.gazetteer import export

    key = fingerprint(
        [*catalogue_files(settings.home), ROOT / "knowledge" / "gazetteer.py", ROOT / "knowledge" / "text.py"]
    )
    if not force and settings.gazetteer.exists() and stamped(settings.gazetteer, key):
        return False
    export(Catalogue.load(settings.home), settings.gazetteer)
    stamp(settings.gazetteer, key)
    return True


def catalogue_files(home: Path) -> list[Path]:
    demo = ROOT / "knowledge" / "demo"
    own = home / "catalogue"
    return sorted(
        path for folder in (demo, own) for path in folder.rglob("*") if path.suffix in {".jsonl", ".json", ".yaml"}
    )


def dialogue_model(settings: Settings, force: bool = False) -> bool:
    """Trains Rasa on ``bot/dialogue`` and the exported examples; keeps the last models, the newest is served."""
    examples = export_examples(settings)
    sources = [
        path
        for folder in ("data", "domain", "components")
        for path in (DIALOGUE / folder).rglob("*")
        if path.suffix in {".yml", ".py"}
    ]
    key = fingerprint([DIALOGUE / "config.yml", DIALOGUE / "requirements.txt", *sources, *examples])
    target = settings.dialogue_models
    newest = max(target.glob("*.tar.gz"), default=None)
    if not force and newest is not None and stamped(target / "model", key):
        return False
    target.mkdir(parents=True, exist_ok=True)
    name = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    with tempfile.TemporaryDirectory(prefix="yuban-train-") as scratch:
        command = [
            "train",
            "--domain",
            "domain",
            "--config",
            "config.yml",
            "--data",
            "data",
            str(settings.home / "nlu"),
        ]
        rasa(settings, [*command, "--out", scratch, "--fixed-model-name", name, "--force"], log="train-dialogue")
        # Whole or not at all: Rasa serves the newest file it finds here.
        part = target / f"{name}.part"
        shutil.move(Path(scratch) / f"{name}.tar.gz", part)
        os.replace(part, target / f"{name}.tar.gz")
    stamp(target / "model", key)
    for old in sorted(target.glob("*.tar.gz"))[:-KEPT_MODELS]:
        old.unlink()
    return True


def export_examples(settings: Settings) -> list[Path]:
    """The FAQ's phrasings as examples of ``faq``, and symptoms as examples of ``troubleshoot``."""
    from knowledge.catalogue import Catalogue
    from knowledge.diagnosis import problems

    catalogue = Catalogue.load(settings.home)
    folder = settings.home / "nlu"
    folder.mkdir(parents=True, exist_ok=True)
    entries = [entry for entry in catalogue.faq if not entry.id.startswith(OWNED_ELSEWHERE)]
    faq = [text for entry in entries for texts in entry.phrasings.values() for text in texts]
    symptoms = [
        text
        for problem in problems.load(*catalogue.troubleshooting)
        for texts in problem.symptoms.values()
        for text in texts
    ]
    return [
        write_examples(folder / "faq.yml", "faq", faq),
        write_examples(folder / "troubleshoot.yml", "troubleshoot", symptoms),
    ]


def write_examples(path: Path, intent: str, texts: Iterable[str]) -> Path:
    # Rasa reads [text](entity) and {…} as annotation, so these characters cannot stand in an example.
    lines = sorted({" ".join(text.translate(str.maketrans("[](){}", "      ")).split()) for text in texts} - {""})
    document = {"version": "3.1", "nlu": [{"intent": intent, "examples": "".join(f"- {line}\n" for line in lines)}]}
    atomic_write(path, yaml.safe_dump(document, allow_unicode=True, sort_keys=False))
    return path


def recommender(settings: Settings, force: bool = False) -> bool:
    """Fits the recommender on :func:`audience_table`: the model that ``yuban recsys train`` was last asked for.

    Also when somebody was erased whom the model in force still knows.
    """
    from knowledge.catalogue import Catalogue
    from recsys.erasure import pending
    from recsys.training import choice, train

    current = stamped(settings.recsys_model / "model", recommender_key(settings))
    if not force and current and not pending(settings.recsys_model):
        return False
    kept = choice(settings.recsys_model)
    train(
        audience_table(settings),
        settings.recsys_model,
        seed=7,
        model=kept.model,
        parameters=kept.parameters,
        graph=Catalogue.load(settings.home).graph,
    )
    stamp(settings.recsys_model / "model", recommender_key(settings))
    return True


def sentiment(settings: Settings, force: bool = False) -> bool:
    """Fits the model that hears how a message feels, on the project's own utterances."""
    from knowledge.sentiment import fit_default

    sources = (ROOT / "knowledge" / "sentiment").rglob("*")
    key = fingerprint(path for path in sources if path.suffix in {".py", ".json", ".jsonl"})
    target = settings.sentiment_model
    if not force and (target / "sentiment.json").exists() and stamped(target / "model", key):
        return False
    target.mkdir(parents=True, exist_ok=True)
    fit_default(target)
    stamp(target / "model", key)
    return True


def feelings(settings: Settings, force: bool = False) -> bool:
    """Fits the model that brings a text towards a feeling, on the project's own utterances."""
    from generation.emotion_guide import Guide

    code = [ROOT / "generation" / "emotion_guide.py"]
    sources = (ROOT / "knowledge" / "sentiment").rglob("*")
    key = fingerprint([*code, *(path for path in sources if path.suffix in {".py", ".json", ".jsonl"})])
    target = settings.home / "models" / "emotion"
    if not force and target.is_dir() and stamped(target / "model", key):
        return False
    target.mkdir(parents=True, exist_ok=True)
    Guide.fit().save(target)
    stamp(target / "model", key)
    return True


def suggestions(settings: Settings, force: bool = False) -> bool:
    """Fits the model that guesses missing facts, on the catalogue; a graph network only where torch is installed."""
    from knowledge.catalogue import Catalogue
    from knowledge.graph import KnowledgeError
    from knowledge.link_prediction import Suggester

    sources = (ROOT / "knowledge" / "link_prediction").glob("*.py")
    key = fingerprint([*catalogue_files(settings.home), *sources])
    target = settings.suggester
    if not force and stamped(target, key):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        Suggester.fit(Catalogue.load(settings.home).graph).save(target)
    except KnowledgeError:  # too few facts to learn from: an operator's first ten titles
        target.unlink(missing_ok=True)
    stamp(target, key)
    return True


def audience_table(settings: Settings) -> Interactions:
    """The operator's viewing history where one was imported, else the simulated demo audience; in both cases also what
    viewers have done here."""
    from knowledge.demo import audience, works
    from recsys.audience import AudienceStore, preference
    from recsys.interactions import Interactions

    if imported := _imported_history(settings):
        known = Interactions([], [])
        for file in imported:
            known = known.merged(as_preferences(Interactions.from_parquet(file)))
    else:
        drawn = audience.simulate([work for _, rows in works.read_files() for work in rows])
        known = Interactions(
            [drawn.users[user] for user in drawn.user],
            [drawn.items[item] for item in drawn.item],
            [preference("rating", value) for value in drawn.value.tolist()],
            drawn.seconds,
        )
    with AudienceStore(settings.home / "audience.db") as live:
        return known.merged(live.interactions())


def recommender_key(settings: Settings) -> str:
    """Changes when the recommender is out of date; what viewers do here does not count, or it always would be."""
    from knowledge.demo import audience, works

    demo = [Path(audience.__file__), *sorted(works.WORKS.glob("*.jsonl"))]
    return fingerprint([*(_imported_history(settings) or demo), *(ROOT / "recsys").glob("*.py")])


def _imported_history(settings: Settings) -> list[Path]:
    return sorted((settings.home / "catalogue").glob("*interactions*.parquet"))


def as_preferences(history: Interactions) -> Interactions:
    """Ratings of 1 to 5 as likes and dislikes, −1 to 1; views (values up to 1) as they are."""
    from recsys.audience import preference
    from recsys.interactions import Interactions

    users, items, values, times = history.rows()
    if len(values) and values.max() > 1:
        return Interactions(users, items, [preference("rating", float(value)) for value in values], times)
    return history


def rasa(settings: Settings, arguments: list[str], *, log: str, directory: Path = DIALOGUE) -> None:
    """Runs one Rasa command in the dialogue project, or in another one.

    Raises:
        BuildError: it failed; holds the end of its log.
    """
    settings.logs.mkdir(parents=True, exist_ok=True)
    path = settings.logs / f"{log}.log"
    with path.open("w", encoding="utf-8") as out:
        code = subprocess.run(
            [str(settings.rasa_python), "-m", "rasa", *arguments],
            cwd=directory,
            env=rasa_environment(settings),
            stdout=out,
            stderr=subprocess.STDOUT,
        ).returncode
    if code:
        tail = "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
        raise BuildError(f"rasa {arguments[0]} failed ({code}). The end of {path}:\n{tail}")


def rasa_environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(DIALOGUE),
        "PYTHONUNBUFFERED": "1",
        "YUBAN_GAZETTEER": str(settings.gazetteer),
        "RASA_TELEMETRY_ENABLED": "false",
        # Rasa caches trained parts beside the project; what is out of date is decided here, and nothing is left behind.
        "RASA_CACHE_DIRECTORY": str(settings.home / "rasa-cache"),
        "RASA_MAX_CACHE_SIZE": "0",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def stamp(result: Path, key: str) -> None:
    atomic_write(result.with_name(result.name + ".inputs"), json.dumps({"sha256": key}))


def stamped(result: Path, key: str) -> bool:
    try:
        return bool(json.loads(result.with_name(result.name + ".inputs").read_text())["sha256"] == key)
    except (FileNotFoundError, ValueError, KeyError):
        return False


def atomic_write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
