"""Training runs: resumed is uninterrupted, accumulated is whole, and nothing is lost when the disk is full."""

from __future__ import annotations

import json
import math
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from generation.briefs import GenerationError  # noqa: E402
from generation.text import curves, gpt_checkpoints, training, training_files, training_loop  # noqa: E402
from generation.text.gpt import GPT, Config  # noqa: E402
from generation.text.gpt_muon import Muon  # noqa: E402
from generation.text.gpt_threads import threads  # noqa: E402
from generation.text.tokenizer import BytePairs  # noqa: E402
from generation.text.training_command import main  # noqa: E402
from generation.text.training_data import TextFileError, blocks, read_documents, split, stream  # noqa: E402
from generation.text.training_files import (  # noqa: E402
    CheckpointError,
    load_into,
    read_tensors,
    replacing,
    write_tensors,
)
from generation.text.training_loop import History, Settings, evaluate, run  # noqa: E402

TEXT = np.tile([1, 2, 3, 1, 4, 5, 0], 80)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """More are slower beside other processes."""
    with threads(1):
        yield


def _gpt(dropout: float = 0.1) -> tuple[GPT, list[torch.optim.Optimizer]]:
    """A model and both optimisers, always the same."""
    model = GPT(Config(8, layers=2, heads=2, width=16, context=8, dropout=dropout), seed=1)
    matrices = [p for name, p in model.blocks.named_parameters() if p.ndim == 2 and "before_" not in name]
    taken = {id(p) for p in matrices}
    rest = [p for p in model.parameters() if id(p) not in taken]
    return model, [Muon(matrices, 0.02), torch.optim.AdamW(rest, lr=0.01)]


def _settings(**changed: Any) -> Settings:
    return Settings(**{"steps": 12, "batch": 2, "context": 8, "seed": 5, "bfloat16": False} | changed)


def _weights(model: torch.nn.Module) -> dict[str, Any]:
    return {name: p.detach().clone() for name, p in model.named_parameters()}


def _same(one: dict[str, Any], two: dict[str, Any]) -> bool:
    return one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)


class _Interrupted(Exception):
    pass


def _stop_after(steps: int) -> Any:
    def progress(fraction: float, said: str) -> None:
        if int(said.split()[1]) > steps:
            raise _Interrupted

    return progress


# --- the loop


def test_resumed_is_uninterrupted_to_the_bit(tmp_path: Path) -> None:
    settings = _settings(steps=30, checkpoint_every=7, evaluate_every=5, patience=50, accumulate=2)
    valid = np.tile([1, 2, 3, 1, 4, 5, 0], 4)
    whole, optimisers = _gpt()
    wanted = run(whole, optimisers, TEXT, settings, valid=valid)

    with pytest.raises(_Interrupted):  # after step 21; the checkpoint is of step 14 or 21
        run(*_gpt(), TEXT, settings, valid=valid, folder=tmp_path, progress=_stop_after(20))
    kept = json.loads(read_tensors(tmp_path / "checkpoint.safetensors")[1]["history"])
    assert 0 < len(kept["losses"]) < 30
    again, optimisers = _gpt()
    found = run(again, optimisers, TEXT, settings, valid=valid, folder=tmp_path)

    assert found.losses == wanted.losses and found.valid == wanted.valid and found.best_step == wanted.best_step
    assert _same(_weights(again), _weights(whole))


def test_ctrl_c_saves_first(tmp_path: Path) -> None:
    def progress(fraction: float, said: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(*_gpt(), TEXT, _settings(), folder=tmp_path, progress=progress)
    model, optimisers = _gpt()
    assert run(model, optimisers, TEXT, _settings(), folder=tmp_path).losses == run(*_gpt(), TEXT, _settings()).losses


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path) -> None:
    run(*_gpt(), TEXT, _settings(), folder=tmp_path)
    for text, settings in ((TEXT, _settings(seed=6)), (TEXT[1:], _settings())):
        with pytest.raises(CheckpointError, match="other settings"):
            run(*_gpt(), text, settings, folder=tmp_path)
    (tmp_path / "checkpoint.safetensors").write_bytes(b"cut short")
    with pytest.raises(CheckpointError, match="no whole safetensors"):
        run(*_gpt(), TEXT, _settings(), folder=tmp_path)


