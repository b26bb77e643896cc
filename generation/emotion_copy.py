"""Advertising copy and scenes brought towards a feeling: the drafts and stories of this package in, the same kind out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from generation import labels
from generation.briefs import AdBrief, Draft
from generation.channels import CHANNELS, speaking_seconds
from generation.emotion import Guided, Keep, Target, contradicts, towards, towards_parts
from generation.emotion_guide import Reader
from generation.grounding import claims
from generation.naming import Names
from generation.screenplay.rewriting import Candidate
from generation.screenplay.tree import Node, Story
from generation.text.analyse import analyse
from generation.text.emotion_bank import bank
from knowledge.graph import Graph

__all__ = ["GuidedDraft", "guide_draft", "guide_scene", "keeping"]

_LINES = {"note": 3, "spoken": 3, "post": 3}
_SPOKEN_SECONDS = 15


@dataclass(frozen=True, slots=True)
class GuidedDraft:
    """A draft whose ``scores["emotion"]`` is the probability of the feeling, and how it got there."""

    draft: Draft
    guided: Guided


def keeping(brief: AdBrief, graph: Graph, names: Names, target: Target) -> Keep:
    """What a copy for ``brief`` must keep, whatever it is to feel like."""
    facts = tuple(graph.facts(brief.work)) if brief.work else ()
    words = [brief.offer, brief.call_to_action, brief.topic, brief.brand, brief.audience, *brief.must_use]
    words += [pair[1] for pair in brief.product if not isinstance(pair, str)]
    exempt = [brief.brand, *(names.labels(brief.work) if brief.work else ())]
    tags: dict[str, set[str]] = {"genre": set(), "mood": set()}
    for fact in facts:
        if isinstance(fact.object, str) and fact.object in graph:
            exempt += names.labels(fact.object)
            if fact.relation in tags:
                tags[fact.relation].add(fact.object.split("/", 1)[-1])
                if fact.relation == "genre":
                    words.append(graph.entity(fact.object).label(brief.lang))
    if brief.work:
        words += [label for label in names.labels(brief.work) if len(label) > 1]
    against = contradicts(target.emotion, tags["genre"], tags["mood"])
    # As the writer does it: the work's own line counts among the words that are given.
    given = (analyse(brief, graph).given, brief.brand)
    return Keep(facts, given, names, tuple(dict.fromkeys(words)), tuple(dict.fromkeys(exempt)), against)


def guide_draft(
    drafts: Sequence[Draft], brief: AdBrief, target: Target, guide: Reader, graph: Graph, names: Names, *, seed: int = 0
) -> GuidedDraft:
    """The best of ``drafts`` for a brief, revised towards ``target`` within the limits of the channel.

    Args:
        names: the index of ``graph`` (``AdCopywriter.names``).

    Raises:
        GenerationError: no drafts.
    """
    channel = CHANNELS[brief.channel]
    bounds = channel.bounds[brief.lang]
    seconds = (brief.seconds or _SPOKEN_SECONDS) if channel.shape == "spoken" else None

    def fits(name: str, words: str) -> bool:
        if name in bounds and not bounds[name].fits(words):
            return False
        return name != "body" or seconds is None or speaking_seconds(words, brief.lang) <= seconds

    keep = keeping(brief, graph, names, target)
    guided = towards_parts(
        [[(str(name), str(words)) for name, words in draft.metadata["parts"]] for draft in drafts],
        target, guide, lang=brief.lang, keep=keep, fits=fits,
        most=_LINES.get(channel.shape, 2), seed=seed,
    )  # fmt: skip
    draft = drafts[guided.chosen]
    if guided.edits:
        draft = _rewritten(draft, guided, brief.lang, keep)
    return GuidedDraft(replace(draft, scores=draft.scores | {"emotion": round(guided.score, 4)}), guided)


def _rewritten(draft: Draft, guided: Guided, lang: str, keep: Keep) -> Draft:
    text = _laid_out(draft, guided, lang)
    told = claims(text, lang, facts=keep.facts, brief=keep.brief, graph=keep.names)
    rows = [
        {"start": claim.start, "end": claim.end, "text": claim.text, "kind": claim.kind, "source": claim.source,
         "fact": [claim.fact.subject, claim.fact.relation, claim.fact.object, claim.fact.source] if claim.fact else None}
        for claim in told
    ]  # fmt: skip
    old: dict[str, Any] = {
        key: value
        for key, value in draft.metadata.items()
        if key not in ("AIGC", "claims", "parts", "spoken", "seconds")
    }
    more: dict[str, Any] = {"parts": [list(part) for part in guided.parts], "claims": rows}
    if "spoken" in draft.metadata:
        spoken = dict(guided.parts)["body"].split("\n")
        more |= {"spoken": spoken, "seconds": round(sum(speaking_seconds(line, lang) for line in spoken), 1)}
    made = {**old, **more}
    seed, generator = made.pop("seed", 0), made.pop("generator", "rules")
    return replace(draft, text=text, metadata=labels.metadata(text, seed=seed, generator=generator, **made))


def _laid_out(draft: Draft, guided: Guided, lang: str) -> str:
    """The draft's text with the words of each part exchanged in place; spoken lines get their seconds anew."""
    text, at = draft.text, 0
    for (name, old), (_, new) in zip(draft.metadata["parts"], guided.parts, strict=True):
        if name == "body" and "spoken" in draft.metadata:
            old, new = _clocked(draft.metadata["spoken"], lang), _clocked(new.split("\n"), lang)
        start = text.index(old, at)
        text = text[:start] + new + text[start + len(old) :]
        at = start + len(new)
    return text


