"""The marks that generated text must carry: one that people see, one that machines read.

China, 《人工智能生成合成内容标识办法》 and GB 45438-2025 (in force since 2025-09-01): a visible mark with an "AI" and a
"generated" element, and an ``AIGC`` record of seven fields in the metadata. European Union, AI Act Art. 50(2): a
machine-readable mark; IPTC's digital source type for text made by rules is ``algorithmicMedia``.
"""

from __future__ import annotations

import hashlib
from typing import Any

__all__ = ["SOURCE_TYPE", "VISIBLE", "implicit", "metadata"]

VISIBLE = {"zh": "AI 生成", "en": "AI-generated"}
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
PRODUCER = "Yuban"


def implicit(content: str, *, producer: str = PRODUCER) -> dict[str, str]:
    """The ``AIGC`` record of GB 45438-2025 for ``content``.

    ``Label`` "1" says that it is generated. ``ProduceID`` names this very content; ``ReservedCode1`` is its SHA-256, by
    which a changed copy is told from the original. The fields of a propagator are for whoever publishes it.
    """
    digest = hashlib.sha256(content.encode()).hexdigest()
    return {
        "Label": "1",
        "ContentProducer": producer,
        "ProduceID": f"yuban-{digest[:20]}",
        "ReservedCode1": digest,
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }


def metadata(content: str, *, seed: int, generator: str, **more: Any) -> dict[str, Any]:
    """What is stored with a draft: its implicit mark, its source type, and what made it from which seed."""
    return {"AIGC": implicit(content), "digital_source_type": SOURCE_TYPE, "generator": generator, "seed": seed, **more}
