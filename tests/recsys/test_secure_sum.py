"""The secure sum is exact whoever drops out, and what the server sees on the way is noise."""

from __future__ import annotations

import itertools
import secrets
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quick_agreement import QUICK
from scipy.stats import chi2

from recsys.key_agreement import X25519, FiniteField
from recsys.secret_sharing import PRIME, combine, split
from recsys.secure_sum import Client, Server, Terms, TooManyDropped, decode, encode, secure_sum


def words(client: int, chunk: int, length: int = 5) -> np.ndarray:
    return np.random.default_rng([client, chunk]).integers(0, 2**64, length, dtype=np.uint64)


def plain(clients: list[int], chunk: int = 0) -> np.ndarray:
    return np.sum([words(client, chunk) for client in clients], axis=0, dtype=np.uint64)


# ------------------------------------------------------------------------------------------------- secret sharing


def test_prime_is_prime() -> None:
    assert PRIME > 2**256
    assert all(pow(base, PRIME - 1, PRIME) == 1 for base in (2, 3, 5, 7, 11, 13))


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.integers(1, 6), st.integers(0, 4), st.randoms())
def test_any_threshold_shares_restore_the_secret(secret: bytes, threshold: int, more: int, random: object) -> None:
    points = [3, 1, 40, 1000, 17, 6040, 2, 9, 8, 5][: threshold + more]
    shares = split(secret, points, threshold)
    chosen = random.sample(points, threshold)  # type: ignore[attr-defined]
    assert combine({point: shares[point] for point in chosen}) == secret


def test_fewer_shares_fit_every_secret_equally() -> None:
    """With t − 1 shares, any secret has a polynomial through them: take another secret and solve for the last share."""
    shares = split(b"\7" * 32, [1, 2, 3], 3)
    for other in (b"\0" * 32, b"\xff" * 32):
        # p(0) = 3 p(1) − 3 p(2) + p(3) for degree 2, so p(3) = p(0) − 3 p(1) + 3 p(2).
        a, b = (int.from_bytes(shares[point], "big") for point in (1, 2))
        last = (int.from_bytes(other, "big") - 3 * a + 3 * b) % PRIME
        assert combine({1: shares[1], 2: shares[2], 3: last.to_bytes(33, "big")}) == other


def test_sharing_refuses_what_cannot_work() -> None:
    for secret, points, threshold in [
        (b"short", [1, 2], 2),
        (bytes(32), [1, 1], 2),
        (bytes(32), [0, 1], 2),
        (bytes(32), [1], 2),
    ]:
        with pytest.raises(ValueError):
            split(secret, points, threshold)


# -------------------------------------------------------------------------------------------------- key agreement


def test_both_sides_agree_and_others_do_not() -> None:
    field = FiniteField()
    a, b, c = (secrets.token_bytes(32) for _ in range(3))
    assert field.shared(a, field.public(b)) == field.shared(b, field.public(a)) != field.shared(c, field.public(a))
    for degenerate in (0, 1):
        with pytest.raises(ValueError):
            field.shared(a, degenerate.to_bytes(256, "big"))


def test_x25519_knows_bob() -> None:
    """RFC 7748, section 6.1."""
    pytest.importorskip("cryptography")
    bob = bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
    public = bytes.fromhex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    agreement, other = X25519(), secrets.token_bytes(32)
    assert agreement.public(bob) == public
    assert agreement.shared(other, public) == agreement.shared(bob, agreement.public(other))


def test_without_cryptography_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric", None)
    with pytest.raises(ImportError, match="pip install"):
        X25519()


# ------------------------------------------------------------------------------------------------------ fixed point


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_encoding_is_within_one_step_and_never_larger(values: list[float]) -> None:
    back = decode(encode(np.array(values)))
    assert np.all(np.abs(back - values) < 2.0**-40 + 1e-15 * np.abs(values))
    assert np.all(np.abs(back) <= np.abs(values))


def test_sums_below_zero_wrap_and_come_back() -> None:
    total = encode(np.array([-3.5, 2.0])) + encode(np.array([1.25, -2.0]))
    assert decode(total).tolist() == [-2.25, 0.0]


@pytest.mark.parametrize("bad", [np.nan, np.inf, 2.0**30])
def test_numbers_that_do_not_fit_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        encode(np.array([0.0, bad]))


# ----------------------------------------------------------------------------------------------------- the protocol


def test_masks_cancel_exactly() -> None:
    (total,) = secure_sum(words, Terms(6))
    assert np.array_equal(total, plain(list(range(6))))


def test_any_drop_out_set_up_to_the_threshold() -> None:
    """Every set of survivors of five clients, each either exactly right or refused by name."""
    terms = Terms(5)  # 4 neighbours, 3 of whom restore a secret
    for size in range(6):
        for dropped in itertools.combinations(range(5), size):
            alive = [client for client in range(5) if client not in dropped]
            if len(alive) - 1 >= terms.needed:
                (total,) = secure_sum(words, terms, dropped=dropped, agreement=QUICK)
                assert np.array_equal(total, plain(alive)), dropped
            else:
                with pytest.raises(TooManyDropped, match="client"):
                    list(secure_sum(words, terms, dropped=dropped, agreement=QUICK))


