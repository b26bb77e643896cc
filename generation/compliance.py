"""What advertising must not say: absolute words and claims without proof, found in Chinese and English.

China, 广告法 第九条(三) forbids "国家级" "最高级" "最佳" and the like; the regulator's 《广告绝对化用语执法指南》
(2023 第6号) exempts words that do not speak of the goods: names of works and awards, "最后", "第一次". So every
pattern here names the claim and not the character 最, and proper names are passed in as ``exempt``. English:
superlatives and guarantees that the ASA (CAP Code 3.7) and the FTC (substantiation policy) want evidence for.

This is a filter for common mistakes; it is no legal advice, and an operator adds words of their own with ``extra``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Finding", "check", "mask"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``text[start:end]`` is ``word``; ``rule`` says what it breaks, ``instead`` what could stand there."""

    start: int
    end: int
    word: str
    rule: str
    instead: str


# (rule, patterns, what to say instead)
_ZH = (
    (
        "absolute",
        (
            "国家级|世界级|全球级|宇宙级|史上|空前绝后|绝无仅有|独一无二|无与伦比|无可比拟|前所未有|举世无双",
            "最(?:高级|佳|好|优|强|棒|牛|赞|美|大|高|低|新|全|热|火|红|受欢迎|先进|顶|权威|畅销|便宜|优惠|经典)(?!后)",
            "最(?:值得|精彩|搞笑|感人)|顶级|顶尖|顶流|极致|极品|终极|巅峰|登峰造极|至尊|王牌|冠军级|天花板",
            "封神(?!榜|大战|演义|第|之|台)|神作|无敌|完美|万能",
        ),
        "写具体：谁拍的、讲什么、适合谁",
    ),
    (
        "rank",
        (
            "(?:全国|全球|全网|世界|亚洲|华语|行业|销量|票房|口碑|收视|收视率|排名|评分|中国|国内|业内|国产)第[一1]",
            r"第一(?:名|品牌|选择|神)|(?:TOP|No\.?) ?1(?!\d)|首选|首屈一指|独家|榜首|遥遥领先|领导者|霸主",
            "唯一(?:的|正版|指定|授权|选择)",
        ),
        "有出处就写明时间、范围和来源，没有就去掉",
    ),
    (
        "guarantee",
        (
            "100%|百分之百|百分百|绝对(?:值得|好看|好听|不会|让你)|保证(?:你|让|不)?|包(?:你|退|满意|治)",
            "(?<!不)必(?:看|听|买|追|刷)(?!的?人)|稳赚|零风险|永久(?:免费|有效)",
        ),
        "说明条件，或改成邀请",
    ),
    (
        "price",
        ("全网最低价?|史低|跌破底价|最后一[天次]机会|仅此一次|不再有|错过(?:再|就)?(?:等|没)",),
        "写清价格和起止时间",
    ),
)
_EN = (
    (
        "absolute",
        (
            r"the (?:very )?best|(?:best|greatest|finest|funniest|scariest|biggest|most \w+)[- \w]{0,20} "
            "(?:ever|of all time|in the world|of the year|on earth|of the decade)",
            "world[- ]class|world's (?:best|greatest|finest|first|only)|unbeatable|unrivall?ed|unparalleled|unmatched",
            "second to none|perfect (?:for|film|movie|night|album|show|choice|evening)|masterpiece|ultimate|flawless",
            "must[- ](?:see|watch|hear|listen)|best[- ]selling|award[- ]winning|record[- ]breaking",
            "critically acclaimed",
        ),
        "say what it is: who made it, what happens, who it is for",
    ),
    (
        "rank",
        (
            r"(?:no\.?|number|#) ?(?:1|one)(?!\d)|top[- ]rated|market leader",
            "(?:everyone|nation)'s favou?rite|exclusive(?:ly)?",
        ),
        "give the source, the date and the region, or leave it out",
    ),
    (
        "guarantee",
        (
            "100 ?%|guaranteed?|risk[- ]free|you(?:'ll| will) (?:love|never)|never (?:fails|disappoints)",
            "can't lose",
        ),
        "invite instead of promising",
    ),
    (
        "price",
        ("lowest prices?|cheapest|free forever|last chance|once in a lifetime",),
        "name the price and the dates",
    ),
)
_Rule = tuple[str, tuple[str, ...], str]


def _compile(rules: Iterable[_Rule], edge: str) -> list[tuple[str, re.Pattern[str], str]]:
    """``edge`` keeps an English word from being found inside another; Chinese has no such edges."""
    return [
        (rule, re.compile(f"{edge}(?:{'|'.join(patterns)})" + edge.replace("?<!", "?!"), re.IGNORECASE), instead)
        for rule, patterns, instead in rules
    ]


_PATTERNS = {"zh": _compile(_ZH, ""), "en": _compile(_EN, r"(?<![a-z])")}


def mask(text: str, exempt: Iterable[str]) -> str:
    """``text`` with every exempt string blotted out, length unchanged."""
    for name in sorted({name for name in exempt if name}, key=len, reverse=True):
        text = re.sub(re.escape(name), lambda match: "\ue000" * len(match.group()), text, flags=re.IGNORECASE)
    return text


def check(text: str, lang: str, *, exempt: Iterable[str] = (), extra: Iterable[str] = ()) -> list[Finding]:
    """Everything in ``text`` that an advertisement must not say, in reading order.

    Args:
        lang: the language of the text; Chinese rules are read on English text too where it holds Chinese, and back.
        exempt: titles, names of people and of awards, brands: proper names may be called what they are called.
        extra: further words that must not stand there.
    """
    masked = mask(text, exempt)
    found = [
        Finding(match.start(), match.end(), match.group(), rule, instead)
        for language in (lang, "en" if lang == "zh" else "zh")
        for rule, pattern, instead in _PATTERNS[language]
        for match in pattern.finditer(masked)
    ]
    for word in extra:
        for match in re.finditer(re.escape(word), masked, re.IGNORECASE):
            found.append(Finding(match.start(), match.end(), match.group(), "avoid", ""))
    found.sort(key=lambda finding: (finding.start, -finding.end))
    kept: list[Finding] = []
    for finding in found:  # both languages know "100%", and 全网最低价 holds 最低
        if not kept or finding.end > kept[-1].end:
            kept.append(finding)
    return kept
