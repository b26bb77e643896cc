"""The marks that generated text must carry: one that people see, one that machines read, in every export.

China, 《人工智能生成合成内容标识办法》 and GB 45438-2025 (in force since 2025-09-01): a visible mark with an "AI" and a
"generated" element, and an ``AIGC`` record of seven fields in the metadata. European Union, AI Act Art. 50(2): a
machine-readable mark, for which IPTC's digital source type is written beside the record.

Where they stand: text and Markdown in a YAML front matter, Fountain on the title page, JSON at the top level, DOCX as a
custom property, PDF in the Info dictionary. ``generation.verify`` reads all of them back. There is no switch that
leaves the visible mark out: that takes an agreement on record (``generation.agreements``).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

__all__ = [
    "FIELDS", "PRODUCER", "SOURCE_TYPE", "SOURCE_TYPES", "VISIBLE", "custom_properties", "digest", "for_export",
    "fountain", "implicit", "json_document", "metadata", "pdf_info", "text_document",
]  # fmt: skip

VISIBLE = {"zh": "AI 生成", "en": "AI-generated"}
_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SOURCE_TYPES = {
    "rules": _IPTC + "algorithmicMedia",
    "model": _IPTC + "trainedAlgorithmicMedia",
    "mixed": _IPTC + "compositeWithTrainedAlgorithmicMedia",
}
"""IPTC digital source type by what wrote: rules alone, a trained model, rules and people with a model's help."""
SOURCE_TYPE = SOURCE_TYPES["rules"]
PRODUCER = "Yuban"
FIELDS = (
    "Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2",
)  # fmt: skip
"""The seven fields of the record, in the order of the standard."""


def digest(content: str) -> str:
    """SHA-256 of the characters of ``content`` without white space, hexadecimal.

    Line ends and indentation change as text goes through editors and word processors; its characters do not.
    """
    return hashlib.sha256(re.sub(r"\s+", "", content).encode()).hexdigest()


def implicit(content: str, *, producer: str = PRODUCER, produce_id: str | None = None) -> dict[str, str]:
    """The ``AIGC`` record of GB 45438-2025 for ``content``.

    ``Label`` "1" says that it is generated. ``ProduceID`` names this very content; ``ReservedCode1`` is its
    :func:`digest`, by which a changed copy is told from the original. The fields of a propagator are for whoever
    publishes it.
    """
    code = digest(content)
    return {
        "Label": "1",
        "ContentProducer": producer,
        "ProduceID": produce_id or f"yuban-{code[:20]}",
        "ReservedCode1": code,
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }


def metadata(content: str, *, seed: int, generator: str, source: str | None = None, **more: Any) -> dict[str, Any]:
    """What is stored with a draft: its implicit mark, its source type, and what made it from which seed.

    ``generator`` names what wrote it; ``source`` is a key of :data:`SOURCE_TYPES`, by default ``"rules"`` for the
    generator of that name and ``"model"`` for any other.
    """
    kind = source or ("rules" if generator == "rules" else "model")
    return {
        "AIGC": implicit(content),
        "digital_source_type": SOURCE_TYPES[kind],
        "generator": generator,
        "seed": seed,
        **more,
    }


def for_export(record: Mapping[str, str], shown: str) -> dict[str, str]:
    """The record for a file whose text reads ``shown``: same ProduceID, the digest of what stands in the file.

    A script laid out as DOCX or PDF is not character for character its Fountain source; pass the text as it is laid
    out, without the visible mark.
    """
    return {**record, "ReservedCode1": digest(shown)}


def dumped(record: Mapping[str, str]) -> str:
    """The record as JSON on one line, its fields in order."""
    return json.dumps({name: record[name] for name in FIELDS}, ensure_ascii=False)


def text_document(
    content: str, record: Mapping[str, str], lang: str, *, source_type: str = SOURCE_TYPE, visible: bool = True
) -> str:
    """``.txt`` or ``.md``: the record in a YAML front matter, the visible mark, the content.

    ``visible=False`` is for :meth:`generation.agreements.Agreements.unlabelled` alone.
    """
    mark = f"{VISIBLE[lang]}\n\n" if visible else ""
    head = f"---\nAIGC: {dumped(for_export(record, content))}\nDigitalSourceType: {source_type}\n---\n"
    return f"{head}{mark}{content.strip()}\n"


def fountain(script: str, record: Mapping[str, str], lang: str, *, source_type: str = SOURCE_TYPE) -> str:
    """A Fountain script with the marks on its title page, which is added where the script has none.

    The digest covers the script without these keys.
    """
    script = script.strip()
    keys = f"Notice: {VISIBLE[lang]}\nAIGC: {dumped(for_export(record, script))}\nDigitalSourceType: {source_type}\n"
    if re.match(r"(?:Title|Credit|Authors?|Source|Draft date|Contact|Copyright)[ \t]*:", script, re.IGNORECASE):
        head, _, body = script.partition("\n\n")
        return f"{head}\n{keys}\n{body}\n"
    return f"{keys}\n{script}\n"


def json_document(
    payload: Mapping[str, Any], record: Mapping[str, str], lang: str, *, source_type: str = SOURCE_TYPE
) -> str:
    """A JSON object with the marks at its top level; the digest covers the object without them."""
    body = {name: value for name, value in payload.items() if name not in JSON_MARKS}
    marked = for_export(record, canonical(body))
    whole = {
        "label": VISIBLE[lang],
        "AIGC": {name: marked[name] for name in FIELDS},
        "digital_source_type": source_type,
    }
    return json.dumps({**whole, **body}, ensure_ascii=False, indent=2) + "\n"


JSON_MARKS = ("label", "AIGC", "digital_source_type")


def canonical(payload: Mapping[str, Any]) -> str:
    """One spelling of a JSON object, whatever the order of its keys."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def custom_properties(record: Mapping[str, str], *, source_type: str = SOURCE_TYPE) -> str:
    """``docProps/custom.xml`` of a DOCX file. The package needs its content type and relationship beside it:
    ``application/vnd.openxmlformats-officedocument.custom-properties+xml`` and
    ``http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties``."""
    values = (("AIGC", dumped(record)), ("DigitalSourceType", source_type))
    rows = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{pid}" name="{name}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for pid, (name, value) in enumerate(values, 2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        f'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{rows}</Properties>'
    )


def pdf_info(record: Mapping[str, str], *, source_type: str = SOURCE_TYPE) -> dict[str, str]:
    """What goes into the Info dictionary of a PDF."""
    return {"/AIGC": dumped(record), "/DigitalSourceType": source_type}
