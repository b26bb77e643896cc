"""Changes to what was written: another tone, a choice among candidates, words replaced by hand, a file to take away."""

from __future__ import annotations

import re
from dataclasses import dataclass

from actions.change import Change, read_change
from actions.create import begin
from actions.drafts import Saved
from actions.edits import afterwards, replaced, rewritten, story_of
from actions.engines import Engines, call, current
from actions.files import FORMATS, TITLES, file_part
from actions.reply import Reply, quick_replies, text
from actions.turn import Turn
from actions.writing import USUAL, Order, changed

OPPOSITE = {"playful": "formal", "warm": "punchy", "literary": "punchy", "formal": "playful", "punchy": "warm"}
_ELSEWHERE = re.compile(
    r"推荐|有没有|有什么|哪|谁|什么|怎么|为什么|想看|想听|好看|好听|[？?]|"
    r"\b(?:recommend|suggest|who|whose|what|which|where|when|why|how|films?|movies?|shows?|series|songs?|albums?|something|"
    r"anything|watch|listen|hear)\b"
)
STEP = 0.25  # by how much "more" and "less" move the intensity of an emotion, 0..1
MOODS = {
    "playful": ("活泼", "more playful"),
    "warm": ("温情", "warmer"),
    "literary": ("文艺", "more literary"),
    "formal": ("正式", "more formal"),
    "punchy": ("有力", "punchier"),
    "touching": ("感人", "more touching"),
    "joy": ("欢快", "more cheerful"),
    "sadness": ("伤感", "sadder"),
    "anger": ("愤怒", "angrier"),
    "fear": ("紧张", "tenser"),
    "surprise": ("出人意料", "more surprising"),
    "neutral": ("平实", "plainer"),
}
PLAIN = {
    **{name: words.removeprefix("more ") for name, (_, words) in MOODS.items()},
    "warm": "warm", "punchy": "punchy", "sadness": "sad", "anger": "angry", "fear": "scary", "neutral": "plain",
}  # fmt: skip


@dataclass(frozen=True)
class Again:
    """What is to be written anew, and what to say meanwhile."""

    order: Order
    words: str
    after: str
    """Id of the order that this one changes."""


async def draft_first(turn: Turn, *, certain: bool = False) -> Reply | None:
    """The reply to a change of what was last written; ``None`` when nothing was, or when this asks for none.

    Unless it is ``certain`` that something is to be changed, a question, or words about films to watch, are not about
    the draft.
    """
    if not turn.slots.get("writing") or not (certain or _about_a_draft(turn)):
        return None
    engines = current()
    found = await call(revised, turn, engines)
    if not isinstance(found, Again):
        return found
    await call(engines.drafts.continue_with, turn.user, found.after, found.order.to_json())
    return begin(found.order, turn, engines, {}, found.words)


def _about_a_draft(turn: Turn) -> bool:
    words = len(turn.text) / 3 if turn.zh else len(turn.text.split())
    return words <= 9 and not _ELSEWHERE.search(turn.text.lower())


def revised(turn: Turn, engines: Engines) -> Reply | Again | None:
    """What comes of a message about the draft; ``None`` when there is no draft, or it asks for no change."""
    order = Order.from_json(turn.slots.get("writing"))
    if order is None:
        return None
    # After a message that Rasa did not understand, it takes back the slots that were set in answer.
    order = Order.from_json(engines.drafts.continued(turn.user, order.id)) or order
    channels = tuple(engines.catalogue.vocabulary.channels.values())
    drafts = engines.drafts.of(turn.user, order.id)
    target = _target(drafts, 0)
    change = read_change(turn.text, channels, current=target.text if target else "")
    if not change:
        return None
    if target is None:
        return Reply([text(turn.say("还在写，写好了马上给你。", "Still writing. You'll have it in a moment."))])
    if change.pick:
        picked = _target(drafts, change.pick)
        if picked is None:
            return Reply([text(_no_such(len(drafts), turn))])
        target = picked
        engines.drafts.choose(turn.user, order.id, target.id)
    if change.keep:
        engines.drafts.choose(turn.user, order.id, target.id)
    if change.replace:
        return replaced(target, change.replace, turn, engines)
    if change.export:
        return exported(target, change.export, turn)
    story = story_of(target)
    if story and (change.scene or ((change.tone or change.emotion or change.size) and not change.lang)):
        return rewritten(story, change, order, target, turn, engines)
    if not change.rewrites:
        return taken(target, drafts, turn)
    return Again(_reordered(order, change, target), _announced(change, turn), order.id)


def _target(drafts: list[Saved], pick: int) -> Saved | None:
    """The draft a change is about: the one counted, else the one chosen, else the best, which is shown first."""
    if pick:
        place = pick - 1 if pick > 0 else len(drafts) - 1
        return drafts[place] if 0 <= place < len(drafts) else None
    return next((saved for saved in drafts if saved.chosen), drafts[0] if drafts else None)


