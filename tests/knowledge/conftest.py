"""A small catalogue of real works, small enough to know every right answer by heart."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.answer import Answerer
from knowledge.building import GraphBuilder
from knowledge.catalogue import DEMO, Catalogue
from knowledge.graph import Graph
from knowledge.importers.faq import FaqEntry
from knowledge.linking import Linker
from knowledge.records import clean_record
from knowledge.vocabulary import Vocabulary


def work(type_: str, zh: str, en: str, year: int, **fields: Any) -> dict[str, Any]:
    return clean_record({"type": type_, "title": {"zh": zh, "en": en}, "year": year, **fields})


NOLAN, JONATHAN = "Christopher Nolan|克里斯托弗·诺兰", "Jonathan Nolan|乔纳森·诺兰"
ZIMMER, BONG, SONG = "Hans Zimmer|汉斯·季默", "Bong Joon-ho|奉俊昊", "Song Kang-ho|宋康昊"
ZHANG, GUO, CHOW = "Zhang Yimou|张艺谋", "Guo Fan|郭帆", "Stephen Chow|周星驰"
OSCAR_EFFECTS = "Academy Award for Best Visual Effects|奥斯卡最佳视觉效果奖"
OSCAR_PICTURE = "Academy Award for Best Picture|奥斯卡最佳影片奖"

RECORDS = [
    work(
        "film",
        "星际穿越",
        "Interstellar",
        2014,
        countries=["us", "gb"],
        languages=["en"],
        genres=["science-fiction", "adventure", "drama"],
        directors=[NOLAN],
        writers=[JONATHAN, NOLAN],
        cast=["Matthew McConaughey|马修·麦康纳", "Anne Hathaway|安妮·海瑟薇"],
        composers=[ZIMMER],
        runtime=169,
        awards=[OSCAR_EFFECTS],
        moods=["epic"],
        aliases=["星际效应"],
        sources={"directors": "metaqa"},
        line={
            "zh": "一位父亲穿过虫洞，为女儿那一代人找一个新家。",
            "en": "A father crosses a wormhole to find a new home.",
        },
    ),
    work(
        "film",
        "盗梦空间",
        "Inception",
        2010,
        countries=["us", "gb"],
        languages=["en"],
        genres=["science-fiction", "action"],
        directors=[NOLAN],
        writers=[NOLAN],
        cast=["Leonardo DiCaprio|莱昂纳多·迪卡普里奥"],
        composers=[ZIMMER],
        runtime=148,
    ),
    work(
        "film",
        "流浪地球",
        "The Wandering Earth",
        2019,
        countries=["cn"],
        languages=["zh"],
        genres=["science-fiction"],
        directors=[GUO],
        cast=["Qu Chuxiao|屈楚萧", "Wu Jing|吴京"],
        runtime=125,
    ),
    work(
        "film",
        "流浪地球2",
        "The Wandering Earth II",
        2023,
        countries=["cn"],
        languages=["zh"],
        genres=["science-fiction"],
        directors=[GUO],
        cast=["Wu Jing|吴京", "Andy Lau|刘德华"],
        runtime=173,
    ),
    work(
        "film",
        "寄生虫",
        "Parasite",
        2019,
        countries=["kr"],
        languages=["ko"],
        genres=["thriller", "drama", "comedy"],
        directors=[BONG],
        cast=[SONG, "Choi Woo-shik|崔宇植"],
        runtime=132,
        awards=[OSCAR_PICTURE],
    ),
    work(
        "film",
        "杀人回忆",
        "Memories of Murder",
        2003,
        countries=["kr"],
        languages=["ko"],
        genres=["crime", "thriller"],
        directors=[BONG],
        cast=[SONG],
        runtime=132,
    ),
    work(
        "film",
        "英雄",
        "Hero",
        2002,
        countries=["cn", "hk"],
        languages=["zh"],
        genres=["wuxia", "action"],
        directors=[ZHANG],
        cast=["Jet Li|李连杰", "Tony Leung Chiu-wai|梁朝伟", "Maggie Cheung|张曼玉"],
        composers=["Tan Dun|谭盾"],
        runtime=99,
    ),
    work(
        "film",
        "花样年华",
        "In the Mood for Love",
        2000,
        countries=["hk"],
        languages=["yue"],
        genres=["romance", "drama"],
        directors=["Wong Kar-wai|王家卫"],
        cast=["Tony Leung Chiu-wai|梁朝伟", "Maggie Cheung|张曼玉"],
        runtime=98,
    ),
    work("film", "活着", "To Live", 1994, countries=["cn"], genres=["drama"], directors=[ZHANG], cast=["Ge You|葛优"]),
    work("show", "活着（话剧）", "To Live (Stage)", 2012, genres=["play"], directors=["Meng Jinghui|孟京辉"]),
    work(
        "film",
        "功夫",
        "Kung Fu Hustle",
        2004,
        countries=["cn", "hk"],
        genres=["comedy", "action"],
        directors=[CHOW],
        cast=[CHOW, "Yuen Wah|元华"],
        runtime=99,
    ),
    work(
        "film",
        "喜剧之王",
        "King of Comedy",
        1999,
        countries=["hk"],
        genres=["comedy"],
        directors=[CHOW],
        cast=[CHOW, "Cecilia Cheung|张柏芝"],
        runtime=89,
    ),
    work(
        "film",
        "她",
        "Her",
        2013,
        countries=["us"],
        genres=["science-fiction", "romance"],
        directors=["Spike Jonze|斯派克·琼斯"],
        cast=["Joaquin Phoenix|华金·菲尼克斯"],
        runtime=126,
    ),
    work(
        "series",
        "老友记",
        "Friends",
        1994,
        countries=["us"],
        genres=["comedy"],
        cast=["Jennifer Aniston|詹妮弗·安妮斯顿"],
        episodes=236,
    ),
    work(
        "series",
        "天龙八部",
        "Demi-Gods and Semi-Devils",
        1997,
        countries=["hk"],
        genres=["wuxia"],
        cast=["Felix Wong|黄日华"],
        episodes=45,
    ),
    work(
        "series",
        "天龙八部",
        "Demi-Gods and Semi-Devils",
        2003,
        countries=["cn"],
        genres=["wuxia"],
        cast=["Hu Jun|胡军"],
        episodes=40,
    ),
    work("album", "叶惠美", "Yeh Hui-Mei", 2003, genres=["pop"], artists=["Jay Chou|周杰伦"]),
    work("album", "范特西", "Fantasy", 2001, genres=["pop"], artists=["Jay Chou|周杰伦"]),
    work("album", "颤栗", "Thriller", 1982, genres=["pop"], artists=["Michael Jackson|迈克尔·杰克逊"]),
]

FAQ = (
    FaqEntry(
        "billing/cancel",
        "billing",
        {"zh": "怎么取消自动续费？", "en": "How do I cancel auto-renewal?"},
        {"zh": ["关掉自动扣费", "不想续费了"], "en": ["stop the subscription renewing", "turn off auto renew"]},
        {"zh": "在会员中心关闭自动续费。", "en": "Turn auto-renewal off in the membership centre."},
    ),
    FaqEntry(
        "playback/subtitles",
        "playback",
        {"zh": "怎么打开字幕？", "en": "How do I turn on subtitles?"},
        {"zh": ["字幕在哪开"], "en": ["where are the captions"]},
        {"zh": "点播放器右下角的字幕按钮。", "en": "Tap the subtitles button in the player."},
    ),
)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary.load(DEMO / "vocabulary.json")


@pytest.fixture(scope="session")
def catalogue(vocabulary: Vocabulary) -> Catalogue:
    builder = GraphBuilder(vocabulary)
    for record in RECORDS:
        builder.add_record(record)
    return Catalogue(builder.graph, vocabulary, FAQ, (), (), "test")


@pytest.fixture(scope="session")
def graph(catalogue: Catalogue) -> Graph:
    return catalogue.graph


@pytest.fixture(scope="session")
def linker(graph: Graph) -> Linker:
    return Linker(graph)


@pytest.fixture(scope="session")
def answerer(catalogue: Catalogue) -> Answerer:
    return Answerer(catalogue)


@pytest.fixture(scope="session")
def demo() -> Catalogue:
    return Catalogue.load()


@pytest.fixture(scope="session")
def demo_answerer(demo: Catalogue) -> Answerer:
    return Answerer(demo)
