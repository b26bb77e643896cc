"""Questions to the bundled catalogue, typed as strangers type them; each line holds what the answer must say.

``!`` before a kind marks an answer that must claim nothing: it asks back, or says that it does not know.
"""

from __future__ import annotations

import pytest

from knowledge.answer import Answerer

RIGHT = """
请问一下《无间道》这部电影到底是谁拍的呀？ = path = 刘伟强和麦兆辉共同执导
無間道是誰導演的 = path = 刘伟强
无间道 导演 = path = 刘伟强
那些年我们一起追的女孩女主角是谁 = path = 陈妍希
你知道一代宗师是哪一年上映的吗 = path = 2013年
让子弹飞多长时间 = path = 132分钟
让子弹飞讲的什么 = entity = 姜文导演
色戒 是谁演的 = path = 汤唯
A计划的导演 = path = 成龙
有没有姜文导演的电影 = list = 让子弹飞
有没有周星驰导演的 = list = 8部电影：《国产凌凌漆》
who directed Interstelar = path = Christopher Nolan
会员怎么退 = faq = 申请退款
怎么退会员 = faq = 申请退款
how do I cancel = faq = Auto-renewal
有什么新片 = list = 最新的电影：《坠落的审判》
what's new in sci-fi = list = newest science fiction titles
有什么新的科幻片 = list = 最新的科幻电影：《哥斯拉-1.0》
romcom = list = romance comedies
浪漫喜剧电影 = list = 片库里爱情喜剧电影有
plays by Lao She = list = Teahouse
《茶馆》是哪个团演的 = path = 北京人民艺术剧院
怎么开会员 = faq = 付款后马上生效
退了会员下载的还在吗 = faq = 到期日
姜文导演过几部电影 = list = 有3部
姜文自导自演的电影 = list = 让子弹飞
姜文主演但不是他导演的电影 = list = 红高粱
陈凯歌是霸王别姬的导演吗 = path = 是的
霸王别姬是张艺谋拍的吗 = path = 不是，《霸王别姬》是陈凯歌导演的
张国荣演过霸王别姬吗 = path = 是的
张国荣在霸王别姬里演谁 = path = 没有记录角色名
周星驰有没有演过霸王别姬 = path = 主演里没有周星驰
卧虎藏龙得过奥斯卡吗 = path = 是的
得过金棕榈的电影有哪些 = list = 霸王别姬
谁给卧虎藏龙写的音乐 = path = 谭盾
谭盾给哪些电影配过乐 = list = 卧虎藏龙
七里香是谁唱的 = path = 周杰伦
周杰伦最早的专辑是哪张 = list = 范特西
周杰伦2003年的专辑 = list = 叶惠美
孙燕姿2000年出过什么专辑 = list = 孙燕姿
97版天龙八部多少集 = path = 45集
神雕侠侣古天乐版多少集 = path = 32集
刘亦菲的神雕侠侣是哪年的 = path = 2006年
03版射雕英雄传郭靖是谁演的 = path = 李亚鹏
话剧活着的导演是谁 = path = 孟京辉
电影版活着是谁导演的 = path = 张艺谋
茶馆是谁写的 = path = 老舍
猫是谁作曲的 = path = 韦伯
天鹅湖是谁作曲的 = path = 柴可夫斯基
狂飙一共多少集啊 = path = 39集
权游几集 = path = 73集
红楼梦 87版 演员 = path = 陈晓旭
英雄是谁导演的 = path = 张艺谋
影是哪年的 = path = 2018年
2046 = entity = 王家卫导演
21是谁的专辑 = path = 阿黛尔
王家卫拍的电视剧 = list = 繁花
和王家卫合作过的演员有哪些 = path = 梁朝伟
周杰轮的专辑 = list = 范特西
小李子演过什么 = list = 泰坦尼克号
周星驰和吴孟达合作过的电影 = list = 少林足球
周星驰和张艺谋合作过吗 = list = 没有
张曼玉和梁朝伟一起主演的电影有几部 = list = 有4部
张艺谋导演、巩俐主演的电影 = list = 红高粱
梁朝伟或者刘德华主演的犯罪片 = list = 无间道
2010年以后的国产科幻片 = list = 流浪地球
90分钟以内的喜剧电影 = list = 长江七号
20集以内的悬疑剧 = list = 隐秘的角落
八十年代的台湾电影 = list = 悲情城市
不要恐怖片的韩国电影 = list = 寄生虫
最长的电影是哪部 = list = 最长的电影是《
集数最多的电视剧 = list = 阿信
最老的电影 = list = 城市之光
英雄和十面埋伏哪个更早 = compare = 《英雄》更早，2002年上映，比《十面埋伏》（2004年）早2年
英雄与影 哪个长 = compare = 《影》更长
英雄比十面埋伏长吗 = compare = 不是
英雄和十面埋伏是同一个导演吗 = compare = 是的
英雄和无间道有什么共同点 = compare = 梁朝伟
梁朝伟和章子怡有什么关系 = compare = 一代宗师
和流浪地球同一年的电影有哪些 = path = 同样是2019年
和英雄同导演的电影 = path = 红高粱
流浪地球第二部多长 = path = 173分钟
霸王别机是谁导演的 = path = 陈凯歌
霸王别姬 年份 片长 = path = 171分钟
星际穿越的导演和主演分别是谁 = path = 马修·麦康纳
无间道和无间行者的导演 = path = 马丁·斯科塞斯
诺兰最长的电影是哪部 = list = 奥本海默
诺兰和汉斯季默合作过几次 = list = 有4部
汉斯季默给哪些电影配乐 = list = 星际穿越
卡梅隆导演了什么 = list = 泰坦尼克号
基努里维斯演过什么 = list = 黑客帝国
宫崎骏最早的电影 = list = 天空之城
披头士有哪些专辑 = list = 艾比路
王菲1994年的专辑 = list = 天空
崔健的专辑 = list = 新长征路上的摇滚
英文摇滚专辑 70年代 = list = 加州旅馆
曹禺的话剧 = list = 雷雨
教父二导演 = path = 科波拉
复联4多长 = path = 181分钟
黑客帝国在哪里看 = entity = 片库里有这部
有没有关于机器人的动画片 = document = 超能陆战队
一个父亲穿过虫洞给女儿找新家的那部电影 = document = 星际穿越
怎么开发票 = faq = 申请发票
忘记密码了 = faq = 忘记密码
who directed In the Mood for Love = path = Wong Kar-wai directed
what else did the director of Parasite make? = path = Memories of Murder
what year did raise the red lantern come out = path = 1991
how many episodes does Nirvana in Fire have = path = 54 episodes
what country is crouching tiger hidden dragon from = path = Taiwan
Did Crouching Tiger win any awards? = path = Academy Award
phantom of the opera composer = path = Andrew Lloyd Webber
who wrote Hamilton = path = Lin-Manuel Miranda
who wrote and directed Pulp Fiction = path = was written by Quentin Tarantino
who sings Thriller = path = Michael Jackson
when did 1989 come out = path = 2014
Friends how many episodes = path = 236 episodes
The Office how many episodes = path = 201 episodes
who directed Up = path = Pete Docter
who directed intersteller = path = Christopher Nolan
whats the runtime of the grand master = path = The Grandmaster runs
godfather 2 director = path = Francis Ford Coppola
spiderman into the spiderverse = entity = Spider-Man: Into the Spider-Verse
WALLE = entity = Andrew Stanton
amelie director = path = Jean-Pierre Jeunet
dune 2021 director = path = Denis Villeneuve
the 1994 Lion King = entity = The Lion King (1994)
Lion King the musical composer = path = Elton John
Chicago director = path = Rob Marshall
to live (2012) director = path = Meng Jinghui
Who played Neo in The Matrix = path = doesn't list roles
nolan movies after 2010 = list = Oppenheimer
How many films did Nolan direct in the catalogue = list = 8 films directed by Christopher Nolan
films with Leonardo DiCaprio directed by Martin Scorsese = list = The Departed
leo dicaprio and kate winslet together = list = Titanic
has Gong Li worked with Zhang Yimou = list = Yes
Movies Jiang Wen stars in but did not direct = list = Red Sorghum
Miyazaki films = list = Spirited Away
kubrick thrillers = list = The Shining
korean thrillers after 2010 = list = Train to Busan
hong kong comedies from the 90s = list = King of Comedy
comedies without romance from hong kong = list = CJ7
movies longer than 3 hours = list = Titanic
movies under 100 minutes with 周星驰 = list = Kung Fu Hustle
wuxia films between 2000 and 2005 = list = Hero
short series under 10 episodes = list = Chernobyl
jazz albums from the 60s = list = A Love Supreme
best picture winners = list = Parasite
film from 1994 = list = Forrest Gump
Is Parasite Korean? = path = Yes
is the godfather a comedy = path = No
was inception released in 2012 = path = No, Inception came out in 2010
is interstellar longer than the wandering earth = compare = Yes, Interstellar is longer: 169 minutes, 44 more than
Hero or House of Flying Daggers, which came out first? = compare = Hero is older
titanic vs avatar which is longer = compare = Titanic is longer
do Hero and Shadow have the same director = compare = Zhang Yimou
Interstellar 和 流浪地球 哪个更长 = compare = 《星际穿越》更长，169分钟，比《流浪地球》（125分钟）长44分钟
any movies about a dog? = document = Hachi
movie where a shy Paris waitress secretly fixes other people's lives = document = Amélie
my screen is black = faq = close
"""

