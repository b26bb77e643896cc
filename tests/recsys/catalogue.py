"""A catalogue small enough to know by heart: 30 works whose right answers can be worked out by eye."""

from __future__ import annotations

from knowledge.building import GraphBuilder
from knowledge.catalogue import DEMO
from knowledge.graph import Graph
from knowledge.records import clean_record
from knowledge.vocabulary import Vocabulary

NOLAN, ZHOU_XUN, JAY = "Christopher Nolan|克里斯托弗·诺兰", "Zhou Xun|周迅", "Jay Chou|周杰伦"

# id, zh, en, year, countries, languages, genres, moods, length, directors or artists, cast
_WORKS = """
film/interstellar | 星际穿越 | Interstellar | 2014 | us gb | en | science-fiction adventure drama | thought-provoking epic | 169 | Christopher Nolan:克里斯托弗·诺兰 | Matthew McConaughey:马修·麦康纳; Anne Hathaway:安妮·海瑟薇
film/inception | 盗梦空间 | Inception | 2010 | us gb | en | science-fiction action thriller | thought-provoking tense | 148 | Christopher Nolan:克里斯托弗·诺兰 | Leonardo DiCaprio:莱昂纳多·迪卡普里奥
film/gravity | 地心引力 | Gravity | 2013 | us gb | en | science-fiction thriller | tense | 91 | Alfonso Cuarón:阿方索·卡隆 | Sandra Bullock:桑德拉·布洛克
film/arrival | 降临 | Arrival | 2016 | us | en | science-fiction drama | thought-provoking slow | 116 | Denis Villeneuve:丹尼斯·维伦纽瓦 | Amy Adams:艾米·亚当斯
film/the-martian | 火星救援 | The Martian | 2015 | us gb | en | science-fiction adventure | funny inspiring | 144 | Ridley Scott:雷德利·斯科特 | Matt Damon:马特·达蒙
film/wandering-earth | 流浪地球 | The Wandering Earth | 2019 | cn | zh | science-fiction action | epic tense | 125 | Frant Gwo:郭帆 | Wu Jing:吴京
film/crazy-alien | 疯狂的外星人 | Crazy Alien | 2019 | cn | zh | comedy science-fiction | funny light | 116 | Ning Hao:宁浩 | Huang Bo:黄渤; Shen Teng:沈腾
film/crazy-stone | 疯狂的石头 | Crazy Stone | 2006 | cn | zh | comedy crime | funny quirky | 98 | Ning Hao:宁浩 | Huang Bo:黄渤
film/hi-mom | 你好，李焕英 | Hi, Mom | 2021 | cn | zh | comedy fantasy family-life | funny warm sad | 128 | Jia Ling:贾玲 | Jia Ling:贾玲; Shen Teng:沈腾
film/paddington | 帕丁顿熊 | Paddington | 2014 | gb fr | en | comedy family adventure | warm funny light | 95 | Paul King:保罗·金 | Hugh Bonneville:休·博纳维尔
film/coco | 寻梦环游记 | Coco | 2017 | us | en | animation family fantasy | warm sad | 105 | Lee Unkrich:李·昂克里奇 |
film/totoro | 龙猫 | My Neighbor Totoro | 1988 | jp | ja | animation family fantasy | warm healing light | 86 | Hayao Miyazaki:宫崎骏 |
film/ring | 午夜凶铃 | Ring | 1998 | jp | ja | horror mystery | scary dark | 96 | Hideo Nakata:中田秀夫 |
film/conjuring | 招魂 | The Conjuring | 2013 | us | en | horror thriller | scary tense | 112 | James Wan:温子仁 | Vera Farmiga:维拉·法米加
film/train-to-busan | 釜山行 | Train to Busan | 2016 | kr | ko | horror action thriller | scary tense fast | 118 | Yeon Sang-ho:延相昊 | Gong Yoo:孔刘
film/parasite | 寄生虫 | Parasite | 2019 | kr | ko | drama thriller | dark tense | 132 | Bong Joon-ho:奉俊昊 | Song Kang-ho:宋康昊
film/suzhou-river | 苏州河 | Suzhou River | 2000 | cn | zh | romance drama | dreamy sad | 83 | Lou Ye:娄烨 | Zhou Xun:周迅
film/perhaps-love | 如果·爱 | Perhaps Love | 2005 | hk cn | zh | musical romance | romantic sad | 107 | Peter Chan:陈可辛 | Zhou Xun:周迅; Takeshi Kaneshiro:金城武
film/chungking-express | 重庆森林 | Chungking Express | 1994 | hk | yue | romance drama | quirky dreamy romantic | 102 | Wong Kar-wai:王家卫 | Takeshi Kaneshiro:金城武; Faye Wong:王菲
film/notting-hill | 诺丁山 | Notting Hill | 1999 | gb us | en | romance comedy | romantic funny light | 124 | Roger Michell:罗杰·米歇尔 | Hugh Grant:休·格兰特; Julia Roberts:朱莉娅·罗伯茨
film/titanic | 泰坦尼克号 | Titanic | 1997 | us | en | romance drama | romantic sad epic | 194 | James Cameron:詹姆斯·卡梅隆 | Leonardo DiCaprio:莱昂纳多·迪卡普里奥; Kate Winslet:凯特·温丝莱特
film/heat | 盗火线 | Heat | 1995 | us | en | crime action | tense violent | 170 | Michael Mann:迈克尔·曼 | Al Pacino:阿尔·帕西诺
series/nothing-but-thirty | 三十而已 | Nothing But Thirty | 2020 | cn | zh | drama family-life | warm | 45/43 | Zhang Xiaobo:张晓波 | Jiang Shuying:江疏影
series/bad-kids | 隐秘的角落 | The Bad Kids | 2020 | cn | zh | suspense crime | dark tense | 70/12 | Xin Shuang:辛爽 | Qin Hao:秦昊
series/ruyi | 如懿传 | Ruyi's Royal Love in the Palace | 2018 | cn | zh | costume romance | sad slow | 45/87 | Wang Jun:汪俊 | Zhou Xun:周迅
series/friends | 老友记 | Friends | 1994 | us | en | comedy | funny warm light | 22/236 | James Burrows:詹姆斯·伯罗斯 | Jennifer Aniston:詹妮弗·安妮斯顿
series/reply-1988 | 请回答1988 | Reply 1988 | 2015 | kr | ko | family-life comedy youth | warm nostalgic funny | 100/20 | Shin Won-ho:申元浩 | Park Bo-gum:朴宝剑
album/fantasy | 范特西 | Fantasy | 2001 | tw | zh | pop hip-hop | nostalgic energetic | 41 | Jay Chou:周杰伦 |
album/abbey-road | 艾比路 | Abbey Road | 1969 | gb | en | rock | nostalgic | 47 | The Beatles:披头士乐队 |
show/teahouse | 茶馆 | Teahouse | 1958 | cn | zh | play | thought-provoking nostalgic | 150 | Beijing People's Art Theatre:北京人民艺术剧院 |
"""


def small_graph() -> Graph:
    """The 30 works as a graph, with the real vocabulary."""
    builder = GraphBuilder(Vocabulary.load(DEMO / "vocabulary.json"))
    for line in _WORKS.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        id_, zh, en, year, countries, languages, genres, moods, length, makers, cast = cells
        type_ = id_.split("/")[0]
        runtime, _, episodes = length.partition("/")
        people = [name.strip().replace(":", "|") for name in makers.split(";") if name.strip()]
        record = clean_record(
            {
                "id": id_,
                "type": type_,
                "title": {"zh": zh, "en": en},
                "year": int(year),
                "countries": countries.split(),
                "languages": languages.split(),
                "genres": genres.split(),
                "moods": moods.split(),
                "runtime": int(runtime),
                "episodes": int(episodes) if episodes else None,
                "artists" if type_ in ("album", "show") else "directors": people,
                "cast": [name.strip().replace(":", "|") for name in cast.split(";") if name.strip()],
            }
        )
        builder.add_record(record)
    return builder.graph
