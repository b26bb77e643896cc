# ruff: noqa: E501 — one line an alternative, however long
"""English plots of suspense, crime, quiet horror and the clock. The format is described in ``patterns``."""

from __future__ import annotations

__all__ = ["PLOTS"]

PLOTS = """
@ message genre/suspense genre/mystery genre/fantasy genre/western mood/scary mood/thought-provoking mood/dreamy mood/violent
title: [Unknown Sender|Keep Looking|The Seventh Message|Don't Look Back|No Number]
logline: {a}, {a_role_a}, gets a message about {matter}, which nobody else could know; with {b} and {thing} the trail leads, step by step, back to {a}.
roles: night guard/roommate | archivist/neighbour | writer/younger sister | ranger/journalist
matter: that night
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
A: No number. But [it's about {matter}|I know what it means]. [Only I know about that.|Nobody knows about that.]
B (a beat late): Are you sure… nobody?
##* INT {place} NIGHT | One message, then another, each a step closer.
- It lights up again. {a} [turns the phone round|lays it between them]. They read together.
A (reading): "[Second drawer on the left.|You wore the grey coat.]"
B: [Which desk?|Do you own a grey coat?]
A: [The one I stopped using.|I did. I gave everything away that year.] I don't remember why.
- A third: "[Don't ask the one beside you.|The one beside you is watching your hands.]"
B (looking away): [Do you believe that, or me?|It means me, doesn't it?]
A: [I believe evidence.|I haven't said I believe anything.]
## INT {place} LATE NIGHT | {thing_cap} turns up where it cannot be.
= holds a thing
- A drawer slides open. {thing_cap} lies at the bottom. {a} [steps back|does not touch it].
A: I threw that away. [Myself.|Years ago.]
B: Couldn't it be another one?
A: [This scratch.|The broken corner.] I did that.
? - The phone again: "[Keep looking.|Go on.]"
B: [Leave it.|That's far enough.]
A (to {b}): What are you afraid of?
##+ EXT {street} BEFORE DAWN | The trail ends where it began.
- [Fog.|Rain.] {a} walks ahead with a torch. {b} stays three steps behind.
A: [This is the place.|Here.]
B: You really don't remember?
- Far off, a window lights up. {a} switches off the torch.
A: That window. [I've seen it from the inside.|Why do I know that window?]
## INT {place} DAWN | The sender.
= learns a truth
- {a} scrolls. Line after line of scheduled messages. All dated the same night.
A: The sender… is me.
B: You asked me to keep it for you. Until [you could bear it|you were strong enough].
? - {a} slides down the wall and sits on the floor.
A: And now?
B: You [found it|got this far]. This time you're not alone.
- One last light from the phone: "[Good morning.|Welcome back.]"
##! INT {place} BEFORE DAWN | The sender is in this room.
- {a} [opens the map|zooms in]. A red dot, blinking.
A: [Got it.|There's the address.] It's… [this building.|zero metres.]
B: [There's nobody here but us.|That can't be right. Refresh it.]
- Somewhere in the room, [a soft chime|a buzz]. It comes from [{b}'s pocket|inside the wall].
A: [Take your hand out of your pocket. Slowly.|Don't move.]
- The lights go out. On the phone, one line: "[Now turn around.|You write the eighth.]"

@ statement genre/crime genre/thriller genre/suspense mood/tense mood/dark mood/thought-provoking
title: [The Second Statement|Off the Record|Noodles at Nine|Soup Too Salty|What the Witness Ate]
c: fellow officer
logline: {a}, {a_role_a}, must let {b}, {a_role_b}, go at dawn; {b} keeps changing the story of {matter}, and {thing} points at somebody on {a}'s own side.
roles: detective/witness | old sergeant/pawnbroker | customs officer/sailor | inspector/night driver 
things: a muddy glove/the glove | a parking ticket/the ticket | a numbered badge/the badge
places: an interview room | a police back office | a customs interview room
matter: the case
about: case|murder|robbery|disappear|heist|theft|kidnap
A.want: one true sentence before the doors open
A.need: the nerve to look close to home
A.voice: low; short questions; repeats the other's last words
B.want: to walk out of here in one piece
B.need: to stop carrying somebody who isn't worth it
B.voice: oily; tells stories; hides the truth in jokes
## INT {place} LATE NIGHT | The first version is watertight.
- [One lamp.|A clock says three.] {a} slides a cup of water across. {b} [doesn't touch it|turns it in circles].
A: [From the beginning.|Again.]
B: [The beginning? It was raining when my mother had me.|Which beginning? I've got several.]
A: [Nine o'clock.|Nine to ten. Where.]
B: Noodles. [With an egg. The soup was salty.|A small bowl. They overcharged me.]
A: [Too salty.|Overcharged you.]
B: [You see, that's the part you heard.|You're hungry, aren't you? I can tell.]
##* INT CORRIDOR LATE NIGHT | Somebody suggests that {a} stop here.
- {a} stands [at the vending machine, not choosing|with an unlit cigarette]. {c} [comes up alongside|offers a lighter].
C: [Two more hours.|That's enough for one night.] No proof, no charge. [They only want {matter} closed.|Upstairs just wants a line under it.]
A: [Closed.|A line under it.]
C: [At our age, you ask one question less.|You know where they post people who keep on asking.]
A: [One question less, one night's sleep less.|I'm on nights already. There's nowhere further.]
- {c} [pats {a}'s shoulder and goes|says nothing more]. The footsteps stop at the corner. Then they go on.
## INT {place} LATE NIGHT | {thing_cap} under the lamp, and a new version.
= holds a thing
- {a} puts {thing} [under the lamp|on the line between them]. {b}'s smile is half a second late.
A: [This was found on the riverbank.|They picked this up by the river.] [There's no river near the noodle shop.|The noodle shop is four miles off.]
B: [Well, memory. At my age.|It's been a long night.] [1~I might have gone for a walk.|One walks. For the digestion.]
A: [1~A walk.|The digestion.] [Four miles?|In the rain?]
B: [You're no fun to talk to.|This is thirsty work.]
- {b} [drinks the water in one go|looks, for the first time, at the mirror].
##+ INT {place} BEFORE DAWN | {a} stops the tape, and they talk about home.
- {a} [presses stop|takes off the headset]. [The red light dies.|Quiet.]
A: [Your girl sits her exams this year.|You've got a boy at college.]
B (no jokes now): [Leave the kids out of it.|You ask about me. Not about that.]
A: [I'm leaving them out.|I'm not asking.] [Who pays the fees when you're inside for another man?|Will he go to the school concert, this friend of yours?]
B: [He said he'd see to it.|He gave me his word.]
A: [He.|His word.]
- {b} [hears it too, and shuts both eyes|laughs once, at nothing].
## INT {place} DAWN | The name is said. It is the one {a} didn't want.
= learns a truth
- Grey at the window. {a} turns the statement around and lays a pen on it.
B: [You won't thank me.|You're sure you want this one?]
A: [Write.|Say it.]
- {b} writes a name. {a} reads it and [doesn't move|puts one finger on it].
B: [Everything else tonight was a story.|I've told a lot of stories.] [Not that.|That one's true.] [Your turn to change your mind.|You wanted one true sentence.]
A: [Tape's back on.|I'm not changing it.] [Name. Time. Place. {matter_cap}, from the top.|Start again. All of {matter}, and leave out the soup.]
- The red light comes on. In the corridor, [footsteps|somebody stops outside the door].
##! INT {place} DAWN | The last name on the list walks in.
= learns a truth
- {b} writes one letter, and [looks at the door|presses so hard the nib splits].
A: [Finish it.|Go on.]
B: [No need.|I can't. It's here.]
- The door opens. {c}, [smiling, two cups of tea|hat off, rain running from the brim].
C: [Good work. I'll take it from here.|Go home. Shift change.]
- {a} looks at {c}'s hands: [a tide line of river mud on one cuff|a fresh cut across the thumb].

@ door genre/horror genre/suspense mood/scary mood/dark mood/quirky
title: [3:07|Nobody Across the Hall|The Second Toothbrush|Don't Answer|Old Buildings]
logline: At 3:07 every night somebody knocks at {a}'s door; {b}, {a_role_b}, says not to answer. But the knocking is about {matter}, and {thing} has been in the room all along.
roles: tenant/downstairs neighbour | night nurse/doorman | exchange student/landlord's nephew
things: a second toothbrush/the toothbrush | a faded doorbell/the doorbell | somebody else's diary/the diary
places: a rented room | the top-floor flat | the room at the end of the hall
matter: that night last spring
about: night|rain|sound|knock|missing
A.want: one whole night's sleep
A.need: to stop pretending not to hear
A.voice: talks to the empty room; the more frightened, the more polite
B.want: to see {a} move out quietly
B.need: to open a door that stayed shut
B.voice: slow; puts everything down to "old buildings"
## INT {place} LATE NIGHT | 3:07. A knock.
- [A clock rolls over to 3:07.|A phone on the pillow: 3:07.] Three knocks. {a} [sits up|pulls the blanket to {a_his} chin].
A (small): [Hello? Who is it, please?|Sorry, I think you have the wrong door.]
- [No answer.|A pause.] Three more, [softer|lower down, at the height of a child].
A: [I'm turning the light on now.|I'll count to three.] [Mind how you go.|Thank you for calling.]
- Through the spyhole: [an empty corridor, the light still on|nothing but dark].
##* INT STAIRWELL DAY | By day the building is perfectly normal. Too normal.
- {a} carries the rubbish down. {b} is [polishing a banister|watering a dead plant].
A: [Sorry, who lives across the hall from me?|Good morning. Did you hear anything last night, by any chance?]
B: [Old buildings. Pipes.|Pipes.]
A: [Do pipes knock three times?|They're very regular pipes.]
B (stopping): [Three?|How many times?]
A: [Three.|Every time.]
- {b} [looks up the stairwell|pours water on the floor].
B: [Sleep deeper.|If you hear it again, you didn't.]
## INT {place} LATE NIGHT | There is one thing too many in the flat.
= holds a thing
- By the sink: {thing}, [neatly placed|a little damp]. {a} [backs into the doorframe|counts again. One thing too many].
A: [Sorry, whose is this?|Excuse me. That isn't mine.]
- {b}'s voice, through the door: [“Put it back where it was.”|“Best you didn't see that.”]
A: [How do you know what I'm holding?|Have you been standing there the whole time?]
B: Old buildings. [Thin walls.|Sound carries.] It belonged to the last one.
A: [The last one what?|And where is the last one now?]
- No answer. [Slippers, going away.|A door shuts downstairs.]
##+ INT {place} LATE NIGHT | This time {a} asks a question through the door.
- 3:07. {a} sits against the door [in a blanket|with {a_his} forehead on the wood]. The knock.
A: Good evening. [If you need help, please knock once.|If you're only cold, once is fine.]
- One.
A: All right. [Are you looking for somebody?|Would you like to come in?]
- Two, [fast|close together]. Then a fingernail on the other side of the wood, [writing|stroke by stroke].
A (tracing it): [“Open the door.”|“Nobody came.”]
## INT {place} BEFORE DAWN | {b} tells it at last, and a door is opened.
= learns a truth
- {b} stands in the corridor with [a ring of keys|no coat on].
B: It was raining. [{matter_cap}.|You asked about {matter}.] [Same hour, same three knocks. On my door.|Somebody knocked. I was awake.]
A: [And you didn't open it.|What did you do?]
B: [I told myself it was the building.|I lay there and thought: pipes.] [In the morning there was an ambulance.|They'd come for help. I found out at breakfast.]
- 3:07. The knock, [from the empty flat across the hall|very soft]. Neither of them runs.
A: [Shall I, or will you?|I think it's for you. I'm so sorry.]
- {b} walks across, [hands shaking|breathing in], and opens the door. [Down the corridor the lights come on, one by one.|A draught. It smells of rain that has stopped.]
B: [I'm late. I'm sorry.|Come in. It's cold out there.]
##! INT {place} BEFORE DAWN | The knocking starts again, from the inside.
- {a} and {b}, side by side in the corridor, [not breathing|watching the door across the hall].
A: [Ten seconds.|3:06.]
B: [Perhaps not tonight.|Old buildings. Maybe it's only…]
- Three knocks. Slowly they both [turn round|look behind them]. It came from the room {a} has just locked. From the inside.
A (politely): [Excuse me. When did you go in?|Sorry. Who did I just lock in?]

@ deadline genre/action genre/adventure genre/sport genre/war genre/spy mood/fast mood/inspiring mood/energetic mood/epic
title: [Before Six|One Hour Left|Until It Gets Light|Ten More Minutes|The Back Way]
logline: {a}, {a_role_a}, has until dawn to settle {matter}; the only help is {b}, {a_role_b} and not a friend, and {the_thing} has gone missing.
roles: intern/night driver | stage manager/electrician | cook/courier | team leader/guide
things: a hard drive/the hard drive | a spare key/the spare key | a security pass/the pass
matter: the handover
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
##* EXT {street} NIGHT | The first step goes wrong; they need another way in.
- A shutter, [jammed halfway|sealed with tape]. {a} kicks it.
A: [Eleven forty!|Twenty minutes, gone!]
B: [It doesn't know who you are. Stop kicking it.|The door's done nothing to you.]
A: [You've got a better idea?|Fine. You say.]
B: [1~There's a gap round the back, if you don't mind crawling.|I know the watchman. It'll cost us a game of chess.]
- {a} looks at the time, looks at {b}, and [1~gets down on the ground|sits down at the board].
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
= holds b thing
- They [half run|walk fast], side by side, breathing hard.
A: Left! It's [quicker|two minutes faster]!
B: [It's blocked.|Dead end.] Trust me once.
- {a} slows for half a step, then follows.
A: [Thanks.|Listen. Thank you.]
B: [Thank me when it's done.|Save your breath and run.]
## EXT {street} DAWN | Just in time, and together.
= holds b thing
- First light. {a} and {b} stop, hands on knees. {b} holds up {the_thing}: [in one piece|not a scratch on it].
A: We've got… [one minute|thirty seconds].
B: [Told you.|Time for one more argument.]
A (laughing): Next time I call you first.
B: When you do, [buy breakfast|not in the middle of the night].
- They walk towards the light. [It's done.|That's that settled.]
##! EXT {street} DAWN | Delivered in time, to the wrong hands.
= holds b thing
- They arrive [on their knees|with nothing left]. {b} holds out {the_thing}. A [gloved hand|stranger] takes it.
A: [Five fifty-nine!|A minute to spare!] We made it.
- The stranger [checks it and smiles|makes a call]: [“It's here. You can close the net.”|“They still think they were helping.”]
B (catching {a}'s sleeve): [Wait.|Don't move.] [The one we're meeting is missing a finger.|Our man doesn't smoke.]
- {a} looks at the hand. [Five fingers.|A cigarette, just lit.]
"""
