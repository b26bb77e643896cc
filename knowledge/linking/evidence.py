"""What stands around a name and says that it is one: quotes, a capital, 「…是谁导演的」, "the movie …", a year, a kind.

Patterns are read on squeezed text (see :mod:`knowledge.surfaces`), so they need no punctuation and no double spaces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.graph import WORK_TYPES
from knowledge.linking.common_words import is_common
from knowledge.surfaces import Squeezed
from knowledge.text import fold, is_han

__all__ = [
    "Evidence",
    "base_confidence",
    "countries_hint",
    "kind_hint",
    "sequel_follows",
    "version_hint",
    "year_hint",
]

# Words with a grammatical job: as titles they need the plainest evidence there is.
_FUNCTION_WORDS = """
    got her it up us them him he she we they i you me my this that these those here there now what who how when
    where why which other another all any some one two three first last next more most less best better good
    new old not no yes on in out off over under after before like love see saw get go home big a the time then
    so too again 我 你 他 她 我们 你们 他们 她们 大家 自己 一个 一起 一个人 今天 明天 昨天 最后 第一次 以后
    后来 为什么 怎么办
"""
_FUNCTION = frozenset(_FUNCTION_WORDS.split())

_PEOPLE_OR_PLOT = (
    r"导演|主演|演员|编剧|作曲|配乐|女主|男主|主角|卡司|片长|时长|剧情|结局|上映|首播|原声|歌手|年份|类型|"
    r"评分|故事|集数|票价"
)
_STRONG_AFTER = re.compile(
    rf"(?:这部|那部|这张|这个|电影|剧|专辑|电视剧|演出|片子)*(?:的?(?:{_PEOPLE_OR_PLOT})|是?谁(?:的|导|拍|"
    rf"演|写|唱|配|作)|是?讲|说的是|"
    r"(?:是)?(?:什么时候|哪年|哪一年|几几年)|是?哪个?国|有?多长|(?:有|一共|总共)?(?:多少|几)集|这部|那部|"
    r"这张|(?:里面?)(?:的|谁|有|都)|"
    r"有(?:谁|哪些)|获|(?:又|还|快|就)?要?(?:上映|上演|开演|重映|开播|播出|演了)|得过|拿过|好看|好听|怎么样|"
    r"值得|同(?:一|类|导|年|样|个)|(?:和|与|跟|比|、).{1,16}(?:哪|谁更|更|比|区别|共同|同一|一样|长吗|短吗|新吗|早吗))|"
    r"第[一二三四五六七八九十\d]+季|(?: s)? ?(?:season|s\d\d?(?:e\d+)?|episode|ep|directed|starring|release|cast|"
    r"director|runtime|soundtrack|songs|writer|composer|plot|episodes|film|movie|"
    r"come out|came out|about|stars|made|released|album|series|how (?:many|long)|year|length|genre|language|"
    r"who|when|what)\b|"
    r" (?:or|vs|versus|and) .{2,40} (?:which|who|longer|newer|older|first|same|common|differ\w*|compare)"
)
_PAIR_AFTER = re.compile(r" (?:or|vs|versus|and) .{2,40}$")
_STRONG_BEFORE = re.compile(
    r"(?:电影版?|影片|片子|电视剧|连续剧|剧集|专辑|话剧|音乐剧|舞剧|看过|看了|看完|听过|导演过?了?的?|"
    r"主演过?了?的?|演过|演了|拍过|拍了|介绍一下|介绍|"
    r"评价|(?:对比|比较)(?:一下)?(?:.{1,16}(?:和|与|跟))?)$|"
    r"\b(?:directed|direct|directs|director of|cast of|star in|stars in|starred in|acted in|acts in|appear "
    r"in|appeared in|"
    r"wrote|written|episodes of|episodes does|episodes are in|episodes in|year of|runtime of|length of|plot "
    r"of|ending of|"
    r"writer of|composer of|score for|score of|score to|music for|music in|music of|soundtrack of|soundtrack to|made|"
    r"vs|versus|movie|film|series|album|show called|movie called|film called|called|titled|named|watched|"
    r"star of|stars of|"
    r"how long is|when did|when was|who s in|who is in|who was in|who plays in|compare|genre of|lead in)(?: the)? ?$"
)
_WEAK_AFTER = re.compile(
    r"(?:类似|那样|这样|一样|差不多|风格|和.{1,14}(?:哪|比|都)|跟.{1,14}(?:哪|比|都)|比.{1,14}(?:长|短|新|"
    r"老|早|晚)|呢$|吗$|是什么)|"
    r" (?:or|vs|versus|and|win|won|any good|come|came)\b"
)
_WEAK_BEFORE = re.compile(
    r"(?:像|类似|类似于|跟|和|与|想看|喜欢|爱看|看|关于|找|搜|推荐|放|听|播放?|写)$|"
    r"\b(?:like|similar to|about|than|or|vs|versus|and|watch|seen|saw|in|of|is|was|does|did|for|play|"
    r"recommend|love|loved|liked) ?$"
)
_ENJOYING = re.compile(r"\b(?:like|similar to|about|watch|seen|saw|play|recommend|love|loved|liked|than) ?$")
# 英雄主义, 功夫片: the word, not the work.
_AGAINST_AFTER = re.compile(r"题材|类型|主义|式|气概|片(?!子|长|名)|人物|般|类的?|系列|向|界|们|感|性")

_PERSON_AFTER = re.compile(
    r"(?:执?导|主?演|出演|参演|唱|写|拍|作曲|作词|配乐|监制|是谁|合作|获奖|有(?:什么|哪)|的.{0,2}[片剧]|的(?:电影|作品|歌|"
    r"专辑|片|剧|新|最|代表|早期)|"
    r"和|跟|与|还|都|一起|以外)|"
    r" s\b|(?: s)? ?(?:direct|star|act|sing|sang|album|film|movie|music|song|and|made|play|appear|win|won|"
    r"wrote|compose|in)"
)
_PERSON_BEFORE = re.compile(
    r"(?:导演|主演|演员|歌手|是|有|喜欢|和|跟|与|由|听|看|像|找)$|"
    r"\b(?:starring|with|by|directed by|from|of|who is|who s|and|director|actor|actress|singer|did|does|has|"
    r"is|was|featuring|like) ?$"
)


_SEQUEL = re.compile(
    r"(?:\d{1,2}(?!\d|年|集|分|部|个|人|小时|版|h|min|th|st|nd|rd| min| hour| episodes)|"
    r"第?[二三四五六七八九十]部(?!曲)|第\d部|续集|前传|"
    r" (?:part |chapter |vol |volume )(?:two|three|four|five|ii|iii|iv|v|\d)\b| (?:ii|iii|iv|[2-9])(?:$|"
    r"\b(?! episodes| hours| minutes)))"
)
_YEAR_BEFORE = re.compile(r"((?:19|20)\d\d|(?<!\d)[2-9]\d)(?:年?版本?的?|年的?| )$|(?<!\d)([01]\d)(?:年版?的?|版的?)$")
_YEAR_AFTER = re.compile(
    r" ?(?:the )?((?:19|20)\d\d)(?!\d)(?:年?版)?|[的]?((?:19|20)\d\d|[2-9]\d)年?版| (?:from|of) ((?:19|20)\d\d)\b"
)
_KIND_WORDS = {
    "film": r"电影版?|影片|院线版|movie|film",
    "series": r"电视剧版?|剧版|剧集版?|连续剧|网剧|tv series|tv show|series|drama series",
    "album": r"专辑|唱片|album|record",
    "show": r"stage|话剧版?|音乐剧版?|舞台剧|舞台版|舞剧|歌剧|演出|演唱会|"
    r"musical|stage play|play|stage show|concert|ballet|opera",
}
_KIND_AFTER = {
    kind: re.compile(rf"(?:这部|那部|这张| the(?: [a-z0-9]+)?| on stage)? ?(?:{words})(?![a-z])")
    for kind, words in _KIND_WORDS.items()
}
_KIND_BEFORE = {
    kind: re.compile(rf"(?:{words})(?:版的?|里的| called| version of| the)? ?$") for kind, words in _KIND_WORDS.items()
}
_VERSION_BEFORE = re.compile(
    r"(?:最?新版?|最近版?|老版?|旧版?|最早版?|原版|经典版|第一版)(?:本?的|电视剧|电影|那部)?$|"
    r"\b(?:newest|latest|new|recent|remake of|old|oldest|original|classic|first)(?: (?:film|movie|series|version of))?(?: the)? $"
)
_VERSION_AFTER = re.compile(r"的?(?:最新|新|老|旧|原|经典)版| (?:remake|original)\b")
_COUNTRY_WORDS = {
    "美": "us", "英": "gb", "日": "jp", "韩": "kr", "台": "tw", "港": "hk", "国产": "cn", "内地": "cn", "大陆": "cn",
    "法": "fr", "德": "de", "american": "us", "us": "us", "u s": "us", "hbo": "us", "nbc": "us", "british": "gb",
    "english": "gb", "uk": "gb", "u k": "gb", "bbc": "gb", "japanese": "jp", "korean": "kr", "chinese": "cn hk tw",
    "mainland": "cn", "hong kong": "hk", "tvb": "hk", "taiwanese": "tw", "french": "fr", "german": "de",
}  # fmt: skip
_PLACES_EN = "|".join(word for word in _COUNTRY_WORDS if word.isascii())
_PLACES_ZH = "|".join(word for word in _COUNTRY_WORDS if not word.isascii())
_VERSION_EN = r"(?:tv )?(?:version|remake|series|show|film|movie|original|adaptation)"
_COUNTRY_BEFORE = re.compile(
    rf"(?:({_PLACES_ZH})(?:国|本|湾)?版的?|\b({_PLACES_EN}) {_VERSION_EN}(?: of)?(?: the)? |\b(american|british|bbc) )$"
)
_COUNTRY_AFTER = re.compile(rf"的?({_PLACES_ZH})(?:国|本|湾)?版| (?:the )?({_PLACES_EN}) {_VERSION_EN}\b")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about one occurrence of a name, besides the name."""

    quoted: bool
    whole: bool  # it is all the text there is
    capital: bool  # written with capitals where a sentence would not put them
    amid_chinese: bool  # Latin letters in a Chinese sentence
    before: str
    after: str
    small: bool = False  # it has no capital, and some other word inside the sentence has
    joined: bool = False  # a dot ties it to another name: 迈克尔·|诺兰

    @classmethod
    def around(cls, text: str, squeezed: Squeezed, start: int, end: int, quoted: bool) -> Evidence:
        """Reads the evidence around ``squeezed.text[start:end]``."""
        flat = squeezed.text
        whole = start == 0 and end == len(flat)
        latin = flat[start].isascii()
        first, last = squeezed.span(start, end)
        words = re.findall(r"[A-Za-z][\w'’]*", text[first:last])
        main = [
            word for word in words if word.lower() not in {"the", "a", "an", "of", "and", "in", "to", "for", "on", "or"}
        ]
        shouting = text.isupper()
        # A lone word at the start of a sentence is capitalised anyway.
        opening = not re.search(r"[^\s\"'“‘(]", text[:first]) or bool(re.search(r"[.!?。！？]\s*$", text[:first]))
        capital = latin and bool(main) and all(word[0].isupper() for word in main) and not shouting
        capital = capital and (not opening or len(main) > 1)
        return cls(
            quoted,
            whole,
            capital,
            latin and any(map(is_han, flat)),
            flat[max(0, start - 24) : start],
            flat[end : end + 24],
            text[first].islower() and bool(re.search(r"(?<=[a-z,] )[A-Z][a-z]", text[:first] + "_" + text[last:])),
            fold(text[:first]).endswith("·") or fold(text[last : last + 1]) == "·",
        )

    def of_work(self) -> float:
        """0 (nothing says it is a work) to 1 (the sentence makes sense only if it is)."""
        if _AGAINST_AFTER.match(self.after):
            return 0.0
        if re.search(r"[和与跟]$", self.before) and re.match(r"哪|谁|比|更|有什么(?:区别|共同)|是同一|都", self.after):
            return 1.0  # 英雄和|功夫|哪个更长
        if self.after.startswith(" about") and not re.search(r"\bwhat\b", self.before):
            return 0.5  # "she told her friends about it", but "what is Friends about"
        if _STRONG_AFTER.match(self.after) or _STRONG_BEFORE.search(self.before):
            return 1.0
        if not self.before and _PAIR_AFTER.match(self.after):
            return 1.0  # "heat or goodfellas"; but "let's talk about time and money"
        if _WEAK_AFTER.match(self.after) or _WEAK_BEFORE.search(self.before):
            return 0.5
        return 0.0

    def of_person(self) -> float:
        """The same for a person."""
        return 1.0 if _PERSON_AFTER.match(self.after) or _PERSON_BEFORE.search(self.before) else 0.0


