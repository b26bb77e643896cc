"""Writing for the catalogue: advertising copy, scripts and summaries, from a brief and the knowledge graph.

    from generation import AdBrief, AdCopywriter
    from knowledge.catalogue import Catalogue

    writer = AdCopywriter(Catalogue.load().graph)
    print(writer.generate(AdBrief(work="film/2046-2004", lang="zh", channel="weibo"), seed=7).text)

Everything stated as a fact comes from the brief or the graph, and the draft says which facts those were. Every draft and
every file carries the marks of generated text.

======================  ==========================================================================================
what people order       :class:`AdCopywriter`, :class:`Scriptwriter`, :class:`Summariser`, each from a brief
scripts as trees        :mod:`generation.screenplay`: :class:`Story`, editing, rewriting, continuity, :func:`export`
what may be said        :func:`claims` (grounding), :func:`review` (compliance), :mod:`generation.brand`
marks                   :mod:`generation.labels`, :mod:`generation.verify`, :mod:`generation.agreements`
what the audience did   :class:`Variants` (Thompson sampling), :func:`advise` (scenes to rewrite)
feeling                 :mod:`generation.emotion`
rules                   :mod:`generation.text.rules`: analyse → plan → realise → revise
statistics              :mod:`generation.text.ngram`, :mod:`~generation.text.grammar`, :mod:`~generation.text.mixing`,
                        :mod:`~generation.text.fluency`
neural (needs torch)    :mod:`generation.text.gpt`, :mod:`~generation.text.seq2seq`, :mod:`~generation.text.transformer`,
                        :mod:`~generation.text.training`, :mod:`~generation.text.lora`
decoding                :mod:`generation.text.decoding`, one for all of them; :mod:`~generation.text.gpt2_runtime` serves
                        GPT-2 checkpoints in float32, bfloat16 and int8
other models            :mod:`generation.backends`: a hub name, a folder, an OpenAI-compatible server;
                        :mod:`generation.prompts`
======================  ==========================================================================================

Names below are imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generation.adcopy import AdCopywriter, ForbiddenWords
    from generation.briefs import AdBrief, BriefError, Draft, GenerationError, ScriptBrief, SummaryBrief
    from generation.compliance import Finding, review
    from generation.feedback import Variants
    from generation.grounding import Claim, claims
    from generation.scene_feedback import SceneFeedback, advise
    from generation.screenplay.exporting import export
    from generation.screenplay.tree import Story
    from generation.script import Scriptwriter
    from generation.summary import Summariser
    from generation.verify import Provenance

_HOME = {
    "AdBrief": ("briefs", "AdBrief"),
    "AdCopywriter": ("adcopy", "AdCopywriter"),
    "BriefError": ("briefs", "BriefError"),
    "Claim": ("grounding", "Claim"),
    "Draft": ("briefs", "Draft"),
    "Finding": ("compliance", "Finding"),
    "ForbiddenWords": ("adcopy", "ForbiddenWords"),
    "GenerationError": ("briefs", "GenerationError"),
    "Provenance": ("verify", "Provenance"),
    "SceneFeedback": ("scene_feedback", "SceneFeedback"),
    "ScriptBrief": ("briefs", "ScriptBrief"),
    "Scriptwriter": ("script", "Scriptwriter"),
    "Story": ("screenplay.tree", "Story"),
    "Summariser": ("summary", "Summariser"),
    "SummaryBrief": ("briefs", "SummaryBrief"),
    "Variants": ("feedback", "Variants"),
    "advise": ("scene_feedback", "advise"),
    "claims": ("grounding", "claims"),
    "export": ("screenplay.exporting", "export"),
    "review": ("compliance", "review"),
}

__all__ = [
    "AdBrief",
    "AdCopywriter",
    "BriefError",
    "Claim",
    "Draft",
    "Finding",
    "ForbiddenWords",
    "GenerationError",
    "Provenance",
    "SceneFeedback",
    "ScriptBrief",
    "Scriptwriter",
    "Story",
    "Summariser",
    "SummaryBrief",
    "Variants",
    "advise",
    "claims",
    "export",
    "review",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'generation' has no attribute {name!r}")
    module, attribute = _HOME[name]
    return getattr(import_module(f"generation.{module}"), attribute)
