"""From embeddings to scores: how much a head, a relation and a tail belong together.

    DistMult: Yang et al., "Embedding entities and relations for learning and inference in knowledge bases", ICLR 2015;
    ComplEx: Trouillon et al., "Complex embeddings for simple link prediction", ICML 2016, eq. 9–11.

Both are linear in the tail, so a question (head, relation) becomes one vector and every possible tail one dot product:
:meth:`question` is all that differs, and serving is a gather and a matrix product.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

__all__ = ["DECODERS", "Decoder", "question"]

Decoder = Literal["distmult", "complex"]
DECODERS: tuple[Decoder, ...] = ("distmult", "complex")


def question(decoder: Decoder, heads: Tensor, relations: Tensor) -> Tensor:
    """The vector q with score(t) = q · t.

    Args:
        heads: (b, d).
        relations: (b, d) or (d,); for ComplEx the first d/2 numbers are the real part, the rest the imaginary one.

    Returns:
        (b, d).
    """
    if decoder == "distmult":
        return heads * relations
    half = heads.shape[-1] // 2
    head_re, head_im = heads[..., :half], heads[..., half:]  # (b, d/2)
    rel_re, rel_im = relations[..., :half], relations[..., half:]  # (b, d/2)
    # Re(h · r · conj(t)) = Re(hr) · Re(t) + Im(hr) · Im(t)
    return torch.cat([head_re * rel_re - head_im * rel_im, head_re * rel_im + head_im * rel_re], dim=-1)
