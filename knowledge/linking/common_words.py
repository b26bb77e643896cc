"""Everyday words: a title made of nothing else needs more than its letters before it counts as the title.

「活着真好」 is not about the film, nor is "she made her friends laugh" about two of them. The lists hold words people
use in ordinary talk, with an eye to those that are titles too; they are not complete and need not be.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["is_common"]

_ENGLISH = """
    a able aboard about above abroad abstract accept accepts accessible accident accidentally according account
    across act acted action activation active activity actor actress added address adds admit adopted adore adult
    advert advertise advertisement advertising advice affair affect affirm afraid after afternoon afterwards again
    against age agents ago agree agrees ahead air airline airport alarm album alien aliens alive all alley allow
    allowed almost alone along aloud already also always am amazing american among amount an and angel angels anger
    animal animals anniversary annoying annual another answer anthem antique any anybody anymore anyone anything
    apart apartment appeal appear appeared apple applies apply appointment appreciate approved apps archaeologist
    are arena arms army around arrival arrive arrived arrives art artist as ashore ask asks assistant astronaut at
    audience audio aunt author authorisation auto automatic automatically autoplay available avatar awake awards
    away awesome awful baby back background backwards bad balance balls banana band bandit bandits bank banker
    barbie bare barely bark barrister based basement batch bathroom battery bay be beach bear beast beat beats
    beautiful beauty because become bed bedroom been beer before beforehand began beggar begin beginning behind
    being believe bell belle belongs below beneath beside best betrayed better between beyond bicker big bigger
    biker billing binge bird birds birth birthday bit bite bitter black blah blank blind blocked blood blow blue
    blurb blurry board boat bodies body bolt bomb bond book books boot bored boring born borrows boss bosses both
    bother bottle bottom bought bound bounty bowl box boxer boy boyhood boys brain brave brazil bread break
    breakfast breaking breath bride bridge brief bright bring broker brothel brother brothers brown browser brush
    buffering bug build building builds built bullet bullied burgers buried burn bus business but butter button buy
    by cache cadet cake calendar call called calls calories came camera camp can cancel cancelled cancelling cancels
    cancer candy cannot cape capital captain caption captions captured car care career careful careless carol
    carries carry cars case cash cast castle cat catalog catalogue catch catcher catches catchy cats cave ceiling
    centuries century chained chair champion chance change changing chant chaos character characters charade charge
    charged charges chase chat chats chatting cheap cheaper cheating check checkout cheers cheesy chef chess chest
    chicago chicken child childhood childish children chocolate choice choir choose choosing chosen christmas church
    city civil class clean cleaner clear clerk cleverest click client climate climbs clock close closer closing
    cloth cloud cloudy clown club coach coast coco code coffee coin cold colleague collect collected collection
    collector college colonel color colour columnist come comedy comes comfort coming commands comment comments
    commercially community companion company compare compete complain complaint complete complicated composed
    composer computers con concert condemned confession confirm confirmed confirming connect consent contact content
    continue continuing continuous contract control conversation conversations cook cool cop copy corner corpses
    correct cost costs could count countdown counted counterfeiter country counts couple coupon coupons courier
    course court courtesan courtyard cousin cover covers crack crap crash crashes crazy create creator credit
    credits crew cries crime critique crosses crowd crown crush cry cupboard cure current curtains customer
    customers cut dad daddy daily dance dancer dancers dancing danger dares dark darkness data date dating daughter
    day daylight days dead deaf deal dealer dear death debt decade decades decent decide decides declined deep deer
    default defends delay delete deleted deleting deletion delinquent dentist deny depends deposit depressing deputy
    describe description desert designed desk desktop destiny detail details detected device devices diagnosis
    dialogue diary dice did die differ difference different difficult digit dinner dinosaur direct directed director
    directors dirty disagree disappear disappeared disappears disappointed disaster disciple disco discount
    discounts discovers disgraced dish dislike display distance distorted divorced do docks doctor doctors document
    documentary does dog dogs doing dollar done door double doubt down downgrade download downloaded downloads
    downtown draft dragon drama drawn draws dream dreams dress drift drifts drink drive driven driver driving drop
    dropping drowned drug drugs drums dry duchess dumped during dust duty each early earth earthquake east easy eat
    edge edit editors effect egg eight eighties electricity electronics eleven elf else elsewhere email emails
    empire empty encrypted end ending enemy engine engineer engines enjoy enough entire entry envy episode episodes
    erased erasure error essay estate even evening ever every everybody everyone everything everywhere evil ex
    exactly exam example examples except exist exit expect expedition expensive experience expire expired expires
    expiry exploding export external extra eye eyes face fail failed failing fails fall falling fame families family
    famous fan fantasy far farewell fargo farm farmer fast fat father faulty favorite favourite fear features
    feedback feel feelings fees feet feud fever few fewer field fifth fifty fight file film filmography filter
    filters filthy final finally find fine finish fire first fish five fixed flat flatmate flees flies flight floor
    flower fly folk follow food fool foot football for force forecast forest forever forget forgot forgotten form
    former forrest fortune forty forward foul found four fourteen fourth fox frame free freedom freeze freezes
    freezing fresh friday fried friend friends friendship from front frozen fruit frustrated frustrating fugitive
    full fun functions funny fury future gains gambler game games garden gardener gate gather gathers gave gems
    general generated generation genius genre genres get getting ghost giant gift girl girlfriend girls give given
    giving glass glimpse glowing go goal god goes going gold goldfish gone good goodbye got gotta grace graduate
    grand grandfather grandmother grass gravel gravity grease great greedy green greet grey grief grieving ground
    grow guard guards guess guest guide guilty guitar gun guy guys hack had hair half halfway hall ham hamilton hand
    handler handles hands hangs happen happier happiness happy hard harder hardest hardly harry has hat hate haunted
    have he head headline headlines headphones headquarters health hear heart heartbreak hearts heat heaven heavy
    heir heiress held hell hello help helpful her here hero heroes herself hide hides hiding high higher hill him
    himself hire hired hires his hit hitman hobbies hold hole holiday home homeland homework honest honey hook hope
    hopeless hoping horoscope horror horse hospital hostage hosts hot hotel hour hours house household housewife how
    human hunchbacked hundred hunger hungry hunt hunters hurts husband i ice icon idea idol if ignores ii iii
    illness image imagine imperial in included includes including info inform information inherits innocent inside
    insists inspector install instead instructions interest interested interesting interface internet into
    introduces invalid invented inventor invest invites inviting invoice iron is island issue issued it itself
    jacket janitor jaws job join joins joke joker joking journey joy judge juice jump june junior just justice
    karaoke keep kept key kick kicked kid kidding kids kill kilometres kind kindest kindly kindness kinds king
    kingdom kiss kitchen knew knife knight knock know known la label lady lagging lake lakeside land landlady
    landlord lane language laptop large last late later latest laugh launch lavish law lawyer lazy lead leader lean
    learn least leave leaving left leg legend length less let letter letters level library licence licensed lie life
    light like limit limits line link linked lion list listen little live lives living load loading local location
    locked locks logan login loki lonely long longer look looking loops lord lose losing lossless lost lot loud love
    loved lovely lover low luca luck lucky lunch lying lyrics mad made madness magazine magic magistrate maid mail
    main mainstream make male man manage manager manners manual many marathon marches marked market marketing
    marriage married marry mask master match mates matter may maybe me meal mean meant meanwhile meat media medicine
    medium meet meetings mellow melodies member members membership memberships memory men menu mess message method
    methods microphone middle midnight might milk mill million mind mine mining minor minute mirror miss mission
    mistake mistaken misunderstood mixes mode models mom moment monastery monday money monk monologue monster month
    monthly moon moonlight more morning mortgage most mostly mother motorway mountain mouse mouth move movie movies
    mr mrs much mud mum murder murmurs museum music musician must mute my myself mystery name named nature navy near
    nearly necessary neck need neighbour neighbours neither nephew nervous never new newer newest newly news
    newspaper next nice night nightclub nights nine nineties no nobody noise none nonsense noon nope normal north
    northeastern northern nose not notes nothing notice notifications notify novel novelist novice now null number
    nurse nursery oath object occupation occupied ocean of off offer offered offers office officer officers official
    officials offline often oh oil ok old older oldest on once one online only open opera opinion opposite option
    options or orange order ordinary organ orphan orphans other otherwise our out outcome outlaw outline outside
    over overlooked overseas own owner package page paid pain paint painter pair paper paradise paragraph paralysed
    parasite parcel parental parents paris park part particular parties partner party pass passed passenger
    passengers passes passport password past pastry path pause pay payment peace pearl peasant penniless people
    percent perfect performer performs perhaps permission permissions permit person persona personal personalised
    petty phone phonetics photo photograph photographer photographs physicist physics piano pick picture piece pig
    pill pills pilot pineapple pink pixelated place plain plan plane planet plant plastic plateau platform play
    playback playboy player playful playlist playlists please plenty plot plus poem poems poet point poison police
    policeman policy polite politics pool poor pop popular port pose poses position possible post posted poster
    postman potatoes power practises prefer preferences pregnant premiere premium presale present president press
    pressure pretty preview price pride primary prince print prison prisoners privacy private prizes probably
    problem professor professors profile profiles program programme programmer progress project projector promise
    promo promoted proof properly prosecutor protect psychiatrist psycho public publish pull punk pupil purchase
    purchases purple push put quality quarrel quarter queen question queue quick quiet quietly quit quite quits race
    radio ragged rain rainbow raining rainy raised raises raising raps rate rated rather rating ratings ray reach
    reached reaches read reader ready real reality really reason rebels recap receipt received recent reckless
    recognise recommend recommendation record recorded recording recordings records recover recovers recovery red
    redeem refresh refreshing refund refundable refuse refuses region regions register registered rejected rejoin
    relax release released releases remaining remakes remember remind reminder remote remove removed removes renew
    renewal renewals renews rent rental rentals repeating report reporter representative request required
    requirements requires rescue reset residents resolution rest restart restaurants restrictions resume retire
    retired retold return revenge reverse review reviews revolution reward rice rich richest ride ridiculous right
    ring rise rising rival river road roars roast rob robbers robbery robot rock rocky role roles roll roma roman
    rookie room root roots rope rose rough round router routine royal rubbish ruin ruined rule ruling run running
    runtime rush sack sad safe safety saint saints said sail sale salt same sand satisfied saturday save saver savings saw say
    scam scan scanning scared scene school schoolboy schoolgirl science scientist scrap scream screen screenplay
    screenshot screenshots screenwriter script sea search seaside season seat second secret secretary security see
    seem seen select self selfie sell seller selling sells send sends sense sent sentence sentences separate
    separately series serious servant serving session sets setting settings settled seven seventeen several sex
    shadow shame shape share sharing sharp she sheep shine ship shirt shock shoes shoot shop shopkeeper shopping
    short shorter shortest should shout show shower shown shows shrink sick side sign signal signs silence silent
    silver similar simple simply since sing singer single sister sisters sit six sixteen sixties size sketch skin
    skip sky sleep slick slogan slow slowly slum small smalltalk smart smile smoke smuggler snake snatch snow
    snowman so soap social sofa soft soldier solo solve solved solves some somebody someone something sometimes son
    song soon sorry soul sound soup source south space spare speak speakers special speed spend spends spent spider
    spinning spirit split spoiled spoilers sponge sport spot spring spy square stadium staff stage stand star
    starred starring stars start station status stay steals steel step sticks still stolen stone stop stopped
    stopping storage store storing storm story storyboard straight stranded strange stranger stream streaming
    streams street strikes string strips stroke strong strongman stubborn stuck student studies studio study stumble
    stupid style subscribe subscribed subscription substitute subtitle subtitles suburban subway such sucks sugar
    suggest suggested suggestion suggestions suit suitcase summarise summarize summary summer sun sunday sunny
    sunrise sunset sunshine super support supported sure surgeon surprise survives survivor suspect swear swears
    sweet sweetheart sweethearts swim swipe switch sworn synopsis synthesiser system table tablet tagline tail
    tailor take taken taking talk talking tall tank tasks taste tattoos taxes taxi tea teacher teaches teaching team
    teaser teenager teenagers teeth tell ten tenant terminal terminator terrible test testify text texted texts than
    thank that the their them themselves then there thermostat these they thing things think third thirteen this
    those though thought thousand three throne throws thunder thursday ticket tiger time timer times timid timing
    tiny tips tired title titles to today toddler together toilet told tomatoes tomorrow tone tongued tonight too
    top topics total touch tour towards tower town toy toys track trade trader trades traffic trailer train training
    transfer trap trash travel travelling treasure tree trenches triad trial triangle tricks tries trip trolls
    trouble troubleshoot true trust truth try tuesday turn tweet twelve twenty twice twilight twins twist twister
    two tycoon type types tyrant ugly umbrella unacceptable uncle under underground understand understands
    understood undone unforgiven unhurried union unit unknown unless unlink unpaid until unused unwind up update
    updating upgrade upset upstairs us use useful useless user usual usually vacation vaccines vacuum valid valley
    vanished vanishes venue verification verify verses version versions versus very victory video videos view villa
    village villagers villain visa vision visit voice volume vote voucher wait waiting waitress wake waking walk
    wall wallet wanders wanna want wanted war wardrobe warm warrior wartime was washed waste wasting watch watches
    watchlist water wave way we weak wearing weather website wedding week weekend weird welcome well went were west
    whale what whatever wheel wheelchair when where whether which while whiplash whistle white who whole whom whose
    why wicked wide widowed widower wife wifi wild will win wind window wine wing wings winners winning winter wiped
    wise wish witch with within without witness witted wives wolf woman women won wonder wonderful wood word words
    work worker workers world worn worse worship worst worth would wow write writer writing written wrong wrote year
    yearly years yellow yes yesterday yet you young younger your zero zone
