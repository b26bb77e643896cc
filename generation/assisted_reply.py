"""What a language model's reply is worth: its faults in words the model can act on, or the copy it becomes.

A reply is read into the parts of its channel and goes through the same revision as what the rules write: bounds, words
that must and must not stand there, layout. What it says is looked up among the facts it was given; advertising law and
the platform's words hold for it as for everybody.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from generation.assisted_prompt import CONTACT, FURNITURE, PARTS, Question, orders
from generation.backends.base import clean
from generation.channels import speaking_seconds
from generation.compliance import mask, review
from generation.compliance_subjects import banned_subjects, defamation
from generation.grounding import Claim, claims, unfounded
from generation.product import product_claims
from generation.text import rules
from generation.text.content import Part, Piece, Plan, Step
from generation.text.revise import Revised
from knowledge.text import fold, is_han

__all__ = ["Accepted", "Reader"]

_USUAL = frozenset({
    "app", "vip", "imax", "live", "vlog", "bgm", "ost", "dvd", "emo", "get", "pick", "wow", "yeah", "high", "bug",
    "citywalk",
})  # fmt: skip
"""Latin words that Chinese copy uses like its own."""
_EMOJI = re.compile("[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u23e9-\u23ff\u2b00-\u2bff]")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A reply that may be shown, as the text it becomes, with what it claims."""

    revised: Revised
    told: tuple[Claim, ...]


