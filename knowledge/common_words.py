"""Everyday words: a title made of nothing else needs more than its letters before it counts as the title.

「活着真好」 is not about the film, nor is "she made her friends laugh" about two of them. The lists hold words people
use in ordinary talk, with an eye to those that are titles too; they are not complete and need not be.
"""

from __future__ import annotations

import re

__all__ = ["is_common"]

_ENGLISH = """
    a about above account across act acted action actor actress adult affair after afternoon again against age ago
    air album alien aliens alive all almost alone along already also always am amazing american an and angel angels
    anger animal animals another answer any anybody anyone anything apartment appear appeared apple are arms army
    around arrival arrived art artist as ask asks at aunt author avatar away awesome baby back bad band bank barbie
    bark bay be beach bear beast beautiful beauty because become bed been beer before began begin being believe bell
    belle best better between beyond big bird birds birth birthday bit bite black blind blood blow blue board boat
    bodies body bolt bomb bond book books boss both bottle bowl box boy boys brain brave brazil bread break
    breakfast breaking breath bridge bright bring brother brothers brown brush buffering bug burn bus business but
    butter button buy by cake call called calls came camp can candy cape car care career careful carol carry cars
    case cash cast castle cat catalog catalogue catch cats chair chance change chaos character characters charade
    chase cheap cheers chef chicago chicken child childhood children chocolate choice city class clean clear clock
    close closer cloud cloudy club coach coast coco code cold college color colour come comedy comes coming
    community company con concert contact control cook cool cop corner could country couple course court crash crazy
    creator crew crime crown cry cut dad daddy dance dancing danger dark darkness date daughter day days dead deal
    dear death deep deer describe desert desk did die different difficult dinner direct directed director directors
    dirty dish do doctor doctors documentary does dog dogs doing dollar done door double doubt down downtown dragon
    drama dream dreams dress drink drive driver drop dry dust each early earth east easy eat edge egg eight elf else
    empire empty end ending enemy enjoy enough episode episodes even evening ever every everybody everyone
    everything everywhere evil ex except exit extra eye eyes face fall falling fame family famous fan fantasy far
    farewell fargo farm fast fat father favorite favourite fear feel feet fever few field fight film final find fine
    finish fire first fish five flight flower fly folk follow food fool foot for force forest forever forget forrest
    four fox free freedom fresh friday friend friends from frozen full fun funny fury future game games garden gate
    gave genre genres get ghost giant gift girl girls give glass go goal god goes going gold gone good goodbye got
    grace grand grass gravity grease great green grey ground grow guess guest guilty gun guy guys had hair half hall
    ham hamilton hand hands happen happiness happy hard harry has hat hate have he head health hear heart hearts
    heat heaven heavy hell hello help her here hero heroes high hill him his hit hold hole holiday home homeland
    honest honey hook hope horror horse hospital hot hotel hour hours house how human hundred hunger hungry hunt
    husband i ice idea if ii iii imagine in inside into iron is island it jaws job joke joker journey joy judge
    juice jump june just justice keep key kid kids kill kind kinds king kingdom kiss kitchen knew knife knight know
    known la lady lake land language large last late laugh law lead lean learn leave left leg legend length less let
    letter letters lie life light like line lion list listen little live lives living logan loki lonely long look
    looking lord lose lost lot loud love loved lover low luca luck lucky lunch mad made magic mail main make man
    many marriage married mask master match matter may maybe me meal mean meat medium meet memory men message
    midnight might milk million mind mine minute mirror miss mission mom moment monday money monk monster month moon
    moonlight more morning most mother mountain mouse mouth move movie movies mr mrs much mud mum murder museum
    music must my myself mystery name named nature near need never new news next nice night nights nine no nobody
    noise none noon nope normal north nose not nothing notice now number object ocean of off office often oh oil ok
    old on once one only open opera or orange order ordinary other our out outside over own page pain paint pair
    paper paradise parasite parents paris park part party passenger passengers password past path pay payment peace
    pearl people perfect persona phone photo piano pick picture piece pig pilot pink place plain plan plane planet
    play player please plot point police pool poor pop popular possible power present president pretty price pride
    primary prince prison private problem project promise psycho public pull punk purple push put quarter queen
    question quick quiet radio rain rainbow raining rating ratings ray read ready real reality really reason
    recommend recommendation red refund release released releases remember rent rescue rest return revenge review
    reviews revolution rice rich ride right ring rise river road rob robot rock rocky role roles roll roma roman
    room roots rope rose round royal rule run running runtime rush sad safe said sail salt same sand saturday save
    saw say scared scene school science scream screen screenplay screenwriter script sea search season seat second
    secret see seen self sense series serious seven sex shadow shame shape share she sheep shine ship shirt shock
    shoes shoot shop short should show shower shows shrink sick side sign signs silence silent silver similar simple
    since sing singer sister sisters sit six skin sky sleep slow small smart smile smoke snake snatch snow so soap
    social soft soldier solo some somebody someone something sometimes son song soon sorry soul sound source south
    space speak special speed spider spirit split sport spring spy square stage stand star starred stars start
    station stay steel step still stone stop store storm story straight strange stranger street strong student style
    subtitles such sugar suit summer sun sunday sunny sunrise sunset sunshine super sure surprise suspect sweet swim
    system table take talk talking tall taste taxi tea teacher team teeth tell ten terminal terminator test than
    thank that the their them then there these they thing things think third thirteen this those thought three
    thunder thursday ticket tiger time times tiny tired title titles to today together tomorrow tonight too top
    total touch tour towards tower town toy toys track traffic trailer train training travel treasure tree trial
    trip trolls trouble true trust truth try tuesday turn twelve twenty twilight twins twist twister two type types
    ugly uncle under unforgiven union unit unknown until up upgrade us use usual vacation valley very victory view
    village visit voice wait waiting wake walk wall want wanted war warm warrior was watch water wave way we weather
    wedding week weekend weird welcome well west whale what wheel when where which while whiplash white who whole
    why wicked wife wild will win wind window wine wing wings winter wise wish witch with within without witness
    wolf woman women won wonder wonderful wood word words work world worth would wow write writer written wrong
    wrote year years yellow yes yesterday yet you young your zero zone
"""

_CHINESE = """
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


def is_common(folded: str) -> bool:
    """Whether a folded title could be ordinary talk: every English word an everyday one, or a Chinese everyday word.

    Numbers and single Chinese characters are always common; English up to six words ("catch me if you can").
    """
    words = _WORD.findall(folded)
    if words and all(char.isascii() for char in folded):
        return len(words) <= 6 and all(word in _ENGLISH_WORDS or word.isdigit() for word in words)
    return len(folded) == 1 or folded in _CHINESE_WORDS
