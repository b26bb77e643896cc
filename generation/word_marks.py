"""The marks of a generated DOCX: the AIGC record as a custom property, its title and producer among the core ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docx.opc.packuri import PackURI
from docx.opc.part import Part

from generation import labels

__all__ = ["mark"]

_CUSTOM = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"


def mark(
    word: Any, record: Mapping[str, str], *, title: str, label: str, source_type: str = labels.SOURCE_TYPE
) -> None:
    """Marks a python-docx document that is complete: the record's digest is made for the text as it is laid out."""
    visible = set(labels.VISIBLE.values())
    shown = "\n".join(line for one in word.paragraphs if (line := one.text).strip() not in visible)
    xml = labels.custom_properties(labels.for_export(record, shown), source_type=source_type).encode()
    package = word.part.package
    package.relate_to(Part(PackURI("/docProps/custom.xml"), _CUSTOM, xml, package), _PROPERTIES)
    word.core_properties.title = title[:255]
    word.core_properties.author = labels.PRODUCER
    word.core_properties.comments = label
