# ruff: noqa: E501 — one line an alternative, however long
"""English plots of love, friendship and being seventeen. The format is described in ``patterns``."""

from __future__ import annotations

__all__ = ["PLOTS"]

PLOTS = """
@ reunion genre/romance genre/music genre/biography genre/history genre/animation mood/nostalgic mood/warm mood/healing mood/romantic mood/slow
title: [The Last Bus|Long Time|Across the Street|What I Meant to Say|The Next One After]
logline: Years later, {a}, {a_role_a}, runs into {b}, {a_role_b}; {matter} and {thing} take them back to the day they parted.
roles: musician/teacher | photographer/doctor | driver/old classmate | piano tuner/postman
places: a station waiting room | a ferry terminal | a hospital lobby | an old cinema foyer
matter: that summer
A.want: to seem fine and say a graceful goodbye
A.need: to finish a sentence begun years ago
A.voice: small jokes that stop short of the point
B.want: to give {the_thing} back
B.need: to learn that nobody was left behind on purpose
B.voice: gentle; remembers every detail
## INT {place} DUSK | They recognise each other across a crowd.
= holds b thing
- People [come and go|thin out]. {a} checks the time, looks up, and there is {b}.
A: [It's you.|Of all places.|No. Really?]
B: You haven't changed. You still [lead with the left foot|look for the clock first].
A: [Be honest.|Don't be kind.]
B: [A little slower, then.|All right. You're greyer.]
- They both laugh, and both stop.
? B: Are you in a hurry?
? A: Yes. [There's another one after it.|Not really.]
##* INT {place} NIGHT | {a} means to go. The rain has other plans.
- Rain on the glass. {a} [picks up a bag and puts it down|gets as far as the door].
A: [Did you arrange this?|Somebody up there is nosy.]
B: You never did [carry an umbrella|read the forecast].
A: I had one. I [lent it to somebody|gave it to you, if you recall].
B: [One of the ribs was broken. I mended it.|I still have it.]
- {a} [has no joke for that|starts to laugh, and doesn't].
## INT {place} NIGHT | Everything leads back to {matter}.
= gives thing a
- Two cups of tea, [untouched|steaming].
A: All these years. {matter_cap}. Do you ever think of it?
B: [Every year, about now.|Whenever it rains.]
A: I don't. [I've quite forgotten.|Never.]
- {b} puts {thing} on the table. {a}'s hand stops in mid-air.
B: [It hasn't forgotten.|You left this behind.]
A (softly): [You kept it.|I thought I'd lost it.]
##+ EXT {street} NIGHT | An old road, walked again.
= learns b truth
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
##! EXT {street} NIGHT | The sentence is half out when somebody steps off the bus.
- The last bus stops. {a} [turns round|finally speaks].
A: That day, I didn't cross because—
- The doors fold open. [A woman in white|A man with a sleeping child] gets off and [waves|calls out] to {b}.
B (frozen): [Let me explain first.|You two have met.]
- {a} sees who it is, and [takes a step back|lets go of {thing}].
A: [You swore you were never coming back.|It can't be you.]

@ rehearsal genre/romance genre/comedy genre/youth mood/romantic mood/funny mood/light mood/warm
title: [Say It to Me First|From the Top|The Understudy|Line, Please|Practice Run]
logline: {a}, {a_role_a}, begs {b}, {a_role_b}, to rehearse {matter} with {a_him}; by the third run it is plain that the name on {the_thing} was {b}'s all along.
roles: barista/bookseller | programmer/designer from the next desk | junior doctor/nurse | sound engineer/singer
things: a crowded sticky note/the sticky note | a receipt folded into a heart/the receipt | a cue card/the cue card
places: a closed café | an old bookshop | an empty rehearsal room
matter: tomorrow's big speech
about: confession|proposal|wedding|apology|speech|toast
A.want: to get through the words without stammering
A.need: to say a true thing unrehearsed
A.voice: nervous comparisons that go wrong halfway
B.want: to be a good stand-in and show nothing
B.need: to believe in being the one somebody chose
B.voice: notes, like a director; clipped, dry
## INT {place} NIGHT | A ridiculous rehearsal begins.
= holds a thing
- {a} [drags a chair to the middle|stands very straight], {thing} crushed in one hand. {b} [folds both arms|leans on the counter].
B: [I charge for this.|One run, one hot chocolate.]
A: [Done.|Fair.] You be… [you be the person.|you stand there and be wonderful.]
B: [What are they like, this person?|Wonderful how? Give me something.]
A: Like… [a baked potato in January.|the last good coat in the sale.]
B (after a moment): [Cut that.|Never say that to anyone.]
##* INT {place} NIGHT | {b} shows how it's done, and does it too well.
- {b} [puts the cup down|takes two steps back].
B: Watch. [“I walk one stop too far every day, just to pass this door.”|“When you talk, I have never once looked at the time.”]
- Silence. [A fridge hums.|A car goes by outside.]
A: [Who taught you that?|Did you just make that up?]
B: [Off the internet.|Read it somewhere.] [A while ago.|Kept it a while.]
A: It's good. Like [soup with one spoon too much sugar.|socks from the radiator.] I mean good.
- They both reach for the same cup. Neither looks up.
##+ INT {place} NIGHT | Second run. {b} starts to edit.
- {a} [sweats|reads]. {b} [strikes things out|circles a word] with a pencil.
A: “You are like [full signal.|pasta that isn't overcooked.]”
B: [Stop.|Next.] [Why is it always food or phones?|My grandmother wouldn't fall for that, and she's easy.]
A: [Then you write it.|How, then?]
B: [Facts. Which day was it? What was the weather?|Say when it started. Small true things. Nobody can argue with them.]
A: [m~Last autumn. It was raining.|The ninth of March.] You… the person was [m~holding an umbrella over a cat and getting soaked|on a ladder with a screw between the teeth, changing a bulb].
- {b}'s pencil stops.
## INT {place} LATE NIGHT | The name on {the_thing}.
= learns b truth
= gives thing b
- {a} goes for water. {thing_cap} is [on the chair|on the floor by {b}'s foot]. {b} [picks it up|reads it, then reads it again].
B: [m~The umbrella. The cat. That was me.|The ladder. The ninth of March. That was me.] [You were by the door?|You saw that?]
A (holding two glasses): That's… [a draft.|private. Like a dentist.]
B: [It's my name. You've been rehearsing me, at me.|Three runs. All of it, to me.]
A: [I thought I'd stammer. It's like stealing the exam the day before.|I needed a run at it. Like a very short plane.]
B: [And {matter}?|So there's nobody else?]
A: [There's no tomorrow. I made it up.|There never was anybody.] This is it.
## EXT {street} LATE NIGHT | Once more, without the card.
- Under a streetlight, a step apart. Their shadows already touch.
B: [From the top. No comparisons.|Last take. No food.]
A: I like you. [m~Since the umbrella.|Since March.] [I haven't stopped.|I've looked for the off switch.]
- {b} [holds out for one second, and loses|looks at the ground, and it doesn't help].
B: [I can use that.|Print it.] [Still a little bit potato.|There's room for improvement.]
A: [The hot kind, though?|Is that a note or a yes?]
- {b} folds {thing} and puts it in [{a}'s pocket, and leaves the hand there|{b_his} own pocket].
##! INT {place} LATE NIGHT | The name on {the_thing} is somebody else's.
= learns b truth
- {thing_cap} lies at {b}'s foot. {b} [picks it up, and stops smiling|reads it out].
B: [“For Robin.” You've never once mentioned a Robin.|“Dear Robin.” Who's Robin?]
A (running in): [I didn't write that.|Give it here. That isn't mine.]
B: [It's your handwriting.|The ink's still wet.]
- A knock on the glass. Somebody outside [holds up another one just like it|takes off a hat]. [“Are you two practising my lines?”|“You started without me.”]

@ rooftop genre/youth genre/sport genre/music genre/drama mood/inspiring mood/nostalgic mood/warm mood/energetic
title: [Roof Key|Write Your Own Name|Last Place|Whatever|The Wrong Lane]
logline: One night before {matter}, {a}, {a_role_a}, wants out; {b}, {a_role_b}, blocks the way with {thing}.
roles: new kid/desk mate | substitute/team captain | repeat student/younger teammate | lead singer/drummer
things: a half-filled form/the form | a race number/the race number | an old guitar pick/the pick | a crumpled exam card/the exam card
places: the school roof | the empty stands | the back door of the gym
matter: the finals
about: exam|final|race|match|gig|concert|audition|graduation
A.want: to drop out gracefully, with no questions
A.need: to be allowed to lose once
A.voice: says the opposite; hides behind "whatever"
B.want: to see {a}'s name on the list
B.need: to stand up straight before pushing somebody else
B.voice: talks too much; every example is an embarrassing story
## EXT {place} DUSK | {a} is leaving. {b} is in the doorway.
= holds b thing
- [Wind.|A bell rings, far down.] {a} [empties a desk into a bag|zips up a bag]. {b} arrives, out of breath, and [leans in the doorway|blocks the way].
B: [Your desk's empty!|They said you've asked for leave.]
A: [Whatever.|So?] [Nobody sits at the back anyway.|More room for you.]
B: [I sit at the back! Who do I pass notes to?|Who'll laugh at my jokes? Nobody laughs at my jokes.]
A: [The wall.|Somebody with grades.]
- {b} holds up {thing}. [One line is blank.|The corners are worn soft.]
B: [You write it. I'm not doing it for you.|It just needs your name. Only you can do that.]
##* INT SNACK BAR DUSK | Two skewers, and nobody mentions {matter}.
- Steam. They [share a bench|eat standing up].
B: [I fell asleep in the mocks, you know.|My first race? I ran in somebody else's lane.]
A: [And?|You're making that up.]
B: [There's still drool on the paper. They framed it.|I was winning, too. By a hundred metres. In the wrong lane.]
- {a} [nearly laughs|chokes on a noodle].
A: [How did you come back the next day?|I'd have moved schools.]
B: [Nobody remembered. Only me.|Turns out I was the only one watching.]
##+ EXT {street} NIGHT | They run until it comes out.
- {a} and {b} run. [Streetlights go by.|Bags bang on their backs.]
A: [You know what they said at home?|You know what my dad says?]
B: [What?|Tell me. I've heard worse.]
A: “[Don't embarrass us.|You can always work in the shop.]” [Whatever. They're right.|Which is fine. Whatever.]
B: [Liar.|Stop.] [If you believed that, you'd be walking.|Your mouth says whatever, and look at your feet.]
- {a} [stops, hands on knees|runs faster].
## INT STAIRWELL NIGHT | What {a} is really afraid of.
= learns b truth
- [One emergency light.|The shadow of a window on the wall.] They sit on the stairs, [back to back|two steps apart].
B: [Go on. It's just us.|Nobody's listening. I'm barely listening.]
A: It isn't {matter}. [I can lose. I'm good at losing.|It's not losing.] [What if I try, really try, and that's all there is?|What if I give it everything and find out how big everything is?]
B: [Me too.|I think about that every day.] [I'm the slowest one on the list. Did you know that?|You think I talk this much because I'm calm?]
A: [You never said.|I thought you weren't scared of anything.]
B: [If I stop talking I can hear it.|It gets loud when I shut up.]
? - They [both start laughing|listen to the building tick].
## EXT {place} DAWN | First light, and a name.
- {thing_cap} on [the railing|{a}'s knee]. {a} [bites the cap off a pen|holds a pen for a long time].
A: [What if I come last?|I might be terrible. I'm just saying.]
B: [Then we're last. Both of us.|Then it's a month of skewers, on me.]
A: [Whatever.|Fine. Whatever.] No. Not whatever. [I want to go.|I want it.]
- {a} writes. [The wind lifts a corner; {b}'s hand comes down on it.|It takes a while. It's neat.]
B (hoarse): [Come on. We're late.|Right. Warm-up. Now.]
- On the stairs, [two sets of footsteps|two bags banging], all the way down.
##! EXT {place} DAWN | The name is written, and the list has gone in without it.
- {a} [finishes the last letter|holds {thing} up to the light]. {b}'s phone buzzes.
B (reading, slower and slower): [They sent the list in yesterday.|There was only one place left.]
A: [Who filled it in?|So who got it?]
- {b} [lowers the phone|can't look up].
B: [Me. They put me.|They asked me. I didn't say no.] [I thought you were really going.|I thought you'd already gone.]
- The wind takes {thing} [over the railing|off the ledge]. {a} grabs, and gets [a corner|nothing].
"""
