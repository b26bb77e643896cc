"""Small words that decide what is being asked: who, how many, which is longer, is it true, what else.

And the ones that decide nothing, so that what is left over is really unexplained. All patterns read folded text in
which names have been replaced by private-use characters.
"""

from __future__ import annotations

import re

__all__ = ["Cues", "blank", "content", "edges"]

_NAME = r"[\ue000-\uf8ff]+"

_WHO = re.compile(
    r"\bsh[eu]i\b|谁|哪(?:一)?位|哪些人|什么人|哪个(?:导演|演员|歌手|人|编剧|作曲)|\bwho(?:'s|se|m)?\b|\b(?:what|which) "
    r"(?:actor|actress|director|(?:screen)?writer|author|composer|singer|artist|band|person|people|"
    r"name)s?\b|\bname of the\b"
)
_WH = re.compile(r"谁|什么|啥|哪|几|多少|多长|多久|怎么|何时|\b(?:who|whom|whose|what|when|which|where|how|why)\b")
_CLAUSE_END = re.compile(r"[,，;；、。?？!！]|\band\b|和|以及|还有|另外|然后")
_COUNT = re.compile(
    r"(?:几|多少)(?:部|张|个|场|首|套|本)(?!分|小时|钟)|有多少(?!集|分)|\bhow many\b(?! (?:episodes?|eps?|"
    r"minutes?|hours?|mins?|awards?|prizes?|oscars?|parts))|\b(?:the )?number of (?=film|movie|work|album|"
    r"show)|\bcount\b|数量"
)
_ELSE = re.compile(
    r"还(?!有(?:导演|编剧|主演|作曲|配乐|片长|时长|年份|几集|多少集|多长|哪一?年|什么时候))|"
    r"其他|其它|别的|另外|以外|之外|除了|\b(?:else|other|others|also|besides|apart from|another|more)\b"
)
_EXCEPT = re.compile(
    rf"(?:除了|除开|除却|除)[《\"]?(?P<name>{_NAME})|\b(?:besides|other than|apart from|aside from|"
    rf"except(?: for)?|excluding) (?P<name2>{_NAME})"
)
_TARGET = re.compile(
    r"(?:哪些|什么|啥|哪几?部|哪几?张|哪个|所有|全部|几部|多少部|几张|多少张)(?:好看的|好的|新)?(?:电影|片|"
    r"剧|作品|专辑|歌|戏|东西|演出|节目)?|(?:列出|列举|盘点)|"
    r"\b(?:what|which|any|all|list|some|show me|give me|find|other|more|else|how many|winners?)\b"
)
_EXISTS = re.compile(
    r"有(?:没有)?.*[吗么嘛]|有没有|\b(?:is|are) there\b|\b(?:do|does) (?:you|the catalogue) have\b|\bgot any\b|\bany\b"
)
_YES_ZH = re.compile(r"(?:吗|么|嘛|吧|不|(?<!有)没有?)[\s?!.。~]*$|是不是|是否|对不对|对吗|有没有")
_YES_EN = re.compile(
    r"^\W*(?:so |and |but |ok |okay |hey |hi |um )*(?:is|are|was|were|did|does|do|has|have|had|isn't|wasn't|"
    r"didn't|doesn't|aren't)\b|, ?right\W*$|\bcorrect\W*$|\bis it true\b"
)
_POLITE = re.compile(
    r"(?:请问|麻烦|你?知不知道|你?知道|想问|我想(?:问|知道|了解)|能(?:不能)?告诉我|可以告诉我|能不能|"
    r"帮我(?:查|看|找)?(?:一下|下)?|告诉我|问一下|查一下)|"
    r"\b(?:do you (?:happen to )?know|can you tell me|could you tell me|would you know|tell me|i want to "
    r"know|i'd like to know|i wonder|any idea|please|"
    r"can you|could you|would you|let me know|remind me|do you remember|i was wondering|just wondering|"
    r"quick question)\b"
)
_PICKS: tuple[tuple[str, str, bool], ...] = (
    (r"最长|时间最久|\b(?:longest|lengthiest)\b", "runtime", True),
    (r"最短|\bshortest\b", "runtime", False),
    (r"最新|最近(?:的|一部|一张)?(?!几|\d|[一二三五十两]年)|最晚|最后一?[部张]|\b(?:newest|latest|most "
        r"recent|last)\b", "year", True),
    (r"最早|最老|最旧|第一[部张]|首部|首张|处女作|\b(?:oldest|earliest|first|debut)\b", "year", False),
    (r"集数?最多|\bmost episodes\b", "episodes", True),
    (r"集数?最少|\bfewest episodes\b", "episodes", False),
    (r"(?:获奖|得奖|奖项?|拿奖)最多|\bmost (?:awards|awarded|prizes|decorated)\b", "award", True),
)  # fmt: skip
_COMPARES: tuple[tuple[str, str, bool], ...] = (
    (r"集数?(?:更|比较)?多|(?:更多|多)集|more episodes", "episodes", True),
    (r"集数?(?:更|比较)?少|fewer episodes", "episodes", False),
    (r"(?:更|比较|要|还)?长(?!什么|的故事)|\blonger\b|\blengthier\b", "runtime", True),
    (r"(?:更|比较|要)?短|\bshorter\b", "runtime", False),
    (r"(?:更|比较|要)?(?:新|晚)|\b(?:newer|later|more recent)\b|came? out (?:later|after|last)", "year", True),
    (
        r"(?:更|比较|要)?(?:早|老|旧)|先(?:上映|出|拍|发)|\b(?:older|earlier)\b|came? out (?:first|earlier|"
        r"before)|\bfirst\b",
        "year",
        False,
    ),
)
# Two works named: 「差几年」, "before": which is the earlier.
_BEFORE = re.compile(rf"在{_NAME}(?:之前|以前|前)(?:上映|播|发行|问世|出)|\b(?:before|prior to|earlier than) {_NAME}")
_AFTER = re.compile(rf"在{_NAME}(?:之后|以后|后)(?:上映|播|发行|问世|出)|\b(?:after|later than) {_NAME}")
_APART = re.compile(
    r"[相间]?[差隔](?:了|着)?(?:多少|几)年|[早晚](?:了|上映)?(?:多少|几)年|\bgap in years\b|\byears? (?:of )?difference\b|"
    r"\b(?:how many|number of) years\b.{0,40}\b(?:apart|between|separate|before|after|"
    r"earlier|later)\b|\byears apart\b|\bhow (?:long|many years) (?:before|after)\b"
)
_AGE = re.compile(
    r"(?:多少|几)年了|(?:多少|几)年前|多久以前|距今|多老了|\bhow old\b|\bhow (?:many years|long) ago\b|\bhow long has\b"
)
_NEW = re.compile(
    r"(?<!最)新(?:上映|上线|出|上|来)?的?(?:电影|影片|片子?|大片|剧集|电视剧|剧|专辑|歌|演出|话剧|作品)|"
    r"上新|新上(?:了|线|映)|(?:有什么|有没有|有啥|有哪些|最近有|来点|看点)新的?(?=[\u4e00-\u9fff])(?!加坡|西兰|闻|疆)|"
    r"\bwhat(?:'s| is| are the) new\b(?! with\b)|\bany(?:thing)? new\b|"
    r"\b(?:new|latest|newest|recent) (?:releases?|arrivals?|films|movies|series|shows|albums|titles|plays|stuff)\b"
)
_RATED = {
    "takings": re.compile(r"票房|\bbox[ -]?office\b|\bgross(?:ed)?\b"),
    "ratings": re.compile(
        r"评分|打分|豆瓣|烂番茄|(?<![百满])(?:多少|几)分(?!钟|之)|\b(?:imdb|rotten tomatoes|metacritic|douban)\b|"
        r"\b(?:highest|best|top|lowest|worst)[ -]?rated\b|\bratings?\b(?= (?:of|for)\b|\W*$)|\breview scores?\b"
    ),
}
_TO_RATE = re.compile(r"怎么|如何|我[要想]?给|能不能给|\bhow (?:do|can|to)\b|\bi\b")
_VERSUS = re.compile(
    r"对比|比较(?!好|新|长|短|早|老|多|少|轻|快|慢)|比一比|比起来|相比|区别|不同|差别|差异|哪个(?:更|比|好|"
    r"长|短|新|早|老|晚)?|哪部(?:更|比|好|长|短|新|早|老|晚)?|哪张(?:更|比|好|长|短|新|早|老|晚)?|谁(?:更|先)|更|"
    r"pk|vs\b|比|先后|\b(?:compared?|comparison|versus|vs|differences?|differ|which (?:one|is|was|of|came|"
    r"film|movie|has|runs)|longer|shorter|newer|older|earlier|later|better)\b|还是"
)
_COMMON = re.compile(
    r"共同点|共同之处|有什么(?:关系|联系|共同|相同)|什么关系|有(?:关系|联系)吗|怎么认识|\bin common\b|"
    r"\b(?:connect(?:ed|ion|s)?|relat(?:ed|ion|ionship)|linked?)\b"
)
_DESCRIBE = re.compile(
    r"介绍|讲讲|说说|聊聊|了解|怎么样|咋样|好看|好听|值得|简介|资料|详情|信息|评价|是(?:一部|一张)?(?:什么|"
    r"啥)|是谁|何许人|\b(?:tell me (?:more )?about|describe|what is|what's|who is|who's|who was|"
    r"info(?:rmation)?|details|any good|worth|know about|introduce|more about|about)\b"
)
_TOGETHER = re.compile(
    r"合作|搭档|一起|共同|同台|联手|对手戏|\b(?:together|both|work(?:s|ed)? with|collaborat\w*|co-?star\w*|"
    r"team(?:s|ed)? up)\b"
)
_SAME = re.compile(
    r"(?:同一?[个位名]?|相同的?|一样的?|(?<=是)一个)(?P<zh>导演|主演|演员|编剧|作曲|类型|题材|年份?|国家|地区|语言|歌手|氛围)|"
    r"\b(?:the same|same|share[sd]?(?: the same| an?)?|sharing(?: the same| an?)?) "
    r"(?P<en>director|cast|actor|(?:screen)?writer|composer|genre|year|country|language|artist|singer|mood)s?\b"
)
_SAME_WORDS = {
    "directed_by": "导演 director",
    "cast": "主演 演员 cast actor actors",
    "written_by": "编剧 writer screenwriter",
    "composed_by": "作曲 composer",
    "genre": "类型 题材 genre",
    "year": "年 年份 year",
    "country": "国家 地区 country",
    "language": "语言 language",
    "performed_by": "歌手 artist singer",
    "mood": "氛围 mood",
}
_SAME_OF = {word: relation for relation, words in _SAME_WORDS.items() for word in words.split()}
_RULED_OUT = re.compile(r"不要|不是|不带|除了|\b(?:without|except|excluding|not|non|minus)\b")
_SELF = re.compile(r"自[编导]自[导演]|既导又演")
_NOT_ASKED = re.compile(
    r"类似|相似|差不多|(?:像|跟).{0,3}[\ue000-\uf8ff]+.{0,3}(?:一样|那样|这样|似的)|\b(?:similar|like)\b(?= "
    r"[\ue000-\uf8ff])"
)
_NEGATION = re.compile(
    r"(?:不要|不是|不带|别|非|除了|不含|(?<!有)没有|\bnot|\bno|\bwithout|\bexcept|\bnon|\bexcluding|"
    r"\bminus)[\s-]*(?:any |the |a )?$"
)
_FOLLOW_UP = re.compile(
    r"^(?:那么?|然后|还有)?(?:呢|[\s,，]*)*[\ue000-\uf8ff]+呢?[\s?!.。]*$|^(?:那|"
    r"那么).{0,4}[\ue000-\uf8ff]+|^(?:and |or |so )?(?:what about|how about|and) [\ue000-\uf8ff]+\W*$"
)