def test_accumulated_is_the_whole_batch() -> None:
    whole, accumulated = _gpt(dropout=0.0), _gpt(dropout=0.0)
    one = run(*whole, TEXT, _settings(batch=6))
    two = run(*accumulated, TEXT, _settings(batch=2, accumulate=3))
    np.testing.assert_allclose(one.losses, two.losses, rtol=1e-3)
    for name, weight in _weights(whole[0]).items():
        torch.testing.assert_close(_weights(accumulated[0])[name], weight, atol=2e-3, rtol=1e-2)


def test_the_first_step_is_the_gradient_of_the_first_batch() -> None:
    """Plain gradient descent by hand: loss, clipping and rate of warm-up."""
    model, _ = _gpt(dropout=0.0)
    by_hand, _ = _gpt(dropout=0.0)
    settings = _settings(steps=1, warmup=3, warmdown=1.0, clip=0.01)
    run(model, [torch.optim.SGD(model.parameters(), lr=0.5)], TEXT, settings)
    start = next(blocks(len(TEXT), 8, 2, 5))
    rows = torch.from_numpy(np.stack([TEXT[at : at + 9] for at in start]))
    loss = torch.nn.functional.cross_entropy(by_hand(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    length = torch.sqrt(sum(p.grad.square().sum() for p in by_hand.parameters() if p.grad is not None))
    for name, parameter in by_hand.named_parameters():
        if parameter.grad is not None:
            expected = parameter.detach() - 0.5 / 4 * parameter.grad * min(1.0, 0.01 / float(length))
            torch.testing.assert_close(dict(model.named_parameters())[name].detach(), expected, atol=1e-6, rtol=1e-4)


def test_early_stopping_brings_the_best_back() -> None:
    """Validation text of which the training text teaches the opposite: the loss falls, then rises."""
    valid = np.tile([5, 4, 1, 3, 2, 1, 0], 6)
    model, optimisers = _gpt()
    history = run(model, optimisers, TEXT, _settings(steps=400, evaluate_every=4, patience=3), valid=valid)
    assert history.stopped_early and len(history.losses) < 400
    assert history.best_step == len(history.losses) - 3 * 4
    assert evaluate(model, valid, 8, 2) == pytest.approx(history.best)
    assert history.valid[-1][1] > history.best


def test_evaluation_counts_every_token_once() -> None:
    model, _ = _gpt()
    torch.manual_seed(0)
    for parameter in model.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    text = TEXT[:45]
    total = 0.0
    with torch.inference_mode():
        for begin in range(0, 44, 8):
            row = torch.from_numpy(text[begin : begin + 9])
            total += float(torch.nn.functional.cross_entropy(model.eval()(row[None, :-1])[0], row[1:], reduction="sum"))
    assert evaluate(model, text, 8, 2) == pytest.approx(total / 44, rel=1e-5)
    assert math.isnan(evaluate(model, text[:1], 8))


def test_a_loss_that_is_not_finite_ends_the_run() -> None:
    model, _ = _gpt()
    with pytest.raises(GenerationError, match="lower the rate"):
        run(model, [torch.optim.SGD(model.parameters(), lr=1e30)], TEXT, _settings(steps=30, warmup=0))
    with pytest.raises(GenerationError, match="at least 1"):
        _settings(batch=0)
    with pytest.raises(GenerationError, match="warmdown"):
        _settings(warmdown=0.0)


# --- a full disk


def _full_disk(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_loses_nothing_and_training_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _settings(steps=30, checkpoint_every=10)
    with pytest.raises(_Interrupted):
        run(*_gpt(), TEXT, settings, folder=tmp_path, progress=_stop_after(10))
    before = (tmp_path / "checkpoint.safetensors").read_bytes()
    said: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(training_files, "save_file", _full_disk)
        model, optimisers = _gpt()
        history = run(model, optimisers, TEXT, settings, folder=tmp_path, progress=lambda _, told: said.append(told))
    assert len(history.losses) == 30 and "No space left" in history.unsaved
    assert any("NOT SAVED" in told for told in said)
    assert (tmp_path / "checkpoint.safetensors").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.safetensors"]
    assert history.losses == run(*_gpt(), TEXT, settings, folder=tmp_path).losses


def test_a_model_that_cannot_be_saved_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = gpt_checkpoints.new(20, layers=1, heads=1, width=8, context=8, seed=1)
    gpt_checkpoints.save(first, tmp_path)
    before = (tmp_path / "model.safetensors").read_bytes()
    second = gpt_checkpoints.new(20, layers=1, heads=1, width=8, context=8, seed=2)
    monkeypatch.setattr(type(second), "save_pretrained", _full_disk)
    with pytest.raises(CheckpointError, match="what was there before is untouched"):
        gpt_checkpoints.save(second, tmp_path)
    assert (tmp_path / "model.safetensors").read_bytes() == before
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]


def test_a_writer_that_fails_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def half(part: Path) -> None:
        part.write_text("ne")
        _full_disk()

    with pytest.raises(CheckpointError, match="No space left"):
        replacing(path, half)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    with pytest.raises(CheckpointError, match="cannot write into"):
        replacing(path / "below" / "b.txt", lambda part: part.write_text("x"))


# --- files of weights


def test_pickles_are_refused_whatever_their_name(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(2)}, tmp_path / "model.bin")
    torch.save({"a": torch.ones(2)}, tmp_path / "renamed.safetensors")
    torch.save({"a": torch.ones(2)}, tmp_path / "old.safetensors", _use_new_zipfile_serialization=False)
    for name in ("model.bin", "renamed.safetensors", "old.safetensors"):
        with pytest.raises(CheckpointError, match="pickled checkpoint"):
            read_tensors(tmp_path / name)
    # A header of 0x280 bytes begins like a pickle and is none.
    write_tensors(tmp_path / "good.safetensors", {"a": torch.ones(2)}, {"k": "v" * 560})
    assert read_tensors(tmp_path / "good.safetensors")[1] == {"k": "v" * 560}


def test_wrong_shapes_are_named(tmp_path: Path) -> None:
    model = torch.nn.Linear(3, 2)
    with pytest.raises(CheckpointError, match=r"weight is \(5, 3\) in the file and \(2, 3\)"):
        load_into(model, {"weight": torch.ones(5, 3), "bias": torch.ones(2)}, Path("x"))
    with pytest.raises(CheckpointError, match=r"bias is missing.*extra is not"):
        load_into(model, {"weight": torch.ones(2, 3), "extra": torch.ones(2)}, Path("x"))


def _folder(tmp_path: Path, **sizes: int) -> Path:
    shape = {"layers": 2, "heads": 2, "width": 16, "context": 16} | sizes
    gpt_checkpoints.save(gpt_checkpoints.new(40, **shape), tmp_path / "base")
    return tmp_path / "base"


def test_a_gpt2_folder_opens_as_it_was(tmp_path: Path) -> None:
    made = gpt_checkpoints.new(40, layers=2, heads=2, width=16, context=16, seed=3).eval()
    gpt_checkpoints.save(made, tmp_path)
    tokens = torch.arange(10)[None]
    assert torch.equal(gpt_checkpoints.open_model(tmp_path)(tokens).logits, made(tokens).logits)
    assert not (tmp_path / "pytorch_model.bin").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [({"n_embd": 32}, "in the file and"), ({"n_layer": 3}, "is missing"), ({"n_layer": 1}, "has no place")],
)
def test_a_checkpoint_that_does_not_fit_its_configuration_is_refused(
    tmp_path: Path, change: dict[str, int], said: str
) -> None:
    base = _folder(tmp_path)
    config = json.loads((base / "config.json").read_text())
    (base / "config.json").write_text(json.dumps(config | change))
    with pytest.raises(CheckpointError, match=said):
        gpt_checkpoints.open_model(base)


