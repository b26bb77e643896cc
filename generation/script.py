"""Scripts: about a work, told from its facts; or an invented story, written level by level and edited at each.

About a work (documentary voice-over, award-night introduction, trailer) every statement is a fact of the graph. An
invented story is rule-based invention: a hand-written dramatic pattern chosen for the topic, its people and places taken
from the topic where it names them, its wording varied. It keeps want against need, one reversal and an end in sight; it
will not surprise a screenwriter, who gets a clean draft in the right format to rewrite.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from generation import labels
from generation.briefs import BriefError, Draft, ScriptBrief
from generation.compliance_subjects import defamation
from generation.naming import Names
from generation.screenplay import editing, exporting, layout, patterns, rewriting, topics, writing
from generation.screenplay.document import Document, of_narration
from generation.screenplay.narrating import FORM_NAMES, VOICES, narrate
from generation.screenplay.rewriting import Candidate
from generation.screenplay.tree import LEVELS, Story, StoryError
from generation.text.facts import Facts
from knowledge.graph import Fact, Graph

__all__ = ["RealPerson", "Scriptwriter", "document_of"]


class RealPerson(BriefError):
    """An invented story would put a real person of the graph into a scandal, or give its own people their name."""


def document_of(draft: Draft) -> Document:
    """What a draft's exports are laid out from, whichever form it has. Raises StoryError for other drafts."""
    meta = draft.metadata
    if "story" in meta:
        return exporting.document(Story.from_json(str(meta["story"])))
    if "rows" not in meta:
        raise StoryError("not a script: the draft holds neither a story nor rows")
    lang, form = str(meta["lang"]), str(meta["form"])
    voice = VOICES[lang][form == "introduction"]
    rows = [(str(shown), str(said)) for shown, said in meta["rows"]]
    return of_narration(str(meta["work_title"]), lang, FORM_NAMES[lang][form], int(meta["seconds"]), rows, voice)


