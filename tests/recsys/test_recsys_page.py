"""The package's front page: everything by name, nothing before it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import recsys
from recsys import registry

HEAVY = ("torch", "numba", "optuna", "plotly", "pandas", "pyspark", "scipy", "pyarrow", "numpy", "networkx")


def fresh(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_it_imports_nothing_else() -> None:
    assert fresh(f"import sys, recsys; print([m for m in {HEAVY} if m in sys.modules])") == "[]"


def test_a_model_is_imported_when_it_is_named_and_torch_only_for_its_own() -> None:
    code = "import sys\nfrom recsys import EASE, Conversation, Interactions, Item2Vec, train\n"
    assert fresh(code + "print(sorted({'torch', 'numba', 'pandas'} & set(sys.modules)))") == "[]"


def test_every_model_is_exported_and_described() -> None:
    for name in registry.names():
        family = registry.entry(name).cls
        assert family in recsys.__all__ and f"``{name}``" in (recsys.__doc__ or "") and f"`{family}`" in recsys.__doc__
        if registry.available(name):
            assert getattr(recsys, family) is registry.model_class(name)


def test_whatever_is_exported_is_there() -> None:
    assert set(recsys.__all__) <= set(dir(recsys)) and sorted(set(recsys.__all__)) == sorted(recsys.__all__)
    for name in recsys.__all__:
        if name not in ("GMF", "MLP", "NFM", "NeuMF", "WideAndDeep"):
            assert getattr(recsys, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = recsys.nonsense
