"""Every line of the registry leads to a model, and nothing heavy is imported before it is asked for."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from recsys import registry
from recsys.interactions import Interactions
from recsys.model import ItemModel
from recsys.registry import Entry, UnknownModel
from recsys.storage import ModelFileError, write_model

PLAIN = {"float", "log", "int", "log-int", "choice"}


@pytest.mark.parametrize("name", registry.names())
def test_a_line_leads_to_a_model(name: str) -> None:
    if not registry.available(name):
        pytest.skip(f"needs the extra {registry.entry(name).extra}")
    family = registry.model_class(name)
    assert issubclass(family, ItemModel) and family.__name__ == registry.entry(name).cls
    assert registry.name_of(family.__name__) == name
    assert isinstance(registry.create(name), family)
    known = registry.parameters(name)
    assert set(registry.entry(name).small) <= set(known)


@pytest.mark.parametrize("name", registry.names())
def test_ranges_are_of_the_constructor_and_hold_its_defaults(name: str) -> None:
    if not registry.available(name):
        pytest.skip(f"needs the extra {registry.entry(name).extra}")
    defaults = registry.parameters(name)
    for key, span in registry.search_space(name).items():
        assert key in defaults, f"{name} has no argument {key}"
        assert span[0] in PLAIN, f"{name}.{key}: {span}"
        if span[0] == "choice":
            assert defaults[key] in span[1:]
        else:
            low, high = span[1:]
            assert low < high and (low > 0 or not span[0].startswith("log"))
            assert defaults[key] is None or low <= defaults[key] <= high, f"{name}.{key}: the default is out of range"


def test_importing_it_imports_no_model() -> None:
    code = (
        "import sys, recsys.registry as r; r.names(); "
        "print([m for m in sys.modules if m in ('torch', 'numba', 'optuna', 'plotly')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_name_is_answered_with_the_likely_one() -> None:
    with pytest.raises(UnknownModel, match=r"'eas' \(did you mean 'ease'\?\); there are: popularity, "):
        registry.entry("eas")
    with pytest.raises(UnknownModel, match="no model 'xyzzy'; there"):
        registry.create("xyzzy")
    with pytest.raises(UnknownModel, match="NoSuchClass"):
        registry.name_of("NoSuchClass")


def test_a_wrong_parameter_is_named() -> None:
    with pytest.raises(ValueError, match=r"ease: .*no_such"):
        registry.create("ease", no_such=1)
    with pytest.raises(ValueError, match="regularization must be positive"):
        registry.create("ease", regularization=-1.0)


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.MODELS, "deep", Entry("recsys.nowhere", "Deep", extra="neural"))
    monkeypatch.setitem(registry._EXTRA_MODULES, "neural", "no_such_package")
    assert not registry.available("deep")
    with pytest.raises(ImportError, match=r'pip install "yuban\[neural\]"'):
        registry.create("deep")


def test_whatever_was_saved_is_read_back(tmp_path, checkerboard: Interactions) -> None:
    model = registry.create("item-neighbours").fit(checkerboard)
    model.save(tmp_path / "a")
    again = registry.load_model(tmp_path / "a")
    assert type(again) is type(model)
    np.testing.assert_array_equal(again.scores(["i02"]), model.scores(["i02"]))
    with pytest.raises(FileNotFoundError):
        registry.load_model(tmp_path / "b")
    write_model(tmp_path / "c", "FromTheFuture", {}, {})
    with pytest.raises(ModelFileError, match="FromTheFuture"):
        registry.load_model(tmp_path / "c")


def test_ranges_may_stand_on_the_class_in_the_module_or_by_class(monkeypatch: pytest.MonkeyPatch) -> None:
    family = registry.model_class("popularity")
    module = sys.modules[family.__module__]
    by_class = {"half_life": ("float", 30.0, 365.0)}
    monkeypatch.setattr(module, "SEARCH_SPACE", by_class, raising=False)
    assert registry.search_space("popularity") == by_class
    monkeypatch.setattr(module, "SEARCH_SPACE", {"Popularity": by_class, "Other": {}})
    assert registry.search_space("popularity") == by_class
    own = {"half_life": ("float", 1.0, 2.0)}
    monkeypatch.setattr(family, "SEARCH_SPACE", own, raising=False)
    assert registry.search_space("popularity") == own
