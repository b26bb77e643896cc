# ruff: noqa: E501 — one line an alternative, however long
"""What a request for an advertisement wishes for: its topic, whom it speaks to, what it offers, its words and its tone.

Read off patterns, in Chinese and English: 「面向大学生，首月9.9元，不要用“震撼”」 → audience, offer, a word to avoid. What a pattern has
read is blanked, so that nothing is read twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from generation.briefs import MAX_PHRASE
from knowledge.text import fold

_TONES = {
    "playful": r"活泼|俏皮|搞笑|幽默|轻松|有趣|playful|funn(?:y|ier)|fun\b|light|witty|humou?rous",
    "warm": r"温情|温暖|治愈|走心|感人|动人|warm|heartfelt|touching|moving|tender|emotional",
    "literary": r"文艺|诗意|优美|高级感|literary|poetic|elegant|artsy",
    "formal": r"正式|官方|严肃|专业|formal|official|serious|professional",
    "punchy": r"有力|简洁|短一点|干脆|燃|punchy|short and sharp|snappy|bold|crisp",
}
_QUOTED = r"[“\"‘'「]([^“”\"‘’'「」]{1,30})[”\"’'」]"
_QUOTED_RUN = rf"((?:{_QUOTED}(?:\s*(?:、|，|,|和|或者?|以及|and|or|nor)\s*)*)+)".replace("([^", "(?:[^")
_AVOID = re.compile(
    rf"(?:不要|不能|不许|别|避免|禁止)(?:再)?(?:使?用|出现|提到?|写|说|有)?(?:像|类似)?{_QUOTED_RUN}(?:这[个种类些]?|等)?(?:词|字眼|说法)?|"
    r"(?:不要|别|避免)(?:使?用|出现|提到?)([\u4e00-\u9fff]{2,6}?)(?:这个词|这种词|字眼|二字|两个字|(?=[，。,；;！!]|$))|"
    r"\b(?:(?:do not|don['’]?t|never|without|avoid)\s+(?:say|saying|use|using|mention|mentioning|include|including)|avoid)\s+"
    rf"(?:(?:the |any )?(?:words?|phrases?)\s+(?:like\s+)?|the |any )?(?:{_QUOTED_RUN}|([a-z][\w-]*(?:\s+or\s+[a-z][\w-]*)*))",
    re.I,
)
_MUST = re.compile(
    rf"(?:必须|一定要|务必|记得|(?<!不)要|得)(?:包含|带上?|提到|写上|写明|用上?|出现|有|说|强调){_QUOTED_RUN}(?:这[个句]?)?(?:词|话)?|"
    r"(?:必须|一定要|务必|记得|(?<!不)要)(?:包含|带上|提到|写上|写明|用上|说明?|强调)([^，。,；;！!？?\n]{2,20})|"
    rf"\b(?:include|mention|use|say|contain)\s+(?:the\s+(?:words?|phrase|line)\s+)?{_QUOTED_RUN}|"
    r"\b(?:mention|say|saying)\s+(?:that\s+)?((?:it['’]s|we['’]re|this is|we have|there['’]s|it is|we are|doors|tickets)\s[^,.;!?\n]{2,50})",
    re.I,
)
_ASPECTS = re.compile(
    r"导演|主演|演员|编剧|年份|剧情|故事|获奖|奖项|时长|片名|作曲|歌手"
)  # the copy states these by itself
_SAVING = (
    r"满\d+(?:元|块)?(?:立?减|送|返)\d+(?:元|块)?|买[一二三\d]送[一二三\d]|(?:\d+(?:\.\d+)?|[一二三四五六七八九]{1,2})折|半价|"
    r"(?:立减|只要|仅需?)?\d+(?:\.\d+)?(?:元|块钱?)|免费(?:试看|试用|试听|看|听)(?:\d+天|[一两三七]天|一周|一个月)?|送\d+天会员"
)
_OFFER = re.compile(
    r"(?:首[月年周单季]|新人|新用户|会员|[年月季]卡|学生票?|限时|全场|早鸟票?|双人票?|票价|第[一二两三][张件杯])?"
    rf"(?:低至|立享|打|享|优惠)?(?:{_SAVING})起?|全网最低价?|史低价?|"
    r"\b(?:up to |save )?\d+ ?%(?: off| discount)?(?: (?:your|the|all|first|annual|monthly|yearly|tickets?|plans?|membership|month|year|on|everything|students?)\b)*|"
    r"\bhalf[- ]price(?: (?:tickets?|membership|for (?:a|one|the first) (?:month|year)|this (?:week|weekend|month)))?|\bbuy one,? get one(?: free| half price)?|\b(?:two|2)[- ]for[- ](?:one|1)\b(?: tickets)?|"
    r"\b(?:the )?first (?:month|year|week|\w+ (?:months|weeks|days))(?: is)? (?:free|half price|(?:for |at )?[£$€¥]\d+(?:\.\d+)?)|\b\d+[- ]days?(?: of)? free(?: trial)?|\b(?:a )?free (?:\d+[- ]day )?trial\b|"
    r"\bfree for (?:\w+ )?(?:days|weeks?|months?)|[£$€¥]\d+(?:\.\d+)?(?: off| a month| per month| a ticket| tickets?)|\b(?:the )?(?:lowest|cheapest) prices?(?: ever)?",
    re.I,
)
_PEOPLE_ZH = (
    r"族|生|党|粉丝?|人|妈|爸|妈妈|爸爸|家长|用户|会员|观众|听众|青年|情侣|爱好者|迷|孩子|朋友|老师|白领|"
    r"父母|影迷|乐迷|剧迷|宝妈|游客|单身"
)
_PEOPLE_EN = (
    r"students|teens|teenagers|adults|parents|families|kids|children|couples|fans|lovers|commuters|workers|professionals|"
    r"members|subscribers|users|customers|seniors|gamers|beginners|people|women|men|moms|mums|dads|owls|millennials|viewers|"
    r"readers|listeners|newcomers|grandparents|buffs|geeks|nerds|cinephiles|singles|teachers|nurses|engineers|owners|"
    r"runners|travell?ers|tourists|locals|friends|freshers|graduates|anyone|everyone"
)
_AUDIENCE = re.compile(
    r"(?:面向|写给|目标(?:受众|人群|用户)(?:是|为|[：:])?|受众(?:是|为|[：:]))([^，。,；;！!？?《》“”\n ]{2,14}?)(?:看的?)?"
    r"(?=的?(?:\s{2,}|文案|广告|推广|[，。,；;！!？?\n]|$)|的?\s*[写做来][一个条篇段份]|的?\s*$)|"
    rf"(?:给|针对|发给)((?!我|你|它|咱)[^，。,；;！!？?《》“”\n ]{{0,10}}?(?:{_PEOPLE_ZH}))(?:们)?(?=看|的|写|来[一条]|[，。,]|$|\s)|"
    r"\b(?:aimed at|targeted at|targeting|(?:the )?(?:target )?audience(?: is|:)|intended for)\s+(?:our |my |the )?([^,.;!?\n]{3,40}?)(?=[,.;!?\n]|\s{2,}|\s(?:for|about|with)\s|$)|"
    rf"\b(?:for|to) (?:our |my |the )?((?:(?!about|for|to\b|show|aimed)[\w-]+ ){{0,3}}?(?:{_PEOPLE_EN})\b(?: (?:who|in their|with|on a|over|under) [^,.;!?\n]{{2,30}}?(?=[,.;!?\n]|\s{{2,}}|$))?)",
    re.I,
)
_CUT = r"(?=[，。,；;！!？?\n]|\s{2,}|$)"
_MAKE = r"(?:再?写|来|做|出|编|整|生成|想|弄|配|发|准备|设计|策划|拟)"
_AD_TOPIC = (
    re.compile(
        rf"(?:关于|有关|主题(?:是|为|[：:])|宣传|推广|预告|庆祝|介绍|通知(?:会员|用户|大家|粉丝|观众)?)([^，。,；;！!？?\n《》]{{2,40}}?)(?:的(?=\s|文案|广告|$)|(?=文案|广告)|{_CUT})"
    ),
    re.compile(rf"[给为替帮]((?!我(?!们的)|你|它|他|她|大家|咱)[^，。,；;！!？?\n《》]{{1,40}}?)\s*{_MAKE}"),
    re.compile(
        rf"{_MAKE}(?:一?[个段条篇份则句]|[两三]条)\s*([^，。,；;！!？?\n《》]{{2,30}}?)的?\s*(?:文案|广告|宣传|海报|\s{{2,}})"
    ),
    re.compile(
        r"\b(?:about|announcing|promoting|advertising|celebrating)\s+((?!it\b|this\b\s*$)[^,.;!?\n]{3,60}?)(?:\s+(?:for|on|with|as|in|at|offering)\s*)?(?=\s(?:for|with|aimed|targeting|that says|saying)\s|[,.;!?\n]|\s{2,}|$)",
        re.I,
    ),
    re.compile(
        r"^(?:请|帮我|给我|来|要|做|写)*([\u4e00-\u9fff\d]{0,10}(?:活动|周年庆|周年|大促|观影季|电影节|音乐节|演出季|会员日|特惠|上新|首映|见面会|巡演))"
        r"(?=的|\s|文案|[，。,]|$)"
    ),
    re.compile(rf"[：:]\s*([\u4e00-\u9fff][^，。,；;！!？?\n《》]{{1,30}}?){_CUT}"),
    re.compile(rf"给((?!我(?!们的)|你|它|他|她|大家|咱)[^，。,；;！!？?\n《》的]{{2,20}}){_CUT}"),
    re.compile(
        r"\bfor\s+((?:our|my|the|a|an|\w+)\b[^,.;!?\n]{2,60}?)(?:\s+(?:for|on|with|as|in|at|offering)\s*)?(?=\s(?:for|with|aimed|targeting|that says|saying)\s|[,.;!?\n]|\s{2,}|$)",
        re.I,
    ),
)
_EVENT = re.compile(
    r"\b(?:sale|week|weekend|festival|anniversary|membership|event|launch|night|party|day|offer|season|pass|plan|plans|app|"
    r"premiere|screening|club|christmas|halloween|easter|new year|friday|our|my|the|a|an|birthday|marathon)\b",
    re.I,
)
_TOPIC_WORDLESS = re.compile(
    r"^(?:新|这个?|一|某)?(?:部|个|张|片|剧|新片|新剧|新专辑|电影|作品|产品|促销|营销|推广|广告|文案|不限|随便|都行|不知道|没有)$|"
    r"^(?:it|me|us|our|my|the|a|an|any|whatever|anything|something|dunno|i don['’]?t know|a (?:film|movie|show|series|title)|(?:the )?(?:film|movie|show))$",
    re.I,
)


def read_wishes(text: str) -> tuple[str, dict[str, Any]]:
    """Whom an advertisement speaks to, what it offers, which words it must and must not use; and the text without."""
    found: dict[str, Any] = {"avoid": (), "must_use": (), "offer": "", "audience": ""}
    for name, pattern in (("avoid", _AVOID), ("must_use", _MUST), ("audience", _AUDIENCE), ("offer", _OFFER)):
        for match in pattern.finditer(text):
            said = next((group for group in match.groups() if group), match[0]).strip()
            if len(said) > MAX_PHRASE or (name == "must_use" and _ASPECTS.fullmatch(said)):
                continue
            if name in ("avoid", "must_use"):
                words = re.findall(_QUOTED, said) or re.split(r"\s+or\s+", said)
                found[name] = (*found[name], *words)
            elif not found[name]:
                found[name] = said
            else:
                continue
            text = without(text, [match.span()])
    found["must_use"] = tuple(w for w in found["must_use"] if not any(a.lower() in w.lower() for a in found["avoid"]))
    return text, found


def ad_topic(bare: str, *, answer: bool) -> str:
    """What else than a work is advertised: 「会员周年庆」, "our anniversary sale"; the whole of an ``answer`` where need be."""
    found = next((match[1] for pattern in _AD_TOPIC if (match := pattern.search(bare)) and match[1].strip(" ：:")), "")
    if not found and answer and len(bare) <= MAX_PHRASE:
        found = bare
    found = re.sub(r"\s+(?:for|on|with|as|in|at)\s*$", "", found.strip(" ，。：:,.!！?？的"))
    found = re.sub(r"^(?:一?[个条篇段]|我们的?|这次的?)|(?:各?一?[个条篇段])$", "", found).strip()
    usual = tone(fold(found)) is not None or _TOPIC_WORDLESS.match(found)
    return "" if usual else " ".join(found.split())[:MAX_PHRASE]


def titled(topic: str) -> bool:
    """Whether a topic is written as a title is and names nothing that takes place: "Blade Runner 2077"."""
    return topic.istitle() and not _EVENT.search(topic)


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with these spans blanked, so that a title is not read as anything else."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def tone(folded: str) -> str | None:
    return next((name for name, words in _TONES.items() if re.search(words, folded)), None)