def _no_such(count: int, turn: Turn) -> str:
    return turn.say(
        f"这次一共写了{count}版。", f"There {'is 1 version' if count == 1 else f'are {count} versions'} this time."
    )


def exported(target: Saved, format_: str, turn: Turn) -> Reply:
    """The file, or which formats there are."""
    formats = FORMATS[target.kind]
    if format_ not in formats:
        known = turn.say("、", ", ").join(TITLES[name] for name in formats)
        if format_ == "?":
            words = turn.say("导出成哪种格式？", "Which format?")
        else:
            words = turn.say(
                f"这个不能导出成 {TITLES[format_]}，可以选 {known}。",
                f"{TITLES[format_]} doesn't fit this text. I can do {known}.",
            )
        choices = [turn.say(f"导出{TITLES[name]}", f"Export as {TITLES[name]}") for name in formats]
        return Reply([quick_replies(choices, words)])
    words = turn.say(
        "点下面下载。文件里带有“AI 生成”标识，发布时请保留。",
        "Here it is. The file carries the AI-generated label; please keep it when you publish.",
    )
    return Reply([text(words), file_part(target, format_)])


def taken(target: Saved, drafts: list[Saved], turn: Turn) -> Reply:
    place = [saved.id for saved in drafts].index(target.id) + 1
    words = turn.say(f"好，就用第{place}版。", f"Version {place} it is.")
    return Reply([text(words), quick_replies(afterwards(target, turn))])


def _reordered(order: Order, change: Change, target: Saved) -> Order:
    """The order with the change in it, as a new order: what is counted from here on are its drafts."""
    about = order.about
    tone, emotion = change.tone, change.emotion
    if change.stronger < 0:
        tone = OPPOSITE[tone] if tone else None
        emotion = "neutral" if emotion else None
    if change.stronger and not emotion and not tone:
        emotion = order.emotion
    intensity = order.intensity
    if emotion:
        again = emotion == order.emotion and order.intensity is not None
        intensity = min(1.0, (order.intensity or 0.0) + STEP) if again else USUAL
    channels = change.channels or order.channels
    if order.kind == "ad" and not change.channels and target.channel and change.pick:
        channels = (target.channel,)
    fresh = Order.new(order.kind, about, list(channels), change.lang or order.lang)
    avoid = tuple(dict.fromkeys((*about.avoid, *change.avoid)))
    must = tuple(word for word in dict.fromkeys((*about.must_use, *change.must_use)) if word not in avoid)
    return changed(
        fresh,
        emotion=emotion or order.emotion,
        intensity=intensity,
        size=change.size,
        base=target.id,
        tone=tone or about.tone,
        seconds=change.seconds or about.seconds,
        audience=change.audience or about.audience,
        offer=change.offer or about.offer,
        must_use=must,
        avoid=avoid,
    )


def _announced(change: Change, turn: Turn) -> str:
    """What will be different, in a word or two, so that a misread change is noticed at once."""
    zh, en = [], []
    felt = change.emotion or change.tone
    if felt and change.stronger >= 0:
        zh.append(f"更{MOODS[felt][0]}")
        en.append(MOODS[felt][1])
    elif felt:
        zh.append(f"不那么{MOODS[felt][0]}")
        en.append(f"less {PLAIN[felt]}")
    if change.size:
        zh.append("更短" if change.size < 0 else "更长")
        en.append("shorter" if change.size < 0 else "longer")
    if change.audience:
        zh.append(f"写给{change.audience}")
        en.append(f"for {change.audience}")
    if change.lang:
        zh.append("英文" if change.lang == "en" else "中文")
        en.append("in English" if change.lang == "en" else "in Chinese")
    if zh:
        return turn.say(f"好，改一版：{'、'.join(zh)}。", f"On it: {', '.join(en)}.")
    return turn.say("好，按你说的改一版。", "On it, with that changed.")


def nothing_written(turn: Turn) -> Reply:
    """Nothing to change, or a change that was not understood."""
    if Order.from_json(turn.slots.get("writing")) is None:
        words = turn.say("现在手上没有写好的稿子。要写点什么？", "There's no draft to change yet. What shall I write?")
        choices = (
            ["写一条小红书文案", "写一个短剧剧本"] if turn.zh else ["Write an Instagram ad", "Write a short script"]
        )
        return Reply([quick_replies(choices, words)])
    words = turn.say(
        "想怎么改？可以说“短一点”“更感人”“写给年轻人”，或者“把A改成B”。",
        "How should it change? Say “shorter”, “more touching”, “for students”, or “change A to B”.",
    )
    choices = (
        ["再短一点", "再感人一点", "再写一版"] if turn.zh else ["Make it shorter", "More touching", "Another version"]
    )
    return Reply([quick_replies(choices, words)])