def test_a_folder_without_a_usable_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"no config\.json"):
        gpt_checkpoints.open_model(tmp_path)
    base = _folder(tmp_path)
    (base / "model.safetensors").write_bytes(b"\x10" + b"\x00" * 30)
    with pytest.raises(CheckpointError, match="cannot open the model"):
        gpt_checkpoints.open_model(base)
    (base / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"no \.safetensors"):
        gpt_checkpoints.open_model(base)
    torch.save({}, base / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match="pickled checkpoint"):
        gpt_checkpoints.open_model(base)


# --- text


def test_blocks_meet_everything_once_an_epoch() -> None:
    found = blocks(101, 10, 3, seed=4)
    first = np.concatenate([next(found) for _ in range(3)])  # 9 or 10 blocks an epoch
    assert len(set(first.tolist())) == 9 and len({start % 10 for start in first.tolist()}) == 1
    assert first.min() >= 0 and first.max() + 10 < 101
    many = np.concatenate([next(found) for _ in range(100)])
    assert many.min() >= 0 and many.max() + 10 < 101 and len({s % 10 for s in many.tolist()}) > 5
    with pytest.raises(TextFileError, match="do not fill"):
        next(blocks(10, 10, 1, 0))


def test_documents_end_with_the_mark_and_the_end_is_held_out() -> None:
    tokens = stream(["ab", "c"], lambda text: [ord(c) for c in text], 0)
    assert tokens.tolist() == [97, 98, 0, 99, 0] and tokens.dtype == np.int64
    learnt, judged = split(tokens, 0.4)
    assert (learnt.tolist(), judged.tolist()) == ([97, 98, 0], [99, 0])
    assert [len(part) for part in split(tokens, 0.0)] == [5, 0]
    with pytest.raises(TextFileError):
        split(tokens, 1.0)


