"""The words people critique with, in Chinese and English: what each does to a sentence, and what it names.

Names of genres, moods, countries and languages come from the graph with all their aliases; here are the words around
them, a line a meaning, so that whoever speaks a language can mend it without reading code. Everything is in folded
form (lower case, simplified). Longer entries win over the shorter ones inside them: 「不错」 is no negation, 「别的」
forbids nothing.
"""

from __future__ import annotations

__all__ = [
    "AWARDED", "COMPARATIVES", "CUES", "FACET_NAMES", "FILLERS", "FOREIGN", "MOODS", "ROLES", "SCALES", "SINGLE_CHARACTERS",
    "TYPES", "table",
]  # fmt: skip


def table(text: str) -> dict[str, tuple[str, ...]]:
    """Read ``key: word|word|…`` lines; an indented line goes on with the one before."""
    rows: dict[str, list[str]] = {}
    key = ""
    for line in text.strip().splitlines():
        words = line
        if not line.startswith(" "):
            key, _, words = line.partition(":")
            rows[key] = []
        rows[key] += [word.strip() for word in words.split("|") if word.strip()]
    return {key: tuple(words) for key, words in rows.items()}


CUES = table("""
neg: 不|一点也不|一点都不|不要|不想看|不想要|不想听|不想|不看|不听|不爱看|不是|不带|不含|别|别要|别来|别给我|别推荐|
    不用|没有|除了|除去|拒绝|排除|去掉|避开|不需要|不能有|不希望|不要有|不许|勿|非|no|not|without|except|except for|
    anything but|other than|exclude|excluding|avoid|skip|no more|don't want|dont want|do not want|don't give me|
    don't show me|not into|not in the mood for|isn't|aren't|nothing|none of that|never|minus|rather not|don't need|
    not really into|get rid of|don't
not_too: 不太|别太|不要太|不想太|不那么|不怎么|不是太|不要那么|别那么|not too|not so|not very|nothing too|not overly|
    not that|isn't too|don't want anything too|不能太|不用太|别太过
too: 太|过于|太过|有点太|有点儿太|实在太|too|overly|a bit too|a little too|kind of too|way too|far too|just too
very: 那么|这么|很|非常|特别|very|so|super|that|really|pretty|quite
slight: 有点|有点儿|有些|略显|kind of|sort of|kinda|a bit on the
more: 更|更加|再|要更|多点|多一点|多一些|多些|多来点|不够|没有足够|more|even more|with more|some more|not enough
most: 最|特别特别|越|most|the most|really really
less: 没那么|少点|少一点|少一些|少些|少来点|less|not as|not so much|with less|fewer|ease off on|go easy on|
    a little less
some: something
enough: enough|够
bit: 一点|一点儿|点|点儿|一些|些|稍微|稍|略微|略|a bit|a little|a touch|a tad|slightly|somewhat|a little bit|bit
much: 得多|多了|很多|许多|不少|多得多|一大截|远远|much|far|way|a lot|lots|considerably|significantly|a whole lot
want: 要|想看|想要|想听|想|来|来点|来部|来个|来张|来场|来一部|来一个|来一张|来几部|来些|给我|推荐|推荐点|推荐部|
    推荐张|推荐几部|推荐一部|推荐一些|找|找部|找点|找个|换成|改成|改看|换点|换部|希望|最好|只要|只看|只想看|就要|
    就想看|want|i want|i'd like|i would like|would like|would love|recommend|suggest|find|find me|give me|show me|
    looking for|in the mood for|prefer|i'd prefer|rather|instead|make it|i feel like|feel like|fancy|how about|
    what about|need|i need|let's have|switch to|got any|do you have
like: 喜欢|更喜欢|更爱看|爱看|很喜欢|超喜欢|最喜欢|爱听|我爱|迷上|i like|i love|i really like|really like|really love|
    we like|we love|i liked|i loved|loved|liked|enjoy|enjoyed|i enjoy|i enjoyed|big fan of|fan of|love|adore|i'm into|
    into|my favourite|my favorite|favourite|favorite|keen on
hate: 讨厌|怕|害怕|怕看|不敢看|不要这个|不要那个|不要这部|不要那部|不要这些|不看这个|not that one|not this one|not it|not these|不喜欢|
    不爱|不爱听|反感|受不了|看不下去|烦|不感兴趣|没兴趣|不想再看|不中意|hate|i hate|don't like|dont like|do not like|
    didn't like|did not like|dislike|can't stand|not a fan of|not interested|not interested in|don't enjoy|
    not keen on|sick of|tired of|bored of|not for me|don't care for|none of these|none of them|neither|never liked
cool: 不太喜欢|不是很喜欢|不怎么喜欢|没那么喜欢|不太爱看|一般般|not crazy about|don't really like|not a big fan of|
    not really into|don't love|not big on
similar: 像|类似|类似于|类似的|和类似|相似|仿佛|like|similar|similar to|same vibe as|same feel as|same style as|
    in the vein of|along the lines of|more like|something like|anything like|reminds me of|reminiscent of|同类|同款|
    a la|comparable to|close to|just like|much like
similar_after: 那样|那种|这样|这种|差不多|一样|类似|同类|同款|风格|之类|那类|这类|似的|一类|同类型|味道|感觉|vibes|
    type|esque
different: 不一样|不一样的|不同|完全不同|different from|unlike|nothing like|the opposite of|相反
than: 比|比起|相比|than|compared to|compared with|相较于
seen: 看过了|看过|已经看过|早看过|看完了|听过了|听过|刷过|二刷过|看了|seen it|seen that|seen|i've seen|already seen|
    already saw|watched it|already watched|i've watched|watched|i saw|saw it|saw that|heard it|already heard|
    i've heard|have heard|listened to|i've listened to|know it already|已看
unseen: 没看过|没有看过|没听过|haven't seen|have not seen|not seen|never seen|haven't heard|never heard|i haven't seen|haven't watched|
    not watched
another: 换一批|换一组|换一个|换个|换几个|换一部|换一张|换一些|换一下|换换|再换|再来|再来几个|再来一个|再来一批|
    再来点|再推荐|重新推荐|再推荐几个|再给我|还有吗|还有别的吗|还有没有|还有什么|还有其他|还有别的|其他|其他的|其它|
    其它的|别的|另外的|另一个|另一部|下一个|下一批|下一页|更多|多来几个|多推荐几个|换别的|来点别的|不同的|another|
    another one|another batch|something else|anything else|what else|others|other ones|other options|
    other suggestions|more options|more suggestions|show me more|give me more|more please|any more|next|next one|
    next page|keep going|different ones|something different|try again|refresh|one more|some others|show me others|
    show me something else|more of those|show me another|give me another|different suggestions|other recommendations|
    more recommendations
reset: 忘掉我的口味|忘了我的口味|忘记我的口味|清空我的口味|重置口味|忘掉我的喜好|忘了我的喜好|忘记我的喜好|清空我的喜好|
    清除我的喜好|忘掉我的偏好|忘记我的偏好|清空偏好|清除偏好|重置偏好|forget my preferences|forget my tastes|forget my taste|
    reset my preferences|reset my taste|clear my taste|forget what i like|forget what i told you|
    别管之前的要求|别管之前|别管前面|忘掉之前|忘了之前|忘记之前|之前的不算|前面的不算|之前的都不算|重新来|重新开始|
    重来|从头来|从头开始|清空|清空条件|清除条件|重置|取消所有条件|取消条件|不要之前的条件|全部清掉|推倒重来|
    start over|start again|start fresh|start from scratch|reset|clear everything|clear all|clear filters|
    clear my preferences|forget what i said|forget all that|forget everything|forget that|forget about that|
    scrap that|never mind all that|ignore what i said|ignore my previous|from the beginning|begin again|
    wipe the slate|drop all filters|remove all filters
accept: 就这个|就它|就它了|就这部|就这个了|就这部了|就看这个|就看这部|就看它|就要这个|就选|就看|就要它|选这个|选|定了|
    就定|成交|看这个吧|我看这个|要这个|就听这个|就听这张|这个可以|这部可以|可以就|我选|我要看|我要听|我就看|放这个|
    播放|i'll take|i'll take it|i'll watch|i'll go with|i'll have|i will watch|i will take|let's watch|let's go with|
    lets watch|let's do|go with|sounds good|sounds great|sounds perfect|looks good|looks great|looks perfect|perfect|
    play|play it|that works|i choose|i pick|choose|pick|sold|that's the one|this is the one|i'm going with|going with|
    deal|we'll watch|we'll take|we'll go with
forget: 忘掉|忘了|忘记|别记|别记着|不要记|不用记|别再记着|删掉你记的|forget|forget about|forget i said|forget that i said|
    forget that i like|forget i like|stop remembering|no longer remember|unlike this
good: 不错|挺好|很好|好看|好听|很好看|很好听|真好看|棒|太棒了|有意思|喜欢这个|赞|太好了|还行|还可以|great|good|nice|
    interesting|awesome|excellent|looks interesting|not bad|amazing|is good|was great
bad: 不好看|难看|不好|没意思|无聊|不行|不合适|没劲|太差|烂|不怎么样|boring|bad|terrible|awful|not good|meh|dull|lame|
    rubbish|not great|not interesting
all: 都|全都|全部|这些|这几个|这几部|那些|所有|一个都|每个|all|all of them|all of these|these|those|them|every one|
    everything|both|any of them|any of these
this: 不要这个|不要那个|不要这部|不要那部|不看这个|not that one|not this one|not it|这个|这部|这张|这场|那个|那部|
    这部电影|这部剧|这部片|这部片子|这张专辑|它|这|刚才那个|上面那个|上一个|上一部|this one|that one|this|it|
    this movie|this film|that movie|that film|this show|this series|this album|the last one you showed
each: 每集|每一集|单集|一集|episodes|per episode|each episode|an episode
or: 或者|或是|或|要么|or|nor|either|还是
and: 和|跟|与|以及|及|并且|而且|同时|又|也|、|and|also|plus|as well as|&|还有|带
any: 不限|不限制|无所谓|都行|都可以|都好|随便|随意|不重要|没关系|没要求|没有要求|没有限制|什么都行|任意|any|
    doesn't matter|does not matter|don't care|do not care|whatever|no preference|not important|up to you|surprise me|
    你定|看着办|any kind|you choose|you pick|不挑
""")
"""What a word does to the words around it."""