def _clocked(spoken: Sequence[str], lang: str) -> str:
    rows, clock, start = [], 0.0, 0
    for line in spoken:
        clock += speaking_seconds(line, lang)
        end = max(round(clock), start + 1)
        rows.append(f"【{start}–{end}秒】{line}" if lang == "zh" else f"[{start}–{end}s] {line}")
        start = end
    return "\n".join(rows)


def guide_scene(story: Story, scene: str, target: Target, guide: Reader, *, seed: int = 0) -> tuple[Candidate, Guided]:
    """A candidate for a scene with actions and words put in that carry the feeling; every line of it stays as it is.

    ``generation.screenplay.rewriting.accept`` puts it into the story.

    Raises:
        StoryError: there is no such scene.
    """
    node = story.scene(scene)
    written = [line for line in node.lines if line.text]
    names = tuple(person.name.text for person in story.people)
    speakers = [line.who for line in written if line.who]
    guided = towards(
        ["\n".join(line.text for line in written)], target, guide, lang=story.lang, keep=Keep(exempt=names),
        roles="as" if speakers else "a", most=3, seed=seed,
    )  # fmt: skip
    taken = {line.id for line in node.lines}
    ids = (f"{node.id}.p{number}" for number in range(1, 10_000) if f"{node.id}.p{number}" not in taken)
    old = list(written)
    lines: list[Node] = []
    actions = _actions(target, story.lang)
    for text in guided.text.split("\n"):
        if old and text == old[0].text:
            lines.append(old.pop(0))
        elif text in actions or not speakers:
            lines.append(Node(next(ids), "action", text))
        else:
            before = next((line.who for line in reversed(lines) if line.who), speakers[0])
            other = next((who for who in speakers if who != before), before)
            lines.append(Node(next(ids), "dialogue", text, who=other))
    asked = f"{target.label(story.lang)} {target.intensity:g}"
    done = ("emotion",) if guided.edits else ()
    candidate = Candidate(node.id, asked, story.version, node.lines, tuple(lines), done, (guided.near[story.lang],))
    return candidate, guided


def _actions(target: Target, lang: str) -> frozenset[str]:
    return frozenset(text for line in bank(target.emotion, lang) if line.role == "a" for text in line.texts)