UNCLAIMED = """
豆瓣评分最高的电影 = clarify = 片库里没有评分
highest rated movies on imdb = clarify = no ratings
星际穿越豆瓣多少分 = clarify = 没有《星际穿越》
莎士比亚的话剧 = clarify = 没有找到“莎士比亚”
票房最高的电影 = clarify = 片库里没有票房
plays by Shakespeare = clarify = isn't in this catalogue
流浪地球3是谁导演的 = clarify = 流浪地球2
《复仇者联盟9》多长 = clarify = 没有找到
疯狂动物城2是谁导演的 = clarify = 没有找到
1917是谁导演的 = clarify = 没有找到
天龙八部有多少集 = clarify = 哪一个
活着的导演是谁 = clarify = 哪一个
赵铁锤演过什么 = clarify = 没有找到
迈克尔·诺兰是谁 = clarify = 没有找到
星际穿越的导演的老婆是谁 = clarify = 星际穿越
黑客帝国票房多少 = clarify = 黑客帝国
盗梦空间豆瓣评分 = clarify = 盗梦空间
权力的游戏第二季讲什么 = clarify = 权力的游戏
导演是谁 = clarify = 哪一部
who directed Her = clarify = isn't in this catalogue
toy story 4 director = clarify = Toy Story 3
films by Uwe Boll = clarify = isn't in this catalogue
Her 和 Hero 哪个更新 = clarify = Her
which is longer, Hero or Zardoz = clarify = Zardoz
who is john smith = clarify = isn't in this catalogue
Tony Leung films = clarify = Which one
imdb rating of inception = clarify = Inception
Who is Christopher Nolan married to = clarify = Christopher Nolan
活着真好 = none =
我是个英雄 = none =
今天天气怎么样 = none =
How do I cook rice? = none =
what is love = none =
写一首诗 = none =
类似盗梦空间的电影 = none =
"""


