"""Words that name the same relation, in English and Chinese.

Nobody asks "who written_by": a graph's labels have to meet the words of questions. English inflections meet in their
stem; what no stem brings together (wrote/written/author/编剧) stands in one row here. A word may stand in several rows
("where" asks for a place, of birth as well) and any of them will do. The rows are of the world, not of one graph: a
word that no relation of a graph is called by does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from knowledge.text import fold, is_han

__all__ = ["AGAIN", "Cue", "cues", "meanings", "stem"]

_ROWS = """
direct director directed directing filmmaker helm helmed | 导演 执导 导的 导过 拍的 拍过 拍了 拍摄
write wrote written writer writing screenwriter scriptwriter screenplay script author authored penned pen creator
    | 编剧 作者 写的 写了 写过 谁写 著 原著
star starred starring act acted actor actress acting cast appear appeared appearing performer play played feature featured
    | 主演 演员 出演 演的 演过 演了 谁演 参演 饰演 卡司
compose composed composer score scored soundtrack | 作曲 配乐 谱曲
perform performed performer singer sing sang sung artist band | 演唱 歌手 表演者 唱的 唱了 艺人
produce produced producer production | 制片 制作 出品 监制
publish published publisher | 出版 发行商
date year release released when come premiere premiered debut
    | 年份 上映 哪年 哪一年 何时 什么时候 几几年 首播 日期 时间 年代 发行 出版年 年
language languages spoken speak | 语言 语种 什么话
genre genres kind type sort style category | 类型 题材 种类 什么片 风格 流派
tag tags describe described description words word topic about keyword terms subject theme
    | 标签 描述 关于 主题 关键词
rating rated rate opinion good score think | 评分 打分 口碑 评价
vote votes popular popularity famous known | 投票 票数 人气 热度 热门 有名
country nation nationality made where | 国家 哪国 国籍 哪个国家
place location located where situated | 位于 哪里 地点 在哪 所在 何地 位置
city town | 城市
capital | 首都 省会 首府
award prize won win awarded winner nominated | 奖 奖项 获奖 得奖
mood feel tone atmosphere | 氛围 情绪 心情
runtime length long duration minutes lasts | 片长 时长 多长 长度 分钟
episode episodes | 集数 几集 多少集
born birth birthplace birthday birthdate where when | 出生 生于 诞生 生日 哪里 在哪 什么时候 哪年
die died death dead where when | 去世 死于 逝世 死亡 卒 哪里 什么时候 哪年
spouse married marry wife husband | 配偶 妻子 丈夫 结婚 老婆 老公
parent father mother | 父亲 母亲 父母 爸爸 妈妈
child children son daughter | 子女 孩子 儿子 女儿
sibling brother sister | 兄弟 姐妹 哥哥 弟弟 姐姐 妹妹
found founded founder established creator when | 创始 创办 创立 成立 建立
member members belong | 成员
population inhabitants people | 人口
height tall high elevation | 身高 高度 海拔 多高
area size large | 面积 多大
weight heavy | 重量 多重
price cost costs | 价格 多少钱 票价 门票
phone telephone number | 电话
address street | 地址
age old | 年龄 多大
colour color | 颜色
school university studied educated alma | 学校 大学 毕业
employer work works worked company employed | 公司 工作 雇主 就职
occupation job profession | 职业
religion faith | 宗教
currency money | 货币
president leader head chief | 总统 主席 领导人
industry sector | 行业
"""

AGAIN = "#again"
"""Meaning of the words that turn a walk back: the *same* director, what she *also* made, who he played *with*."""

_AGAIN = (
    "same share shares shared sharing also other others else another co together too alike similar common with",
    "同 也 还 另外 其他 其它 别的 一起 合作 共同 一样 相同 搭档",
)
_IRREGULAR = {"children": "child", "people": "people", "series": "series", "movies": "movie"}
_PLURAL = re.compile(r"(?<=[^s])s$")
_ASKING = frozenset(["where", "when", "哪里", "在哪", "什么时候", "哪年", "哪一年", "何时"])
_SUFFIX = re.compile(r"(?:ation|ion|ing|er|or|ed|e)$")
_EMPTY = frozenset(
    "a an the of by in on at to for from has have had is was are were be been do does did which what who whom whose "  # noqa: SIM905
    "that this it its their his her and or".split()
)
_RUN = re.compile(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff]+")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A crude stem: enough to bring directed, director and directing together, seldom enough to mix up two words."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    word = _PLURAL.sub("", word) if len(word) > 3 else word
    if len(word) > 4:
        bare = _SUFFIX.sub("", word)
        if len(bare) >= 3:
            word = bare[:-1] if len(bare) > 3 and bare[-1] == bare[-2] and bare[-1] not in "sl" else bare
    return word


def _table() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Stems and Chinese words with the rows (by their first word) that they stand in."""
    english: dict[str, set[str]] = {}
    chinese: dict[str, set[str]] = {}
    lines = _ROWS.strip().replace("\n    ", " ").split("\n")
    rows = [(line.split(" ", 1)[0], *line.split(" | ")) for line in lines] + [(AGAIN, *_AGAIN)]
    for name, latin, han in rows:
        for word in latin.split():
            english.setdefault(stem(word), set()).add(name)
        for word in han.split():
            chinese.setdefault(word, set()).add(name)
    return (
        {word: frozenset(names) for word, names in english.items()},
        {word: frozenset(names) for word, names in chinese.items()},
    )