_STOP_ZH_WORDS = """
    请问 麻烦 一下 帮我 帮忙 给我 告诉 我想 知道 想知 想问 那么 那个 这个 到底 究竟 大概 大约 一共 总共 什么
    怎么 怎样 如何 多少 哪些 哪个 哪部 哪一 可以 能够 我们 你们 他们 她们 它们 以及 或者 还是 里面 其中 片库
    目录 库里 平台 关于 说说 讲讲 聊聊 列出 列举 看看 推荐 几个 一些 所有 全部 有没有 是不是 是否 其他 其它
    别的 另外 除了 之外 以外 好看 好听 一起 共同 分别 同时 谢谢 你好 一部 一张 一个 一位 比较 目前 现在 曾经
    老师 先生 女士 哪位 几位 但是 不过 而且 的话 来着 究竟 但
    已经 主要 具体 真的 确实 应该 是的 不是 没有 时候 东西 名字 叫做 这样 那样 喜欢 觉得 记得 想看 想听 有关
    合作 过的 部分 之间 之前 之后 以前 以后 期间 当中 咱们 这里 其 所 此 该 的 了 吗 呢 吧 啊 呀 嘛 哦 噢 么 是
    有 都 也 还 又 就 才 哪 啥 谁 几 能 会 要 想 看 听 我 你 您 他 她 它 们 和 与 跟 及 或 在 里 中 上 下 个 部
    张 首 位 名 场 对 过 被 由 为 从 到 把 让 那 这 啦 哈 喔 嗯 额 诶 呃 最 更 呐 咯 得 出 做 来 去 找 查 搜 说
    讲 叫 比 数 款 号 年 片 剧 影 人 作 品 版 全 只 给 请 问 嗨 哎 哟 喂 亲 拍 演 没 不 别 后 前 后面 前面 一
    两 双
"""
_STOP_ZH = re.compile("|".join(sorted(_STOP_ZH_WORDS.split(), key=len, reverse=True)))
_STOP_EN_WORDS = """
    a an the is are was were be been being am do does did doing done have has had having can could would should
    will shall may might must i you he she it we they me him her us them my your his its our their mine this
    that these those there here who whom whose what which when where why how whether if of in on at to for from
    by with about as into and or but not no nor so than then too very just also else other others another any
    some all both each every either more most much many few please tell show give find list name know want like
    need wonder wondering say says said see let get got make made makes film films movie movies series shows
    album albums work works title titles picture pictures thing things one ones people person guy man woman
    ever yet still again now today catalogue catalog library database here's what's who's it's that's there's
    i'm i'd i've you're isn't wasn't didn't don't doesn't aren't hey hi hello thanks thank ok okay um well
    really actually exactly called titled named entitled kind sort type available information info bit quick
    question idea long old best good great u r pls plz s d m re ll ve t together fall falls under belong
    belongs category describe described movie's film's certain given primary best-known famous main full total
    only between during remember happen happens same anything something everything nothing stuff anyone someone
    shei shui shi de ma ne a ba you shenme nayi nage na ge guo le
    speak speaks everybody mean btw lol yo hmm exact exactly person's whoever whatever
"""
_STOP_EN = frozenset(_STOP_EN_WORDS.split())
_WORD = re.compile(r"[a-z0-9][a-z0-9'&-]*|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+")


