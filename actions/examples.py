"""Things one can say to the assistant, for those who do not know what to say."""

from __future__ import annotations

from actions.turn import Turn

ZH = (
    "推荐一部轻松的科幻片",
    "《流浪地球》是谁导演的",
    "给《星际穿越》写一条小红书文案",
    "播放老是卡顿",
    "怎么申请退款",
)
EN = (
    "Recommend a light sci-fi film",
    "Who directed Parasite?",
    "Write an Instagram ad for Interstellar",
    "Playback keeps stuttering",
    "How do I get a refund?",
)


def examples(turn: Turn, count: int = len(ZH)) -> list[str]:
    """The first ``count`` of them, in the language of the turn."""
    return list((ZH if turn.zh else EN)[:count])


def human_help(turn: Turn) -> str:
    """What asks for a human."""
    return turn.say("转人工", "Talk to a person")