class Reader:
    """Reads replies to one question; ``accepted`` holds those without a fault."""

    def __init__(self, question: Question, seed: int) -> None:
        self.asked = question
        self.brief, self.content, self.plan = question.brief, question.content, question.plan
        self.accepted: dict[str, Accepted] = {}
        self._seen: set[str] = set()
        self._rng = random.Random(f"{seed} furniture")
        self._realiser = rules.realise(question.content)
        task = question.task
        self._known = fold(
            " ".join([*task.facts.values(), *task.wishes.values(), question.given, *question.content.names])
        )

    def faults(self, reply: str) -> list[str]:
        """What is wrong with a reply; a reply without a fault is then in ``accepted``."""
        zh = self.asked.lang == "zh"
        text = clean(reply).replace("**", "").strip()
        parts, missing = self._split(text)
        if missing:
            named = "、".join(missing) if zh else ", ".join(missing)
            return [f"缺少：{named}" if zh else f"missing: {named}"]
        bare = "\n".join(words for _, words in parts)
        strange = map(self._unfounded, unfounded(self._claims(bare)))
        if wrong := [*self._outside(bare), *self._form(parts, bare), *self._forbidden(bare), *strange]:
            return list(dict.fromkeys(wrong))
        if bare in self._seen:
            return ["和前一稿一样，换一种写法" if zh else "the same as an earlier draft; write another"]
        revised = self._revised(parts, FURNITURE) or self._revised(parts, FURNITURE - {"tags"})
        if revised is None:
            return [
                "不合格式：有重复的句子、不成对的标点、没照原样写的数字，或作品名写了太多遍"
                if zh
                else "not in form: a sentence said twice, a bracket left open, a number not as given, or the title again and again"
            ]
        told = [claim for claim in self._claims(revised.text) if claim.source]
        stated = [*(claim.fact for claim in told if claim.fact), *revised.facts]
        self.accepted[reply] = Accepted(replace(revised, facts=tuple(dict.fromkeys(stated))), tuple(told))
        self._seen.add(bare)
        return []

    def _split(self, text: str) -> tuple[list[tuple[str, str]], list[str]]:
        """The parts of a reply by their labels, and the labels that are missing."""
        wanted = self.asked.wanted()
        if len(wanted) == 1:
            (name, label), *_ = wanted
            text = re.sub(rf"^{re.escape(label)} *[:：]\s*", "", text, flags=re.IGNORECASE)
            return ([(name, text)], []) if text else ([], [label])
        starts = []
        for name, label in wanted:
            pattern = rf"^[ \t]*{re.escape(label).replace(chr(92) + ' ', ' *')} *[:：][ \t]*"
            if found := re.search(pattern, text, re.IGNORECASE | re.MULTILINE):
                starts.append((found.start(), found.end(), name, label))
        starts.sort()
        ends = [*(start for start, *_ in starts[1:]), len(text)][: len(starts)]
        read = [(name, label, text[at:end].strip()) for (_, at, name, label), end in zip(starts, ends, strict=True)]
        there = {label for _, label, words in read if words}
        missing = [label for _, label in wanted if label not in there]
        order = [label for _, label in wanted]
        read.sort(key=lambda row: order.index(row[1]))
        return [(name, words) for name, _, words in read], missing

    def _outside(self, bare: str) -> list[str]:
        """Orders passed on, ways to get in touch that the brief does not give, and words in another script."""
        zh = self.asked.lang == "zh"
        found = []
        if orders(bare):
            found.append("写了给机器的指令" if zh else "it holds an instruction to a machine")
        if any(fold(contact.group()) not in fold(self.asked.given) for contact in CONTACT.finditer(bare)):
            found.append(
                "写了需求里没有的网址或联系方式" if zh else "it has a link or contact that is not in the brief"
            )
        if zh:
            words = re.findall(r"[A-Za-z]{3,}", bare)
            strange = [word for word in words if word.lower() not in _USUAL and fold(word) not in self._known]
            if not any(map(is_han, bare)):
                found.append("要用中文写")
        else:
            strange = [word for word in re.findall("[\u4e00-\u9fff]+", bare) if fold(word) not in self._known]
        if strange:
            named = ", ".join(dict.fromkeys(strange))
            found.append(f"“{named}”不在资料里" if zh else f"“{named}” is in no fact")
        return found

    def _form(self, parts: Sequence[tuple[str, str]], bare: str) -> list[str]:
        """Length, marks, and what has to stand there."""
        zh, brief = self.asked.lang == "zh", self.brief
        found = []
        for name, words in parts:
            bound = next(bound for part, bound, _ in self.plan.parts if part == name)
            label = PARTS[self.asked.lang][name]
            if not bound.fits(words):
                count, most = bound.count(words), bound.most
                found.append(
                    f"{label} {count:.0f} 字，最多 {most:.0f}" if zh else f"{label}: {count:.0f}, at most {most:.0f}"
                )
            if self.plan.spoken and name == "body" and (took := speaking_seconds(words, brief.lang)) > self.plan.spoken:
                limit = self.plan.spoken
                found.append(
                    f"念完要 {took:.0f} 秒，最多 {limit} 秒" if zh else f"takes {took:.0f} s to say, at most {limit} s"
                )
        if re.search(r"[#＃]\S", bare):
            found.append("不要写话题标签" if zh else "no hashtags")
        if (emojis := len(_EMOJI.findall(bare))) > self.asked.emojis():
            found.append(
                f"表情 {emojis} 个，最多 {self.asked.emojis()}"
                if zh
                else f"{emojis} emoji, at most {self.asked.emojis()}"
            )
        folded = fold(bare)
        wanted = [*brief.must_use, *([brief.offer.rstrip("。！？.!? ")] if brief.offer else [])]
        if self.content.kind != "product" and self.plan.channel.shape not in ("search", "poster"):
            wanted.append(self.content.title)
        for word in wanted:
            if re.sub(r"\W", "", fold(word)) not in re.sub(r"\W", "", folded):
                found.append(f"没有写“{word}”" if zh else f"“{word}” is missing")
        return found

    def _forbidden(self, text: str) -> list[str]:
        """What advertising law, the platform, the brief or the people concerned do not allow."""
        brief, writer, zh = self.brief, self.asked.writer, self.asked.lang == "zh"
        findings = review(
            text,
            brief.lang,
            exempt=self.content.names,
            extra=brief.avoid,
            lexicons=writer.lexicons,
            channel=brief.channel,
        )
        said = []
        for finding in findings:
            if finding.level != "allowed":
                advice = (f"：{finding.instead}" if zh else f": {finding.instead}") if finding.instead else ""
                said.append(f"“{finding.word}”不能写{advice}" if zh else f"“{finding.word}” must not be said{advice}")
        for subject in banned_subjects(mask(text, self.content.names), audience=brief.audience):
            word = text[subject.start : subject.end]
            if fold(word) not in self._known:  # a film about a detective may say so
                said.append(f"“{word}”不能做广告" if zh else f"“{word}” may not be advertised")
        for case in defamation(text, writer.names):
            who = text[case.start : case.end]
            if fold(case.word) not in self._known:  # as may a crime film, which has an honest director
                said.append(
                    f"不能把{who}和“{case.word}”写在一起" if zh else f"{who} must not stand beside “{case.word}”"
                )
        return list(dict.fromkeys(said))

    def _claims(self, text: str) -> list[Claim]:
        brief = self.brief
        told = claims(
            text,
            brief.lang,
            facts=self.asked.told,
            brief=(self.content.title, self.asked.given),
            graph=self.asked.writer.names,
        )
        if brief.attributes:
            said = fold(self.asked.given)
            product = product_claims(text, brief.attributes)
            told += [claim for claim in product if claim.source or fold(claim.text) not in said]
        return sorted(told, key=lambda claim: claim.start)

    def _unfounded(self, claim: Claim) -> str:
        return f"“{claim.text}”资料里没有" if self.asked.lang == "zh" else f"“{claim.text}” is in no fact"

    def _revised(self, parts: Sequence[tuple[str, str]], added: frozenset[str]) -> Revised | None:
        """The reply with what is ``added`` of its channel's furniture, through the rules' own revision."""
        left = list(parts)
        made = []
        for name, bound, steps in self.plan.parts:
            own = [step for step in steps if step.move in added]
            furniture = self._realiser.realise(Plan(self.plan.channel, ((name, bound, tuple(own)),)), self._rng)
            pieces = {piece.step.move: piece for part in furniture for piece in part.options[0]} if own else {}
            option: list[Piece] = []
            written = not any(part == name for part, _ in left)
            for step in steps:
                if step.move in FURNITURE:
                    if step.move in pieces:
                        option.append(pieces[step.move])
                elif not written:
                    written = True
                    at = next(i for i, (part, _) in enumerate(left) if part == name)
                    lines = left.pop(at)[1]
                    spoken = self.plan.spoken is not None and name == "body"
                    if self.plan.channel.shape == "sms" and lines[-1].isalnum():  # the way out begins a sentence
                        lines += "。" if self.asked.lang == "zh" else "."
                    rows = [row.strip() for row in lines.split("\n") if row.strip()] if spoken else [lines]
                    option += [Piece(Step(step.move, 0, "\n" if i else step.lead), row) for i, row in enumerate(rows)]
            made.append(Part(name, bound, (tuple(option),) if option else ()))
        kept = tuple(part for part in made if part.options)
        return rules.revise(kept, self.plan, self.content)
