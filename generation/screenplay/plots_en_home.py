# ruff: noqa: E501 — one line an alternative, however long
"""English plots about families, offices and misunderstandings. The format is described in ``patterns``."""

from __future__ import annotations

__all__ = ["PLOTS"]

PLOTS = """
@ secret kin genre/drama genre/family-life genre/family mood/tense mood/sad mood/dark
title: [Before Breakfast|What Nobody Said|Not Another Word|The Quiet Part|Two Minutes]
clock: days
logline: {a}, {a_role_a}, is keeping something from {b} about {matter}; when {b} lays {thing} on the table, there is one night left to tell the truth.
roles: brother/sister | daughter/father | tenant/landlord | grandson/grandmother | older sister/younger brother
places: a small kitchen | the room behind the repair shop | a rented flat | a back parlour
matter: what happened
A.want: to get through tonight without saying it
A.need: to admit to being afraid, and let somebody help
A.voice: short answers, changes the subject, tidies when nervous
B.want: one honest sentence
B.need: to stay even when the answer is a bad one
B.voice: slow; asks once and waits
## INT {place} NIGHT | {b} senses something; {a} jokes it away.
= holds a thing
- [One lamp on.|The light flickers, then holds.|A radio, too low to hear.] {a} pushes {thing} into [a drawer|a pocket|a stack of papers] as {b} walks in.
B: [Still up?|You're not asleep.|There's light under the door.]
A (not looking up): [Nearly done.|Two minutes.|Just finishing.] Go to bed.
B: You only say that when [it isn't|there's something|you want me out of the room].
? - {a} [wipes a clean cup again|straightens a straight chair].
A: [It's nothing.|You worry too much.|Don't start.] It's only {matter}.
B: Then look at me and say that.
- {a} [smiles|starts to speak|reaches for a cloth] and does not look.
##* INT {place} DAY | {b} goes the long way round; {a} answers every question but the one.
- {b} peels potatoes, [casual about it|eyes down].
B: [Your phone was lit all night.|You went out last night.]
A: [Alarm.|Taking the bins out.]
B: [At three in the morning?|At three?]
A: [I like a head start.|They were full.] [1~Where do we keep the salt?|Are these the good potatoes?]
- {b} [1~holds out the salt and doesn't let go of it|moves over, and leaves a space].
B: [All right.|No hurry.] [1~When you feel like talking, you know where the salt is.|Potatoes keep. Other things don't.]
##+ EXT {street} NIGHT | {a} rehearses the sentence alone, and cannot finish it.
- {a} stands under a streetlight, practising on [a shop window|a dark phone screen].
A: {b}, [listen|there's something]… [No.|Again.]
- A deep breath.
A: About {matter}. [I lied.|I left something out.]
? - In the glass, the reflection looks down first.
- The phone rings. {b}. {a} [lets it ring out|declines the call].
## INT {place} LATE NIGHT | The evidence is on the table.
= gives thing b
- {b} sets {thing} in the exact middle of the table. Neither of them [touches it|speaks first].
B: [I wasn't looking for it.|It fell out on its own.|I was only dusting.]
A: How much did you [see|read]?
B: [Enough.|Your name. Then I stopped.|Half.] I want the rest from you.
A (tight): If I tell you, you'll [go|never look at me the same way].
B: [How long have you been deciding that for me?|That part is mine to decide.]
## INT {place} DAWN | The truth, and then breakfast.
= learns b truth
- Grey light in the window. They have not [slept|moved]. {thing_cap} lies between them.
A: [All right.|Fine. From the start.] {matter_cap}. [I was the one who got scared.|It was my doing.]
? - {b} turns off the lamp. Daylight does the rest.
B: [That's it?|Is that all of it?]
A: [Every word.|There's no more.]
B (standing): [Eat something first.|I'll put the kettle on.] Then we [work it out|fix it]. Both of us.
- For once, {a} does not tidy the table.
##! INT {place} DAWN | The truth is one word away when somebody knocks.
- {a} [finally looks up|sits down, which never happens].
A: [All right. I'll say it.|Sit. I'll start at the beginning.] {matter_cap}. The truth is—
- [Three knocks at the door, unhurried.|A phone begins to buzz its way across the table.] {b} [looks at the door|reads the name on it], and goes white.
B (whispering): [That can't be. We buried that man.|That number was cut off three years ago.]
- {a} [drops the cup|covers {thing} with both hands].

@ house kin genre/family-life genre/family genre/drama mood/warm mood/nostalgic mood/funny
title: [Three Bowls|The Last Supper on Elm|Before We Sign|Whose Pot Is It|The Good Spoon]
c: neighbour
logline: The night before the old house is sold, {a}, {a_role_a}, and {b}, {a_role_b}, reopen ten years of accounts over {matter}, until {thing} falls out from behind the dresser.
roles: sister/brother | brother/sister | older sister/younger brother
things: a stained recipe book/the recipe book | a stopped clock/the clock | an enamel lunch tin/the lunch tin | a household ledger/the ledger
places: the old kitchen | a half-packed living room | the family dining room
matter: the sale
A.want: to sign, shake hands and catch the early train
A.need: to admit that leaving hurts
A.voice: quick, counts everything, swears when moved
B.want: to put it off by one more meal
B.need: to see that what is worth keeping isn't the house
B.voice: answers sideways; says it with food
## INT {place} EVENING | One of them wants a signature. The other is chopping onions.
- Coloured stickers on all the furniture. {a} [squares a pile of contracts|checks a watch]. {b} is [at the stove|among the boxes with a chopping board].
A: [Three copies, three signatures, three minutes.|I've brought the pen. All it needs is your name.]
B: [Not enough onion.|That wants another ten minutes.]
A: [I say house, you say onion?|I'm not talking about the soup.]
B: [Eat, then sign. Nobody should sign hungry.|Hungry hands shake.]
- {a} [puts the contract on the chopping board, then snatches it back|counts the bowls on the table. Three, not two].
A: [Why three bowls?|You've laid one too many.]
B: [Habit.|Have I.]
##* EXT {street} EVENING | {a} goes out for an onion and is stopped by a neighbour.
- {a}, one onion in hand. {c} from next door is in the way.
C: [So it's true, then?|Tomorrow, I hear.]
A: [It leaks.|The roof's shot, and so is the boiler.]
C: [It's leaked for twenty years. Nobody ran.|You stood right there, seven years old, and told me you'd buy the whole street.]
A: [I've a train to catch, and no more buckets.|I was a poor judge of property.]
- {c} pushes [two oranges|a bag of plums] into {a}'s arms and [walks off|won't hear a word]. {a} looks back at the one lit window.
##+ INT {place} NIGHT | Who did more? They both kept accounts.
- Food on the table. Nobody eats.
A: [Who paid for the roof?|Who paid the bills, every month?] I can give you [dates|the figures].
B: [You did.|I know who.] [Who got up to light the stove? Is that in there?|Who drove to the hospital at two in the morning? Which column is that?]
A: [That's not the same thing.|You can't put that in a column.]
B: [You started counting.|I didn't open the book.]
? - The bulb buzzes. Both look up, both say [“Needs changing”|“Not again”], and both shut up.
A (smaller): [It was meant to take three minutes.|All this, over {matter}.]
## INT {place} NIGHT | {thing_cap} falls out, and ten years have somewhere to go.
= holds b thing
- They shift the dresser. {thing_cap} [slides out of the gap|hits the floor]. [Dust, everywhere.|Years of dust.]
A: [I thought that was thrown out.|How is that still here?]
B: [Who'd throw it out?|Somebody put it away, the year you left.]
- {a} [turns it over|blows the dust off]. [Pencil, on the back.|A note, folded small.]
A (reading): [“They both like it salty. Don't tell them about my heart.”|“One short or not, lay the table for three.”]
- Silence. {b} [turns off the stove, taking a long time over it|wipes a clean counter].
A: [Damn it. Why didn't you say?|You knew. You knew, and you let me count.]
B: [Eat. It's getting cold.|Soup's ready.]
## INT {place} MORNING | They will sign. But there is a clause.
- Morning. Three bowls, [empty|washed and turned over]. {a} [smooths out the contract|takes the pen apart and puts it back together].
A: As for {matter}, [we're still doing it|it's still right]. [But the pot's mine.|One condition: this day every year, you come to mine and cook.]
B: [Your stove's too weak.|You can't lift that pot.]
A (eyes wet, laughing): [So teach me.|Then I'll buy a stove.] [I'm not writing that one down.|Call it a million, rounded down.]
- {b} [signs very slowly|signs, wraps the third bowl in newspaper, and puts it in {a}'s case].
##! INT {place} NIGHT | There is a third name on the deed.
= holds b thing
- {thing_cap} hits the floor. [A yellowed sheet slides out of it.|Something has been folded into the back.] {a} [gets to it first|reads, and stops reading].
B: [Well? What does it say?|Go on. Out loud.]
A: [The house isn't ours.|There are three names on this.]
B: [There's only ever been us.|Who's the third?]
- [A key turns in the front door.|The doorbell.] A voice neither of them knows: [“I'm home.”|“I was told you'd be signing today?”]

@ mistaken genre/comedy genre/stand-up genre/musical genre/variety mood/funny mood/light mood/quirky
title: [You Must Be|The Wrong Table|Handle With Care|Gloriously Mistaken|This Way Up]
clock: day
c: waiter
logline: {a}, {a_role_a}, takes {b}, {a_role_b}, for the person who has come about {matter}; they talk at cross-purposes, and happily, until {thing} gives the game away.
roles: first-time writer/courier | nervous accountant/piano mover | trainee lawyer/florist | young founder/removal man
things: a potted cactus/the cactus | an old gramophone/the gramophone | a sealed crate/the crate | a bowl of goldfish/the bowl of goldfish
places: a hotel café | the corner noodle bar | an office lobby | a busy tearoom
matter: the interview
A.want: to bluff politely through {matter}
A.need: to admit to having no idea
A.voice: over-polite; starts everything with "the thing is"
B.want: to do one job and leave
B.need: somebody who listens
B.voice: literal, and now and then devastating
## INT {place} DAY | It starts with a courtesy.
= holds b thing
- {a} [straightens a collar|checks teeth in a spoon]. {b} comes in carrying {thing}, looking around.
A (standing): You must be here about {matter}.
B: [Sort of?|I suppose so.|Am I?]
A: Wonderful. Sit, sit. The thing is, I've [been up all night|prepared thoroughly|brought notes].
B: [Go on, then.|For this?]
- {a} [pulls out notes. They are upside down|clears {a_his} throat and forgets the first line].
##* INT {place} DAY | Even the order turns into philosophy.
- {c} comes over with menus, and looks from {a} to {thing}.
C: [What can I get you both?|Drinks?]
A: [Whatever my guest thinks best.|I'll follow the master.]
B: [Anything that doesn't spill.|Water. I'm double-parked.]
A (writing it down): [“Anything that doesn't spill.” Exactly.|“Double-parked.” Aren't we all.]
C: [So… two waters.|I'll come back.]
- {b} reads the price list, and [quietly moves the menu out of reach|nods, relieved].
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
B: Don't mind me. [I liked the part about attitude.|You were just getting to the good bit.]
A: The thing is… wrong number.
## INT {place} DAY | {thing_cap} gives the game away.
= learns a truth
- {thing_cap} starts to slide. They both lunge. Between their hands: a delivery note.
A: You're here to… deliver something.
B: [What did you think?|Obviously.] You kept [praising it|telling me how important it was].
A: Then {matter}…
B (seriously): I know nothing about that. But [don't use the notes|lose the notes]. Just say it like you said it to me.
- {a} looks at the notes, then [crumples them|puts them away].
A: The thing is… have you had lunch?
##! INT {place} DAY | Somebody else has been mistaken, too.
= learns a truth
- The delivery note [comes loose and lands at {a}'s feet|turns over].
A (reading): “Deliver to…” [This is my name.|Why does it say my name?]
B: [It's for you. It's always been for you.|I did wonder when you'd look.]
- At the door, [a woman in a very good suit|a man out of breath] walks straight up to {b}, hand out.
E: [There you are, Chairman.|Sir. You really mustn't do the deliveries yourself.]
- {a}'s notes [go into the soup|fall, one card at a time].

@ blame genre/workplace genre/drama mood/thought-provoking mood/tense mood/funny
title: [Lessons Learned|Who Signed It|Per My Last Email|Thumbs Up|Minutes of the Meeting]
c: managing director
logline: {matter_cap} went wrong, and {a}, {a_role_a}, and {b}, {a_role_b}, owe the morning meeting one name; {thing} would settle it, and neither wants to be the one to show it.
roles: project manager/intern | head of design/junior designer | old hand/new hire | shift leader/trainee
things: a signed approval form/the form | a voice recorder/the recorder | a printed screenshot/the screenshot
places: an office with one lamp on | an empty meeting room | the staff kitchen
matter: the launch
A.want: a sentence that blames nobody
A.need: to stand up for somebody, once
A.voice: process words; says "let's align" when cornered
B.want: to keep this off a very short CV
B.need: to learn that silence is also a position
B.voice: quiet; apologises first, then hits the nail on the head
## INT {place} NIGHT | One name by morning. Nobody picks up the pen.
- On the whiteboard: [“ACCOUNTABILITY”|“LESSONS LEARNED”]. {a} [wipes it off, then writes it again|takes the cap off the marker and puts it back].
A: Let's align first. [Nobody's looking for someone to blame.|This isn't about people.] It's about [the process|the chain of events].
B: Sorry. [Which one of us is the process?|There are two of us in the chain.]
A: [The process will tell us.|That's what the review is for.]
B: [Last time the process talked, it said Jamie's name.|The process has my desk number, though.]
- [The printer starts by itself.|The air conditioning cuts out.] They both [jump|stop talking].
##* INT LIFT NIGHT | Thirty seconds with the boss, and nobody says it.
- Doors open. {c}, the managing director. {a} and {b} [press themselves to the walls|smile at the same time].
A: [Working late?|You too?]
C: [That's the spirit.|I hear {matter} was lively.]
A: [All under control.|We're aligning.]
- The numbers count down. {b} [studies {b_his} shoes|opens {b_his} mouth].
B: Sorry, it's just that… [which floor?|after you.]
- The doors close. {a} [breathes out|loosens a collar].
B: [Thirty seconds. That was long enough to tell the truth.|I nearly said it.]
##+ INT {place} LATE NIGHT | Half a takeaway, and half a conversation.
- Two boxes, one fork. {a} [snaps it in two|slides it over].
B: Sorry, but I did [ask you|send a message]. I said, are we really going early?
A: [And I said “noted”.|I answered. I'm sure I answered.]
B: [You sent a thumb.|It was a full stop.]
? - {a} stops chewing.
A: [I didn't read it properly.|I had seven meetings that day.]
B: [I know. That's why I didn't ask twice.|Asking twice felt rude. I wish I'd been rude.]
## INT {place} LATE NIGHT | The evidence is on the table, and either of them could take it.
= holds b thing
- {b} takes out {thing} and [puts it between the boxes|keeps one hand on it].
A: [You've had that all along.|When did you get this?]
B: [Since that night.|Two hours in.] [I'm not trying to get anyone. I was frightened.|Somebody told me to keep a record. It was you.]
A: [Hand it in and you're clear.|So what are you waiting for?]
B: [If I do, you're gone.|You taught me how to book a room on my first day. Nobody else said hello.]
- {a} turns {thing} face down and [pushes it back|leaves a hand there].
A (quietly): [Forget aligning.|Never mind the process.] [I said go. It's my name.|It was my call.]
## INT {place} MORNING | Before anyone arrives, {a} writes a name on the board.
= learns b truth
- Daylight on [empty chairs|a cold coffee]. On the board {a} prints {a_his} own name, neatly.
B: [You don't have to do that.|Sorry, no.] {matter_cap} was mine as well.
A: [Yours goes in the minutes. It says: “raised concerns”.|Your part was warning me.] I'm writing it myself.
B (out loud, for once): [Then I'm not sorry either.|Then I'm sitting next to you.]
A: [Good.|Front row.] Let's call that aligned.
- The door opens. {b} [puts {thing} away|sits up straight] and [pulls {b_his} chair half a step forward|doesn't look down].
##! INT {place} MORNING | The email has already gone out, and the name on it is neither of theirs.
- {a} and {b} [reach for the door|both start to speak]. Two phones go off at once.
B (reading): “Regarding {matter}…” [Sorry, isn't the meeting at nine?|This was sent last night.]
A: [Whose name is on it?|Scroll down.]
- {b} [turns the screen around|hands it over]. {a}'s face [changes|closes, slowly].
A: [That person was never on the project.|That person left in March.]
"""
