"""What is said above a page that is not simply what was asked for: which wish gave way, how few there are, or none."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.graph import Graph
from recsys import phrases
from recsys.filters import Relaxed

__all__ = ["about_page", "about_relaxed"]

_UNIT = {
    "year": (" 年", ""),
    "runtime": (" 分钟", " minutes"),
    "episodes": (" 集", " episodes"),
    "rating": (" 分", " out of 10"),
}
_MEASURE = {
    "runtime": ("片长", "how long they are"),
    "episodes": ("集数", "how many episodes they have"),
    "year": ("年份", "when they are from"),
}


def about_relaxed(graph: Graph, relaxed: Sequence[Relaxed], lang: str) -> str:
    """Sentences on the wishes that could not be kept; those the person has been told of already are passed over."""
    news = [one for one in relaxed if not one.wish.conceded]
    unknown = [one for one in news if one.why == "unknown"]
    widened = [one for one in news if one.nearest is not None]
    rest = [one for one in news if one not in unknown and one not in widened]
    sentences = [_dropped(graph, [one for one in rest if one.why == why], lang) for why in ("none", "shown")]
    sentences += [_widened(graph, one, lang) for one in widened]
    sentences += [_unknown(facet, lang) for facet in dict.fromkeys(one.operation.facet for one in unknown)]
    return ("" if lang == "zh" else " ").join(sentence for sentence in sentences if sentence)


def about_page(found: int, wanted: int, lang: str, *, again: bool, asked: bool) -> str:
    """What the number of works found calls for saying: nothing, that there are only so few, or that there are none.

    ``again`` says that earlier pages were shown, ``asked`` that there were wishes to satisfy.
    """
    if not found:
        if lang == "zh":
            return "没有别的可以推荐了。换个要求试试，或者说「重新来」。"
        return "I have nothing else that fits. Try asking for something different, or say “start over”."
    if found >= wanted or not asked:
        return ""
    if lang == "zh":
        return f"符合要求的{'只剩' if again else '只有'}这 {found} 个。"
    if again:
        return "That leaves just this one." if found == 1 else f"That leaves just these {found}."
    return "Only this one fits." if found == 1 else f"Only these {found} fit."


def _dropped(graph: Graph, relaxed: Sequence[Relaxed], lang: str) -> str:
    """Wishes let go altogether, all for the same reason."""
    if not relaxed:
        return ""
    wishes = [phrases.wish(graph, one.operation, lang) for one in relaxed]
    if lang == "zh":
        named, these = "".join(f"「{wish}」" for wish in wishes), "这一条" if len(wishes) == 1 else "这几条"
        if relaxed[0].why == "shown":
            return f"符合{named}的都推荐过了，下面先不限{these}。"
        return f"没有既符合{named}又满足其他要求的，先放宽了{these}。"
    named = phrases.joined(wishes, lang)
    if relaxed[0].why == "shown":
        return f"You've now seen everything I have that is {named}, so these go beyond that."
    return f"Nothing that is {named} fits the rest of what you asked for, so I let that go."


def _widened(graph: Graph, one: Relaxed, lang: str) -> str:
    wish, (zh, en) = phrases.wish(graph, one.operation, lang), _UNIT[one.operation.facet]
    if lang == "zh":
        return f"「{wish}」的{'都推荐过了' if one.why == 'shown' else '没有'}，最接近的是 {one.nearest}{zh}。"
    return f"Nothing {'else ' if one.why == 'shown' else ''}I have is {wish}; the closest is {one.nearest}{en}."


def _unknown(facet: str, lang: str) -> str:
    if facet == "popularity":
        if lang == "zh":
            return "目前观看数据还不够，没法按冷热门来挑。"
        return "I don't have enough viewing figures yet to go by popularity."
    if facet == "rating":
        return (
            "片库里没有评分，没法按评分来挑，先按其他的来。"
            if lang == "zh"
            else "I don't have any ratings, so I can't choose by them; these go by the rest."
        )
    zh, en = _MEASURE[facet]
    return (
        f"符合其他要求的都没标明{zh}，这一条没法核对。"
        if lang == "zh"
        else f"None of the titles that fit the rest say {en}."
    )