def test_bad_files_are_said_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "一"}\n\n{"text": "two\\u2028lines"}\n', encoding="utf-8")
    assert read_documents(path) == ["一", "two\u2028lines"]
    for content, said in (('{"text": "a"}\n{"text": 3}', "line 2: no text"), ("{}\n[", "line 1"), ("[", "not JSON")):
        path.write_text(content)
        with pytest.raises(TextFileError, match=said):
            read_documents(path)
    (tmp_path / "b.txt").write_bytes("文".encode("gb18030"))
    with pytest.raises(TextFileError, match="not UTF-8"):
        read_documents(tmp_path / "b.txt")
    (tmp_path / "c.txt").write_text(" \n")
    with pytest.raises(TextFileError, match="holds no text"):
        read_documents(tmp_path / "c.txt")
    with pytest.raises(TextFileError, match="cannot read"):
        read_documents(tmp_path / "d.txt")


# --- the picture


def test_the_curve_is_a_well_formed_picture_of_the_losses() -> None:
    losses = np.linspace(3.0, 1.0, 1000)
    history = History(losses=losses.tolist(), valid=[(500, 2.2), (1000, 1.5)], best_step=1000)
    root = ET.fromstring(curves.svg(history, lang="zh", title="<剧本>"))
    ns = {"s": "http://www.w3.org/2000/svg"}
    learnt, judged = root.findall("s:polyline", ns)
    heights: NDArray[np.float64] = np.array([float(p.split(",")[1]) for p in (learnt.get("points") or "").split()])
    assert len(heights) == 400 and (np.diff(heights) >= 0).all() and np.ptp(heights) > 280
    assert len((judged.get("points") or "").split()) == len(root.findall("s:circle", ns)) == 2
    assert "1.500 @ 1000" in (root.findtext("s:desc", "", ns)) and root.findtext("s:title", "", ns) == "<剧本>"
    ET.fromstring(curves.svg(History(losses=[2.0])))
    with pytest.raises(ValueError, match="no finite loss"):
        curves.svg(History())


# --- the whole way


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    (folder / "text.txt").write_text("夜色里的电影院。 The film begins, 电影开始了。\n" * 60, encoding="utf-8")
    sizes = ["--vocabulary", "300", "--layers", "1", "--heads", "2", "--width", "32", "--context", "16"]
    run_ = ["--steps", "120", "--batch", "4", "--evaluate-every", "40"]
    assert main(["scratch", str(folder / "text.txt"), "--out", str(folder / "model"), *sizes, *run_]) == 0
    return folder