_ENGLISH, _CHINESE = _table()
_LONGEST = max(map(len, _CHINESE))


def meanings(label: str) -> frozenset[str]:
    """What the words of a relation's label mean: rows of the table, and the stem of every word that is in none."""
    found: set[str] = set()
    for run in _RUN.findall(fold(label)):
        if run[0].isascii():
            if run not in _EMPTY:
                found |= _ENGLISH.get(stem(run), frozenset([stem(run)]))
        else:
            found.add(run)
            for _, _, names in _chinese(run, frozenset()):
                found |= names
    return frozenset(found - {AGAIN})


class Cue(tuple[int, frozenset[str]]):
    """``(position in the tokens, meanings)`` of a word of a question that a relation may be called by."""


def cues(words: Iterable[str], own: frozenset[str]) -> list[Cue]:
    """The cues of a tokenised question (:func:`knowledge.kbqa.features.wording`).

    Args:
        own: meanings that some relation of the graph has; other words are no cues. Labels in Chinese are among them.
    """
    words = list(words)
    found: list[Cue] = []
    asking: list[Cue] = []  # "where", "when": what they ask for is often named as well, by "born", by "released"
    at = 0
    while at < len(words):
        end = at + 1
        if len(words[at]) == 1 and is_han(words[at]):
            while end < len(words) and len(words[end]) == 1 and is_han(words[end]):
                end += 1
            run = "".join(words[at:end])
            pieces = [(at + start, run[start : start + length], names) for start, length, names in _chinese(run, own)]
        else:
            word = words[at]
            names = frozenset() if word in _EMPTY else _ENGLISH.get(stem(word), frozenset([stem(word)]))
            pieces = [(at, word, names)]
        for place, word, names in pieces:
            if names & own or AGAIN in names:
                (asking if word in _ASKING else found).append(Cue((place, names)))
        at = end
    found += [cue for cue in asking if not any(cue[1] & names for _, names in found)]
    return sorted(found, key=lambda cue: cue[0])


def _chinese(run: str, own: frozenset[str]) -> list[tuple[int, int, frozenset[str]]]:
    """Known words in a run of Chinese, longest first at each place, without overlap."""
    found = []
    at = 0
    while at < len(run):
        for length in range(min(_LONGEST + 4, len(run) - at), 0, -1):
            piece = run[at : at + length]
            names = _CHINESE.get(piece, frozenset()) | (frozenset([piece]) & own)
            if names:
                found.append((at, length, names))
                at += length
                break
        else:
            at += 1
    return found
