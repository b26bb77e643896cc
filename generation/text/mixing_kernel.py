"""The inner loop of context mixing: one binary decision after the other, each learned from as soon as it is known.

A character is its path in a Huffman tree. At every node each context looks up its own record and gives its opinion in
the logistic domain; gated mixers weigh the opinions; a second mixer weighs the mixers; two adaptive maps correct what
is still biased. Then the true bit moves everything a little. Compiled by numba where it is installed (the extra
``fast``); the same function runs without it, some hundred times slower.

A record is one uint64: 26 bits that check whose it is, 22 bits of probability, 8 bits of count and two nibbles of bit
history (how many zeros and ones were seen lately), which a learned map turns into a second probability: a context in
which only one thing ever happened is trusted as far as such contexts have deserved, and no further.

    Mahoney, "Adaptive weighing of context models for lossless data compression", 2005: logistic mixing (section 2),
    indirect histories and match model (3); Mattern, "Mixing strategies in data compression", DCC 2012; Veness et al.,
    "Online learning with gated linear networks", arXiv 1712.01897: mixers chosen by side information.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

try:
    from numba import njit
except ImportError:  # the extra "fast" is not installed: the same loops, interpreted

    def njit(**_: object) -> Callable[[Any], Any]:  # type: ignore[no-redef]
        return lambda function: function


__all__ = ["mix"]

_PROBE = 4  # neighbouring records looked at before one is given up


@njit(cache=True, nogil=True)
def _stretch(p):  # type: ignore[no-untyped-def]
    p = min(max(p, np.float32(1e-7)), np.float32(0.9999998))
    return np.log(p / (np.float32(1.0) - p))


@njit(cache=True, nogil=True)
def _squash(x):  # type: ignore[no-untyped-def]
    x = min(max(x, np.float32(-12.0)), np.float32(12.0))
    return np.float32(1.0) / (np.float32(1.0) + np.exp(-x))


@njit(cache=True, nogil=True)
def _find(table, offset, mask, key, may_add):  # type: ignore[no-untyped-def]
    """The record of ``key``; a new one replaces the least used of the neighbours, unless ``may_add`` is false: then −1."""
    check = key >> np.uint64(38)
    home = np.int64(key & np.uint64(mask))
    worst, least = home, 1 << 30
    for i in range(_PROBE):
        slot = offset + ((home + i) & mask)
        record = table[slot]
        count = np.int64((record >> np.uint64(8)) & np.uint64(255))
        if record >> np.uint64(38) == check and count > 0:
            return slot
        if count == 0:
            worst = slot
            break
        if count < least:
            least, worst = count, slot
    if not may_add:
        return -1
    table[worst] = (check << np.uint64(38)) | (np.uint64(1 << 21) << np.uint64(16))
    return worst


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def mix(  # type: ignore[no-untyped-def]
    learning, n_orders, symbols, path_nodes, path_bits, path_lengths,
    hashes, selectors, predicted, repeated, outside,
    table, offsets, masks, histories, runs, weights, weight_offsets, last_weights, maps, rates, losses,
):  # fmt: skip
    """Predict n characters one after the other, learning from each before the next; without ``learning`` nothing changes.

    The first ``n_orders`` contexts are the last 0, 1, 2 … characters; the longest one known chooses one of the mixers.
    ``losses`` (n,) float32 gets −ln p of each. The shapes of the rest are those of
    :class:`generation.text.mixing.ContextMixer`; ``outside`` (n or 0, E, nodes) float32 holds the logits of the bits
    according to other models. ``rates`` (6,) float32: mixers, last mixer, records' limit, histories, maps, runs.
    """
    n_contexts = hashes.shape[1]
    n_matches = predicted.shape[1]
    n_outside = outside.shape[1]
    n_selectors = selectors.shape[1]
    n_inputs = 2 * n_contexts + 2 * n_matches + n_outside + 1
    n_sets = n_selectors + 3
    inputs = np.zeros(n_inputs, dtype=np.float32)
    slots = np.zeros(n_contexts, dtype=np.int64)
    states = np.zeros(n_contexts, dtype=np.int64)
    run_rows = np.zeros(n_matches, dtype=np.int64)
    bases = np.zeros(n_sets, dtype=np.int64)
    outputs = np.zeros(n_sets + 1, dtype=np.float32)
    chances = np.zeros(n_sets, dtype=np.float32)
    one = np.float32(1.0)
    half = np.float32(0.5)
    n_buckets = maps.shape[2]
    longest = path_nodes.shape[1]
    for t in range(len(symbols)):
        symbol = symbols[t]
        loss = 0.0
        for depth in range(path_lengths[symbol]):
            node = path_nodes[symbol, depth]
            bit = path_bits[symbol, depth]
            known = 0
            for k in range(n_contexts):
                key = (hashes[t, k] + np.uint64(node + 1) * np.uint64(0x9E3779B97F4A7C15)) * np.uint64(
                    0xD6E8FEB86659FD93
                )
                key ^= key >> np.uint64(29)
                slot = _find(table, offsets[k], masks[k], key, learning)
                slots[k] = slot
                record = table[slot] if slot >= 0 else np.uint64(0)
                state = np.int64(record & np.uint64(255))
                count = np.int64((record >> np.uint64(8)) & np.uint64(255))
                states[k] = state
                if count == 0:
                    inputs[2 * k] = 0.0
                    inputs[2 * k + 1] = 0.0
                else:
                    p = (np.float32((record >> np.uint64(16)) & np.uint64(0x3FFFFF)) + half) / np.float32(1 << 22)
                    inputs[2 * k] = _stretch(p)
                    inputs[2 * k + 1] = _stretch(histories[k, state])
                    if k < n_orders:
                        known = k
            at = 2 * n_contexts
            agreeing = 0
            for m in range(n_matches):
                run_rows[m] = -1
                inputs[at + 2 * m] = 0.0
                inputs[at + 2 * m + 1] = 0.0
                guess = predicted[t, m]
                if guess >= 0:
                    same = path_lengths[guess] > depth and path_nodes[guess, depth] == node
                    if same:
                        expected = path_bits[guess, depth]
                        row = np.int64(repeated[t, m]) * longest + depth
                        run_rows[m] = row
                        p = runs[m, row]
                        x = _stretch(p)
                        inputs[at + 2 * m] = x if expected == 1 else -x
                        y = (p - half) * np.float32(4.0)
                        inputs[at + 2 * m + 1] = y if expected == 1 else -y
                        if agreeing == 0:
                            agreeing = 1 + min(np.int64(repeated[t, m]), 14)
            at += 2 * n_matches
            for e in range(n_outside):
                inputs[at + e] = outside[t, e, node] if len(outside) else np.float32(0.0)
            at += n_outside
            inputs[at] = 0.3
            # Mixers, one per selector: each has a weight vector for every value of its selector.
            for s in range(n_sets):
                if s < n_selectors:
                    choice = np.int64(selectors[t, s])
                elif s == n_selectors:
                    choice = np.int64(node)
                elif s == n_selectors + 1:
                    choice = np.int64(known) * 16 + agreeing
                else:
                    choice = np.int64(min(depth, 15))
                base = (weight_offsets[s] + choice) * n_inputs
                bases[s] = base
                total = np.float32(0.0)
                for i in range(n_inputs):
                    total += weights[base + i] * inputs[i]
                total = min(max(total, np.float32(-12.0)), np.float32(12.0))
                outputs[s] = total
                chances[s] = _squash(total)
            outputs[n_sets] = 0.3
            final = np.float32(0.0)
            for s in range(n_sets + 1):
                final += last_weights[node, s] * outputs[s]
            final = min(max(final, np.float32(-11.0)), np.float32(11.0))
            mixed = _squash(final)
            # Adaptive maps: what happened when this was said here before, interpolated between two buckets.
            position = (final + np.float32(11.0)) * np.float32((n_buckets - 1) / 22.0)
            low = min(np.int64(position), n_buckets - 2)
            part = position - np.float32(low)
            shift = np.uint64(node + 1) * np.uint64(0x9E3779B97F4A7C15)
            row0 = np.int64(((hashes[t, 1] + shift) * np.uint64(0xD6E8FEB86659FD93)) >> np.uint64(46))
            row1 = np.int64(((hashes[t, 2] + shift) * np.uint64(0xD6E8FEB86659FD93)) >> np.uint64(46))
            p0 = maps[0, row0, low] * (one - part) + maps[0, row0, low + 1] * part
            p1 = maps[1, row1, low] * (one - part) + maps[1, row1, low + 1] * part
            p = (mixed * np.float32(2.0) + p0 + p1) * np.float32(0.25)
            p = min(max(p, np.float32(1e-5)), np.float32(1.0 - 1e-5))
            loss -= np.log(p) if bit == 1 else np.log(one - p)
            if not learning:
                continue
            target = np.float32(bit)
            rate = rates[0]
            for s in range(n_sets):
                step = rate * (target - chances[s])
                base = bases[s]
                for i in range(n_inputs):
                    weights[base + i] += step * inputs[i]
            step = rates[1] * (target - mixed)
            for s in range(n_sets + 1):
                last_weights[node, s] += step * outputs[s]
            near = low if part < half else low + 1
            maps[0, row0, near] += (target - maps[0, row0, near]) * rates[4]
            maps[1, row1, near] += (target - maps[1, row1, near]) * rates[4]
            for k in range(n_contexts):
                record = table[slots[k]]
                state = states[k]
                count = np.int64((record >> np.uint64(8)) & np.uint64(255))
                if count > 0:
                    histories[k, state] += (target - histories[k, state]) * rates[3]
                p = (np.float32((record >> np.uint64(16)) & np.uint64(0x3FFFFF)) + half) / np.float32(1 << 22)
                p += (target - p) / (min(np.float32(count), rates[2]) + np.float32(1.6))
                zeros, ones = state & 15, state >> 4
                if bit == 1:
                    ones = min(ones + 1, 15)
                    if zeros > 2:
                        zeros = (zeros + 3) // 2
                else:
                    zeros = min(zeros + 1, 15)
                    if ones > 2:
                        ones = (ones + 3) // 2
                state = zeros | (ones << 4)
                count = min(count + 1, 255)
                whole = np.uint64(min(max(np.int64(p * np.float32(1 << 22)), 0), (1 << 22) - 1))
                table[slots[k]] = (
                    (record >> np.uint64(38) << np.uint64(38))
                    | (whole << np.uint64(16))
                    | (np.uint64(count) << np.uint64(8))
                    | np.uint64(state)
                )
            for m in range(n_matches):
                if run_rows[m] >= 0:
                    guess = predicted[t, m]
                    hit = one if path_bits[guess, depth] == bit else np.float32(0.0)
                    runs[m, run_rows[m]] += (hit - runs[m, run_rows[m]]) * rates[5]
        losses[t] = loss
