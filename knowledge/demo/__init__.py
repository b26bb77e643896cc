"""The bundled catalogue: enough real works, questions and guides to talk to the assistant without importing anything."""

from __future__ import annotations

from knowledge.catalogue import Catalogue

__all__ = ["load"]


def load() -> Catalogue:
    """The demo catalogue alone."""
    return Catalogue.load()