class Scriptwriter:
    """Writes scripts. Holds no state beside the graph and its names; threads may share it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._names: Names | None = None

    # --- in one go ---------------------------------------------------------------------------------------------------

    def generate(self, brief: ScriptBrief, *, seed: int, progress: Callable[[float], None] | None = None) -> Draft:
        """The script for a brief; the same brief and seed give the same one.

        ``metadata`` holds ``seconds`` (estimated playing time), ``scenes``, for a drama ``story`` (its JSON), and for
        narration ``spoken`` (its lines) and ``rows`` (what is shown and said).

        Raises:
            BriefError: the work is not in the graph, or a real person would be shown in a scandal.
            GenerationError: nothing is known about the work that a script could tell.
        """
        if brief.form == "drama":
            story = self.develop(self.outline(brief, seed=seed), "draft", seed=seed, progress=progress)
            draft = self.draft(story)
        else:
            draft = narrate(self.graph, brief, random.Random(f"{seed}"), seed)
        if progress:
            progress(1.0)
        return draft

    # --- level by level ----------------------------------------------------------------------------------------------

    def outline(self, brief: ScriptBrief, *, seed: int) -> Story:
        """A story up to its beats: title, logline, people with want, need and voice, and one beat a scene.

        Raises:
            BriefError: the brief is not for a drama, its work is not in the graph, a name cannot be one, or a real
                person would be shown in a scandal.
        """
        if brief.form != "drama":
            raise BriefError(f"form: a {brief.form} is told from facts and has no outline; use generate()")
        self._no_real_people(brief)
        topic = topics.read(brief.topic, brief.lang)
        asked = {*(f"genre/{one}" for one in brief.genres), *(f"mood/{one}" for one in brief.moods)}
        tags = frozenset(asked) or topic.tags
        facts: tuple[Fact, ...] = ()
        if brief.work is not None:
            about = Facts(self.graph, brief.work, brief.lang)
            lent = [fact for relation in ("genre", "mood") for fact in about.of(relation)]
            if not tags:
                tags, facts = frozenset(str(fact.object) for fact in lent), tuple(lent)
        story = writing.begin(brief, tags, topic, seed)
        return replace(story, facts=tuple((fact.subject, fact.relation, str(fact.object)) for fact in facts))

    def develop(self, story: Story, level: str, *, seed: int, progress: Callable[[float], None] | None = None) -> Story:
        """The story written up to ``level`` (one of ``tree.LEVELS``), and that level written anew from ``seed``.

        What a person edited or locked stays; what was stale at this level is written again and no longer is.

        Raises:
            StoryError: there is no such level.
        """
        if level not in LEVELS:
            raise StoryError(f"level: {level!r} is not one of {', '.join(LEVELS)}")
        if progress:
            progress(0.1)
        furthest = max(story.level, level, key=LEVELS.index)
        # The draft is the dialogue in its speakers' voices: asking for it anew is asking for other lines as well.
        anew = {level: seed} | (
            {"scenes": seed, "dialogue": seed} if level == "draft" and story.level != "draft" else {}
        )
        developed = writing.written(replace(story, level=furthest, seeds=story.seeds | anew), fresh=level)
        if progress:
            progress(0.9)
        return developed

    def rewrite(self, story: Story, node: str, request: str, *, seed: int) -> Candidate:
        """A candidate for a line, a scene, the logline, a want …, beside the old; ``accept`` puts it in.

        Raises:
            StoryError: there is no such node, or the request is too long.
        """
        return rewriting.rewrite(story, node, request, seed)

    def accept(self, story: Story, candidate: Candidate) -> Story:
        """The story with a candidate in place of what it was made for. Raises StoryError when that has changed."""
        return rewriting.accept(story, candidate)

    def edit(self, story: Story, node: str, text: str) -> Story:
        """The story with a person's own words at a node.

        Raises:
            StoryError: there is no such node, or the text cannot stand there.
            RealPerson: a person of the story would get the name of a real one.
        """
        if story.find(node).kind == "name":
            self._no_real_name(text, story.lang)
        return editing.edit(story, node, text)

    def draft(self, story: Story) -> Draft:
        """A story as a draft, at whatever level it is: text, scores, labels and the story itself.

        Raises:
            RealPerson: what it says by now puts a real person into a scandal.
        """
        document = exporting.document(story)
        text = layout.text(document)
        self._no_scandal(text, story.lang)
        plot = patterns.plot(story.lang, story.plot)
        brief = writing.brief_of(story)
        asked = {*(f"genre/{one}" for one in brief.genres), *(f"mood/{one}" for one in brief.moods)}
        tags = asked or topics.read(brief.topic, brief.lang).tags or {object_ for _, _, object_ in story.facts}
        lent = {(fact.subject, fact.relation, str(fact.object)): fact for fact in self._facts_of(story)}
        return Draft(
            text=text,
            title=f"《{document.title}》" if story.lang == "zh" else document.title,
            facts=tuple(lent[key] for key in story.facts if key in lent),
            label=labels.VISIBLE[story.lang],
            scores={"fit": round(len(plot.tags & tags) / len(tags), 4) if tags else 1.0},
            metadata=labels.metadata(
                text, seed=story.seeds.get("dialogue", 0), generator="rules", form="drama", lang=story.lang,
                pattern=story.plot, seconds=document.seconds, scenes=len(story.scenes), story=story.to_json(),
            ),
        )  # fmt: skip

    def _facts_of(self, story: Story) -> list[Fact]:
        subjects = {subject for subject, _, _ in story.facts}
        return [fact for subject in subjects if subject in self.graph for fact in self.graph.facts(subject)]

    # --- real people -------------------------------------------------------------------------------------------------

    def names(self) -> Names:
        """The names of the graph, indexed once."""
        if self._names is None:
            self._names = Names(self.graph)
        return self._names

    def _no_real_people(self, brief: ScriptBrief) -> None:
        self._no_scandal(brief.topic, brief.lang)
        for name in brief.names:
            self._no_real_name(name, brief.lang)

    def _no_scandal(self, text: str, lang: str) -> None:
        found = defamation(text, self.names()) if text else []
        if found:
            who = self.graph.entity(found[0].person).label(lang)
            raise RealPerson(
                f"{who}是真实的人，不能写进编造的“{found[0].word}”里；换成虚构的人物再写" if lang == "zh"
                else f"{who} is a real person and does not belong in an invented story of “{found[0].word}”; "
                "make somebody up"
            )  # fmt: skip

    def _no_real_name(self, name: str, lang: str) -> None:
        real = [span for span in self.names().find(name) if span.kind == "name" and span.end - span.start == len(name)]
        if real:
            raise RealPerson(
                f"{name}是真实的人，编出来的故事请用虚构的名字" if lang == "zh"
                else f"{name} is a real person; an invented story needs an invented name"
            )  # fmt: skip
