"""Words for telling about a work: documentary voice-over, award-night introduction, trailer. Grammar as in ``phrases``.

Pictures are directions to whoever cuts the film (stills, titles, black); they claim nothing about what footage shows.
"""

from __future__ import annotations

from generation.text import copy_en, copy_zh
from generation.text.phrases import tables

__all__ = ["FORMS", "TABLES"]

FORMS = {
    "voice-over": (
        ("vo_picture_open", "vo_open"),
        ("vo_picture_story", "vo_story"),
        ("vo_picture_people", "vo_people"),
        ("vo_picture_feel", "vo_feel"),
        ("vo_picture_award", "vo_award"),
        ("vo_picture_close", "vo_close"),
    ),
    "introduction": (
        ("in_stage_open", "in_open"),
        ("in_stage_story", "vo_story"),
        ("in_stage_people", "in_people"),
        ("in_stage_award", "vo_award"),
        ("in_stage_close", "in_close"),
    ),
    "trailer": (
        ("tr_picture_open", "tr_open"),
        ("tr_picture_story", "tr_story"),
        ("tr_picture_theme", "tr_theme"),
        ("tr_picture_people", "tr_people"),
        ("tr_picture_close", "tr_close"),
    ),
}
"""The moves of each form in order: a table for what is seen, a table for what is said."""

_ZH = """
== vo_picture_open
[黑场|一片安静]。[字幕|片名]缓缓亮起：《{name}》。
[画面渐亮|黑场渐显]。《{name}》的片名[浮现|出现在正中]。
== vo_picture_story
[剧照|海报]一张张[推近|叠化]。
[镜头缓缓推过|画面停在]一张剧照。
== vo_picture_people
[主创|人物]的名字[依次|一个一个]出现。
== vo_picture_feel
[空镜|留白]。[音乐渐起|只有环境声]。
== vo_picture_award
字幕打出[奖项|获奖记录]。
== vo_picture_close
[画面渐暗|渐隐]，[片名|《{name}》]再次亮起。
== vo_open
{year}年，[有一{mw}{genre}，叫|我们记住了一{mw}{genre}的名字：]《{name}》。
[要说|要讲]《{name}》，得[回到|从]{year}年[|说起]。
《{name}》，[一{mw}|这是一{mw}]{kind}。
== vo_story
[故事从这里开始|它讲的是]：{line}
{line}
!line :: {kind}，<feel>。
== vo_people
由{people}[完成|带来]。
[站在这个故事背后的，是|把它做出来的，是]{people}。
== vo_feel
{kind}，<feel>。
<theme>。[这或许就是|也许这就是]《{name}》[想说的|留下的一句话]。
它适合<when>。
== vo_award
[后来，|]它[获得了|得到了]{award}。
== vo_close
《{name}》。<theme>。
[灯会亮|片尾会走完]，[故事不会散|有些声音会留下]。《{name}》。
== in_stage_open
[灯光渐暗，追光落在|追光打在]主持人身上。
== in_stage_story
大屏幕[亮起|出现]《{name}》的[剧照|海报]。
== in_stage_people
屏幕上[滚动|依次出现]主创名单。
== in_stage_award
[音乐推起|掌声响起]，字幕打出奖项。
== in_stage_close
主持人[转身|侧身]望向[舞台入口|大屏幕]。
== in_open
[各位来宾，|女士们、先生们，]接下来[这{mw}作品|要介绍的]，是{year}年的《{name}》。
[晚上好|各位晚上好]。<theme>——[今晚先从|让我们从]《{name}》说起。
== in_people
[它|《{name}》]由{people}[带来|完成]。
{credits}。
== in_close
[让我们把目光交给大屏幕|请看大屏幕]：《{name}》。
[请和我一起|让我们一起]，[走进|欢迎]《{name}》。
== tr_picture_open
黑场。[心跳声|一声低音]。
[黑场三拍|全黑]，[只有呼吸声|音乐未起]。
== tr_picture_story
[快速剪辑|画面连切]，[渐快|节奏推起]。
== tr_picture_theme
[骤停|声音抽空]，一秒[静默|黑场]。
== tr_picture_people
[字卡|白字]一张张[砸下|弹出]。
== tr_picture_close
片名：《{name}》。[渐黑|切黑]。
== tr_open
<theme>……
[有些事|有一个故事]，[要从头说起|该讲给你听了]。
== tr_story
{line}
!line :: {kind}。<feel>。
== tr_theme
<theme>。
== tr_people
{credits}。
== tr_close
《{name}》。
《{name}》——<theme>。
"""

_EN = """
== vo_picture_open
[Black.|Silence over black.] The title fades up: {title}.
Fade in. The title [appears|settles in the middle of the frame].
== vo_picture_story
[Stills dissolve one into another.|Slow push in on a still.]
== vo_picture_people
The makers' names appear [in turn|one by one].
== vo_picture_feel
[An empty frame.|Held stillness.] Music [rises|enters].
== vo_picture_award
A caption gives the award.
== vo_picture_close
Fade down. The title, once more.
== vo_open
In {year} there was {a_genre} called {title}.
To speak of {title} is to go back to {year}.
{title} is {a_kind}.
== vo_story
[It begins like this.|Here is the story.] {line}
{line}
!line :: {a_kind_cap}: <feel>.
== vo_people
It was {credits_past}.
Behind it: {people}.
== vo_feel
{a_kind_cap}: <feel>.
<theme>. Perhaps that is what {title} [leaves behind|has to say].
== vo_award
It went on to receive the {award}.
== vo_close
{title}. <theme>.
The lights come up. Some of it stays. {title}.
== in_stage_open
[The lights go down. A spotlight finds the host.|Spotlight on the host.]
== in_stage_story
The screen shows {title}.
== in_stage_people
The credits roll on the screen.
== in_stage_award
Music. A caption gives the award.
== in_stage_close
The host turns to the screen.
== in_open
Ladies and gentlemen, [our next title is|let us turn to] {title}, from {year}.
Good evening. <theme>. [Let us begin with|And so to] {title}.
== in_people
It was {credits_past}.
It comes to us from {people}.
== in_close
[Please turn to the screen|Please welcome]: {title}.
== tr_picture_open
[Black. A heartbeat.|Black. One low note.]
== tr_picture_story
[Quick cuts, faster and faster.|Cuts on the beat.]
== tr_picture_theme
Everything stops. [One second of silence.|Black.]
== tr_picture_people
Title cards, [one after another|hard and white].
== tr_picture_close
The title: {title}. Cut to black.
== tr_open
<theme>.
== tr_story
{line}
!line :: {a_kind_cap}. <feel_short_cap>.
== tr_theme
<theme>.
== tr_people
{credits_cap}.
== tr_close
{title}.
{title}. <theme>.
"""

TABLES = {
    "zh": {**copy_zh.COPY, **tables(_ZH, known=copy_zh.COPY)},
    "en": {**copy_en.COPY, **tables(_EN, known=copy_en.COPY)},
}
"""The tables of advertising copy with those of narration added, by language."""
