"""A conversation for the person who takes over: what is wanted, what was tried, what is still open, in what mood.

Every statement is a quote of a turn; only the frame around the quotes is ours, so the note cannot say what nobody said. It is
written in the language of whoever reads it, the quotes stay as they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from generation.briefs import LANGUAGES, BriefError, clean
from generation.text.extract import likeness, sentences, textrank
from knowledge.sentiment.lexicon import default_lexicon
from knowledge.text import tokens

__all__ = ["ConversationSummary", "Tried", "Turn", "summarise_conversation"]

ROLES = ("user", "assistant", "agent")
Reader = Callable[[str], Mapping[str, float]]
_LAST = 200  # turns that are read; what matters to whoever takes over is recent
_QUOTE = 80  # characters of a quote
_TRIED = 4
_MANY = 5

_HANDOVER = re.compile(
    r"(?:我要|我想|请|麻烦|帮我|给我|能不能|可以)*(?:转|找|接|叫|换)(?:一?个|到|接)*(?:人工|真人|客服)(?:客服|服务)?|人工(?:客服|服务)?|真人客服"
    r"|(?:(?:please|can|could|i|you|want|need|to|me|let|get|give|would|like|just)\s+)*(?:speak|talk|transfer|connect|chat)?\s*(?:me\s+)?"
    r"(?:to|with)?\s*(?:an?\s+|the\s+)?(?:real\s+|live\s+|human\s+)?(?:human|person|agent|representative|operator)\b(?: please)?",
    re.I,
)
_FILLER = re.compile(
    r"^(?:你好|您好|在吗|谢谢\w{0,2}|多谢|好的?|嗯+|哦+|是的?|不是|对的?|没有|不用了?|可以|行|继续|返回|知道了|明白了?|hi|hello|hey|thanks?|"
    r"thank you|ok(?:ay)?|yes|yeah|no|sure|go on|never ?mind|got it|great)[\s,，。.!！~～]*$",
    re.I,
)
_FAILED = re.compile(
    r"还是(?:不|没|一样|老样子|这样)|没(?:有)?用|不管用|没(?:有)?解决|没(?:有)?效果|仍然|依然|^不行|试(?:过|了).{0,6}(?:不|没)|"
    r"still|(?:did|does)(?: not|n['’]t) (?:work|help)|not working|no luck|same (?:problem|thing|error)|no difference",
    re.I,
)
_WORKED = re.compile(
    r"(?<!不)好了|可以了|(?<!没)解决了|恢复了|搞定|works? now|(?<!not )fixed|that (?:worked|helped|did it)|it['’]s working",
    re.I,
)
_REQUEST = re.compile(
    r"想|要|帮|求|怎么|如何|为什么|无法|不能|不了|打不开|失败|报错|退款|退钱|取消|推荐|多少|哪|问题|卡|转圈|闪退|黑屏|扣|重复|收不到|"
    r"want|need|help|can(?:not|['’]t)|how|why|refund|cancel|error|fail|unable|won['’]t|does(?:n['’]t| not)|recommend|looking for|"
    r"charged|broken|crash|stuck|freez|buffer|problem|issue",
    re.I,
)
_ADVICE = re.compile(
    r"试试|试一?下|尝试|请(?:先)?(?:检查|重启|更新|退出|打开|确认|切换|清理|清除|关闭|卸载|重新)|重启|重新(?:登录|安装|启动)|清理缓存|更新到|"
    r"\b(?:try|restart|reinstall|update|sign out|log out|clear|switch|make sure|check (?:that|whether|if|your|the)|turn (?:off|on))\b",
    re.I,
)
_OWN = re.compile(
    r"(?:已经|都|也)?(?:重启|重装|试|更新|清理|重新登录|退出|换)\w{0,6}过|已经(?:重启|重装|更新|清理|试)|"
    r"i(?:['’]ve| have)? (?:already |just )?(?:tried|restarted|reinstalled|updated|cleared|checked|switched)",
    re.I,
)
_QUESTION = re.compile(
    r"[?？]\s*$|[吗呢]\s*[。！!]*$|怎么|为什么|什么时候|多少|能不能|可不可以|是不是|哪[个里些天]|"
    r"^(?:what|why|how|when|where|who|which|can|could|do|does|is|are|will)\b",
    re.I,
)
_BLAME = re.compile(
    r"气死|垃圾|骗|投诉|烦|受够|太差|第[三四五六七八九十]次|怎么回事|ridiculous|useless|complain|fed up|third time|waste",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message: ``role`` is user, assistant (the bot) or agent (a person)."""

    role: str
    text: str

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise BriefError(f"role: {self.role!r} is not one of {', '.join(ROLES)}")


