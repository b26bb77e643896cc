# ruff: noqa: E501 — word lists, a line a group
"""What may not be advertised at all, and what not to minors; and real people in scandals that nobody proved.

A brief is read before anything is written: there is no safe way to word an advertisement for cigarettes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from generation.naming import Names
from knowledge.text import fold

__all__ = ["Defamation", "Subject", "banned_subjects", "defamation"]

_LAW = "中华人民共和国广告法"


@dataclass(frozen=True, slots=True)
class Subject:
    """``text[start:end]`` names goods that may not be advertised (``minors_only``: not to minors)."""

    start: int
    end: int
    kind: str
    article: str
    minors_only: bool


# (kind, article, only where minors are spoken to, pattern over folded text)
_BANNED = tuple(
    (kind, article, minors, re.compile(pattern))
    for kind, article, minors, pattern in (
        ("tobacco", f"{_LAW} 第二十二条；烟草专卖法 第十八条；CAP Code 21; 15 U.S.C. 1335", False,
         r"香烟|烟草|卷烟|电子烟|雪茄|烟油|烟弹|水烟|\b(?:cigarettes?|cigars?|tobacco|vap(?:e|es|ing)|e-cigarettes?|e-cigs?|nicotine)\b"),
        ("prescription", f"{_LAW} 第十五条、第十六条；CAP Code 12.12", False,
         r"处方药|麻醉药品|精神药品|戒毒药|戒毒治疗|伟哥|\b(?:prescription (?:drugs?|medicines?|only)|opioids?|oxycodone|xanax|viagra)\b"),
        ("drugs", f"{_LAW} 第三十七条；禁毒法", False,
         r"毒品|冰毒|海洛因|可卡因|大麻(?!籽|布|纤维)|摇头丸|笑气|\b(?:cocaine|heroin|meth(?:amphetamine)?|marijuana|cannabis|ecstasy pills?)\b"),
        ("gambling", f"{_LAW} 第九条(八)", False,
         r"赌博|博彩|赌场|赌球|六合彩|百家乐|老虎机|网上彩票|棋牌提现|\b(?:casino|sports ?betting|slot machines?|online poker|betting tips?)\b"),
        ("weapons", f"{_LAW} 第三十七条；枪支管理法", False,
         r"枪支(?!弹药动作)|子弹(?:出售|批发)|炸药|雷管|管制刀具|仿真枪|\b(?:firearms?|handguns?|assault rifles?|ammunition|explosives)\b"),
        ("pornography", f"{_LAW} 第九条(八)", False, r"色情|情色(?:服务|网站)|成人视频|裸聊|援交|\b(?:porn(?:ography)?|escort services?|sex services?)\b"),
        ("infant-formula", f"{_LAW} 第二十条；WHO Code", False,
         r"(?:婴儿|一段|新生儿)(?:配方)?奶粉|母乳代用品|代替母乳|\b(?:infant formula|breast ?milk substitutes?)\b"),
        ("unlawful-services", f"{_LAW} 第三十七条", False,
         r"代孕|代考|代写论文|论文代写|假币|办证刻章|传销|私家侦探|窃听器|野生动物(?:制品|皮毛)|象牙|犀牛角|穿山甲|\b(?:counterfeit|fake ids?|essay mills?|pyramid schemes?|ivory|rhino horn)\b"),
        ("alcohol", f"{_LAW} 第四十条；CAP Code 18.14", True,
         r"白酒|啤酒|红酒|葡萄酒|威士忌|鸡尾酒|酒类|\b(?:beer|wine|whisk(?:e)?y|vodka|cocktails?|alcohol)\b"),
        ("medicine-beauty", f"{_LAW} 第四十条", True,
         r"医疗|药品|保健(?:食)?品|医疗器械|化妆品|医美|美容|整形|减肥(?:药|茶|产品)|\b(?:cosmetic surgery|botox|diet pills?|slimming products?|dietary supplements?)\b"),
        ("games", f"{_LAW} 第四十条；未成年人保护法 第七十四条", True, r"网络游戏|手游|氪金|抽卡|\b(?:loot ?boxes?|online gam(?:e|es|ing))\b"),
    )
)  # fmt: skip
_MINORS = re.compile(
    r"未成年|儿童|小朋友|小学生|中学生|初中生|高中生|青少年|孩子们?|宝宝|幼儿|少儿|\b(?:kids?|child(?:ren)?|teens?|teenagers?|minors?|under[- ]?1[0-8]s?|toddlers?|schoolchildren)\b"
)
_PARENTS = re.compile(r"家长|父母|宝妈|爸爸|妈妈|带娃|\bparents?\b|\bmums?\b|\bmoms?\b|\bdads?\b")
_ABOUT = re.compile(
    r"(?:戒|禁|反|拒绝|远离|防)[^，。！？\s]{0,3}$|(?:quit|stop|anti|against|without|no)[- ]?(?:smoking )?$"
)


def banned_subjects(text: str, *, audience: str = "") -> list[Subject]:
    """Goods in ``text`` that may not be advertised, or not to an ``audience`` of minors, in reading order.

    Speaking against them (戒烟, "quit vaping") is no advertisement for them. Titles belong masked by the caller.
    """
    folded = fold(text)
    spoken_to = fold(audience)
    minors = bool(_MINORS.search(spoken_to)) and not _PARENTS.search(spoken_to)
    return sorted(
        (
            Subject(match.start(), match.end(), kind, article, only)
            for kind, article, only, pattern in _BANNED
            if minors or not only
            for match in pattern.finditer(folded)
            if not _ABOUT.search(folded[max(0, match.start() - 14) : match.start()])
        ),
        key=lambda subject: subject.start,
    )


@dataclass(frozen=True, slots=True)
class Defamation:
    """A real person (``person``, an id, at ``start:end``) in the same breath as ``word``, a crime or a scandal."""

    start: int
    end: int
    person: str
    word: str


_SCANDAL = re.compile(
    "偷钱|偷东西|盗窃|行窃|抢银行|抢钱|出轨|劈腿|婚外情|小三|吸毒|贩毒|涉毒|嫖娼|嫖|偷税|逃税|漏税|性侵|强奸|猥亵|性骚扰|家暴|诈骗|行贿|受贿|贪污|潜规则|私生[子女]|坐牢|入狱|判刑|被捕|被抓|拘留|杀人|杀了|谋杀|凶手|纵火|抢劫|绑架|洗钱|抄袭|剽窃|包养|酒驾|醉驾|耍大牌|假唱|阴阳合同|丑闻|赌博|欠债不还|学历造假"
    r"|\b(?:affairs?|cheat(?:s|ed|ing)? on|drug (?:use|abuse|deal\w*)|on drugs|cocaine|heroin|arrested|convicted|jailed|prison|tax (?:evasion|fraud)|assault(?:s|ed)?|rap(?:e|es|ed|ist)|molest\w*|harass(?:es|ed|ment)|fraud|brib(?:e|es|ed|ery)|corrupt\w*|plagiari\w+|murder(?:s|ed|er)?|kill(?:s|ed|er)|abus(?:e|es|ed|ive)|scandals?|drunk driv\w+|money launder\w+|kidnap\w*|blackmail\w*|embezzl\w*|steal(?:s|ing)?|stole|stolen|thie(?:f|ves)|theft|rob(?:s|bed|bing|ber\w*)|shoplift\w*)\b",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")


def defamation(text: str, names: Names, *, allowed: frozenset[str] = frozenset()) -> list[Defamation]:
    """Real people of the graph who share a paragraph of ``text`` with a crime or a scandal, in reading order.

    For invented scripts and for briefs. ``allowed`` are people who are there as the makers of a work whose plot holds
    the crime (a crime film has an honest director); a title is no person.
    """
    found = []
    for paragraph in _PARAGRAPH.finditer(text):
        words = paragraph.group()
        if (scandal := _SCANDAL.search(words)) is None:
            continue
        for span in names.find(words):
            people = [id_ for id_ in span.ids if span.kind == "name" and id_ not in allowed]
            if people:
                start = paragraph.start()
                found.append(Defamation(start + span.start, start + span.end, people[0], scandal.group()))
    return found