class Cues:
    """The cues of one question: what it asks for apart from names and relations."""

    def __init__(self, masked: str) -> None:
        self.text = masked
        bare = _POLITE.sub(lambda match: " " * len(match.group()), masked)
        self.bare = bare
        self.who = bool(_WHO.search(bare))
        self.count = bool(_COUNT.search(bare))
        self.other = bool(_ELSE.search(bare))
        self.target = bool(_TARGET.search(bare))
        self.exists = bool(_EXISTS.search(bare))
        self.describe = bool(_DESCRIBE.search(masked))
        self.apart = bool(_APART.search(bare))
        self.age = bool(_AGE.search(bare)) and not self.apart
        self.versus = self.apart or bool(_VERSUS.search(bare))
        self.common = bool(_COMMON.search(bare))
        self.together = bool(_TOGETHER.search(bare))
        self.new = bool(_NEW.search(bare))
        self.rated = "" if _TO_RATE.search(bare) else next((k for k, r in _RATED.items() if r.search(bare)), "")
        self.not_asked = bool(_NOT_ASKED.search(bare))
        chinese_wh = _WH.search(re.sub(r"[a-z]", " ", bare))
        self.yes_no = bool(_YES_EN.search(bare)) or (bool(_YES_ZH.search(bare)) and not chinese_wh)
        self.follow_up = bool(_FOLLOW_UP.match(masked.strip()))

    def pick(self) -> tuple[str, bool] | None:
        """The superlative asked for, as ``(relation, most)``."""
        return next(((relation, most) for pattern, relation, most in _PICKS if re.search(pattern, self.bare)), None)

    def comparison(self) -> tuple[str, bool] | None:
        """The comparative asked for, as ``(relation, most)``."""
        if self.apart or _BEFORE.search(self.bare):
            return "year", False
        if _AFTER.search(self.bare):
            return "year", True
        return next(((relation, most) for pattern, relation, most in _COMPARES if re.search(pattern, self.bare)), None)

    def target_works(self, types: frozenset[str]) -> bool:
        """Whether works of some kind are what is asked for: 「哪些电影」, "which films"."""
        return bool(types) and self.target

    def same(self) -> str | None:
        """The relation two works are asked to share: 「同一个导演」, "the same year"."""
        match = _SAME.search(self.bare)
        return _SAME_OF[match["zh"] or match["en"]] if match else None

    def asks(self, start: int, end: int) -> bool:
        """Whether a question word stands in the clause of ``text[start:end]``: 「…，哪年上映的」, "and who wrote it"."""
        before = max((match.end() for match in _CLAUSE_END.finditer(self.bare, 0, start)), default=0)
        after = _CLAUSE_END.search(self.bare, end)
        return _WH.search(self.bare, before, after.start() if after else len(self.bare)) is not None

    def excepted(self) -> set[str]:
        """The masks of names that stand after 「除了」 or "besides"."""
        return {(match["name"] or match["name2"])[0] for match in _EXCEPT.finditer(self.text)}

    def spans(self) -> list[tuple[int, int]]:
        """Where cue words stand; they are explained."""
        patterns = [
            _WHO,
            _COUNT,
            _ELSE,
            _VERSUS,
            _COMMON,
            _DESCRIBE,
            _TOGETHER,
            _SAME,
            _SELF,
            _RULED_OUT,
            _POLITE,
            _EXISTS_WORDS,
            _TARGET,
            _NEW,
            _APART,
            _AGE,
            _BEFORE,
            _AFTER,
        ]
        comparing = self.versus or self.yes_no  # otherwise 「老」 is not "older" but part of 「老婆」
        patterns += [re.compile(pattern) for pattern, _, _ in (*_PICKS, *(_COMPARES if comparing else ()))]
        return [match.span() for pattern in patterns for match in pattern.finditer(self.text)]

    def same_span(self) -> tuple[int, int] | None:
        """Where the words are that ask for something shared."""
        match = _SAME.search(self.bare)
        return match.span() if match else None

    def asking(self) -> list[tuple[int, int]]:
        """Where the question's own words stand (who, when, please): a name does not run across them."""
        patterns = (_WHO, _POLITE, _COUNT, _QUESTION_WORDS)
        return [match.span() for pattern in patterns for match in pattern.finditer(self.text)]

    def negated(self, start: int) -> bool:
        """Whether what starts at ``start`` is ruled out: 「不要恐怖片」, "not horror"."""
        return bool(_NEGATION.search(self.text[:start]))


