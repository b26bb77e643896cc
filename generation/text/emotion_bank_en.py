"""Lines that carry a feeling and claim nothing, in English. How they are written: ``emotion_bank``."""

__all__ = ["LINES"]

LINES = """
== joy
o1 [Tonight|Right now], [happy|joy] comes before everything
o1 [Here's|This is] your excuse to [smile|be happy]
o1 Let the [shoulders|frown] drop and the [smile|good mood] in
o1 [Oddly|Suddenly] [cheerful|happy], and [no reason needed|loving it]
o2 [Ready|Good] to laugh [out loud|until it hurts]?
o2 [Warning|Careful]: grinning [is contagious|for no reason]
o2 Some [evenings|days] are just [lovely|a joy]
o2 [Who|Who on earth] says no to a [good laugh|bit of fun]?
o2 [Smile|Grin] now, [ask why|explain] later
o3 [Love it|So happy], [love it so much|so so happy]!
o3 [Pure|Sheer] joy, [grinning ear to ear|laughing out loud]!
o3 [Yes|Oh yes]! [Happiness overload|Cheering already]!
r1 [Warm|Cosy] and [lovely|sweet], [that's all|what a treat]
r1 [Charming|Sweet], in the [loveliest|happiest] way
r1 [Delightful|Gentle], and [so easy to love|a pleasure]
r1 A [lovely|happy] little [glow|treat]
r2 [Such|What] fun, and [so much warmth|a delight]
r2 The [smile|grin] [won't come off|stays on all evening]
r2 [Laugh|Giggle] until your [cheeks|sides] ache
r2 [Heart|Chest] full, [face sore from smiling|happy as can be]
r2 [Adorable|Brilliant] fun, [really enjoyable|hard not to love]
r2 It's [lovely|wonderful] to [feel this good|be this happy]
r2 [Bouncing|Dancing] round the [kitchen|sofa], [delighted|beaming]
r2 Happy the way [kids|puppies] are happy
r2 [Clap|Hum] along, [enjoy every bit|have a ball]
r3 [Absolutely|Totally] [thrilled|delighted], [loved every bit of this|over the moon]!
r3 [Cheering|Beaming], [laughing|clapping], [so happy|the lot]!
r3 [Great mood|Pure happiness], [grinning like an idiot|love love love]!
r3 [Hooray|Woohoo]! [What a joy|So much fun]!
r3 [Hilarious|Gorgeous], [wonderful|glorious], [I love it|pure joy]!
c1 [Go to bed|Head home] [smiling|happy]
c1 [Good moods|Smiles] are [free|for sharing]
c1 [Treat yourself|Enjoy it], [you've earned a smile|happily]
c2 [Bring|Call] [the people you love|your happiest friend] and [laugh together|have fun]
c2 [Enjoy|Love] it, [share it|then smile about it] all week
c2 [Share the joy|Pass the smile on]
c2 [Laughing|Smiling] is [the plan|lovely], [come along|join in]
c2 [Fun|Joy] [doesn't wait|starts here], [hop in|enjoy]
c3 [Come on|Let's go], [be happy|have a brilliant time]!
c3 [Laugh|Dance|Sing] [like nobody's watching|till it hurts], [it's a joy|love it]!
i1 Lovely
i2 Haha
i2 What a joy
i3 Hooray
s1 I'm [just happy|glad], [that's all|you know]. [Really happy|So glad].
s2 [This is wonderful|Oh, lovely]! I'm [so happy|delighted]!
s3 [Yes|Ha]! [I love it|I could dance], I'm so [happy|thrilled]!
a1 Nobody speaks. [Everyone is smiling|A smile, then another].
a2 [Laughter|A happy laugh] [fills the room|spreads], [warm|delighted].
a3 They [laugh|cheer], [hug|dance], [happy beyond words|beaming with joy].
== sadness
o1 Some [goodbyes|regrets] [never get said|stay quiet]
o1 A [quiet|lonely] [ache|sadness], [no name for it|late at night]
o1 [Missing someone|A little sad] tonight?
o1 It [aches|hurts] more when the [house|night] is quiet
o2 [Keep|Put] the tissues [close|within reach], [let it hurt|you'll cry]
o2 [Go on|It's all right], [cry|have a good cry]
o2 Some [tears|losses] come [without warning|years late]
o2 [Heartbroken|Lonely] people [know this ache|cry quietly]
o2 [When|The last time] you cried, who [was there|held you]?
o3 [Sobbing|In tears], [can't stop crying|heart in pieces]
o3 My heart [is broken|just broke], [tears everywhere|still crying]
o3 [Bring|Pack] tissues: [ugly crying|sobbing] ahead
r1 A [soft|slow] [sadness|sorrow] that [lingers|stays]
r1 [Lump in the throat|Wet eyes], [nothing to say|quietly sad]
r1 [Wistful|Sad], [like an empty room|like a letter never sent]
r1 It [leaves|left] a [sad|hollow] little ache
r2 [Tears|The tears] [come|fall], and [nobody needs to explain|that's fine]
r2 [Grief|Loss] [has no manners|comes back], so [cry|let it]
r2 [Missing|Losing] someone [hurts|breaks you] like this
r2 [Heartbreaking|Devastating], [bring a hand to hold|tears and all]
r2 [Crying|Weeping] on the [train|stairs] is [allowed|fine]
r2 It [hurts|aches], [quietly|terribly], [for days|long after]
r2 [So sad|So lonely], [the kind you cry about|and so tender]
r2 [Goodbye|Farewell] is a [sad|lonely] little word
r2 [Red eyes|Wet sleeves], [broken heart|sorrow], [no shame|all of it]
r3 [Sobbed|Crying] until [nothing was left|it hurt], [heartbroken|in pieces]
r3 [Devastated|Shattered], [can't stop crying|floods of tears]
r3 [Broke|Breaks] my heart, [tears|sobbing] [all night|for hours]
r3 [Grief and tears|Floods of tears], [and more crying|so heartbreaking]
r3 [Utterly|Completely] heartbroken, [weeping|a sobbing mess]
c1 [Call|Write to] [someone you miss|home], [before it's too late|softly]
c1 [May|Let] your [tears|sadness] be [held|understood]
c1 [Some nights|Tonight] [are for missing people|can be sad]
c2 [Draw the curtains|Get the tissues] and [cry|let the tears come]
c2 [Cry|Weep] [first|tonight], [miss them|hurt] as long as it takes
c2 [Don't hold back the tears|Let it break your heart]
c2 [Hug|Hold] someone [you'd hate to lose|afterwards], [crying helps|cry together]
c3 [Cry|Sob] [it all out|until you can't], [it breaks your heart|such grief]
c3 No tissue is [enough|big enough], [crying and crying|heartbroken]
c3 [Bawling|Sobbing] together [helps|hurts less], [heartbreak and all|so sad]
i1 Sigh
i2 So sad
i2 Tears
i3 Sobbing
s1 It's [nothing|fine]. I'm [just sad|a bit sad], [that's all|I miss it].
s2 I [miss|lost] everything that mattered. It [hurts|hurts so much].
s3 [Don't go|Please]… it's [breaking my heart|tearing me apart].
a1 [Silence|Nobody speaks]. Eyes [redden|fill with tears].
a2 A tear [falls|runs down], [then another|quietly], [so sad|no sound at all].
a3 [Sobs|Crying], [shoulders shaking|face in both hands], [heartbroken|grief at last].
== anger
o1 Some things make you [angry|mad], [and rightly|every time]
o1 [Who|Who exactly] thought this was acceptable? [So annoying|Ridiculous]
o1 [Annoyed|Angry]? [You should be|Good reason to be], it's [ridiculous|infuriating]
o1 [Fed up|Frustrated], and [rightly so|angry about it]
o1 It's [annoying|ridiculous], and [everyone is fed up|nobody says sorry]
o2 [How dare they|The nerve]! [It's outrageous|Absolutely infuriating]
o2 [Furious|Angry]? [So is everyone who was lied to|Join the queue], it's [a joke|outrageous]
o2 [Why|Why on earth] should anyone put up with this? [Unacceptable|Ridiculous], [furious|so angry]
o2 Enough. [Stop lying|Stop treating people like idiots]. [So angry|Unacceptable]
o2 Lied to, [again|and laughed at], and [not even a sorry|nobody apologises]: [infuriating|outrageous]
o2 What a [joke|disgrace]. [Absolutely furious|Honestly, so angry]
o3 I'm furious, this is [outrageous|unacceptable], [how dare they|absolute joke]!
o3 [Outrageous|Disgraceful]! [Unacceptable|Infuriating]! [Livid|Fuming]!
o3 [Fists clenched|Blood boiling], [so angry|raging], [fed up|enough is enough]!
r1 [Annoying|Infuriating], [isn't it|frankly], and [unacceptable|unfair]
r1 Unfair, [and it makes you angry|and everybody is fed up]
r1 Grit your teeth: it's [still annoying|infuriating]
r1 [Rude|Insulting], and it makes you [mad|angry]
r2 It [makes|would make] anyone [furious|angry], [outrageous|absolutely ridiculous]
r2 [Slam|Kick] the door, [swear|shout], be [angry|furious], [it's unacceptable|fed up is fed up]
r2 Where is the [justice|excuse] in that? [Ridiculous|Infuriating], [so angry|I'm fuming]
r2 [Lies|Excuses] and not a single apology: [infuriating|what a joke], [furious|livid]
r2 [Treated like fools|Lied to], [fed up|sick and tired] of it, [angry|furious]
r2 [Anger|Rage] is [the right answer|fair]: this is [outrageous|unacceptable]
r2 [Stop|Quit] [wasting our time|taking us for idiots]. [Ridiculous|Unacceptable], [so annoyed|I'm mad]
r2 Who [signs this off|allows this]? [Outrageous|Ridiculous], [absolutely furious|what a joke]
r2 Infuriating, [every bit of it|and nobody cares], [so frustrating|fed up]
r2 [Ridiculous|Pathetic] excuses, [nobody is sorry|what a joke], [so angry|furious]
r2 Sick and tired of [excuses|being lied to]. [Furious|Angry], [unacceptable|outrageous]
r3 [Livid|Furious], [shaking with rage|fuming], [outrageous|unacceptable]!
r3 [Shut up|Get out]! [I've had enough|Fed up], [furious|so angry]!
r3 [Disgraceful|Outrageous], absolute joke, [so angry I could scream|raging]!
r3 Rage, pure rage, [unacceptable|furious], [fed up|how dare they]!
r3 [Fuming|Seething]. [Absolutely furious|So mad]. [What an insult|A joke], [unacceptable|outrageous]!
c1 Somebody should be [angry|furious] about this
c1 Say it when you're [angry|annoyed], [it's ridiculous|don't be polite]
c1 Don't swallow it, [be angry|get mad], it's [annoying|ridiculous]
c2 [Shout|Rage] about it, [it's infuriating|it's outrageous], [be furious|fed up]
c2 [Angry|Furious]? Good, [say it out loud|stop putting up with it], it's [unacceptable|ridiculous]
c2 No more excuses, I'm [angry|furious|fed up], [unacceptable|what a joke]
c2 [Sick of it|Had enough]? [Be furious|Get angry], it's [outrageous|a joke]
c3 Enough! [Furious|Livid], [fed up|fuming], [not another insult|outrageous]!
c3 [Scream|Slam something], it's [outrageous|infuriating], [pure rage|so angry]!
c3 What a joke! [Angry|Livid], [fuming|furious], [unacceptable|never forgive it]!
i1 So annoying
i2 Outrageous
i2 Unacceptable
i3 Furious
s1 What's that [supposed to mean|about]? [You're making me angry|That's annoying].
s2 How [dare you|could you]? [I'm so angry|You lied], [it's unacceptable|I'm furious].
s3 [Enough|Get out]! I'm [furious|fed up], [this is outrageous|how dare you]!
a1 A [jaw|fist] tightens. [Anger|Rage], [held back|barely].
a2 A [fist|hand] slams the table. [Furious|Angry] now, [fuming|shouting].
a3 Something smashes. [Rage|Fury], [shouting|screaming], [furious|so angry] at last.
== fear
o1 [Did you hear|What was] that? [Behind you|In the dark]
o1 It's [dark|late], and [something is wrong|a bit scary]
o1 [Lock|Check] the door, [just in case|then check it again]
o1 [Nervous|Uneasy]? [You should be|Keep a light on]
o2 [Leave|Keep] the lights on, [it's scary|you'll be scared]
o2 [Don't|Do not] [look behind you|turn round], [too scared|hold your breath]
o2 [Scared|Afraid] of the dark? [So am I|Don't come alone]
o2 [Goosebumps|Shivers], and [nobody moves|a cold hand of fear]
o2 [Alone at night|Home alone]? [Creepy|Don't]
o3 [Terrified|So scared], [hiding|couldn't sleep], [help|lights on]!
o3 [Absolutely terrifying|Scared stiff], [heart pounding|shaking]!
o3 [Screaming|Shaking] with [fear|terror], [don't look|help]!
r1 [A chill|Something cold] [down the spine|on the neck], [a bit creepy|uneasy]
r1 [Too quiet|Much too dark], [creepy|unsettling]
r1 [Hold|Catch] your breath, [something is there|scared now]
r1 [Eerie|Uneasy], the way [old houses are|night is]
r2 [Scared|Frightened] enough to [hide behind a cushion|sleep with the light on]
r2 [Heart|Pulse] [racing|pounding], [palms wet|afraid to look]
r2 [Nightmares|Bad dreams] [tonight|later], [you've been warned|too scary]
r2 [Peek|Watch] through your fingers, [terrified|scared]
r2 [Creepy|Scary], [skin crawling|hair standing up], [afraid of every shadow|jumpy]
r2 [Fear|Dread] [creeps in|waits] when the [lights go out|house is still]
r2 [Check|Don't check] under the bed, [it's terrifying|too scared]
r2 [Dread|Terror], [slow|cold], [and nowhere to run|then a scream]
r2 [Jumped|Jumping] at every [noise|shadow], [scary stuff|so frightened]
r3 [Terrified|Petrified], [couldn't breathe|couldn't sleep], [so scary|lights on]!
r3 [Scary|Creepy] feeling, [screaming|heart pounding], [terrified|help]!
r3 [Run|Hide]! [Terrifying|Too scared to scream]!
r3 [Pure|Sheer] terror, [shaking all over|nightmares for weeks]!
r3 [Frozen|Trembling] with fear, [terrified|scared to death]!
c1 [Lock up|Leave a light on], [just in case|if you're nervous]
c1 [Being scared|Fear] is [allowed|normal], [hold a hand|don't look]
c1 [Bring company|Don't go alone] if you're [nervous|easily scared]
c2 [Bring|Grab] a friend, [it's scary|you'll be terrified] [alone|in the dark]
c2 [Sleep|Good luck sleeping] with the [lights|hall light] on, [terrified|scared]
c2 [Not|Too] scared [to look|of the dark]? [Look again|You will be]
c2 [Hide|Cushion ready]: [scary|creepy] ahead, [nightmares too|hold tight]
c3 [Don't scream|Don't turn round], [it's behind you|terrifying]!
c3 [Nobody sleeps tonight|Nightmares await], [too scary|terrified]!
c3 [Scream|Run] if you're [terrified|scared], [so frightening|hide]!
i1 Hush
i2 Creepy
i2 Scary
i3 Terrifying
s1 Did you [hear|see] that? I'm [scared|a bit nervous].
s2 [Don't open it|Stay here]. I'm [scared|terrified], please.
s3 [Run|Help]! It's [behind you|coming]! I'm [terrified|so scared]!
a1 The light flickers. [Nobody|Not a soul] dares [move|breathe].
a2 [Heart pounding|Cold sweat], too [scared|afraid] to [look|turn round].
a3 A scream. [Shaking|Trembling], [terrified|frightened], [nowhere to hide|frozen with fear].
== surprise
o1 [Wait|Hang on], [really|what]?
o1 [Huh|Oh]. [Didn't expect that|Unexpected]
o1 [Well|Oh], that's a [surprise|turn-up]
o1 [Who knew|Who would have guessed]?
o2 [Bet|Betting] you [didn't see that coming|never guessed]
o2 [Wait, what|Hold on, what]? [Seriously|No way]?
o2 [Guess|Go on, guess]. [Wrong|You'll be surprised]
o2 [Expected|Thought you knew]? [Think again|Surprise]
o2 [Out of nowhere|Just like that], [wow|jaw on the floor]
o3 [No way|Oh my god], [did not see that coming|what just happened]!
o3 [WHAT|Wow]! [Never expected that|Jaw dropped]!
o3 [Stunned|Speechless], [genuinely shocked|who saw that coming]!
r1 [Quite|Rather] [unexpected|a surprise], [that|actually]
r1 [Funny|Odd], [I never expected this|who would have thought]
r1 [Surprised|Caught off guard]? [Same here|Everyone is]
r1 [Not what|Nothing like what] anyone [expected|guessed]
r2 [Gasp|Gasped], [mouth open|out loud], [did not expect that|what]?
r2 [Jaw|Mouth] [drops|open], [wow|no words]
r2 [Surprise|Shock] of the [week|evening], [nobody guessed|honestly]
r2 [Blink|Look] again: [really|what on earth]? [Wow|No way]
r2 [Never|Didn't] [guessed|saw it coming], [not even close|completely surprised]
r2 [Since when|How on earth]? [Didn't know that|Astonishing]
r2 [Suddenly|Out of nowhere], [everything flips|what]? [Did not see it coming|Wow]
r2 [Sit up|Stand up], [stare|blink], [wait what|can't believe it]
r2 [Astonished|Amazed], [and that's putting it mildly|genuinely]
r3 [Wow|Whoa], [just wow|what]! [Never saw it coming|Can't believe it]!
r3 [Shocked|Stunned], [speechless|jaw on the floor], [what just happened|no way]!
r3 [Gasped|Screamed] out loud, [unbelievable|did not expect that]!
r3 [Mind blown|Mouth wide open], [how|what]? [No way|Wow]!
r3 [Surprise|Total surprise]! [Nobody expected it|I did not see that coming]!
c1 [You|Nobody] [won't guess|never guesses]
c1 [Surprise|The unexpected] is [the fun of it|what we came for]
c1 [Keep guessing|Guess again], [it's not that|wrong, surprisingly]
c2 [Didn't see that coming|Surprised], did you?
c2 [Don't guess|Stop guessing], [you won't expect it|be surprised]
c2 [Tell me|Admit it]: you [didn't expect that|never saw it coming]
c2 [Believe it or not|Wait for it]: [wow|what a surprise]
c3 [Wait|What]! [Who expected that|How is that real]? [Stunned|Wow]!
c3 [Pick up your jaw|Hold on to something], [no way|what a shock]!
c3 [Gasp|Scream] if you [saw it coming|expected that]! [Nobody did|No way]!
i1 Huh
i2 Wait, what
i2 No way
i3 Wow
s1 [Oh|Wait]. [You|Really]? I [didn't expect that|never guessed].
s2 [What|Wait, what]? [Since when|You're serious]?
s3 [No way|Oh my god]! I [did not see that coming|can't believe it]!
a1 A [blink|pause]. [That was unexpected|Nobody guessed that].
a2 [Mouths open|Jaws drop]. [Nobody|Not a soul] saw that coming.
a3 A gasp. [Stunned|Speechless], [eyes wide|staring], [no way|what just happened].
== disgust
o1 [Something|This] [smells off|is a bit gross]
o1 [Eww|Ugh], [that smirk|those manners]
o1 [Slimy|Greasy] smiles [make the skin crawl|turn the stomach]
o1 [Put the snack down|Not while eating]: [gross|a bit sickening]
o2 [Ugh|Yuck], [gross|how revolting]
o2 [Disgusting|Revolting], and [they smile about it|proud of it]
o2 [Feeling sick|Queasy]? [Understandable|That's disgust]
o2 Some people make you want to [wash|gag]
o2 [Vile|Sleazy] people, [filthy|creepy] smiles, [ugh|yuck]
o3 [Absolutely|Utterly] disgusting, [makes me sick|want to throw up]!
o3 [Ew ew ew|Yuck], [vile|so gross]!
o3 [Revolting|Repulsive], [stomach turning|I feel sick]!
r1 [Icky|Sticky], [slimy|greasy], [not nice|ugh]
r1 [Smarmy|Oily], [the sort you edge away from|a bit yuck]
r1 [Makes|Turns] the [lip curl|nose wrinkle], [gross|distasteful]
r1 [Tacky|Sleazy], and [it shows|a bit sickening]
r2 [Gross|Disgusting], [wash your hands|scrub hard]
r2 [Stomach|Gut] [turning|churning], [sick|gagging], [ugh|vile]
r2 [Makes|It makes] you [sick|gag], [and it should|honestly]
r2 [Slimy|Creepy], [hateful|greasy], [want a shower|yuck]
r2 [Filth|Sleaze], [with a smile|on a plate], [revolting|disgusting]
r2 [Shameless|Vile], [the kind that makes you sick|no decency]
r2 [Cover|Hold] your nose, [it stinks|it's foul], [disgusting|gross]
r2 [Skin|Flesh] crawling, [want to scrub|so gross]
r2 [Nauseating|Sickening], [every bit of it|plain vile]
r3 [Vile|Foul], [repulsive|filthy], [makes me want to vomit|sick to the stomach]!
r3 [So|Truly] disgusting, [gagging|I feel ill], [yuck|shame]!
r3 [Eww|Bleurgh], [get it away|I'm going to be sick]! [Gross|Vile]!
r3 [Revolting|Nauseating] [creeps|filth], [throwing up|stomach churning]!
r3 [Disgusting|Sick], [just disgusting|sick, sick, sick], [no shame|vile]!
c1 [Wash|Rinse] [afterwards|well], [it's a bit gross|yuck]
c1 [Edge away|Keep your distance]: [slimy|sleazy]
c1 [Not before dinner|Skip the snacks], [trust your stomach|it's gross]
c2 [Bring|Keep] [a bucket|mints], [it's disgusting|feeling sick]
c2 [Feel sick|Disgusted]? [Good, it's vile|So you should]
c2 [Call it|Say] what it is: [vile|disgusting]
c2 [Shower|Scrub] [after|off the slime], [gross|revolting]
c3 [Yuck|Eww], [disgusting|vile] [all the way down|to the bone]!
c3 [Gag|Retch] now, [it's revolting|so gross]!
c3 [Filthy|Shameless] and [proud|smiling], [makes you sick|repulsive]!
i1 Ugh
i2 Gross
i2 Yuck
i3 Revolting
s1 [Get that away|Don't touch me]. It's [gross|disgusting].
s2 You [disgust me|make me sick]. [Keep away|Don't come near me].
s3 [Vile|Disgusting]! [I feel sick|You make me want to vomit]!
a1 A [nose wrinkles|lip curls]. [Disgust|Ugh], [plain to see|a step back].
a2 [Gagging|A hand over the mouth]. [Gross|Disgusting], [too close|foul].
a3 [Retching|Bent over], [sick to the stomach|vomiting], [revolted|disgusted].
"""
