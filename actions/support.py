"""Customer service: frequent questions, complaints, a human, help, and what to do when nothing was understood."""

from __future__ import annotations

import json

from actions.ask import answered, ask, best
from actions.base import YubanAction
from actions.engines import Engines, call, current
from actions.examples import examples, human_help
from actions.reply import Reply, name, quick_replies, text
from actions.revise import draft_first
from actions.tone import opened
from actions.turn import Turn
from generation.summary_conversation import Turn as Said
from generation.summary_conversation import summarise_conversation
from knowledge.diagnosis import MATCH
from recsys import phrases

OFFERED_INTENTS = 3
SUMMARY_LENGTH = 500  # characters an operator reads at a glance

# What each intent is called when we ask "did you mean …": from the user's point of view.
MEANINGS = {
    "ask": ("查影片、剧集、音乐或人物的信息", "look something up about a title or a person"),
    "compare": ("比较两部作品", "compare two titles"),
    "list": ("按条件找作品", "find titles that fit some conditions"),
    "recommend": ("给我推荐点什么", "get a recommendation"),
    "critique": ("调整刚才的推荐", "change what was recommended"),
    "feedback": ("说说对某部作品的看法", "say what I think of a title"),
    "create_script": ("写一段剧本", "have a script written"),
    "create_ad": ("写一条宣传文案", "have ad copy written"),
    "create_summary": ("要一段简介或总结", "get a summary"),
    "revise": ("改一改刚写的稿子", "change what was just written"),
    "faq": ("会员、付款、退款之类的问题", "ask about membership, billing or refunds"),
    "troubleshoot": ("解决播放或使用上的故障", "fix a technical problem"),
    "complain": ("投诉或提意见", "make a complaint"),
    "human": ("转人工客服", "talk to a person"),
    "data_show": ("看看你们存了我的哪些数据", "see what you know about me"),
    "data_export": ("导出我的数据", "export my data"),
    "data_delete": ("删除我的数据", "delete my data"),
    "switch_language": ("换一种语言", "switch language"),
    "help": ("看看你能做什么", "see what you can do"),
}


class Faq(YubanAction):
    """How the service works; or the catalogue, if that is what it was about after all."""

    action = "action_faq"

    async def reply(self, turn: Turn) -> Reply:
        if reply := await draft_first(turn):
            return reply
        return await call(helped, turn, current())


class Complain(YubanAction):
    """Takes the complaint seriously before anything else: a person, and what may help at once."""

    action = "action_complain"

    async def reply(self, turn: Turn) -> Reply:
        words = turn.say(
            "给你添麻烦了，非常抱歉。要现在就转人工吗？这段对话会一起转过去，不用重说。"
            "也可以先看看下面有没有能马上解决的。",
            "I'm sorry about that; you shouldn't have to deal with it. Shall I get you a person? They'll see this "
            "chat, so you won't have to repeat yourself. Or one of these may help right away.",
        )
        helpful = await call(remedies, turn, current())
        return Reply([text(words), quick_replies([human_help(turn), *helpful])])


def helped(turn: Turn, engines: Engines) -> Reply:
    """The answer, after a word to someone who is upset."""
    return opened(answered(turn, engines), turn, engines)


def remedies(turn: Turn, engines: Engines) -> list[str]:
    """What may help with a complaint, as things to type: the guide or the frequent question that it resembles."""
    complaint = turn.text.replace("投诉", "")  # no symptom, but close to 投屏
    for problem, score in engines.troubleshooter.match(complaint)[:1]:
        if score >= MATCH and turn.lang in problem.title:
            return [problem.title[turn.lang]]
    answer = ask(turn, engines)
    if answer.kind == "faq":
        entries = [entry for entry in engines.catalogue.faq if entry.id in answer.about and turn.lang in entry.question]
        return [entry.question[turn.lang] for entry in entries]
    if answer.kind == "clarify" and not answer.about:  # frequent questions it may have meant
        return [suggestion.text for suggestion in answer.suggestions]
    return [turn.say("播放出了问题", "I have a playback problem"), turn.say("怎么申请退款", "How do I get a refund?")]


class Human(YubanAction):
    """Opens a handoff; the gateway takes the conversation to the operators' inbox."""

    action = "action_human"

    async def reply(self, turn: Turn) -> Reply:
        graph = current().graph
        topic = phrases.joined(
            [name(graph, entity, turn.lang) for entity in turn.focus[:3] if entity in graph], turn.lang
        )
        about = turn.say(f"\n刚才在聊：{topic}", f"\nTalking about: {topic}") if topic else ""
        summary = await call(note, turn, SUMMARY_LENGTH - len(about)) + about
        words = turn.say(
            "好的，正在为你转接人工客服，前面的对话会一并转过去，不用重复说明。等待时想回来找我，说“返回”就行。",
            "Sure, I'm getting a person for you. They'll see our chat, so you won't have to repeat yourself. To come "
            "back to me while you wait, just say “back to the bot”.",
        )
        return Reply([{"type": "handoff", "state": "waiting", "text": words, "summary": summary}])


