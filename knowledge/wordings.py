"""How people ask for a relation, in both languages: the table the question reader works from.

Each entry is a regular expression over folded text (see :func:`knowledge.text.fold`). A relation that is not in the
table, one that came with imported triples, is asked for by its own labels. To teach the reader a new way of asking,
add it here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.graph import Relation
from knowledge.text import fold, is_han

__all__ = ["ANY", "MADE", "PEOPLE", "RelationHit", "Wordings"]

PEOPLE: tuple[str, ...] = ("directed_by", "performed_by", "cast", "written_by", "composed_by")
"""Relations from a work to people."""

ANY = "*"
"""Pseudo relation: whatever a person has to do with a work (「诺兰的电影」, "albums by Jay Chou")."""

MADE = "made"
"""Pseudo relation: what a person is chiefly known for in this catalogue (「拍过」, "made")."""

_ZH: dict[str, str] = {
    "directed_by": r"总?导演(?:的|了|过|是)?|执导(?:的|了|过)?|导(?:的|了|过)",
    "cast": (
        r"领衔主演|(?:联合)?主演(?:的|了|过)?|(?:男|女)(?:主角|主演|主|一号|演员)|演员(?:表|阵容|名单)?|"
        r"出演(?:的|了|过)?|参演(?:的|了|过)?|饰演|扮演|演(?:的|了|过)|卡司|主角|阵容|(?<=谁)演|"
        r"(?:都)?有谁(?:演|出演)|(?:里|中)(?:都|面)?有谁|谁在里面|配音(?:演员)?(?:的)?|(?<=谁)配的音"
    ),
    "written_by": r"编剧|剧本(?:是谁写)?的?|(?<!音乐)(?<!配乐)(?:编写|写)(?:的|了|过)|作者|执笔",
    "composed_by": (
        r"(?:写|做|作|创作)(?:的|了|过)?(?:音乐|配乐|曲子?)|配乐(?:的|了|过|师|者)?|作曲(?:的|了|过|家|者)?|"
        r"谱曲(?:的|了)?|配(?:过|了|的|个)乐|[作谱](?:过|了)曲|曲作者|原声(?:音乐)?(?=是?谁|由|的?作)|"
        r"音乐(?:\s?作者|(?=\s?(?:是?谁|由|的?作曲)))|的音乐"
    ),
    "performed_by": (
        r"歌手|演唱(?:的|了|过|者)?|唱(?:的|了|过)|主唱|发行?过|(?<=谁)的(?:专辑|唱片|歌)|乐队|艺人|"
        r"(?:演出|表演)(?:团体|单位|者|的人)|哪个(?:剧团|舞团|乐团|院团|剧院|团)(?:(?:演|表演|演出)的?)?"
    ),
    "genre": (
        r"(?:什么|哪种|哪类|啥)(?:类型|题材|片子?|风格|曲风|流派)|类型|题材|曲风|流派|"
        r"属于(?:什么|哪)(?:一)?(?:类|种)|什么(?:样|类)的(?:片|剧|电影)"
    ),
    "mood": r"氛围|基调|调性|情绪(?:是|怎)",
    "country": (
        r"(?:是|属于)?(?:哪|什么)(?:一)?个?(?:国家?|地区|地方)(?:的|拍|出品)?|(?:出品|制片|制作)(?:国家?|地区)|"
        r"哪里(?:的|拍|出品)|产地|国别|哪儿的"
    ),
    "language": r"(?:什么|哪种|哪国|啥)(?:语言?|话)|语言|语种|(?:对白|配音)(?:是|语言)",
    "award": (
        r"(?:什么|哪些|啥|几个|多少个?)(?:大?奖项?)|获(?:得|过|了)?(?:过|了)?(?:的)?(?:什么|哪些)?奖项?|"
        r"得(?:过|了)?(?:什么|哪些)?奖|拿(?:过|了|到)?(?:什么|哪些)?(?:大?奖项?)|奖项"
    ),
    "year": (
        r"(?:是)?(?:哪|什么|那|几)(?:一)?年(?:份)?(?:上映|上的?|出的?|拍的?|播出?|首播|开播|发行|发布|首演|的)?|"
        r"几几年(?:的|上映|出)?|年份|年代是|"
        r"(?:是)?(?:什么时候|何时|啥时候|几时)(?:上映|上的?|出来?的?|拍的?|播出?|首播|开播|发行|发布|推出|首演|"
        r"公映)?的?|"
        r"(?:上映|首播|开播|播出|发行|发布|首演|公映)(?:的)?(?:时间|日期|年份|年|时候)?"
    ),
    "runtime": (
        r"(?:有|是|片长)?(?:多长|多久)(?:时间)?|片长|时长|全长|(?:多少|几)个?(?:分钟|小时|钟头)|"
        r"(?:要|得)?(?:看|听)多久|长度"
    ),
    "episodes": r"(?:一共|总共|共|有)*(?:多少|几)集|集数|总集数",
    "line": (
        r"(?:主要|大概|到底|究竟)?(?:是)?(?:讲|说)(?:的|了|述)?(?:是)?(?:一个)?(?:什么|啥|怎样的)(?:故事|内容|东西|"
        r"事)?|"
        r"(?:什么|啥)(?:故事|内容)|剧情|情节|故事(?:梗概|简介|大纲|内容)?|简介|内容|梗概|大意|介绍"
    ),
}
_EN: dict[str, str] = {
    "directed_by": (
        r"co-?direct(?:s|ed|or)?|dir\b|direct(?:s|ed|ing|ion)?(?: by)?|directors?|film-?makers?|helm(?:s|ed)?|"
        r"at the helm of"
    ),
    "cast": (
        r"star(?:s|red|ring)?(?: in| by)?|cast(?: members?| list)?|actors?|actress(?:es)?|act(?:s|ed|ing)?(?: in| by)?|"
        r"leads?(?: roles?)?|(?:main|leading) (?:roles?|parts?|m[ae]n|lad(?:y|ies))|appear(?:s|ed|ances?)?(?: in)?|"
        r"featur(?:es|ed|ing)|who(?:'s| is| was| else is| else was|s) in|been in|play(?:s|ed|ing)? (?:in|the (?:lead|main))|"
        r"played|playing|voic(?:e|ed|es|ing)|voice actors?|headlin(?:e|es|ed|ing)"
    ),
    "written_by": (
        r"written(?: by)?|writ(?:e|es|ing)(?: by)?|wrote|(?:screen)?writers?|screenplay(?: by| for)?|"
        r"script(?: by| for)?|authors?|penned(?: by)?|scripted(?: by)?"
    ),
    "composed_by": (
        r"(?:wrote|did|made|composed|created|scored|does|writes|written|write) the (?:music|score|soundtrack|"
        r"songs)(?: (?:for|of|in|to))?|"
        r"compos(?:e|es|ed|ing|ers?)(?: by)?|scor(?:e|es|ed|ing)(?: by| for| of)?|"
        r"(?:music|soundtrack)(?: (?:by|for|of|in|is by|composed by))?"
    ),
    "performed_by": (
        r"s[aiu]ng(?:s|ing|ers?)?(?: by)?|artists?|bands?|perform(?:s|ed|ing|ers?)?(?: by)?|recorded(?: by)?|"
        r"record(?:s|ed)?(?= by)|whose (?:album|record|show)|musicians?|(?:theatre |dance |ballet )?compan(?:y|ies)"
    ),
    "genre": (
        r"genres?|"
        r"(?:what|which) (?:kind|type|sort)s?(?: of)?(?: (?:a )?(?:movie|film|show|series|album|music|thing))?|"
        r"(?:kind|type|sort) of (?:movie|film|show|series|album|music)"
    ),
    "mood": r"moods?|tone|vibe|atmosphere",
    "country": (
        r"(?:what|which) (?:country|countries|nation|place)|countr(?:y|ies)|"
        r"where (?:was|is|were|does|did)(?= .*\b(?:from|made|produced|filmed|come from))|nationality"
    ),
    "language": r"(?:what|which) languages?|languages?|spoken(?: in)?",
    "award": (
        r"(?:what|which|any|how many) (?:awards?|prizes?|oscars?)|awards?|prizes?|accolades?|"
        r"(?:w[io]n|win|wins|winning|received?)(?: any| an?| the)?(?: awards?| prizes?| anything)?"
    ),
    "year": (
        r"(?:what|which) year|when|release[ds]?(?: dates?| years?| in)?|(?:come|came|comes|coming) out(?: in)?|"
        r"premier(?:e|ed|es)|first (?:aired|air|shown|staged)|debut(?:ed)?|how old|year of release|"
        r"(?:the )?year(?: of)?|what date"
    ),
    "runtime": r"how (?:long|many (?:minutes|hours|mins))|run(?:ning)?[ -]?times?|runs? for|length|duration",
    "episodes": r"how many (?:episodes?|eps?|parts)|episode count|number of episodes|(?:total )?episodes",
    "line": (
        r"(?:what(?:'s| is| was|s)? .{0,40}\babout)|(?:is|are|was) about|plot|stor(?:y|yline)|synopsis|premise|"
        r"summary|what happens|describe|tell me (?:more )?about|about"
    ),
}
# Chinese typed without an input method; what is meant by "de", "shei", "shi" is in the list of small words.
_PINYIN: dict[str, str] = {
    "directed_by": r"dao ?yan",
    "cast": r"zhu ?yan|yan ?yuan",
    "written_by": r"bian ?ju",
    "composed_by": r"zuo ?qu|pei ?yue",
    "year": r"(?:na|ji) ?nian|shang ?ying",
    "runtime": r"duo ?chang|pian ?chang",
    "episodes": r"(?:duo ?shao|ji) ?ji",
    "genre": r"lei ?xing",
}
_ZH_ANY = r"作品|代表作|电影(?=有|是|都)"
_ZH_MADE = r"拍(?:的|了|过|摄(?:的|了|过)?)|做过|做的|出(?:过|的|了)|推出(?:过|的|了)"
_EN_ANY = r"(?:by|with|from|of|featuring)(?= ?[\ue000-\uf8ff])|work(?:s|ed)? on|filmography|discography|involved in"
_EN_MADE = r"ma(?:de|kes?|king)|(?:did|do|does)(?=\W*$)|done|released?(?= (?:by )?[\ue000-\uf8ff])|put out"


@dataclass(frozen=True, slots=True)
class RelationHit:
    """A relation asked for by ``text[start:end]``."""

    start: int
    end: int
    relation: str


class Wordings:
    """Finds relation words in folded text, for the relations of one graph."""

    def __init__(self, relations: Mapping[str, Relation]) -> None:
        patterns: list[tuple[str, str]] = []
        for table, template in ((_ZH, "{}"), (_EN, r"\b(?:{})\b"), (_PINYIN, r"\b(?:{})\b")):
            patterns.extend((relation, template.format(words)) for relation, words in table.items())
        patterns += [(ANY, _ZH_ANY), (MADE, _ZH_MADE), (ANY, rf"\b(?:{_EN_ANY})"), (MADE, rf"\b(?:{_EN_MADE})\b")]
        for relation in relations.values():
            if relation.id not in _ZH and not relation.id.startswith("line_"):
                names = sorted({fold(name) for name in (*relation.labels.values(), *relation.inverse.values()) if name})
                for name in names:
                    escaped = re.escape(name)
                    patterns.append((relation.id, escaped if any(map(is_han, name)) else rf"\b{escaped}s?\b"))
        self._patterns = [(relation, re.compile(pattern)) for relation, pattern in patterns]

    def find(self, text: str) -> list[RelationHit]:
        """Hits in reading order; where two overlap the longer one stands."""
        hits = [
            RelationHit(match.start(), match.end(), relation)
            for relation, pattern in self._patterns
            for match in pattern.finditer(text)
            if match.end() > match.start()
        ]
        chosen: list[RelationHit] = []
        for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start, hit.relation in (ANY, MADE))):
            if all(hit.end <= other.start or other.end <= hit.start for other in chosen):
                chosen.append(hit)
        return sorted(chosen, key=lambda hit: hit.start)
