"""Secure aggregation: a server adds up what many clients send and learns nothing but the sum.

    Bonawitz et al., "Practical secure aggregation for privacy-preserving machine learning", CCS 2017 (section 4).
    Bell et al., "Secure single-server aggregation with (poly)logarithmic overhead", CCS 2020 (neighbours on a ring
    instead of everybody with everybody).

Numbers become integers modulo 2⁶⁴ (:func:`encode`), where addition wraps around and loses nothing. Every pair of
neighbours agrees on a seed; one adds the pseudorandom stream that grows from it, the other subtracts it, so in the sum
all streams cancel exactly, to the last bit. Each client also adds a stream of its own. Four messages:

    1. keys     every client publishes two public keys;
    2. shares   … splits its mask key and its own seed among its neighbours (Shamir, t of them restore one);
    3. masked   … uploads  x + PRG(own seed) + Σ_{later neighbours} PRG(pair seed) − Σ_{earlier ones} PRG(pair seed);
    4. reveal   the survivors, if they are enough, hand over the own seeds of those whose upload arrived and the mask keys of those whose
                did not. Never both of one client: with both, an upload that arrives late could be read.

What it protects against: a server that follows the protocol and is curious, together with fewer than t of anyone's
neighbours. What it does not: a server that lies about who dropped out or passes off keys of its own as clients' (the
paper's signatures are left out), clients that send nonsense, and what the sum itself tells: a sum of two clients tells
each about the other. For that add noise (:mod:`recsys.dp`).

Cost to a client: (degree + 1) · 8 bytes of SHAKE-128 stream a number, at about 450 MB/s; 8 bytes sent a number.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recsys.key_agreement import FiniteField, KeyAgreement
from recsys.secret_sharing import SECRET_BYTES, SHARE_BYTES, combine, split

__all__ = ["Client", "Server", "Terms", "TooManyDropped", "decode", "encode", "secure_sum"]

Words = NDArray[np.uint64]
Kind = Literal["own", "mask"]
_TAG_BYTES = 16


class TooManyDropped(RuntimeError):
    """Too few neighbours of some client are left to restore what is needed; nothing was revealed by this."""


@dataclass(frozen=True)
class Terms:
    """What all parties know before a round.

    Parameters
    ----------
    clients
        How many there are, numbered from 0.
    degree
        With how many neighbours each client exchanges masks: an even number, or ``None`` for everybody with everybody.
        Everybody is right up to a hundred or so. The survivors must still hang together, and the server must not own
        t neighbours of anyone: Bell et al. need 20–40 for ten thousand clients when none collude, over 100 when a fifth
        do.
    threshold
        t: how many neighbours restore a secret; more than half of them (the default), so that the two kinds of secret
        of one client cannot both be restored from disjoint halves.
    seed
        Places the clients on the ring. Public, but not the server's to choose.
    label
        Names the round; a key pair serves one label only.

    Raises ``ValueError`` when these do not fit together.
    """

    clients: int
    degree: int | None = None
    threshold: int | None = None
    seed: int = 0
    label: bytes = b""

    def __post_init__(self) -> None:
        if self.clients < 2:
            raise ValueError("a secure sum needs at least two clients: the sum of one is its input")
        if self.degree is not None and not (self.degree % 2 == 0 and 2 <= self.degree < self.clients):
            raise ValueError(f"degree must be even and lie in 2..{self.clients - 1}, not {self.degree}")
        if not self.needed <= self.around or self.needed <= self.around // 2:
            raise ValueError(f"threshold must lie in {self.around // 2 + 1}..{self.around}, not {self.threshold}")

    @property
    def around(self) -> int:
        """Neighbours a client has."""
        return self.clients - 1 if self.degree is None else self.degree

    @property
    def needed(self) -> int:
        """t."""
        return self.around // 2 + 1 if self.threshold is None else self.threshold

    @cached_property
    def _ring(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.random.default_rng(self.seed).permutation(self.clients)
        return order, np.argsort(order)

    def neighbours(self, client: int) -> list[int]:
        """The clients it exchanges masks with: everybody, or the nearest on the ring."""
        if self.degree is None:
            return [other for other in range(self.clients) if other != client]
        order, place = self._ring
        half = self.degree // 2
        steps = np.concatenate([np.arange(-half, 0), np.arange(1, half + 1)])
        return sorted(int(other) for other in order[(place[client] + steps) % self.clients])


def encode(values: NDArray[np.floating], bits: int = 40) -> Words:
    """Reals as integers modulo 2⁶⁴, in steps of 2^−bits, cut towards zero so that no norm grows.

    Sums are right while they stay below 2^(63 − bits) in size: 8 million at 40 bits. Raises ``ValueError`` for a number
    that is not finite or already too large alone.
    """
    scaled = np.trunc(np.ldexp(np.asarray(values, np.float64), bits))
    if not np.all(np.abs(scaled) < 2.0**62):
        raise ValueError(f"values must be finite and below {2.0 ** (62 - bits):g} in size to fit {bits} fraction bits")
    return scaled.astype(np.int64).view(np.uint64)


def decode(words: Words, bits: int = 40) -> NDArray[np.float64]:
    """Integers modulo 2⁶⁴ back to reals, the upper half being negative."""
    return np.ldexp(words.view(np.int64).astype(np.float64), -bits)


class Client:
    """One participant; ``number`` is its place among :attr:`Terms.clients`. Keeps its secrets to itself."""

    def __init__(self, number: int, terms: Terms, agreement: KeyAgreement | None = None) -> None:
        self.number, self.terms, self.agreement = number, terms, agreement or FiniteField()
        self._seal_key, self._mask_key, self._own_seed = (secrets.token_bytes(SECRET_BYTES) for _ in range(3))
        self._sealing: dict[int, bytes] = {}
        self._pairs: dict[int, bytes] = {}
        self._held: dict[int, tuple[bytes, bytes]] = {}
        self._answered: frozenset[int] | None = None

    def keys(self) -> tuple[bytes, bytes]:
        """Message 1: the public keys for sealing and for masking."""
        return self.agreement.public(self._seal_key), self.agreement.public(self._mask_key)

    def shares(self, keys: Mapping[int, tuple[bytes, bytes]]) -> dict[int, bytes]:
        """Message 2: neighbour → sealed shares, which the server passes on and cannot read.

        Raises :class:`TooManyDropped` when fewer than t neighbours published keys.
        """
        around = [other for other in self.terms.neighbours(self.number) if other in keys]
        if len(around) < self.terms.needed:
            raise TooManyDropped(f"client {self.number}: {len(around)} neighbours, {self.terms.needed} needed")
        points = [other + 1 for other in around]
        own = split(self._own_seed, points, self.terms.needed)
        mask = split(self._mask_key, points, self.terms.needed)
        for other in around:
            self._sealing[other] = self.agreement.shared(self._seal_key, keys[other][0])
            self._pairs[other] = self.agreement.shared(self._mask_key, keys[other][1])
        return {
            other: _seal(self._sealing[other], self._route(self.number, other), own[other + 1] + mask[other + 1])
            for other in around
        }

    def receive(self, sealed: Mapping[int, bytes]) -> None:
        """The neighbours' shares; whoever sent none takes no part. Raises ``ValueError`` for a forged one."""
        for other, box in sealed.items():
            opened = _open(self._sealing[other], self._route(other, self.number), box)
            self._held[other] = (opened[:SHARE_BYTES], opened[SHARE_BYTES:])
        self._pairs = {other: seed for other, seed in self._pairs.items() if other in self._held}

    def masked(self, words: Words, chunk: int = 0) -> Words:
        """Message 3: the numbers (n,) uint64 of one chunk, indistinguishable from noise. Each chunk once only."""
        total = words + _stream(self._own_seed, self.terms.label, chunk, len(words))
        for other, seed in self._pairs.items():
            mask = _stream(seed, self.terms.label, chunk, len(words))
            total = total + mask if self.number < other else total - mask
        return total

    def reveal(self, survivors: Collection[int]) -> dict[int, tuple[Kind, bytes]]:
        """Message 4: neighbour → which of its secrets this is a share of, and the share.

        Raises ``ValueError`` when asked again with other survivors: that would give away both secrets of somebody; and
        :class:`TooManyDropped` when fewer than t neighbours survive: a sum of too few is somebody's input.
        """
        alive = frozenset(survivors)
        around = len(alive & self._held.keys())
        if around < self.terms.needed:
            raise TooManyDropped(f"client {self.number}: {around} neighbours survive, {self.terms.needed} are needed")
        if self._answered not in (None, alive):
            raise ValueError(f"client {self.number} has answered already, for other survivors")
        self._answered = alive
        return {other: ("own", own) if other in alive else ("mask", mask) for other, (own, mask) in self._held.items()}

    def _route(self, sender: int, receiver: int) -> bytes:
        return self.terms.label + b"|%d>%d" % (sender, receiver)


