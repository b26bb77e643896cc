"""What we know of a viewer, theirs to see, take away and erase."""

from __future__ import annotations

from actions.base import YubanAction
from actions.engines import call, current
from actions.reply import Reply, name, quick_replies, text
from actions.turn import Turn

SHOWN = 8
CONFIRMATIONS = ("确认删除", "confirm deletion")


class DataShow(YubanAction):
    action = "action_data_show"

    async def reply(self, turn: Turn) -> Reply:
        engines = current()
        graph = engines.catalogue.graph
        history = await call(engines.audience.history, turn.user)
        liked = [name(graph, item, turn.lang) for item, value in reversed(history) if value > 0][:SHOWN]
        disliked = [name(graph, item, turn.lang) for item, value in reversed(history) if value <= 0][:SHOWN]
        lines = [turn.say("关于你，我记着这些：", "This is what I keep about you:")]
        if liked:
            lines.append(turn.say(f"• 喜欢或看过：{'、'.join(liked)}", f"• liked or watched: {', '.join(liked)}"))
        if disliked:
            lines.append(turn.say(f"• 不感兴趣：{'、'.join(disliked)}", f"• not for you: {', '.join(disliked)}"))
        if not history:
            lines.append(turn.say("• 口味：还没有记录", "• taste: nothing yet"))
        lines.append(turn.say("• 这段对话本身，30 天不用会自动清除", "• this conversation, deleted after 30 days without use"))
        choices = ("导出我的数据", "删除我的数据") if turn.zh else ("Export my data", "Delete my data")
        return Reply([text("\n".join(lines)), quick_replies(choices)])


class DataExport(YubanAction):
    action = "action_data_export"

    async def reply(self, turn: Turn) -> Reply:
        words = turn.say("点下面就能下载你的全部数据（JSON）：对话、评价和口味记录。", "Here is everything we hold about you, as JSON: conversations, ratings and taste.")
        file = {"type": "file", "url": "/v1/me/export", "name": "yuban-my-data.json", "mime": "application/json", "size": None}
        return Reply([text(words), file])


class DataDelete(YubanAction):
    """Asks once, then erases: taste here, the conversation at the gateway."""

    action = "action_data_delete"

    async def reply(self, turn: Turn) -> Reply:
        if turn.text.lower().strip("。.!！ ") not in CONFIRMATIONS:
            words = turn.say("删除后，对话、评价和口味记录都无法恢复。确定要删吗？", "This erases your conversations, ratings and taste for good. Are you sure?")
            choices = ("确认删除", "不删了") if turn.zh else ("Confirm deletion", "Keep my data")
            return Reply([text(words), quick_replies(choices)])
        await call(current().audience.erase, turn.user)
        words = turn.say("已经全部删除。", "Done. Everything has been erased.")
        forgotten = {"focus": None, "listed": None, "prefs": None}
        return Reply([text(words), {"type": "control", "op": "erase"}], forgotten)


ACTIONS = [DataShow, DataExport, DataDelete]
