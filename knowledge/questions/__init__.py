"""Questions read as paths, lists, comparisons and claims, by rules over the catalogue's own schema.

:class:`QuestionReader` is the way in. A question is cut into names, relations and constraints
(:mod:`~knowledge.questions.parsing`), its small words say what is asked (:mod:`~knowledge.questions.cues`), and
:mod:`~knowledge.questions.works` and :mod:`~knowledge.questions.people` put them together as a
:class:`~knowledge.questions.readings.Reading`. Paths learned from questions and answers are in :mod:`knowledge.kbqa`.
"""

from knowledge.questions.reader import QuestionReader

__all__ = ["QuestionReader"]