class Server:
    """Adds up and unmasks. Holds one running sum a chunk: 8 bytes a number, however many clients there are.

    A client counts as arrived when *all* its chunks did; hold its chunks back until then.
    """

    def __init__(self, terms: Terms, agreement: KeyAgreement | None = None) -> None:
        self.terms, self.agreement = terms, agreement or FiniteField()
        self._sums: dict[int, Words] = {}
        self._own: list[bytes] = []
        self._left: list[tuple[int, bytes]] = []

    def add(self, chunk: int, masked: Words) -> None:
        """Take in one client's chunk."""
        self._sums[chunk] = self._sums[chunk] + masked if chunk in self._sums else masked.copy()

    def unmask(
        self,
        keys: Mapping[int, tuple[bytes, bytes]],
        partners: Collection[int],
        revealed: Mapping[int, Mapping[int, tuple[Kind, bytes]]],
    ) -> None:
        """Restore the seeds that did not cancel.

        ``partners`` sent shares in message 2, ``revealed`` is message 4 of the survivors among them. Raises
        :class:`TooManyDropped` naming a client of which fewer than t shares came back.
        """
        if not revealed:
            raise TooManyDropped("every client dropped out")
        shares: dict[int, dict[int, bytes]] = {client: {} for client in partners}
        for survivor, held in revealed.items():
            for client, (kind, share) in held.items():
                if kind != ("own" if client in revealed else "mask"):
                    raise ValueError(f"client {survivor} revealed the wrong secret of client {client}")
                shares[client][survivor + 1] = share
        for client, found in shares.items():
            beside = [other for other in self.terms.neighbours(client) if other in revealed]
            if client not in revealed and not beside:
                continue  # nobody who is left shares a mask with it
            if len(found) < self.terms.needed:
                raise TooManyDropped(f"client {client}: {len(found)} of {self.terms.needed} shares came back")
            secret = combine(dict(list(found.items())[: self.terms.needed]))
            if client in revealed:
                self._own.append(secret)
            else:
                for other in beside:  # what `other` put on for this client: + when other < client
                    self._left.append((1 if other < client else -1, self.agreement.shared(secret, keys[other][1])))

    def total(self, chunk: int = 0) -> Words:
        """(n,) uint64: the sum over the survivors."""
        total = self._sums[chunk].copy()
        for seed in self._own:
            total -= _stream(seed, self.terms.label, chunk, len(total))
        for sign, seed in self._left:
            mask = _stream(seed, self.terms.label, chunk, len(total))
            total = total - mask if sign > 0 else total + mask
        return total


