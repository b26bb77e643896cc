"""``yuban import``: one table of rows that went in and rows that did not, whatever was imported."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.models import INTERACTIONS, gazetteer
from bot.settings import Settings

SHOWN_ERRORS = 20


def run_import(kind: str, path: Path, settings: Settings, console: Console) -> bool:
    """Imports and prints a report; whether at least one row went in.

    The running action server watches the catalogue folder and Rasa the gazetteer, so both know the new titles within
    seconds of this returning.
    """
    from knowledge import importers
    from knowledge.catalogue import Catalogue
    from knowledge.graph import Graph
    from recsys.interaction_files import import_interactions

    def interactions(path: Path, home: Path, graph: Graph) -> importers.ImportReport:
        return import_interactions(path, home / "catalogue" / INTERACTIONS, items=graph)

    functions = {
        "catalogue": importers.import_catalogue,
        "triples": importers.import_triples,
        "movielens": importers.import_movielens,
        "wikidata": importers.import_wikidata,
        "faq": importers.import_faq,
        "interactions": interactions,
    }
    if not path.exists():
        console.print(f"[red]{path} does not exist.[/]")
        return False
    settings.home.mkdir(parents=True, exist_ok=True)
    try:
        with console.status(f"Reading {path} …"):
            report = functions[kind](path, settings.home, Catalogue.load(settings.home).graph)
            gazetteer(settings)
    except (importers.ImportFailed, ValueError, OSError) as error:
        console.print(f"[red]{escape(str(error))}[/] Nothing was imported.")
        return False
    skipped = len(report.skipped) + report.unlisted
    repeated = f", {report.repeated} repeated" if report.repeated else ""
    console.print(f"{report.added} added, {report.updated} updated, {skipped} skipped{repeated}.")
    if report.skipped:
        table = Table("file", "line", "reason", show_edge=False)
        for error in report.skipped[:SHOWN_ERRORS]:
            table.add_row(str(error.file), str(error.line), error.reason)
        console.print(table)
        if skipped > SHOWN_ERRORS:
            console.print(f"… and {skipped - SHOWN_ERRORS} more.")
    return bool(report.added or report.updated)
