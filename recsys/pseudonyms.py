"""Pseudonyms: stable names for users that only the holder of a key can lead back to a person.

A user id becomes the keyed hash of itself (BLAKE2b with a key, RFC 7693 §2.9): the same id gives the same pseudonym, so
histories stay joined, and without the key nobody can test a guess. A plain hash would not do: user ids are few enough
to try them all.

What it protects against: someone who sees the table but not the key. What it does not: a history is itself a
fingerprint (Narayanan & Shmatikov, "Robust de-anonymization of large sparse datasets", S&P 2008: eight ratings find
most people), so a pseudonymised table is still personal data. For tables that leave the house see
:mod:`recsys.anonymity`; for learning without a table at all, :mod:`recsys.federated`.

A key is rotated by adding a new one: new pseudonyms come from it, old ones stay recognisable until their key is
retired. Retiring a key cuts the link for good; that is the point of it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import tempfile
from pathlib import Path
from typing import Self

from recsys.interactions import Interactions

__all__ = ["KeyFileError", "Pseudonyms"]

_KEY_BYTES = 32
_DIGEST_BYTES = 16
_PERSON = b"recsys-user"  # the same key used elsewhere gives other hashes


class KeyFileError(ValueError):
    """The key file is no key file, or others may read it; the message says which line, and what to do."""


class Pseudonyms:
    """Makes and recognises pseudonyms of the form ``k<key number>-<32 hex digits>``.

    Parameters
    ----------
    keys
        Key number → key of 16 to 64 bytes; the highest number is the current one. A single ``bytes`` is key 1.

    Raises ``ValueError`` when there is no key, or one is too short or too long.

    128 bits of hash: among a billion users two share a pseudonym with probability below 10⁻²⁰.
    """

    def __init__(self, keys: bytes | dict[int, bytes]) -> None:
        self._keys = {1: keys} if isinstance(keys, bytes) else dict(keys)
        if not self._keys:
            raise ValueError("pseudonyms need at least one key")
        for number, key in self._keys.items():
            if not 16 <= len(key) <= 64:
                raise ValueError(f"key {number} has {len(key)} bytes; 16 to 64 are needed, 32 are usual")

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, create: bool = False) -> Self:
        """Read a key file: one ``number hex-key`` a line.

        ``create`` writes a new one with a random key, readable by its owner alone, when there is none.

        Raises ``FileNotFoundError``, and :class:`KeyFileError` when a line is malformed or anyone but the owner may
        read the file.
        """
        target = Path(path)
        if create and not target.exists():
            _write(target, {1: secrets.token_bytes(_KEY_BYTES)})
        return cls(_read(target))

    @classmethod
    def rotate(cls, path: str | os.PathLike[str]) -> Self:
        """Add a new key to the file and use it from now on; pseudonyms of earlier keys are still recognised."""
        keys = _read(Path(path))
        keys[max(keys) + 1] = secrets.token_bytes(_KEY_BYTES)
        _write(Path(path), keys)
        return cls(keys)

    @classmethod
    def retire(cls, path: str | os.PathLike[str], before: int | None = None) -> Self:
        """Forget every key older than number ``before`` (than the current one when absent).

        Their pseudonyms can never again be led back to a user, by us either.
        """
        keys = _read(Path(path))
        first = max(keys) if before is None else min(before, max(keys))
        kept = {number: key for number, key in keys.items() if number >= first}
        _write(Path(path), kept)
        return cls(kept)

    @property
    def current(self) -> int:
        """The number of the key that new pseudonyms come from."""
        return max(self._keys)

    def of(self, user: str, key: int | None = None) -> str:
        """The pseudonym of a user under the current key, or under key number ``key`` (``KeyError`` if retired)."""
        number = self.current if key is None else key
        digest = hashlib.blake2b(
            user.encode("utf-8"), digest_size=_DIGEST_BYTES, key=self._keys[number], person=_PERSON
        )
        return f"k{number}-{digest.hexdigest()}"

    def every(self, user: str) -> tuple[str, ...]:
        """The user's pseudonym under every key still held, newest first: what an erasure has to look for."""
        return tuple(self.of(user, number) for number in sorted(self._keys, reverse=True))

    def matches(self, user: str, pseudonym: str) -> bool:
        """Whether the pseudonym is this user's, under any key still held; compared in constant time."""
        found = False
        for mine in self.every(user):
            found |= hmac.compare_digest(mine.encode(), pseudonym.encode("utf-8"))
        return found

    def table(self, interactions: Interactions) -> Interactions:
        """The same table with every user id replaced by its current pseudonym, and rows in their order."""
        users, items, values, times = interactions.rows()
        names = {user: self.of(user) for user in interactions.user_ids}
        return Interactions([names[user] for user in users], items, values, times)


def _read(path: Path) -> dict[int, bytes]:
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        raise KeyFileError(f"{path}: mode {mode:04o} lets others at the key; run chmod 600 {path}")
    keys: dict[int, bytes] = {}
    for at, line in enumerate(path.read_text(encoding="ascii", errors="replace").splitlines(), 1):
        if not line.strip():
            continue
        try:
            number, key = line.split()
            keys[int(number)] = bytes.fromhex(key)
        except ValueError:
            raise KeyFileError(f"{path}, line {at}: expected a key number and a key in hexadecimal") from None
    if not keys:
        raise KeyFileError(f"{path}: holds no key")
    return keys


def _write(path: Path, keys: dict[int, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp makes the file 0600, so the key is never readable by others, not even for a moment.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.writelines(f"{number} {key.hex()}\n" for number, key in sorted(keys.items()))
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
