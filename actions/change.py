# ruff: noqa: E501 — one line an alternative, however long
"""What should be different about something that was written: 「再感人一点」, "shorter, for teenagers", 「第二版，导出PDF」.

Read off patterns in both languages. What nothing here recognises is no change, and the turn is answered as any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from actions.brief import read_channels, seconds
from actions.wishes import read_wishes, tone
from generation.briefs import TONES
from knowledge.text import fold
from knowledge.vocabulary import Term

_NUMBERS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "first": 1, "second": 2, "third": 3, "fourth": 4,
            "fifth": 5, "one": 1, "two": 2, "three": 3, "four": 4, "a": 1, "b": 2, "c": 3}  # fmt: skip
_PICK = re.compile(
    r"第([一二两三四五六\d])\s*(?:[版个条份稿种篇]|(?=$|[，,。 ]))|(?:版本|候选|方案)\s*([一二三四五\da-c])(?![a-z0-9])|(?<![a-z])([abc])版|最后([一])[版个条]|"
    r"\b(?:the )?(first|second|third|fourth|fifth)\b(?! (?:scene|act|line|paragraph|sentence|week|month|day))(?: (?:one|version|option|draft))?|"
    r"\b(?:version|option|draft|number)\s*#?(\d|one|two|three|four|a|b|c)\b"
)
_SCENE = re.compile(
    r"第([一二三四五六七八九十\d]+)[场幕]|\bscene (\d+|one|two|three|four|five|six)\b|\b(first|second|third|fourth|fifth|last) scene\b|(最后一)[场幕]|(结尾|结局|\bending\b)"
)
_EXPORT = re.compile(
    r"导出|下载|另存|存成|保存成|保存为|转成|输出成|\bexport|\bdownload|\bsave (?:it |this |that )?(?:as|to)\b|\bas an? (?:pdf|word|docx|fountain)|(?:给我|要)一?[个份]?\s*(?:pdf|word|docx|fountain)"
)
_FORMATS = {
    "pdf": r"pdf",
    "docx": r"word|docx|文档",
    "fountain": r"fountain",
    "json": r"json",
    "md": r"markdown|(?<![a-z])md(?![a-z])",
    "txt": r"(?<![a-z])txt(?![a-z])|纯文本|plain text|text file|文本文件",
}
_SHORTER = re.compile(
    r"(?:更|再|太|改)?(?:短|精简|简短|简洁)(?:一[点些]|[点些])|再短|更短|精简|缩短|压缩|太长|太啰嗦|字数少|少[点些]字|\bshort(?:er|en)\b|\btoo long\b|\bcut it down\b|\btrim\b|\bmore concise\b|\btight(?:er|en)\b|\bbriefer\b"
)
_LONGER = re.compile(
    r"(?:更|再)?(?:长|详细|丰富)(?:一[点些]|[点些])|再长|更长|太短|展开|写细|\blong(?:er)\b|\btoo short\b|\bmore detail|\bexpand\b|\blengthen\b"
)
_EMOTIONS = {
    "touching": r"感人|走心|动人|touching|\bmoving\b|heart-?felt|emotional",
    "joy": r"开心|欢乐|喜庆|快乐|欢快|喜悦|\bhapp(?:y|ier)\b|joyful|cheer(?:ful|ier)|upbeat",
    "sadness": r"悲伤|伤感|催泪|虐一?点|难过|悲情|\bsad(?:der)?\b|tear[- ]?jerk|melanchol|bittersweet",
    "anger": r"愤怒|生气|火药味|怒|\bangr(?:y|ier)\b|furious|outrage",
    "fear": r"恐怖|吓人|惊悚|阴森|瘆人|紧张|\bscar(?:y|ier)\b|creep|spook|fright|tense|chilling",
    "surprise": r"惊喜|意外|反转|悬念|惊讶|surpris|twist|unexpected",
    "neutral": r"平实|中性|客观|冷静|\bneutral\b|matter-of-fact|\bplain(?:er)?\b|calmer",
}  # fmt: skip
_LESS = re.compile(
    r"不要太|别太|没那么|别那么|不要那么|不用那么|少一?点|收着点|\bless\b|not (?:so|too)|tone (?:it )?down|don['’]?t be so"
)
_MORE = re.compile(r"更|再|一点|一些|点儿?$|\bmore\b|\bmuch\b|\w+er\b")
_ANOTHER = re.compile(
    r"(?:再|另)(?:来|写|给|出|做|换)?(?:我)?一?[版个条份篇]|换一?[版个条种]|重新?写|重来|重做|不满意|不喜欢这|改写|"
    r"\banother (?:one|version|draft|take|option)|\brewrite\b|\btry again\b|\bstart over\b|\bredo\b|\bnew version\b|\bone more\b|\bdifferent (?:version|one|take)|\bgive me another\b"
)
_TO_ENGLISH = re.compile(
    r"英文版|英语版|翻?译?[成为](?:英文|英语)|写成英文|用英[文语]|\b(?:in|into|to) english\b|\benglish version\b"
)
_TO_CHINESE = re.compile(r"中文版|翻?译?[成为]中文|写成中文|用中文|\b(?:in|into|to) chinese\b|\bchinese version\b")
_REPLACE = re.compile(
    r"(?:把\s*|^(?=主角|主人公|[男女]主))[“\"‘'「『《]?([^“”\"‘’'「」『』《》]{1,60}?)[”\"’'」』》]?\s*(?:的名字)?(?:改名?字?[成为叫]|换[成为]|替换[成为])\s*[“\"‘'「『《]?([^“”\"‘’'「」『』《》]{1,80}?)[”\"’'」』》]?[。.!！]?\s*$|"
    r"\b(?:change|replace|rename|swap)\s+(?:the )?(?:names?|words?|title)?\s*(?:of )?[“\"‘']?(.{1,60}?)[”\"’']?\s+(?:to|with|into|for|by)\s+[“\"‘']?(.{1,80}?)[”\"’']?[.!]?\s*$",
    re.I,
)
LEADS = re.compile(r"主角|主人公|男主角?|女主角?|(?:the )?(?:hero|heroine|lead|main character|protagonist)")
"""What people call the person a script is about."""
_KEEP = re.compile(
    r"(?:这|就)(?:一|个)?[版个](?:本)?(?:就)?(?:不错|很好|挺好|可以|好|行|吧)|就(?:它|这个|这版)|"
    r"\b(?:i(?:['’]ll)? (?:like|love|take|keep) (?:this|it)|this (?:one|version) (?:is|works|will)|(?:this|that)['’]?s (?:good|great|fine|perfect)|go with (?:this|it))\b"
)
_AGE_EN = re.compile(r"\b(?:for|at) (?:a )?(?:younger|older) (?:audience|readers?|viewers?|crowd|people)\b", re.I)
_AGE_ZH = re.compile(
    r"(?:给|写给|面向|针对|适合)(年轻人|青少年|老年人|中年人|小朋友|孩子|大学生|上班族|[^，。,！!？?\s]{2,8}(?:族|生|党|迷|人))(?:看|听|的|$|[，。,！!])"
)


@dataclass(frozen=True)
class Change:
    """What to change; all empty means that nothing was recognised."""

    tone: str | None = None
    emotion: str | None = None
    stronger: int = 0
    """+1 for "more", −1 for "less" of the emotion or tone."""
    size: int = 0
    """−1 shorter, +1 longer."""
    seconds: int | None = None
    audience: str = ""
    offer: str = ""
    must_use: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    lang: str | None = None
    pick: int = 0
    """Which candidate, from 1; −1 the last; 0 none was named."""
    scene: int = 0
    """Which scene of a script, from 1; −1 the last."""
    replace: tuple[str, str] | None = None
    """Words and what a person wants in their place."""
    export: str = ""
    """A format, or ``?`` when none was named."""
    another: bool = False
    keep: bool = False
    """The one that was shown is the one."""

    def __bool__(self) -> bool:
        return self != Change()

    @property
    def rewrites(self) -> bool:
        """Whether it asks for new words, not only for a choice, a file or a replacement."""
        return bool(
            self.tone or self.emotion or self.size or self.seconds or self.audience or self.offer or self.must_use
            or self.avoid or self.channels or self.lang or self.another or self.stronger
        )  # fmt: skip


def read_change(text: str, channels: tuple[Term, ...] = (), *, current: str = "") -> Change:
    """The change a message asks for; ``current`` is the text as it stands, for replacements that quote it."""
    folded = fold(text)
    swap = _swap(text, current)
    if swap:
        return Change(replace=swap)
    export = ""
    formats = [name for name, words in _FORMATS.items() if re.search(words, folded)]
    if _EXPORT.search(folded) or (formats and len(folded) <= 12):
        export = formats[0] if formats else "?"
    rest, wishes = read_wishes(text)
    audience = wishes["audience"]
    if not audience and (younger := _AGE_EN.search(text) or _AGE_ZH.search(text)):
        audience = younger[1] if younger.re is _AGE_ZH else younger[0].removeprefix("for ")
    rest = fold(rest)
    emotion = next((id_ for id_, words in _EMOTIONS.items() if re.search(words, rest)), None)
    found_tone = tone(rest)
    felt = emotion or found_tone
    stronger = (-1 if _LESS.search(folded) else 1 if _MORE.search(folded) else 0) if felt else 0
    size = -1 if _SHORTER.search(folded) else 1 if _LONGER.search(folded) else 0
    if size and found_tone == "punchy":  # "a bit shorter" is a length before it is a tone
        found_tone = None
    return Change(
        tone=found_tone if found_tone in TONES else None,
        emotion=emotion,
        stronger=stronger,
        size=size,
        seconds=seconds(folded),
        audience=audience,
        offer=wishes["offer"],
        must_use=wishes["must_use"],
        avoid=wishes["avoid"],
        channels=tuple(read_channels(text, channels)) if channels else (),
        lang="en" if _TO_ENGLISH.search(folded) else "zh" if _TO_CHINESE.search(folded) else None,
        pick=_ordinal(_PICK, folded),
        scene=_ordinal(_SCENE, folded),
        export=export,
        another=_ANOTHER.search(folded) is not None,
        keep=_KEEP.search(folded) is not None,
    )


def _swap(text: str, current: str) -> tuple[str, str] | None:
    """「把“好看”改成“耐看”」; only where the old words stand in the text, or else "change it to blue" would be one."""
    match = _REPLACE.search(text)
    if not match:
        return None
    old, new = (match[1] or match[3]).strip(), (match[2] or match[4]).strip()
    if LEADS.fullmatch(old.lower()):
        return old, new
    at = current.lower().find(old.lower())
    return (current[at : at + len(old)], new) if at >= 0 and old != new else None


def _ordinal(pattern: re.Pattern[str], folded: str) -> int:
    match = pattern.search(folded)
    if not match:
        return 0
    word = next(group for group in match.groups() if group)
    if word in ("last", "最后一", "结尾", "结局", "ending") or match[0].startswith("最后"):
        return -1
    return int(word) if word.isdigit() else _NUMBERS.get(word, 0)
