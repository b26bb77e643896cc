# ruff: noqa: E501 — one line an alternative, however long
"""English plots of other times and of turned tables. The format is described in ``patterns``."""

from __future__ import annotations

__all__ = ["PLOTS"]

PLOTS = """
@ memory genre/science-fiction genre/fantasy genre/romance mood/thought-provoking mood/dreamy mood/sad mood/slow
title: [Eleven Minutes|Clause Seven|Confirm Deletion|Not on the Form|Are You Sure]
logline: {a}, {a_role_a}, has come to have {matter} deleted from memory; before {b}, {a_role_b}, can press confirm, {b} sees a familiar face in the footage, holding {thing}.
roles: client/operator | astronaut/technician | pianist/archivist
things: a blue data chip/the chip | a broken wristwatch/the watch | a hologram that won't open/the hologram
places: a memory clinic | a zero-gravity pod | an underground archive | the observation deck
matter: the accident
about: accident|break-?up|first love|goodbye|war|wedding|love|memory
A.want: to forget it cleanly and go to work tomorrow
A.need: to live with it
A.voice: like filling in a form; the sadder, the more exact
B.want: to close the last file of the day
B.need: to know what has been missing
B.voice: quotes the terms and conditions, with one private sentence in ten
## INT {place} NIGHT | Last file of the day: eleven minutes to remove.
= holds a thing
- Blue light. {a} [lies back in the scanner|sits down behind glass] and puts {thing} in a tray. {b} [checks a form|doesn't look up].
B: [State the range to be deleted.|Duration?]
A: [Eleven minutes.|Eleven minutes, four seconds.]
B: Search term?
A: [{matter_cap}.|Put down {matter}.]
B: [1~No refunds, no restoring.|Clause seven: afterwards you won't remember having agreed to this.]
A: [Agreed.|Understood.] [1~Tick it.|Clause seven is why I came.]
##* INT {place} NIGHT | A routine question that isn't on the form.
- The machine [hums|warms up]. {b} reads questions; {a} answers them.
B: [In the past year, have you dreamt of the same place?|Do you mistake strangers for somebody?]
A: [Three times a week.|Yes. On trains. The same carriage.]
B: [What colour is the coat?|Who's in it?]
A: [Green. Somebody with their back to me.|Green. Is that on the form?]
B (the pen stops): [No. Sorry. It isn't.|It isn't on the form.] [I have a green one, too.|I only wondered.]
## INT {place} LATE NIGHT | The preview shows somebody who should not be there.
= gives thing b
- The screen wakes: [grain|light], a hand, somebody calling. {b} leans in and [stops breathing|touches the glass].
B: [Pause.|Go back.] That's me. [That's my coat.|I know that coat.]
A: [Operators aren't in the footage.|You're mistaken. You're out of range.]
B: [I sewed that patch myself.|I've never seen you before tonight.] [So why can't I remember it?|Then where was I, for eleven minutes?]
- {a} [sits up|takes off the electrodes] and looks at {b} [for a long time|as if for the first time].
A: [Because you got here first.|Because a year ago you were lying in this chair.]
##+ INT {place} LATE NIGHT | {b}'s file, and the only person who knows the code.
- [Blue drawers|Sleeping drives], row on row. {a} says a number, and one [slides open|lights up].
B: [How do you know my code?|That's my file.]
A: [Your birthday, backwards. You told me.|You asked me to remember it for you. In case.]
B: [I did this to myself?|I signed?]
A: [You signed.|Yes.] [You said if one of us forgot, the other could sleep.|You said one of us had to be able to get up in the morning.]
- {b} holds the form. [The signature has run.|In one corner, a drop of water, long dry.]
## INT {place} DAWN | They answer the last question together.
= learns b truth
- On the screen: [DELETE PERMANENTLY?|CONFIRM?] {b}'s finger is over the key.
B: [Procedure says I ask once more.|Under the terms, I have to ask.] Are you sure?
A: [I came to be like you. I thought you were all right.|I thought forgetting had worked on you.] [Are you all right?|Has it?]
B: [No. I'm eleven minutes short every day.|I sleep. I just don't rest.]
A: Then {matter}. [Half each.|I'll tell you. From the first minute.] [Would that be against the terms?|It'll take about eleven minutes.]
- {b} presses [CANCEL|the red key]. The blue goes out. [It is morning outside.|Plain daylight.]
B (switching off the recorder): [We're closed. That's the end of the terms.|I'm off the clock.] [Start with the coat.|Slowly. I want all of it.]
##! INT {place} LATE NIGHT | The system says this memory has been deleted three times before.
= learns b truth
- A red box on the screen. {b} reads, [slower and slower|and stops].
B: “Warning: [entry already deleted.”|repeat operation.”] You've been here before.
A: [Tonight's the first time.|I have not.]
B: [This is the fourth. All three forms are signed by you.|Three times. Your signature, every time.] [And one operator, every time.|Somebody had to press the key.]
- The cursor moves down. Operator: [{b}|{b}. {b}. {b}].
A: [So we've met.|Then you forgot it, too. Three times.]

@ debt costume genre/wuxia genre/costume genre/history genre/fantasy-xianxia mood/epic mood/tense mood/thought-provoking
title: [A Bowl Before the Blade|No Sword at the Ford|Ten Years of Lamplight|Snow on the Sill|The Rice Jar]
c: captain of the riders
logline: {a}, {a_role_a}, has followed one trail for ten years and tonight finds {b}, {a_role_b}, at {place}; but when {thing} lies on the table, {matter} turns into another kind of debt.
roles: swordsman/innkeeper | hired blade/ferryman | general's orphan/storyteller | caravan guard/physician
things: half a jade pendant/the half pendant | a broken blade/the broken blade | an old wine banner/the banner
places: a snowbound inn | a ruined temple | a tea shed at the ford
matter: the old killing
about: killing|feud|oath|war|vow|promise|duel
A.want: to end it and be gone by daybreak
A.need: to know what ten years were for
A.voice: as few words as possible; never looks at anyone
B.want: to pay what is owed, alive or not
B.need: somebody who will sit and listen
B.voice: rambling and kind, with an edge underneath; talks of wine
## INT {place} NIGHT | Out of the snow comes a guest who does not drink.
- The wind throws the door open. {a}, [snow on both shoulders|hat pulled low]. {b} is [warming wine|trimming a lamp] and doesn't stop.
B: [On a night like this a traveller is running from a death or to one.|First bowl's free when it snows.]
A: [To one.|I don't drink.]
B: [Even so, warm your hands.|Those who don't drink have a fire in them already.] [Sit where there's light.|There's soup. Nobody's poisoned it.]
- {a} sits, the sword [across the table|in reach]. {b} sees the tassel, and [lays out a second bowl|smiles a little less].
##* EXT {street} NIGHT | Riders come through, and {b} answers for {a}.
- Hooves. Torches [on the snow|in a line]. Their captain, {c}, reins in. {a} [behind the woodpile|in the dark], one hand on the hilt. {b} holds up a lantern.
C: [Seen anyone with a sword?|How many guests tonight, old one?]
B: [Every day. Who goes without, on this road?|One. Me.]
C: Mind your tongue. And these footprints?
B: [I went out for wine, and came back in.|Look closely, officer. Toes in, toes out. All my own boots.]
- The torches [go|pass round the hill]. {a} steps out and looks at the tracks, trodden over.
A: [Why?|You needn't have.]
B: [The wine's not warm yet. Nobody dies before that.|I've something to say to you, and I'd like you there for it.]
## INT {place} LATE NIGHT | {thing_cap} on the table, three inches of steel.
= holds a thing
- {a} lays {thing} under the lamp. [The flame jumps.|The wick spits.]
A: [You know it.|Whose was this?]
B: [I'd know it as ash.|I buried the rest of it ten years ago.] [Every year, this night, I pour it a bowl.|I've waited a long time to see it again.]
A: [Then it's you.|Good.] [Draw. {matter_cap} ends tonight.|Stand up. This is for {matter}.]
- Three inches of steel, and its light on [{b}'s white hair|the wine]. {b} [pours|leans closer to the lamp, neck and all].
B: [What's the hurry? A sword is quicker than a bowl of wine.|In a moment.] [Who put you in the rice jar?|You were six. How does a child of six get out of that house?]
- The blade [stops|hangs there].
##+ INT {place} LATE NIGHT | The old night, told from its beginning, while the oil burns down.
- Two bowls. [One empty.|Neither touched.]
B: [When the fire began, I was the one who showed them the way.|I brought them to the gate.] [That much I owe. I don't dispute it.|I won't ask you to forgive that.]
A: [Go on.|Finish it.]
B: [I opened the front gate, and I opened the back.|In the kitchen I heard something crying in a jar.] [I threw my cloak over it and told them it was empty.|I carried it all night, in snow like this.]
A (hoarse): [Somebody was humming.|I remember the smell of wine.]
B: [I only know the one tune.|I was afraid you'd fall asleep. So I drank, and I sang.]
? - {a}'s hand [leaves the hilt|touches the bowl. It is still warm].
## EXT {street} DAWN | The snow has stopped. The sword stays.
= learns a truth
- {b} [sweeps the step|leads out a horse]. {a} stands in the road, [hat off|eyes up at last].
A: [1~If I kill you, I wrong the one who saved me.|With you dead, I come from nowhere.] [1~If I don't, I wrong my dead.|With you alive, I have nowhere to go.]
B: [Then owe me.|Leave it to time.] [Those in debt take care to stay alive.|Come and collect. Next year, same night.]
A: [{matter_cap}. I'll remember it.|So be it.] [And the price of the wine.|Put the bowl on my account.]
- {a} leaves [the sword standing in the snow|{thing} on the doorstep] and [mounts|walks into the light]. {b} [begins to hum|bends, picks it up, and wipes it clean].
##! INT {place} LATE NIGHT | A second sword, and the other half.
= holds a thing
- The point is at {b}'s throat. {b} [closes both eyes, smiling|drains the bowl].
A: [Last words.|Say it.]
B: [Look behind you.|The one you want has only just come in.]
- In the doorway, in the snow, a figure. [An open palm:|At its belt:] the match for {the_thing}, edge to edge.
E: [Lower it. That life isn't yours to take.|Put up your sword.] [It was my house that burned.|I was the child in the jar.]

@ identity genre/short-drama genre/workplace genre/drama mood/energetic mood/inspiring mood/fast mood/funny
title: [May I See Some ID|The Side Entrance|Three Unread Emails|Whose Chair Is It|Nobody in Particular]
clock: day
c: new employee
logline: {a}, {a_role_a}, is stopped at the door of {place} by {b}, {a_role_b}, who says {matter} is not for outsiders; nobody there knows who owns {thing}.
roles: cleaner/floor manager | courier/front desk manager | country cousin/butler | intern/director
things: an old seal/the seal | a handwritten share certificate/the certificate | a master key/the master key
places: a hotel lobby | an anniversary gala | the top-floor boardroom | an auction house
matter: today's signing
about: signing|wedding|party|auction|gala|launch|opening|dinner
A.want: to see, quietly, who can be trusted
A.need: to stop having to prove it
A.voice: level; short; never louder than the room
B.want: to keep up appearances in front of the guests
B.need: to look at people and not at coats
B.voice: sarcastic; rhetorical questions; calls for security when cornered
## INT {place} DAY | Stopped at first sight.
- {a} walks in wearing [a washed-out coat|a work jacket, wet through]. {b} [puts out an arm|looks {a_him} up and down]. [Somebody laughs.|The music misses a beat.]
B: [Lost, are we? Kitchen's that way.|Deliveries use the side door. Didn't they tell you?]
A: [I'm not lost. I'm here to sign.|I'm here to sign.]
B: [Sign for a parcel?|Do you have any idea what {matter} is?]
A: [The three o'clock. Seven minutes from now.|I do. It's in seven minutes.]
B: [Oh, we can tell the time, can we?|Learned the programme by heart, have we?]
- Laughter. {a} [brushes off one sleeve|sits down on a sofa] and [waits|opens a magazine].
##* INT STAFF CORRIDOR DAY | Only {c} brings a glass of water.
- {c} [looks both ways|comes over quickly] with a glass of water.
C: [Don't take it personally. Everybody gets that.|Here. The air's dry in there.]
A: Thank you. [Won't you get into trouble?|Will they mind?]
C: [Probably. I'm on trial till six.|I'm only here until Friday.] [My mum's got that coat.|Everybody's had to stand and wait somewhere.]
A: [What's your name?|How long a trial?]
C: [{c}.|Three months. Last day.] Are you here about a job?
A: [In a way.|I'm here to see about several.]
## INT {place} DAY | {b} wants the bag searched, and {thing} falls out.
= holds a thing
- {b} [grabs the bag|waves security over]. {thing_cap} [rolls across the marble|hits the floor, and rings].
B: [Stolen, I take it?|And where would somebody like you get that?]
A: [Put it down.|Gently.] [It's older than the company.|It was my grandmother's.]
B: [Oh, there's a story?|Security? Where's security?]
- An old director [pushes through|kneels, glasses in hand], looks at {the_thing}, and [turns white|can't get up].
? - The laughing stops, [face by face|like a plug being pulled].
A: [It's three.|Time.]
##+ INT {place} DAY | Everyone is standing. {b} is the last to see why.
- The old director [bows|holds {thing} in both hands]. The whole room [rises|is silent].
C: [So you're the one who signs.|That's… oh. Oh, no.]
B (a laugh that doesn't work): [This is a joke, isn't it?|You've rehearsed this, haven't you?] [Why was I not told?|Why did nobody tell me?]
A: [You were. Three times.|I wrote.] [You replied “noted”.|It went to your junk.]
- {b}'s phone [slides to the floor|won't stop buzzing]. {a} walks to the head of the table and, passing {b}, [stops for one step|doesn't stop].
## INT {place} DAY | Before signing, {a} does something else.
= learns b truth
- A pen is put in {a}'s hand. {b} stands to one side, [grey|eyes down].
B: [I didn't know it was you.|If I'd had any idea…]
A: [That's the trouble.|I know.] [If I had been a courier, would it have been all right?|It's the contract you should have stopped. Not the coat.]
B: [Shall I clear my desk?|Am I finished here?]
A: [No.|Not yet.] [A month on the door. Open it for everyone.|Go down and let back in everyone you stopped today.]
- {a} [signs|presses the seal], looks up, and [holds a second pen out to {c}|finds {c} at the back of the room].
A: [Your trial's over.|{matter_cap} needs a witness.] [Sit here.|Come on.]
##! INT {place} DAY | The owner is known at last, and a voice says: fake.
= holds a thing
- Everyone stands. {a} [takes up the pen|reaches the head of the table]. The nib touches paper.
- The doors [burst open|swing]. Somebody with [{a}'s very face|exactly the same coat] walks in, one hand raised.
E: [Stop. That isn't who you think.|Don't sign. That one's a forgery.]
B (lighting up): [What did I say?|Security! Now which one, though?]
- Two identical copies of {the_thing}, [side by side|under one lamp]. For the first time, {a} [turns pale|puts down the pen].
A: [You're alive.|They told me there was a fire.]
"""