@dataclass(frozen=True, slots=True)
class Tried:
    """Something that was tried; ``worked`` is what the user said of it, ``None`` when nothing."""

    text: str
    worked: bool | None


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """What a person needs who takes over; all texts are quotes. ``mood`` is upset, displeased, pleased or calm."""

    wants: tuple[str, ...]
    tried: tuple[Tried, ...]
    open: str
    mood: str

    def text(self, lang: str, *, most: int = 500) -> str:
        """The note in ``zh`` or ``en``, one line each; at most ``most`` characters, the last lines cut first.

        Raises:
            BriefError: another language.
        """
        if lang not in LANGUAGES:
            raise BriefError(f"lang: {lang!r} is not one of {', '.join(LANGUAGES)}")
        words = _WORDS[lang]
        join = "；" if lang == "zh" else "; "
        lines = [words["wants"] + (join.join(f"“{want}”" for want in self.wants) or words["unsaid"])]
        lines.append(words["mood"] + words[self.mood])
        if self.open:
            lines.append(words["open"] + f"“{self.open}”")
        if self.tried:
            outcome = {None: "", True: words["worked"], False: words["failed"]}
            lines.append(words["tried"] + join.join(f"“{step.text}”{outcome[step.worked]}" for step in self.tried))
        note = "\n".join(lines)
        return note if len(note) <= most else note[: most - 1] + "…"


_WORDS = {
    "zh": {
        "wants": "用户想要：", "unsaid": "还没说明", "tried": "已尝试：", "worked": "（有效）", "failed": "（没解决）", "open": "待回答：",
        "mood": "情绪：", "upset": "生气", "displeased": "不满", "pleased": "满意", "calm": "平静",
    },
    "en": {
        "wants": "The user wants: ", "unsaid": "not said yet", "tried": "Tried: ", "worked": " (worked)",
        "failed": " (did not help)", "open": "Still open: ", "mood": "Mood: ", "upset": "upset",
        "displeased": "displeased", "pleased": "pleased", "calm": "calm",
    },
}  # fmt: skip


def summarise_conversation(turns: Sequence[Turn], *, read: Reader | None = None) -> ConversationSummary:
    """What was said, for whoever takes over; of a long conversation the last 200 turns are read.

    Args:
        turns: oldest first, in either language.
        read: text → share of ``positive`` and ``negative``; the lexicon of :mod:`knowledge.sentiment` without one.
    """
    said = [Turn(turn.role, clean(turn.text)) for turn in turns[-_LAST:]]
    said = [turn for turn in said if turn.text]
    solid = [i for i, turn in enumerate(said) if turn.role == "user" and _substance(turn.text)]
    wants = _wants([said[i].text for i in solid])
    still = _open(said)
    return ConversationSummary(
        tuple(_cut(want) for want in wants),
        tuple(_tried(said)),
        "" if still in wants else _cut(still),
        _mood([turn.text for turn in said if turn.role == "user"], read or default_lexicon().polarity),
    )


