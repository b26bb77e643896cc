"""What a turn asks for, in Chinese, English or both at once: text → :class:`~recsys.operations.Operation`\\ s.

The grammar of critiques is small. A clause is a run of cues and values; a negation reaches to the end of its clause
or to the next "but I want"; a comparison is relative to the work named with it (「比第二个短」, "like Interstellar but
newer"), else to the one the talk is about. No model and no training: every reading can be traced to a line here, and
what could not be read comes back as ``leftover``, so that the caller can ask instead of guessing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from knowledge.graph import WORK_TYPES, Graph
from knowledge.linking import Linker
from knowledge.text import fold, is_han
from recsys.occasions import OCCASIONS
from recsys.operations import Op, Operation
from recsys.scanner import Scanner, Token

__all__ = ["CritiqueReader", "Parsed"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a turn asks for. Iterates over its operations."""

    operations: tuple[Operation, ...]
    leftover: str
    """What no rule read, fillers removed; words separated by a space."""
    understood: bool
    """Something was read, and more of the turn than not. True without operations for "surprise me"."""

    def __iter__(self) -> Iterator[Operation]:
        return iter(self.operations)

    def __len__(self) -> int:
        return len(self.operations)


class CritiqueReader:
    """Reads turns about one graph's works. Stateless between turns and safe to share among threads."""

    def __init__(self, graph: Graph, linker: Linker | None = None) -> None:
        self._graph = graph
        self._scanner = Scanner(graph, linker or Linker(graph))

    def parse(self, text: str, *, shown: Sequence[str] = (), focus: Sequence[str] = ()) -> Parsed:
        """Read one turn.

        Args:
            text: what was said; 500 characters are read.
            shown: ids of the works last shown, in order: what 「第二个」 and "these" point at.
            focus: ids the talk is about, latest first: what "shorter" is shorter than, when no work is named.
        """
        tokens = self._scanner.scan(text, focus)
        turn = _Turn(self._graph, shown, focus)
        carried = False
        clauses = list(_clauses(tokens))
        for at, clause in enumerate(clauses):
            rest = [token for later in clauses[at:] for token in later.tokens]
            carried = turn.clause(clause.tokens, carried and clause.after == "," and _only_a_list(clause.tokens, rest))
        operations = turn.finish()
        leftover = _leftover(fold(text[:500]), tokens)
        content = sum(len(token.text) for token in tokens if "separator" not in token)
        read = bool(operations) or turn.indifferent
        return Parsed(operations, leftover, read and len(leftover.replace(" ", "")) <= content)


@dataclass(frozen=True, slots=True)
class _Clause:
    after: str
    """The mark or word that opened it."""
    tokens: list[Token]


def _clauses(tokens: Sequence[Token]) -> Iterator[_Clause]:
    opened = ""
    run: list[Token] = []
    for token in tokens:
        if "separator" in token:
            if run:
                yield _Clause(opened, run)
            opened, run = token["separator"], []
        else:
            run.append(token)
    if run:
        yield _Clause(opened, run)


def _only_a_list(clause: Sequence[Token], rest: Sequence[Token]) -> bool:
    """Whether "no horror, war or musicals" goes on: nothing but values here, and an "or" still to come."""
    plain = all("values" in token or "or" in token or "filler" in token or "and" in token for token in clause)
    return plain and any("or" in token for token in rest)


