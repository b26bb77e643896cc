"""Muon: steps along the nearest semi-orthogonal matrix to the momentum, so that no direction is left behind.

    Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024), coefficients of the quintic included.

For the matrices between hidden layers; embeddings, output layer and vectors are Adam's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

__all__ = ["Muon", "orthogonalise"]


class Muon(torch.optim.Optimizer):
    """The step of an (r, c) matrix has singular values of about ``lr`` · sqrt(max(1, r / c)).

    Args:
        parameters: matrices; those of one shape are orthogonalised together.
        momentum: share of the running mean kept at each step (Nesterov's form).
        weight_decay: decoupled; a weight shrinks by ``lr`` · ``weight_decay`` of itself a step.
        dtype: what the iteration multiplies in; bfloat16 loses nothing here.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self.dtype = dtype

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            shapes: dict[torch.Size, list[Tensor]] = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    shapes.setdefault(parameter.shape, []).append(parameter)
            for shape, parameters in shapes.items():
                updates = torch.stack([self._momentum(p, group["momentum"]) for p in parameters])  # (n, r, c)
                rate = group["lr"] * max(1.0, shape[0] / shape[1]) ** 0.5
                steps = orthogonalise(updates.to(self.dtype)).float()  # (n, r, c)
                for parameter, step in zip(parameters, steps, strict=True):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"]).sub_(step, alpha=rate)

    def _momentum(self, parameter: Tensor, kept: float) -> Tensor:
        state, gradient = self.state[parameter], parameter.grad
        assert gradient is not None
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
        state["momentum"].lerp_(gradient, 1 - kept)
        return gradient.lerp(state["momentum"], kept)


def orthogonalise(matrices: Tensor, iterations: int = 5) -> Tensor:
    """U Vᵀ of U S Vᵀ, roughly (singular values 0.7 … 1.2), by the Newton–Schulz quintic; (n, r, c) → (n, r, c)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = matrices.shape[-2] > matrices.shape[-1]
    x = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(iterations):
        gram = x @ x.mT  # (n, r, r)
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if tall else x
