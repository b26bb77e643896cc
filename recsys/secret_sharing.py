"""Shamir's secret sharing: n people hold a piece each, any t of them restore the secret, fewer learn nothing.

    Shamir, "How to share a secret", CACM 22(11), 1979.

The secret is the value at 0 of a random polynomial of degree t − 1 over the integers modulo a prime; a share is its
value somewhere else. t values fix the polynomial; t − 1 leave every secret equally likely.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

__all__ = ["PRIME", "SECRET_BYTES", "SHARE_BYTES", "combine", "split"]

PRIME = 2**256 + 297
"""The smallest prime above 2²⁵⁶, so that every 32 bytes are a secret."""
SECRET_BYTES = 32
SHARE_BYTES = 33


def split(secret: bytes, points: Sequence[int], threshold: int) -> dict[int, bytes]:
    """Point → share (33 bytes). ``points`` are distinct and positive; any ``threshold`` of them restore the secret.

    Raises ``ValueError`` when the secret is not 32 bytes, points repeat or are not positive, or the threshold is not
    in 1 … len(points).
    """
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes, not {len(secret)}")
    if len(set(points)) != len(points) or not all(0 < point < PRIME for point in points):
        raise ValueError("points must be distinct and positive")
    if not 1 <= threshold <= len(points):
        raise ValueError(f"a threshold of {threshold} for {len(points)} shares")
    coefficients = [int.from_bytes(secret, "big"), *(secrets.randbelow(PRIME) for _ in range(threshold - 1))]
    shares = {}
    for point in points:
        value = 0
        for coefficient in reversed(coefficients):  # Horner's rule
            value = (value * point + coefficient) % PRIME
        shares[point] = value.to_bytes(SHARE_BYTES, "big")
    return shares


def combine(shares: Mapping[int, bytes]) -> bytes:
    """The secret, from at least ``threshold`` shares (fewer, or wrong ones, give noise or ``ValueError``)."""
    total = 0
    for point, share in shares.items():
        above = below = 1
        for other in shares:
            if other != point:
                above = above * other % PRIME
                below = below * (other - point) % PRIME
        total += int.from_bytes(share, "big") * above * pow(below, -1, PRIME)
    restored = total % PRIME
    if restored >> (8 * SECRET_BYTES):
        raise ValueError("these shares do not belong together")
    return restored.to_bytes(SECRET_BYTES, "big")
