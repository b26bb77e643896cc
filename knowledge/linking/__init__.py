"""Names in text: who and what a sentence speaks of, in both languages, however it is spelt.

:class:`Linker` is the way in. It looks names up exactly (:mod:`~knowledge.linking.linker`), by their sound
(:mod:`~knowledge.linking.pinyin`), by edit distance (:mod:`~knowledge.linking.spelling`, and in running text
:mod:`~knowledge.linking.slips`) and by part of a title (:mod:`~knowledge.linking.fragments`,
:mod:`~knowledge.linking.anchored`); :mod:`~knowledge.linking.evidence` and :mod:`~knowledge.linking.weighing` decide
how likely each candidate is, and :mod:`~knowledge.linking.choosing` which mentions stand.
"""

from knowledge.linking.linker import Linker, Mention

__all__ = ["Linker", "Mention"]
