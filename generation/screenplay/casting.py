"""Casting an invented story: people, a place and a thing, from the brief and its topic, else from stock."""

from __future__ import annotations

import random
import re

from generation.briefs import BriefError, ScriptBrief
from generation.screenplay.patterns import Plot
from generation.screenplay.topics import Topic
from generation.text import lexicon_en

__all__ = ["cast", "derived", "gender", "name_error", "stock_names"]

MAX_NAME = 30

_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "zh": {
        "f": ("阿宁", "小满", "小禾", "阿棠", "苗苗", "许念", "程晚", "陆知夏", "宋清和", "方小鱼", "林姐", "江月白"),
        "m": ("老周", "阿哲", "大刘", "小川", "阿澈", "周野", "沈一舟", "陈默", "顾北", "贺铮", "梁生", "齐远"),
    },
    "en": {
        "f": ("Maya", "Ruth", "Nora", "Iris", "Ada", "June", "Priya", "Tess", "Lena", "Clara", "Wen", "Zoe"),
        "m": ("Tom", "Eli", "Leo", "Finn", "Omar", "Hal", "Jonas", "Ravi", "Dominic", "Ben", "Callum", "Hugo"),
    },
}
_OLD_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "zh": {"f": ("白芷", "苏晚", "阿蛮", "柳三娘", "沈照"), "m": ("沈青崖", "陆沉", "顾长风", "老荆", "裴无声")},
    "en": {"f": ("Bai Zhi", "Su Wan", "Shen Zhao", "Liu Sanniang"),
           "m": ("Shen Qingya", "Lu Chen", "Gu Changfeng", "Old Jing", "Pei Wusheng")},
}  # fmt: skip
_CONFIDANTS = {
    "zh": (("老何", "面馆老板", "面馆"), ("李婶", "面摊老板娘", "巷口面摊"), ("孟叔", "拉面馆老板", "拉面馆")),
    "en": (("Mr Ho", "noodle-bar owner", "a noodle bar"), ("Dot", "soup-bar owner", "a soup bar"),
           ("Stan", "ramen cook", "a ramen counter")),
}  # fmt: skip
_OLD_CONFIDANTS = {
    "zh": (("孟婆婆", "茶摊老板", "路边茶棚"), ("秦老伯", "面摊老板", "城门面摊")),
    "en": (("Granny Meng", "tea seller", "a roadside tea shed"), ("Uncle Qin", "noodle seller", "a noodle shed")),
}
_PLACES = {
    "zh": ("深夜的便利店", "老小区的厨房", "空荡荡的排练厅", "修表铺", "车站候车室", "旧书店", "出租屋"),
    "en": ("a corner shop", "a small kitchen", "an empty rehearsal room", "a repair shop", "a waiting room", "an old bookshop"),
}  # fmt: skip
_STREETS = {
    "zh": ("街口", "河堤", "天桥下", "老街", "站台"),
    "en": ("a street corner", "a riverside path", "an underpass", "an empty platform"),
}
_OLD_STREETS = {"zh": ("山道", "渡口", "城门外"), "en": ("a mountain road", "a ferry landing", "the road by the gate")}
_THINGS = {
    "zh": ("一把旧钥匙/那把钥匙", "一张过期的车票/那张车票", "一封没寄出的信/那封信", "一张揉皱的照片/那张照片"),
    "en": ("an old key/the key", "an expired ticket/the ticket", "an unsent letter/the letter",
           "a creased photograph/the photograph"),
}  # fmt: skip
_STRANGER = {"zh": "来人", "en": "Stranger"}
_TIMES = {
    "zh": {"night": ("傍晚", "深夜"), "day": ("清早", "日"), "days": ("傍晚", "夜")},
    "en": {"night": ("EVENING", "LATE NIGHT"), "day": ("MORNING", "DAY"), "days": ("EVENING", "NIGHT")},
}
_WOMEN = re.compile(
    r"妹妹|姐姐|女|妈|母亲|奶奶|外婆|婆婆|媳妇|皇后|新娘|妻子|姑姑|\b(?:sister|daughter|wife|mother|mum|mom|actress|"
    r"grandma|grandmother|queen|bride|waitress|woman|girl)\b"
)
_MEN = re.compile(
    r"哥哥|弟弟|爸|父亲|儿子|爷爷|外公|孙子|外孙|侄子|丈夫|国王|新郎|将军|\b(?:brother|son|husband|father|dad|king|groom|"
    r"nephew|grandson|grandfather|swordsman|ferryman|man|boy)\b"
)
_PRONOUNS = {"f": ("her", "her"), "m": ("his", "him"), "": ("their", "them")}


def gender(name: str, role: str) -> str:
    """``"f"``, ``"m"`` or ``""``: as the role says, else as our own name lists do."""
    for kind, pattern in (("f", _WOMEN), ("m", _MEN)):
        if pattern.search(role):
            return kind
    for names in (*_NAMES.values(), *_OLD_NAMES.values()):
        for kind, listed in names.items():
            if name in listed:
                return kind
    return ""


