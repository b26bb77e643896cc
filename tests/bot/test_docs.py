"""The two READMEs promise the same things, and what they point at exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "CONTRIBUTING.md", "benchmarks/README.md"])
def test_links_lead_somewhere(name):
    file = ROOT / name
    for target in re.findall(r"\]\(([^)#]+)\)", file.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (file.parent / target).exists(), f"{name}: {target}"


def test_both_languages_show_the_same_commands():
    commands = [
        re.findall(r"^(?:make|\.venv/bin/yuban) \S+(?: \S+)?", (ROOT / name).read_text(encoding="utf-8"), re.M)
        for name in ("README.md", "README.zh.md")
    ]
    assert commands[0] and commands[0] == commands[1]
