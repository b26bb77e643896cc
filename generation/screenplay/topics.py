# ruff: noqa: SIM905 — word lists, a line a group
"""What a free topic names: who is in it, where it happens, which kind of story it asks for, what it is about.

Read off word lists, so it catches the common ways of putting a topic ("外卖员和明星", "a detective and a thief on a
night train") and leaves the rest whole: whatever the topic says is still told in the logline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["KIN", "Topic", "read"]

KIN = re.compile(
    "爸|妈|父|母|哥|弟|姐|妹|儿|女儿|爷|奶|外婆|外公|孙|婆婆|媳妇|丈夫|妻子|"
    "mother|father|mum|mom|dad|son|daughter|brother|sister|grand|husband|wife"
)
"""Roles that make two people relatives."""

_ROLES_ZH = """
    外卖员 快递员 明星 演员 医生 护士 病人 侦探 警察 小偷 老师 学生 老板 员工 实习生 程序员
    设计师 司机 乘客 保安 厨师 服务员 房东 租客 邻居 室友 老朋友 同学 同事 前任 初恋 丈夫
    妻子 爸爸 妈妈 父亲 母亲 儿子 女儿 哥哥 弟弟 姐姐 妹妹 爷爷 奶奶 外婆 外公 孙女 孙子
    婆婆 媳妇 导演 编剧 歌手 乐手 画家 作家 记者 律师 法官 宇航员 机器人 外星人 幽灵
    国王 皇后 侠客 书生 将军 刺客 掌柜 船长 图书管理员 新郎 新娘 反派 主播 网红 杀手 卧底
    间谍 修表匠 摄影师 陌生人 双胞胎 考生 教练 球员
""".split()
_PLACES_ZH = """
    车站 火车站 地铁 地铁站 公交车 机场 医院 病房 电梯 办公室 会议室 教室 学校 宿舍 操场
    咖啡馆 餐厅 食堂 面馆 酒吧 便利店 超市 商场 图书馆 书店 电影院 剧院 后台 公园 海边 码头
    山上 村口 老家 客厅 厨房 阳台 天台 屋顶 巷子 桥上 旅馆 酒店 密室 地下室 古庙 客栈 皇宫
    太空舱 飞船 夜市 菜市场 婚礼 年会 法庭 监狱 火车上 列车
