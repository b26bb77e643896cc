"""Casting an invented drama: people, a place and a thing, from the topic where it names them, else from stock."""

from __future__ import annotations

import random
import re

from generation.text import lexicon_en, stories, topics

__all__ = ["cast", "known"]

_NAMES = {
    "zh": ("阿宁", "小满", "老周", "阿哲", "林姐", "大刘", "小禾", "阿棠", "老何", "小川", "阿澈", "苗苗"),
    "en": ("Maya", "Tom", "Ruth", "Eli", "Nora", "Sam", "Iris", "Leo", "Ada", "Finn", "June", "Omar"),
}
_PLACES = {
    "zh": ("深夜的便利店", "老小区的厨房", "空荡荡的排练厅", "修表铺", "车站候车室", "旧书店", "出租屋"),
    "en": (
        "a corner shop",
        "a small kitchen",
        "an empty rehearsal room",
        "a repair shop",
        "a waiting room",
        "an old bookshop",
    ),
}
_STREETS = {
    "zh": ("街口", "河堤", "天桥下", "老街", "站台"),
    "en": ("a street corner", "a riverside path", "an underpass", "an empty platform"),
}
_THINGS = {
    "zh": {
        "": (
            ("一把旧钥匙", "那把钥匙"),
            ("一张过期的车票", "那张车票"),
            ("一封没寄出的信", "那封信"),
            ("一张揉皱的照片", "那张照片"),
        ),
        "deadline": (("一块移动硬盘", "那块硬盘"), ("一把备用钥匙", "那把钥匙"), ("一张通行证", "那张通行证")),
        "mistaken": (("一盆仙人掌", "那盆仙人掌"), ("一台老唱机", "那台唱机"), ("一只封好的纸箱", "那只箱子")),
    },
    "en": {
        "": (
            ("an old key", "the key"),
            ("an expired ticket", "the ticket"),
            ("an unsent letter", "the letter"),
            ("a creased photograph", "the photograph"),
        ),
        "deadline": (
            ("a hard drive", "the hard drive"),
            ("a spare key", "the spare key"),
            ("a security pass", "the pass"),
        ),
        "mistaken": (
            ("a potted cactus", "the cactus"),
            ("an old gramophone", "the gramophone"),
            ("a sealed crate", "the crate"),
        ),
    },
}
_ROLES = {
    "zh": {
        "secret": (("哥哥", "妹妹"), ("女儿", "父亲"), ("租客", "房东")),
        "deadline": (("实习生", "夜班司机"), ("导演", "场务"), ("厨师", "送货员")),
        "mistaken": (("新手编剧", "快递员"), ("相亲的会计", "送琴师傅"), ("实习律师", "花店学徒")),
        "reunion": (("乐手", "老师"), ("摄影师", "医生"), ("司机", "老同学")),
        "message": (("夜班保安", "室友"), ("档案员", "邻居"), ("作家", "妹妹")),
    },
    "en": {
        "secret": (("brother", "sister"), ("daughter", "father"), ("tenant", "landlord")),
        "deadline": (("intern", "night driver"), ("stage manager", "electrician"), ("cook", "courier")),
        "mistaken": (("first-time writer", "courier"), ("accountant", "piano mover"), ("trainee lawyer", "florist")),
        "reunion": (("musician", "teacher"), ("photographer", "doctor"), ("driver", "old classmate")),
        "message": (("night guard", "roommate"), ("archivist", "neighbour"), ("writer", "younger sister")),
    },
}  # fmt: skip


_MATTERS = {
    "zh": {
        "secret": "那件事",
        "deadline": "这趟交接",
        "mistaken": "那场面试",
        "reunion": "那年夏天",
        "message": "那天晚上",
    },
    "en": {
        "secret": "what happened",
        "deadline": "the handover",
        "mistaken": "the interview",
        "reunion": "that summer",
        "message": "that night",
    },
}
"""What they are at odds about when the topic does not say."""
_WOMEN = re.compile(
    r"妹妹|姐姐|女|妈|母亲|奶奶|外婆|婆婆|媳妇|皇后|新娘|妻子|sister|daughter|wife|mother|mum|mom|actress|grandma|queen|bride|waitress"
)
_MEN = re.compile(r"哥哥|弟弟|爸|父亲|儿子|爷爷|外公|孙子|丈夫|国王|新郎|brother|son\b|husband|father|dad|king|groom")
_WOMENS_NAMES = frozenset(("阿宁", "小满", "小禾", "阿棠", "苗苗", "Maya", "Ruth", "Nora", "Iris", "Ada", "June"))
_MENS_NAMES = frozenset(("老周", "阿哲", "大刘", "老何", "小川", "阿澈", "Tom", "Eli", "Leo", "Finn", "Omar"))


def _names(role: str, lang: str) -> list[str]:
    """Names that a person in this role may have: a daughter is not called Tom."""
    if _WOMEN.search(role):
        return [name for name in _NAMES[lang] if name in _WOMENS_NAMES]
    if _MEN.search(role):
        return [name for name in _NAMES[lang] if name in _MENS_NAMES]
    return list(_NAMES[lang])


def cast(pattern: stories.Pattern, topic: topics.Topic, lang: str, rng: random.Random) -> dict[str, str]:
    """Who, where, what: from the topic where it says so, invented where it does not."""
    usual = rng.choice(_ROLES[lang][pattern.id])
    role_a, role_b = (*topic.roles, *usual[len(topic.roles) :]) if topic.roles else usual
    a = rng.choice(_names(role_a, lang))
    b = rng.choice([name for name in _names(role_b, lang) if name != a])
    things = _THINGS[lang]
    thing, the_thing = rng.choice(things.get(pattern.id, things[""]))
    place = topic.place or rng.choice(_PLACES[lang])
    slots = {"a": a, "b": b, "role_a": role_a, "role_b": role_b, "thing": thing, "the_thing": the_thing, "place": place}
    slots |= {"street": rng.choice(_STREETS[lang]), "thing_cap": lexicon_en.capital(thing)}
    if lang == "zh":
        usual_matter = _MATTERS["zh"][pattern.id]
        slots |= {"matter": f"{topic.matter}这件事" if topic.matter else usual_matter}
        slots |= {"noun": topic.matter or usual_matter}
        slots["pair"] = f"{a}和{b}" if role_a == role_b else f"{role_a}{a}和{role_b}{b}"
    else:
        matter = re.sub("^an? ", "the ", topic.matter or _MATTERS["en"][pattern.id])
        slots |= {"matter": matter, "matter_cap": lexicon_en.capital(matter)}
        slots |= {f"a_{name}": lexicon_en.a(slots[name]) for name in ("role_a", "role_b")}
    return slots


def known(slots: dict[str, str]) -> dict[str, str]:
    """From its second mention on, the thing is definite: a letter, then the letter."""
    slots["thing"] = slots["the_thing"]
    slots["thing_cap"] = lexicon_en.capital(slots["the_thing"])
    return slots