def _cut(text: str, most: int = _QUOTE) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _substance(text: str) -> bool:
    """Whether a user's turn says something about the matter: no greeting, no bare call for a person, no bare complaint."""
    if _FILLER.match(text):
        return False
    rest = _HANDOVER.sub("", text)
    if rest != text and len(tokens(rest)) < 3:
        return False
    if _WORKED.search(text) or _OWN.search(text) or (len(tokens(text)) < 4 and not _REQUEST.search(text)):
        return False
    return not (_FAILED.search(text) and (len(tokens(text)) <= 5 or _BLAME.search(text)))


def _wants(texts: Sequence[str]) -> list[str]:
    """The request that the others are about, and the last one where it is about something else."""
    if not texts:
        return []
    rows = [tokens(text) or [text] for text in texts]
    close = likeness(rows) if len(rows) > 1 else np.zeros((1, 1), np.float32)
    # Of a handful of turns, likeness says little: two may share no more than a "not".
    central = textrank(close) * len(rows) / 2 if len(rows) >= _MANY else np.zeros(len(rows), np.float32)
    asks = np.array([bool(_REQUEST.search(text)) for text in texts], np.float32)
    enough = np.array([min(len(row), 12) / 12 for row in rows], np.float32)
    early = np.linspace(0.5, 0, len(rows), dtype=np.float32)
    main = int(np.argmax(central + asks + enough + early))
    last = max((i for i in range(len(rows)) if asks[i]), default=main)
    another = last > main and close[main, last] < 0.3 * close.max(initial=1.0) and enough[last] > 0.3
    return [texts[main], texts[last]] if another else [texts[main]]


def _tried(said: Sequence[Turn]) -> list[Tried]:
    found: list[Tried] = []
    for i, turn in enumerate(said):
        if turn.role == "user":
            own = next((s for s in sentences(turn.text) if _OWN.search(s)), "")
            if own:
                found.append(Tried(_cut(own), False if _FAILED.search(turn.text) else None))
            continue
        advice = next((s for s in sentences(turn.text) if _ADVICE.search(s)), "")
        if advice:
            answer = next((later.text for later in said[i + 1 :] if later.role == "user"), "")
            outcome = True if _WORKED.search(answer) else False if _FAILED.search(answer) else None
            found.append(Tried(_cut(advice), outcome))
    return list({step.text: step for step in found}.values())[-_TRIED:]


def _open(said: Sequence[Turn]) -> str:
    """The user's last question unless it was settled, else the last question put to the user that got no answer."""
    for i in range(len(said) - 1, -1, -1):
        turn = said[i]
        if turn.role == "user":
            if _WORKED.search(turn.text):
                return ""
            if _substance(turn.text) and _QUESTION.search(turn.text):
                return turn.text
    for i in range(len(said) - 1, -1, -1):
        if said[i].role == "user" and _substance(said[i].text):
            return ""
        if said[i].role != "user" and _QUESTION.search(said[i].text):
            return next((s for s in reversed(sentences(said[i].text)) if _QUESTION.search(s)), said[i].text)
    return ""


def _mood(texts: Sequence[str], read: Reader) -> str:
    """Of the last five user turns, the later the weightier."""
    recent = texts[-5:]
    if not recent:
        return "calm"
    weights = np.arange(1, len(recent) + 1, dtype=np.float32)
    weights /= weights.sum()
    shares = [read(text) for text in recent]
    blame = float(sum(w * s.get("negative", 0.0) for w, s in zip(weights, shares, strict=True)))
    praise = float(sum(w * s.get("positive", 0.0) for w, s in zip(weights, shares, strict=True)))
    loud = sum(len(_BLAME.findall(text)) + (text.count("!") + text.count("！") >= 2) for text in recent)
    failed = sum(bool(_FAILED.search(text)) for text in recent)
    if loud >= 2 or (loud and blame > 0.3):
        return "upset"
    if loud or blame > max(0.2, praise) or failed >= 2:
        return "displeased"
    return "pleased" if praise > 0.3 else "calm"