_QUESTION_WORDS = re.compile(
    r"是什么|什么时候|叫什么|有哪些|有没有|是不是|是哪|怎么样|还有|^除了|\b(?:who|what|when|which|where|how|"
    r"did|does|was|is|are)\b"
)
_EXISTS_WORDS = re.compile(r"有没有|是不是|是否|对不对|\b(?:is|are) there\b")


def blank(text: str, spans: list[tuple[int, int]]) -> str:
    """``text`` with the spans and every name mask replaced by spaces; same length."""
    chars = list(text)
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    return "".join(" " if "\ue000" <= char <= "\uf8ff" else char for char in chars)


def content(text: str) -> list[tuple[int, int, float]]:
    """Words that mean something, as ``(start, end, weight)``: an English word weighs 1, a Chinese character 0.5."""
    words: list[tuple[int, int, float]] = []
    for match in _WORD.finditer(text):
        piece = match.group()
        if piece[0].isascii():
            if piece not in _STOP_EN and piece.rstrip("s'") not in _STOP_EN:
                words.append((*match.span(), 1.0))
            continue
        kept = _STOP_ZH.sub(lambda stop: " " * len(stop.group()), piece)
        words.extend(
            (match.start() + part.start(), match.start() + part.end(), 0.5 * len(part.group()))
            for part in re.finditer(r"\S+", kept)
        )
    return words