class _Turn:
    """One turn being read: its operations so far, and the work it compares with."""

    def __init__(self, graph: Graph, shown: Sequence[str], focus: Sequence[str]) -> None:
        self.graph, self.shown = graph, [id_ for id_ in shown if id_ in graph]
        works = [id_ for id_ in focus if id_ in graph and graph.entity(id_).type in WORK_TYPES]
        in_view = [id_ for id_ in works if id_ in self.shown]
        self.it: str | None = next(iter(in_view or self.shown or works), None)
        """The work meant when none is named: of those shown the one the talk is about, else the first."""
        self.pointed = bool(in_view) or len(self.shown) == 1
        self.anchor: str | None = None
        self.indifferent = False
        self.operations: list[Operation] = []

    # --- one clause --------------------------------------------------------------------------------------------------

    def clause(self, tokens: Sequence[Token], negated: bool) -> bool:
        """Read a clause; returns whether it ends under a negation."""
        reader = _ClauseReader(self, tokens, negated)
        reader.read()
        self.operations += reader.finish()
        return reader.negation == "not"

    def items(self, token: Token) -> list[str]:
        """The works a token points at."""
        if "item" in token:
            candidates = token["item"]
            shown = [id_ for id_, _ in candidates if id_ in self.shown]
            return shown[:1] or [candidates[0][0]]
        if "position" in token:
            where = token["position"]
            if isinstance(where, slice):
                return self.shown[where]
            return [self.shown[i] for i in where if -len(self.shown) <= i < len(self.shown)]
        return []

    # --- the turn as a whole -----------------------------------------------------------------------------------------

    def finish(self) -> tuple[Operation, ...]:
        """Operations without repeats, lengths in the unit of what is meant, and nothing compared with an unknown."""
        types = {type_ for op in self.operations if op.facet == "type" and op.op == "only" for type_ in op.ids}
        kept: list[Operation] = []
        for op in self.operations:
            if op.facet == "length":
                anchored = {self.graph.entity(op.anchor).type} if op.anchor else set()
                op = replace(op, facet="episodes" if (types or anchored) == {"series"} else "runtime")
            if op.anchor and op.facet in _MEASURED and self.graph.value(op.anchor, op.facet) is None:
                op = replace(op, anchor=None)
            if op not in kept:
                kept.append(op)
        named = {
            id_ for op in kept if op.op == "only" and op.facet == "type" and isinstance(op.value, str) for id_ in op.ids
        }
        if named:  # "a show to binge": a show may be two things, what one binges is one of them
            kept = [
                op for op in kept if op.facet != "type" or not named.intersection(op.ids) or isinstance(op.value, str)
            ]
        if any(op.op == "only" and op.facet == "year" for op in kept):  # 「九十年代的老片」 has said how old
            kept = [op for op in kept if op.facet != "year" or op.op == "only" or op.anchor]
        return tuple(kept)


