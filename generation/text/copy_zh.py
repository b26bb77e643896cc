"""Chinese copy: the lines a copywriter would reach for, by what the work is. The grammar is that of ``phrases``.

Whatever states a fact does so through a slot. The rest invites, sets a scene or describes the genre and the mood the
catalogue gives the work. Nobody here claims to have watched it: an invented "我看哭了" is a false testimonial.
"""

from __future__ import annotations

from generation.text.phrases import tables

__all__ = ["COPY"]

COPY = tables(
    """
== when
film|series mood/light|mood/funny :: 下班[瘫在沙发上|到家踢掉鞋|不想动脑]的晚上
show mood/light|mood/funny :: [下班约上朋友|想笑出声]的晚上
mood/light :: [什么都不想做|只想发呆]的[下午|周末]
film|series mood/funny :: [朋友凑齐|一家人窝在一起]的[晚上|周末]
!show mood/warm|mood/healing :: [下着雨|有点降温|没人打扰]的[周末|下午|晚上]
mood/warm|mood/healing :: [累了一整天|心里有点空|有点想家]的[晚上|时候]
mood/sad :: [想一个人待着|想好好哭一场|说不出哪里难过]的[晚上|时候]
mood/romantic film|series :: [靠在一起|想牵手又没牵|心里有个人]的[晚上|时候]
mood/romantic show :: [想牵手又没牵|第一次约会|心里有个人]的[晚上|时候]
mood/romantic album :: [想起一个人|走在回家路上|夜里睡不着]的时候
film|series mood/tense|mood/scary :: [关了灯|手机静音|窗帘拉上]的[深夜|晚上]
mood/dark :: [夜深人静|城市安静下来|不想说话]的[晚上|时候]
mood/epic film|series :: [有一整块时间|没有安排|适合拉上窗帘]的[周末|下午]
mood/epic album :: [想把音量推上去|一个人开车|站在窗边]的时候
!show mood/thought-provoking :: [不想刷手机|想静一静|睡前还清醒]的[晚上|时候]
!show mood/slow :: [不赶时间|泡好一壶茶|阳光正好]的[下午|周末|清晨]
mood/fast film|series :: [不想快进|想一口气看完|困但不想睡]的[晚上|时候]
mood/nostalgic :: [翻到旧照片|和老朋友聊起从前|路过母校]的时候
mood/inspiring :: [又想放弃|站在新起点|周一早上没精神]的时候
mood/quirky :: [看腻了套路|想换换脑子|什么都提不起劲]的时候
!show mood/dreamy :: [半睡半醒|黄昏开着灯|雨刚停]的[傍晚|时候|午后]
mood/energetic album :: [在跑步机上|通勤路上犯困|收拾屋子|赶早高峰]的时候
mood/energetic show :: [坐了一天|浑身没劲]的时候
mood/violent !album :: [想看点硬货|压着一口气]的时候
mood/violent album :: [想听点硬的|压着一口气]的时候
album :: [戴上耳机|末班地铁上|夜里独自走路]的时候
film :: [周五|周末]的[晚上|夜里]
series :: [周末|下班后|睡前]的空当
show :: [想换个地方待一晚|不想再刷手机]的时候
free :: [周末|下班后|不忙]的时候
== feel
mood/light film|series :: [不费脑子|轻轻松松]，[往沙发上一躺就好|跟着走就行]
mood/light album|show :: [不费脑子|轻轻松松]，跟着走就行
mood/funny :: [笑点|好笑的地方]一个[接|跟着]一个
mood/funny :: 笑着笑着，[又|忽然]有点[认真|走心]
mood/warm :: [不声不响|悄悄]地，把[人|心]焐热了
mood/warm :: [热气|人情味]都在[小事|细处]里
mood/romantic film|series|show :: 心动都藏在[眼神|细节|没说完的话]里
mood/romantic album :: [喜欢|心动]都[写|藏]在歌里
mood/sad :: 纸巾[先|得]备一包
mood/sad :: 难过[来得很轻|是后劲上来的|不大声，却很长]
mood/dark !show :: 灯[调暗一点|关小一点]，更对味
mood/dark :: [越往深处|走得越深]，[人心|影子]越清楚
mood/tense film|series|show :: [一口气|一颗心]提着，[轻易放不下来|不敢走神]
mood/tense album :: [弦|鼓点]绷着，[人也跟着绷着|一刻不松]
mood/scary !show :: [胆小的|怕黑的]，[拉上朋友|开着灯]{watch}
mood/scary show :: [胆小的|怕黑的]，[拉上朋友|结伴]去
mood/epic :: [气口很长|格局很大]，[值得|适合]留[出整块时间|一个完整的晚上]
mood/thought-provoking :: {watched}[能聊上半天|值得安静一会儿|脑子停不下来]
mood/slow :: 它不赶，[你也慢下来|你也别急]
mood/fast :: 节奏[紧|利落]，[一晃就到结尾|不给人走神的空]
mood/nostalgic :: [旧日子|老时光]的味道，[一下子回来了|全在里面]
mood/inspiring :: [泄气|没劲]的时候{watch}，[刚好|正对症]
mood/violent :: [下手很重|不绕弯子]，心脏要稳
mood/violent film|series :: [下手很重|拳拳到肉]，[心脏要稳|胆小慎点]
mood/quirky :: 脑回路有点[怪|野]，越{watch}越上头
mood/dreamy :: 像[半睡半醒|午后睡着]时的一个[梦|长梦]
mood/healing :: [累|烦]的时候{watch}，[像有人轻轻拍拍你|慢慢就缓过来了]
mood/energetic album|show :: [前奏一起|一开场]，[身体先动起来|人就坐不住]
mood/energetic film|series :: 从[头|开场]到[尾|收场]，[一股劲儿|浑身是劲]
== theme
genre/romance film|series|show :: [有些话|那句话]，[晚一步就来不及|早一秒晚一秒都不对]
genre/romance film|series|show :: [遇见|喜欢上]一个人，[只要一眼|从来不讲道理]
genre/crime :: [人人|每个人]都有[不能说的|想藏起来的]事
genre/crime :: [一步错|踏错一步]，[步步都要还|回头路就窄了]
genre/suspense|genre/mystery :: [真相|答案]，[藏在没人留意的地方|往往不声不响]
genre/suspense|genre/mystery :: [别信|先别信]你看到的[第一眼|东西]
genre/science-fiction :: 未来[很远|很大]，人心[很近|很小]
genre/science-fiction :: [科学|未来]只是外壳，[里面还是人|装的是人]
genre/war :: [炮火|硝烟]里，[也有人想回家|人还是人]
genre/history|genre/costume :: [一朝|百年]起落，[几人|谁]知冷暖
genre/history :: [大时代里|洪流之下]，[小人物也要选|谁都得作一次选择]
genre/costume film|series :: 衣袂[之下|翻过]，[都是人心|算的都是人心]
genre/wuxia :: [剑|刀]在手，[情在心|义在前]
genre/wuxia :: [江湖很大|江湖路远]，[容不下一句真心话|人情更远]
genre/comedy !mood/sad :: 先[笑|乐]了再说
genre/comedy !mood/sad :: 笑[完|够]了，[日子|生活]也[轻了一点|没那么难]
genre/drama film|series|show :: [日子|人生]没有[彩排|标准答案]
genre/drama film|series|show :: [说不出口的|咽下去的]，[都在戏里|都演给你看]
genre/family-life|genre/family :: [吵吵闹闹|磕磕绊绊]，[才|也]是一家人
genre/family-life|genre/family :: 家[里|长里短]，[藏着整个人间|哪有什么小事]
genre/youth :: 那年[夏天|的我们]，[谁都没忘|跑得飞快]
genre/youth :: 长大[这件事|]，[没人教过|总要疼一下]
genre/horror :: [门后|黑暗里]，[有人在等|别回头]
genre/thriller :: [脚步|呼吸]放轻，[它听得见|别出声]
genre/action :: [退不了|躲不开]，[就迎上去|那就打]
genre/adventure :: 出发，[再说害怕|不问归期]
genre/fantasy :: 推开门，[是另一个世界|换一个世界]
genre/fantasy-xianxia :: [几世|三生][轮回|等待]，[还是你|只为一人]
genre/animation :: [画里画外|动起来的]，[都是心事|都是人间]
genre/biography :: 一生[很长|很短]，[也不过几个选择|拐弯的就那几步]
genre/documentary :: 镜头[停下来|慢下来]，[生活自己会说话|就什么都看见了]
genre/sport :: [胜负|输赢]之外，[还有一口气|还有人]
genre/music|genre/musical :: [开口|一开口]，[心事就藏不住|就停不下来]
genre/western :: [黄沙|风沙]里，[恩怨要清|各凭一枪]
genre/spy :: [名字|身份]是假的，[命是真的|心是真的]
album genre/pop :: 按下播放，[心事有人唱|世界小声一点]
album genre/rock :: [音量开大|开大声]，[别解释|先别说话]
album genre/folk :: 把[日子|心事]唱[慢一点|轻一点]
album genre/jazz :: 夜[深|长]了，[摇摆刚好|就让它摇摆]
album genre/classical :: 静下来，[让旋律说话|听见时间]
album genre/hip-hop :: [有话直说|话不绕弯]，[踩着拍子说|拍子上见]
album genre/electronic :: [灯一暗|夜一深]，[拍子就来|节拍接管一切]
album genre/r-and-b|genre/soul :: 情话[慢慢唱|不用大声]
album genre/metal :: [音墙推过来|失真一响]，[站稳|别眨眼]
album genre/chinese-style :: [旧韵|古意][新唱|新声]，[一听入画|满耳山水]
album genre/soundtrack :: [画面|故事]散场，[旋律还在|音乐不散]
album :: [从头到尾|按顺序]，[好好听一张|听完一张]
album :: [音乐一响|唱针落下]，[世界退后一步|别的都往后放]
genre/play :: [灯亮了|幕拉开]，[人间上场|戏就开始]
genre/opera :: [幕启|灯暗]，[爱恨都用唱的|一声就是一生]
genre/chinese-opera :: [锣鼓一响|一开嗓]，[悲欢上台|人就入戏]
genre/dance|genre/ballet :: [不说一句|一句台词也没有]，身体[全说了|会讲]
genre/stand-up :: 一支话筒，把[烦心事|日子]讲成[笑话|段子]
genre/concert :: [灯暗了|前奏响了]，[一起唱|别坐着]
show :: [灯光|大幕]之下，[见人间|见真章]
show !genre/concert :: [没有重来|没有剪辑]，[一切在眼前发生|一气呵成]
film :: 灯[暗下来|一关]，[故事就开始|就换一种人生]
series :: 一集[接一集|又一集]，[放不下|天都亮了]
free :: [好时光|开心的事]，[别一个人藏着|留一份给自己]
free :: [叫上朋友|带上好心情]，[一起来|约起来]
free :: [日子|生活]里，[总要有点盼头|留点热闹给自己]
== hook
film|series|show :: [今晚|这周末|今天下班后]，[看点|来点]{genre}？
film|series|show :: {teaser}[然后呢？|后来呢？|你猜后来怎么了？]
film|series|show !tone/formal :: 如果[你|换成你][在场|是他们]，会怎么[做|选]？
album :: [耳机里|通勤路上|今晚]，[放点什么|该听点什么]？
album :: [有的歌|有些旋律]，[一听就知道是谁|前奏一响就想起从前]。
work :: <theme>。
work :: <theme>。
work :: <theme>——[说的就是|这就是|这是]《{name}》。
work :: <when>，[该|就]{watch}点[什么|好的]？
work :: <when>，[适合|不如|就]{watch}《{name}》。
mood/sad :: [先说好|提个醒]：备好纸巾。
mood/sad !show :: [先说好|提个醒]：别在地铁上{watch}。
mood/funny !show !mood/sad !tone/formal|tone/literary :: [警告|提醒]：喝水的时候别{watch}。
mood/scary !show !tone/formal :: [胆子小的|怕黑的]，先看清楚再点[进来|开]。
mood/tense film|series :: [先去一趟洗手间|先把手机静音]，[开场以后|点开以后]就[不想起身|走不开]了。
mood/slow :: [慢一点|先别急]，[这一{mw}|《{name}》][不赶时间|值得慢慢{watch}]。
mood/nostalgic :: 还记得那[几年|时候|段日子]吗？
mood/thought-provoking :: [有些问题|有的问题]，{watched}[才刚刚开始|反而更想问]。
genre/suspense|genre/mystery film|series :: [先别看剧透|千万别查结局]，[线索|答案]自己找。
genre/horror film|series :: [关灯|拉上窗帘]，[敢不敢|要不要]{watch}？
genre/stand-up :: [今天|这周]笑过了吗？
tone/playful film|series :: [家人们|姐妹们|朋友们]，[片单|清单]该更新了！
tone/playful album :: [家人们|姐妹们|朋友们]，歌单该更新了！
tone/playful show :: [家人们|姐妹们|朋友们]，周末有安排了！
tone/playful work :: [嘘——|等等，]先别划走！
tone/warm work :: [辛苦了|这一天够长了]，[坐下来歇会儿|给自己留点时间]。
tone/literary work :: [有些故事|有的声音]，[适合在夜里打开|要等一个安静的晚上]。
tone/formal work :: [向您推荐|为您介绍]《{name}》。
tone/punchy work :: [就现在|别等了]，《{name}》。
{director} film|series|show :: {director}[的镜头|手里的故事]，[从这里开始|这次落在{genre}上]。
free :: [有个消息|好消息]：{topic}[来了|，就等你]。
free :: {topic}，[来了|开始了|等你来]。
free audience :: {audience}，[看这里|这条给你]：{topic}。
free :: <theme>。
audience work :: [写给|送给]{audience}：《{name}》。
audience work !tone/formal :: {audience}，[看过来|这{mw}给你]。
== story
{line}
{line}
[故事从这里开始|一句话说清楚|故事是这样的|讲什么]：{line}
《{name}》[讲的是|说的是]这样一件事：{line}
== spoken_story
{line}
[故事|事情]是这样的：{line}
{line}
== credit
{credits}。
[这{mw}{genre}|《{name}》]，{credits}。
film|series|show :: {year}年，{credits}。
album :: {credits}，{year}年。
== texture
{kind}，<feel>。
[这是|它是]一{mw}{kind}，<feel>。
<feel>。
[一句话形容：|]<feel>。
想{watch}{kind}的，[这{mw}可以|先{watch}这{mw}]。
== moment
work :: 适合<when>。
free :: [周末有空|下班有空|约上朋友]，[来看看|来凑个热闹]。
work :: <when>，[正好|刚好]{watch}。
[最宜|不如]：<when>，{watch}《{name}》。
film|series|album :: [收藏|存]着，<when>[再拿出来|点开]{watch}。
== for_whom
[很|正|格外]适合{audience}。
[给|送给|写给]{audience}。
{audience}，[这是给你的|说的就是你]。
== offer
{offer}。
[顺带一提|对了]，{offer}。
== must
{must}。
== ask
film|series|show :: [你|换成你][会怎么选|会站哪一边]？[评论区|]聊聊。
film|series|show :: {watched}的朋友，最后[那一幕|一场]怎么[理解|看]？
album :: [你先循环了哪一首|哪一首是你的单曲循环]？
work :: [你在什么时候想{watch}它|打算什么时候{watch}]？
work :: [你|大家]是[什么时候|跟谁一起]{watch}的？
work :: [还有哪{mw}|你还想到哪{mw}][像它|差不多味道]？[评论区见|聊聊看]。
genre/comedy !mood/sad :: 笑点[高不高|低不低]，[评论区报个数|来测一测]？
free :: 你[打算和谁一起|最期待什么|会来吗]？
free :: [想来的|有兴趣的][留个言|举个手]？
== cta
{cta}。
film|series|album !cta :: [今晚|这周末|现在]就{watch}《{name}》。
show !cta :: [下个周末|哪天有空]，去看《{name}》。
work !cta :: [上|打开]{brand}，[搜|找]《{name}》。
work !cta :: 先[收藏|存]起来，[周末|有空|想起来]就{watch}。
work !cta :: [加进|放进]你的[想{watch}清单|清单]，[慢慢{watch}|别忘了]。
work !cta tone/playful :: [戳|点]进{brand}，[搜《{name}》|和它见一面]！
free !cta :: [详情|更多][上{brand}看|在{brand}]。
free !cta :: 上{brand}，[看看怎么参加|了解详情]。
== note_title
film|series|show :: {teaser}
work :: <theme>
work :: <when>{watch}什么
work :: <when>，{watch}它
work :: 《{name}》｜<theme>
work :: 《{name}》｜{kind}
work :: 《{name}》，{kind}
film|series :: [今日片单|今天推荐|片单更新]｜《{name}》
album :: [今天听这张|今天推荐|歌单更新]｜《{name}》
show :: [今天推荐|剧场见|下次看什么]｜《{name}》
mood/sad :: 《{name}》，先备纸巾
mood/funny :: 《{name}》，[专治|负责治]不开心
mood/healing :: [累了|烦了]就{watch}《{name}》
free :: {topic}
free :: {topic}，[来了|约吗|一起吗]
== video_title
work :: 《{name}》：<theme>
work :: {teaser}《{name}》
work :: <theme>｜《{name}》
work :: [认识一下|聊聊|说说]《{name}》
work :: {kind}：《{name}》
free :: {topic}｜<theme>
free :: {topic}
== spoken_hook
film|series|show :: {teaser}后来呢？
film|series|show :: [如果是你|换作是你]，[你会怎么办|你怎么选]？
work :: <theme>。
film|series :: <when>，你在看什么？
work :: <when>，[你在做什么|听我一句，{watch}《{name}》]。
work :: [先别划走|等一下]，[给你|跟你]说{mw_one}{kind}。
work :: 想{watch}{kind}的，[停一下|听我说|看这里]。
audience work :: {audience}，[停一下|听我说|这条给你]。
free :: {topic}，[听说了吗|知道了吗]？
free audience :: {audience}，[停一下|这条给你]。
free :: <theme>。
== spoken_credit
{credits}。
{credits}。
{year}年的{genre}，{credits}。
== spoken_cta
{cta}。
work !cta :: [想{watch}的|感兴趣的]，[上{brand}搜|去{brand}搜]《{name}》。
work !cta :: [先收藏|点个收藏]，[周末|晚上|有空]{watch}。
film|series|album !cta :: [今晚|这周末]，[就{watch}|陪你{watch}]《{name}》。
film|series|album !cta :: 《{name}》，[今晚见|不见不散|等你打开]。
show !cta :: 《{name}》，[剧场见|不见不散]。
free !cta :: [详情|想来的]，上{brand}[看|搜一下]。
free !cta :: {topic}，[等你|不见不散]。
== spoken_hello
work :: [今天说|说说|来聊聊]《{name}》。
work :: 这[一{mw}|{mw}]，叫《{name}》。
work :: 这是《{name}》。
free :: 说的是{topic}。
== headline
work :: 《{name}》：<theme>
work :: <theme>｜《{name}》
work :: <theme>：《{name}》
work :: {teaser}｜《{name}》
work :: 《{name}》：{teaser}
work :: <when>，{watch}《{name}》
work :: 《{name}》：<feel>
work :: 《{name}》，适合<when>
work :: {maker}《{name}》：<theme>
work :: {maker}｜《{name}》，<theme>
work :: 《{name}》：{kind}，<feel_short>
work :: {kind}《{name}》，<feel_short>
work :: <feel_short>，《{name}》
work :: {year}年的《{name}》，<feel_short>
audience work :: [写给|给]{audience}：《{name}》
audience work :: {audience}，[不妨|有空]{watch}《{name}》
free :: {topic}｜<theme>
free :: {topic}，[来了|等你|开始了|就在这几天]
free :: [有空吗|这周末]？{topic}
free audience :: {audience}：{topic}，<theme>
== feel_short
mood/light :: 不费脑子
mood/light series :: 轻松下饭
mood/funny :: [笑着{watch}|负责好笑|专治不开心]
mood/warm :: [心里一热|暖得不动声色|热气腾腾]
mood/romantic :: [心动都在细节里|关于喜欢]
mood/sad :: [后劲不小|先备纸巾|难过得很安静]
mood/dark !show :: [夜里{watch}|关灯更对味]
mood/tense :: [别走神|大气不敢出]
mood/scary !show :: [胆小慎点|开着灯{watch}]
mood/epic :: [气口很长|留出整块时间]
mood/thought-provoking :: [{watched}再聊|想得久一点]
mood/slow :: [慢慢{watch}|不赶时间]
mood/fast :: [一口气{watch}|不给走神的空]
mood/nostalgic :: [旧日子的味道|像回到从前]
mood/inspiring :: [给自己打口气|再试一次]
mood/violent :: [不绕弯子|硬碰硬]
mood/quirky :: [越{watch}越上头|脑洞有点大]
mood/dreamy :: [像个长梦|半梦半醒]
mood/healing :: [慢慢缓过来|累了就{watch}]
mood/energetic :: [一身是劲|坐不住]
film|series|album :: [今晚{watch}|留给周末|值得一个晚上|放进清单|这就{watch}]
show :: [留给周末|值得一个晚上|值得出趟门|放进清单]
== push_title
film|series|show :: {teaser}
work :: <theme>
work :: <theme>
work :: {kind}，<feel_short>
work :: <when>，{watch}它
film|series|album :: [今晚|这周末]{watch}《{name}》
work :: 《{name}》，<feel_short>
audience work :: {audience}，[看这里|给你的]
offer :: {offer}
free :: {topic}
== push_body
work :: {line}
work :: 《{name}》：{line}
work :: 《{name}》，{credits}。
work :: 《{name}》，{kind}，{credits}。
film|series|album :: 《{name}》，<feel_short>。[点开就{watch}|点这里{watch}|来{watch}]。
show :: 《{name}》，<feel_short>。[点开了解|来看看]。
work :: 《{name}》，适合<when>。
work :: <theme>。{credits}。
film|series|show :: {kind}，{credits}。[点开看看|来看看]。
album :: {kind}，{credits}。[点开听听|来听]。
work :: <feel>。适合<when>。
work :: [给自己留一{mw}|找个晚上留给]《{name}》，<feel>。
offer work :: 《{name}》：{offer}。
offer free :: {offer}，[点开看详情|点这里]。
must !offer work :: 《{name}》：{must}。
must !offer free :: {topic}：{must}。
must offer work :: 《{name}》：{offer}，{must}。
must offer free :: {offer}，{must}。
free :: {topic}，[点开看详情|等你来|点这里了解]。
free :: <theme>。{topic}，[点开|点这里]看看。
cta work :: 《{name}》，<feel_short>。{cta}。
== sms_body
offer work :: 《{name}》：{offer}。<sms_cta>
offer work :: {offer}！《{name}》，<feel_short>。<sms_cta>
offer work :: <theme>，《{name}》[等你|在等你]。{offer}。<sms_cta>
offer free :: {topic}：{offer}。<sms_cta>
must !offer work :: 《{name}》：{must}。<sms_cta>
must !offer free :: {topic}：{must}。<sms_cta>
must offer work :: 《{name}》：{offer}，{must}。<sms_cta>
must offer free :: {topic}：{offer}，{must}。<sms_cta>
offer free :: {topic}[来了|开始了]，{offer}。<sms_cta>
work !offer :: <theme>。《{name}》，{kind}。<sms_cta>
work !offer :: 《{name}》：{line}<sms_cta>
work !offer :: 《{name}》，{credits}。<feel_short>。<sms_cta>
work !offer :: <when>，[不妨|就]{watch}《{name}》。<sms_cta>
work !offer :: [想找|想{watch}]{kind}？《{name}》，<feel_short>。<sms_cta>
work !offer :: 《{name}》，<feel_short>。<sms_cta>
free !offer :: {topic}[来了|开始了]，<theme>。<sms_cta>
free !offer :: <theme>。{topic}，[等你来|欢迎来]。<sms_cta>
work !offer :: <theme>。《{name}》，<feel_short>。<sms_cta>
work !offer :: <theme>。{kind}《{name}》。<sms_cta>
work !offer :: {kind}《{name}》，适合<when>。<sms_cta>
work !offer :: 《{name}》，<feel>。<sms_cta>
work !offer :: <feel_short>，《{name}》。适合<when>。<sms_cta>
work !offer audience :: {audience}，《{name}》在这里等你，<feel_short>。<sms_cta>
== sms_cta
work !cta :: [想{watch}|感兴趣]，上App[搜名字|找它]。
{cta}。
work !cta :: 打开App搜一搜。
film|series|album !cta :: 打开App{watch}《{name}》。
work !cta :: [详情见App|请打开App]。
work !cta :: [上App搜|App内搜]《{name}》。
free !cta :: [详情见App|请打开App]。
free !cta :: 打开App[看看|了解详情]。
== search_title
work :: 《{name}》
work :: {genre}《{name}》
work :: {kind}《{name}》
film|series|album :: [今晚|周末]{watch}《{name}》
show :: 去看《{name}》
work :: {maker}《{name}》
work :: {year}年《{name}》
free :: {topic}
free :: {topic}[详情|来了]
== search_head
work :: {kind}
work :: <feel_short>
work :: <theme>
work :: {maker}
work :: {year}年{genre}
work :: [想{watch}|找]{genre}？
offer :: {offer}
free :: <theme>
== search_desc
work :: {line}
work :: 《{name}》，{credits}，{kind}。
work :: {kind}，{credits}，<feel_short>。
work :: 《{name}》：<theme>。适合<when>。
work :: <feel>。[上{brand}|打开{brand}][了解|搜]《{name}》。
work :: 想{watch}{kind}？《{name}》，{credits}。
offer :: {offer}。[上{brand}看详情|打开{brand}了解]。
must work :: 《{name}》：{must}。
must free :: {topic}：{must}。
cta :: {cta}。
free :: {topic}，<theme>。[上{brand}|打开{brand}]了解详情。
free :: <theme>。[详情上{brand}|{brand}等你]。
== poster_line
{line}
== poster_feel
<feel>
{kind}，<feel_short>
<when>，{watch}《{name}》
work :: 适合<when>
== tagline
<theme>
<theme>
<theme>
film|series|show :: {teaser}
mood/sad :: [别哭|不许哭]，[这才刚开始|还没到最后]
mood/nostalgic :: [回不去的|走散的]，[都在这里|在这里重逢]
mood/warm|mood/healing :: [慢慢来|不着急]，[有人等你|灯还亮着]
mood/tense :: [屏住呼吸|别出声]
mood/epic :: [山河|岁月]为证
mood/thought-provoking :: [答案|对错]，[你来定|不在别处]
mood/inspiring :: [再试一次|再走一步]
mood/dark :: [光照不到的地方|影子里]，[也有人|藏着人]
mood/funny :: [笑一个|别绷着]，[人生才好过|再说]
mood/dreamy :: [醒来之前|天亮之前]，[再待一会儿|别叫醒我]
mood/romantic :: [喜欢|爱]这件事，[藏不住|没有道理]
mood/energetic :: [开场|开声]，[就停不下来|别坐着]
mood/quirky :: [正常|循规蹈矩]，[就没意思了|是别人的事]
mood/slow :: [慢一点|再慢一点]，[才看得清|时间还长]
mood/light :: [别皱眉|松口气]，[这一段不沉|天塌不下来]
mood/violent :: [硬碰硬|拳头硬]，[才见真心|也有软处]
mood/scary :: [灯|门]，[别关|开着]
mood/healing :: [喘口气|停一停]，[再往前走|没关系]
album mood/quirky|mood/dreamy :: [耳朵|声音]里[另有一个世界|住着一个怪念头]
album mood/sad|mood/romantic|mood/nostalgic :: [没说出口的|来不及说的]，[都唱了|唱给你听]
album mood/epic|mood/energetic :: [音乐|声音]一起，[山海都近了|天地变大]
"""
)
"""Tables of Chinese copy by name."""