@settings(max_examples=12, deadline=None)
@given(st.sets(st.integers(0, 13), max_size=4), st.integers(0, 3))
def test_on_a_ring_with_several_chunks(dropped: set[int], seed: int) -> None:
    terms = Terms(14, degree=6, seed=seed, label=b"chunks")
    alive = [client for client in range(14) if client not in dropped]
    enough = all(
        sum(other in alive for other in terms.neighbours(client)) >= terms.needed
        for client in range(14)
        if client in alive or any(other in alive for other in terms.neighbours(client))
    )
    if enough:
        totals = list(secure_sum(words, terms, chunks=3, dropped=dropped, agreement=QUICK))
        assert all(np.array_equal(total, plain(alive, chunk)) for chunk, total in enumerate(totals))
    else:
        with pytest.raises(TooManyDropped):
            list(secure_sum(words, terms, chunks=3, dropped=dropped, agreement=QUICK))


def test_neighbours_are_mutual_and_as_many_as_said() -> None:
    terms = Terms(31, degree=8, seed=5)
    for client in range(31):
        around = terms.neighbours(client)
        assert len(set(around)) == 8 and client not in around
        assert all(client in terms.neighbours(other) for other in around)


def round_of(terms: Terms) -> tuple[list[Client], dict[int, tuple[bytes, bytes]]]:
    clients = [Client(number, terms, QUICK) for number in range(terms.clients)]
    keys = {client.number: client.keys() for client in clients}
    boxes = {client.number: client.shares(keys) for client in clients}
    for client in clients:
        client.receive({other: boxes[other][client.number] for other in terms.neighbours(client.number)})
    return clients, keys


def test_an_upload_looks_like_noise() -> None:
    """Of all-zero numbers: bytes uniform, neighbours uncorrelated, and no two clients or chunks alike."""
    clients, _ = round_of(Terms(4))
    zeros = np.zeros(1 << 15, np.uint64)
    uploads = [client.masked(zeros, chunk) for client in clients for chunk in (0, 1)]
    for upload in uploads:
        observed = np.bincount(upload.view(np.uint8), minlength=256)
        expected = len(upload) * 8 / 256
        assert ((observed - expected) ** 2 / expected).sum() < chi2.ppf(1 - 1e-9, 255)
        signed = upload.view(np.int64).astype(np.float64)
        assert abs(np.corrcoef(signed[1:], signed[:-1])[0, 1]) < 6 / np.sqrt(len(signed))
    for a, b in itertools.combinations(uploads, 2):
        assert (a == b).sum() == 0


def test_the_sum_of_all_but_one_upload_is_noise_too() -> None:
    clients, _ = round_of(Terms(4))
    zeros = np.zeros(1 << 15, np.uint64)
    partial = sum((client.masked(zeros) for client in clients[:3]), start=zeros)
    observed = np.bincount(partial.view(np.uint8), minlength=256)
    expected = len(partial) * 8 / 256
    assert ((observed - expected) ** 2 / expected).sum() < chi2.ppf(1 - 1e-9, 255)


def test_without_the_own_seeds_the_whole_sum_is_noise() -> None:
    """The pairwise masks alone would cancel here; what is left are the clients' own streams."""
    clients, _ = round_of(Terms(4))
    zeros = np.zeros(1 << 15, np.uint64)
    total = sum((client.masked(zeros) for client in clients), start=zeros)
    assert np.count_nonzero(total) > (1 << 15) - 3


def test_a_client_never_gives_both_secrets_of_a_neighbour() -> None:
    clients, _ = round_of(Terms(4))
    first = clients[0].reveal({0, 1, 2})
    assert {other: kind for other, (kind, _) in first.items()} == {1: "own", 2: "own", 3: "mask"}
    assert clients[0].reveal({0, 1, 2}) == first
    with pytest.raises(ValueError, match="answered already"):
        clients[0].reveal({0, 1, 2, 3})


def test_a_client_does_not_help_to_unmask_a_sum_of_few() -> None:
    clients, _ = round_of(Terms(5))
    with pytest.raises(TooManyDropped, match="client 0: 1 neighbours survive"):
        clients[0].reveal({0, 1})


def test_the_server_cannot_read_or_alter_a_share() -> None:
    terms = Terms(3)
    clients = [Client(number, terms, QUICK) for number in range(3)]
    keys = {client.number: client.keys() for client in clients}
    boxes = [client.shares(keys) for client in clients]
    box = bytearray(boxes[1][0])
    box[5] ^= 1
    with pytest.raises(ValueError, match="altered"):
        clients[0].receive({1: bytes(box), 2: boxes[2][0]})
    with pytest.raises(ValueError, match="altered"):  # a share meant for somebody else
        clients[0].receive({1: boxes[1][2], 2: boxes[2][0]})


def test_clients_that_leave_before_sharing_are_not_missed() -> None:
    terms = Terms(5)
    clients = {number: Client(number, terms, QUICK) for number in range(5)}
    keys = {number: client.keys() for number, client in clients.items()}
    partners = [0, 1, 2, 4]
    boxes = {number: clients[number].shares(keys) for number in partners}
    server = Server(terms, QUICK)
    for number in partners:
        clients[number].receive({other: boxes[other][number] for other in partners if other != number})
        server.add(0, clients[number].masked(words(number, 0)))
    server.unmask(keys, partners, {number: clients[number].reveal(partners) for number in partners})
    assert np.array_equal(server.total(), plain(partners))


@pytest.mark.parametrize(
    "terms",
    [{"clients": 1}, {"clients": 9, "degree": 3}, {"clients": 4, "degree": 4}, {"clients": 5, "threshold": 2}],
)
def test_terms_that_do_not_fit(terms: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        Terms(**terms)