def name_error(name: str, lang: str, others: tuple[str, ...] = ()) -> str:
    """Why ``name`` cannot be a person's name; empty when it can.

    A name is found again in running text when it is changed, so it has to be one that can be told from other words.
    """
    zh = lang == "zh"
    if not name or len(name) > MAX_NAME:
        return f"名字要有 1 到 {MAX_NAME} 个字" if zh else f"a name has 1 to {MAX_NAME} characters"
    if re.search(r"[\u4e00-\u9fff]", name) and len(name) < 2:
        return "名字至少两个字，一个字在正文里认不出来" if zh else "a Chinese name has at least two characters"
    if not any(char.isalpha() for char in name):
        return "名字里要有文字" if zh else "a name has letters in it"
    if any(name.lower() in other.lower() or other.lower() in name.lower() for other in others if other):
        return "和另一个人物的名字重了" if zh else "another person of the story has this name, or part of it"
    return ""


def _pool(role: str, lang: str, old: bool, taken: tuple[str, ...]) -> list[str]:
    """Names that a person in this role may have: a daughter is not called Tom."""
    names = (_OLD_NAMES if old else _NAMES)[lang]
    kinds = ("f",) if _WOMEN.search(role) else ("m",) if _MEN.search(role) else ("f", "m")
    free = [name for kind in kinds for name in names[kind] if not name_error(name, lang, taken)]
    return free or [name for kind in kinds for name in _NAMES[lang][kind] if not name_error(name, lang, taken)]


def cast(plot: Plot, topic: Topic, brief: ScriptBrief, rng: random.Random) -> dict[str, str]:
    """The slots of a story: who, where, what; from the brief and topic where they say so, invented where they do not.

    Raises:
        BriefError: a name of the brief cannot be one.
    """
    lang, old = brief.lang, "costume" in plot.flags
    roles = topic.roles
    if len(roles) < 2:
        usual = rng.choice(plot.options["roles"]).split("/")
        if roles and roles[0] == usual[1]:
            usual = [usual[1], usual[0]]
        roles = (*roles, *usual[len(roles) :])
    slots: dict[str, str] = {"role_a": roles[0], "role_b": roles[1], "e": _STRANGER[lang]}
    given = brief.names
    for at, who in enumerate("ab"):
        taken = tuple(slots[other] for other in "ab" if other in slots) + given[at + 1 : 2] + (topic.text,)
        slots[who] = given[at] if at < len(given) else rng.choice(_pool(roles[at], lang, old, taken))
    for name in given[:2]:
        problem = name_error(
            name, lang, tuple(slots[who] for who in "ab" if slots[who] != name or given.count(name) > 1)
        )
        if problem:
            raise BriefError(f"names: {name!r}: {problem}")
    known = tuple(slots[who] for who in "ab")
    minor = plot.options.get("c", ("路人" if lang == "zh" else "passer-by",))[0]
    named = minor.endswith("*") or lang == "en"
    slots["role_c"] = minor.rstrip("*")
    slots["c"] = rng.choice(_pool(slots["role_c"], lang, old, known)) if named else slots["role_c"]
    free = [
        one
        for one in (_OLD_CONFIDANTS if old else _CONFIDANTS)[lang]
        if not name_error(one[0], lang, (*known, slots["c"]))
    ]
    slots["d"], slots["role_d"], slots["d_place"] = rng.choice(free)
    slots["thing"], slots["the_thing"] = rng.choice(plot.options.get("things", _THINGS[lang])).split("/")
    slots["street"] = rng.choice((_OLD_STREETS if old else _STREETS)[lang])
    if topic.place:
        slots["place"] = topic.place if lang == "zh" else lexicon_en.a(topic.place)
    else:
        slots["place"] = rng.choice(plot.options.get("places", _PLACES[lang]))
    slots["a_place"] = f"{slots['a']}的住处" if lang == "zh" else f"{slots['a']}'s room"
    slots["before"], slots["middle"] = _TIMES[lang][plot.clock]
    usual_matter = plot.options["matter"][0]
    matter = topic.matter if plot.tells(topic.matter) else ""
    if lang == "zh":
        counted = re.match(r"一([个件只条张把本封场次座位名辆台部首幅份])(.+)", matter)
        slots["matter"] = f"那{counted[1]}{counted[2]}" if counted else f"{matter}这件事" if matter else usual_matter
        slots["noun"] = (counted[2] if counted else matter) or usual_matter
    else:
        slots["matter"] = re.sub("^an? ", "the ", matter or usual_matter)
    return slots


def derived(slots: dict[str, str], lang: str) -> dict[str, str]:
    """``slots`` with those that follow from others: capitals, articles, pronouns, the pair."""
    made = dict(slots)
    made["thing_cap"] = lexicon_en.capital(slots["thing"])
    a, b = slots["a"], slots["b"]
    if lang == "zh":
        same = slots["role_a"] == slots["role_b"]
        made["pair"] = f"{a}和{b}" if same else f"{slots['role_a']}{a}和{slots['role_b']}{b}"
        return made
    made["matter_cap"] = lexicon_en.capital(slots["matter"])
    for who in "ab":
        made[f"a_role_{who}"] = lexicon_en.a(slots[f"role_{who}"])
        made[f"{who}_his"], made[f"{who}_him"] = _PRONOUNS[gender(slots[who], slots[f"role_{who}"])]
    return made


def stock_names(lang: str) -> frozenset[str]:
    """Every name the casting gives to the two a story is about."""
    return frozenset(name for pool in (_NAMES[lang], _OLD_NAMES[lang]) for names in pool.values() for name in names)
