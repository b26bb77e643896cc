"""Pseudonyms are stable under a key, worthless without it, and their keys can be changed and forgotten."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from recsys.interactions import Interactions
from recsys.pseudonyms import KeyFileError, Pseudonyms

KEY = bytes(range(32))


def test_known_answer() -> None:
    expected = hashlib.blake2b("老王".encode(), key=KEY, digest_size=16, person=b"recsys-user").hexdigest()
    assert Pseudonyms(KEY).of("老王") == f"k1-{expected}"


def test_depends_on_the_key_and_on_every_letter() -> None:
    names = {Pseudonyms(key).of(user) for key in (KEY, KEY[::-1]) for user in ("ann", "Ann", "ann ", "bob")}
    assert len(names) == 8


def test_matches_only_its_own_user() -> None:
    pseudonyms = Pseudonyms(KEY)
    assert pseudonyms.matches("ann", pseudonyms.of("ann"))
    assert not pseudonyms.matches("bob", pseudonyms.of("ann"))
    assert not pseudonyms.matches("ann", "k1-短")


def test_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "pseudonyms"
    first = Pseudonyms.from_file(path, create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Pseudonyms.from_file(path, create=True).of("ann") == first.of("ann")
    assert [entry.name for entry in path.parent.iterdir()] == ["pseudonyms"]


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    Pseudonyms.from_file(path, create=True)
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        Pseudonyms.from_file(path)


def test_missing_and_malformed_key_files(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Pseudonyms.from_file(tmp_path / "none")
    path = tmp_path / "key"
    path.touch(0o600)
    with pytest.raises(KeyFileError, match="no key"):
        Pseudonyms.from_file(path)
    path.write_text(f"1 {KEY.hex()}\nnonsense\n")
    with pytest.raises(KeyFileError, match="line 2"):
        Pseudonyms.from_file(path)
    path.write_text("1 00ff\n")
    with pytest.raises(ValueError, match="2 bytes"):
        Pseudonyms.from_file(path)


def test_rotation_renames_and_still_recognises_until_the_old_key_is_retired(tmp_path: Path) -> None:
    path = tmp_path / "key"
    old = Pseudonyms.from_file(path, create=True).of("ann")
    rotated = Pseudonyms.rotate(path)
    assert rotated.current == 2
    assert rotated.of("ann") != old
    assert rotated.matches("ann", old)
    assert rotated.every("ann") == (rotated.of("ann"), old)
    assert Pseudonyms.from_file(path).of("ann") == rotated.of("ann")
    retired = Pseudonyms.retire(path)
    assert retired.of("ann") == rotated.of("ann")
    assert not retired.matches("ann", old)
    assert len(path.read_text().splitlines()) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_table_keeps_everything_but_the_names() -> None:
    table = Interactions(["ann", "bob", "ann"], ["a", "b", "c"], [1, -1, 0.5], [3, 4, 5])
    pseudonyms = Pseudonyms(KEY)
    hidden = pseudonyms.table(table)
    assert set(hidden.user_ids) == {pseudonyms.of("ann"), pseudonyms.of("bob")}
    assert hidden.item_ids == table.item_ids
    back = {pseudonyms.of(user): user for user in table.user_ids}
    users, items, values, times = hidden.rows()
    restored = Interactions([back[user] for user in users], items, values, times)
    assert restored.user_ids == table.user_ids
    assert (restored.matrix != table.matrix).nnz == 0
    assert restored.times.tolist() == table.times.tolist()
