"""How things are said in each language: genres as nouns, moods as adjectives, wishes as requests.

Only fragments live here, so that a translator can mend one without touching logic. A mood or genre that an operator
brought along is said by its own label.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.graph import Graph
from recsys.operations import Operation

__all__ = ["credit", "joined", "mood_adjective", "mood_comparative", "name", "place", "title", "wish", "work_noun"]

_MOOD = {
    # mood: (zh adjective, zh comparative, en adjective, en comparative)
    "light": ("轻松", "更轻松", "light", "lighter"),
    "funny": ("好笑", "更好笑", "funny", "funnier"),
    "warm": ("温暖", "更温暖", "warm", "warmer"),
    "romantic": ("浪漫", "更浪漫", "romantic", "more romantic"),
    "sad": ("伤感", "更伤感", "sad", "sadder"),
    "dark": ("黑暗", "更黑暗", "dark", "darker"),
    "tense": ("紧张", "更紧张", "tense", "more tense"),
    "scary": ("吓人", "更吓人", "scary", "scarier"),
    "epic": ("大气磅礴", "更大气", "epic", "more epic"),
    "thought-provoking": ("耐人寻味", "更耐人寻味", "thought-provoking", "more thought-provoking"),
    "slow": ("舒缓", "节奏更慢", "slow-burning", "slower"),
    "fast": ("节奏明快", "节奏更快", "fast-paced", "faster-paced"),
    "nostalgic": ("怀旧", "更怀旧", "nostalgic", "more nostalgic"),
    "inspiring": ("励志", "更励志", "inspiring", "more inspiring"),
    "violent": ("暴力", "更暴力", "violent", "more violent"),
    "quirky": ("古怪", "更古怪", "quirky", "quirkier"),
    "dreamy": ("梦幻", "更梦幻", "dreamy", "dreamier"),
    "healing": ("治愈", "更治愈", "comforting", "more comforting"),
    "energetic": ("带劲", "更带劲", "energetic", "more energetic"),
}

_NOUN_ZH = {
    "film": {
        "musical": "歌舞片", "music": "音乐片", "family": "合家欢电影", "family-life": "家庭片", "animation": "动画片",
    },
    "series": {
        "animation": "动画剧集", "comedy": "喜剧剧集", "documentary": "纪录片", "family": "合家欢剧集",
        "family-life": "家庭剧", "music": "音乐剧集", "musical": "歌舞剧集", "variety": "综艺", "drama": "正剧",
        "mystery": "推理剧",
    },
    "album": {"soul": "灵魂乐专辑", "soundtrack": "原声专辑", "concert": "现场专辑", "r-and-b": "R&B 专辑"},
    "show": {},
}  # fmt: skip
_GENRE_EN = {"costume": "period", "family-life": "family-life", "youth": "coming-of-age", "fantasy-xianxia": "xianxia"}
_ON_STAGE = frozenset("play musical opera chinese-opera dance ballet stand-up concert".split())  # noqa: SIM905
_NOUN_EN = {
    "film": {"comedy", "drama", "thriller", "romance", "documentary", "western", "musical", "mystery"},
    "series": {"documentary"},
    "album": {"soundtrack"},
    "show": _ON_STAGE - {"stand-up", "dance", "chinese-opera"},
}
_KIND = {
    "film": ("电影", "film"),
    "series": ("剧集", "series"),
    "album": ("专辑", "album"),
    "show": ("演出", "show"),
}


def title(graph: Graph, item: str, lang: str) -> str:
    """A work's name as it stands in a sentence: in title marks in Chinese, plain in English."""
    return f"《{name(graph, item, lang)}》" if lang == "zh" else name(graph, item, lang)