"""

_CHINESE = """
    电影版 电视剧版 剧场版 真人版 动画版 话剧版 音乐版 信号 睡眠 发现 天能 在别处 怎么回事 麦克 版本 画面 声音 音乐剧
    消息 任务 目标 计划 记录 机会 关系 感觉 经验 方法
    爱 家 她 他 你 我 我们 你们 他们 她们 大家 自己 别人 朋友 朋友们 老友 家人 父亲 母亲 爸爸 妈妈 父母 父子 母女
    兄弟 姐妹 哥哥 姐姐 弟弟 妹妹 爷爷 奶奶 孩子 孩子们 儿子 女儿 女人 男人 女孩 男孩 少年 少女 老人 老师 学生 同学
    同桌 医生 护士 警察 律师 演员 歌手 导演 英雄 功夫 活着 生活 生命 人生 人间 世界 地球 宇宙 天空 太阳 月亮 星星
    星空 大海 海洋 海边 河流 高山 草原 沙漠 森林 花园 春天 夏天 秋天 冬天 四季 春 夏 秋 冬 雪 雨 风 云 花 树 火 水
    山 海 光 影 影子 阳光 月光 星光 黑暗 黎明 清晨 早晨 早上 上午 中午 下午 黄昏 傍晚 晚上 夜晚 深夜 午夜 今天 明天
    昨天 今晚 明年 去年 未来 过去 现在 从前 以前 以后 后来 后会有期 时间 时光 时代 岁月 年代 年华 青春 童年 成长
    长大 老去 回忆 记忆 故事 传说 传奇 神话 童话 奇迹 秘密 真相 谎言 真实 梦 梦想 做梦 理想 希望 绝望 失望 渴望 欲望
    快乐 幸福 悲伤 痛苦 孤独 寂寞 恐惧 愤怒 勇敢 温柔 温暖 善良 美丽 美好 自由 和平 战争 战斗 战士 士兵 敌人 对手
    胜利 失败 成功 命运 缘分 爱情 友情 亲情 恋爱 恋人 情人 爱人 初恋 暗恋 失恋 结婚 离婚 婚姻 婚礼 新娘 新郎 丈夫
    妻子 老公 老婆 家庭 回家 归来 回来 离开 告别 再见 再会 你好 谢谢 对不起 没关系 没问题 晚安 早安 欢迎 出发 旅行
    旅程 旅途 路上 在路上 远方 故乡 家乡 老家 城市 乡村 北京 上海 广州 深圳 南京 重庆 成都 长沙 西安 武汉 天津 杭州
    苏州 香港 澳门 台北 东京 巴黎 伦敦 纽约 罗马 芝加哥 卡萨布兰卡 巴比伦 学校 大学 教室 毕业 高考 医院 酒店 饭店
    餐厅 茶馆 咖啡 厨房 房间 电梯 公寓 公园 车站 机场 地铁 火车 飞机 汽车 出租车 手机 电话 短信 邮件 电影 音乐 唱歌
    跳舞 舞蹈 舞台 剧场 表演 吃饭 美食 饮食 火锅 睡觉 起床 工作 上班 下班 加班 老板 公司 金钱 富豪 穷人 有钱 没钱
    赚钱 游戏 比赛 冠军 足球 篮球 排球 运动 奔跑 飞翔 飞行 追逐 追求 寻找 等待 等你 等我 相遇 相见 相逢 遇见 重逢
    选择 放弃 坚持 开始 结束 重新开始 继续 醒来 沉默 声音 歌声 味道 颜色 红色 黑色 白色 蓝色 绿色 红 黑 白 蓝 绿 黄
    金 银 一 二 三 一一 一天 一年 一生 一起 一个 一个人 两个人 第一次 最后 最后一次 永远 永恒 瞬间 刹那 曾经
    从今以后 为什么 怎么办 不知道 无所谓 没什么 来了 走吧 加油 冲 盛夏 盛世 江湖 江山 天下 无双 少林 武林 侠客 高手
    大侠 刺客 杀手 保镖 特工 间谍 卧底 潜伏 暗算 风声 隐秘 隐入 悬崖 猎人 猎物 猎场 狩猎 怪物 怪兽 妖怪 魔鬼 天使
    恶魔 鬼 神 神仙 狐狸 老虎 狮子 大象 小猪 猫 狗 鱼 鸟 龙 狼 熊 大鱼 小鸟 蝴蝶 蜜蜂 蚂蚁 机器人 外星人 病毒 疫情
    风暴 暴雨 地震 海啸 灾难 逃亡 逃跑 逃离 越狱 监狱 犯罪 凶手 谋杀 杀人 复仇 正义 法律 审判 证人 证据 嫌疑人
    受害者 警官 侦探 破案 迷宫 迷失 迷雾 消失 失踪 失忆 失眠 疯狂 疯子 傻瓜 天才 笨蛋 小偷 骗子 大佬 老大 老炮 小姐
    先生 夫人 太太 女王 国王 王子 公主 皇帝 将军 都挺好 挺好 我爱你 我想你 想你 想念 思念 怀念 约定 承诺 誓言 相信
    信任 背叛 原谅 宽恕 拯救 救赎 牺牲 奉献 尊严 荣誉 骄傲 嫉妒 偏见 傲慢 贪婪 懒惰 愚蠢 聪明 智慧 知识 教育 科学
    历史 文化 艺术 文学 诗 诗歌 小说 日记 信 情书 书 报纸 新闻 广告 茶 酒 咖啡馆 理发师 平凡 普通人 小人物 大人物
    年轻 年轻人 老了 变老 热爱 雄狮 山河 山海 大地 家园 国家 祖国 人民 民族 革命 解放 建国 建党 开国 开端 开学 起点
    终点 终结 轮回 循环 穿越 重生 重启 命中注定 奋斗 欢喜 欢乐 喜剧 悲剧 讽刺 黑洞 银河 火星 月球 登月 三十 三十岁
    四十 五十 小时候 大时代 八月 九月 十月 十一月 七月 六月 五月 四月 三月 二月 一月 星期一 星期天 周末 假期 暑假
    寒假 生日 新年 春节 过年 除夕 圣诞 情人节 中秋 端午 清明 天气 热 冷 大 小 多 少 人 心 手 眼睛 耳朵 头发 身体
    心脏 大脑 灵魂 面具 镜子 钥匙 门 窗 窗外 墙 桥 船 车 剑 刀 枪 箭
"""

_ENGLISH_WORDS = frozenset(_ENGLISH.split())
_CHINESE_WORDS = frozenset(_CHINESE.split())
_WORD = re.compile(r"[a-z0-9]+")


@lru_cache(maxsize=1 << 15)
def is_common(folded: str) -> bool:
    """Whether a folded title could be ordinary talk: every English word an everyday one, or a Chinese everyday word.

    Numbers and single Chinese characters are always common; English up to six words ("catch me if you can").
    """
    words = _WORD.findall(folded)
    if words and all(char.isascii() for char in folded):
        return len(words) <= 6 and all(word in _ENGLISH_WORDS or word.isdigit() for word in words)
    return len(folded) == 1 or folded in _CHINESE_WORDS
