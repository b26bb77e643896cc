"""Guided troubleshooting: symptoms to causes to fixes, asked in the order that settles most.

A support team writes guides (:mod:`~knowledge.diagnosis.problems`); :class:`Troubleshooter` walks a user through one.
"""

from knowledge.diagnosis.problems import Cause, Check, DiagnosisError, Problem, load
from knowledge.diagnosis.troubleshooter import MATCH, Outcome, Question, Troubleshooter

__all__ = ["MATCH", "Cause", "Check", "DiagnosisError", "Outcome", "Problem", "Question", "Troubleshooter", "load"]
