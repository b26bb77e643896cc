"""A key agreement for tests of what is built on one: right, breakable and fast."""

from __future__ import annotations

_PRIME = 2**61 - 1


class Quick:
    """Diffie–Hellman modulo 2⁶¹ − 1."""

    def public(self, secret: bytes) -> bytes:
        return pow(37, int.from_bytes(secret, "big"), _PRIME).to_bytes(8, "big")

    def shared(self, secret: bytes, public: bytes) -> bytes:
        value = pow(int.from_bytes(public, "big"), int.from_bytes(secret, "big"), _PRIME)
        return value.to_bytes(32, "big")


QUICK = Quick()