def base_confidence(
    surface: str, type_: str, evidence: Evidence, *, also_facet: bool = False, kinds: Sequence[str] = ()
) -> float:
    """Probability 0..1 that an occurrence of ``surface`` is meant as the name it spells.

    Args:
        also_facet: the same word names a genre, a mood, …: "thriller movies" are not about the album.
        kinds: the work types named next to it.
    """
    if evidence.quoted:
        return 0.97
    if also_facet and ((kinds and type_ not in kinds) or re.match(r" (?:movies|films|albums|shows)\b", evidence.after)):
        return 0.1
    if type_ in kinds and surface not in _FUNCTION:
        return 0.92
    latin = surface.isascii()
    if surface.isdigit() and re.match(r"年|s\b|后|前|世纪", evidence.after):
        return 0.0  # 1989年, 1917年: a date
    context = evidence.of_work() if type_ in WORK_TYPES else evidence.of_person()
    words = surface.split(" ")
    if len(surface) == 1 or (surface in _FUNCTION):
        return _function_word(surface, latin, context, evidence)
    if latin and evidence.small and len(words) == 1:
        # The other names have their capitals: "the primary language in Inside".
        return 0.55 if context == 1 and not is_common(surface) else 0.3
    if also_facet or is_common(surface):
        if evidence.capital or (evidence.whole and type_ in WORK_TYPES):
            return 0.85
        if evidence.amid_chinese and context < 1 and not surface.isdigit():
            return max(0.55, 0.3 + context * 0.5)
        offhand = context == 0.5 and not evidence.amid_chinese and not _ENJOYING.search(evidence.before)
        if latin and offhand and len(words) == 1:
            return 0.38  # "lost or dead", "a driver in chicago"
        # More words are less of a coincidence: "up in the air" said by chance is rarer than "up".
        by_chance = 0.28 if len(words) < 3 else 0.5
        return max(by_chance, (0.0, 0.55, 0.9)[int(context * 2)])
    if latin:
        short = len(surface) <= 3
        return 0.95 if len(words) > 1 or context or evidence.capital or evidence.whole else 0.6 if short else 0.88
    if len(surface) == 2:
        return 0.93 if context >= 0.5 or evidence.whole else 0.78
    return 0.95