ROLES = table("""
cast: 主演|演的|演过的|出演|参演|演|有份演|的戏|当主角|starring|stars|with|featuring|acted by|played by|in it|acting
director: 导演的|导演|执导|执导的|导的|拍的|拍过的|同一个导演|同一个导演的|同导演|同导演的|
    directed by|director|directed|same director as|the guy who made|the man who made|the woman who made|the person who made|
    the people who made|the one who made|whoever made|the guy behind|the people behind|the team behind|the makers of|
    the guy who directed|the man who directed|the woman who directed|the person who directed|whoever directed
writer: 编剧|编剧的|写的|原著|written by|wrote|writer
composer: 配乐|作曲|配乐的|作曲的|scored by|composed by|music by|composer|score by
artist: 唱的|唱|演唱的|专辑|歌|歌曲|album|albums|songs|sung by|performed by|songs by|album by|albums by|music from
""")
"""The words beside a person's name that say in which role."""

TYPES = table("""
film: 电影|影片|片子|院线片|大片|片|movie|movies|film|films|flick|flicks|feature film|feature films|motion picture|
    feature
series: 电视剧|剧集|连续剧|网剧|剧|追剧|好剧|番剧|迷你剧|片集|series|tv series|tv show|tv shows|tv drama|tv|
    television|miniseries|limited series|season|seasons|box set|something to binge|binge
album: 专辑|唱片|音乐|歌|歌曲|大碟|听歌|album|albums|music|record|records|lp|songs|song|something to listen to|
    to listen to
show: 演出|现场演出|舞台剧|舞台|剧场|戏|live show|live shows|stage show|stage shows|stage|theatre|theater|
    live performance|performance|on stage|night out|gig|something live|go see live
series|show: show|shows
""")
"""Work type, or several any of which is meant → its words."""

