"""Guided decoding: a language model's next tokens weighed by where they would lead.

    Yang & Klein, "FUDGE: Controlled Text Generation With Future Discriminators", NAACL 2021, equation 2:
    P(token | prefix, emotion) ∝ P(token | prefix) · P(emotion | prefix + token)

As in the paper's section 4 only the likeliest tokens are looked at. The others are weighed like the worst of those, so that they
never gain, and a token that a constraint needs stays possible.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from generation.briefs import GenerationError
from generation.emotion_guide import Guide
from generation.emotion_names import Target
from knowledge.sentiment.datasets import EMOTIONS

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Decodes", "fudge"]


class Decodes(Protocol):
    """The half of a tokenizer that is needed: ``BytePairs``, a Hugging Face tokenizer, or one's own."""

    def decode(self, tokens: Sequence[int]) -> str: ...


def fudge(
    guide: Guide, tokenizer: Decodes, target: Target, strength: float = 1.0, *, top_k: int = 40
) -> Callable[[Tensor, Tensor], Tensor]:
    """A ``guide`` for ``generation.text.decoding.decode``.

    Each step reads B × ``top_k`` texts (about a millisecond per hundred short ones).

    Args:
        strength: power to which P(emotion | …) is raised: 0 leaves the model alone, 1 is the paper's.
        top_k: how many of the likeliest tokens are weighed.

    Raises:
        GenerationError: a strength below 0, or fewer than one token to weigh.
    """
    if strength < 0 or top_k < 1:
        raise GenerationError(f"strength {strength} must be at least 0 and top_k {top_k} at least 1")
    column = EMOTIONS.index(target.emotion)

    def weigh(prefixes: Tensor, logits: Tensor) -> Tensor:
        """``prefixes`` (B, t) int64, ``logits`` (B, V) float32 → (B, V) float32."""
        import torch

        k = min(top_k, logits.shape[1])
        values, tokens = logits.topk(k, dim=1)  # (B, k)
        possible = torch.isfinite(values)
        written = prefixes.tolist()
        texts = [
            tokenizer.decode([*row, token]).rstrip("\ufffd")  # a character half written yet says nothing
            for row, following in zip(written, tokens.tolist(), strict=True)
            for token in following
        ]
        chances = guide.heading(texts)[:, column].reshape(len(written), k)
        gains = torch.from_numpy(strength * np.log(np.maximum(chances, 1e-6))).to(logits.dtype)
        least = torch.where(possible, gains, 0.0).amin(1, keepdim=True)  # (B, 1)
        return (logits + least).scatter(1, tokens, values + gains)

    return weigh
