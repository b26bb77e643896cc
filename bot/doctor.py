"""What is there, what is missing, how to get it: the first thing to run when something does not work."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.settings import ROOT, Settings


@dataclass(frozen=True)
class Check:
    name: str
    ok: bool
    found: str
    remedy: str = ""
    needed: bool = True


def report(settings: Settings, console: Console) -> bool:
    """Prints a table of checks; whether everything that is needed is there."""
    checks = list(run(settings))
    table = Table(show_edge=False, pad_edge=False)
    for column in ("", "what", "found", "how to get it"):
        table.add_column(column, overflow="fold")
    for check in checks:
        sign = "[green]✓[/]" if check.ok else ("[red]✗[/]" if check.needed else "[yellow]–[/]")
        table.add_row(sign, check.name, check.found, "" if check.ok else check.remedy)
    console.print(table)
    return all(check.ok for check in checks if check.needed)


def run(settings: Settings) -> Iterator[Check]:
    version = sys.version.split()[0]
    yield Check("Python ≥ 3.11", sys.version_info >= (3, 11), version, "install Python 3.11 or newer")
    rasa = _version([str(settings.rasa_python), "-c", "import importlib.metadata as m; print(m.version('rasa'))"])
    yield Check("Rasa environment", rasa == "3.6.21", rasa or "none", "make run (builds it; needs Python 3.10)")
    widget = ROOT / "bot" / "widget" / "dist" / "yuban.js"
    yield Check("web widget", widget.exists(), _size(widget), "make run (builds it; fetches Node.js if there is none)")
    node = shutil.which("node")
    yield Check(
        "Node.js ≥ 20",
        bool(node),
        _version(["node", "--version"]) if node else "none",
        "make run fetches it",
        needed=False,
    )
    models = sorted(settings.dialogue_models.glob("*.tar.gz"))
    yield Check("dialogue model", bool(models), models[-1].name if models else "none", "yuban train")
    yield Check("gazetteer", settings.gazetteer.exists(), _size(settings.gazetteer), "yuban train")
    recommender = settings.recsys_model
    yield Check(
        "recommender", recommender.is_dir(), str(recommender) if recommender.is_dir() else "none", "yuban train"
    )
    if settings.text_server or settings.text_model:
        yield text_model(settings)
    free = shutil.disk_usage(settings.home if settings.home.exists() else ROOT).free / 2**30
    yield Check("disk space", free > 1, f"{free:.1f} GiB free", "free at least 1 GiB")
    for program, why in (
        ("chromium", "browser tests"),
        ("redis-server", "tests with several processes"),
        ("postgres", "tests with PostgreSQL"),
    ):
        found = shutil.which(program) or next(iter(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))), "")
        yield Check(
            program, bool(found), found or "none", f"only for {why}: your package manager's {program}", needed=False
        )


def text_model(settings: Settings) -> Check:
    """The language model beside the rules: named rightly, and somebody there. Its folder is not opened: that takes long."""
    remedy = "YUBAN_TEXT_SERVER (its base URL) with YUBAN_TEXT_MODEL, or a folder in YUBAN_TEXT_MODEL; the rules write meanwhile"
    if not settings.text_server:
        return Check("text model", True, settings.text_model)
    import httpx

    from generation.backends.base import BackendError
    from generation.backends.choose import choose

    try:
        name = choose(settings.text_server, settings.text_model).name
        httpx.get(f"{settings.text_server.rstrip('/')}/models", timeout=3)  # without the key: any answer will do
    except (BackendError, httpx.HTTPError) as error:
        return Check("text model", False, str(error), remedy, needed=False)
    return Check("text model", True, name)


def _version(command: list[str]) -> str:
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1024:,.0f} kB" if path.exists() else "none"
