"""Setting up a machine: finding a Python 3.10 that runs, doing nothing twice, saying what to install."""

import sys
from pathlib import Path

import pytest

from bot import bootstrap


def script(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A machine with nothing on it."""
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.delenv("PYTHON310", raising=False)
    monkeypatch.setattr(bootstrap, "uv_310", lambda: None)
    return tmp_path


def test_a_shim_that_does_not_run_is_passed_over(elsewhere, monkeypatch):
    folder = elsewhere / "bin"
    folder.mkdir()
    script(folder / "python3.10", "echo 'pyenv: python3.10: command not found' >&2; exit 127")
    good = elsewhere / "pyenv" / "versions" / "3.10.13" / "bin"
    good.mkdir(parents=True)
    script(good / "python3.10", f"echo '3|10|{good}/python3.10'")
    monkeypatch.setenv("PATH", str(folder))
    assert bootstrap.python310() == good / "python3.10"


def test_what_was_asked_for_comes_first(elsewhere, monkeypatch):
    mine = script(elsewhere / "my-python", f"echo '3|10|{elsewhere}/my-python'")
    monkeypatch.setenv("PYTHON310", str(mine))
    assert bootstrap.python310() == mine


def test_another_version_is_not_a_310():
    assert bootstrap.runs_310(sys.executable) is None


def test_without_any_the_message_says_what_to_install(elsewhere, monkeypatch):
    monkeypatch.setattr(bootstrap, "candidates_310", lambda: ["no-such-python"])
    with pytest.raises(bootstrap.SetupError, match=r"brew install python@3\.10"):
        bootstrap.python310()


def test_a_stamp_holds_until_an_input_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    file = tmp_path / "requirements.txt"
    file.write_text("one")
    first = bootstrap.fingerprint([file])
    bootstrap.stamp(tmp_path, "run", first)
    assert bootstrap.stamped(tmp_path, "run", bootstrap.fingerprint([file]))
    file.write_text("two")
    assert not bootstrap.stamped(tmp_path, "run", bootstrap.fingerprint([file]))


def test_a_failed_command_shows_the_end_of_its_log(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "LOGS", tmp_path)
    with pytest.raises(bootstrap.SetupError, match="the disk is on fire"):
        bootstrap.logged(["sh", "-c", "echo the disk is on fire; exit 3"], "test")


def test_it_runs_on_the_standard_library_alone():
    import ast

    names = set()
    for node in ast.walk(ast.parse(Path(bootstrap.__file__).read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    assert names <= set(sys.stdlib_module_names)


def test_an_old_python_is_told_so(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9))
    assert bootstrap.main([]) == 1
    assert "3.11" in capsys.readouterr().out