def secure_sum(
    values: Callable[[int, int], Words],
    terms: Terms,
    *,
    chunks: int = 1,
    dropped: Collection[int] = (),
    agreement: KeyAgreement | None = None,
) -> Iterator[Words]:
    """The whole protocol in one process: yields the sum (n,) uint64 of each chunk over those who did not drop out.

    ``values(client, chunk)`` gives a client's numbers; it is asked for one chunk of one client at a time, so memory is
    one vector of sums plus one chunk. ``dropped`` share their secrets and then fall silent, the hardest moment to do so.

    Raises :class:`TooManyDropped`.
    """
    server = Server(terms, agreement)
    clients = [Client(number, terms, agreement) for number in range(terms.clients)]
    keys = {client.number: client.keys() for client in clients}
    boxes = {client.number: client.shares(keys) for client in clients}
    for client in clients:
        around = terms.neighbours(client.number)
        client.receive({other: boxes[other][client.number] for other in around})
    del boxes
    alive = [client for client in clients if client.number not in set(dropped)]
    for chunk in range(chunks):
        for client in alive:
            server.add(chunk, client.masked(values(client.number, chunk), chunk))
    survivors = {client.number for client in alive}
    server.unmask(keys, range(terms.clients), {client.number: client.reveal(survivors) for client in alive})
    for chunk in range(chunks):
        yield server.total(chunk)


def _stream(seed: bytes, label: bytes, chunk: int, length: int) -> Words:
    """(length,) pseudorandom uint64. SHAKE-128 (FIPS 202) is a generator that no one can tell from noise."""
    sponge = hashlib.shake_128(seed + chunk.to_bytes(8, "big") + label)
    return np.frombuffer(sponge.digest(8 * length), "<u8").astype(np.uint64, copy=False)


def _seal(key: bytes, route: bytes, plain: bytes) -> bytes:
    """Encrypt, then authenticate; a key and route are used once, so no nonce is needed."""
    stream = hashlib.shake_128(b"seal" + key + route).digest(len(plain))
    hidden = bytes(a ^ b for a, b in zip(plain, stream, strict=True))
    return hidden + hashlib.blake2b(hidden + route, key=key, digest_size=_TAG_BYTES).digest()


def _open(key: bytes, route: bytes, box: bytes) -> bytes:
    hidden, tag = box[:-_TAG_BYTES], box[-_TAG_BYTES:]
    expected = hashlib.blake2b(hidden + route, key=key, digest_size=_TAG_BYTES).digest()
    if not hmac.compare_digest(tag, expected):
        raise ValueError("a share was altered on its way")
    stream = hashlib.shake_128(b"seal" + key + route).digest(len(hidden))
    return bytes(a ^ b for a, b in zip(hidden, stream, strict=True))
