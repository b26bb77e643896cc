"""Time as the gateway writes it: UTC, ISO 8601 to the second, so that text order is time order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def stamp(moment: datetime) -> str:
    """`2026-01-01T00:00:00Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def now(shift: float = 0.0) -> str:
    """The present, `shift` seconds later (earlier when negative)."""
    return stamp(datetime.now(UTC) + timedelta(seconds=shift))
