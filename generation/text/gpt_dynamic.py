"""Dynamic evaluation: the model goes on learning from the text it reads, each token predicted before it is learnt from.

    Krause, Kahembwe, Murray & Renals, "Dynamic Evaluation of Neural Sequence Models", ICML 2018.

A text speaks of its own people and things again and again; a few small steps of the gradient make the model expect them.
"""

from __future__ import annotations

import copy
import math

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch.nn import functional as F

from generation.briefs import GenerationError
from generation.text.gpt import GPT
from generation.text.gpt_threads import threads
from generation.text.gpt_training import checked
from generation.text.training_loop import Progress

__all__ = ["dynamic_log_probs"]


def dynamic_log_probs(
    model: GPT,
    tokens: ArrayLike,
    *,
    stride: int | None = None,
    rate: float = 1e-4,
    context: int | None = None,
    progress: Progress | None = None,
) -> NDArray[np.float32]:
    """Log probabilities (n, V) float32 like :func:`log_probs`, from a copy of the model that learns on the way.

    The text is read once, ``stride`` tokens (32) at a time: they are scored by the weights as they are, within a window of
    ``context`` tokens, and only then one step of Adam at ``rate`` is taken on that window's loss. One torch thread, float32;
    n / stride steps. ``model`` itself stays as it was.

    Raises:
        GenerationError: a token outside the vocabulary, or a stride outside 1 … context.
    """
    data = torch.from_numpy(checked(model, tokens))
    context = context or model.config.context
    stride = min(32, context) if stride is None else stride
    if not 1 <= stride <= context:
        raise GenerationError(f"the stride {stride} is not between 1 and the context, {context}")
    learning = copy.deepcopy(model).eval()  # no dropout
    optimiser = torch.optim.Adam(learning.parameters(), lr=rate)
    out = np.full((len(data), model.vocabulary_size), -math.log(model.vocabulary_size), np.float32)
    last = len(data) - 1
    with threads(1), torch.enable_grad():
        for done in range(0, last, stride):  # tokens 0 … done have been scored
            end = min(done + stride, last)
            begin = max(0, end - context)
            logits = learning(data[None, begin:end])[0]  # (T, V), of tokens begin + 1 … end
            out[done + 1 : end + 1] = logits[done - begin :].detach().log_softmax(-1).numpy()
            F.cross_entropy(logits, data[begin + 1 : end + 1]).backward()
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            if progress:
                progress(end / last, f"{end} of {last} tokens")
    return out
