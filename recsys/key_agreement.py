"""Two parties, one shared secret, and a listener who learns nothing: Diffie–Hellman, twice.

:class:`FiniteField` needs nothing beyond Python: group ffdhe2048 (RFC 7919, appendix A.1), 256-bit exponents, about
4 ms an agreement. Python's integers do not run in constant time, so it is for tests and for servers that are not
watched closely. :class:`X25519` (RFC 7748) is some fifty times faster and hardened against timing; it needs the
``cryptography`` package.

Both turn 32 secret bytes into a public key, and a secret and somebody's public key into 32 shared bytes. Neither says
*whose* public key it is: that is up to the channel it came through.
"""

from __future__ import annotations

import hashlib
from typing import Protocol

__all__ = ["X25519", "FiniteField", "KeyAgreement"]

# RFC 7919: p = 2^2048 − 2^1984 + (⌊2^1918·e⌋ + 560316)·2^64 − 1, a safe prime; the generator is 2.
_PRIME = int(
    "ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695a9e13641146433fbcc939dce249b3ef9"
    "7d2fe363630c75d8f681b202aec4617ad3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935"
    "984f0c70e0e68b77e2a689daf3efe8721df158a136ade73530acca4f483a797abc0ab182b324fb61d108a94bb2c8e3fb"
    "b96adab760d7f4681d4f42a3de394df4ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f61"
    "9172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005c58ef1837d1683b2c6f34a26c1b2effa"
    "886b423861285c97ffffffffffffffff",
    16,
)
_BYTES = 256


class KeyAgreement(Protocol):
    """What :mod:`recsys.secure_sum` needs of a key agreement."""

    def public(self, secret: bytes) -> bytes:
        """The public key that belongs to 32 secret bytes."""

    def shared(self, secret: bytes, public: bytes) -> bytes:
        """32 bytes that both sides compute alike. Raises ``ValueError`` for an impossible public key."""


class FiniteField:
    """ffdhe2048 in plain Python."""

    def public(self, secret: bytes) -> bytes:
        """See :meth:`KeyAgreement.public`."""
        return pow(2, int.from_bytes(secret, "big"), _PRIME).to_bytes(_BYTES, "big")

    def shared(self, secret: bytes, public: bytes) -> bytes:
        """See :meth:`KeyAgreement.shared`."""
        theirs = int.from_bytes(public, "big")
        if not 1 < theirs < _PRIME - 1:  # 0, 1 and −1 would make the secret known beforehand
            raise ValueError("not a public key of ffdhe2048")
        return hashlib.sha256(pow(theirs, int.from_bytes(secret, "big"), _PRIME).to_bytes(_BYTES, "big")).digest()


class X25519:
    """Curve25519 by the ``cryptography`` package. Raises ``ImportError`` with the remedy when it is not installed."""

    def __init__(self) -> None:
        try:
            from cryptography.hazmat.primitives.asymmetric import x25519
        except ImportError as error:
            raise ImportError('X25519 needs one more package: pip install "yuban[privacy]"') from error
        self._private, self._public = x25519.X25519PrivateKey, x25519.X25519PublicKey

    def public(self, secret: bytes) -> bytes:
        """See :meth:`KeyAgreement.public`."""
        return self._private.from_private_bytes(secret).public_key().public_bytes_raw()

    def shared(self, secret: bytes, public: bytes) -> bytes:
        """See :meth:`KeyAgreement.shared`."""
        theirs = self._public.from_public_bytes(public)
        return hashlib.sha256(self._private.from_private_bytes(secret).exchange(theirs)).digest()