""".split()
_KEYS_ZH = (
    (r"重逢|再见面|老朋友|多年|老同学|怀旧|回忆|久别", "mood/nostalgic"),
    (r"初恋|暗恋|告白|表白|恋爱|爱情|情侣|心动|异地恋|求婚", "genre/romance"),
    (r"悬疑|密室|失踪|消失|诡异|推理|谜|匿名", "genre/suspense"),
    (r"恐怖|闹鬼|鬼|灵异|敲门声|凶宅|午夜", "genre/horror"),
    (r"凶手|警察|刑警|破案|案件|命案|卧底|审讯|小偷|侦探|犯罪", "genre/crime"),
    (r"搞笑|喜剧|误会|小品|相亲|年会|尴尬|乌龙|吐槽|脱口秀", "genre/comedy"),
    (r"科幻|太空|时间旅行|机器人|人工智能|外星|未来|克隆|记忆", "genre/science-fiction"),
    (r"武侠|江湖|剑客|侠客|古装|宫廷|客栈|镖局|仙侠|将军|刺客|掌柜|书生", "genre/costume"),
    (r"青春|校园|高考|毕业|同桌|社团|操场|联考|十七岁", "genre/youth"),
    (r"加班|职场|老板|裁员|同事|甲方|汇报|开会|办公室|面试|实习", "genre/workplace"),
    (r"逆袭|打脸|豪门|总裁|身份|赘婿|战神|隐藏大佬", "genre/short-drama"),
    (r"追车|逃|倒计时|抢|比赛|任务|救|拆弹|末日|间谍", "genre/action"),
    (r"秘密|分手|离婚|谎|隐瞒|催婚|父母|亲情|家庭|和解|病|老房子|年夜饭|兄妹|姐弟", "genre/family-life"),
)
_ROLES_EN = (
    "courier|actor|actress|doctor|nurse|patient|detective|thief|cop|police officer|teacher|student|boss|intern|"
    "driver|passenger|guard|chef|cook|waiter|waitress|landlord|tenant|neighbour|neighbor|roommate|flatmate|"
    "old friend|stranger|colleague|ex|husband|wife|father|mother|dad|mum|mom|son|daughter|brother|sister|"
    "grandmother|grandma|grandfather|director|writer|singer|musician|painter|journalist|lawyer|judge|astronaut|"
    "robot|alien|ghost|king|queen|knight|soldier|captain|librarian|bride|groom|villain|hero|spy|assassin|"
    "clown|kid|barista|cleaner|lighthouse keeper|pilot"
)
_PLACES_EN = (
    "night train|train station|train|bus stop|bus|subway|airport|hospital|lift|elevator|office|classroom|school|cafe|"
    "café|restaurant|bar|pub|diner|library|bookshop|cinema|theatre|theater|park|beach|harbour|harbor|kitchen|"
    "living room|balcony|rooftop|alley|bridge|hotel|basement|spaceship|space station|night market|supermarket|"
    "wedding|office party|courtroom|prison|lighthouse|museum|laundromat|garage"
)
_KEYS_EN = (
    (r"reunion|reunite|old friend|years later|nostalg|goodbye|long time", "mood/nostalgic"),
    (r"first love|romance|romantic|crush|falls? in love|love story|propos(?:e|al)", "genre/romance"),
    (r"suspense|thriller|mystery|missing|vanish|twist|anonymous", "genre/suspense"),
    (r"ghost|haunt|horror|scary|knock(?:ing)? at", "genre/horror"),
    (r"murder(?! mystery)|crime|cop\b|police|detective|witness|interrogat|thief|undercover", "genre/crime"),
    (r"comedy|funny|sketch|misunderstanding|awkward|first date|stand-up|sitcom|waiter|dating", "genre/comedy"),
    (r"space|sci-fi|science fiction|robot|alien|time travel|future|clone|memory", "genre/science-fiction"),
    (r"wuxia|sword|kung fu|ancient china|dynasty|costume drama|martial", "genre/costume"),
    (r"high school|teen|coming of age|exam|graduation|classmate|seventeen", "genre/youth"),
    (r"office|overtime|workplace|boss|layoff|meeting|intern|deadline at work|colleague", "genre/workplace"),
    (r"hidden identity|secret heir|billionaire|underdog|payback", "genre/short-drama"),
    (r"chase|escape|countdown|race|mission|rescue|heist|bomb|spy", "genre/action"),
    (r"secret|break-?up|divorce|\blie|lying|confess|family|forgive|illness|siblings|old house", "genre/family-life"),
)
_VERBAL_ZH = re.compile(r"[，。、；和与跟在把被给让要想会去来了着过]|一[只个位名]|主角|故事|如果|因为")
_VERBAL_EN = re.compile(
    r"[,.;]|\b(?:and|between|who|that|with|in|on|at|is|are|set|where|when|meets?|runs?|finds?|loses?|wants?|tries)\b",
    re.I,
)


_WITHIN_EN = r"\b(?:in|on|at|inside|by|near|outside|aboard|under|behind|below)\s+(?:(?:the|an?|his|her|their|my|our)\s+)?(?:\w+\s+)??"


@dataclass(frozen=True, slots=True)
class Topic:
    """``matter`` is a short noun phrase the people can be at odds about, empty when the topic is none."""

    text: str
    roles: tuple[str, ...]
    place: str
    tags: frozenset[str]
    matter: str
    says_more: bool
    """Whether the topic tells more than its roles, its place and its matter do."""


def read(text: str, lang: str) -> Topic:
    """What ``text`` names."""
    text = text.strip(" 。.!！?？")
    if lang == "zh":
        roles = _found(_ROLES_ZH, text)
        place = max((place for place in _PLACES_ZH if _set_in(place, text)), key=len, default="")
        tags = frozenset(tag for pattern, tag in _KEYS_ZH if re.search(pattern, text))
        bare = re.sub(r"(?:的)?(?:故事|题材|主题)$", "", text)
        nominal = (
            1 < len(bare) <= 8
            and not (roles and place)
            and not _VERBAL_ZH.search(bare)
            and bare not in roles
            and bare != place
        )
        rest = re.sub("|".join(map(re.escape, [*roles, place, "和", "与", "的", "一个", "两个", "故事"])), "", text)
        return Topic(text, roles, place, tags, bare if nominal else "", not nominal and len(rest) > 1)
    spans = [(match.start(), match[1].lower()) for match in re.finditer(rf"\b({_ROLES_EN})s?\b", text, re.I)]
    if len(spans) == 1 and re.search(rf"\btwo (?:\w+ )?{re.escape(spans[0][1])}s\b", text, re.I):
        spans *= 2
    found = re.search(rf"{_WITHIN_EN}({_PLACES_EN})\b(?! (?:of|speech|cake|dress|song|list)\b)", text, re.I)
    tags = frozenset(tag for pattern, tag in _KEYS_EN if re.search(pattern, text, re.I))
    bare = re.sub(r"^(?:a|an|the) (?:story|tale) (?:of|about) |^the topic of ", "", text, flags=re.I)
    roles = tuple(role for _, role in spans)[:2]
    nominal = len(bare.split()) <= 4 and not _VERBAL_EN.search(bare) and not roles and not found
    return Topic(text, roles, found[1].lower() if found else "", tags, bare if nominal else "", not nominal)


def _set_in(place: str, text: str) -> bool:
    """Whether the topic says that it happens there: 在车站, 电梯里; 婚礼致辞 does not."""
    within = rf"(?:在|到|去|从)[^，。]{{0,4}}{place}|{place}(?:里|上|中|内|外|前|后|门口|的|重逢|相遇|故事|之夜)"
    return text == place or re.search(within, text) is not None


def _found(words: list[str], text: str) -> tuple[str, ...]:
    """The words that stand in the text, in its order, none inside a longer one; twice for 「两个老朋友」."""
    spans: list[tuple[int, int, str]] = []
    for word in sorted(words, key=len, reverse=True):
        for match in re.finditer(re.escape(word), text):
            if all(match.end() <= start or end <= match.start() for start, end, _ in spans):
                spans.append((*match.span(), word))
    named = [word for _, _, word in sorted(spans)]
    if len(named) == 1 and re.search(rf"[两俩](?:个|位|名)?[^，。]{{0,3}}{named[0]}", text):
        named *= 2
    return tuple(named[:2])
