"""No answer contains a name or a number that is not in its facts.

Names are looked for by every label of every work and person; numbers by their digits. Besides what the facts say, a
sentence may repeat what it was asked about, count its answers, and say by how much two of its numbers differ.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import ahocorasick
import pytest

from knowledge.answer import Answer, Answerer
from knowledge.answering.sentences import SHOWN
from knowledge.graph import WORK_TYPES, Graph
from knowledge.questions.constraints import read_constraints
from knowledge.text import fold

DATA = Path(__file__).parent / "data"
NAMED = (*WORK_TYPES, "person", "award")


def ungrounded(answer: Answer, question: str, graph: Graph) -> list[str]:
    """Names and numbers of the text that neither the facts nor the question hold."""
    if answer.kind in ("faq", "clarify"):
        return []  # the operator's own words, given as they are (see below); a question back, which claims nothing
    grounded = {id_ for fact in answer.facts for id_ in (fact.subject, str(fact.object)) if id_ in graph}
    text = answer.text
    for fact in answer.facts:
        if graph.relations[fact.relation].kind == "text":
            text = text.replace(str(fact.object), " ")
    allowed = [name for id_ in {*grounded, *answer.about} if id_ in graph for name in _names(graph, id_)]
    for name in sorted(allowed, key=len, reverse=True):
        text = re.sub(re.escape(name), " ", text, flags=re.I)
    strange = []
    for last, name in _names_of(graph).iter(text):
        around = text[last - len(name) : last - len(name) + 1] + text[last + 1 : last + 2]
        inside_a_word = name.isascii() and re.search("[A-Za-z]", around)
        asked = any(part in question.lower() for part in re.split(r"[ ·]", name.lower()) if len(part) > 1)
        if not inside_a_word and not asked:  # "is it by Spielberg" may be answered with his full name
            strange.append(name)
    numbers = {fact.object for fact in answer.facts if isinstance(fact.object, int)}
    numbers |= {int(n) for n in re.findall(r"\d+", question)}
    numbers.add(date.today().year)  # 「到今年29年了」 counts from today
    for bounds in read_constraints(fold(question)).bounds.values():
        # "The 80s" are repeated as the 1980s, "longer than three hours" as over 180 minutes.
        numbers |= {n + step for n in bounds if n is not None for step in (-1, 0, 1)}
    numbers |= {abs(a - b) for a, b in combinations(numbers, 2)}
    numbers |= {part for number in numbers for part in divmod(number, 60)}  # 169 minutes are 2 h 49 min
    counted = Counter((fact.relation, end) for fact in answer.facts for end in (fact.subject, fact.object))
    for count in (len(answer.entities), len(answer.about), len(answer.facts), *counted.values()):
        numbers |= {count, count - SHOWN}  # "3 films", "and 3 more"
    return strange + [n for n in re.findall(r"(?<![A-Za-z\d.])\d+", text) if int(n) not in numbers]


def _names(graph: Graph, id_: str) -> list[str]:
    entity = graph.entity(id_)
    return [*entity.labels.values(), *entity.aliases]


@cache
def _names_of(graph: Graph) -> Any:
    automaton = ahocorasick.Automaton()
    for entity in graph.entities(NAMED):
        for name in filter(_telling, entity.labels.values()):
            automaton.add_word(name, name)
    automaton.make_automaton()
    return automaton


def _telling(name: str) -> bool:
    """Whether finding the name in a sentence means that it is spoken of: not Her, Up or 活着."""
    return len(name.split()) > 1 if name.isascii() else len(name) > 2


def questions(graph: Graph, seed: int) -> list[str]:
    """Questions of every kind about things drawn at random."""
    draw = random.Random(seed)
    works = [entity for entity in graph.entities(WORK_TYPES) if graph.value(entity.id, "directed_by")]
    people = [entity for entity in graph.entities("person") if graph.degree(entity.id) > 2]
    asked = []
    for _ in range(60):
        one, other, who, whom = draw.sample(works, 2) + draw.sample(people, 2)
        zh, en, zh2, en2 = one.label("zh"), one.label("en"), other.label("zh"), other.label("en")
        asked += [
            f"《{zh}》是谁导演的",
            f"《{zh}》的导演还拍过什么",
            f"介绍一下《{zh}》",
            f"《{zh}》和《{zh2}》哪个更长",
            f"《{zh}》和《{zh2}》有什么共同点",
            f"{who.label('zh')}演过哪些电影",
            f"{who.label('zh')}和{whom.label('zh')}合作过吗",
            f"《{zh}》是{who.label('zh')}导演的吗",
            f"{who.label('zh')}有几部作品",
            f"who directed {en}",
            f"tell me about {en}",
            f"compare {en} and {en2}",
            f"what else did the director of {en} make",
            f"how long is {en} and when did it come out",
            f"films with {who.label('en')}",
            f"is {en} longer than {en2}",
            f"who is {who.label('en')}",
        ]
    return asked


@pytest.mark.parametrize("seed", [11, 12])
def test_every_name_and_number_of_an_answer_is_in_its_facts(demo_answerer: Answerer, seed: int) -> None:
    graph = demo_answerer.graph
    wrong = []
    for question in questions(graph, seed):
        answer = demo_answerer.answer(question)
        if strange := ungrounded(answer, question, graph):
            wrong.append((question, strange, answer.text))
    assert not wrong, f"{len(wrong)} answers say what their facts do not: {wrong[:5]}"


@pytest.mark.parametrize("half", ["tuning", "heldout"])
def test_so_it_is_in_answers_to_questions_written_by_hand(demo_answerer: Answerer, half: str) -> None:
    graph = demo_answerer.graph
    wrong = []
    for line in (DATA / f"answering_{half}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        context = {name: row[name] for name in ("focus", "listed", "previous") if name in row}
        answer = demo_answerer.answer(row["question"], lang=row["lang"], **context)
        if strange := ungrounded(answer, row["question"], graph):
            wrong.append((row["question"], strange, answer.text))
    assert not wrong, f"{len(wrong)} answers say what their facts do not: {wrong[:5]}"


def test_an_faq_answer_is_the_operators_text(demo_answerer: Answerer) -> None:
    entries = demo_answerer.catalogue.faq
    for entry in entries[:40]:
        answer = demo_answerer.answer(entry.question["zh"])
        if answer.kind == "faq":
            assert answer.text in {text for other in entries for text in other.answer.values()}


def test_the_check_sees_what_is_made_up(demo_answerer: Answerer) -> None:
    graph = demo_answerer.graph
    answer = demo_answerer.answer("星际穿越是谁导演的")
    made_up = Answer(
        answer.text + "他还拍过《盗梦空间》（2011）。", "zh", answer.kind, facts=answer.facts, about=answer.about
    )
    assert set(ungrounded(made_up, "星际穿越是谁导演的", graph)) == {"盗梦空间", "2011"}
