"""The GPT written here: causal, the same by blocks and step by step, and able to learn."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from generation.briefs import GenerationError  # noqa: E402
from generation.text.gpt import GPT, Config, rotate  # noqa: E402
from generation.text.gpt_dynamic import dynamic_log_probs  # noqa: E402
from generation.text.gpt_muon import Muon, orthogonalise  # noqa: E402
from generation.text.gpt_threads import threads  # noqa: E402
from generation.text.gpt_training import log_probs, train  # noqa: E402

V, CONTEXT = 20, 16


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """More are slower beside other processes."""
    with threads(1):
        yield


@pytest.fixture(scope="module")
def model() -> GPT:
    """Random everywhere, so that no path is hidden behind a zero."""
    made = GPT(Config(V, layers=3, heads=2, width=32, context=CONTEXT, span=4), seed=1)
    torch.manual_seed(0)
    for parameter in made.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return made.eval()


def _tokens(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randint(0, V, shape, generator=torch.Generator().manual_seed(seed))


def test_no_token_sees_a_later_one(model: GPT) -> None:
    one = _tokens(2, CONTEXT)
    other = one.clone()
    other[:, 10:] = (other[:, 10:] + 1) % V
    a, b = model(one), model(other)
    assert torch.equal(a[:, :10], b[:, :10])
    assert not torch.allclose(a[:, 10:], b[:, 10:])


def test_every_earlier_token_counts(model: GPT) -> None:
    one = _tokens(1, CONTEXT)
    last = model(one)[0, -1]
    for place in range(CONTEXT):
        changed = one.clone()
        changed[0, place] = (changed[0, place] + 1) % V
        assert not torch.allclose(model(changed)[0, -1], last, atol=1e-6), place


def test_step_by_step_equals_the_whole_and_padding_tells_nothing(model: GPT) -> None:
    rows = _tokens(2, CONTEXT)
    whole = model(rows)
    state, logits = model.start([rows[0, :5].tolist(), rows[1, :2].tolist()])
    torch.testing.assert_close(logits, torch.stack([whole[0, 4], whole[1, 1]]), atol=1e-4, rtol=1e-4)
    for number in range(11):
        state, logits = model.step(state, torch.stack([rows[0, 5 + number], rows[1, 2 + number]]))
        torch.testing.assert_close(
            logits, torch.stack([whole[0, 5 + number], whole[1, 2 + number]]), atol=1e-4, rtol=1e-4
        )


def test_selected_rows_go_on_as_themselves(model: GPT) -> None:
    rows = _tokens(3, 9)
    state, _ = model.start([row.tolist() for row in rows[:, :8]])
    _, logits = model.step(model.select(state, torch.tensor([2, 0, 2, 1])), rows[[2, 0, 2, 1], 8])
    torch.testing.assert_close(logits, model(rows)[[2, 0, 2, 1], 8], atol=1e-4, rtol=1e-4)


def test_the_cache_slides_on_past_the_context(model: GPT) -> None:
    state, logits = model.start([[1]])
    for _ in range(3 * CONTEXT):
        state, logits = model.step(state, logits.argmax(-1))
    assert state.layers[0].keys.shape == (1, 2, CONTEXT, 16)
    assert torch.isfinite(logits).all()


def test_one_layer_past_the_context_sees_exactly_the_last_tokens() -> None:
    """With one layer and no convolution the window of the cache is the window of the text."""
    one = GPT(Config(V, layers=1, heads=2, width=32, context=8, span=1), seed=2).eval()
    torch.manual_seed(1)
    for parameter in one.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    text = _tokens(30).tolist()
    state, logits = one.start([text[:8]])
    for token in text[8:]:
        state, logits = one.step(state, torch.tensor([token]))
    torch.testing.assert_close(logits[0], one(torch.tensor([text[-8:]]))[0, -1], atol=1e-4, rtol=1e-4)


def test_log_probs_are_distributions_and_match_a_naive_loop(model: GPT) -> None:
    text = _tokens(50).numpy()
    slow = np.stack(
        [
            model(torch.from_numpy(text[max(0, i - CONTEXT) : i])[None])[0, -1].log_softmax(-1).detach().numpy()
            for i in range(1, 50)
        ]
    )
    fast = log_probs(model, text, CONTEXT, 1)
    assert fast.shape == (50, V) and fast.dtype == np.float32
    np.testing.assert_allclose(fast[1:], slow, atol=1e-4)
    np.testing.assert_allclose(fast[0], -math.log(V), atol=1e-6)
    np.testing.assert_allclose(np.exp(fast).sum(1), 1, atol=1e-5)


@pytest.mark.parametrize("stride", [5, CONTEXT])
@pytest.mark.parametrize("length", [2, CONTEXT, CONTEXT + 1, 3 * CONTEXT + 1, 50])
def test_windows_cover_every_token_once(model: GPT, stride: int, length: int) -> None:
    """A token is scored from the start of the first window that reaches it."""
    text = _tokens(length).numpy()
    found = log_probs(model, text, CONTEXT, stride)
    for i in range(1, length):
        begin = max(0, math.ceil((i - CONTEXT) / stride)) * stride
        naive = model(torch.from_numpy(text[begin:i])[None])[0, -1].log_softmax(-1)
        np.testing.assert_allclose(found[i], naive.detach().numpy(), atol=1e-4, err_msg=str(i))


def test_rotation_keeps_lengths_and_sees_distances() -> None:
    angle = torch.arange(6.0).outer(torch.tensor([1.0, 0.1]))
    q, k = torch.randn(1, 1, 1, 4), torch.randn(1, 1, 1, 4)
    turned_q, turned_k = (rotate(x.expand(1, 1, 6, 4), angle.cos(), angle.sin())[0, 0] for x in (q, k))
    torch.testing.assert_close(turned_q.norm(dim=-1), q.norm().expand(6))
    torch.testing.assert_close(turned_q[5] @ turned_k[3], turned_q[2] @ turned_k[0])


def test_newton_schulz_flattens_the_singular_values() -> None:
    for shape in ((3, 24, 8), (3, 8, 24), (2, 12, 12)):
        values = torch.linalg.svdvals(orthogonalise(torch.randn(shape, generator=torch.Generator().manual_seed(3))))
        assert values.min() > 0.3 and values.max() < 1.4


def test_muon_moves_as_written() -> None:
    weight = torch.nn.Parameter(torch.zeros(8, 4))
    optimiser = Muon([weight], lr=0.1, momentum=0.5, weight_decay=0.0)
    gradient = torch.randn(8, 4, generator=torch.Generator().manual_seed(4))
    weight.grad = gradient.clone()
    optimiser.step()
    # The first momentum is half the gradient, Nesterov's mean three quarters of it; scale does not matter.
    expected = -0.1 * math.sqrt(2) * orthogonalise(gradient[None])[0]
    torch.testing.assert_close(weight.data, expected, atol=1e-4, rtol=1e-4)


def test_it_learns_a_pattern_by_heart_and_repeats_to_the_bit() -> None:
    text = np.tile([1, 2, 3, 1, 4, 5], 60)
    losses, logits = [], []
    for _ in range(2):
        made = GPT(Config(6, layers=2, heads=2, width=32, context=12, dropout=0.1), seed=7)
        history = train(made, text, steps=120, batch=4, seed=3)
        losses.append(history.losses)
        logits.append(made(torch.tensor([[1, 2, 3]])))
    assert losses[0] == losses[1] and torch.equal(logits[0], logits[1])
    # After 1 comes 2 or 4; what came before says which.
    found = log_probs(made, text[:60], 12, 1)[12:]
    assert -found[np.arange(48), text[12:60]].mean() < 0.1


def test_a_time_limit_ends_the_run_with_falling_rates() -> None:
    made = GPT(Config(6, layers=1, heads=1, width=8, context=4), seed=0)
    history = train(made, np.tile([1, 2, 3], 30), steps=10**6, batch=1, minutes=0.002)
    assert 0 < len(history.losses) < 10**6


def test_saved_and_loaded_it_is_the_same(model: GPT, tmp_path: Path) -> None:
    model.save(tmp_path / "gpt.safetensors")
    again = GPT.load(tmp_path / "gpt.safetensors")
    assert again.config == model.config
    assert torch.equal(again(_tokens(1, 8)), model(_tokens(1, 8)))
    assert [file.name for file in tmp_path.iterdir()] == ["gpt.safetensors"]


def test_making_a_model_draws_nothing_from_the_common_generator_and_has_the_size_said() -> None:
    torch.manual_seed(1)
    wanted = torch.rand(3)
    torch.manual_seed(1)
    made = GPT(Config(65, layers=4, heads=4, width=128, context=64, hidden=496), seed=9)
    assert torch.equal(torch.rand(3), wanted)
    each = (4 * 128 + 2 * 496) * 128 + 2 * 4 * 128 + 4
    assert sum(p.numel() for p in made.parameters()) == 2 * 65 * 128 + 4 * each + 3 * 2 == 790_806


def test_bad_input_is_said_plainly(model: GPT, tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="at least one token"):
        model.start([[1], []])
    with pytest.raises(GenerationError, match="outside 0"):
        model.start([[V]])
    with pytest.raises(GenerationError, match="no multiple"):
        Config(V, heads=3, width=32)
    with pytest.raises(GenerationError, match="at least 1"):
        Config(0)
    with pytest.raises(GenerationError, match="do not fill one block"):
        train(model, [1, 2, 3], steps=1, batch=1)
    with pytest.raises(GenerationError, match="whole numbers"):
        log_probs(model, [1, V])
    with pytest.raises(GenerationError, match="stride"):
        log_probs(model, [1, 2], stride=CONTEXT + 1)
    (tmp_path / "other.safetensors").write_bytes(b"\x00" * 40)
    with pytest.raises(GenerationError, match="no whole safetensors"):
        GPT.load(tmp_path / "other.safetensors")


# --- dynamic evaluation


def test_without_a_rate_it_is_the_plain_evaluation(model: GPT) -> None:
    text = _tokens(60).numpy()
    for stride in (1, 5, CONTEXT):
        found = dynamic_log_probs(model, text, stride=stride, rate=0.0)
        for i in range(1, 60):
            end = min(-(-i // stride) * stride, 59)
            begin = max(0, end - CONTEXT)
            naive = model(torch.from_numpy(text[begin:i])[None])[0, -1].log_softmax(-1)
            np.testing.assert_allclose(found[i], naive.detach().numpy(), atol=1e-4, err_msg=f"{stride} {i}")


def test_each_token_is_scored_before_it_is_learnt_from(model: GPT) -> None:
    before = {name: p.clone() for name, p in model.named_parameters()}
    text = _tokens(60).numpy()
    other = text.copy()
    other[41:] = (other[41:] + 1) % V
    one, two = (dynamic_log_probs(model, row, stride=5, rate=1e-2) for row in (text, other))
    np.testing.assert_array_equal(one[:42], two[:42])
    assert not np.allclose(one[42:46], two[42:46], atol=1e-3)
    assert all(torch.equal(p, before[name]) for name, p in model.named_parameters())


def test_a_text_that_repeats_itself_is_learnt_on_the_way(model: GPT) -> None:
    text = np.tile([3, 1, 4, 1, 5, 9, 2, 6], 20)
    found = dynamic_log_probs(model, text, stride=4, rate=1e-2)
    loss = -found[np.arange(1, 160), text[1:]]
    assert loss[-40:].mean() < 0.3 < 1.5 < loss[:20].mean()
    assert dynamic_log_probs(model, text[:1]).shape == (1, V)
    with pytest.raises(GenerationError, match="stride"):
        dynamic_log_probs(model, text, stride=0)
