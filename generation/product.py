# ruff: noqa: E501 — word lists, a line a group
"""A product as a list of attributes, and whether a text says more of it than the list does.

    attributes("类型#裙*材质#蕾丝*裙长#连衣裙")  →  (("类型", "裙"), ("材质", "蕾丝"), ("裙长", "连衣裙"))

The notation is that of the AdvertiseGen data. A copy may use the words of the list and what follows from them (勾花镂空 →
镂空); any other word for a material, a colour, a cut or a property of the cloth is a claim without a source.

    Shao et al., "Long and Diverse Text Generation with Planning-based Hierarchical Variational Model", EMNLP 2019.
"""

from __future__ import annotations

from functools import cache

import ahocorasick

from generation.checks import BriefError, phrase
from generation.grounding import Claim
from knowledge.text import fold

__all__ = ["Attributes", "attributes", "noun", "product_claims", "said_by"]

Attributes = tuple[tuple[str, str], ...]
MAX_ATTRIBUTES = 60
MAX_VALUE = 24

_CONTRADICTIONS = (
    ("宽松", "紧身"), ("长袖", "无袖"), ("长袖", "短袖"), ("短袖", "无袖"), ("高腰", "低腰"), ("纯棉", "涤纶"), ("loose", "tight"),
    ("long sleeves", "short sleeves"), ("sleeveless", "long sleeves"), ("high waist", "low waist"),
)  # fmt: skip
"""Values that one product cannot have under the same name."""