SCALES = table("""
year more: 新|新的|新片|新剧|新歌|新专辑|新出的|新上映|刚上映|新鲜|近期|最近|最新|最新的|晚近|recent|new|latest|
    brand new|modern|current|contemporary|up to date|new release|new releases|recently released|just out
year less: 老|旧|老的|老片|老电影|老片子|老剧|老歌|早期|年代久|久远|old|older films|oldies|vintage film|old movies|
    old films|old movie|old film|early
length more: 长|长的|时长长|片长长|久|long|lengthy|epic length
length less: 短|短的|短片|时长短|片长短|短小|简短|短平快|short|quick|brief|bite-sized
episodes less: 集数少|集数短|集少|少几集|短剧|少的集数|few episodes|fewer episodes|not many episodes|shorter season|
    short season
episodes more: 集数多|集多|多几集|长剧|more episodes|many episodes|lots of episodes|longer season|long-running
popularity more: 热门|火|流行度高|大家都在看|知名|有名|出名|大众|主流|经典|口碑好|人气高|popular|
    mainstream|well known|well-known|famous|classic|classics|acclaimed|blockbuster|
    blockbusters|hit|hits|best|everyone is watching
popularity less: 冷门|小众|不火|没什么人看|偏门|独立|宝藏|obscure|niche|underrated|hidden gem|hidden gems|indie|
    lesser known|lesser-known|little known|arthouse|under the radar|off the beaten path
rating more: 高分|评分高|评分高的|评分最高|评分要高|评分好|高评分|评价高|评价好|好评|豆瓣高分|豆瓣评分高|按评分|按评分排|按评分排序|
    评分优先|五星|满分|highly rated|highest rated|best rated|top rated|top-rated|well rated|well-rated|highly-rated|
    high rating|high ratings|good rating|good ratings|great ratings|good reviews|great reviews|well reviewed|
    well-reviewed|critically acclaimed|by rating|sort by rating|sorted by rating|five stars|five-star|5 stars
rating less: 评分低|低分|差评|poorly rated|badly rated|worst rated|lowest rated|bad reviews
""")
"""Facet and direction → adjectives. ``length`` is minutes, or episodes where a series is meant."""

