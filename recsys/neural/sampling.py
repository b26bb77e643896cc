"""Pairs that did not happen, drawn on the device for a whole batch at once.

Everything the network is taught about an item somebody has met, it is taught with that item left out of the history
(:mod:`recsys.neural.fold_in`). A "negative" that hits the history would have no such counterpart: the item's own
presence would speak for it while the label says no, and the network would learn to distrust what it knows. Negatives
are therefore uniform over the items *not* met, without rejection: of m items, h of them met, draw r uniform in
0 … m−h−1 and take the r-th item that is not met, which a binary search in the sorted history finds. ``hits=True`` draws
over all items instead, as He et al. (2017, code) do not but Rendle et al. (2020) do.
"""

from __future__ import annotations

import torch

from recsys.numba_backend import uses_numba

__all__ = ["negatives"]


def negatives(
    met: torch.Tensor,
    starts: torch.Tensor,
    users: torch.Tensor,
    n_items: int,
    generator: torch.Generator,
    hits: bool = False,
) -> tuple[torch.Tensor, torch.Tensor]:
    """One item for each entry of ``users``.

    Parameters
    ----------
    met, starts
        Histories of b users, one after the other: item rows (nnz,) int64, ascending within a user, and (b+1,) offsets.
    users
        (k,) int64 positions 0 … b−1.
    generator
        Of the device of the tensors.

    Returns items (k,) int64 and whether each is usable (k,) bool: a user who has met everything has no negative.
    """
    lengths = starts.diff()
    left = torch.full_like(lengths, n_items) if hits else n_items - lengths
    spread = torch.rand(len(users), generator=generator, device=users.device, dtype=torch.float64)
    mine = left.index_select(0, users)
    rank = (spread * mine).long()  # uniform in 0 … left−1: float64 leaves no visible bias below 2⁴⁰ items
    if hits:
        return rank, mine > 0
    usable = mine > 0
    if met.device.type == "cpu" and uses_numba("auto"):
        from recsys.neural import compiled

        return torch.where(usable, compiled.not_met(met, starts, users, rank), 0), usable
    # met[k] − k items that were not met come before the k-th that was; ascending, so a binary search counts them.
    owner = torch.repeat_interleave(torch.arange(len(lengths), device=met.device), lengths)
    place = torch.arange(len(met), device=met.device) - starts.index_select(0, owner)
    keys = owner * (n_items + 1) + met - place
    before = torch.searchsorted(keys, users * (n_items + 1) + rank, right=True) - starts.index_select(0, users)
    return torch.where(usable, rank + before, 0), usable
