"""A room may use what lies below it and never what lies beside or above."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BELOW = {
    "knowledge": set(),
    "recsys": {"knowledge"},
    "generation": {"knowledge"},
    "actions": {"knowledge", "recsys", "generation"},
    "bot": {"knowledge", "recsys", "generation"},
}
ROOMS = set(BELOW)


def imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


def files(room: str) -> list[Path]:
    return [path for path in (ROOT / room).rglob("*.py") if "node_modules" not in path.parts]


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_imports_go_downwards(room):
    allowed = BELOW[room] | {room}
    for file in files(room):
        wrong = imports(file) & ROOMS - allowed
        assert not wrong, f"{file.relative_to(ROOT)} imports {', '.join(sorted(wrong))}"


def test_the_dialogue_imports_nothing_of_the_project():
    for file in files("bot/dialogue"):
        assert not imports(file) & ROOMS, file


def test_the_gateway_reaches_rasa_and_the_actions_by_http_only():
    for file in files("bot/gateway"):
        assert not imports(file) & {"rasa", "rasa_sdk", "actions", "recsys", "generation"}, file


def test_no_pickle_no_eval():
    for room in ROOMS:
        for file in files(room):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            called = {
                node.func.id
                for node in ast.walk(tree)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            }
            assert not called & {"eval", "exec"} and "pickle" not in imports(file), file
