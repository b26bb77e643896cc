"""The grammar of one clause: how far a negation reaches, what is compared, how much, and what facet values come of it.

A clause is a run of cues and values, walked through once from left to right. A negation holds until the clause ends or
somebody wants something; a comparison belongs to the adjective it stands with; a degree to the word beside it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from knowledge.text import is_han
from recsys.occasions import OCCASIONS
from recsys.operations import Op, Operation
from recsys.scanner import Token
from recsys.turn import Turn

__all__ = ["ANCHORED", "ValueReader"]

ANCHORED = "\0anchor"
"""Stands for the work a comparison is relative to until its clause has been read to the end."""

_ADJECTIVES = ("mood", "year", "length", "runtime", "episodes", "popularity", "rating")
_CLAUSE_CUES = (
    "than", "seen", "unseen", "accept", "bad", "reset", "forget", "any", "all", "similar", "different", "want", "each",
)  # fmt: skip


class ValueReader(ABC):
    """A left-to-right walk over one clause with the little state its grammar needs."""

    def __init__(self, turn: Turn, tokens: Sequence[Token], negated: bool, unread: bool) -> None:
        self.turn = turn
        self.tokens = [token for token in tokens if set(token.senses) != {"filler"}]
        self.all_tokens = tokens
        self.unread = unread
        self.negation: str | None = "not" if negated else None  # "not" or "too" (not too …)
        self.mood: str | None = None  # want, like, hate, cool
        self.compare = 0  # +1 more, −1 less
        self.degree: float | None = None
        self.complaint: float | None = None
        self.compare_with: str | None = None
        self.subject: str | None = None
        self.found: list[Operation] = []
        self.negated_values = 0
        self.has = {cue: any(cue in token for token in tokens) for cue in _CLAUSE_CUES}
        self.has["good"] = any("good" in token and not self._followed_by_de(token) for token in tokens)
        self.names_items = any(turn.items(token) for token in self.tokens)
        self.or_next = False
        self.another = False

    def read(self) -> None:
        for at, token in enumerate(self.tokens):
            self._token(at, token)

    def _near(self, at: int) -> Token | None:
        return self.tokens[at] if 0 <= at < len(self.tokens) else None

    def _token(self, at: int, token: Token) -> None:
        if items := self.turn.items(token):
            self._works(at, items)
        elif "person" in token:
            self._person(at, token["person"])
        elif "range" in token:
            self._range(token["range"])
        elif "occasion" in token and self.negation is None:
            self.found += OCCASIONS[token["occasion"]]
        elif "accept" in token and self._near(at + 1) is not None and self._points(at + 1):
            self.mood = "want"
        elif "foreign" in token:
            self._foreign(token["foreign"])
            if token["implied"] and self.negation is None:
                self._type(at, token["implied"], implied=True)
        elif "scale" in token:
            self._adjective(at, token, scale=token["scale"])
            if token["implied"] and self.negation is None:
                self._type(at, token["implied"], implied=True)
        elif "values" in token:
            self._values(at, token)
        else:
            self._cue(at, token)

    def _points(self, at: int) -> bool:
        token = self._near(at)
        return token is not None and bool(self.turn.items(token) or "this" in token)

    # --- cues --------------------------------------------------------------------------------------------------------

    def _cue(self, at: int, token: Token) -> None:
        if "not_too" in token:
            self.negation = "too"
        elif "neg" in token:
            self.negation, self.mood, self.compare = "not", None, 0
        elif "cool" in token or "hate" in token or "like" in token:
            mood = next(cue for cue in ("cool", "hate", "like") if cue in token)
            if mood == "like" and self.negation:
                mood = "hate" if self.negation == "not" else "cool"
            self.mood, self.negation = mood, None
        elif "too" in token:
            if self.negation:
                self.negation = "too"
            else:
                self.complaint = 1.0
        elif "very" in token and self.negation:
            self.negation = "too"
        elif "slight" in token:
            self.complaint = 0.5
        elif "more" in token or "less" in token:
            self.compare = 1 if "more" in token else -1
            self.negation = None
        elif "most" in token:
            self.degree = 2.0
        elif "enough" in token:
            self._not_enough()
        elif "much" in token or "bit" in token:
            self._degree(at, 2.0 if "much" in token else 0.5)
        elif "want" in token or "some" in token:
            self.mood = "want"
            # "no horror and something funny" starts afresh; "I don't want something long" does not.
            if "want" in token or self.negated_values:
                self.negation = None
        elif "another" in token:
            self.another = self.negation is None  # 「别再推荐动画了」 asks for no more
        elif "or" in token:
            self.or_next = bool(self.found)
            return
        self.or_next = False

    def _degree(self, at: int, degree: float) -> None:
        """「短一点」, 「轻松得多」 after a value; "much", "a bit" before one."""
        before = self._near(at - 1)
        if before is not None and ("scale" in before or "values" in before) and is_han(self.tokens[at].text[0]):
            return  # the value has looked ahead and taken it
        if degree < 1 and is_han(self.tokens[at].text[0]) and not self.tokens[at].text.startswith(("稍", "略")):
            return  # 「看点悬疑」 is some of it, not a little
        self.degree = degree

    def _not_enough(self) -> None:
        """ "not funny enough": what was refused is wanted."""
        if self.found and self.found[-1].op in ("not", "less"):
            self.found[-1] = replace(self.found[-1], op="more", anchor=ANCHORED, strength=1.0)
            self.negation = None

    # --- values ------------------------------------------------------------------------------------------------------

    def _suffix(self, at: int) -> float | None:
        """The degree said after a Chinese adjective: 一点 .5, 得多 2."""
        after = self._near(at + 1)
        if after is not None and is_han(after.text[0]) and after.start - self.tokens[at].end <= 1:
            return 0.5 if "bit" in after else 2.0 if "much" in after else None
        return None

    def _adjective(self, at: int, token: Token, *, scale: tuple[str, str] | None = None, mood: Any = None) -> None:
        """An ordinal adjective or a mood, bare, compared, negated or complained of."""
        suffix = self._suffix(at)
        compared = bool(token.senses.get("compared")) or suffix is not None or self.compare != 0 or self.has["than"]
        # 「更轻松一点」 is plainly "lighter"; 「轻松一点」 a little so.
        strength = (suffix if suffix != 0.5 or not self.compare else None) or self.degree or 1.0
        facet, value = (scale[0], None) if scale else ("mood", mood)
        if facet == "length" and self.has["each"]:
            facet = "runtime"  # 「每集短一点」 is not about how many there are
        toward: Op = "less" if scale and scale[1] == "less" else "more"
        away: Op = "less" if toward == "more" else "more"
        attributive = token.end < 500 and self._followed_by_de(token)
        complained = self.complaint is not None and not (self.complaint < 1 and attributive) and not compared
        if not complained and self.degree == 0.5 and not compared and token.text.isascii() and self.mood != "want":
            complained, strength = True, 0.5  # "a bit long": a complaint, unlike "a bit longer"
        if self.negation == "not" and not compared and mood is not None:
            self._add(Operation("not", facet, value))
        elif self.negation == "too" and mood is not None and not compared:
            self._add(Operation("not", facet, value, strength=0.5))
        elif self.negation:
            self._add(Operation(away, facet, value, ANCHORED))
        elif complained:
            self._add(Operation(away, facet, value, ANCHORED, self.complaint or strength))
        elif compared:
            direction = toward if self.compare >= 0 else away
            self._add(Operation(direction, facet, value, ANCHORED, strength))
        elif self.mood == "hate":
            self._add(Operation("not", facet, value) if mood is not None else Operation(away, facet, value))
        elif self.mood == "cool":
            self._add(Operation(away, facet, value, ANCHORED, 0.5))
        elif scale:
            self._add(Operation(toward, facet, value, strength=strength))
        else:
            self._add(Operation("like", facet, value, strength=self.complaint or strength))
        self.degree = self.complaint = None
        if self.negation == "too" or attributive or token.senses.get("compared"):
            self.negation = None if self.negation == "too" else self.negation
            self.compare = 0

    def _followed_by_de(self, token: Token) -> bool:
        return any(other.start == token.end and other.text.startswith("的") for other in self.all_tokens)

    def _values(self, at: int, token: Token) -> None:
        if self.negation == "not" and token.text in ("音乐", "music"):  # neither records nor films about music
            self._noun(at, "genre", "genre/music")
            self.negated_values = 0
        for place, (facet, value) in enumerate(token["values"]):
            if facet == "mood":
                self._adjective(at, token, mood=value)
            elif facet == "type":
                self._type(at, value, implied=place > 0)
            else:
                self._noun(at, facet, value)

    def _noun(self, at: int, facet: str, value: Any) -> None:
        """A genre, country, language or award."""
        if value == "genre/horror" and (self.negation == "too" or self.complaint or self.compare or self._suffix(at)):
            self._adjective(at, self.tokens[at], mood="mood/scary")  # 「不要太恐怖」 is about how it feels
            return
        suffix = self._suffix(at) if facet == "genre" else None
        adjective_took_it = any(op.facet in _ADJECTIVES and op.op in ("more", "less") for op in self.found)
        compare = 0 if adjective_took_it else self.compare or (1 if suffix else 0)
        strength = suffix or self.degree or 1.0
        if self.negation == "not":
            self.negated_values += 1
            self._add(Operation("not", facet, value))
        elif self.negation == "too" or self.complaint == 1.0:
            self._add(Operation("less", facet, value, ANCHORED))
        elif compare:
            self._add(Operation("more" if compare > 0 else "less", facet, value, ANCHORED, strength))
        elif self.mood == "hate":
            self._add(Operation("not", facet, value))
        elif self.mood == "cool":
            self._add(Operation("less", facet, value, ANCHORED, 0.5))
        elif self.mood == "like" or self.complaint or self.degree:
            self._add(Operation("like", facet, value, strength=self.complaint or strength))
        else:
            self._add(Operation("only", facet, value))
        self.degree = self.complaint = None

    def _foreign(self, home: tuple[str, ...]) -> None:
        """「外语片」: none of what is spoken at home; refused, nothing but that."""
        value = tuple(id_ for id_ in home if id_ in self.turn.graph)
        refused = self.negation == "not" or self.mood == "hate"
        if value:
            self._add(Operation("only" if refused else "not", value[0].split("/")[0], value))

    def _type(self, at: int, value: Any, implied: bool) -> None:
        """A type of work: a wish of its own, or only the noun that a wish hangs on ("no horror movies")."""
        if self.negation == "not":
            if not implied and not self.negated_values and not self._described(at):
                self._add(Operation("not", "type", value))
            return
        leaning = self.mood in ("like", "hate", "cool") and any(op.facet != "item" for op in self.found)
        compared = self.compare and any(op.op in ("more", "less") and op.facet == "genre" for op in self.found)
        if self.negation == "too" or leaning or compared or (self.mood in ("hate", "cool")):
            return
        if implied and self.mood == "like":
            return
        op = Operation("like" if self.mood == "like" else "only", "type", value)
        (self.turn.implied if implied else self.turn.named).add(op)
        self._add(op)

    def _described(self, at: int) -> bool:
        """Whether words that nobody knows stand before it: 「不要漫威电影」 does not refuse films."""
        start = self.tokens[at].start
        before = max((token.end for token in self.all_tokens if token.end <= start), default=start)
        return start - before > 1 or (start > before and self.unread and is_han(self.tokens[at].text[0]))

    def _range(self, bounds: Sequence[tuple[str, tuple[int | None, int | None]]]) -> None:
        for facet, (low, high) in bounds:
            if self.negation is None:
                self._add(Operation("only", facet, (low, high)))
            elif low is not None and high is not None:
                self._add(Operation("not", facet, (low, high)))
            elif low is not None:  # "not over two hours"
                self._add(Operation("only", facet, (None, low - 1)))
            elif high is not None:
                self._add(Operation("only", facet, (high + 1, None)))

    def _person(self, at: int, person: str) -> None:
        beside = (self._near(at + 1), self._near(at - 1))
        role = next((token["role"] for token in beside if token is not None and "role" in token), "person")
        after = self._near(at + 1)
        if any(token is not None and ("similar" in token or "similar_after" in token) for token in beside):
            self._add(Operation("like", role, person))
        elif self.negation or self.mood in ("hate", "cool"):
            self._add(Operation("not", role, person))
        elif self.mood == "like" and not (after is not None and "role" in after):
            self._add(Operation("like", role, person))
        elif self.compare:
            self._add(Operation("more" if self.compare > 0 else "less", role, person, ANCHORED))
        else:
            self._add(Operation("only", role, person))

    def _add(self, op: Operation) -> None:
        previous = self.found[-1] if self.found else None
        same = previous is not None and previous.op == op.op == "only" and previous.facet == op.facet
        if self.or_next and previous and same and op.ids and previous.ids:
            op = replace(op, value=(*previous.ids, *op.ids))
            self.found.pop()
        self.or_next = False
        self.found.append(op)

    @abstractmethod
    def _works(self, at: int, items: Sequence[str]) -> None:
        """What is said of works named or pointed at."""