def _function_word(surface: str, latin: bool, context: float, evidence: Evidence) -> float:
    if evidence.whole:
        return 0.6
    if evidence.capital:
        return 0.75
    opens = context == 1.0 and not evidence.before
    pairs = (
        re.search(r"[和与跟比、]$", evidence.before) is not None and re.match("哪|比|谁", evidence.after) is not None
    )
    if not latin and surface not in _FUNCTION and (opens or pairs):
        return 0.7  # 「猫是谁作曲的」, 「英雄和影哪个长」
    # 「她的导演」 is her director; only what stands before can single the word out.
    named = bool(_STRONG_BEFORE.search(evidence.before)) and context == 1.0
    if latin:
        return 0.7 if named or (evidence.amid_chinese and context == 1.0) else 0.08
    return 0.5 if named and len(surface) > 1 else 0.06


def sequel_follows(after: str) -> bool:
    """Whether what follows a title makes it another work's: 「流浪地球|3」, "The Godfather| Part IV"."""
    return _SEQUEL.match(after) is not None


def year_hint(flat: str, start: int, end: int) -> int | None:
    """The year that stands next to a title: 「86版|西游记」, "the 1994 |Lion King", "|Dune| (2021)"."""
    match = _YEAR_BEFORE.search(flat[max(0, start - 12) : start]) or _YEAR_AFTER.match(flat[end : end + 14])
    if match is None:
        return None
    year = int(next(group for group in match.groups() if group))
    return year if year > 100 else year + (1900 if year > 29 else 2000)


