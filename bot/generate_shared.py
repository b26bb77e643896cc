"""What the commands of ``yuban generate`` share: their options, the catalogue, how drafts are shown and written."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from bot.settings import Settings

if TYPE_CHECKING:
    from generation.briefs import Draft
    from knowledge.catalogue import Catalogue

console = Console()

Lang = Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of the text.")]
Seed = Annotated[int | None, typer.Option(help="The same seed gives the same text; printed when not given.")]
Out = Annotated[Path | None, typer.Option(help="Write a file instead; its ending is its format.")]
Work = Annotated[str, typer.Argument(help="A title or an id of the catalogue; empty for a topic of your own.")]


def deliver(drafts: list[Draft], kind: str, lang: str, seed: int, out: Path | None, agreement: str = "") -> None:
    """Shows the drafts, or writes each into a file; with an agreement on record without the visible mark."""
    from generation.agreements import AgreementError
    from generation.documents import FORMATS, render
    from generation.screenplay.exporting import ExportError, write

    if out is None:
        if agreement:
            fail("--agreement needs --out: what is shown here keeps its mark")
        for draft in drafts:
            scores = "  ".join(f"{name} {value:.2f}" for name, value in draft.scores.items())
            console.print(Panel(escape(draft.text), title=escape(draft.title), subtitle=draft.label))
            if scores:
                console.print(f"[dim]{scores}[/]")
            if written := draft.metadata.get("assisted"):
                console.print(f"[dim]{escape(told(written))}[/]")
        console.print(f"[dim]seed {seed}[/]")
        return
    format_ = out.suffix.lstrip(".").lower()
    formats = ("txt", "md") if agreement else FORMATS[kind]
    if format_ not in formats:
        fail(f"{out}: the ending must be one of {', '.join(formats)}")
    for number, draft in enumerate(drafts, 1):
        path = out if len(drafts) == 1 else out.with_stem(f"{out.stem}-{number}")
        try:
            if agreement:
                data = unlabelled(draft, lang, agreement)
            else:
                data = render(
                    kind, format_, draft.text, title=draft.title, lang=lang, id_=draft.id, metadata=draft.metadata
                )
            write(path, data, overwrite=True)
        except (ExportError, AgreementError) as error:
            fail(str(error))
        mark = f"no visible mark, agreement {agreement[:12]}" if agreement else draft.label
        console.print(f"{path}  [dim]{mark}, seed {seed}[/]", soft_wrap=True)


def agreements_file() -> Path:
    return Settings.from_environment().home / "agreements.jsonl"


def unlabelled(draft: Draft, lang: str, agreement: str) -> bytes:
    """A text file without the visible mark; that it went out is on record. Raises AgreementError."""
    from generation.agreements import Agreements

    log = Agreements(agreements_file())
    return log.unlabelled(
        draft.text, draft.metadata["AIGC"], lang, agreement=agreement, source_type=draft.metadata["digital_source_type"]
    ).encode()


def told(written: dict[str, object]) -> str:
    """Who wrote a draft where a language model was asked, and why it was not the model."""
    if written["failure"]:
        return f"by the rules: {written['failure']}" if written["path"] == "rules" else f"by {written['path']}"
    refused = written["refused"]
    assert isinstance(refused, list)
    why = f" ({len(refused)} refused, the last: {refused[-1]['faults'][0]})" if refused else ""
    return f"by {'the rules' if written['path'] == 'rules' else written['path']}{why}"


def catalogue() -> Catalogue:
    from knowledge.catalogue import Catalogue

    return Catalogue.load(Settings.from_environment().home)


def work_id(name: str, catalogue: Catalogue, lang: str) -> str:
    """The work of this name or id; ends the command when there is none, naming those spelt most like it."""
    from knowledge.graph import WORK_TYPES
    from knowledge.linking import Linker

    graph = catalogue.graph
    if name in graph and graph.entity(name).type in WORK_TYPES:
        return name
    linker = Linker(graph)
    for mention in linker.link(f"《{name}》"):
        if graph.entity(mention.best).type in WORK_TYPES:
            return mention.best
    close = ", ".join(graph.entity(id_).label(lang) for id_, _ in linker.closest(name, types=WORK_TYPES, limit=3))
    fail(f"no work is called {name!r} in the catalogue." + (f" Closest: {close}." if close else ""))


def seeded(given: int | None) -> int:
    return secrets.randbits(31) if given is None else given


def fail(message: str) -> NoReturn:
    """Says what is wrong and ends with 2."""
    console.print(f"[red]{escape(message)}[/]", soft_wrap=True)
    raise typer.Exit(2)
