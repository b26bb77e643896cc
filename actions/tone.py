"""How a message feels, answered before what it asks: someone whose film froze at the finale is not told "Step 1" first.

Only a message that is surely upset gets such an opening, and only where the reply is help (a fault, a payment, nothing
understood): a question about a sad film is not a sad question.
"""

from __future__ import annotations

from zlib import crc32

from actions.engines import Engines
from actions.reply import Reply
from actions.turn import Turn

__all__ = ["opened", "opening"]

FELT = 0.4  # least probability of one upset emotion among seven,
BLAMED = 0.7  # of a negative message,
STRONG = 0.5  # and least intensity (0..1) with which something is said about it

_OPENINGS = {
    "anger": (
        ("换谁都会着急。", "这确实让人恼火，抱歉。", "抱歉让你碰上这种事。"),
        ("That would annoy anyone, sorry. ", "I can see why you're fed up. ", "Sorry you've had to put up with this. "),
    ),
    "sadness": (
        ("听着真让人失望。", "难怪你不开心。", "抱歉，让你扫兴了。"),
        ("I'm sorry, that's a let-down. ", "That's disappointing, I'm sorry. ", "Sorry this spoiled it for you. "),
    ),
    "fear": (
        ("先别担心，有办法的。", "别急，这种情况能处理。", "放心，我们一步步来。"),
        ("Don't worry, this can be sorted. ", "Try not to worry, there's a way. ", "You're safe to slow down here. "),
    ),
}
_AS = {"disgust": "anger"}


def opening(turn: Turn, engines: Engines) -> str:
    """A sentence for someone who is surely upset, else an empty string. The same message gets the same sentence."""
    if engines.sentiment is None or not turn.text:
        return ""
    reading = engines.sentiment.read(turn.text)
    emotion = reading.label("emotion")
    spoken = _OPENINGS.get(_AS.get(emotion, emotion))
    sure = reading.emotion.get(emotion, 0.0) >= FELT and reading.polarity.get("negative", 0.0) >= BLAMED
    if spoken is None or not sure or reading.intensity < STRONG:
        return ""
    sentences = turn.say(*("\n".join(group) for group in spoken)).split("\n")
    return sentences[crc32(turn.text.encode()) % len(sentences)]


def opened(reply: Reply, turn: Turn, engines: Engines) -> Reply:
    """The reply, its first words after an :func:`opening` where one is due."""
    words = opening(turn, engines)
    for part in reply.parts if words else ():
        if part.get("text") and part["type"] in ("text", "quick_replies"):
            part["text"] = words + part["text"]
            break
    return reply
