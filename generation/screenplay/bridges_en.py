# ruff: noqa: E501 — one line an alternative, however long
"""English scenes that any plot can borrow when it has to be longer: a confidant, an awning in the rain, an echo.

Each opens with its place in the story: ``##before``, ``##early``, ``##mid``, ``##late`` or ``##coda``. ``:days`` scenes suit
plots that last several days, ``:night`` and ``:day`` ones those that happen in one night or by daylight.
"""

from __future__ import annotations

__all__ = ["BRIDGES"]

BRIDGES = """
@ bridge
title: -
##early:days EXT {street} EVENING | {d} sees that something is wrong. {a} tells half of it.
- {d} is [closing up a stall|wiping down a table]. {a} sits, [orders, and doesn't eat|orders nothing].
D: [You look worse than my soup.|You're holding that upside down.]
A: [Didn't sleep.|It's the wind.]
D: [I see plenty who don't sleep. They don't look like that.|There's no wind.]
? - {d} [pushes the bowl a little closer|adds an egg], and [takes no money|asks no more].
A: [If saying a thing meant there was no going back, would you say it?|Ever carried something so long it started to burn?]
D: [Depends. Do you want to go back?|If it burns, open your hand.]
##early:days INT {d_place} NIGHT | {b} goes to {d} and asks about {a}.
- {b} [waits by the counter until the others have gone|stands in the doorway, turning a cup].
B: [I want to ask you about somebody.|This stays here. All right?]
D: [{a}.|It's about {a}, isn't it.] [You two take turns this week.|I thought you'd come.]
B: [What have you heard?|Has it always been like this?]
D: [The weather. And “it's nothing”, three times.|People who say “I'm fine” three times want company.] [For the rest, you'd have to ask.|Go and sit there. You needn't even talk.]
- {b} [nods, and leaves|thinks about that, puts down the cup, and goes].
##early:days INT {place} NIGHT | {b}, alone, writes the question and deletes it.
- A phone screen. {b} types [“What are you not”|“About the other day”], and deletes it. Types [“Have you eaten”|“Are you up”], and [deletes that|stops].
B (to nobody): [Ask, and I don't trust you.|Don't ask, and I'm pretending.]
- On the other side: “typing…” [comes and goes|comes, stays, goes].
B: [You, too.|Look at the pair of us.]
- {b} turns the phone [face down|under the pillow] and [leaves the light on|looks at the ceiling].
##mid:days EXT {street} DAY | A sudden downpour, and the same awning.
- Rain. {a} and {b} [arrive from opposite sides|get there within a second of each other], see each other, [and both stay|and it's too wet to leave].
A: [No talking about it.|I'm only here for the roof.]
B: [Suits me.|Who's talking?] [Is that bread?|Your left side's wet.]
A: [The last one in the shop. It's cold.|It's always the left.] [Want some?|I can share. I'm not a monster.]
- {a} has bread, tears it, and [gives away the bigger half|hesitates, and hands one half over].
B: [Sweet.|Stale.]
A: [It could rain a bit longer.|You're welcome.]
##mid:days INT {d_place} DAY | {d} lets slip something small about {a}, and {b} hears it.
- {d} talks while [working|drying glasses]. {b} is [waiting for somebody|only half listening].
D: People think {a}'s cold. [When the water came up last month, who carried the old folk across? Three trips.|The wall came down behind the alley, and somebody sat there all night so that nobody fell over it.]
B: [I never heard that.|Who, {a}?]
D: [You wouldn't. Not from that quarter.|Well, if it got talked about, it wouldn't be {a}.] [Some people put it all in their hands, and there's none left for talking.|The mouth's not the whole person.]
- {b} [looks at the door|turns the cup], for a long time.
##mid:days INT {place} EVENING | {a} tries to settle it alone, and is one step short.
- {a} stands at the door, [one hand up|going over the words], and [lowers it|is about to go in].
- Inside, {b} is laughing. [With somebody else.|It's been a while since anyone heard that.]
A (stepping back): [Another time.|Not today.]
- {d} comes by and looks at the door, then at {a}.
D: [It's not locked, you know.|You've been there a good quarter of an hour.]
A: [I know. I've been counting.|I know it's not.] [Locked would be easier.|That's the trouble with it.]
##late:days INT {place} NIGHT | The low point: {a} means to walk away from all of it.
- {a} packs. [Things go in, and come out again.|There isn't much.] [The only sound is cloth.|Nobody has put a light on.]
- {d} [leans in the doorway|watches a while], and doesn't argue.
D: [Where will you go?|Got a lamp? The road's dark.]
A: [Don't know.|Anywhere.]
D: [Anywhere's a long way.|Then what are you packing for?] [I was asked to find out if you'll be here for breakfast.|If you're going, don't let people find out by your empty chair.]
- {a}'s hands [stop|slowly let go].
##late:days EXT {street} NIGHT | {b} gets as far as the door, and knocks.
- {b} [walks up and down outside|stands there]. [A long shadow.|A cat sits down to wait as well.]
B (to the cat): [You first?|How many times does one knock, would you say?]
- The cat [leaves|yawns].
B: [Thanks.|No help at all.]
- {b} knocks. [Before the second knock the door is open.|From inside, at once: “It isn't locked.”]
##late:days INT {d_place} NIGHT | {d} puts it plainly, and leaves {b} a way out.
- {d} [turns up the lamp|shuts half the door] and sits down across from {b}.
D: [I'll say one thing, and you can ignore it.|Stop me if it's none of my business.] [Do you want to be right, or do you want them back?|Have you come for an answer, or for a person?]
B: [Can't I have both?|Is there a difference?]
D: [You can. In that order, or the other one.|Answers keep. People don't.]
- {b} [says nothing for a while|finishes the water], then [stands up|reaches for a hat].
B: [The person, then.|The answer can wait.]
##coda:days EXT {street} DAY | Days later, {d} asks how it went. {a} keeps it short.
- Sun. {d} [sets up the stall|opens the shutters]. {a} [walks past, lighter|stops].
D: [You've got some colour today.|Right way up this time.] [All done, then?|And that thing you were carrying?]
A: [Still a mess.|Put down.] [But there are two of us tidying.|I've a hand free now.]
D: [Two bowls?|The usual?]
- {a} looks round. {b} is [across the street, waving|coming, in no hurry].
A: [Two. One without onions.|Two. Plenty of soup.]
##coda:days INT {place} DAY | The same place, in other weather.
- [Sunlight, and dust in it.|The window is open.] Where it began, {a} and {b} [have changed seats|sit side by side].
B: [If you had it over again, what would you say first?|What's the first thing you'd say?]
A: [The same, with fewer detours.|Exactly that. Slower.] [And I'd look at you.|To your face.]
B: [I'd ask sooner.|I'd have saved us two days.]
- They [laugh|leave it at that]. [Outside, somebody calls both their names.|The wind shuts the door, and opens it again a little.]
##before:night EXT {d_place} {before} | {d} sees that something is wrong. {a} tells half of it.
- {d} is [setting up a stall|wiping down a table]. {a} sits, [orders, and doesn't eat|orders nothing and watches the road].
D: [You look worse than my soup.|You're holding that upside down.]
A: [Didn't sleep.|It's the wind.]
D: [I see plenty who don't sleep. They don't look like that.|There's no wind.]
? - {d} [pushes the bowl a little closer|tops up the bowl], and [takes no money|asks no more].
A: [If there was a thing you couldn't come back from, would you go?|Ever carried something so long it started to burn?]
D: [Depends. Do you want to come back?|If it burns, open your hand.]
##before:night INT {d_place} {before} | On the way, {b} sits at {d}'s a little longer than planned.
- {b} [takes the seat furthest in|leans on the counter] and [turns a glass three times|looks at the sky twice].
D: [No hurry today?|Waiting for somebody?]
B: [I've something to settle. It'll keep a minute.|Not waiting. Working up to it.]
D: [Things you settle never keep.|You won't find nerve sitting down.]
B: [Say you took a wrong road. How far along can you still turn round?|Say somebody comes with an old bill. Which line do you pay first?]
D: [As far as the step where you notice.|The one you owe.]
- {b} [drinks up and turns the glass over|nods], and [goes|is gone before the door has shut].
##mid:night EXT {d_place} {middle} | Closing up, {d} sees the window still lit.
- {d} [locks up|puts out the stove] and looks up. One window in the distance, [yellow|with a shadow moving in it].
D (to nobody): [Still at it.|Lit at this hour. They're fighting, or they've stopped.]
- The shadow [stands, and sits|turns its back].
D: [Well, there's time till morning.|Sitting's good. People who sit down don't leave.]
- {d} leaves [two covered bowls|a small lamp] [inside the door|on the step], and [doesn't lock it|pulls the door half shut].
##mid:day EXT {street} DAY | {d} watches through the glass.
- {d} [stops with the shopping|is passing]. Behind the glass, {a} and {b} talk without a sound.
D (doing the voices): [“I say left.” “I say right.”|“After you.” “No, no. After you.”]
- Inside, they both [stand up|stop dead].
D: [Oh. That one didn't land.|That's either very bad or very good.]
- {d} [changes hands with the bag|wipes the breath off the glass], and [can't leave now|looks at the time, and stays].
##mid EXT {street} {middle} | {a} steps out for air and goes over the words.
- {a} [pushes the door open|stops on the step] and [holds both hands under a tap|lets the cold get at {a_his} face].
A (to nobody): [One more minute.|Count to ten, then in.]
- [At seven|Forty seconds in], {a} [stops|laughs, at no one in particular].
A: [I never did get to ten.|When you're in there, don't duck.]
- {a} [dries both hands|turns round], and [the door closes behind|pushes the door again].
##mid:night INT {place} {middle} | The few minutes when {b} is alone.
- Only {b}. [The other chair is still warm.|A line of light under the door.] {b} [sets the chair straight|gets as far as the door, and comes back].
B (low): [Gone, then.|Perhaps that's better.]
- [Footsteps, coming.|A noise outside.] {b} [sits up straight|smooths one sleeve].
B: [Back, I see.|I wasn't waiting.]
- The footsteps [stop at the door|come nearer].
##coda EXT {d_place} DAY | Days later, {d} asks how it went. {a} keeps it short.
- Sun. {d} [sets up|takes down the shutters]. {a} [walks up, lighter|happens to be passing].
D: You've got some colour today. [All done, then?|You went, then?]
A: [Not done. Put down.|I went. I came back.]
D: [On your own?|And the other one?]
A: [On the way.|Another day.] [Start the noodles.|Make it hot.]
- {d} [nods|laughs], and puts [two portions in the pot|on enough for two].
##coda INT {place} DAY | The same place, in other weather.
- [Sunlight, and dust in it.|Every window is open.] Everything [has been put away|is where it belongs], except {thing}, [left where anyone can see it|just where it was].
- {a} [comes in|stands in the doorway], [looks round|puts out a hand and touches it].
A (quietly): [It's so light in here.|I never saw that window.]
- [Somebody outside calls {a}'s name.|The wind shuts the door, and opens it again a little.] {a} [answers, and goes|almost smiles].
##before INT {a_place} {before} | Before going out, {a} says one sentence to a mirror, several times.
- {a} at a mirror, [buttoning a shirt wrongly, and starting again|parting {a_his} hair on the left, then on the right].
A (to the mirror): [Hello. I'm…|I came today because…] [No.|Too stiff.]
- A step back. [Again.|A cough.]
A: [Sorry to trouble you.|To be honest, I've been meaning to…] [Worse.|Like a school play.]
- The mirror [sighs|shrugs]. {a} [takes a coat and goes, and comes back to turn off the light|does the last button up properly, and goes].
##before EXT {street} {before} | On the way, {b} stops for something small.
- {b} [walks fast|walks, looking down]. [A child's ball rolls up.|An old man's shopping goes all over the road.] {b} [stops|slows half a step], and bends down.
B: [Easy. No hurry.|Here. Let me.]
- {b} [hands it back|straightens up], and finds [earth|a long grey smear] on one sleeve. [Rubbing makes it worse.|It's almost funny.]
B (to nobody): [Well, that's a start.|A good sign, they say.] [On we go.|Let's hope so.]
##mid INT {place} {middle} | Half a minute in which nobody speaks.
- {a} at one end, {b} at the other. [Three steps between them.|Between them, a door that isn't quite shut.]
- {a} [lifts a hand, as if to speak|comes half a step nearer]. {b} [bends to tie a lace that is already tied|moves something from one hand to the other].
B: [Do you want some water?|Are you cold?]
A: [I'm fine.|Not very.]
- [A long time.|A stomach rumbles; neither owns up.] They both [look away|very nearly laugh].
##coda INT {d_place} DAY | Some time after, {b} comes in alone and leaves something.
- {b} [comes in|stops at the counter], and puts [a folded sheet of paper|a small parcel] in front of {d}.
B: [Give that to {a} for me.|When {a} comes by.]
D: [Why not do it yourself?|It's three streets. Take it round.]
B: [I'd only make a speech.|If I do, I won't want to leave.]
- {d} puts it [in the bottom drawer|under the till]. {b} [gets to the door|is already outside], and [turns round|comes back].
B: [There isn't much in it.|It's only four words.] [Really.|You can look.]
D: [All the more reason.|Four's plenty.]
"""
