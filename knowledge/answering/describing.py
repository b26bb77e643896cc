"""A filter said in words: 「周星驰主演的90年代中国香港喜剧电影」, "comedy films from Hong Kong, 1990–1999"."""

from __future__ import annotations

from knowledge.answering.sentences import Sentences
from knowledge.graph import Graph
from knowledge.questions.constraints import Bounds
from knowledge.questions.readings import Filter, Role
from knowledge.text import is_han
from knowledge.wordings import ANY, MADE

__all__ = ["describe_filter"]

_ZH_KIND = {"film": "电影", "series": "剧集", "album": "专辑", "show": "演出"}
_EN_KIND = {"film": "films", "series": "series", "album": "albums", "show": "live shows"}
_ZH_ROLE = {
    "directed_by": "导演的",
    "cast": "出演的",
    "written_by": "编剧的",
    "composed_by": "作曲的",
    "performed_by": "的",
    ANY: "的",
    MADE: "的",
}
_EN_ROLE = {
    "directed_by": "directed by",
    "cast": "with",
    "written_by": "written by",
    "composed_by": "scored by",
    "performed_by": "by",
    ANY: "by or with",
    MADE: "from",
}


_EN_NOUN = {
    "play": "plays",
    "ballet": "ballets",
    "opera": "operas",
    "musical": "musicals",
    "documentary": "documentaries",
    "thriller": "thrillers",
    "comedy": "comedies",
    "western": "westerns",
    "soundtrack": "soundtracks",
    "drama": "dramas",
    "mystery": "mysteries",
    "romance": "romances",
}


def describe_filter(filter: Filter, sentences: Sentences, lang: str) -> str:
    """What ``filter`` asks for, as a noun phrase."""
    return _chinese(filter, sentences) if lang == "zh" else _english(filter, sentences)


def _people(filter: Filter, sentences: Sentences, lang: str) -> list[tuple[str, str]]:
    """``(relation, names)``, people of one relation together."""
    grouped: dict[str, list[Role]] = {}
    for role in filter.roles:
        grouped.setdefault(role.relation, []).append(role)
    return [
        (relation, sentences.join([_either(role, sentences, lang) for role in roles], lang))
        for relation, roles in grouped.items()
    ]


def _either(role: Role, sentences: Sentences, lang: str) -> str:
    return ("或" if lang == "zh" else " or ").join(sentences.name(id_, lang) for id_, _ in role.people)


def _groups(filter: Filter, graph: Graph, lang: str, types: set[str]) -> list[str]:
    found = []
    for index, group in enumerate(filter.facets):
        if not {graph.entity(id_).type for id_ in group} & types:
            continue
        word = filter.words[index] if index < len(filter.words) else ""
        said = word and (any(map(is_han, word)) == (lang == "zh"))
        if len(group) > 1 and said:
            found.append(word)  # 「华语」 is a place or a language; saying either would say too little
        else:
            found.append(graph.entity(min(group)).label(lang))
    return found


def _chinese(filter: Filter, sentences: Sentences) -> str:
    graph = sentences.graph
    parts = []
    for relation, names in _people(filter, sentences, "zh"):
        together = "一起" if ("和" in names or "、" in names) and relation != "performed_by" else ""
        parts.append(f"{names}{together}{_ZH_ROLE.get(relation, '的')}")
    parts += [f"不是{_either(role, sentences, 'zh')}{_ZH_ROLE.get(role.relation, '的')}" for role in filter.not_roles]
    roles = "、".join([*(part.removesuffix("的") for part in parts[:-1]), *parts[-1:]])
    years = _zh_bounds(filter.bounds.get("year"), "年", years=True)
    length = _zh_bounds(filter.bounds.get("runtime"), "分钟") + _zh_bounds(filter.bounds.get("episodes"), "集")
    places = "".join(_groups(filter, graph, "zh", {"country", "language"}))
    moods = "".join(f"{label}的" for label in _groups(filter, graph, "zh", {"mood"}))
    awards = "".join(
        f"得过{label}{'' if label.endswith('奖') else '奖'}的" for label in _groups(filter, graph, "zh", {"award"})
    )
    genres = _groups(filter, graph, "zh", {"genre"})
    kinds = "或".join(_ZH_KIND[type_] for type_ in sorted(filter.types)) or "作品"
    without = "".join(f"非{graph.entity(id_).label('zh')}" for id_ in sorted(filter.without)[:2])
    if years and roles.endswith("的") and _loosely_related(filter):
        roles = roles[:-1]  # 周杰伦2003年的专辑, not 周杰伦的2003年的专辑
    if awards and roles.endswith("的"):
        roles = roles[:-1]
    return f"{roles}{years}{length}{awards}{moods}{places}{without}{''.join(genres)}{kinds}"