_EDGE_ZH = re.compile(
    r"^(?:请问|得过|获得|拿过|那么|那(?!些|年)|电影|这部|片子|的|是|了|在|由|和|跟|里|关于|有|看|听|介绍|"
    r"比较|一下|电视剧|专辑|导演)+|(?:里面|里|中|的|了|是|这部|这个|电影|片子|电视剧|专辑|这张|吗|呢|吧|啊|"
    r"呀|都|还|有|由|一共|总共|到底|究竟|和|跟|被|在|上|什么|那部)+$"
)
_EDGE_EN = re.compile(
    r"^(?:(?:the|a|an|of|in|is|was|does|did|do|are|were|for|to|by|film|movie|series|show|album|about|with|"
    r"me|called|who|what|when|how|and|or|on|that|this|it|has|have|be) )+(?=\S)|(?: (?:is|was|does|did|do|"
    r"has|have|in|on|the|film|movie|series|show|album|be|it|to|by|of|about|at|and|or|for|please|with))+$"
)


def edges(span: str) -> str:
    """A stretch of text without the small words at its ends; what an unknown title is cut from."""
    before = None
    while before != span:
        before = span
        span = _EDGE_EN.sub("", _EDGE_ZH.sub("", span.strip(" ,，.。?？!！:：;；\"'“”《》、~-"))).strip()
    return span
