"""Asking back: when a name is two things, is nobody's, may be misspelt, or when a question was only half understood.

Every suggestion is a sentence the user could have typed, so pressing it asks a question we can answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.answering.answers import Answer, Suggestion
from knowledge.answering.followups import follow_ups
from knowledge.answering.sentences import Sentences
from knowledge.graph import WORK_TYPES, Graph
from knowledge.linking import Linker
from knowledge.questions.readings import Reading, Trouble
from knowledge.questions.unkept import OF_PEOPLE, TOPICS
from knowledge.text import Language

__all__ = ["AskBack"]


_ECHOED = 40  # characters of an unknown name that are repeated


class AskBack:
    """Answers of kind ``clarify``."""

    def __init__(self, graph: Graph, linker: Linker, sentences: Sentences) -> None:
        self.graph = graph
        self.linker = linker
        self.say = sentences

    def namesakes(self, question: str, reading: Reading, ids: list[str], lang: Language) -> Answer:
        index = next(i for i, pairs in enumerate(reading.topics) if ids[0] in dict(pairs))
        start, end = reading.spans[index]
        options = []
        for id_ in ids:
            title = self._distinct(id_, ids, lang)
            options.append(Suggestion(title, _put(question, start, end, title)))
        label = question[start:end].strip('《》“”"') or self.graph.entity(ids[0]).label(lang)
        if lang == "zh":
            text = f"片库里有{len(ids)}个“{label}”，你问的是哪一个？"
        else:
            text = f"There are {len(ids)} called {label} in this catalogue. Which one do you mean?"
        return Answer(text, lang, "clarify", reading.confidence / 2, about=tuple(ids), suggestions=tuple(options))

    def half_understood(self, question: str, reading: Reading, lang: Language) -> Answer:
        topic = reading.topics[0][0][0]
        name = self.say.name(topic, lang)
        if reading.corrected:
            start, end = reading.spans[0] if reading.spans else (0, 0)
            options = []
            for id_, _ in reading.topics[0][:3]:
                title = self.say.name(id_, lang)
                options.append(Suggestion(title, _put(question, start, end, title)))
            text = f"你是不是想问{options[0].title}？" if lang == "zh" else f"Did you mean {options[0].title}?"
            return Answer(text, lang, "clarify", reading.confidence, about=(topic,), suggestions=tuple(options))
        if not reading.unread and reading.spans and reading.spans[0][1]:
            # Understood, but the name may be an everyday word: 「英雄」.
            title = name if lang == "zh" else f"“{name}”"
            option = Suggestion(
                self.say.titled(topic, lang) if self.graph.entity(topic).type != "person" else name,
                _put(question, *reading.spans[0], title),
            )
            text = f"你问的是{option.title}吗？" if lang == "zh" else f"Do you mean {option.title}?"
            return Answer(text, lang, "clarify", reading.confidence, about=(topic,), suggestions=(option,))
        options = list(follow_ups(self.graph, self.say, topic, (), lang))
        if self.graph.entity(topic).type == "person":
            title = f"{name}有哪些作品" if lang == "zh" else f"What is there by {name}"
            options = [Suggestion(title, title)]
        known = "、".join(option.title for option in options) if lang == "zh" else ""
        if lang == "zh":
            text = f"关于{name}，这一点片库里没有，或者我没看懂。" + (f"可以问我：{known}。" if known else "")
        else:
            asked = [option.title[:1].lower() + option.title[1:] for option in options]
            text = f"I either don't have that about {name} or didn't follow."
            text += (
                f" You could ask {self.say.join(asked, lang)}." if asked and options[0].title != options[0].text else ""
            )
        return Answer(text, lang, "clarify", reading.confidence, about=(topic,), suggestions=tuple(options))

    def unknown(self, question: str, trouble: Trouble, lang: Language) -> Answer:
        span = trouble.span
        types = WORK_TYPES if trouble.wants == "work" else ("person",) if trouble.wants == "person" else ()
        close = self.linker.closest(span, types=types, limit=3, cutoff=0.62)
        start = question.find(span)
        options = []
        for id_, _ in close:
            name = self.say.name(id_, lang)
            title = name if self.graph.entity(id_).type == "person" else self.say.titled(id_, lang)
            options.append(Suggestion(title, _put(question, start, start + len(span), name) if start >= 0 else name))
        if lang == "zh":
            text = f"片库里没有找到“{_short(span)}”。"
            text += "你是不是想问：" + "、".join(option.title for option in options) + "？" if options else ""
        else:
            text = f"“{_short(span)}” isn't in this catalogue."
            text += f" Did you mean {' or '.join(option.title for option in options)}?" if options else ""
        return Answer(text, lang, "clarify", 0.5, about=tuple(id_ for id_, _ in close), suggestions=tuple(options))

    def unrated(self, trouble: Trouble, lang: Language) -> Answer:
        """What is not kept here, scores or private lives: say so, and what there is to go by instead."""
        about, topic = trouble.span, next(iter(trouble.relations), "ratings")
        zh, en = ("评分", "ratings") if topic == "ratings" else (TOPICS[topic].zh_what, TOPICS[topic].what)
        if about and self.graph.entity(about).type == "person":
            name = self.say.name(about, lang)
            question = f"{name}有哪些作品" if lang == "zh" else f"What is there by {name}"
            text = (
                f"片库里没有{name}的{zh}，只记录了作品。"
                if lang == "zh"
                else f"This catalogue has nothing on {_possessive(name)} {en}, only on works."
            )
            return Answer(text, lang, "clarify", 0.7, about=(about,), suggestions=(Suggestion(question, question),))
        if about:
            title = self.say.titled(about, lang)
            options = follow_ups(self.graph, self.say, about, (), lang)
            if lang == "zh":
                can = "、".join(option.title for option in options)
                of = f"{title}主创" if topic in OF_PEOPLE else title
                text = f"片库里没有{of}的{zh}。" + (f"可以问我：{can}。" if can else "")
            elif topic in ("takings", "ratings"):
                text = (
                    f"This catalogue has no {'box office figures' if topic == 'takings' else en}, so none for {title}."
                )
            else:
                whose = "the people behind " if topic in OF_PEOPLE else ""
                text = f"This catalogue has nothing on the {en} of {whose}{title}."
            return Answer(text, lang, "clarify", 0.7, about=(about,), suggestions=options)
        if lang == "zh":
            text = f"片库里没有{zh}，没法按这个排。可以换成按获奖或年份来看："
            questions = ("得过奥斯卡的电影有哪些", "得过金棕榈的电影有哪些", "有什么新片")
        else:
            en = "box office figures" if topic == "takings" else en
            text = f"This catalogue has no {en} to rank by. Awards and years I can do:"
            questions = ("Which films won an Oscar", "Which films won the Palme d'Or", "What's new")
        return Answer(text, lang, "clarify", 0.7, suggestions=tuple(Suggestion(q, q) for q in questions))

    def nothing(self, lang: Language) -> Answer:
        """Neither of the catalogue nor of the help pages, or not understood: what can be asked instead."""
        if lang == "zh":
            text = "这个问题我在片库和帮助里都没找到答案。你可以问我某部作品的导演、演员、年份，也可以问会员、票务这类问题。"
            return Answer(text, lang, "none")
        text = "I couldn't find an answer to that in the catalogue or the help pages. "
        return Answer(
            f"{text}Ask me who made a film, who is in it or when it came out, or about membership and tickets.",
            lang,
            "none",
        )

    def taste(self, lang: Language) -> Answer:
        """「最感人的电影」: what nobody's facts decide."""
        if lang == "zh":
            return Answer(
                "这要看个人口味，片库里没有评分可比。说说你喜欢什么类型，我可以按类型、年份或获奖来找。",
                lang,
                "none",
            )
        text = "That is a matter of taste, and there are no ratings here to go by. Give me a genre, a year or an award."
        return Answer(text, lang, "none")

    def who_or_what(self, trouble: Trouble, focus: Sequence[str], lang: Language) -> Answer:
        graph, say = self.graph, self.say
        options: list[Suggestion] = []
        work = next((id_ for id_ in focus if graph.entity(id_).type in WORK_TYPES), None)
        if trouble.wants == "person" and work:
            relation = next((r for r in trouble.relations if r in graph.relations), "cast")
            people = dict.fromkeys([*graph.objects(work, "directed_by")[:1], *graph.objects(work, "cast")[:3]])
            for person in people:
                name = say.name(person, lang)
                verb = {"cast": ("演过什么", "been in"), "directed_by": ("导演过什么", "directed")}.get(
                    relation, ("有什么作品", "done")
                )
                options.append(
                    Suggestion(name, f"{name}还{verb[0]}" if lang == "zh" else f"What else has {name} {verb[1]}")
                )
        if lang == "zh":
            text = "你说的是谁？" if trouble.wants == "person" else "你说的是哪一部？告诉我片名就行。"
        else:
            text = "Who do you mean?" if trouble.wants == "person" else "Which one do you mean? The title will do."
        return Answer(text, lang, "clarify", 0.4, suggestions=tuple(options[:4]))

    def _distinct(self, id_: str, ids: list[str], lang: Language) -> str:
        """A name that tells an entity from its namesakes and that the linker understands: with its year or its kind."""
        say, kind = self.say, self.graph.entity(id_).type
        if kind == "person":
            return say.name(id_, lang)
        years = [self.graph.value(other, "year") for other in ids]
        year = self.graph.value(id_, "year")
        if year and years.count(year) == 1:
            return f"{year}年的{say.name(id_, lang)}" if lang == "zh" else f"{say.name(id_, lang)} ({year})"
        kinds = {
            "film": ("电影", "film"),
            "series": ("电视剧", "series"),
            "album": ("专辑", "album"),
            "show": ("演出", "show"),
        }
        return (
            f"{kinds[kind][0]}{say.name(id_, lang)}" if lang == "zh" else f"the {kinds[kind][1]} {say.name(id_, lang)}"
        )


def _short(span: str) -> str:
    return span if len(span) <= _ECHOED else f"{span[:_ECHOED]}…"


def _possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _put(question: str, start: int, end: int, title: str) -> str:
    """``question`` with another title in place of ``question[start:end]``."""
    before, after = question[:start], question[end:]
    if before[-1:] in ("《", '"', "“") and after[:1] in ("》", '"', "”") and title.startswith("《"):
        before, after = before[:-1], after[1:]
    gap = " " if before and before[-1].isascii() and before[-1].isalnum() and title[:1].isascii() else ""
    return f"{before}{gap}{title}{after}".strip()
