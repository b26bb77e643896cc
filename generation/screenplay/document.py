"""A script on its way to paper: a flat list of headings, actions and speeches that every export is laid out from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from generation import labels
from generation.screenplay.tree import Story, heading

__all__ = ["KINDS", "CastEntry", "Document", "Element", "labelled", "of_narration", "of_story"]

KINDS = ("heading", "synopsis", "action", "dialogue", "note", "section", "transition", "centered", "page-break")
_END = {
    "zh": {"episode": "（本集完）", "": "（完）"},
    "en": {"episode": "TO BE CONTINUED", "": "THE END"},
}


@dataclass(frozen=True, slots=True)
class Element:
    """One paragraph. ``who`` is the name of a speaker, for a synopsis the label of its place in the structure.

    ``parts`` of a heading are inside, place and time; ``number`` its scene number from 1; ``id`` the node it shows.
    """

    kind: str
    text: str
    who: str = ""
    direction: str = ""
    number: int = 0
    parts: tuple[str, str, str] = ("", "", "")
    id: str = ""


@dataclass(frozen=True, slots=True)
class CastEntry:
    name: str
    role: str = ""
    want: str = ""
    need: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A script to lay out; ``aigc`` is the implicit mark it carries, ``label`` the visible one."""

    title: str
    lang: str
    credit: str
    seconds: int
    elements: tuple[Element, ...]
    topic: str = ""
    logline: str = ""
    characters: tuple[CastEntry, ...] = ()
    label: str = ""
    aigc: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> str:
        """Every word of it, for a digest."""
        rows = [self.title, self.logline, *(f"{one.who}|{one.direction}|{one.text}" for one in self.elements)]
        return "\n".join(rows)


def of_story(story: Story, credit: str, seconds: int) -> Document:
    """A story as a document, labelled as generated; lines that were taken out are left out."""
    elements: list[Element] = []
    for number, scene in enumerate(story.scenes, 1):
        head = heading(scene.heading.text, story.lang)
        parts = (head.inside, head.place, head.time)
        elements.append(Element("heading", scene.heading.text, number=number, parts=parts, id=scene.id))
        elements.append(Element("synopsis", scene.beat.text, who=scene.label, id=scene.beat.id))
        for node in scene.lines:
            if node.text:
                who = story.name(node.who) if node.who else ""
                elements.append(Element(node.kind, node.text, who, node.direction, id=node.id))
    if elements and any(one.kind == "dialogue" for one in elements):
        end = _END[story.lang]["episode" if story.brief.get("length") == "episode" else ""]
        elements.append(Element("centered", end))
    cast = tuple(
        CastEntry(
            one.name.text,
            one.role.text,
            *(getattr(one, part).text if getattr(one, part) else "" for part in ("want", "need", "voice")),
        )
        for one in story.people
    )
    made = Document(
        story.title.text, story.lang, credit, seconds, tuple(elements), str(story.brief.get("topic", "")),
        story.logline.text, cast,
    )  # fmt: skip
    return labelled(made)


def of_narration(title: str, lang: str, credit: str, seconds: int, rows: list[tuple[str, str]], voice: str) -> Document:
    """A voice-over, an introduction or a trailer: what is seen and what is said, in turn."""
    elements: list[Element] = []
    for at, (shown, said) in enumerate(rows, 1):
        elements.append(Element("action", shown, id=f"r{at}.shown"))
        elements.append(Element("dialogue", said, who=voice, id=f"r{at}.said"))
    return labelled(Document(title, lang, credit, seconds, tuple(elements)))


def labelled(document: Document) -> Document:
    """``document`` with its visible and its implicit mark."""
    return replace(document, label=labels.VISIBLE[document.lang], aigc=labels.implicit(document.body()))