# What a value lets one say, beside its own words.
_ENTAILS = {
    "勾花镂空": "镂空 勾花", "v领": "v字领 领口 小v领", "圆领": "领口", "翻领": "领口", "立领": "领口", "一字领": "一字肩 领口 露肩", "高领": "领口", "连帽": "帽子",
    "显瘦": "修身", "收腰": "收腰", "高腰": "高腰线 腰线", "a字": "a字裙 a型", "荷叶边": "荷叶", "百褶": "百褶裙 褶皱", "压褶": "褶皱 打褶", "抽褶": "褶皱",
    "蝙蝠袖": "袖", "喇叭袖": "袖", "灯笼袖": "袖", "泡泡袖": "袖", "牛仔布": "牛仔", "网纱": "薄纱 纱 网纱裙", "蕾丝": "蕾丝", "蚕丝": "真丝 丝", "针织": "针织",
    "印花": "印花", "刺绣": "绣花", "破洞": "破洞", "毛边": "毛边", "开叉": "开衩", "系带": "系带 绑带", "绑带": "系带", "腰带": "腰带", "拉链": "拉链", "字母": "文字",
    "条纹": "条纹", "格子": "格纹", "蛋糕": "蛋糕裙", "鱼尾裙": "鱼尾", "连体裤": "连体", "背带裤": "背带", "背带裙": "背带", "直筒裤": "直筒", "阔腿裤": "阔腿",
    "哈伦裤": "哈伦", "小脚": "小脚裤", "微喇裤": "微喇", "直筒裙": "直筒", "包臀裙": "包臀", "抹胸裙": "抹胸", "落肩袖": "落肩", "ol": "通勤", "职场": "通勤", "拼色": "拼接",
    "木耳边": "木耳", "九分裤": "九分", "七分裤": "七分", "八分裤": "八分", "花边": "花边", "纯色": "纯色", "撞色": "撞色", "西装": "西装", "吊带": "吊带", "露肩": "露肩",
    "黑白": "黑色 白色", "粉红色": "粉色", "藏蓝色": "蓝色", "浅蓝色": "蓝色", "深蓝色": "蓝色", "宝蓝色": "蓝色", "浅灰色": "灰色", "米白色": "白色", "h": "h型", "螺纹": "罗纹",
}  # fmt: skip
_VOCABULARY = ["蕾丝", "牛仔布", "牛仔", "纯棉", "棉麻", "棉布", "针织", "网纱", "雪纺", "蚕丝", "真丝", "桑蚕丝", "水洗", "羊毛", "羊绒", "羊羔毛", "马海毛", "貂毛", "丝绒", "天鹅绒", "灯芯绒", "亚麻", "苎麻", "天丝", "绸缎", "缎面", "涤纶", "聚酯纤维", "氨纶", "锦纶", "尼龙", "莫代尔", "腈纶", "皮革", "真皮", "牛皮", "羊皮", "pu", "混纺", "毛呢", "呢子", "羽绒", "鹅绒", "欧根纱", "醋酸", "斜纹", "提花", "粗花呢", "法兰绒", "薄纱", "绒布", "绒面", "帆布", "抓绒", "加绒", "加厚", "黑色", "白色", "米白色", "米色", "杏色", "粉色", "粉红色", "红色", "酒红色", "砖红色", "橘色", "橙色", "黄色", "姜黄色", "绿色", "墨绿色", "军绿色", "蓝色", "浅蓝色", "深蓝色", "宝蓝色", "藏蓝色", "藏青色", "雾霾蓝", "紫色", "灰色", "浅灰色", "卡其色", "驼色", "咖啡色", "棕色", "焦糖色", "裸色", "肉色", "金色", "银色", "彩色", "纯色", "撞色", "拼色", "渐变", "黑白", "条纹", "格子", "格纹", "波点", "圆点", "碎花", "印花", "刺绣", "绣花", "字母", "文字", "卡通", "蝴蝶结", "豹纹", "斑马纹", "迷彩", "几何", "菱形", "涂鸦", "花卉", "花朵", "太阳花", "玫瑰", "樱花", "植物", "动物", "小熊", "logo", "v领", "圆领", "翻领", "立领", "一字领", "一字肩", "高领", "半高领", "方领", "娃娃领", "西装领", "polo领", "尖领", "荷叶领", "海军领", "青果领", "堆堆领", "帽子", "连帽", "毛领", "喇叭袖", "灯笼袖", "泡泡袖", "蝙蝠袖", "插肩袖", "落肩", "落肩袖", "荷叶袖", "花瓣袖", "飞飞袖", "羊腿袖", "长袖", "短袖", "无袖", "七分袖", "五分袖", "九分袖", "罗纹袖口", "荷叶边", "花边", "木耳边", "毛边", "开叉", "开衩", "压褶", "百褶", "褶皱", "抽褶", "垂坠", "层叠", "流苏", "钉珠", "亮片", "亮丝", "镂空", "勾花镂空", "铆钉", "珍珠", "水钻", "贴布", "盘扣", "纽扣", "牛角扣", "铜扣", "拉链", "系带", "绑带", "抽绳", "飘带", "腰带", "吊带", "背带", "口袋", "贴袋", "拼接", "破洞", "做旧", "磨白", "不规则", "不对称", "对称", "露肩", "露背", "螺纹", "罗纹", "松紧", "松紧腰", "松紧带", "单排扣", "双排扣", "套头", "内衬", "宽松", "修身", "紧身", "显瘦", "收腰", "高腰", "中腰", "低腰", "直筒", "阔腿", "哈伦", "微喇", "喇叭裤", "小脚", "小脚裤", "九分", "七分", "八分", "连体", "连衣裙", "半身裙", "长裙", "短裙", "包臀", "鱼尾", "a字", "百褶裙", "蛋糕裙", "大裙摆", "抹胸", "一步裙", "蓬蓬裙", "公主裙", "衬衫裙", "短款", "中长款", "长款", "h型", "廓形", "oversize", "短裤", "长裤", "衬衫", "外套", "卫衣", "西装", "针织衫", "开衫", "风衣", "毛衣", "马甲", "t恤", "棒球服", "夹克", "大衣", "羽绒服", "透气", "亲肤", "吸汗", "吸湿", "速干", "保暖", "防风", "防水", "防晒", "防走光", "弹力", "弹性", "抗皱", "不起球", "不褪色", "不缩水", "耐磨", "耐穿", "可机洗", "环保", "进口", "手工", "原创", "限量", "定制", "大牌", "明星同款", "网红", "设计师", "专利", "四季", "春季", "夏季", "秋季", "冬季", "春夏", "秋冬", "五角星", "减龄", "收腹", "提臀", "遮肉", "显高", "性感", "文艺", "休闲", "复古", "清新", "简约", "街头", "知性", "淑女", "宫廷", "民族风", "英伦", "韩版", "日系", "欧美", "中国风", "朋克", "嘻哈", "运动", "通勤", "职场", "学院", "波西米亚", "田园", "洛丽塔"]  # fmt: skip


