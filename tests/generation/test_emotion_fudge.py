"""Guided decoding: equation 2 by hand, and a model whose hit rate rises with the strength of the guidance."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from generation.briefs import GenerationError  # noqa: E402
from generation.emotion_fudge import fudge  # noqa: E402
from generation.emotion_guide import Guide  # noqa: E402
from generation.emotion_names import Target  # noqa: E402
from generation.text.decoding import Settings, decode  # noqa: E402
from generation.text.emotion_bank import FELT, bank  # noqa: E402
from generation.text.ngram import NGram  # noqa: E402
from knowledge.sentiment.datasets import EMOTIONS, utterances  # noqa: E402


@pytest.fixture(scope="module")
def guide():
    return Guide.fit()


class Characters:
    """Token 0 is the boundary, the others are characters."""

    def __init__(self, texts: list[str]) -> None:
        self.characters = ["", *sorted(set("".join(texts)))]
        self.ids = {character: number for number, character in enumerate(self.characters)}

    def encode(self, text: str) -> list[int]:
        return [self.ids[character] for character in text]

    def decode(self, tokens) -> str:
        return "".join(self.characters[token] for token in tokens)


def test_equation_2(guide):
    characters = Characters(["太好笑恶心想吐了"])
    logits = torch.randn(2, len(characters.characters), generator=torch.Generator().manual_seed(1))
    prefixes = torch.tensor([characters.encode("恶"), characters.encode("好")])
    weighed = fudge(guide, characters, Target("disgust"), 2.0, top_k=3)(prefixes, logits)
    for row in range(2):
        best = logits[row].topk(3).indices.tolist()
        texts = [characters.decode([*prefixes[row].tolist(), token]) for token in best]
        gains = 2.0 * np.log(guide.heading(texts)[:, EMOTIONS.index("disgust")])
        np.testing.assert_allclose((weighed - logits)[row, best].numpy(), gains, rtol=1e-4)
        others = [token for token in range(logits.shape[1]) if token not in best]
        np.testing.assert_allclose((weighed - logits)[row, others].numpy(), gains.min(), rtol=1e-4)


def test_strength_0_and_forbidden_tokens_stay_as_they_are(guide):
    characters = Characters(["太好笑恶心"])
    logits = torch.tensor([[float("-inf"), 0.0, 1.0, float("-inf"), 2.0, 0.5]])
    none = torch.empty(1, 0, dtype=torch.int64)
    assert torch.equal(fudge(guide, characters, Target("joy"), 0.0)(none, logits), logits)
    weighed = fudge(guide, characters, Target("joy"), 1.0)(none, logits)
    assert torch.equal(torch.isfinite(weighed), torch.isfinite(logits)) and not weighed.isnan().any()
    for wrong in ({"strength": -1.0}, {"top_k": 0}):
        with pytest.raises(GenerationError):
            fudge(guide, characters, Target("joy"), **wrong)


def test_the_hit_rate_of_a_language_model_rises():
    """An n-gram model of mixed lines; the guide that leads it has seen other rows than the one that counts."""
    data = utterances()
    rows = np.random.default_rng(11).permutation(len(data))
    leads, counts = Guide.fit(data.take(rows[:1143])), Guide.fit(data.take(rows[1143:]))
    texts = [line.texts[0] for emotion in FELT for line in bank(emotion, "zh")]
    characters = Characters(texts)
    model = NGram(4, len(characters.characters)).fit([characters.encode(text) for text in texts])
    prompts, settings = [[0]] * 1, Settings(strategy="sample", max_new=16, n=12, seed=5, top_k=30)
    hits = {}
    for strength in (0.0, 3.0):
        hits[strength] = 0
        for emotion in FELT:
            guided = decode(model, prompts, settings, fudge(leads, characters, Target(emotion), strength, top_k=30))
            read = counts.probabilities([characters.decode(one.tokens) for one in guided[0]])
            hits[strength] += int((read.argmax(1) == EMOTIONS.index(emotion)).sum())
    assert hits[0.0] < 0.35 * 72 and hits[3.0] > 1.8 * hits[0.0]