def joined(parts: Sequence[str], lang: str) -> str:
    """「甲、乙和丙」, "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    comma, last = ("、", "和") if lang == "zh" else (", ", " and ")
    return comma.join(parts[:-1]) + last + parts[-1]


def mood_adjective(graph: Graph, mood: str, lang: str) -> str:
    """A mood before a noun, without 的."""
    forms = _MOOD.get(mood.removeprefix("mood/"))
    return name(graph, mood, lang) if forms is None else forms[0 if lang == "zh" else 2]


def mood_comparative(graph: Graph, mood: str, lang: str, more: bool) -> str:
    """「更轻松」, "lighter"; 「没那么黑暗」, "less dark"."""
    forms = _MOOD.get(mood.removeprefix("mood/"))
    plain = mood_adjective(graph, mood, lang)
    if not more:
        return f"没那么{plain}" if lang == "zh" else f"less {plain}"
    if forms is None:
        return f"更{plain}" if lang == "zh" else f"more {plain}"
    return forms[1 if lang == "zh" else 3]


def work_noun(graph: Graph, item: str, genre: str | None, lang: str) -> str:
    """What a work is, by one genre: 「科幻片」, 「摇滚专辑」, 「话剧」; "science fiction film", "comedy", "play"."""
    kind = graph.entity(item).type
    if genre is None:
        return _KIND[kind][0 if lang == "zh" else 1]
    key, label = genre.removeprefix("genre/"), graph.entity(genre).label(lang)
    if lang != "zh":
        return label if key in _NOUN_EN[kind] else f"{_GENRE_EN.get(key, label)} {_KIND[kind][1]}"
    if key in _NOUN_ZH[kind] or (kind == "show" and key in _ON_STAGE):
        return _NOUN_ZH[kind].get(key, label)
    tail = {"film": "片", "series": "剧", "album": "专辑", "show": "演出"}[kind]
    return label if label.endswith(tail) else f"{label}{tail}"


_ORDINAL = {
    # (facet, op): (zh, en)
    ("year", "more"): ("更新", "newer"),
    ("year", "less"): ("更老", "older"),
    ("runtime", "more"): ("更长", "longer"),
    ("runtime", "less"): ("更短", "shorter"),
    ("episodes", "more"): ("集数更多", "with more episodes"),
    ("episodes", "less"): ("集数更少", "with fewer episodes"),
    ("popularity", "more"): ("更热门", "better known"),
    ("popularity", "less"): ("更小众", "less well known"),
    ("rating", "more"): ("评分更高", "higher rated"),
    ("rating", "less"): ("评分更低", "lower rated"),
}
_LEANING = {
    ("year", "more"): ("新一点", "recent"),
    ("year", "less"): ("老一点", "old"),
    ("runtime", "more"): ("长一点", "long"),
    ("runtime", "less"): ("短一点", "short"),
    ("episodes", "more"): ("集数多一点", "with many episodes"),
    ("episodes", "less"): ("集数少一点", "with few episodes"),
    ("popularity", "more"): ("热门一点", "well known"),
    ("popularity", "less"): ("小众一点", "little known"),
    ("rating", "more"): ("评分高", "highly rated"),
    ("rating", "less"): ("评分低", "rated low"),
}
_NATION_ZH = {"country/cn": "国产", "country/hk": "香港", "country/tw": "台湾"}
_FOREIGN = {
    frozenset(["country/cn", "country/hk", "country/tw"]): ("外国", "from abroad"),
    frozenset(["language/zh", "language/yue"]): ("外语", "not in Chinese"),
}
_REFUSED_ZH = {"mood/thought-provoking": "烧脑", "mood/scary": "恐怖"}  # nobody refuses 耐人寻味
_ROLE = {
    "cast": ("{}主演", "starring {}"),
    "director": ("{}执导", "directed by {}"),
    "writer": ("{}编剧", "written by {}"),
    "composer": ("{}作曲", "with music by {}"),
    "artist": ("{}", "by {}"),
    "person": ("有{}参与", "with {}"),
}


def wish(graph: Graph, op: Operation, lang: str) -> str:
    """A wish as a short phrase: 「韩国」, 「比《星际穿越》更新」; "from South Korea", "newer than Interstellar"."""
    at = 0 if lang == "zh" else 1
    if (op.facet, op.op) in _ORDINAL:
        if op.anchor is None:
            return _LEANING[op.facet, op.op][at]
        comparative, other = _ORDINAL[op.facet, op.op][at], title(graph, op.anchor, lang)
        return f"比{other}{comparative}" if lang == "zh" else f"{comparative} than {other}"
    if isinstance(op.value, tuple) and op.facet in ("year", "runtime", "episodes", "rating"):
        return _not(_range(op.facet, *op.bounds, lang), op, lang)
    if op.facet == "mood" and op.op in ("more", "less"):
        comparative = mood_comparative(graph, op.ids[0], lang, op.op == "more")
        if op.anchor is None:
            return comparative
        other = title(graph, op.anchor, lang)
        return f"比{other}{comparative}" if lang == "zh" else f"{comparative} than {other}"
    if op.op in ("more", "less"):
        named = "、".join(_name(graph, op.facet, id_, lang) for id_ in op.ids)
        amount = ("多一点", "more ") if op.op == "more" else ("少一点", "less ")
        return f"{amount[at]}{named}"
    if op.op == "not" and frozenset(op.ids) in _FOREIGN:
        return _FOREIGN[frozenset(op.ids)][at]
    refused = _REFUSED_ZH if op.op == "not" and lang == "zh" else {}
    names = [refused.get(id_) or _name(graph, op.facet, id_, lang) for id_ in op.ids]
    if len(names) > 3:  # the Oscars are sixteen prizes
        names = [f"{names[0]}等" if lang == "zh" else f"{names[0]} or the like"]
    text = "或".join(names) if lang == "zh" else " or ".join(names)
    if op.facet in _ROLE:
        text = _ROLE[op.facet][at].format(f"{text} " if lang == "zh" and text[-1:].isascii() else text)
    elif op.facet == "country" and lang != "zh":
        text = f"from {text}"
    elif op.facet == "language":
        text = f"说{text}" if lang == "zh" else f"in {text}"
    return _not(text, op, lang)


def _not(text: str, op: Operation, lang: str) -> str:
    if op.op != "not":
        return text
    if lang == "zh":
        return f"别太{text}" if op.strength < 1 else f"不要{text}"
    return f"not too {text}" if op.strength < 1 else f"not {text}"


def _name(graph: Graph, facet: str, id_: str, lang: str) -> str:
    if facet == "type" and id_ in _KIND:
        zh, en = _KIND[id_]
        return zh if lang == "zh" else f"{'an' if id_ == 'album' else 'a'} {en}"
    if facet == "award" and id_ == "any":
        return "得过奖" if lang == "zh" else "award-winning"
    if facet == "mood":
        return mood_adjective(graph, id_, lang)
    return place(graph, id_, lang) if facet == "country" else name(graph, id_, lang)


def place(graph: Graph, country: str, lang: str) -> str:
    """A country before a noun: 「国产」, 「香港」, 「韩国」; "South Korea"."""
    return _NATION_ZH[country] if lang == "zh" and country in _NATION_ZH else name(graph, country, lang)


def name(graph: Graph, entity: str, lang: str) -> str:
    """What an entity is called; the id itself when the catalogue no longer has it."""
    return graph.entity(entity).label(lang) if entity in graph else entity


def credit(graph: Graph, role: str, person: str, lang: str) -> str:
    """A way to take part, said before a Chinese noun, 「诺兰执导」, and after an English one, "starring Zhou Xun"."""
    who = name(graph, person, lang)
    if lang == "zh" and who[-1:].isascii():
        who += " "
    return _ROLE[role][0 if lang == "zh" else 1].format(who)


def _range(facet: str, low: int | None, high: int | None, lang: str) -> str:
    if facet == "rating":
        bound = low if low is not None else high
        if lang == "zh":
            return f"评分 {bound} 分{'以上' if low is not None else '以下'}"
        return f"rated {bound} or {'higher' if low is not None else 'lower'}"
    unit = {"year": (" 年", ""), "runtime": (" 分钟", " minutes"), "episodes": (" 集", " episodes")}[facet]
    u = unit[0 if lang == "zh" else 1]
    if low is not None and high is not None:
        if low == high:
            return f"{low}{u}"
        return f"{low}–{high}{u}"
    if facet == "year":
        if low is not None:
            return f"{low} 年以后" if lang == "zh" else f"from {low} or later"
        return f"{high} 年以前" if lang == "zh" else f"from {high} or earlier"
    if high is not None:
        return f"{high}{u}以内" if lang == "zh" else f"at most {high}{u} long"
    return f"{low}{u}以上" if lang == "zh" else f"at least {low}{u} long"