COMPARATIVES = table("""
year more: newer|more recent|more modern|more current|more up to date|later
year less: older|earlier|more old-fashioned
length more: longer
length less: shorter|quicker|briefer
rating more: better rated|higher rated|better reviewed
popularity more: better known|more popular|more mainstream|more famous|better-known
popularity less: less popular|less mainstream|less famous|less known|more obscure|more niche|more indie|more arthouse
""")
"""The same, in the comparative."""

MOODS = table("""
light: 不想动脑|不想动脑子|不用动脑|不用动脑子|不动脑子|不费脑|不费脑子|不烧脑|无脑|
    欢快|愉快|开心|不沉重|小甜|happy|happier|fun|cheerful|lighter-hearted|light hearted|uncomplicated
funny: 逗|好玩|笑|能笑|laugh|laughs|comedic|makes me laugh
romantic: 甜|甜的|撒糖|嗑cp|磕cp|嗑糖|磕糖|谈恋爱|romance vibes
warm: 暖|有爱|feelgood
healing: 清新|小清新|放松心情|relaxed|calming|chill|uplifting gently
sad: 虐|虐的|伤心|想哭的|悲|tragic ending
dark: 暗|沉闷|heavier|depressing|disturbing|twisted
tense: 刺激|惊险刺激|悬|suspenseful|intense|thrills
scary: 恐怖的|惊悚的|吓|吓到|jump scares
thought-provoking: 烧脑的|深|有深度的|动脑|费脑子|complex|brainy|intellectual|meaningful
energetic: 燃|燃的|嗨的|爽|爽的|fun and loud|lively
slow: 慢|慢的
fast: 快|快的|节奏快的|pace faster|faster paced|faster-paced
quirky: 另类的|怪|怪的|奇怪
violent: 打打杀杀|血腥暴力|残忍|violence
nostalgic: 有年代感
epic: 宏大的|大片感|big scale|grander
""")
"""Mood → words beyond the vocabulary's: colloquial, or too plain to be an alias of anything."""

