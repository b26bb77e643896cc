"""Realisation: each move of the plan in words, with the facts it states.

A part of a single move is realised several times over, so that the reviser can take the first version that fits; a part
of many moves once, since it can give up moves instead.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

from generation.text import copy_en, copy_product, copy_zh, lexicon_en, lexicon_zh
from generation.text.content import Content, Option, Part, Piece, Plan, Step, Value
from generation.text.phrases import Grammar, Phrase, Tables
from knowledge.graph import Fact

__all__ = ["Realiser"]

_VERSIONS = 10
_OPT_OUT = {"zh": "拒收请回复R", "en": "Reply STOP to opt out"}
_EMOJI_MOVES = {"hook", "story", "texture", "moment", "offer", "cta", "ask"}
_EMOJI_SHARE = 0.6
_ONCE = {
    **dict.fromkeys(("kind", "kind_cap", "a_kind", "a_kind_cap", "genre", "a_genre"), "kind"),
    **dict.fromkeys(("credits", "credits_cap", "director", "maker"), "credits"),
    **dict.fromkeys(("line", "teaser"), "line"),
    **dict.fromkeys(("audience", "audience_cap"), "audience"),
}
"""What is said once in a part of the text, by whichever slot: what kind of thing it is, who made it, what happens."""
_REDRAWS = 5
_CLUSTER = re.compile(".\ufe0f?\u20e3?")


class Realiser:
    """The grammar of one content; made once for a brief, used for every candidate."""

    def __init__(self, content: Content, source: Tables | None = None) -> None:
        self.content = content
        copy: Tables = copy_zh.COPY if content.lang == "zh" else copy_en.COPY
        if content.kind == "product":
            copy = copy_product.TABLES[content.lang]
        self.grammar = Grammar(source or copy, content.tags, content.slots)
        chosen = [lexicon_zh.EMOJI[tag] for tag in sorted(content.tags) if tag in lexicon_zh.EMOJI]
        self._emoji = _CLUSTER.findall("".join(chosen) + lexicon_zh.TYPE_EMOJI[content.kind])
        self._special: dict[str, Callable[[Plan, random.Random], Value | None]] = {
            "tags": self._tags,
            "bullets": self._bullets,
            "signature": lambda plan, rng: Value(_signature(content)),
            "opt_out": lambda plan, rng: Value(_OPT_OUT[content.lang]),
            "poster_title": lambda plan, rng: Value(
                f"《{content.title}》" if self._has_title_marks else lexicon_en.capital(content.title)
            ),
            "poster_credit": self._poster_credit,
            "poster_year": self._poster_year,
            "poster_award": self._poster_award,
        }

    @property
    def _has_title_marks(self) -> bool:
        return self.content.lang == "zh" and self.content.is_work

    def realise(self, plan: Plan, rng: random.Random) -> tuple[Part, ...]:
        """Every part of the plan in words. A move that has nothing to say is left out."""
        used: set[Phrase] = set()
        slots = self._pinned(rng)
        voice = self.content.brief.voice
        emojis = [plan.channel.emojis if self.content.brief.tone != "formal" and (not voice or voice.emoji) else 0]
        parts = []
        for name, bound, steps in plan.parts:
            versions = _VERSIONS if len(steps) == 1 or any(step.move == "sms_body" for step in steps) else 1
            options = []
            for _ in range(versions):
                said: set[str] = set()
                pieces = [self._piece(step, plan, rng, slots, used, said, emojis) for step in steps]
                option: Option = tuple(piece for piece in pieces if piece)
                if option:
                    options.append(option)
            options += [option for option in self._plain(name, steps) if option not in options]
            if options or not all(step.drop for step in steps):
                parts.append(Part(name, bound, tuple(options)))
        return tuple(parts)

    def again(self, step: Step, plan: Plan, rng: random.Random) -> Piece | None:
        """Another wording of one move, without emoji; ``None`` when it has none."""
        return self._piece(step, plan, rng, self._pinned(rng), set(), set(), [0])

    def _pinned(self, rng: random.Random) -> Mapping[str, tuple[Value, ...]]:
        """The slots for one text, which calls the work one kind of thing throughout."""
        nouns = self.content.slots.get("genre", ())
        if len(nouns) < 2:
            return self.content.slots
        noun = rng.choice(nouns).text.lower()
        pinned = dict(self.content.slots)
        for name, family in _ONCE.items():
            if family == "kind" and name in pinned:
                pinned[name] = (
                    tuple(value for value in pinned[name] if value.text.lower().endswith(noun)) or pinned[name]
                )
        return pinned

    def _piece(
        self,
        step: Step,
        plan: Plan,
        rng: random.Random,
        slots: Mapping[str, tuple[Value, ...]],
        used: set[Phrase],
        said: set[str],
        emojis: list[int],
    ) -> Piece | None:
        special = self._special.get(step.move)
        value = special(plan, rng) if special else self._say(step, rng, slots, used, said)
        if value is None:
            return None
        text = value.text
        shape = plan.channel.shape
        decorated = shape == "note" or (shape in ("post", "push") and step.move in ("hook", "cta", "push_title"))
        may = step.move in _EMOJI_MOVES or step.move in ("push_title", "note_title")
        if decorated and may and emojis[0] > 0 and rng.random() < (_EMOJI_SHARE if shape == "note" else 0.4):
            emojis[0] -= 1
            emoji = rng.choice(self._emoji)
            front = step.move not in ("push_title", "note_title") and rng.random() < 0.6
            text = f"{emoji} {text}" if front and shape == "note" else f"{text}{'' if self._is_zh else ' '}{emoji}"
        return Piece(step, text, value.facts)

    @property
    def _is_zh(self) -> bool:
        return self.content.lang == "zh"

    def _say(
        self,
        step: Step,
        rng: random.Random,
        slots: Mapping[str, tuple[Value, ...]],
        used: set[Phrase],
        said: set[str],
    ) -> Value | None:
        """Words for a move; nothing when all it can say has been said and it may be left out."""
        for _ in range(_REDRAWS):
            facts: list[Fact] = []
            families: set[str] = set()

            def fill(slot: str, facts: list[Fact] = facts, families: set[str] = families) -> str:
                value = rng.choice(slots[slot])
                facts.extend(value.facts)
                if slot in _ONCE:
                    families.add(_ONCE[slot])
                return value.text

            expanded = self.grammar.expand(step.move, rng, fill, used)
            if expanded is None or not families & said:
                break
        else:
            if step.drop:
                return None
        if expanded is None:
            return None
        said |= families
        words, tags = expanded
        facts.extend(self.content.evidence[tag] for tag in sorted(tags) if tag in self.content.evidence)
        return Value(words, tuple(dict.fromkeys(facts)))

    def _plain(self, part: str, steps: tuple[Step, ...]) -> list[Option]:
        """The barest versions of a short part, for titles that leave no room for anything else."""
        if len(steps) != 1 or steps[0].move in self._special:
            return []
        title = f"《{self.content.title}》" if self._has_title_marks else self.content.title
        plain = [Value(title), *self.content.slots.get("genre", ())]
        if not self._is_zh:
            plain = [Value(lexicon_en.capital(value.text), value.facts) for value in plain]
        return [(Piece(steps[0], value.text, value.facts),) for value in plain]

    # --- moves that are not sentences --------------------------------------------------------------------------------

    def _tags(self, plan: Plan, rng: random.Random) -> Value | None:
        tags, most = self.content.hashtags, plan.channel.hashtags
        if not tags or not most:
            return None
        rest = list(tags[1:])
        rng.shuffle(rest)
        voice = self.content.brief.voice
        own = [Value(tag) for tag in (voice.tags if voice else ())]
        kept = [*own, tags[0], *rest][: max(len(own), rng.randint(min(2, most), most))][:most]
        form = "#{}#" if plan.channel.hash_style == "#a#" and self._is_zh else "#{}"
        words = " ".join(form.format(tag.text) for tag in kept)
        return Value(words, tuple(fact for tag in kept for fact in tag.facts))

    def _bullets(self, plan: Plan, rng: random.Random) -> Value | None:
        rows = self.content.bullets
        if len(rows) < 2:
            return None
        kept = sorted(rng.sample(range(len(rows)), min(len(rows), rng.choice((3, 3, 4)))))
        chosen = [rows[row] for row in kept]
        voice = self.content.brief.voice
        if self.content.is_work and (self.content.brief.tone == "formal" or (voice and not voice.emoji)):
            chosen = [Value(row.text.split(" ", 1)[1], row.facts) for row in chosen]
        return Value("\n".join(row.text for row in chosen), tuple(fact for row in chosen for fact in row.facts))

    def _poster_credit(self, plan: Plan, rng: random.Random) -> Value | None:
        name = "maker" if self.content.kind == "album" and self._is_zh else "credits"
        credits = self.content.slots.get(name if self._is_zh else "credits_cap")
        if not credits:
            return None
        chosen = rng.choice(credits)
        return Value(chosen.text.replace("，", "　"), chosen.facts) if self._is_zh else chosen

    def _poster_year(self, plan: Plan, rng: random.Random) -> Value | None:
        year = next(iter(self.content.slots.get("year", ())), None)
        kind = rng.choice(self.content.slots["genre"]) if "genre" in self.content.slots else None
        if year is None or kind is None:
            return kind
        facts = (*year.facts, *kind.facts)
        return Value(
            f"{kind.text} · {year.text}" if self._is_zh else f"{lexicon_en.capital(kind.text)}, {year.text}", facts
        )

    def _poster_award(self, plan: Plan, rng: random.Random) -> Value | None:
        return rng.choice(self.content.slots["award"]) if "award" in self.content.slots else None


def _signature(content: Content) -> str:
    return f"【{content.brief.brand}】" if content.lang == "zh" else f"{content.brief.brand}:"
