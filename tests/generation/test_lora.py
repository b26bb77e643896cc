"""Low-rank adapters: they begin as nothing, train alone, are small files, and merge into the same model."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("peft")

from generation.briefs import GenerationError  # noqa: E402
from generation.text import gpt_checkpoints, lora  # noqa: E402
from generation.text.gpt_threads import threads  # noqa: E402
from generation.text.training_files import CheckpointError  # noqa: E402

TOKENS = torch.arange(12).view(2, 6)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """More are slower beside other processes."""
    with threads(1):
        yield


def _model(width: int = 16) -> Any:
    return gpt_checkpoints.new(30, layers=2, heads=2, width=width, context=16, dropout=0.0, seed=1).eval()


def _trained() -> Any:
    """An adapter that does something."""
    adapted = lora.adapt(_model(), rank=2, seed=5)
    torch.manual_seed(0)
    for name, parameter in adapted.named_parameters():
        if "lora_B" in name:
            parameter.data.normal_()
    return adapted.eval()


def test_an_adapter_begins_as_nothing_and_trains_alone() -> None:
    adapted = lora.adapt(_model(), rank=2).eval()
    torch.testing.assert_close(adapted(TOKENS).logits, _model()(TOKENS).logits)
    trained = [name for name, parameter in adapted.named_parameters() if parameter.requires_grad]
    assert trained and all("lora_" in name for name in trained)
    # Per layer: c_attn 16 → 48, c_proj 16 → 16, c_fc 16 → 64, c_proj 64 → 16, rank 2 on either side.
    assert sum(p.numel() for p in adapted.parameters() if p.requires_grad) == 2 * 2 * (64 + 32 + 80 + 80)


def test_saved_loaded_and_merged_it_is_the_same(tmp_path: Path) -> None:
    adapted = _trained()
    wanted = adapted(TOKENS).logits
    assert not torch.allclose(wanted, _model()(TOKENS).logits, atol=1e-3)
    lora.save(adapted, tmp_path / "adapter")
    assert {file.name for file in (tmp_path / "adapter").iterdir()} == {
        "adapter_config.json",
        "adapter_model.safetensors",
    }
    loaded = lora.load(_model(), tmp_path / "adapter")
    torch.testing.assert_close(loaded(TOKENS).logits, wanted)
    merged = lora.merge(loaded)
    assert not any("lora" in name for name, _ in merged.named_parameters())
    torch.testing.assert_close(merged(TOKENS).logits, wanted, atol=1e-4, rtol=1e-4)


def test_the_same_seed_makes_the_same_adapter() -> None:
    one, two = (dict(lora.adapt(_model(), seed=4).named_parameters()) for _ in range(2))
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_an_adapter_of_another_model_is_refused(tmp_path: Path) -> None:
    lora.save(_trained(), tmp_path)
    with pytest.raises(CheckpointError, match="does not fit this model"):
        lora.load(_model(width=32), tmp_path)


def test_a_pickled_adapter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"no adapter_model\.safetensors"):
        lora.load(_model(), tmp_path)
    torch.save({}, tmp_path / "adapter_model.bin")
    with pytest.raises(CheckpointError, match="pickled"):
        lora.load(_model(), tmp_path)
    (tmp_path / "adapter_model.bin").rename(tmp_path / "adapter_model.safetensors")
    with pytest.raises(CheckpointError, match="pickled"):
        lora.load(_model(), tmp_path)


def test_bad_settings_are_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GenerationError, match="rank"):
        lora.adapt(_model(), rank=0)
    with pytest.raises(GenerationError, match=r"it has .*c_attn"):
        lora.adapt(_model(), targets=["q_proj"])
    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(GenerationError, match=r"yuban\[lora\]"):
        lora.adapt(_model())
