"""Actions that colour a scene without changing what happens in it: one a tone, put in when a rewrite asks for it.

They fit any plot and any time: no telephones, no names but those of the two it is about.
"""

from __future__ import annotations

from functools import cache

from generation.text.phrases import Node, parse

__all__ = ["TONES", "accents"]

_ZH = """
tense: 外面有什么响了一声。两个人[都停住|同时看向门]。
tense: {a}的[手指一下一下敲着桌沿|手按住了门]，没有松开。
tense: 灯[暗了一瞬|晃了晃]，又亮起来。谁也没动。
tense: 脚步声从门外经过，[停了停|慢下来]，走远了。
tense: {b}的目光[落在{a}的手上|钉在{a}脸上]，没有移开。
warm: {b}把自己的外衣[搭在{a}肩上|递过去]，什么也没说。
warm: {a}把杯子往{b}那边[推了推|转了半圈，把没磕口的一边让过去]。
warm: {b}伸手，替{a}[拂掉肩上的灰|把衣领翻好]。
warm: 两个人[挨着坐下|的肩膀碰到一起]，谁也没挪开。
warm: {a}[第一次笑出了声|笑着低下头]，{b}也跟着笑。
funny: {a}[想靠在墙上，靠空了|一本正经地坐下，椅子少了一条腿]。
funny: {b}[学了一遍{a}刚才的表情|默默递过来一张纸巾]，{a}[没绷住|瞪了回去]。
funny: 肚子叫了一声。两个人都[装作不是自己|看向对方]。
funny: {a}[郑重地点头，点完才发现没听懂|说到一半忘了词，只好继续点头]。
funny: 一只猫[从两人中间走过去，谁也没看|跳上桌，在正中间坐下]。
sad: {a}[张了张嘴，没有声音|转过身去，很久没有回头]。
sad: {b}把空着的那把椅子[推回桌下|摆正，像还有人要坐]。
sad: {a}低头看自己的手，[像不认得|像在数什么]。
sad: 很长一段安静。[窗外的光挪了一寸|茶凉透了]。
sad: {b}[笑了笑，笑到一半停住|别过脸，抬手擦了一下]。
gesture: {a}[把门带上一半，又推开|拿起东西，又原样放下]。
gesture: {b}[没有回答，只是往旁边让出半个座位|把话咽回去，替{a}倒满了水]。
gesture: {a}[背过身，手在桌沿上抹了又抹|慢慢松开攥着的拳头]。
gesture: {b}[看了一眼门，又看了一眼{a}，没有动|起身走到窗边，背对着{a}]。
sound: [所有声音都退远了|忽然安静下来]，只剩[钟摆|水滴]的声音。
sound: 远处传来[一声闷雷|几声狗叫]，又归于寂静。
sound: 静默。[三拍|很长的一拍]。
sound: 风[从门缝里挤进来，呜呜地响|吹动了什么，轻轻磕着墙]。
hook: 敲门声。一下。[两个人对视|没有人动]。
hook: {a}正要开口，[灯灭了|外面有人喊了一声{b}的名字]。
hook: {b}[脸色忽然变了|慢慢站起来]，看着{a}身后。
hook: 门开了一条缝。[门外没有人|地上多了一样东西]。
"""
_EN = """
tense: Something outside. They both [stop|look at the door].
tense: {a}'s [fingers tap the edge of the table, and won't stop|hand is on the door, and stays there].
tense: The light [dips|swings], and steadies. Nobody moves.
tense: Footsteps pass outside, [slow|pause], and go on.
tense: {b} watches [{a}'s hands|{a}'s face] and doesn't look away.
warm: {b} [puts a coat round {a}'s shoulders|holds out a coat], and says nothing about it.
warm: {a} turns the cup until the [unchipped side|warm side] faces {b}.
warm: {b} [brushes the dust off {a}'s shoulder|sets {a}'s collar straight].
warm: They sit down, [shoulder to shoulder|a little closer than they need to].
warm: {a} laughs, [out loud, for the first time|looking down], and {b} catches it.
funny: {a} leans on [a wall that isn't quite there|a chair with three legs].
funny: {b} [does an impression of {a}'s face|passes {a} a tissue, gravely], and {a} [loses it|glares].
funny: A stomach rumbles. They each look at the other.
funny: {a} nods, [wisely, and then wonders at what|and goes on nodding, having forgotten the next word].
funny: A cat [walks between them and acknowledges neither|sits down in the exact middle of things].
sad: {a} [opens {a_his} mouth, and nothing comes|turns away, and stays turned away].
sad: {b} pushes the empty chair [back under the table|straight, as if somebody might still use it].
sad: {a} looks at {a_his} own hands [as if they were someone else's|as though counting].
sad: A long quiet. [The light on the floor has moved an inch.|The tea is quite cold.]
sad: {b} [smiles, and gives up halfway|looks off, and wipes one eye with a thumb].
gesture: {a} [half closes the door, and opens it again|picks something up, and puts it back exactly where it was].
gesture: {b} doesn't answer, [only makes room|only fills {a}'s glass].
gesture: {a} turns away and [wipes a clean edge of the table|lets one fist come open].
gesture: {b} [looks at the door, then at {a}, and stays|gets up and stands at the window].
sound: [Everything else goes quiet.|Silence.] Only [a clock|a dripping tap].
sound: Far off, [thunder|a dog]; then nothing.
sound: Silence. [Three beats.|One long beat.]
sound: The wind [finds the gap under the door|moves something against the wall, gently].
hook: One knock. [They look at each other.|Neither of them moves.]
hook: {a} is about to speak when [the lights go out|somebody outside calls {b}'s name].
hook: {b} [goes white|gets slowly to {b_his} feet], looking past {a}.
hook: The door opens an inch. [There's nobody there.|Something has been left on the floor.]
"""
TONES = ("tense", "warm", "funny", "sad", "gesture", "sound", "hook")


@cache
def accents(lang: str, tone: str) -> tuple[tuple[Node, ...], ...]:
    """The templates of one tone."""
    rows = (row.split(": ", 1) for row in (_ZH if lang == "zh" else _EN).strip().splitlines())
    return tuple(parse(template) for name, template in rows if name == tone)
