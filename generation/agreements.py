"""Agreements to hand out text without the visible mark, and every text that went out so.

《人工智能生成合成内容标识办法》 第九条: on a user's request a provider may leave the visible mark out once the user has
agreed to mark it themselves, and keeps the record of whom it was given to. The machine-readable record stays in the
file whatever was agreed. The log is a JSON Lines file that only grows; each entry carries the digest of the one before,
so that a removed or changed line shows.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from generation import labels
from generation.briefs import GenerationError, clean

__all__ = ["AgreementError", "Agreements"]

MAX_WORDS = 500


class AgreementError(GenerationError):
    """No such agreement, a field is missing, or the log has been tampered with."""


class Agreements:
    """The log at ``path``, made with its first entry (mode 0600). Several processes may write to it.

    Raises:
        AgreementError: on reading, when a line is not what was written or is missing; the message names the line.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def record(self, who: str, purpose: str, *, now: datetime | None = None) -> str:
        """Records that ``who`` takes over the duty to mark, and for what; the id of the agreement.

        Raises:
            AgreementError: ``who`` or ``purpose`` is empty or longer than 500 characters.
        """
        who, purpose = clean(who), clean(purpose)
        for name, value in (("who", who), ("purpose", purpose)):
            if not 0 < len(value) <= MAX_WORDS:
                raise AgreementError(f"{name}: an agreement needs 1 to {MAX_WORDS} characters here")
        entry = self._append({"kind": "agreement", "who": who, "purpose": purpose, "when": _time(now)})
        return str(entry["id"])

    def unlabelled(
        self,
        content: str,
        record: Mapping[str, str],
        lang: str,
        *,
        agreement: str,
        now: datetime | None = None,
        source_type: str = labels.SOURCE_TYPE,
    ) -> str:
        """``content`` as a text file without the visible mark, its machine-readable record in place.

        That it went out is on record before it is returned.

        Raises:
            AgreementError: ``agreement`` is not on record.
        """
        if not any(entry["id"] == agreement and entry["kind"] == "agreement" for entry in self.entries()):
            raise AgreementError(f"no agreement {agreement!r} on record: the visible mark stays")
        self._append({"kind": "output", "agreement": agreement, "produced": record["ProduceID"], "when": _time(now)})
        return labels.text_document(content, record, lang, source_type=source_type, visible=False)

    def entries(self) -> list[dict[str, Any]]:
        """Every entry, oldest first, each checked against the one before."""
        if not self.path.exists():
            return []
        return self._read(self.path.read_text(encoding="utf-8"))

    def _read(self, text: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        before = ""
        for number, line in enumerate(text.splitlines(), 1):
            try:
                entry = json.loads(line)
                sound = entry["before"] == before and entry["id"] == _id(entry)
            except (ValueError, KeyError, TypeError):
                sound = False
            if not sound:
                raise AgreementError(f"{self.path.name}, line {number}: not what was written; restore it from a backup")
            before = entry["id"]
            found.append(entry)
        return found

    def _append(self, entry: dict[str, Any]) -> dict[str, Any]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            with open(handle, encoding="utf-8", closefd=False) as file:
                known = self._read(file.read())
            entry = {**entry, "before": known[-1]["id"] if known else ""}
            entry["id"] = _id(entry)
            os.write(handle, (json.dumps(entry, ensure_ascii=False) + "\n").encode())  # one write: a whole line or none
            os.fsync(handle)
        finally:
            os.close(handle)
        return entry


def _id(entry: Mapping[str, Any]) -> str:
    return hashlib.sha256(labels.canonical({name: entry[name] for name in entry if name != "id"}).encode()).hexdigest()


def _time(now: datetime | None) -> str:
    return (now or datetime.now(UTC)).isoformat(timespec="seconds")
