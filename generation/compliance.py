"""What advertising must not say, found in Chinese and English, with the article it breaks and a safer wording.

China: 广告法 and the regulator's 《广告绝对化用语执法指南》 (2023 第6号), which knows three levels: words no evidence
makes lawful (``block``), statements of rank or price that need a time, an area and a source (``evidence``), and what is
``allowed`` although it looks alike: comparison with oneself, tips for use, grade names, goals, awards, proper names
(passed in as ``exempt``). English: superlatives and promises for which the ASA (CAP Code) and the FTC want evidence.

Words are matched after :func:`generation.compliance_text.normalise`, so that 最·佳 is 最佳. The rules themselves are
data in ``compliance_rules``; goods that may not be advertised and people who may not be slandered stand in
``compliance_subjects``. This is a filter for common mistakes; it is no legal advice, and an operator adds lexicons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generation.compliance_rules import EXEMPT, PLATFORM, RULES, SOURCED, Level, Rule
from generation.compliance_subjects import banned_subjects, defamation
from generation.compliance_text import Lexicon, Normalised, normalise
from generation.naming import Names

__all__ = ["Finding", "Level", "check", "mask", "review", "reworded"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``text[start:end]`` is ``word``.

    ``rule`` names what it breaks and ``article`` where that is written; ``instead`` is advice in the text's language,
    ``swap`` words that can stand in its place (empty: leave it out; ``None``: it has to be written anew).
    """

    start: int
    end: int
    word: str
    rule: str
    instead: str
    level: Level = "block"
    article: str = ""
    swap: str | None = None


_ADVICE = {
    "tobacco": {"zh": "这类商品不能做广告", "en": "this may not be advertised at all"},
    "minors-subject": {"zh": "这类商品不能向未成年人做广告", "en": "this may not be advertised to minors"},
    "defamation": {"zh": "换成虚构的人名，或去掉这件事", "en": "use an invented name, or leave the accusation out"},
    "avoid": {"zh": "", "en": ""},
}
_DEFAMATION = "民法典 第一千零二十四条、第一千零二十七条；Defamation Act 2013 (UK)"


def mask(text: str, exempt: Iterable[str]) -> str:
    """``text`` with every exempt string blotted out, length unchanged."""
    for name in sorted({name for name in exempt if name}, key=len, reverse=True):
        if name.lower() in text.lower():
            text = re.sub(re.escape(name), lambda match: "\ue000" * len(match.group()), text, flags=re.IGNORECASE)
    return text


def check(
    text: str, lang: str, *, exempt: Iterable[str] = (), extra: Iterable[str] = (), lexicons: Sequence[Lexicon] = ()
) -> list[Finding]:
    """Everything in ``text`` that an advertisement must not say as it stands, in reading order.

    Args:
        lang: the language of the text; Chinese rules are read on English text too where it holds Chinese, and back.
        exempt: titles, names of people and of awards, brands: proper names may be called what they are called.
        extra: further words that must not stand there.
        lexicons: the operator's own.
    """
    return [
        finding
        for finding in review(text, lang, exempt=exempt, extra=extra, lexicons=lexicons)
        if finding.level != "allowed"
    ]


def review(
    text: str,
    lang: str,
    *,
    exempt: Iterable[str] = (),
    extra: Iterable[str] = (),
    lexicons: Sequence[Lexicon] = (),
    channel: str | None = None,
    audience: str | None = None,
    people: Names | None = None,
    makers: frozenset[str] = frozenset(),
) -> list[Finding]:
    """Everything in ``text`` worth a look, the ``allowed`` included, in reading order.

    Args:
        channel: also reads the words its platform takes down.
        audience: given (``""`` for anybody), also finds goods that may not be advertised, to this audience or at all.
        people: given, also finds real people named beside a crime or a scandal; ``makers`` may be.
    """
    masked = mask(text, exempt)
    read = normalise(masked)
    found = [finding for language in (lang, "en" if lang == "zh" else "zh") for finding in _ruled(read, text, language)]
    for lexicon in lexicons:
        for start, end, level, instead in lexicon.find(read):
            level_: Level = "evidence" if level == "evidence" else "block"
            found.append(
                Finding(start, end, text[start:end], lexicon.name, instead, level_, lexicon.name, instead or None)
            )
    for word in extra:
        for match in re.finditer(re.escape(word), masked, re.IGNORECASE):
            found.append(Finding(match.start(), match.end(), text[match.start() : match.end()], "avoid", "", swap=""))
    for rule, pattern, instead in PLATFORM.get(channel or "", ()):
        for match in pattern.finditer(read.text):
            start, end = read.span(*match.span())
            found.append(Finding(start, end, text[start:end], "platform", instead, "block", rule, ""))
    if audience is not None:
        for subject in banned_subjects(masked, audience=audience):
            words = text[subject.start : subject.end]
            advice = _ADVICE["minors-subject" if subject.minors_only else "tobacco"][lang]
            found.append(Finding(subject.start, subject.end, words, subject.kind, advice, "block", subject.article))
    if people is not None:
        for case in defamation(text, people, allowed=makers):
            words, advice = text[case.start : case.end], _ADVICE["defamation"][lang]
            found.append(Finding(case.start, case.end, words, "defamation", advice, "block", _DEFAMATION))
    return _outermost(found)


def reworded(text: str, findings: Iterable[Finding]) -> str:
    """``text`` with every finding that has a safe wording put right; what must be written anew stays as it is."""
    for finding in sorted(findings, key=lambda finding: finding.start, reverse=True):
        if finding.level != "allowed" and finding.swap is not None:
            text = text[: finding.start] + finding.swap + text[finding.end :]
    return re.sub(r" {2,}", " ", text).strip()


def _ruled(read: Normalised, text: str, lang: str) -> list[Finding]:
    exempt = [(match.start(), match.end()) for _, pattern in EXEMPT[lang] for match in pattern.finditer(read.text)]
    found = []
    for rule in RULES:
        if rule.lang != lang:
            continue
        for match in rule.pattern.finditer(read.text):
            level = _level(rule, match, read.text, exempt)
            start, end = read.span(*match.span())
            found.append(
                Finding(
                    start, end, text[start:end], rule.id, rule.instead, level, rule.article, _swap(rule, match.group())
                )
            )
    return found


def _level(rule: Rule, match: re.Match[str], text: str, exempt: list[tuple[int, int]]) -> Level:
    if rule.never_exempt:
        return rule.level
    # A grade name (国家级非遗) is told by what follows the word: an exemption may begin with the word and end before.
    if any(start <= match.start() < end or match.start() <= start < match.end() for start, end in exempt):
        return "allowed"
    if rule.level == "evidence" and rule.id in ("rank", "price"):
        start = max(text.rfind(mark, 0, match.start()) for mark in "。！？\n") + 1
        ends = [at for mark in "。！？\n" if (at := text.find(mark, match.end())) >= 0]
        sentence = text[start : min(ends, default=len(text))]
        if any(all(pattern.search(sentence) for pattern in patterns) for patterns in SOURCED.values()):
            return "allowed"
    return rule.level


def _swap(rule: Rule, word: str) -> str | None:
    return next((new for old, new in rule.swaps if old == word.lower()), None)


def _outermost(found: list[Finding]) -> list[Finding]:
    """In reading order, each place once: both languages know "100%", and 全网最低价 holds 最低."""
    rank = {"block": 0, "evidence": 1, "allowed": 2}
    found.sort(key=lambda finding: (finding.start, -finding.end, rank[finding.level]))
    kept: list[Finding] = []
    for finding in found:
        if not kept or finding.end > kept[-1].end:
            kept.append(finding)
    return kept
