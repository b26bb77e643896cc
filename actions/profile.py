"""What we know of a viewer, theirs to see, take back piece by piece, take away and erase."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from actions import taste
from actions.base import YubanAction
from actions.engines import Engines, call, current
from actions.reply import Reply, name, quick_replies, text
from actions.turn import Turn
from recsys import erasure, phrases
from recsys.audience import preference
from recsys.operations import Operation

logger = logging.getLogger(__name__)

SHOWN = 8
FORGET_OFFERED = 3
CONFIRMATIONS = ("确认删除", "confirm deletion")


class DataShow(YubanAction):
    action = "action_data_show"

    async def reply(self, turn: Turn) -> Reply:
        if reply := await call(forgetting, turn, current()):
            return reply
        lines = await call(known, turn, current())
        choices = ("导出我的数据", "删除我的数据") if turn.zh else ("Export my data", "Delete my data")
        return Reply([text("\n".join(lines)), quick_replies([*await call(forgettable, turn, current()), *choices])])


def known(turn: Turn, engines: Engines) -> list[str]:
    """Everything kept about a viewer, a line a kind."""
    events = engines.audience.export(turn.user)["events"]
    wishes = taste.recall(turn, engines.audience, engines.graph).wishes
    lines = [turn.say("关于你，我记着这些：", "This is what I keep about you:")]
    for kind, (zh, en) in {
        "liked": ("喜欢：", "liked: "),
        "watched": ("看过或选过：", "watched or chosen: "),
        "refused": ("不感兴趣：", "not for you: "),
    }.items():
        if works := [item for item, of in _latest(events).items() if of == kind]:
            names = [name(engines.graph, work, turn.lang) for work in works[:SHOWN]]
            more = turn.say(f" 等 {len(works)} 部", f" and {len(works) - SHOWN} more") if len(works) > SHOWN else ""
            lines.append("• " + turn.say(zh + "、".join(names), en + ", ".join(names)) + more)
    if wishes:
        named = dict.fromkeys(phrases.wish(engines.graph, wish.operation, turn.lang) for wish in wishes)
        lines.append("• " + turn.say("说过的要求：" + "、".join(named), "what you asked for: " + ", ".join(named)))
    if len(lines) == 1:
        lines.append(turn.say("• 口味：还没有记录", "• taste: nothing yet"))
    lines.append(turn.say("• 和你的对话，以及你给回复点的赞和踩", "• our conversations, and your thumbs up and down"))
    return lines


def to_forget(operations: Iterable[Operation]) -> list[Operation]:
    """Those that take one thing back: a work and all that was said of it, or what was said of a genre or a person."""
    return [op for op in operations if op.op == "reset" and op.ids]


def forgetting(turn: Turn, engines: Engines) -> Reply | None:
    """「忘掉《星际穿越》」, "forget what I said about horror": done and said back; ``None`` when nothing is named."""
    listed = [item for item in turn.listed if item in engines.graph]
    named = to_forget(engines.reader.parse(turn.text, shown=listed))
    return forget(named, turn, engines) if named else None


def forget(named: Iterable[Operation], turn: Turn, engines: Engines) -> Reply:
    """Takes these back, here and in the store, and says what is still kept."""
    named = list(named)
    before = taste.recall(turn, engines.audience, engines.graph)
    taste.record(named, turn, engines.audience)
    state = before.apply(named)
    prefs = taste.keep(state, turn, engines.audience)
    names = dict.fromkeys(
        phrases.title(engines.graph, id_, turn.lang) if op.facet == "item" else name(engines.graph, id_, turn.lang)
        for op in named
        for id_ in op.ids
        if id_ in engines.graph
    )
    listing = phrases.joined(list(names), turn.lang)
    words = turn.say(f"好，关于{listing}的都忘掉了。", f"Done, I've forgotten what you told me about {listing}.")
    since = replace(turn, prefs=prefs)
    offered = forgettable(since, engines)
    parts = [text("\n".join([words, *known(since, engines)])), *([quick_replies(offered)] if offered else [])]
    return Reply(parts, {"prefs": prefs})


def forgettable(turn: Turn, engines: Engines) -> list[str]:
    """What can be said to take back the latest of what is kept; only what will be understood."""
    graph = engines.graph
    told = list(_latest(engines.audience.export(turn.user)["events"]))
    wanted = [Operation("reset", "item", work) for work in told if work in graph]
    for wish in reversed(taste.recall(turn, engines.audience, graph).wishes):
        op = wish.operation
        wanted += [Operation("reset", op.facet, id_) for id_ in op.ids[:1] if id_ in graph]
    offered: list[str] = []
    for op in dict.fromkeys(wanted):
        named = graph.entity(op.ids[0]).label(turn.lang)
        if op.facet == "item":
            said = [turn.say(f"忘掉《{named}》", f"Forget “{named}”")]
        else:
            said = [
                turn.say(f"忘掉关于{named}{kind}的要求", f"Forget what I said about {named}") for kind in ("", "片")
            ]
        for words in said:
            if op in engines.reader.parse(words).operations and len(offered) < FORGET_OFFERED:
                offered.append(words)
                break
    return offered


def _latest(events: list[dict[str, Any]]) -> dict[str, str]:
    """Work → ``liked watched refused``, by what was last said or done, newest first."""
    found: dict[str, str] = {}
    for event in reversed(events):
        felt = preference(event["kind"], event["value"])
        spoken = event["kind"] in ("feedback", "rating")
        found.setdefault(event["item"], "watched" if not spoken else "liked" if felt > 0 else "refused")
    return found


def everything(user: str, engines: Engines) -> dict[str, Any]:
    """Everything the actions keep of a viewer, as JSON."""
    return {
        **engines.audience.export(user),
        "drafts": engines.drafts.export(user),
        "orders": engines.drafts.orders(user),
    }


def erase(user: str, engines: Engines) -> None:
    """Erases a viewer here, and from what the recommender has learnt: at once, or with its next training."""
    engines.audience.erase(user)
    engines.drafts.erase(user)
    try:
        # The models lie beside the store; what was replaced there is taken up within seconds.
        left = erasure.erase(engines.audience.path.parent / "models" / "recsys", user)
    except (OSError, ValueError):  # the viewer is erased from the store, so the next training will not know them
        logger.exception("the recommender still knows somebody who was erased; train it again")
    else:
        if left == "next":
            logger.warning("the recommender knows somebody who was erased until it is trained again (yuban train)")


class DataExport(YubanAction):
    action = "action_data_export"

    async def reply(self, turn: Turn) -> Reply:
        words = turn.say(
            "点下面就能下载你的全部数据（JSON）：对话、评价和口味记录。",
            "Here is everything we hold about you, as JSON: conversations, ratings and taste.",
        )
        file = {
            "type": "file",
            "url": "/v1/me/export",
            "name": "yuban-my-data.json",
            "mime": "application/json",
            "size": None,
        }
        return Reply([text(words), file])


class DataDelete(YubanAction):
    """Asks once, then erases: taste here, the conversation at the gateway."""

    action = "action_data_delete"

    async def reply(self, turn: Turn) -> Reply:
        if reply := await call(forgetting, turn, current()):  # 「删掉」 of one thing, not of everything
            return reply
        if turn.text.lower().strip("。.!！ ") not in CONFIRMATIONS:
            words = turn.say(
                "删除后，对话、评价和口味记录都无法恢复。确定要删吗？",
                "This erases your conversations, ratings and taste for good. Are you sure?",
            )
            choices = ("确认删除", "不删了") if turn.zh else ("Confirm deletion", "Keep my data")
            return Reply([text(words), quick_replies(choices)])
        await call(erase, turn.user, current())
        words = turn.say("已经全部删除。", "Done. Everything has been erased.")
        forgotten = dict.fromkeys(("focus", "listed", "prefs", "asked", "writing"))
        return Reply([text(words), {"type": "control", "op": "erase"}], forgotten)


ACTIONS = [DataShow, DataExport, DataDelete]