class _ClauseReader:
    """A left-to-right walk over one clause with the little state its grammar needs."""

    def __init__(self, turn: _Turn, tokens: Sequence[Token], negated: bool) -> None:
        self.turn = turn
        self.tokens = [token for token in tokens if set(token.senses) != {"filler"}]
        self.all_tokens = tokens
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
        self.names_items = any(turn.items(token) for token in self.tokens)
        self.or_next = False

    def read(self) -> None:
        for at, token in enumerate(self.tokens):
            self._token(at, token)

    def _near(self, at: int) -> Token | None:
        return self.tokens[at] if 0 <= at < len(self.tokens) else None

    def _token(self, at: int, token: Token) -> None:
        if items := self.turn.items(token):
            self._items(at, items)
        elif "person" in token:
            self._person(at, token["person"])
        elif "range" in token:
            self._range(token["range"])
        elif "occasion" in token:
            if self.negation is None:
                self.found += OCCASIONS[token["occasion"]]
        elif "accept" in token and self._near(at + 1) is not None and self._points(at + 1):
            self.mood = "want"
        elif "scale" in token:
            self._adjective(at, token, scale=token["scale"])
            if token["implied"] and self.negation is None:
                self.found.append(Operation("only", "type", token["implied"]))
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
        elif "or" in token:
            self.or_next = bool(self.found)
            return
        self.or_next = False

    def _degree(self, at: int, degree: float) -> None:
        """「短一点」, 「轻松得多」 after a value; "much", "a bit" before one."""
        before = self._near(at - 1)
        if before is not None and ("scale" in before or "values" in before) and is_han(self.tokens[at].text[0]):
            return  # the value has looked ahead and taken it
        self.degree = degree

    def _not_enough(self) -> None:
        """ "not funny enough": what was refused is wanted."""
        if self.found and self.found[-1].op in ("not", "less"):
            self.found[-1] = replace(self.found[-1], op="more", anchor=_ANCHORED, strength=1.0)
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
        strength = suffix or self.degree or 1.0
        facet, value = (scale[0], None) if scale else ("mood", mood)
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
            self._add(Operation(away, facet, value, _ANCHORED))
        elif complained:
            self._add(Operation(away, facet, value, _ANCHORED, self.complaint or strength))
        elif compared:
            direction = toward if self.compare >= 0 else away
            self._add(Operation(direction, facet, value, _ANCHORED, strength))
        elif self.mood == "hate":
            self._add(Operation("not", facet, value) if mood is not None else Operation(away, facet, value))
        elif self.mood == "cool":
            self._add(Operation(away, facet, value, _ANCHORED, 0.5))
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
        for place, (facet, value) in enumerate(token["values"]):
            if facet == "mood":
                self._adjective(at, token, mood=value)
            elif facet == "type":
                self._type(value, implied=place > 0)
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
            self._add(Operation("less", facet, value, _ANCHORED))
        elif compare:
            self._add(Operation("more" if compare > 0 else "less", facet, value, _ANCHORED, strength))
        elif self.mood == "hate":
            self._add(Operation("not", facet, value))
        elif self.mood == "cool":
            self._add(Operation("less", facet, value, _ANCHORED, 0.5))
        elif self.mood == "like" or self.complaint or self.degree:
            self._add(Operation("like", facet, value, strength=self.complaint or strength))
        else:
            self._add(Operation("only", facet, value))
        self.degree = self.complaint = None

    def _type(self, value: Any, implied: bool) -> None:
        """A type of work: a wish of its own, or only the noun that a wish hangs on ("no horror movies")."""
        if self.negation == "not":
            if not implied and not self.negated_values:
                self._add(Operation("not", "type", value))
            return
        leaning = self.mood in ("like", "hate", "cool") and any(op.facet != "item" for op in self.found)
        compared = self.compare and any(op.op in ("more", "less") and op.facet == "genre" for op in self.found)
        if self.negation == "too" or leaning or compared or (self.mood in ("hate", "cool")):
            return
        if implied and self.mood == "like":
            return
        self._add(Operation("like" if self.mood == "like" else "only", "type", value))

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
            self._add(Operation("more" if self.compare > 0 else "less", role, person, _ANCHORED))
        else:
            self._add(Operation("only", role, person))

    # --- works -------------------------------------------------------------------------------------------------------

    def _items(self, at: int, items: Sequence[str]) -> None:
        before, after = self._near(at - 1), self._near(at + 1)
        joined = before is not None and "and" in before and self.found and self.found[-1].facet == "item"
        if before is not None and "than" in before:
            self.compare_with = items[0]
            return
        mood = self.mood if self.mood in _OPINIONS else self._opinion_after(at)
        similar = (before is not None and "similar" in before) or (after is not None and "similar_after" in after)
        if after is not None and "similar" in after and is_han(after.text[0]):
            similar = True  # 「和《星际穿越》类似」
        different = any(token is not None and "different" in token for token in (before, after))
        op: Op
        strength = 1.0
        if self.has["seen"] and not similar:
            op = "seen"
        elif different or (similar and self.negation):
            op, strength = "dislike", 0.5
        elif similar or (joined and self.found[-1].op == "similar_to"):
            op = "similar_to"
        elif mood == "like" or (self.has["good"] and not self.has["bad"] and not self.negation):
            op = "like"
        elif mood == "hate" or self.has["bad"] or (self.negation == "not" and not self._critiqued(at)):
            op = "dislike"
        elif mood == "cool":
            op, strength = "dislike", 0.5
        elif self._critiqued(at):
            self.subject = items[0]
            return
        elif self.has["accept"] or self.mood == "want" or all(item in self.turn.shown for item in items):
            op = "accept"
        else:
            op = "similar_to"
        self.subject = None if op == "seen" else items[0]
        self.found += [Operation(op, "item", item, strength=strength) for item in items]

    def _opinion_after(self, at: int) -> str | None:
        """「第一个不喜欢」: Chinese may put the work first."""
        later = (cue for token in self.tokens[at + 1 :] for cue in _OPINIONS if cue in token)
        return next(later, None)

    def _critiqued(self, at: int) -> bool:
        """Whether an adjective in this clause is said of the work at ``at`` (「第一个太长了」)."""
        later = self.tokens[at + 1 :]
        return any("scale" in t or any(f == "mood" for f, _ in t.senses.get("values", ())) for t in later)

    # --- the end of the clause ---------------------------------------------------------------------------------------

    def _add(self, op: Operation) -> None:
        previous = self.found[-1] if self.found else None
        same = previous is not None and previous.op == op.op == "only" and previous.facet == op.facet
        if self.or_next and previous and same and op.ids and previous.ids:
            op = replace(op, value=(*previous.ids, *op.ids))
            self.found.pop()
        self.or_next = False
        self.found.append(op)

    def finish(self) -> list[Operation]:
        turn = self.turn
        said = [op for op in self.found if op.facet != "type" or op.op != "not" or not self.negated_values]
        if not self.names_items:
            said += self._about_what_is_shown(said)
        anchor = self.compare_with or self.subject or turn.anchor or turn.it
        turn.anchor = self.subject or turn.anchor
        out = [replace(op, anchor=anchor) if op.anchor == _ANCHORED else op for op in said]
        facets = [token["facet"] for token in self.tokens if "facet" in token]
        if self.has["any"] or self.has["another"]:
            out = [Operation("reset", facet) for facet in dict.fromkeys(facets)] + out
            turn.indifferent |= self.has["any"]
        unlike_these = self.has["different"] and not self.names_items
        if self.has["another"] or unlike_these or self._only_more():
            out.append(Operation("another"))
        if self.has["reset"]:
            out.insert(0, Operation("reset"))
        return out

    def _only_more(self) -> bool:
        """ "more", "再来": a comparison with nothing to compare asks for more of the list."""
        return bool(self.compare > 0 and not self.found and not self.has["similar"] and not self.names_items)

    def _about_what_is_shown(self, said: Sequence[Operation]) -> list[Operation]:
        """Operations on works nobody named: 「看过了」, "I'll take it", "none of these", 「类似的」."""
        turn, it = self.turn, self.turn.it
        if it is None:
            return []
        every = list(turn.shown) if self.has["all"] else [it]
        critique = any(op.facet != "item" for op in said)
        if self.has["seen"] and not self.has["unseen"]:
            return [Operation("seen", "item", item) for item in every]
        if self.has["similar"] or self._same_kind():
            if critique and not any("this" in token for token in self.tokens):
                return []
            return [Operation("similar_to", "item", it)]
        if critique:
            return []
        if self.has["accept"]:
            return [Operation("accept", "item", it)]
        refused = self.mood in ("hate", "cool") or self.has["bad"]
        refused |= self.negation == "not" and any("this" in token or "all" in token for token in self.tokens)
        if refused:
            if turn.pointed and not self.has["all"]:
                return [Operation("dislike", "item", it)]
            return [*(Operation("dislike", "item", item, strength=0.5) for item in turn.shown), Operation("another")]
        if self.mood == "like" or (self.has["good"] and not self.has["want"]):
            return [Operation("like", "item", item) for item in every]
        return []

    def _same_kind(self) -> bool:
        """「这样的」, 「差不多的」 said of nothing in particular."""
        return any("similar_after" in token and "facet" not in token and "filler" not in token for token in self.tokens)


_ANCHORED = "\0anchor"
"""Stands for the work a comparison is relative to until its clause has been read to the end."""

_MEASURED = ("year", "runtime", "episodes")
_OPINIONS = ("cool", "hate", "like")
_ADJECTIVES = ("mood", "year", "length", "episodes", "popularity")
_CLAUSE_CUES = (
    "than", "seen", "unseen", "accept", "good", "bad", "another", "reset", "any", "all", "similar", "different", "want",
)  # fmt: skip


def _leftover(folded: str, tokens: Sequence[Token]) -> str:
    """The parts of a turn no token covers, joined by spaces; marks and digits alone say nothing."""
    covered = list(folded)
    for token in tokens:
        covered[token.start : token.end] = " " * (token.end - token.start)
    return " ".join(part for part in "".join(char if char.isalnum() else " " for char in covered).split())
