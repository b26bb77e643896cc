# ruff: noqa: E501 — word lists, a line a group
"""The advertising rules as data: what is said, the article it breaks, how bad that is, what to say instead.

Levels follow the regulator's 《广告绝对化用语执法指南》 (市场监管总局公告 2023年第6号): ``block`` for what no evidence
makes lawful, ``evidence`` for statements of rank, sales or price that need a time, an area and a source; whatever
matches an exemption there (self-comparison, tips for use, grade names, goals, awards) is ``allowed``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["EXEMPT", "PLATFORM", "RULES", "SOURCED", "Level", "Rule"]

Level = Literal["block", "evidence", "allowed"]
_LAW = "中华人民共和国广告法"


@dataclass(frozen=True, slots=True)
class Rule:
    """``swaps`` are words to put in the place of what was found; ``instead`` is advice where no word will do."""

    id: str
    lang: str
    level: Level
    article: str
    pattern: re.Pattern[str]
    instead: str
    swaps: tuple[tuple[str, str], ...] = ()
    never_exempt: bool = False


def _zh(
    id_: str, level: Level, article: str, patterns: str, instead: str, swaps: str = "", never: bool = False
) -> Rule:
    return Rule(id_, "zh", level, article, re.compile(patterns, re.IGNORECASE), instead, _pairs(swaps), never)


def _en(
    id_: str, level: Level, article: str, patterns: str, instead: str, swaps: str = "", never: bool = False
) -> Rule:
    compiled = re.compile(rf"(?<![a-z])(?:{patterns})(?![a-z])", re.IGNORECASE)
    return Rule(id_, "en", level, article, compiled, instead, _pairs(swaps), never)


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((old, new) for old, _, new in (pair.partition(">") for pair in text.split("|") if pair))


RULES: tuple[Rule, ...] = (
    _zh("absolute", "block", f"{_LAW} 第九条(三)",
        "国家级|世界级|全球级|宇宙级|(?<!历)史上|空前绝后|绝无仅有|独一无二|无与伦比|无可比拟|前所未有|举世无双"
        "|最(?:高级|佳|好|优|强|棒|牛|赞|美|大|高|低|新|全|热|火|红|受欢迎|先进|顶|权威|畅销|便宜|优惠|经典)(?!后)"
        "|最(?:值得|精彩|搞笑|感人)|顶级|顶尖|顶流|极致|极品|终极|巅峰|登峰造极|至尊|王牌|冠军级|天花板"
        "|封神(?!榜|大战|演义|第|之|台)|神作|无敌|完美|万能",
        "写具体：谁拍的、讲什么、适合谁",
        "国家级>高水准|世界级>高水准|最佳>出色|最好>很好|最优>优质|最强>很强|最棒>很棒|最美>很美|最新>新近|最全>丰富|最热>热门|最火>热门|最受欢迎>受欢迎"
        "|最畅销>畅销|最便宜>实惠|最优惠>优惠|最经典>经典|最值得>值得|最精彩>精彩|最搞笑>好笑|最感人>动人|顶级>高品质|顶尖>高品质|极致>细致|极品>上乘"
        "|独一无二>与众不同|前所未有>少见|终极>|神作>佳作|完美>用心|无敌>|史上>"),
    _zh("rank", "evidence", f"{_LAW} 第九条(三)、第十一条",
        "(?:全国|全球|全网|世界|亚洲|华语|行业|销量|票房|口碑|收视|收视率|排名|评分|中国|国内|业内|国产)(?:排名)?第[一1]"
        r"|第一(?:名|品牌|选择|神)|(?:top|no\.?) ?1(?!\d)|首选|首屈一指|独家|榜首|遥遥领先|领导者|霸主|唯一(?:的|正版|指定|授权|选择)",
        "写明时间、范围和来源，没有就去掉", "首选>不妨考虑|独家>|唯一的>一种|遥遥领先>表现不俗"),
    _zh("guarantee", "block", f"{_LAW} 第四条、第二十八条",
        "100%|百分之百|百分百|绝对(?:值得|好看|好听|不会|让你)|保证(?:你|让|不)?|包(?:你|退|满意|治)|(?<!不)必(?:看|听|买|追|刷)(?!的?人)|零风险|永久(?:免费|有效)",
        "说明条件，或改成邀请", "必看>值得一看|必听>值得一听|必追>值得一追|必买>不妨看看|必刷>值得一看|绝对值得>值得|绝对好看>好看|绝对好听>好听"),
    _zh("price", "evidence", "价格法 第十四条；明码标价和禁止价格欺诈规定",
        "全网最低价?|史低|跌破底价|最后一[天次]机会|仅此一次|不再有|错过(?:再|就)?(?:等|没)", "写清价格和起止时间",
        "全网最低价>优惠价|全网最低>优惠|史低>优惠"),
    _zh("medical", "block", f"{_LAW} 第十七条、第十八条",
        "根治|药到病除|疗效|治愈(?:率|癌|疾病|失眠|抑郁|疼痛)|(?:治疗|专治|医治|缓解|预防)[^，。！？]{0,6}(?:病|炎|癌|失眠|抑郁症?|疼痛|症状?|高血压)"
        "|抗癌|防癌|降血[压糖脂]|增强免疫力?|提高免疫力?|排毒|壮阳|补肾|防脱发|生发|(?:\\d+|[一三五七十]+)(?:天|周)[^，。！？]{0,2}(?:瘦|减肥)|快速(?:瘦|减肥)|(?:瘦|减)[^，。！？]{0,3}\\d+ ?(?:斤|公斤|kg)|延年益寿|返老还童|无(?:毒)?副作用",
        "说感受，不说疗效", never=True),
    _zh("financial", "block", f"{_LAW} 第二十五条",
        "保本|保收益|稳赚|躺赚|零风险|无风险(?:收益|理财)?|高回报|年化(?:收益)?率?\\d|收益翻[倍番]|只赚不赔|日赚|月入[十百千万\\d]", "写明风险，不许诺收益", never=True),
    _zh("education", "block", f"{_LAW} 第二十四条", "包过|保过|保录取|包录取|不过退款|提分\\d+分|押中(?:原题|考题)", "说教什么，不许诺结果", never=True),
    _zh("minors", "block", f"{_LAW} 第四十条",
        "(?:让|叫|求|催|缠着?|喊)(?:你的?)?(?:爸爸?|妈妈?|爸妈|父母|家长|爷爷|奶奶)[^，。！？]{0,6}(?:买|下单|充值|付款?|掏钱)|没有(?:它|这个)[^，。！？]{0,6}同学[^，。！？]{0,4}(?:笑|看不起)|(?:小朋友|孩子|宝贝)们?[^，。！？]{0,6}(?:快来买|赶紧下单|充值吧)",
        "不劝未成年人让家长花钱", never=True),
    _zh("dignity", "block", f"{_LAW} 第九条(五)(八)(九)", "约炮|裸聊|一夜情|成人视频|色情|赌一把|血腥刺激盛宴", "删去", never=True),
    _en("absolute", "evidence", "CAP Code 3.7, 3.33; FTC Policy Statement on Substantiation",
        r"the (?:very )?best|(?:best|greatest|finest|funniest|scariest|biggest|most \w+)[- \w]{0,20} (?:ever|of all time|in the world|of the year|on earth|of the decade)"
        "|world[- ]class|world's (?:best|greatest|finest|first|only)|unbeatable|unrivall?ed|unparalleled|unmatched|second to none"
        "|perfect (?:for|film|movie|night|album|show|choice|evening)|masterpiece|ultimate|flawless|must[- ](?:see|watch|hear|listen)|best[- ]selling|award[- ]winning|record[- ]breaking|critically acclaimed",
        "say what it is: who made it, what happens, who it is for",
        "the best>a good|the very best>a good|world-class>accomplished|world class>accomplished|perfect for>made for|must-see>worth seeing|must see>worth seeing|must-watch>worth watching|must watch>worth watching|masterpiece>work|ultimate>|flawless>careful"),
    _en("rank", "evidence", "CAP Code 3.33–3.35; FTC Act s. 5",
        r"(?:no\.?|number|#) ?(?:1|one)(?!\d)|top[- ]rated|market leader|(?:everyone|nation)'s favou?rite|exclusive(?:ly)?",
        "give the source, the date and the region, or leave it out", "top-rated>well liked|exclusive>|exclusively>"),
    _en("guarantee", "block", "CAP Code 3.1, 3.11; FTC Act s. 5",
        "100 ?%|guaranteed?|risk[- ]free|you(?:'ll| will) (?:love|never)|never (?:fails|disappoints)|can't lose", "invite instead of promising",
        "you'll love>you might like|you will love>you might like"),
    _en("price", "evidence", "CAP Code 3.17–3.22; FTC Guides Against Deceptive Pricing",
        "lowest prices?|cheapest|free forever|last chance|once in a lifetime", "name the price and the dates", "lowest price>a good price|cheapest>low-priced"),
    _en("medical", "block", "CAP Code 12.1–12.2; FTC Health Products Compliance Guidance",
        r"cures?(?! (?:for )?(?:the )?boredom)|heals? (?:your )?(?:pain|disease|cancer|anxiety|depression)|treats? (?:your )?(?:disease|cancer|anxiety|depression|insomnia)|miracle (?:drug|pill|cure)|clinically proven|lose \d+ (?:pounds|lbs|kg|kilos)|boosts? (?:your )?immun\w+|anti[- ]cancer|no side[- ]effects?|detox(?:es|ify)?",
        "say how it feels, not what it cures", never=True),
    _en("financial", "block", "CAP Code 14.1–14.5; FTC Act s. 5",
        r"guaranteed returns?|get rich|double your money|no[- ]risk|risk[- ]free returns?|earn \$?[\d,]+ (?:a|per) (?:day|week|month)|financial freedom", "state the risk; promise no return", never=True),
    _en("minors", "block", "CAP Code 5.4.2; Directive 2005/29/EC Annex I (28)",
        r"(?:ask|tell|beg|get|make|persuade) (?:your )?(?:mum|mom|mummy|mommy|dad|daddy|parents?|mum and dad|mom and dad)[\w' ]{0,20}(?:buy|pay|order|get)|kids?,? (?:buy|order) (?:it|this|yours)",
        "do not press children to have their parents buy", never=True),
)  # fmt: skip

EXEMPT: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "zh": (
        ("self-comparison", re.compile("(?:本店|本品牌|本系列|本厂|自家|我们家?|品牌|系列|历代产品)(?:中|里|历年|以来|自身|以往)?[^，。！？；]{0,5}最(?:新|大|高|全|强|热|低|优惠|畅销|受欢迎)")),
        ("tips", re.compile("最佳(?:食用|赏味|饮用|使用|观赏|观看|观影|收听|入座|搭配|保存|拍摄)[^，。！？]{0,6}|最好(?=先|在|提前|带|穿|和|跟|不要|别|不|戴|关)|最新(?=章程|通知|规定|一集|一期)|最(?:大|高|低)(?:容量|承重|分辨率|音量|温度|限速)")),
        ("grade", re.compile("国家级(?=非物质|非遗|自然保护|风景|景区|重点|文物|期刊|博物馆)|世界级(?=非物质|文化遗产)|国家一级(?=演员|作曲|编剧|导演|美术师)|特级(?=教师)|顶级(?=域名)")),
        ("goal", re.compile("(?:追求|努力|致力于?|力争|力求|争取|目标|愿景|希望成为)[^，。！？；]{0,8}(?:最|极致|完美|第一)[^，。！？；]{0,2}")),
        ("award", re.compile(r"最佳[\u4e00-\u9fff]{2,10}?(?:奖|提名)|最受欢迎[\u4e00-\u9fff]{2,8}奖")),
        ("order", re.compile("第一(?:次|集|季|天|步|眼|章|幕|场|首|个|人称|时间)|最后")),
    ),
    "en": (
        ("self-comparison", re.compile(r"(?:our|my|their) (?:own )?(?:lowest prices?|cheapest|biggest)[\w ]{0,20}(?:yet|so far|this year)", re.IGNORECASE)),
        ("tips", re.compile(r"best (?:before|served|enjoyed|seen|heard|played|with|on|at|in)\b|the best (?:way|time|seat) to", re.IGNORECASE)),
        ("goal", re.compile(r"(?:aim|strive|want|hope|try)[\w ]{0,12} (?:to be )?(?:the best|perfect\w*|number one)", re.IGNORECASE)),
        ("award", re.compile(r"(?:awards? for|won|wins|winner of|oscar for|prize for|nominated for|oscars?:) (?:the )?best [a-z]+(?: [a-z]+)?\b", re.IGNORECASE)),
    ),
}  # fmt: skip
"""What the guideline of 2023 exempts, by language: an absolute word inside such a span is allowed."""

SOURCED = {
    "zh": (
        re.compile(r"\d{4}年|\d{1,2}月|截至|双十一|上半年|下半年|季度"),
        re.compile("全国|全球|中国|内地|大陆|北京|上海|广州|深圳|平台|亚洲|华东|本店|全网|院线|同档期|北美"),
        re.compile("来源|数据|据|统计|发布|显示|榜单|报告"),
    ),
    "en": (
        re.compile(r"\b(?:19|20)\d\d\b|as of|in (?:Q[1-4]|January|February|March|April|May|June|July|August|September|October|November|December)", re.IGNORECASE),
        re.compile(r"\b(?:uk|usa|europe|china|london|worldwide|north america|domestic|platform|nationwide)\b", re.IGNORECASE),
        re.compile(r"source|according to|based on|data|survey|report|\bbox office mojo\b|nielsen", re.IGNORECASE),
    ),
}  # fmt: skip
"""Time, area and source: a statement of rank that gives all three in its sentence is allowed."""

PLATFORM: dict[str, tuple[tuple[str, re.Pattern[str], str], ...]] = {
    channel: (
        ("小红书社区公约" if channel == "xiaohongshu" else "抖音社区自律公约" if channel == "douyin" else "微博社区公约" if channel == "weibo" else "微信外部链接内容管理规范", re.compile(pattern, re.IGNORECASE), instead),
    )
    for channel, pattern, instead in (
        ("xiaohongshu", r"加[微v薇]信?|v信|薇信|威信|\bvx\b|\bwx\b|私信(?:我|领|发)|戳链接|某宝|淘宝|拼多多|二维码|q群|加群", "站内说完，不引到站外"),
        ("douyin", r"加[微v薇]信?|v信|薇信|\bvx\b|\bwx\b|点击(?:左下|右下)角?(?!小黄车)|二维码|加群|互粉|求赞", "站内说完，不引到站外"),
        ("weibo", r"互粉|求粉|转发(?:本条)?抽奖必中|\bvx\b|加[微v薇]信", "不诱导关注"),
        ("wechat-title", r"不转不是|转发(?:到|给)\d+个?(?:群|好友)|震惊[！!]|速看.{0,4}删|是.{0,4}就转", "不诱导分享，不做标题党"),
        ("moments", r"不转不是|转发(?:到|给)\d+个?(?:群|好友)|集赞|砍一刀", "不诱导分享"),
    )
}  # fmt: skip
"""What the platforms take down by their own rules, by channel: an editable table, not law."""
