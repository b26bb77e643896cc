# ruff: noqa: E501 — one line an alternative, however long
"""Five short dramas in English, written as patterns that a topic, two people, a place and a thing are put into.

The format is that of ``stories``: ``@`` opens a pattern with the genres and moods it suits, ``##`` a scene (``##+`` only in
the full length), ``-`` an action, ``A``/``B`` a line of dialogue, ``?`` before a line makes it optional.
"""

from __future__ import annotations

__all__ = ["STORIES"]

STORIES = """
@ secret genre/drama genre/family-life genre/family genre/crime genre/thriller genre/costume mood/tense mood/sad mood/dark
title: [Before Breakfast|What Nobody Said|Not Another Word|The Quiet Part]
logline: {a}, {a_role_a}, is keeping something from {b} about {matter}; when {b} lays {thing} on the table, there is one night left to tell the truth.
A.want: to get through tonight without saying it
A.need: to admit to being afraid, and let somebody help
A.voice: short answers, changes the subject, tidies when nervous
B.want: one honest sentence
B.need: to stay even when the answer is a bad one
B.voice: slow; asks once and waits
## INT {place} NIGHT | {b} senses something; {a} jokes it away.
- [One lamp on.|The light flickers, then holds.] {a} pushes {thing} into [a drawer|a pocket] as {b} walks in.
B: [Still up?|You're not asleep.]
A (not looking up): [Nearly done.|Two minutes.] Go to bed.
B: You only say that when [it isn't|there's something].
? - {a} [wipes a clean cup again|straightens a straight chair].
A: [It's nothing.|You worry too much.] It's only {matter}.
B: Then look at me and say that.
- {a} [smiles|opens, then shuts, a mouth] and does not look.
##+ EXT {street} NIGHT | {a} rehearses the sentence alone, and cannot finish it.
- {a} stands under a streetlight, practising on [a shop window|a dark phone screen].
A: {b}, [listen|there's something]… [No.|Again.]
- A deep breath.
A: About {matter}. [I lied.|I left something out.]
? - In the glass, the reflection looks down first.
- The phone rings. {b}. {a} [lets it ring out|declines the call].
## INT {place} LATE NIGHT | The evidence is on the table.
- {b} sets {thing} in the exact middle of the table. Neither of them [touches it|speaks first].
B: [I wasn't looking for it.|It fell out on its own.]
A: How much did you [see|read]?
B: [Enough.|Your name. Then I stopped.] I want the rest from you.
A (tight): If I tell you, you'll [go|never look at me the same way].
B: [How long have you been deciding that for me?|That part is mine to decide.]
## INT {place} DAWN | The truth, and then breakfast.
- Grey light in the window. They have not [slept|moved]. {thing_cap} lies between them.
A: [All right.|Fine. From the start.] {matter_cap}. [I was the one who got scared.|It was my doing.]
? - {b} turns off the lamp. Daylight does the rest.
B: [That's it?|Is that all of it?]
A: That's all of it.
B (standing): [Eat something first.|I'll put the kettle on.] Then we [work it out|fix it]. Both of us.
- For once, {a} does not tidy the table.

@ deadline genre/action genre/adventure genre/science-fiction genre/sport genre/war genre/spy mood/fast mood/inspiring mood/energetic mood/epic
title: [Before Six|One Hour Left|Until It Gets Light|Ten More Minutes]
logline: {a}, {a_role_a}, has until dawn to settle {matter}; the only help is {b}, {a_role_b} and not a friend, and {the_thing} has gone missing.
A.want: to get it done before the sun is up
A.need: to ask for help and mean it
A.voice: fast, half sentences, always telling the time
B.want: to prove that last time was not a failure
B.need: to let last time go
B.voice: unhurried and dry
## INT {place} NIGHT | Too little time, and the wrong help.
- A clock on the wall. {a} has [a list|a map|a mess of papers] all over the floor. The door opens: {b}.
A: [Why you?|I didn't call you.]
B: [Everyone else is asleep.|I'm the one who picked up.] How long?
A: [Dawn.|Six o'clock.] After that, don't bother.
B: [All this for {matter}?|This is about {matter}, isn't it?]
A: Yes. You can still [leave|go home].
- {b} [takes off a coat|rolls up both sleeves] and sits down on the floor.
## INT {place} LATE NIGHT | The thing they need is gone, and the past is not.
- Chaos. {a} turns a bag upside down. Empty.
A: Where's {the_thing}? It was [right here|here a minute ago]!
B: [Don't look at me.|Me again?] You looked at me last time, too.
A: Last time it was…
B: Last time I [went back and searched all night|took the blame for you]. You never asked.
? - The clock ticks. They both hear it.
A (quietly): [Nobody told me.|I didn't know.]
B: [You know now.|Well, now you do.] Keep looking.
##+ EXT {street} BEFORE DAWN | On the way they find the gap, and the word they owe each other.
- They [half run|walk fast], side by side, breathing hard.
A: Left! It's [quicker|two minutes faster]!
B: [It's blocked.|Dead end.] Trust me once.
- {a} slows for half a step, then follows.
A: [Thanks.|Listen. Thank you.]
B: [Thank me when it's done.|Save your breath and run.]
## EXT {street} DAWN | Just in time, and together.
- First light. {a} and {b} stop, hands on knees. {b} holds up {the_thing}: [in one piece|not a scratch on it].
A: We've got… [one minute|thirty seconds].
B: [Told you.|Time for one more argument.]
A (laughing): Next time I call you first.
B: Next time, [buy breakfast|not in the middle of the night].
- They walk towards the light. [It's done.|That's that settled.]

@ mistaken genre/comedy genre/stand-up genre/musical genre/variety mood/funny mood/light mood/quirky
title: [You Must Be|The Wrong Table|Handle With Care|Gloriously Mistaken]
logline: {a}, {a_role_a}, takes {b}, {a_role_b}, for the person who has come about {matter}; they talk at cross-purposes, and happily, until {thing} gives the game away.
A.want: to bluff politely through {matter}
A.need: to admit to having no idea
A.voice: over-polite; starts everything with "the thing is"
B.want: to do one job and leave
B.need: somebody who listens
B.voice: literal, and now and then devastating
## INT {place} DAY | It starts with a courtesy.
- {a} [straightens a collar|checks teeth in a spoon]. {b} comes in carrying {thing}, looking around.
A (standing): You must be here about {matter}.
B: [Sort of?|I suppose so.]
A: Wonderful. Sit, sit. The thing is, I've [been up all night|prepared thoroughly].
B: [Go on, then.|For this?]
- {a} pulls out notes. They are upside down.
## INT {place} DAY | Two conversations, getting on famously.
A: With {matter}, the key is [sincerity|attitude].
B: With mine, the key is keeping it upright.
A (impressed): Upright. [That's it exactly.|I couldn't have put it better.]
B: And out of direct sunlight.
A: Discreet. [Yes.|Of course.] Slower, please. I'm writing this down.
? - {a} really is. The page says: "OUT OF DIRECT SUNLIGHT."
B: You know, [nobody's ever listened to me this long|you're very easy to talk to].
##+ INT {place} DAY | The right person rings.
- A phone buzzes. {a} looks at it and goes pale. It buzzes again.
A (hand over the phone): Hello? You're… still on the train? Then who is…
- Slowly, {a} looks up. {b} is [eating soup|dusting {thing}].
B: Don't mind me. I liked the part about [sincerity|attitude].
A: The thing is… wrong number.
## INT {place} DAY | {thing_cap} gives the game away.
- {thing_cap} lands on the table. There is a delivery note on it.
A: You're here to… deliver something.
B: [What did you think?|Obviously.] You kept [praising it|telling me how important it was].
A: Then {matter}…
B (seriously): I know nothing about that. But [don't use the notes|lose the notes]. Just say it like you said it to me.
- {a} looks at the notes, then [crumples them|puts them away].
A: The thing is… have you had lunch?

@ reunion genre/romance genre/youth genre/music genre/biography genre/history genre/animation mood/nostalgic mood/warm mood/healing mood/romantic mood/slow
title: [The Last Bus|Long Time|Across the Street|What I Meant to Say]
logline: Years later, {a}, {a_role_a}, runs into {b}, {a_role_b}; {matter} and {thing} take them back to the day they parted.
A.want: to seem fine and say a graceful goodbye
A.need: to finish a sentence begun years ago
A.voice: small jokes that stop short of the point
B.want: to give {the_thing} back
B.need: to learn that nobody was left behind on purpose
B.voice: gentle; remembers every detail
## INT {place} DUSK | They recognise each other across a crowd.
- People [come and go|thin out]. {a} checks the time, looks up, and there is {b}.
A: [It's you.|Of all places.]
B: You haven't changed. You still [lead with the left foot|look at your watch first].
A: [Be honest.|Don't be kind.]
B: [A little slower, then.|All right. You're greyer.]
- They both laugh, and both stop.
? B: Are you in a hurry?
? A: Yes. [There's another one after it.|Not really.]
## INT {place} NIGHT | Everything leads back to {matter}.
- Two cups of tea, [untouched|steaming].
A: All these years. {matter_cap}. Do you ever think of it?
B: [Every year, about now.|Whenever it rains.]
A: I don't. [I've quite forgotten.|Never.]
- {b} puts {thing} on the table. {a}'s hand stops in mid-air.
B: [It hasn't forgotten.|You left this behind.]
A (softly): [You kept it.|I thought I'd lost it.]
##+ EXT {street} NIGHT | An old road, walked again.
- They walk, one streetlight after another.
B: I waited until the last bus that day.
A: I know. I was [across the street|on the other side]. I [watched you wait|couldn't cross].
? - {b} stops walking.
B: You were that close?
A: [A few steps.|One street.] It's taken me until now.
## EXT {street} NIGHT | A goodbye, with the sentence finished.
- The lights of the last bus [turn the corner|come up the hill].
A: What I was going to say that day. [Does it still count?|Would you still hear it?]
B: [Say it.|It counts.]
A: [I'm sorry.|Don't go.] And thank you for waiting.
- {b} [nods|smiles through tears] and puts {thing} into {a}'s hands.
B: This time, [don't leave it behind|don't stand across the street].
- The bus pulls away. Two people are still at the stop.

@ message genre/suspense genre/mystery genre/horror genre/fantasy genre/wuxia genre/western genre/fantasy-xianxia mood/scary mood/thought-provoking mood/dreamy mood/violent
title: [Unknown Sender|Keep Looking|The Seventh Message|Don't Look Back]
logline: {a}, {a_role_a}, gets a message about {matter}, which nobody else could know; with {b} and {thing} the trail leads, step by step, back to {a}.
A.want: to find the sender
A.need: to face one buried night
A.voice: calm, wants proof; says less when frightened
B.want: to protect {a}, and an answer
B.need: to stop guarding other people's doors
B.voice: answers questions with questions, half a beat late
## INT {place} NIGHT | A message nobody should be able to send.
- Darkness. A phone lights up. {a} [picks it up|does not move]. The screen lights half a face.
A (reading): "[It's time to talk about {matter}.|You remember. Don't you?]"
- {b} comes in [with a glass of water|without turning on the light].
B: [Who's that, at this hour?|Who sent it?]
A: No number. But it's about {matter}. [Only I know about that.|Nobody knows about that.]
B (a beat late): Are you sure… nobody?
## INT {place} LATE NIGHT | {thing_cap} turns up where it cannot be.
- A drawer slides open. {thing_cap} lies at the bottom. {a} [steps back|does not touch it].
A: I threw that away. [Myself.|Years ago.]
B: Couldn't it be another one?
A: [This scratch|The broken corner]. I did that.
? - The phone again: "[Keep looking.|Go on.]"
B: [Leave it.|That's far enough.]
A (to {b}): What are you afraid of?
##+ EXT {street} BEFORE DAWN | The trail ends where it began.
- [Fog.|Rain.] {a} walks ahead with a torch. {b} stays three steps behind.
A: [This is the place.|Here.]
B: You really don't remember?
- Far off, a window lights up. {a} switches off the torch.
A: That window. [That was my room.|I used to live there.]
## INT {place} DAWN | The sender.
- {a} scrolls. Line after line of scheduled messages. All dated the same night.
A: The sender… is me.
B: You asked me to keep it for you. Until [you could bear it|you were strong enough].
? - {a} slides down the wall and sits on the floor.
A: And now?
B: You [found it|got this far]. This time you're not alone.
- One last light from the phone: "[Good morning.|Welcome back.]"
"""