AWARDED = table("""
any: 获奖|得奖|获过奖|拿过奖|得过奖|拿奖|award-winning|award winning|prize-winning|won awards|award winner|
    award winners
""")["any"]
"""Words for having won something, whatever it is."""

FACET_NAMES = table("""
genre: 类型|题材|体裁|风格|genre|genres|kind|type
country: 国家|地区|国别|哪国|产地|country|countries|where it's from
language: 语言|语种|language|languages
year: 年代|年份|新旧|新老|year|years|era|decade|age|when it's from
runtime: 时长|片长|长度|长短|length|runtime|running time|how long
episodes: 集数|几集|number of episodes|episodes
mood: 氛围|心情|情绪|mood|moods|vibe
cast: 演员|卡司|谁演|actors|cast|actor
type: 形式|电影还是剧|format|medium
popularity: 热度|名气|popularity
rating: 评分|打分|分数|豆瓣评分|rating|ratings|score|scores|imdb
""")
"""Facet → what it is called, as in 「类型不限」."""

FOREIGN = {
    "language/zh|language/yue": table("""
zh: 外语|外文|外语片|外文片|外语电影|外语剧|外语的""")["zh"],
    "country/cn|country/hk|country/tw": table("""
zh: 外国|国外|外国片|外国电影|外国剧|外国的|国外的""")["zh"],
    "language/en": table("""
en: foreign|foreign language|foreign-language|foreign film|foreign films|foreign movie|foreign movies|subtitled|
    foreign language film|foreign language films|foreign-language film|foreign-language films""")["en"],
}
"""What is not foreign to whoever says it → the words for foreign."""

SINGLE_CHARACTERS = frozenset("新老旧长短久火甜暖虐悲暗悬吓深燃爽慢快怪笑逗")
"""Adjectives of one character: believed where grammar allows one (老一点, 更长), not inside a word (老师, 成长)."""

FILLERS = table("""
filler: 别忘了|不要忘了|don't forget|关于|说过的|记的|what i said about|that i said about|i said about|要求|喜好|
    的|好看吗|好听吗|好不好看|is it good|any good|要不要|可不可以|好不好|会不会|行不行|适合|故事|剧情|了|吗|呢|吧|
    啊|呀|哦|嗯|哈|嘛|啦|呗|那|就|还|有没有|有|我|你|我们|咱们|大家|请|帮|帮我|给|看|听|部|个|张|场|首|一|几|两|一下|
    一部|一个|一张|一场|几部|几个|可以|能不能|能|好|好的|行|行吧|但|但是|不过|可是|然后|如果|的话|最近想|今天|今晚|
    明天|周末|周日|周六|周五|晚上|下午|现在|待会|等会|一起|这次|什么|啥|哪些|哪个|谁|因为|所以|在|是|对|得|地|里|上|
    会|到|时候|比如|感觉|一般|挺|很|真的|非常|特别|好像|是不是|麻烦|谢谢|优先|看看|点儿|们|它们|吧啊|当|下|大|小|每|
    又|只|才|左右|看的|听的|给我们|陪|带|a|an|the|of|one|ones|please|me|i|we|you|my|our|can|could|would|will|do|does|
    is|are|was|were|it's|that's|i'm|i've|with|for|to|on|in|at|by|from|about|some|any|be|been|being|have|has|had|what|
    which|who|there|here|but|though|however|then|if|because|as|up|out|thing|things|stuff|watch|watching|see|try|go|
    get|got|maybe|perhaps|really|actually|hmm|ok|okay|yes|yeah|yep|well|oh|hey|hi|thanks|thank|tonight|today|tomorrow|
    sunday|saturday|friday|weekend|evening|afternoon|night|now|this time|kind|sort|us|your|not sure|let's|let|think|
    i think|bit|lot|much|very|quite|pretty|only|just|also|too|than|let me|listen|hear|new york|two|three|s|d|ll|ve|re|
    m|t|them|of the|preferably|fine|anything|heard good things about|i've heard good things about|heard of|i've heard of|
    i've heard that|镜头|内容|的那种|片段|ideally|still|already|in the
""")["filler"]
"""Words that say nothing here; what is left of a turn without them has not been understood."""