def rows(table: str) -> list[tuple[str, str, str]]:
    return [tuple(part.strip() for part in f"{line} ".split(" = ")) for line in table.strip().splitlines()]  # type: ignore[misc]


@pytest.mark.parametrize(("question", "kind", "says"), rows(RIGHT))
def test_answers(demo_answerer: Answerer, question: str, kind: str, says: str) -> None:
    answer = demo_answerer.answer(question)
    assert answer.kind == kind, answer.text
    assert says.lower() in answer.text.lower()
    assert answer.confidence >= 0.5
    if kind in ("path", "compare"):
        assert answer.facts or "没有" in answer.text or "doesn't" in answer.text


@pytest.mark.parametrize(("question", "kind", "says"), rows(UNCLAIMED))
def test_nothing_is_claimed(demo_answerer: Answerer, question: str, kind: str, says: str) -> None:
    answer = demo_answerer.answer(question)
    assert answer.kind == kind, answer.text
    assert says.lower() in (answer.text + " ".join(one.title for one in answer.suggestions)).lower()
    assert not answer.facts and not answer.entities


def test_suggestions_of_answers_are_themselves_answered(demo_answerer: Answerer) -> None:
    for question in (
        "霸王别姬是谁导演的",
        "who directed Inception",
        "90年代的香港喜剧片",
        "英雄和影哪个长",
        "周杰轮的专辑",
    ):
        for suggestion in demo_answerer.answer(question).suggestions:
            assert demo_answerer.answer(suggestion.text).kind in ("path", "entity", "list", "compare"), suggestion


def test_ratings_are_of_the_work_spoken_of_and_of_none_when_works_are_ranked(demo_answerer: Answerer) -> None:
    focus = ["person/christopher-nolan", "film/interstellar-2014"]
    assert "没有《星际穿越》（2014）的评分" in demo_answerer.answer("豆瓣几分", focus=focus).text
    assert "《星际穿越》" not in demo_answerer.answer("评分最高的电影", focus=focus).text


def test_the_newest_are_ten_and_none_newer_is_left_out(demo_answerer: Answerer) -> None:
    newest = demo_answerer.answer("有什么新的科幻片").entities
    graph = demo_answerer.graph
    years = [graph.value(work, "year") for work in newest]
    everything = demo_answerer.answer("科幻片有哪些").entities
    films = [work for work in everything if work.startswith("film/") and work not in newest]
    assert len(newest) == 10 and min(years) >= max(graph.value(work, "year") for work in films)


def test_a_show_is_performed_by_a_company_and_has_no_album(demo_answerer: Answerer) -> None:
    texts = [one.text for one in demo_answerer.answer("介绍一下暗恋桃花源").suggestions]
    assert any("哪个团演的" in text for text in texts) and not any("专辑" in text for text in texts)
