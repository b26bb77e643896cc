"""What the gateway itself says in a conversation, in both languages. Refusals are in `errors`."""

from __future__ import annotations

_WORDS = {
    "rasa_down": (
        "后台暂时连不上。你的消息已经留下来了，过一会儿再试一次就好。",
        "I can't reach the service right now. Your message is saved; give it a moment and try again.",
    ),
    "rasa_slow": (
        "这次想得太久，还没有结果。请再试一次，或者换个简短点的说法。",
        "That took too long and I don't have an answer yet. Try again, or put it more briefly.",
    ),
    "rasa_failed": (
        "刚才出了点问题，没能回答上来。请再试一次。",
        "Something went wrong and I couldn't answer. Please try again.",
    ),
    "rasa_empty": (
        "这个我没能答上来。换个说法再问我一次吧。",
        "I don't have an answer for that one. Could you put it another way?",
    ),
    "try_again": ("再试一次", "Try again"),
    "done": ("好的。", "Done."),
    "not_showable": ("（这里有一条无法显示的内容）", "(There's something here that can't be shown.)"),
    "erased": (
        "你的对话和个人数据已经删除。再发消息就是全新的开始。",
        "Your conversations and personal data are deleted. Your next message starts afresh.",
    ),
    "handoff_waiting": (
        "正在为你转接人工客服，请稍候。",
        "I'm passing you to a member of our team. Please hold on.",
    ),
    "handoff_relayed_waiting": (
        "收到，客服接入后就能看到。不想等的话，发“返回”就能继续和我聊。",
        "Got it. Our team will see this as soon as someone joins. If you'd rather not wait, say “back to the bot”.",
    ),
    "handoff_relayed_joined": (
        "已发给客服。发“返回”可以结束人工服务。",
        "Sent to our team. Say “back to the bot” to end the chat with them.",
    ),
    "handoff_joined": ("人工客服已接入。", "A member of our team has joined."),
    "handoff_left": (
        "好的，人工服务已结束，接下来还是我陪你。",
        "All right, you're back with me.",
    ),
    "handoff_resolved": (
        "人工服务已结束，接下来还是我陪你。还有什么想问的，直接说就行。",
        "Our team has closed this chat, and you're back with me. Ask away if there's anything else.",
    ),
    "handoff_unavailable": (
        "现在没有人工客服在线，很抱歉。你可以把情况再说具体一点，我来试着解决。",
        "I'm sorry, there's nobody on our team to pass you to right now. Tell me a bit more and I'll do my best.",
    ),
    "greeting": (
        "你好，我是娱伴。找片、查资料、写文案，或者播放和账号出了问题，都可以直接跟我说，中文英文都行。",
        "Hi, I'm Yuban. I can find you something to watch or hear, answer questions about it, write copy for a title, "
        "or help when something isn't working. Chinese or English, as you like.",
    ),
}

_OPENERS = {
    "zh": ("《流浪地球》是谁导演的", "推荐一部轻松的科幻片", "给《星际穿越》写一篇小红书文案", "播放总是卡"),
    "en": ("Who directed Interstellar?", "Recommend a light sci-fi film", "Write an Instagram post for Interstellar",
           "The video keeps buffering"),
}  # fmt: skip


def say(key: str, lang: str) -> str:
    """The words for `key` in "zh" or "en"."""
    zh, en = _WORDS[key]
    return zh if lang == "zh" else en


def openers(lang: str) -> tuple[str, ...]:
    """First things to say, offered under the greeting; each is plain text a user could type."""
    return _OPENERS["zh" if lang == "zh" else "en"]