def attributes(given: Attributes | str) -> Attributes:
    """The attributes of ``类型#裙*材质#蕾丝`` or of pairs, cleaned, each once, in order.

    Raises:
        BriefError: a part is no pair, a value is too long, there are more than 60, or two contradict each other.
    """
    if isinstance(given, str):
        pairs = [tuple(part.split("#", 1)) for part in given.split("*") if part.strip()]
        if bad := next((pair for pair in pairs if len(pair) != 2), None):
            raise BriefError(f"product: {bad[0]!r} is no attribute; write name#value*name#value")
    else:
        pairs = [tuple(pair) for pair in given]
        if any(len(pair) != 2 for pair in pairs):
            raise BriefError("product: pairs of a name and a value are expected")
    if len(pairs) > MAX_ATTRIBUTES:
        raise BriefError(f"product: {len(pairs)} attributes, at most {MAX_ATTRIBUTES}")
    read = tuple(
        dict.fromkeys(
            (phrase("product", name, MAX_VALUE), phrase("product", value, MAX_VALUE)) for name, value in pairs
        )
    )
    if not all(name and value for name, value in read):
        raise BriefError("product: a name and a value may not be empty")
    for one, other in _CONTRADICTIONS:
        names = [{name for name, value in read if value.lower() == said} for said in (one, other)]
        if names[0] & names[1]:
            raise BriefError(f"product: {one} and {other} contradict each other")
    return read


_NOUNS = ("裤型", "裙长", "裙型", "衣样式", "裤长")


def noun(product: Attributes) -> str:
    """What to call it: 连衣裙, 牛仔裤, 衬衫; the type itself where nothing says more."""
    values: dict[str, list[str]] = {}
    for name, value in product:
        values.setdefault(name.lower(), []).append(value)
    for name in _NOUNS:
        for value in values.get(name, ()):
            if value[-1] in "裙裤衣衫装套衬恤" or value in ("风衣", "马甲", "外套", "开衫", "棒球服"):
                return value
    kind = next((values[name][0] for name in ("类型", "type", "品类", "商品") if name in values), "")
    return {"裙": "裙子", "裤": "裤子"}.get(kind, kind) or (product[0][1] if product else "")


def said_by(product: Attributes) -> frozenset[str]:
    """The words that the attributes bear out, folded."""
    words = {fold(value) for _, value in product} | {fold(name) for name, _ in product}
    for value in list(words):
        words.update(fold(word) for word in _ENTAILS.get(value, "").split())
    return frozenset(word for word in words if word)


@cache
def _known() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for word in {fold(word) for word in (*_VOCABULARY, *" ".join(_ENTAILS.values()).split())}:
        if len(word) > 1:
            automaton.add_word(word, word)
    automaton.make_automaton()
    return automaton


def product_claims(text: str, product: Attributes) -> list[Claim]:
    """Every word of ``text`` for a material, colour, cut, style or property, from the brief or from nowhere.

    The longest word at a place counts: 浅蓝色 is not borne out by 蓝色, 蓝色 is by 浅蓝色.
    """
    said = said_by(product)
    folded = fold(text)
    spans = [(last - len(word) + 1, last + 1, word) for last, word in _known().iter(folded)]
    kept: list[tuple[int, int, str]] = []
    for start, end, word in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if not any(start < other_end and other_start < end for other_start, other_end, _ in kept):
            kept.append((start, end, word))
    return [
        Claim(start, end, text[start:end], "attribute", None, "brief" if any(word in value for value in said) else None)
        for start, end, word in sorted(kept)
    ]