def test_the_command_makes_a_model_that_transformers_opens_and_that_has_learnt(trained: Path) -> None:
    files = {file.name for file in (trained / "model").iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json", "history.json", "curve.svg"} <= files
    assert "run" not in files and not [name for name in files if name.endswith(".bin")]
    history = json.loads((trained / "model" / "history.json").read_text())["history"]
    assert history["valid"][-1][1] < 2.0 < math.log(300) < history["losses"][0] + 0.5
    model, tokenizer = gpt_checkpoints.open_model(trained / "model"), gpt_checkpoints.open_tokenizer(trained / "model")
    tokens = tokenizer("The film", return_tensors="pt")["input_ids"]
    assert " begins" in tokenizer.decode(model.generate(tokens, max_new_tokens=6, do_sample=False)[0])


@pytest.mark.parametrize("kind", ["tune", "lora"])
def test_the_command_goes_on_from_a_model(trained: Path, tmp_path: Path, kind: str) -> None:
    if kind == "lora":
        pytest.importorskip("peft")
    (tmp_path / "more.jsonl").write_text('{"body": "雨夜。 It rains all night, 下了一夜雨。"}\n' * 40, encoding="utf-8")
    arguments = [
        kind,
        str(trained / "model"),
        str(tmp_path / "more.jsonl"),
        "--field",
        "body",
        "--out",
        str(tmp_path / "o"),
    ]
    assert main([*arguments, "--steps", "15", "--batch", "4", "--rate", "0.01", "--evaluate-every", "5"]) == 0
    valid = json.loads((tmp_path / "o" / "history.json").read_text())["history"]["valid"]
    assert valid[-1][1] < valid[0][1]
    made = {file.name for file in (tmp_path / "o").iterdir()}
    assert ("adapter_model.safetensors" in made) == (kind == "lora") != ("model.safetensors" in made)


def test_the_command_says_what_is_wrong(trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = str(trained / "text.txt")
    assert main(["scratch", str(tmp_path / "none.txt"), "--out", str(tmp_path / "o")]) == 2
    assert main(["tune", str(tmp_path), text, "--out", str(tmp_path / "o")]) == 2
    assert main(["tune", str(trained / "model"), text, "--out", str(trained / "model")]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "cannot read" in said and "no config.json" in said and "choose another folder" in said
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0 and "examples" in capsys.readouterr().out


def test_the_command_trains_our_own_model_too(trained: Path, tmp_path: Path) -> None:
    sizes = ["--vocabulary", "300", "--layers", "1", "--heads", "2", "--width", "32", "--context", "16"]
    arguments = ["scratch", str(trained / "text.txt"), "--engine", "ours", "--out", str(tmp_path), *sizes]
    assert main([*arguments, "--steps", "60", "--batch", "4"]) == 0
    model, encoding = GPT.load(tmp_path / "gpt.safetensors"), BytePairs.load(tmp_path)
    state, logits = model.start([encoding.encode("The film")])
    written = []
    for _ in range(4):
        written.append(int(logits.argmax()))
        state, logits = model.step(state, torch.tensor(written[-1:]))
    assert encoding.decode(written).startswith(" begins")


def test_an_interrupted_command_goes_on_and_a_new_text_starts_anew(tmp_path: Path) -> None:
    """The encoding of a run that never reached a checkpoint is not used for another text."""
    texts = ["夜雨。" * 40, "A film about rain. " * 30]
    shape = training.Shape(vocabulary=280, layers=1, heads=1, width=8)
    settings = _settings(steps=3, checkpoint_every=2)
    with pytest.raises(_Interrupted):
        training.from_scratch(texts[:1], tmp_path, settings, shape, progress=_stop_after(0))
    training.from_scratch(texts[1:], tmp_path, settings, shape)
    assert len(BytePairs.load(tmp_path).encode(" film")) < 5
    with pytest.raises(_Interrupted):
        training.from_scratch(texts[1:], tmp_path, settings, shape, progress=_stop_after(2))
    assert (tmp_path / "run" / "checkpoint.safetensors").is_file()
    training.from_scratch(texts[1:], tmp_path, settings, shape)
    assert not (tmp_path / "run").exists()


def test_a_tokenizer_larger_than_its_model_is_refused(trained: Path, tmp_path: Path) -> None:
    gpt_checkpoints.save(gpt_checkpoints.new(50, layers=1, heads=1, width=8, context=8), tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((trained / "model" / name).read_bytes())
    with pytest.raises(CheckpointError, match="and the model only 50"):
        training.fine_tune(tmp_path, ["a text"], tmp_path / "o", _settings())


def test_progress_is_told_and_rates_are_put_back() -> None:
    said: list[tuple[float, str]] = []
    model, optimisers = _gpt()
    run(model, optimisers, TEXT, _settings(), progress=lambda done, told: said.append((done, told)))
    assert said[0][1].startswith("step 1 of 12, loss 2.0") and said[-1][1].startswith("step 12 of 12")
    assert [group["lr"] for optimiser in optimisers for group in optimiser.param_groups] == [0.02, 0.01]
    assert training_loop.Settings(steps=1).warmdown == 0.6


def test_a_hub_name_is_found_in_the_cache_when_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    constants = pytest.importorskip("huggingface_hub").constants
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    made = gpt_checkpoints.new(40, layers=1, heads=1, width=8, context=8, seed=3).eval()
    kept = tmp_path / "models--studio--small"
    gpt_checkpoints.save(made, kept / "snapshots" / "0")
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("0")
    opened = gpt_checkpoints.open_model("studio/small")
    assert torch.equal(opened.lm_head.weight, made.lm_head.weight)
    with pytest.raises(CheckpointError, match="cannot open the model studio/other"):
        gpt_checkpoints.open_model("studio/other")
    torch.save({}, kept / "snapshots" / "0" / "pytorch_model.bin")
    (kept / "snapshots" / "0" / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match="cannot open the model studio/small"):
        gpt_checkpoints.open_model("studio/small")
