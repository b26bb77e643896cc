"""What a decoder needs from a language model: logits for the first new token, then for each one after it.

Every model written here (GPT, GRU and Transformer encoder–decoders, n-grams) and every checkpoint read from a hub is a
:class:`Stepper`; greedy search, sampling, beams and constraints are written once, against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Stepper"]

State = TypeVar("State")


class Stepper(Protocol[State]):
    """A model that continues token sequences, one token at a time, in batches of B rows.

    ``State`` is whatever it keeps between steps (a key–value cache, encoder outputs); only the model looks inside.
    """

    @property
    def vocabulary_size(self) -> int:
        """V; token ids are 0 … V − 1."""
        ...

    def start(self, prompts: Sequence[Sequence[int]]) -> tuple[State, Tensor]:
        """Read B prompts (of different lengths): the state after them and logits (B, V) float32 of the next token.

        A decoder-only model continues the prompt; an encoder–decoder encodes it and begins its own output.
        """
        ...

    def step(self, state: State, tokens: Tensor) -> tuple[State, Tensor]:
        """Append one token to each row, ``tokens`` (B,) int64; the new state and logits (B, V) float32.

        May reuse the memory of ``state``: the old one is not to be used again.
        """
        ...

    def select(self, state: State, rows: Tensor) -> State:
        """The state whose rows are ``state``'s rows ``rows`` (B',) int64, which may repeat or leave out: for beams."""
        ...
