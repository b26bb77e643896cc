"""Questions as strangers type them, against a catalogue whose answers are known by heart."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.answer import Answerer
from knowledge.catalogue import Catalogue
from knowledge.graph import UnknownEntity
from knowledge.questions.readings import Filter

INTERSTELLAR, INCEPTION = "film/interstellar-2014", "film/inception-2010"
EARTH, EARTH2 = "film/the-wandering-earth-2019", "film/the-wandering-earth-ii-2023"
HERO, LOVE, PARASITE = "film/hero-2002", "film/in-the-mood-for-love-2000", "film/parasite-2019"
NOLAN, GUO, ZHANG = "person/christopher-nolan", "person/guo-fan", "person/zhang-yimou"
CHOW, BONG, ZIMMER = "person/stephen-chow", "person/bong-joon-ho", "person/hans-zimmer"


@pytest.mark.parametrize(
    ("question", "path", "entities"),
    [
        ("星际穿越是谁导演的", ["directed_by"], [NOLAN]),
        ("請問《星際穿越》到底是誰拍的呀？", ["directed_by"], [NOLAN]),
        ("who directed Interstellar", ["directed_by"], [NOLAN]),
        ("interstellar's director", ["directed_by"], [NOLAN]),
        ("Who made Interstellar?", ["directed_by"], [NOLAN]),
        ("谁给星际穿越写的音乐", ["composed_by"], [ZIMMER]),
        ("who composed the music for Interstellar", ["composed_by"], [ZIMMER]),
        ("寄生虫是哪国的", ["country"], ["country/kr"]),
        ("what country is Parasite from", ["country"], ["country/kr"]),
        ("寄生虫得过什么奖", ["award"], ["award/academy-award-for-best-picture"]),
        ("叶惠美是谁唱的", ["performed_by"], ["person/jay-chou"]),
        ("流浪地球的导演还拍过哪些片子", ["directed_by", "^directed_by"], [EARTH2]),
        (
            "what else did the director of Parasite make?",
            ["directed_by", "^directed_by"],
            ["film/memories-of-murder-2003"],
        ),
        ("和星际穿越同一个导演的电影", ["directed_by", "^directed_by"], [INCEPTION]),
        ("films from the same year as Parasite", ["year", "^year"], [EARTH]),
        ("诺兰导演的电影都是谁配乐的", ["^directed_by", "composed_by"], [ZIMMER]),
        ("who directed the films starring 周星驰", ["^cast", "directed_by"], [CHOW]),
        (
            "星际穿越的导演和主演分别是谁",
            ["directed_by", "cast"],
            [NOLAN, "person/matthew-mcconaughey", "person/anne-hathaway"],
        ),
        ("流浪地球和寄生虫的导演", ["directed_by"], [GUO, BONG]),
        (
            "who composed the movies directed by the director of Inception",
            ["directed_by", "^directed_by", "composed_by"],
            [ZIMMER],
        ),
        ("和盗梦空间同一个导演的电影是谁配乐的", ["directed_by", "^directed_by", "composed_by"], [ZIMMER]),
    ],
)
def test_paths(answerer: Answerer, question: str, path: list[str], entities: list[str]) -> None:
    answer = answerer.answer(question)
    assert (answer.kind, list(answer.path), list(answer.entities)) == ("path", path, entities)
    assert answer.confidence >= 0.6


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("星际穿越是谁导演的", "《星际穿越》是克里斯托弗·诺兰导演的。"),
        ("who directed Interstellar", "Christopher Nolan directed Interstellar."),
        ("星际穿越多长", "《星际穿越》片长169分钟（2小时49分钟）。"),
        ("How long is Interstellar?", "Interstellar runs 169 minutes (2 h 49 min)."),
        ("星际穿越哪年上映的", "《星际穿越》是2014年上映的。"),
        ("when did Friends come out", "Friends first aired in 1994."),
        ("老友记有多少集", "《老友记》一共236集。"),
        ("how many episodes does Friends have", "Friends has 236 episodes."),
        ("叶惠美是谁的专辑", "《叶惠美》是周杰伦的专辑。"),
        ("英雄得过什么奖", "片库里没有《英雄》的获奖记录。"),
        ("how long is To Live (1994)", "This catalogue doesn't say: running time of To Live."),
    ],
)
def test_sentences(answerer: Answerer, question: str, text: str) -> None:
    assert answerer.answer(question).text == text


@pytest.mark.parametrize(
    ("question", "entities"),
    [
        ("诺兰导演过什么", [INCEPTION, INTERSTELLAR]),
        ("Christopher Nolan movies", [INCEPTION, INTERSTELLAR]),
        ("梁朝伟和张曼玉一起演过什么", [LOVE, HERO]),
        ("films starring both Tony Leung and Maggie Cheung", [LOVE, HERO]),
        ("梁朝伟主演、张艺谋导演的电影", [HERO]),
        ("movies with Maggie Cheung directed by Zhang Yimou", [HERO]),
        ("周星驰自导自演的电影", ["film/king-of-comedy-1999", "film/kung-fu-hustle-2004"]),
        ("吴京或者刘德华演的电影", [EARTH, EARTH2]),
        ("宋康昊和奉俊昊合作过吗", ["film/memories-of-murder-2003", PARASITE]),
        ("90年代的香港喜剧片", ["film/king-of-comedy-1999"]),
        ("korean thrillers after 2010", [PARASITE]),
        ("90分钟以内的喜剧", ["film/king-of-comedy-1999"]),
        ("movies under 100 minutes with 周星驰", ["film/king-of-comedy-1999", "film/kung-fu-hustle-2004"]),
        ("不是喜剧的周星驰电影", []),
        ("有没有伊朗电影", []),
        ("周杰伦2003年的专辑", ["album/yeh-hui-mei-2003"]),
        ("周杰伦最早的专辑", ["album/fantasy-2001"]),
        ("最长的电影是哪部", [EARTH2]),
        ("集数最多的电视剧", ["series/friends-1994"]),
        ("what's the newest film", [EARTH2]),
        ("Nolan's longest film", [INTERSTELLAR]),
        ("哪些电影得过奥斯卡", [PARASITE, INTERSTELLAR]),
        ("除了星际穿越诺兰还导演过什么", [INCEPTION]),
        ("诺兰在星际穿越之前导演过什么", [INCEPTION]),
    ],
)
def test_lists(answerer: Answerer, question: str, entities: list[str]) -> None:
    answer = answerer.answer(question)
    assert answer.kind == "list"
    assert list(answer.entities) == entities


def test_lists_speak_of_this_catalogue_and_count(answerer: Answerer) -> None:
    assert answerer.answer("诺兰导演过几部电影").text == (
        "片库里克里斯托弗·诺兰导演的电影有2部：《盗梦空间》（2010）和《星际穿越》（2014）。"
    )
    assert answerer.answer("how many films did Nolan direct").text == (
        "2 films directed by Christopher Nolan in this catalogue: Inception (2010) and Interstellar (2014)."
    )
    assert answerer.answer("90年代的香港喜剧片").text == "片库里90年代中国香港喜剧电影有1部：《喜剧之王》（1999）。"


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("《星际穿越》是诺兰导演的吗", "是的，"),
        ("星际穿越是郭帆拍的吗", "不是，《星际穿越》是克里斯托弗·诺兰导演的。"),
        ("Was Inception released in 2010?", "Yes, Inception came out in 2010."),
        ("was inception released in 2012", "No, Inception came out in 2010."),
        ("Is Parasite Korean?", "Yes, "),
        ("is Interstellar a horror film", "No, "),
        ("吴京演过流浪地球吗", "是的，吴京出演了《流浪地球》。"),
        ("周星驰演过流浪地球吗", "片库列出的主演里没有周星驰。"),  # a cast list is never complete: not a no
        ("寄生虫得过奥斯卡吗", "是的，"),
        ("流浪地球得过奥斯卡吗", "片库里没有"),
        ("老友记是电影吗", "不是，《老友记》是剧集。"),
        ("流浪地球比星际穿越长吗", "不是，《星际穿越》更长"),
        (
            "is interstellar longer than the wandering earth",
            "Yes, Interstellar is longer: 169 minutes, 44 more than The Wandering Earth (125).",
        ),
        ("流浪地球和流浪地球2是同一个导演吗", "是的，"),
        ("do Hero and Parasite have the same director", "No, "),
    ],
)
def test_yes_or_no(answerer: Answerer, question: str, start: str) -> None:
    answer = answerer.answer(question)
    assert answer.text.startswith(start), answer.text


def test_comparisons(answerer: Answerer) -> None:
    answer = answerer.answer("Interstellar 和 流浪地球 哪个更长")
    assert answer.kind == "compare" and answer.entities == (INTERSTELLAR,)
    assert answer.text == "《星际穿越》更长，169分钟，比《流浪地球》（125分钟）长44分钟。"
    assert answerer.answer("Hero or Parasite, which came out first?").entities == (HERO,)
    assert answerer.answer("英雄和功夫哪个更长").text.startswith("《英雄》和《功夫》一样长，都是99分钟。")
    both = answerer.answer("compare Hero and In the Mood for Love")
    assert both.kind == "compare" and "In common: cast (Tony Leung Chiu-wai and Maggie Cheung)" in both.text
    gap = answerer.answer("英雄和活着哪个更长", focus=["film/to-live-1994"])
    assert "没有记录《活着》的片长" in gap.text and gap.entities == (HERO,)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("星际穿越和盗梦空间差几年", "差4年"),
        ("how many years between Inception and Interstellar", "4 years: "),
        ("盗梦空间是在星际穿越之前上映的吗", "是的"),
        ("星际穿越是在盗梦空间之前上映的吗", "不是"),
        ("Was Interstellar released before Inception?", "No, Inception is older"),
        ("Did Interstellar come out after Inception?", "Yes, Interstellar is newer"),
    ],
)
def test_years_are_reckoned(answerer: Answerer, question: str, says: str) -> None:
    answer = answerer.answer(question)
    assert answer.kind == "compare" and says in answer.text
    assert {fact.object for fact in answer.facts} == {2010, 2014}


@pytest.mark.parametrize(
    ("question", "says"),
    [("星际穿越上映多少年了", "到今年16年了。"), ("how old is Interstellar", "That makes it 16 years old.")],
)
def test_how_long_ago_is_reckoned_from_today(question: str, says: str, catalogue: Catalogue) -> None:
    assert says in Answerer(catalogue, today=lambda: date(2030, 6, 1)).answer(question).text


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("星际穿越多长，哪年上映的", ["runtime", "year"]),
        ("how long is Interstellar and when did it come out", ["runtime", "year"]),
        ("盗梦空间谁导演的，谁写的剧本", ["directed_by", "written_by"]),
        ("who directed Interstellar and who wrote it", ["directed_by", "written_by"]),
    ],
)
def test_two_questions_in_one_breath(answerer: Answerer, question: str, path: list[str]) -> None:
    assert list(answerer.answer(question).path) == path


def test_how_two_people_are_connected(answerer: Answerer) -> None:
    assert answerer.answer("诺兰和汉斯·季默有什么关系").entities == (INTERSTELLAR, INCEPTION)
    chain = answerer.answer("王家卫和张艺谋有什么关系")
    assert chain.text.startswith("这样连起来：") and len(chain.facts) == 4


# --- conversation -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "focus", "entities"),
    [
        ("它的导演是谁", [INTERSTELLAR], [NOLAN]),
        ("导演是谁", [INTERSTELLAR], [NOLAN]),
        ("who directed it", [INTERSTELLAR], [NOLAN]),
        ("他还导演过什么", [NOLAN, INTERSTELLAR], [INCEPTION]),
        ("what else has he directed", [NOLAN, INTERSTELLAR], [INCEPTION]),
        ("他还拍过什么", [INTERSTELLAR], [INCEPTION]),  # of a film: its director
        ("这部电影的导演还有什么作品", [EARTH], [EARTH2]),
        ("Interstellar, who directed it", [HERO], [NOLAN]),
    ],
)
def test_pronouns_mean_what_the_talk_is_about(
    answerer: Answerer, question: str, focus: list[str], entities: list[str]
) -> None:
    assert list(answerer.answer(question, focus=focus).entities) == entities


def test_ordinals_mean_what_was_listed(answerer: Answerer) -> None:
    shown = [HERO, INTERSTELLAR, PARASITE]
    assert answerer.answer("第二个是谁导演的", listed=shown).entities == (NOLAN,)
    assert answerer.answer("who directed the last one", listed=shown).entities == (BONG,)
    assert answerer.answer("第一部和第三部哪个更新", listed=shown).entities == (PARASITE,)
    assert answerer.answer("哪个最长", listed=shown).entities == (INTERSTELLAR,)
    assert answerer.answer("these two, which is longer", listed=shown).about == (HERO, INTERSTELLAR)
    assert answerer.answer("诺兰的第一部电影", listed=shown).entities == (INCEPTION,)  # not a place in the list


def test_an_elliptical_question_asks_the_last_one_again(answerer: Answerer) -> None:
    assert answerer.answer("那盗梦空间呢", previous=["directed_by"]).entities == (NOLAN,)
    assert (
        answerer.answer("what about Parasite?", previous=["runtime"]).text == "Parasite runs 132 minutes (2 h 12 min)."
    )
    assert answerer.answer("那盗梦空间呢").kind == "entity"


# --- asking back ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "suggestion"),
    [
        ("疯狂动物城是谁导演的", None),
        ("who directed Zootopia", None),
        ("films by Tom Cruise", None),
        ("流浪地球3是谁导演的", "《流浪地球》是谁导演的"),
        ("the wandering earth 3 director", "The Wandering Earth director"),
        ("《星际》多长", None),
        ("who directed It", None),
        ("1917是谁导演的", None),
        ("Bill Nolan是谁", None),
    ],
)
def test_what_is_not_here_is_said_not_guessed(answerer: Answerer, question: str, suggestion: str | None) -> None:
    answer = answerer.answer(question, focus=[HERO])  # and what the talk is about is not taken instead
    assert answer.kind == "clarify" and not answer.facts
    assert "没有找到" in answer.text or "isn't in this catalogue" in answer.text
    if suggestion:
        assert suggestion in [one.text for one in answer.suggestions]


@pytest.mark.parametrize(
    "question", ["星际穿越的票房是多少", "星际穿越的导演的老婆是谁", "imdb rating of Interstellar"]
)
def test_half_understood_is_asked_back(answerer: Answerer, question: str) -> None:
    answer = answerer.answer(question)
    assert answer.kind == "clarify" and answer.about == (INTERSTELLAR,)
    for suggestion in answer.suggestions:  # pressing a button gets an answer
        assert answerer.answer(suggestion.text).kind == "path"


def test_namesakes_are_told_apart_by_asking(answerer: Answerer) -> None:
    answer = answerer.answer("天龙八部有多少集")
    assert answer.kind == "clarify"
    texts = [answerer.answer(suggestion.text).text for suggestion in answer.suggestions]
    assert sorted(texts) == ["《天龙八部》一共40集。", "《天龙八部》一共45集。"]
    assert answerer.answer("黄日华版天龙八部有多少集").text == "《天龙八部》一共45集。"
    assert answerer.answer("活着的导演是谁", focus=["film/to-live-1994"]).entities == (ZHANG,)


def test_a_misspelling_is_answered_under_the_right_name(answerer: Answerer) -> None:
    assert answerer.answer("who directed intersteller").text == "Christopher Nolan directed Interstellar."
    assert answerer.answer("星际穿跃是谁导演的").entities == (NOLAN,)


def test_roles_are_not_made_up(answerer: Answerer) -> None:
    for question in ("吴京在流浪地球里演谁", "流浪地球里刘培强是谁演的", "who played Cooper in Interstellar"):
        answer = answerer.answer(question)
        assert "没有记录角色名" in answer.text or "doesn't list roles" in answer.text


def test_a_pronoun_without_a_referent_is_asked_about(answerer: Answerer) -> None:
    assert answerer.answer("它多长").kind == "clarify"
    assert answerer.answer("who directed it").kind == "clarify"
    answer = answerer.answer("他还演过什么", focus=[INTERSTELLAR])
    assert answer.kind == "clarify"
    assert "马修·麦康纳" in [suggestion.title for suggestion in answer.suggestions]


# --- elsewhere --------------------------------------------------------------------------------------------------------


def test_faq(answerer: Answerer) -> None:
    assert answerer.answer("怎么取消自动续费呀").text == "在会员中心关闭自动续费。"
    answer = answerer.answer("how can I stop the subscription renewing?")
    assert answer.kind == "faq" and answer.about == ("billing/cancel",)
    assert answerer.answer("字幕在哪开", lang="en").text == "Tap the subtitles button in the player."


def test_a_description_finds_its_work(answerer: Answerer) -> None:
    answer = answerer.answer("有个父亲穿过虫洞给女儿那一代人找新家的故事")
    assert answer.kind == "document" and answer.entities == (INTERSTELLAR,)


@pytest.mark.parametrize("question", ["", "   ", "😀😀", "今天天气怎么样", "what is love", "1+1等于几", "qwertyuiop"])
def test_everything_else_is_left_alone(answerer: Answerer, question: str) -> None:
    answer = answerer.answer(question)
    assert answer.kind == "none" and not answer.facts and answer.text


def test_every_path_answer_stands_on_facts_of_the_graph(answerer: Answerer) -> None:
    graph = answerer.graph
    for question in ("星际穿越是谁导演的", "流浪地球的导演还拍过哪些片子", "90年代的香港喜剧片", "is Parasite Korean?"):
        facts = answerer.answer(question).facts
        assert facts
        assert all(graph.fact(fact.subject, fact.relation, fact.object) == fact for fact in facts)
    (fact,) = answerer.answer("星际穿越是谁导演的").facts
    assert fact.source == "metaqa"


def test_describing(answerer: Answerer) -> None:
    answer = answerer.describe(INTERSTELLAR, "zh")
    assert answer.text == (
        "《星际穿越》（2014），美国科幻、冒险、剧情电影，克里斯托弗·诺兰导演，马修·麦康纳、安妮·海瑟薇主演，169分钟。"
        "一位父亲穿过虫洞，为女儿那一代人找一个新家。"
    )
    assert answerer.answer("介绍一下星际穿越").text == answer.text
    assert answerer.describe(NOLAN, "en").text.startswith("In this catalogue, Christopher Nolan directed")
    with pytest.raises(UnknownEntity):
        answerer.describe("film/nothing", "zh")


def test_comparing_and_listing_by_id(answerer: Answerer) -> None:
    assert answerer.compare([HERO, LOVE], "zh").about == (HERO, LOVE)
    assert answerer.list("90年代的香港喜剧片", "zh").entities == ("film/king-of-comedy-1999",)
    wanted = Filter(types=frozenset(["film"]), facets=(frozenset(["country/kr"]),))
    assert answerer.list(wanted, "en").entities == (PARASITE, "film/memories-of-murder-2003")
    with pytest.raises(UnknownEntity):
        answerer.compare([HERO, "film/nothing"], "zh")


def test_unknown_ids_in_the_conversation_are_ignored(answerer: Answerer) -> None:
    answer = answerer.answer("它的导演是谁", focus=["film/gone", INTERSTELLAR], listed=["film/gone"])
    assert answer.entities == (NOLAN,)