def kind_hint(flat: str, start: int, end: int) -> tuple[str, ...]:
    """The work types that the words next to a title name: 「电影|芝加哥」, "Chicago| the musical"."""
    before, after = flat[max(0, start - 20) : start], flat[end : end + 20]
    return tuple(kind for kind in WORK_TYPES if _KIND_AFTER[kind].match(after) or _KIND_BEFORE[kind].search(before))


def version_hint(flat: str, start: int, end: int) -> Literal["new", "old"] | None:
    """Which of several versions is meant: 「老版|三国」, "the original |Godzilla|", 「|天龙八部|新版」."""
    match = _VERSION_BEFORE.search(flat[max(0, start - 14) : start]) or _VERSION_AFTER.match(flat[end : end + 10])
    if match is None:
        return None
    return "new" if re.search(r"新|近|new|latest|recent|remake", match.group()) else "old"


def countries_hint(flat: str, start: int, end: int) -> frozenset[str]:
    """Ids of the countries a version is said to be from: 「美版|办公室」, "the British version of |The Office|"."""
    found = _COUNTRY_BEFORE.search(flat[max(0, start - 34) : start]) or _COUNTRY_AFTER.match(flat[end : end + 12])
    if found is None:
        return frozenset()
    word = next(group for group in found.groups() if group)
    return frozenset(f"country/{code}" for code in _COUNTRY_WORDS[word].split())
