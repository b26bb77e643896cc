"""The GPT-2 runtime against ``transformers``, its int8 against the same arithmetic in numpy, and damaged checkpoints."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from generation.text.decoding import DecodingError, Settings, decode
from generation.text.gpt2_runtime import GPT2, CheckpointError
from generation.text.gpt2_runtime_weights import pack

PROMPTS = [[3, 4, 5, 6, 7], [9, 1], [50] * 7]


@pytest.fixture(scope="module")
def rival():
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    # 101 tokens and 44 inputs: neither fills its panels.
    config = GPT2Config(
        vocab_size=101, n_positions=48, n_embd=44, n_layer=2, n_head=2, initializer_range=0.3,
        bos_token_id=None, eos_token_id=None,
    )  # fmt: skip
    model = GPT2LMHeadModel(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias") or "ln_" in name:
                parameter.add_(0.2 * torch.randn_like(parameter))
    model.generation_config.pad_token_id = 0
    return model


@pytest.fixture(scope="module")
def folder(rival, tmp_path_factory):
    path = tmp_path_factory.mktemp("gpt2")
    rival.save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def served(folder):
    return GPT2.read(folder)


def last_logits(model, texts) -> torch.Tensor:
    with torch.no_grad():
        return torch.stack([model(torch.tensor([text])).logits[0, -1] for text in texts])


def test_logits_equal_transformers_through_steps_and_selections(served, rival):
    state, logits = served.start(PROMPTS)
    torch.testing.assert_close(logits, last_logits(rival, PROMPTS), atol=2e-4, rtol=1e-4)
    texts = [list(prompt) for prompt in PROMPTS]
    generator = np.random.default_rng(0)
    for _ in range(12):  # a beam's life: rows repeated, dropped and reordered, each growing its own way
        rows = generator.integers(0, len(texts), generator.integers(1, 6)).tolist()
        tokens = generator.integers(0, 101, len(rows)).tolist()
        texts = [[*texts[row], token] for row, token in zip(rows, tokens, strict=True)]
        state, logits = served.step(served.select(state, torch.tensor(rows)), torch.tensor(tokens))
        torch.testing.assert_close(logits, last_logits(rival, texts), atol=2e-4, rtol=1e-4)


def test_heads_of_64_have_loops_of_their_own():
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(1)
    config = GPT2Config(
        vocab_size=50, n_positions=64, n_embd=192, n_layer=2, n_head=3, initializer_range=0.2, bos_token_id=None, eos_token_id=None
    )  # fmt: skip
    rival = GPT2LMHeadModel(config).eval()
    texts = [list(np.random.default_rng(length).integers(0, 50, length)) for length in (1, 15, 16, 17, 40)]
    state, logits = GPT2.of(rival).start(texts)
    torch.testing.assert_close(logits, last_logits(rival, texts), atol=2e-4, rtol=1e-4)
    rows, tokens = [4, 0, 4, 2], [1, 2, 3, 4]
    texts = [[*texts[row], token] for row, token in zip(rows, tokens, strict=True)]
    served = GPT2.of(rival)
    _, logits = served.step(served.select(state, torch.tensor(rows)), torch.tensor(tokens))
    torch.testing.assert_close(logits, last_logits(rival, texts), atol=2e-4, rtol=1e-4)
    narrow = GPT2.of(rival, "bfloat16").start(texts)[1]
    assert 0 < (narrow - logits).abs().max() < 0.05 * logits.std()


def test_the_pool_grows_when_it_is_full(rival):
    served = GPT2.of(rival)
    text = [5]
    state, _ = served.start([text])
    state.keys, state.values = state.keys[:, :2].copy(), state.values[:, :2].copy()
    for token in range(20):
        text.append(token)
        state, logits = served.step(state, torch.tensor([token]))
    torch.testing.assert_close(logits, last_logits(rival, [text]), atol=2e-4, rtol=1e-4)


def test_greedy_and_beams_equal_transformers(served, rival):
    ids = torch.tensor([[3, 4, 5, 6], [9, 1, 77, 2]])
    wanted = rival.generate(ids, do_sample=False, max_new_tokens=30)[:, 4:].tolist()
    assert [list(d[0].tokens) for d in decode(served, ids.tolist(), Settings(max_new=30))] == wanted
    wanted = rival.generate(ids, do_sample=False, num_beams=4, max_new_tokens=12, length_penalty=0.0)[:, 4:].tolist()
    beams = decode(served, ids.tolist(), Settings(strategy="beam", beams=4, max_new=12, length_penalty=0))
    assert [list(d[0].tokens) for d in beams] == wanted


@pytest.mark.parametrize("weights", ["float32", "int8"])
def test_a_prompt_alone_and_in_a_batch_gives_the_same_numbers(rival, weights):
    served = GPT2.of(rival, weights)
    together = served.start(PROMPTS)[1]
    for row, prompt in enumerate(PROMPTS):
        assert torch.equal(served.start([prompt])[1][0], together[row])


def test_log_likelihood_is_that_of_the_logits(served, rival):
    text = [3, 9, 27, 81, 42]
    with torch.no_grad():
        logp = rival(torch.tensor([text])).logits[0, :-1].log_softmax(1)
    wanted = logp[torch.arange(4), torch.tensor(text[1:])].numpy()
    np.testing.assert_allclose(served.log_likelihood(text), wanted, atol=1e-4)


def w8a8(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """x @ weight, each column of the weights rounded to −127 … 127, each row of x to 256 steps from least to greatest."""
    columns = np.abs(weight).max(0) / 127
    steps = (x.max(1, keepdims=True) - x.min(1, keepdims=True)) / 255
    zero = np.floor(-x.min(1, keepdims=True) / steps + 0.5)
    levels = np.clip(np.floor(x / steps + zero + 0.5), 0, 255)
    return ((levels - zero) @ np.rint(weight / columns)) * steps * columns


def test_int8_is_its_definition():
    """One matrix through the compiled loops: the head, behind a normalisation that changes nothing."""
    from generation.text.gpt2_runtime_kernels import head

    generator = np.random.default_rng(1)
    for rows, inputs, outputs in ((1, 44, 101), (7, 13, 64), (3, 128, 65)):
        x = generator.normal(size=(rows, inputs)).astype(np.float32)
        x = ((x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True)).astype(
            np.float32
        )  # what normalisation leaves alone
        weight = (generator.normal(size=(inputs, outputs)) * np.exp(generator.normal(size=outputs))).astype(np.float32)
        bias = generator.normal(size=outputs).astype(np.float32)
        ones, zeros = np.ones(inputs, np.float32), np.zeros(inputs, np.float32)
        for weights, exact, tolerance in (("float32", x @ weight, 1e-4), ("int8", w8a8(x, weight), 1e-3)):
            packed = tuple(part[None] for part in pack(weight, bias, weights))
            out = np.empty((rows, outputs), np.float32)
            head(x, ones, zeros, np.float32(0), packed, out)
            worst = np.abs(out - exact - bias).max() / np.abs(exact).max()
            # A value on the edge between two steps may round the other way: one step of one input, at most.
            assert worst < (tolerance if weights == "float32" else 0.01)
            assert np.median(np.abs(out - exact - bias)) < tolerance * np.abs(exact).max()


@pytest.mark.parametrize("kind", ["dot_int8", "dot_int8_anywhere"])
def test_the_int8_dot_product_is_exact_at_the_ends_of_its_range(kind):
    from numba import njit

    from generation.text import gpt2_runtime_dot

    two = getattr(gpt2_runtime_dot, kind)[1]

    @njit
    def run(out, x, w):
        two(out, x, 0, w, 0, 12)

    generator = np.random.default_rng(0)
    matrix = generator.choice([-127, -1, 0, 126, 127], (12, 64)).astype(np.float32)
    packed, _, scale, _ = pack(matrix, np.zeros(64, np.float32), "int8")
    assert np.all(scale == 1)
    x = generator.choice([0, 1, 128, 255], (2, 12)).astype(np.uint8)
    out = np.empty((2, 64), np.int32)
    run(out, x, packed)
    assert np.array_equal(out, x.astype(np.int32) @ matrix.astype(np.int32))


def test_bfloat16_rounds_weights_like_torch(rival):
    rounded = {name: tensor.bfloat16().float() for name, tensor in rival.state_dict().items()}
    exact = GPT2(rival.config.to_dict(), {n: t for n, t in rounded.items() if n.endswith("weight") and ".ln" not in n} | {
        n: t for n, t in rival.state_dict().items() if not (n.endswith("weight") and ".ln" not in n)
    } | {"transformer.wte.weight": rival.state_dict()["transformer.wte.weight"],
         "transformer.wpe.weight": rival.state_dict()["transformer.wpe.weight"]})  # fmt: skip
    got, wanted = GPT2.of(rival, "bfloat16").start(PROMPTS)[1], exact.start(PROMPTS)[1]
    # Keys and values are bfloat16 too: 8 bits of each, over two layers.
    torch.testing.assert_close(got, wanted, atol=0.05, rtol=0.02)
    assert not torch.equal(got, wanted)


@pytest.mark.parametrize(("weights", "most"), [("bfloat16", 1.02), ("int8", 1.1)])
def test_fewer_bits_cost_little_perplexity(served, rival, weights, most):
    texts = [d.tokens for d in decode(served, [[1]], Settings(strategy="sample", n=20, max_new=40, seed=3))[0]]
    small = GPT2.of(rival, weights)

    def perplexity(model):
        return np.exp(-np.mean([model.log_likelihood([1, *text]) for text in texts]))

    assert perplexity(small) / perplexity(served) < most
    assert not np.array_equal(small.log_likelihood([1, 2, 3]), served.log_likelihood([1, 2, 3]))


# ---------------------------------------------------------------------------------------------------------------- bad input


def test_the_context_is_a_limit(served):
    with pytest.raises(DecodingError, match="48"):
        served.start([[1] * 49])
    with pytest.raises(DecodingError, match="48"):
        decode(served, [[1] * 40], Settings(max_new=20))


def damaged(folder, tmp_path, *, config=None, tensors=None):
    """A copy of the checkpoint with some values changed."""
    values = json.loads((folder / "config.json").read_text()) | (config or {})
    (tmp_path / "config.json").write_text(json.dumps(values))
    save_file(load_file(folder / "model.safetensors") | (tensors or {}), tmp_path / "model.safetensors")
    return tmp_path


@pytest.mark.parametrize(
    ("config", "tensors", "said"),
    [
        ({"n_embd": 45}, None, "multiple"),
        ({"n_layer": 3}, None, "h.2"),
        ({"n_layer": "two"}, None, "n_layer"),
        ({"n_layer": 10**9}, None, "parameters"),
        ({"vocab_size": 99}, None, r"wte.weight has shape \(101, 44\)"),
        ({"activation_function": "relu"}, None, "relu"),
        ({"model_type": "llama"}, None, "llama"),
        (None, {"transformer.h.1.mlp.c_fc.bias": torch.full((176,), float("nan"))}, "not numbers"),
        (None, {"transformer.ln_f.bias": torch.zeros(3)}, "ln_f.bias"),
    ],
)
def test_damaged_checkpoints_are_named(folder, tmp_path, config, tensors, said):
    with pytest.raises(CheckpointError, match=said):
        GPT2.read(damaged(folder, tmp_path, config=config, tensors=tensors))


def test_pickles_and_garbage_are_never_opened(folder, tmp_path):
    (tmp_path / "config.json").write_text((folder / "config.json").read_text())
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(CheckpointError, match="pickle"):
        GPT2.read(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"not tensors")
    with pytest.raises(CheckpointError, match="not a safetensors file"):
        GPT2.read(tmp_path)
    with pytest.raises(CheckpointError, match=r"config\.json"):
        GPT2.read(tmp_path / "nowhere")


def test_shards_are_read(folder, tmp_path, served):
    tensors = load_file(folder / "model.safetensors")
    names = sorted(tensors)
    (tmp_path / "config.json").write_text((folder / "config.json").read_text())
    weight_map = {name: f"model-0000{1 + i % 2}-of-00002.safetensors" for i, name in enumerate(names)}
    for file in set(weight_map.values()):
        save_file({n: tensors[n] for n in names if weight_map[n] == file}, tmp_path / file)
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    assert torch.equal(GPT2.read(tmp_path).start(PROMPTS)[1], served.start(PROMPTS)[1])
