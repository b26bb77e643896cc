"""What a clause says of works: liked, seen, taken, refused, to be resembled or compared with; and its end.

A work is meant by its title (《星际穿越》), by its place in the list shown (「第二个」), or by nothing at all
(「看过了」), and then it is the one the talk is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.text import is_han
from recsys.clause_values import ANCHORED, ValueReader
from recsys.operations import PEOPLE_FACETS, Op, Operation

__all__ = ["ClauseReader"]

_MAKERS = ("director", "writer", "composer")
_OPINIONS = ("cool", "hate", "like")
_FORGET = ("forget", "忘")


class ClauseReader(ValueReader):
    """Reads one clause: :meth:`read`, then :meth:`finish` for its operations."""

    def _works(self, at: int, items: Sequence[str]) -> None:
        before, after = self._near(at - 1), self._near(at + 1)
        joined = before is not None and "and" in before and self.found and self.found[-1].facet == "item"
        if before is not None and "than" in before:
            self.compare_with = items[0]
            return
        if makers := self._makers(at, items[0]):
            self._of_makers(items[0], *makers)
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
        elif different or (similar and (self.negation or self.compare < 0)):
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

    def _makers(self, at: int, item: str) -> tuple[str, tuple[str, ...]] | None:
        """「拍《寄生虫》的那个导演」, "the guy who made Parasite": the way to take part, and who did so."""
        beside = [token for token in self.tokens[:at][-1:] if token.text.isascii()]
        beside += [token for token in self.tokens[at + 1 : at + 3] if not token.text.isascii()]
        role = next((token["role"] for token in beside if "role" in token and "values" not in token), None)
        if role not in _MAKERS:
            return None
        for facet in dict.fromkeys((role, "director", "artist")):
            if people := tuple(map(str, self.turn.graph.objects(item, PEOPLE_FACETS[facet]))):
                return facet, people
        return None

    def _of_makers(self, item: str, facet: str, people: tuple[str, ...]) -> None:
        """Works of the people who made ``item``, other than ``item``."""
        refused = self.negation == "not" or self.mood in ("hate", "cool")
        self.found.append(Operation("not" if refused else "only", facet, people))
        if not refused:
            self.found.append(Operation("similar_to", "item", item))

    def _opinion_after(self, at: int) -> str | None:
        """「第一个不喜欢」: Chinese may put the work first."""
        rest = self.tokens[at + 1 :]
        if rest and "neg" in rest[-1] and all("want" in token for token in rest[:-1]):
            return "hate"  # 「第一个不要」, 「第一个我不想看」
        return next((cue for token in rest for cue in _OPINIONS if cue in token), None)

    def _critiqued(self, at: int) -> bool:
        """Whether an adjective in this clause is said of the work at ``at`` (「第一个太长了」)."""
        later = self.tokens[at + 1 :]
        return any("scale" in t or any(f == "mood" for f, _ in t.senses.get("values", ())) for t in later)

    def finish(self) -> list[Operation]:
        turn = self.turn
        said = [op for op in self.found if op.facet != "type" or op.op != "not" or not self.negated_values]
        if not self.names_items:
            said += self._about_what_is_shown(said)
        anchor = self.compare_with or self.subject or turn.anchor or turn.it
        turn.anchor = self.subject or turn.anchor
        if self.has["each"] and any(op.facet == "runtime" and op.op != "reset" for op in said):
            turn.implied.add(series := Operation("only", "type", "series"))  # nothing else comes in parts
            said.append(series)
        out = [replace(op, anchor=anchor) if op.anchor == ANCHORED else op for op in said]
        facets = [token["facet"] for token in self.tokens if "facet" in token]
        if self.has["any"] or self.another:
            out = [Operation("reset", facet) for facet in dict.fromkeys(facets)] + out
            turn.indifferent |= self.has["any"]
        unlike_these = self.has["different"] and not self.names_items
        if self.another or unlike_these or self._only_more():
            out.append(Operation("another"))
        if self._forgets() and (named := _forgotten(out)):
            return named
        if self.has["reset"]:
            out.insert(0, Operation("reset"))
        return out

    def _forgets(self) -> bool:
        """「忘掉我喜欢诺兰」, "forget what I said about horror": one thing is to be forgotten, and it is named."""
        return self.has["forget"] or any("reset" in token and token.text.startswith(_FORGET) for token in self.tokens)

    def _only_more(self) -> bool:
        """ "more", "再来": a comparison with nothing to compare asks for more of the list."""
        return bool(self.compare > 0 and not self.found and not self.has["similar"] and not self.names_items)

    def _about_what_is_shown(self, said: Sequence[Operation]) -> list[Operation]:
        """Operations on works nobody named: 「看过了」, "I'll take it", "none of these", 「类似的」."""
        turn, it = self.turn, self.turn.it
        if it is None or any("position" in token for token in self.tokens):
            return []  # 「第九个」 of five points at nothing, least of all at the first
        if self.unread and not self.has["similar"]:
            return []  # "I've seen better": it may be about anything
        this = any("this" in token for token in self.tokens)
        every = [id_ for id_ in turn.shown if id_ in turn.graph] if self.has["all"] else [it]
        critique = any(op.facet != "item" for op in said)
        if self.has["seen"] and not self.has["unseen"]:
            return [Operation("seen", "item", item) for item in every]
        if self.has["similar"] or self._same_kind():
            if critique and not this:
                return []
            return [Operation("similar_to", "item", it)]
        if critique:
            return []
        if self.has["accept"]:
            return [Operation("accept", "item", it)]
        refused = self.mood in ("hate", "cool") or self.has["bad"]
        refused |= self.negation == "not" and (this or self.has["all"])
        if refused:
            if (turn.pointed or this) and not self.has["all"]:
                return [Operation("dislike", "item", it)]
            page = [id_ for id_ in turn.shown if id_ in turn.graph]
            return [*(Operation("dislike", "item", item, strength=0.5) for item in page), Operation("another")]
        if self.mood == "like" or (self.has["good"] and not self.has["want"]):
            return [Operation("like", "item", item) for item in every]
        return []

    def _same_kind(self) -> bool:
        """「这样的」, 「差不多的」 said of nothing in particular."""
        return any("similar_after" in token and "facet" not in token and "filler" not in token for token in self.tokens)


def _forgotten(said: Sequence[Operation]) -> list[Operation]:
    """What ``said`` is about, to be forgotten: each value that was named, or the facet where none was."""
    about = [op for op in said if op.facet and op.op != "reset"]
    about = [op for op in about if op.facet != "type"] or about  # 「恐怖片」 is not about films
    return [Operation("reset", op.facet, id_) for op in about for id_ in op.ids or (None,)]
