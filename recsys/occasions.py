"""Occasions: what an evening asks for when somebody says who is there, not what they like.

Novices answer "who are you watching with?" better than "which genre?" (Kostric, Balog & Radlinski, "Soliciting user
preferences in conversational recommender systems via usage-related questions", RecSys 2021), so an occasion is a full
citizen of the critique language. Only what a child or a guest should not see is a filter; the rest are leanings.
"""

from __future__ import annotations

from recsys.lexicon import table
from recsys.operations import Operation

__all__ = ["OCCASIONS", "OCCASION_WORDS"]

OCCASIONS: dict[str, tuple[Operation, ...]] = {
    "kids": (
        Operation("like", "genre", "genre/family", strength=2.0),
        Operation("like", "mood", "mood/light"),
        Operation("not", "genre", "genre/horror"),
        Operation("not", "mood", "mood/scary"),
        Operation("not", "mood", "mood/violent"),
    ),
    "date": (
        Operation("like", "mood", "mood/romantic"),
        Operation("like", "mood", "mood/warm", strength=0.5),
        Operation("not", "genre", "genre/horror", strength=0.5),
    ),
    "parents": (
        Operation("like", "mood", "mood/warm"),
        Operation("not", "mood", "mood/violent"),
        Operation("not", "mood", "mood/scary"),
    ),
    "friends": (
        Operation("like", "mood", "mood/funny"),
        Operation("like", "mood", "mood/energetic"),
    ),
    "alone": (
        Operation("like", "mood", "mood/thought-provoking"),
        Operation("like", "mood", "mood/healing", strength=0.5),
    ),
    "unwind": (
        Operation("like", "mood", "mood/light"),
        Operation("like", "mood", "mood/healing"),
    ),
    "comfort": (
        Operation("like", "mood", "mood/healing"),
        Operation("like", "mood", "mood/warm"),
    ),
    "cry": (Operation("like", "mood", "mood/sad"),),
    "thrill": (
        Operation("like", "mood", "mood/tense"),
        Operation("like", "mood", "mood/fast"),
    ),
    "think": (Operation("like", "mood", "mood/thought-provoking"),),
}
"""Occasion → what it asks for."""

OCCASION_WORDS = table("""
kids: 孩子|小孩|小孩子|小朋友|娃|宝宝|儿子|女儿|带娃|带孩子|和孩子|陪孩子看|适合孩子|适合小朋友|一家人|全家|
    全家一起看|全家人|老少皆宜|kid|kids|child|children|my son|my daughter|toddler|toddlers|for kids|
    family night|family movie night|family-friendly|family friendly|
    kid friendly|kid-friendly|child friendly|child-friendly|suitable for children|suitable for kids|亲子|合家|
    for the whole family|whole family|the family|
    little ones
date: 约会|约会看|和女朋友|和男朋友|女朋友|男朋友|和对象|对象|情侣|二人世界|纪念日|date night|a date|on a date|
    girlfriend|boyfriend|anniversary|my wife|my husband|my partner|和老婆|和老公|恋人|和恋人
parents: 爸妈|父母|爸爸妈妈|长辈|老人|陪爸妈|和爸妈|爷爷奶奶|my parents|parents|with my mum|with my mom|mum and dad|
    mom and dad|grandparents|my mum|my mom|in-laws
friends: 和朋友|朋友聚会|朋友|聚会|室友|哥们|闺蜜|派对|with friends|with my friends|friends|party|roommates|flatmates|
    a group of us
alone: 一个人|自己看|独自|一个人静静|on my own|by myself|alone|just me|watching alone
unwind: 放松|放松一下|轻松一下|想轻松一下|解压|解解压|累了|好累|太累|下班|加班|睡前|助眠|下饭|吃饭|unwind|relax|
    wind down|long day|tired|exhausted|before bed|bedtime|after work|switch my brain off|over dinner|background
comfort: 心情不好|心情差|难过|不开心|失恋|emo|被治愈|想被治愈|求治愈|郁闷|焦虑|cheer me up|feeling down|feeling low|
    bad day|feeling sad|heartbroken|broke up|stressed|comfort me|comfort watch
cry: 想哭|哭一场|想哭一场|大哭|a good cry|make me cry|cry
thrill: 来点刺激|来点刺激的|找刺激|刺激一点的|肾上腺素|提提神|edge of my seat|an adrenaline rush|keep me awake|
    on the edge of my seat
think: 烧烧脑|动动脑|想烧脑|烧烧脑子|something to think about|make me think|makes me think|work my brain
""")
"""Occasion → the words that name it."""