def note(turn: Turn, most: int = SUMMARY_LENGTH) -> str:
    """The conversation for the person who takes over: what is wanted, the mood, what is open, what was tried."""
    said = turn.history or (("user", turn.text),)
    return summarise_conversation([Said(role, words) for role, words in said]).text(turn.lang, most=most)


class Help(YubanAction):
    action = "action_help"

    async def reply(self, turn: Turn) -> Reply:
        words = turn.say(
            "我可以：\n"
            "• 回答影视、音乐、演出和主创的问题\n"
            "• 按你的口味推荐，不合适就说“更轻松一点”“不要恐怖片”，我马上换\n"
            "• 写剧本、宣传文案和简介\n"
            "• 排查播放、登录、支付等故障，解答会员和票务问题\n"
            "• 转人工客服\n"
            "试试：",
            "I can:\n"
            "• answer questions about films, series, music, shows and the people behind them\n"
            "• recommend things you'd like; say “lighter” or “not horror” and I'll adjust\n"
            "• write scripts, ad copy and summaries\n"
            "• fix playback, login and payment trouble, and answer questions about membership and tickets\n"
            "• get you a person\n"
            "Try:",
        )
        return Reply([text(words), quick_replies(examples(turn))])


class OutOfScope(YubanAction):
    action = "action_out_of_scope"

    async def reply(self, turn: Turn) -> Reply:
        if reply := await draft_first(turn) or await call(best, turn, current()):
            return reply
        words = turn.say(
            "这个我帮不上忙，我只懂影视、音乐、演出和本平台的使用问题。可以试试这样问我：",
            "That's outside what I know: I'm about films, series, music, shows and this platform. You could try:",
        )
        return opened(Reply([text(words), quick_replies(examples(turn))]), turn, current())


class Stop(YubanAction):
    action = "action_stop"

    async def reply(self, turn: Turn) -> Reply:
        cleared = {"create_about": None, "create_channel": None, "diagnosis": None, "diagnosis_result": None}
        words = turn.say(
            "好，先不弄这个了。还想做点什么？", "All right, we'll leave that. What would you like to do instead?"
        )
        return Reply([text(words), quick_replies(examples(turn, 3))], cleared)


class SwitchLanguage(YubanAction):
    """Answers in the other language from now on, whichever the user writes."""

    action = "action_switch_language"

    async def reply(self, turn: Turn) -> Reply:
        lang = wanted_language(turn)
        words = "好的，接下来我用中文回答。" if lang == "zh" else "Sure, I'll answer in English from now on."
        return Reply([{"type": "control", "op": "language", "lang": lang}, text(words)], {"lang": lang})


def wanted_language(turn: Turn) -> str:
    """The language named in the request; without a name, the other one."""
    folded = turn.text.lower()
    if any(word in folded for word in ("english", "英文", "英语", "英語")):
        return "en"
    if any(word in folded for word in ("chinese", "mandarin", "中文", "汉语", "漢語", "普通话", "國語", "国语")):
        return "zh"
    return "en" if turn.zh else "zh"


class AskAffirmation(YubanAction):
    """Two-stage fallback, first stage: an answer if the engines have a sure one, else "did you want to …?"."""

    action = "action_default_ask_affirmation"

    async def reply(self, turn: Turn) -> Reply:
        if reply := await draft_first(turn) or await call(best, turn, current()):
            return reply
        likely = [intent for intent, _ in turn.intents if intent in MEANINGS][:OFFERED_INTENTS] or [
            "ask",
            "recommend",
            "help",
        ]
        choices = [(turn.say(*MEANINGS[intent]), payload(intent, turn.text)) for intent in likely]
        choices.append((turn.say("都不是", "None of these"), "/out_of_scope"))
        return Reply(
            [quick_replies(choices, turn.say("我没太听明白，你是想……", "I'm not sure I got that. Did you want to …"))]
        )


def payload(intent: str, said: str) -> str:
    """Rasa's form of a pressed button, carrying the words it stands for."""
    return f"/{intent}{json.dumps({'said': said[:500]}, ensure_ascii=False)}"


class AskRephrase(YubanAction):
    action = "action_default_ask_rephrase"

    async def reply(self, turn: Turn) -> Reply:
        words = turn.say(
            "那换个说法告诉我吧，比如作品名加上想知道的事。",
            "Could you put it another way? A title and what you'd like to know works well.",
        )
        return Reply([text(words), quick_replies(examples(turn, 3))])


class Fallback(YubanAction):
    """Two-stage fallback, last stage: the best the engines have, then a person."""

    action = "action_default_fallback"

    async def reply(self, turn: Turn) -> Reply:
        if reply := await draft_first(turn) or await call(best, turn, current()):
            return reply
        words = turn.say(
            "这个我还是没弄懂，不耽误你时间：可以转人工，也可以试试下面这些。",
            "I still don't get it, and I don't want to waste your time. I can get you a person, or try one of these.",
        )
        return opened(Reply([text(words), quick_replies([human_help(turn), *examples(turn, 3)])]), turn, current())


ACTIONS = [Faq, Complain, Human, Help, OutOfScope, Stop, SwitchLanguage, AskAffirmation, AskRephrase, Fallback]
