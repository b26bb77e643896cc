"""A script as the text of a draft: Chinese as production scripts are typed, English as Fountain plain text."""

from __future__ import annotations

from generation.channels import speaking_seconds
from generation.screenplay import fountain
from generation.screenplay.document import Document, Element
from generation.screenplay.tree import Story

__all__ = ["running_seconds", "scene_seconds", "text"]

_ACTION_S = 2.5  # seconds an action line holds the screen, on average
_PAUSE_S = 0.4  # between two speeches
_NAMES = {
    "zh": {"episode": "短剧单集", "short": "短剧", "full": "短片剧本", "long": "剧本"},
    "en": {
        "episode": "a short-drama episode",
        "short": "a short drama",
        "full": "a short film",
        "long": "a screenplay",
    },
}


def form_name(lang: str, scenes: int, length: str) -> str:
    """What a script of this length is called."""
    if length != "episode":
        length = "short" if scenes <= 3 else "full" if scenes <= 6 else "long"
    return _NAMES[lang][length]


def scene_seconds(lines: tuple[Element, ...], lang: str) -> float:
    """An estimate of how long lines play: dialogue at speaking pace, actions a few seconds each."""
    spoken = [line for line in lines if line.kind == "dialogue"]
    actions = sum(line.kind == "action" for line in lines)
    return sum(speaking_seconds(line.text, lang) + _PAUSE_S for line in spoken) + _ACTION_S * actions


def running_seconds(story: Story) -> int:
    """An estimate of how long a story plays."""
    lines = tuple(Element(node.kind, node.text) for scene in story.scenes for node in scene.lines if node.text)
    return round(scene_seconds(lines, story.lang))


def text(document: Document) -> str:
    """The text of a draft: Chinese laid out for reading, English in Fountain without the marks of an export."""
    return _zh(document) if document.lang == "zh" else fountain.write(document, marks=False)


def _zh(document: Document) -> str:
    head = [f"《{document.title}》", f"{document.credit}｜约{document.seconds}秒"]
    if document.topic:
        head.append(f"题目：{document.topic}")
    blocks = ["\n".join(head)]
    if document.logline:
        blocks.append(f"【一句话】\n{document.logline}")
    rows = []
    for one in document.characters:
        rows.append(f"{one.name}（{one.role}）" if one.role else one.name)
        rows += [
            f"　{label}：{value}"
            for label, value in (("想要", one.want), ("需要", one.need), ("说话", one.voice))
            if value
        ]
    if rows:
        blocks.append("【人物】\n" + "\n".join(rows))
    beats = [element for element in document.elements if element.kind == "synopsis"]
    if beats:
        rows = [f"{at}. {f'〔{beat.who}〕' if beat.who else ''}{beat.text}" for at, beat in enumerate(beats, 1)]
        blocks.append("【节拍】\n" + "\n".join(rows))
    scene: list[str] = []
    for element in document.elements:
        if element.kind == "heading":
            if scene:
                blocks.append("\n".join(scene))
            inside, place, time = element.parts
            scene = [f"{element.number}. {inside}景 · {place} · {time}", ""]
        elif element.kind == "action":
            scene.append(f"△ {element.text}")
        elif element.kind == "dialogue":
            direction = f"（{element.direction}）" if element.direction else ""
            scene.append(f"{element.who}{direction}：{element.text}")
        elif element.kind == "centered":
            scene.append(f"　　{element.text}")
    return "\n\n".join([*blocks, "\n".join(scene)]) if scene else "\n\n".join(blocks)
