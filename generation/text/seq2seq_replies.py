"""Replies in small talk from a trained model, offered only when it is sure and they are safe.

A small model trained on little talk says something fluent about half the time. Its reply is therefore shown only when the mean
log-probability per unit is above a threshold that was measured on held-out dialogues, the user's words are known to it, and a
safety check that the caller hands in has no objection; otherwise there is no reply (``None``) and the rules answer.

    Kamath, Jia and Liang, "Selective Question Answering under Domain Shift", ACL 2020 (abstaining by a calibrated score).
    Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927 (bound on a share).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from generation.text.pairs import Pair, PairsError, context, write_whole
from generation.text.rouge import rouge_l
from generation.text.seq2seq_model import Seq2Seq
from generation.text.seq2seq_vocabulary import split

__all__ = ["Replies", "Reply", "alike"]

_UNKNOWN = 0.25  # of the user's last words; more is talk the model was not taught
_MAX_TURN = 60  # units; nobody makes small talk at that length
_ALIKE = 0.5
_Z = 1.64  # one-sided 95 %


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say; ``confidence`` is its mean log-probability per unit in nats, at most 0."""

    text: str
    confidence: float


def alike(reply: str, reference: str) -> bool:
    """Whether a reply says what a person said there, as far as words show it: ROUGE-L of 0.5 or more."""
    return rouge_l(split(reply), split(reference)).f1 >= _ALIKE


class Replies:
    """Answers small talk, or declines.

    Args:
        threshold: least confidence; ``math.inf`` (nothing calibrated) never offers a reply.
        safe: whether a text may be shown; asked about the user's words and about the reply.
    """

    def __init__(self, model: Seq2Seq, safe: Callable[[str], bool], *, threshold: float = math.inf) -> None:
        self.model, self.safe, self.threshold = model, safe, threshold

    def reply(self, turns: Sequence[str]) -> Reply | None:
        """A reply to the last of ``turns`` (oldest first), or ``None`` when the rules had better answer."""
        if not turns or self.threshold == math.inf:
            return None
        last = turns[-1]
        units = split(last)
        if not 0 < len(units) <= _MAX_TURN or self.model.unknown(last) > _UNKNOWN or not self.safe(last):
            return None
        found = self._best([context(list(turns))])[0]
        if found.confidence < self.threshold or not found.text or found.text == last or not self.safe(found.text):
            return None
        return found

    def _best(self, sources: Sequence[str]) -> list[Reply]:
        return [Reply(row[0].text, row[0].confidence) for row in self.model.write(sources) if row]

    def calibrate(
        self, held_out: Sequence[Pair], *, precision: float = 0.8, right: Callable[[str, str], bool] = alike
    ) -> float:
        """Sets the threshold to the lowest at which replies are right often enough, and returns it.

        Replies to ``held_out`` are ranked by confidence; the longest head of that ranking whose share of right ones is, by
        Wilson's one-sided 95 % bound, at least ``precision`` is what may be offered. Without such a head (or fewer than
        about a dozen replies) the threshold is ``math.inf``.

        Args:
            held_out: pairs of a context and what a person replied, none of which the model was trained on.
            right: whether a reply will do where a person said the second argument.
        """
        if not 0 < precision < 1:
            raise PairsError(f"precision must lie between 0 and 1, not {precision}")
        replies = self._best([pair.text for pair in held_out]) if held_out else []
        judged = sorted(
            (
                (reply.confidence, right(reply.text, pair.summary))
                for reply, pair in zip(replies, held_out, strict=True)
            ),
            key=lambda row: -row[0],
        )
        self.threshold, good = math.inf, 0
        for count, (confidence, is_right) in enumerate(judged, 1):
            good += is_right
            tied = count < len(judged) and judged[count][0] == confidence
            if not tied and _lower_bound(good, count) >= precision:
                self.threshold = confidence
        return self.threshold

    def save(self, folder: Path) -> None:
        """The model and its threshold (``replies.json``)."""
        self.model.save(folder)
        known = None if self.threshold == math.inf else self.threshold
        write_whole(folder / "replies.json", json.dumps({"threshold": known}).encode())

    @classmethod
    def load(cls, folder: Path, safe: Callable[[str], bool]) -> Replies:
        """What :meth:`save` wrote.

        Raises:
            PairsError: a file is missing or damaged.
        """
        path = folder / "replies.json"
        try:
            known = json.loads(path.read_text(encoding="utf-8"))["threshold"]
            threshold = math.inf if known is None else float(known)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise PairsError(f"{path}: no threshold in it ({error}); train the replies again") from error
        return cls(Seq2Seq.load(folder), safe, threshold=threshold)


def _lower_bound(good: int, count: int) -> float:
    """Wilson's lower bound of a share, one-sided 95 %."""
    share, z2 = good / count, _Z * _Z
    spread = _Z * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    return (share + z2 / (2 * count) - spread) / (1 + z2 / count)
