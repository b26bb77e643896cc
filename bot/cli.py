"""``yuban``: run, talk to, feed, train, measure and check the assistant from a terminal."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot import doctor as checks
from bot import explore, generate_commands, recsys_commands
from bot.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Yuban 娱伴 — a bilingual conversational assistant for entertainment platforms.\n\n"
    "Start with **yuban run**, then open the printed address. **yuban doctor** says what is missing.",
)
importing = typer.Typer(
    no_args_is_help=True,
    help="Bring in your own catalogue, FAQ and viewing history.\n\nRows that do not fit are listed with file, line and "
    "reason; the rest goes in. A running assistant knows the new titles within seconds.",
)
app.add_typer(importing, name="import")
app.add_typer(explore.app, name="knowledge")
app.add_typer(recsys_commands.app, name="recsys")
app.add_typer(generate_commands.app, name="generate")
console = Console()


def _settings() -> Settings:
    try:
        return Settings.from_environment()
    except ValueError as error:
        console.print(f"[red]{error}[/]")
        raise typer.Exit(2) from None


@app.command()
def run(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; 0.0.0.0 to be reachable from outside.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; the next free one if it is taken.")] = None,
) -> None:
    """Build what is out of date, start the three processes and print the address. Ctrl-C stops all."""
    from dataclasses import replace

    from bot.models import BuildError, ensure
    from bot.processes import Assistant

    began = time.monotonic()
    settings = _settings()
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    try:
        with console.status("Building the models …"):
            ensure(settings, lambda line: console.print(f"[dim]·[/] {line}"))
    except BuildError as error:
        console.print(f"[red]{error}[/]")
        raise typer.Exit(1) from None
    assistant = Assistant(settings, lambda line: console.print(f"[yellow]{line}[/]"))

    def leave(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, leave)
    code = 0
    try:
        assistant.start()
        with console.status("Starting Rasa, the actions and the gateway …"):
            assistant.wait_until_ready()
        console.print(f"[dim]·[/] ready after {time.monotonic() - began:.0f} s; logs in {settings.logs}")
        console.print(f"\n  Yuban 娱伴 is at [bold]{assistant.url}[/]")
        console.print(f"  Operators: {assistant.url}/console, token in {settings.operator_token}", soft_wrap=True)
        console.print("  Ctrl-C stops it.\n")
        assistant.run_forever()
    except KeyboardInterrupt:
        console.print("\nStopping …")
    except TimeoutError as error:
        console.print(f"[red]{error}[/]")
        code = 1
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        assistant.stop()
    raise typer.Exit(code)


@app.command()
def chat(
    url: Annotated[str, typer.Option(help="Address of a running assistant.")] = "http://localhost:8000",
    lang: Annotated[str | None, typer.Option(help="zh or en; default: whatever you type.")] = None,
) -> None:
    """Talk to a running assistant in this terminal."""
    from bot.chat import talk

    talk(url, lang, console)


@app.command()
def train(
    if_needed: Annotated[bool, typer.Option("--if-needed", help="Leave alone what is up to date.")] = False,
) -> None:
    """Build every model anew: the catalogue's names, language understanding, the recommender."""
    from bot.models import BuildError, ensure

    try:
        with console.status("Training …"):
            ensure(_settings(), console.print, force=not if_needed)
    except BuildError as error:
        console.print(f"[red]{error}[/]")
        raise typer.Exit(1) from None


@app.command()
def evaluate(folds: Annotated[int, typer.Option(min=2, max=20, help="Folds of the cross-validation.")] = 5) -> None:
    """Cross-validate language understanding on its own data; per-intent report in the log folder."""
    from bot.evaluation import cross_validate

    with console.status(f"{folds}-fold cross-validation …"):
        report = cross_validate(_settings(), folds)
    console.print(report.table())
    console.print(f"per-intent report and confusions: {report.folder}")


@app.command()
def doctor() -> None:
    """Say what is there, what is missing, and how to get it."""
    if not checks.report(_settings(), console):
        raise typer.Exit(1)


def _import(kind: str, path: Path) -> None:
    from bot.imports import run_import

    if not run_import(kind, path, _settings(), console):
        raise typer.Exit(1)


@importing.command()
def catalogue(file: Annotated[Path, typer.Argument(help="CSV or JSONL, one work a row.")]) -> None:
    """Works: films, series, albums, shows."""
    _import("catalogue", file)


@importing.command()
def triples(
    file: Annotated[Path, typer.Argument(help="subject|relation|object, tab-separated, N-Triples or Turtle (.ttl).")],
) -> None:
    """Facts as triples."""
    _import("triples", file)


@importing.command()
def movielens(folder: Annotated[Path, typer.Argument(help="A MovieLens folder: 100K, 1M or a newer one.")]) -> None:
    """Films, and their ratings where the folder has them."""
    _import("movielens", folder)


@importing.command()
def wikidata(
    file: Annotated[Path, typer.Argument(help="A Wikidata JSON dump or a part of it; .gz and .bz2 will do.")],
) -> None:
    """Films, series, albums and stage works of a Wikidata dump."""
    _import("wikidata", file)


@importing.command()
def faq(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX with question_zh, question_en, answer_zh, answer_en.")],
) -> None:
    """Frequently asked questions."""
    _import("faq", file)


@importing.command()
def interactions(file: Annotated[Path, typer.Argument(help="CSV or Parquet with user, item, value, time.")]) -> None:
    """What your audience watched or rated."""
    _import("interactions", file)


if __name__ == "__main__":
    app()