def _loosely_related(filter: Filter) -> bool:
    return all(role.relation in (ANY, MADE, "performed_by") for role in filter.roles)


def _english(filter: Filter, sentences: Sentences) -> str:
    graph = sentences.graph
    moods = [label.lower() for label in _groups(filter, graph, "en", {"mood"})]
    genres = [label if label[:1].isupper() else label.lower() for label in _groups(filter, graph, "en", {"genre"})]
    kinds = " or ".join(_EN_KIND[type_] for type_ in sorted(filter.types)) or "titles"
    if not filter.types and genres and genres[-1] in _EN_NOUN:
        text = " ".join([*moods, *genres[:-1], _EN_NOUN[genres[-1]]])  # comedies, not comedy titles
    else:
        text = " ".join([*moods, *genres, kinds])
    places = [sentences.name(min(g), "en") for g in filter.facets if {graph.entity(i).type for i in g} & {"country"}]
    tongues = [
        graph.entity(min(g)).label("en") for g in filter.facets if {graph.entity(i).type for i in g} == {"language"}
    ]
    if places:
        text += f" from {' and '.join(places)}"
    if tongues:
        text += f" in {' and '.join(tongues)}"
    awards = _groups(filter, graph, "en", {"award"})
    if awards:
        text += f" that won {' and '.join(a if a.startswith('the ') else f'the {a}' for a in awards)}"
    for relation, names in _people(filter, sentences, "en"):
        text += f" {_EN_ROLE.get(relation, 'by')} {names}"
    for role in filter.not_roles:
        text += f" not {_EN_ROLE.get(role.relation, 'by')} {_either(role, sentences, 'en')}"
    if filter.without:
        text += " that are not " + " or ".join(
            graph.entity(id_).label("en").lower() for id_ in sorted(filter.without)[:2]
        )
    for relation, unit in (("year", ""), ("runtime", " minutes"), ("episodes", " episodes")):
        text += _en_bounds(filter.bounds.get(relation), unit)
    return text


def _zh_bounds(bounds: Bounds | None, unit: str, *, years: bool = False) -> str:
    if not bounds:
        return ""
    low, high = bounds
    if low == high:
        return f"{low}{unit}的" if low is not None else ""
    if low is not None and high is not None:
        if years and low % 10 == 0 and high == low + 9:
            return f"{low}年代" if low >= 2000 else f"{low % 100}年代"
        return f"{low}到{high}{unit}的"
    if years:
        return f"{low}年以来的" if low is not None else f"{high}年及以前的"
    return f"{low}{unit}以上的" if low is not None else f"{high}{unit}以内的"


def _en_bounds(bounds: Bounds | None, unit: str) -> str:
    if not bounds:
        return ""
    low, high = bounds
    if low == high:
        return f" from {low}" if not unit else f", {low}{unit}"
    if low is not None and high is not None and not unit:
        return f" from the {low}s" if low % 10 == 0 and high == low + 9 else f" from {low} to {high}"
    if low is not None and high is not None:
        return f", {low}–{high}{unit}"
    if low is not None:
        return (
            f" since {low}" if not unit else (f" over {low - 1}{unit}" if low % 10 == 1 else f" of {low}{unit} or more")
        )
    if unit and high is not None and high % 10 == 9:
        return f" under {high + 1}{unit}"
    return f" up to {high}" if not unit else f" of {high}{unit} or less"
