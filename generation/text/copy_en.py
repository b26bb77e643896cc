"""English copy: the lines a copywriter would reach for, by what the work is. The grammar is that of ``phrases``.

Whatever states a fact does so through a slot. The rest invites, sets a scene or describes the genre and the mood the
catalogue gives the work. Nobody here claims to have seen it: an invented "I cried twice" is a false testimonial.
"""

from __future__ import annotations

from generation.text.phrases import tables

__all__ = ["COPY"]

COPY = tables(
    """
== when
!album mood/light|mood/funny :: [a night when your brain has clocked off|the end of a long day|a Friday that needs cheering up]
mood/light :: [a lazy Sunday|an afternoon with nothing planned]
film|series mood/funny :: [a full sofa|a night in with friends]
mood/warm|mood/healing !show :: [a rainy weekend|a cold evening|a quiet Sunday]
mood/warm|mood/healing :: [a day that took too much|a night you miss home]
mood/sad :: [a night alone|when you need a good cry|a long grey evening]
mood/romantic film|series :: [a night in together|someone you haven't told yet|a slow evening together]
mood/romantic show :: [a first date|someone you haven't told yet|an evening together]
mood/romantic album :: [the walk home|the small hours|missing someone]
mood/tense|mood/scary film|series :: [a dark room and a silent phone|the small hours]
mood/dark !show :: [the hours after midnight|a night when the city has gone quiet]
mood/epic film|series :: [a free afternoon and drawn curtains|a whole evening, uninterrupted]
mood/epic album :: [an empty road|a room where you can turn it up]
mood/thought-provoking :: [a night away from the feed|when you'd rather think than scroll]
mood/slow !show :: [an unhurried afternoon|a pot of tea and no plans|a slow morning]
mood/fast film|series :: [a night with no pauses|when you can't sit still]
mood/nostalgic :: [old photographs and older friends|when you miss the way things were]
mood/inspiring :: [a Monday that needs a push|the day before you start again]
mood/quirky :: [when you've seen every formula|a night that could use something odd]
mood/dreamy !show :: [the hour before sleep|a half-lit evening|just after the rain]
mood/energetic album :: [the morning commute|a run you don't feel like|cleaning the flat]
mood/violent :: [a night that could use something tough|when nice won't do]
album :: [a good pair of headphones|the last train home|a walk with no destination]
film :: [Friday night|Saturday night]
series :: [a free weekend|an episode after dinner]
show :: [a night away from screens|an evening out|your next night off]
free :: [this weekend|your next free evening]
== feel
mood/light :: [easy company from the start|nothing heavy, nothing to work out]
mood/funny :: [one laugh lands on top of another|funny first, and then quietly serious]
mood/warm :: [warmth in the small things|it warms up slowly and stays warm]
mood/romantic film|series|show :: [everything is in the glances|the heart of it is what nobody says]
mood/romantic album :: [every crush, set to music|the words you never sent]
mood/sad :: [keep the tissues near|the ache comes late and stays]
mood/dark !show :: [best with the lights low|the deeper it goes, the clearer the shadows]
mood/tense film|series|show :: [you'll want to hold your breath|no safe moment to look away]
mood/tense album :: [wound tight from start to finish]
mood/scary :: [bring a friend if you can|not one to take on alone]
mood/epic :: [give it room and a whole evening|big skies, long breath]
mood/thought-provoking :: [you'll still be talking about it on the way home|more questions than it answers, gladly]
mood/slow :: [in no hurry, and better for it|it takes its time, so take yours]
mood/fast :: [quick on its feet to the end|no slack in it]
mood/nostalgic :: [the old days, close enough to touch|like finding a letter in a coat pocket]
mood/inspiring :: [a hand on the shoulder when you need one|good for a day you feel like quitting]
mood/violent :: [it hits hard and doesn't apologise|not for the faint-hearted]
mood/quirky :: [odd in all the right places|stranger, and more fun, than it sounds]
mood/dreamy :: [like a dream you'd rather not leave|half awake and glad of it]
mood/healing :: [gentle on a bruised day|it lets you breathe again]
mood/energetic album|show :: [sitting still is not an option|your feet will know before you do]
mood/energetic film|series :: [all drive from the first scene|it arrives at a run]
== theme
genre/romance film|series|show :: [Some words only work if you say them in time|Love has terrible timing]
genre/romance film|series|show :: [One look, and there goes the plan|Say it before the train leaves]
genre/crime :: [Everyone has something to hide|One wrong step, and a long way back]
genre/crime :: [Every deal has a price|Nobody walks away clean]
genre/suspense|genre/mystery :: [The answer is where nobody looks|Trust nothing you see first]
genre/suspense|genre/mystery :: [Somebody knows|The quiet ones have reasons]
genre/science-fiction :: [The future is far; people are close|Take away the machines and it's about us]
genre/war :: [Under the gunfire, someone wants to go home|War is loud; people are not]
genre/history :: [Great events, small choices|History happens to somebody]
genre/costume film|series :: [Silk on the outside, knives within|Behind every bow, a plan]
genre/wuxia :: [A sword in the hand, a debt in the heart|The road is long; honour is longer]
genre/comedy !mood/sad :: [Laugh first, ask later|It's funny until it's your family]
genre/drama film|series|show :: [Life doesn't rehearse|Nobody hands you the answers]
genre/drama film|series|show :: [Some things are never said, only shown|Everyone is doing their best, badly]
genre/family-life|genre/family :: [Nobody argues like a family|Home is where the trouble starts]
genre/youth :: [That summer, we ran|Nobody teaches you how to grow up]
genre/horror :: [Don't look behind the door|Something is listening]
genre/thriller :: [Walk softly|Breathe quietly]
genre/action :: [No way back, so straight ahead|When you can't run, hit back]
genre/adventure :: [Set out first, worry later|The map ends here]
genre/fantasy :: [Open the door to somewhere else|Another world, same old heart]
genre/fantasy-xianxia :: [Lifetimes apart, still you|Some promises outlive a life]
genre/animation :: [Every frame is feeling|Drawn, and no less real]
genre/biography :: [A life turns on a few choices|One life, one stubborn road]
genre/documentary :: [Look long enough and life speaks|The camera waits; life answers]
genre/sport :: [There's more to it than winning|One more round]
genre/music|genre/musical :: [Sing it, and it can't stay secret|Some things can only be sung]
genre/western :: [Dust, debts and one long stare|The law is a long ride away]
genre/spy :: [The name is false, the danger isn't|Trust is the one thing you can't fake]
album genre/pop :: [Press play; someone has put it into words|The chorus you needed]
album genre/rock :: [Turn it up and explain nothing|Loud, and meant]
album genre/folk :: [Days like these, sung slowly|A quiet song for a long road]
album genre/jazz :: [The night is long; let it swing|A late hour and nowhere to be]
album genre/classical :: [Sit still and hear time pass|Let the melody do the talking]
album genre/hip-hop :: [Straight talk, on the beat|Say it plain, say it in time]
album genre/electronic :: [Lights down, pulse up|Let the beat take over]
album genre/r-and-b|genre/soul :: [Love songs, unhurried|Sung low, meant all the way]
album genre/metal :: [Brace for the wall of sound|Heavy, and then heavier]
album genre/chinese-style :: [Old tunes, new breath|Ink and mountains, by ear]
album genre/soundtrack :: [The picture ends; the music stays|Close your eyes and see the film]
album :: [From the first track to the last, in order|One album, no skipping]
album :: [Put it on and leave it on|Good ears wanted|Side one, then flip it over]
genre/play :: [Lights up; here comes trouble|People, live and unedited]
genre/opera :: [Love and loss, at full voice|Everyone sings; nobody is safe]
genre/chinese-opera :: [The gongs strike, and the centuries fall away|One note, and you're inside]
genre/dance|genre/ballet :: [Not a word, and nothing left unsaid|The body tells it better]
genre/stand-up :: [One microphone, everybody's problems|Bad days make good jokes]
genre/concert :: [Lights down, everybody up|Sing it back]
show :: [Curtain up|Be in the room|The lights go down; it begins]
show genre/play|genre/musical|genre/opera :: [All of it, live|No second takes]
film :: [Lights down, world out|Sit down, look up]
series :: [One more episode|Just one more, then bed]
free :: [Good times shouldn't be kept secret|Save a seat for yourself|Bring somebody|Don't keep it to yourself]
free :: [You're on the list|Come as you are|Something to look forward to|Make a date of it]
== hook
film|series|show :: In the mood for {a_genre} [tonight|this weekend]?
film|series|show :: {teaser} [And then?|What happens next?|Then what?]
film|series|show !tone/formal :: What would you do [in their place|if it were you]?
album :: What's in your headphones [tonight|today|on the way home]?
album :: Some records [wait for the right hour|need the right night].
work :: <theme>.
work :: <theme>.
work :: For <when>: {title}.
mood/sad :: Fair warning: keep the tissues near.
mood/sad !show :: Fair warning: don't start this on the bus.
mood/funny !show !mood/sad !tone/formal :: Swallow your drink [first|before you press play].
mood/scary !show !tone/formal :: Scared of the dark? Leave a light on.
mood/tense film|series :: Phone on silent. [Door locked.|Lights off.] Ready?
mood/slow :: Slow down for [this one|an evening].
mood/nostalgic :: Remember [when|those years]?
mood/thought-provoking :: Some questions only start [when it ends|once it's over].
genre/suspense|genre/mystery film|series :: No spoilers here; [find the clues yourself|the clues are yours].
genre/horror !show :: Lights off. [Dare you?|Still sure?]
genre/stand-up :: Laughed yet this week?
tone/playful work :: [Stop scrolling.|Plans tonight?] [We've got one for you.|You have now.]
tone/warm work :: [Long day?|You've done enough today.] Sit down for this one.
tone/literary work :: Some [stories|works] ask for [a quiet room|a late hour].
tone/formal work :: We recommend {title}.
tone/punchy work :: {title}. [Tonight.|Now.]
free :: Something's coming: {topic}.
free :: {topic_cap}. [You're invited.|Come along.]
free audience :: For {audience}: {topic}.
free :: <theme>.
audience work :: For {audience}: {title}.
== story
{line}
{line}
[The story:|Here's the set-up:] {line}
== spoken_story
{line}
Here's the story. {line}
== credit
{credits_cap}.
work :: {title}, {credits}.
{a_kind_cap}, {credits}.
== texture
{a_kind_cap}: <feel>.
work :: It's {a_kind}; <feel>.
It's {a_kind}, and <feel_it>.
== feel_it
mood/light :: [it goes down easily|it asks nothing of you]
mood/funny :: [the laughs keep coming|it knows how to land a joke]
mood/warm :: [it warms up slowly|it's kind without being soft]
mood/romantic :: [it knows what longing sounds like|it leaves the heart of it unsaid]
mood/sad :: [the ache stays|it earns its tears]
mood/dark :: [it doesn't look away|it likes the lights low]
mood/tense :: [it never loosens its grip|it keeps you leaning forward]
mood/scary :: [it knows where you're hiding|it works better with company]
mood/epic :: [it needs the whole evening|it thinks big]
mood/thought-provoking :: [it stays on your mind|it leaves you arguing]
mood/slow :: [it takes its time|it's in no hurry]
mood/fast :: [it doesn't hang about|it moves]
mood/nostalgic :: [it remembers what you forgot|it brings the old days back]
mood/inspiring :: [it puts some fight in you|it makes you want to get up]
mood/violent :: [it pulls no punches|it hits hard]
mood/quirky :: [it goes its own way|it's odder than it sounds]
mood/dreamy :: [it drifts like a dream|it's hard to wake from]
mood/healing :: [it lets you breathe|it's gentle with you]
mood/energetic :: [it won't sit still|it runs hot]
== moment
work :: Made for <when>.
film|series|album :: Save it for <when>.
work :: Good for <when>.
free :: [Bring a friend|Keep an evening free|Tell a friend].
== for_whom
[One|Made|Just right] for {audience}.
{audience_cap}, this one's for you.
== offer
{offer_cap}.
Also: {offer}.
== must
{must_cap}.
== ask
film|series|show :: [Whose side are you on?|What would you have done?]
film|series|show :: Seen it? [No spoilers below, please.|Tell us who you watched it with.]
album :: Which track is yours?
album :: Which song do you [play twice|start with]?
film|series|album :: Who are you sharing this with?
show :: Who are you bringing along?
work :: What should we pair it with?
free :: Who are you bringing?
free :: [Coming?|Are you in?]
== cta
{cta_cap}.
work !cta :: [Find|Look up] {title} on {brand}.
film|series|album !cta :: Save it for tonight.
work !cta :: Put it on your list.
film|series|album !cta :: {watch_cap} {title} [tonight|this weekend].
work !cta tone/playful :: Go on, you know you want to.
film|series|album !cta tone/playful :: Go on, press play.
free !cta :: [Details|More] on {brand}.
free !cta :: See {brand} for details.
== note_title
film|series|show :: {teaser}
work :: <theme>
work :: {title}: <feel_short>
work :: {kind_cap}: {title}
work :: On the list: {title}
work :: For <when>
free :: {topic_cap}
free :: {topic_cap}: coming?
== video_title
work :: {title}: <theme>
work :: <theme> | {title}
work :: Meet {title}
work :: {kind_cap}: {title}
free :: {topic_cap}
free :: {topic_cap} | <theme>
== spoken_hook
film|series|show :: {teaser} [Then what?|And then?]
film|series|show :: What would you do?
work :: <theme>.
work :: Looking for {a_kind}? [Stay with me.|Listen to this.]
work :: [Wait.|Stop scrolling.] [This one's for|Keep this for] <when>.
audience work :: [Calling all|This is for] {audience}.
free :: {topic_cap}. Heard about it?
free audience :: This is for {audience}.
free :: <theme>.
== spoken_hello
work :: It's called {title}.
work :: [This is|Meet|Say hello to] {title}.
film|series|album :: [Tonight|This weekend]: {title}.
free :: We mean {topic}.
== spoken_credit
{credits_cap}.
{a_kind_cap}, {credits}.
== spoken_cta
{cta_cap}.
work !cta :: [Find|Search for] {title} on {brand}.
film|series|album !cta :: Save it, and {watch} it [tonight|this weekend].
show !cta :: {title}: see you there.
free !cta :: Details on {brand}.
free !cta :: See you there.
== headline
work :: {title}: <theme>
work :: <theme>: {title}
work :: {title}: <feel_short>
work :: <feel_short_cap>: {title}
work :: {title} for <when_short>
work :: {a_kind_cap}: {title}
film|series|album :: [Tonight|This weekend|Next up|On your list]: {title}
show :: [Your next night out|On your list]: {title}
work :: [Tonight|This weekend]? <theme>
work :: {kind_cap} for <when_short>
work :: {watch_cap} {title} <when_then>
work :: {teaser}
work :: {teaser} {title}
work :: <theme>. {title}
work !tone/formal :: [Need|Fancy|After|Craving] {a_kind}?
work :: Your {genre} for <when_short>
work :: {maker}: {title}
work :: {year}, {title}: <feel_short>
audience work :: For {audience}: {title}
audience work :: {title}, for {audience}
free :: {topic_cap}
free :: {topic_cap}: <theme>
free :: [This is it|Save the date|You're invited]: {topic}
free audience :: {audience_cap}: {topic}
== when_short
film|series :: [tonight|Friday night|Saturday night|a slow Sunday|a night in|after dinner|a rainy evening]
album :: [the commute|the walk home|a long drive|headphones|late nights|a slow Sunday]
show :: [a night out|the weekend|your next night off|a date worth dressing for|after work|a Saturday]
free :: [this weekend]
== when_short_cap
film|series|album :: [Tonight|This weekend|After work|For Friday night|Up next]
show :: [For your next night out|On your list]
== when_then
film|series|album :: [tonight|this weekend|after work|on Friday|before bed]
show :: on your next night out
== feel_short
mood/light :: [easy does it|nothing heavy]
mood/funny :: [laughs included|bring a straight face]
mood/warm :: [warm all through|kind company]
mood/romantic :: [say it in time|all in the glances]
mood/sad :: [tissues at the ready|a quiet ache]
mood/dark !show :: [lights low|after dark only]
mood/tense :: [don't blink|hold your breath]
mood/scary !show :: leave a light on
mood/scary show :: don't go alone
mood/epic :: [give it the evening|think big]
mood/thought-provoking :: [you'll want to talk|something to think over]
mood/slow :: [take your time|no hurry]
mood/fast :: [hold on tight|no slack]
mood/nostalgic :: [remember this?|the old days, again]
mood/inspiring :: [one more try|get back up]
mood/violent :: [no punches pulled|hard as nails]
mood/quirky :: [gloriously odd|expect the odd]
mood/dreamy :: [don't wake up yet|half a dream]
mood/healing :: [breathe out|easy on the heart]
mood/energetic :: [on your feet|no sitting still]
film|series|album :: [one for tonight|yours this weekend]
work :: [worth an evening|one for the list|next on your list]
== feel_short_cap
mood/light :: [Easy does it|Nothing heavy]
mood/funny :: [Laughs included|Keep a straight face]
mood/warm|mood/healing :: [Warm all through|Breathe out]
mood/romantic :: [Say it in time|All in the glances]
mood/sad :: [Tissues at the ready|A quiet ache]
mood/dark|mood/scary !show :: [Lights low|Leave a light on]
mood/tense :: [Don't blink|Hold your breath]
mood/epic :: [Give it the evening|Think big]
mood/thought-provoking :: [Something to think over]
mood/slow :: [Take your time|No hurry]
mood/fast|mood/energetic :: [Hold on tight|On your feet]
mood/nostalgic :: [The old days, again|Remember this]
mood/inspiring :: [One more try|Get back up]
mood/quirky :: [Gloriously odd|Expect the odd]
mood/dreamy :: [Half a dream|Don't wake up yet]
film|series|album :: [Next up|One for tonight|Yours this weekend]
work :: [Worth an evening|One for the list]
== push_title
film|series|show :: {teaser}
work :: <theme>
work :: <theme>
work :: {title}: <feel_short>
work :: {kind_cap}, <when_then>?
film|series|album :: [Tonight|This weekend]: {title}
audience work :: For {audience}
offer :: {offer_cap}
free :: {topic_cap}
== push_body
work :: {line}
work :: {title}: {line}
work :: {title}, {credits}.
work :: {a_kind_cap}, {credits}. [Have a look|Take a look].
work :: <theme>. {a_kind_cap}, {credits}.
work :: {a_kind_cap}. Made for <when>.
work :: {title}. {a_kind_cap}: <feel>.
film|series|album :: {title}: {a_kind}. Tap to start.
work :: {title}: {a_kind}. [Tap for more|Have a look].
work :: {title}: <feel>. Made for <when>.
offer work :: {title}: {offer}.
offer free :: {offer_cap}. [Tap for details|Have a look].
must !offer work :: {title}: {must}.
must !offer free :: {topic_cap}: {must}.
must offer work :: {title}: {offer}. {must_cap}.
must offer free :: {offer_cap}. {must_cap}.
free :: {topic_cap}. [Tap for details|Have a look|See you there].
free :: <theme>. {topic_cap}: tap for details.
cta work :: {title}: <feel_short>. {cta_cap}.
== sms_body
offer work :: {title}: {offer}. <sms_cta>
offer work :: {offer_cap}. {title}: <feel_short>. <sms_cta>
offer free :: {topic_cap}: {offer}. <sms_cta>
must !offer work :: {title}: {must}. <sms_cta>
must !offer free :: {topic_cap}: {must}. <sms_cta>
must offer work :: {title}: {offer}. {must_cap}. <sms_cta>
must offer free :: {topic_cap}: {offer}. {must_cap}. <sms_cta>
work !offer :: <theme>. {title}, {a_kind}. <sms_cta>
work !offer :: {title}: {line} <sms_cta>
work !offer :: {title}, {credits}. <sms_cta>
work !offer :: {title}: <feel_short>. Made for <when>. <sms_cta>
work !offer :: In the mood for {a_kind}? {title}: <feel_short>. <sms_cta>
work !offer :: {title}: <feel_short>. <sms_cta>
free !offer :: {topic_cap}. <theme>. <sms_cta>
free !offer :: <theme>: {topic}. <sms_cta>
work !offer :: <theme>. {title}: <feel_short>. <sms_cta>
work !offer :: <theme>. {title}, {credits}. <sms_cta>
work !offer :: {a_kind_cap} for <when_short>: {title}. <sms_cta>
work !offer :: {title}: <feel>. <sms_cta>
work !offer :: <feel_short_cap>. {title}, {credits}. <sms_cta>
work !offer :: {kind_cap} for <when_short>: {title}. <sms_cta>
work !offer :: {title}, {year}. {a_kind_cap}: <feel>. <sms_cta>
work !offer :: <when_short_cap>: {title}. <theme>. <sms_cta>
work !offer :: {watch_cap} {title} <when_then>: <feel>. <sms_cta>
work !offer :: For <when>: {title}, {a_kind}. <sms_cta>
work !offer audience :: {audience_cap}: {title} [is waiting|is here], <feel_short>. <sms_cta>
== sms_cta
film|series|album !cta :: Start in the app.
work !cta :: Have a look in the app.
{cta_cap}.
work !cta :: Open the app to find it.
work !cta :: Search {title} in the app.
work !cta :: [Details|More] in the app.
free !cta :: [Details|More] in the app.
== search_title
work :: {title}
work :: {title}: {genre}
work :: {watch_cap} {title}
work :: {watch_cap} {title} <when_then>
work :: {title}, {year}
free :: {topic_cap}
== search_head
work :: {kind_cap}
work :: <feel_short_cap>
work :: <theme>
work :: {year} {genre}
work :: Looking for {a_genre}?
work :: {maker}
offer :: {offer_cap}
free :: <theme>
== search_desc
work :: {line}
work :: {title}, {credits}.
work :: {a_kind_cap}, {credits}.
work :: {title}: {a_kind}, made for <when>.
work :: {a_kind_cap}: <feel>. [Find it on|Look it up on] {brand}.
work :: <theme>. {title} on {brand}.
offer :: {offer_cap}. Details on {brand}.
must work :: {title}: {must}.
must free :: {topic_cap}: {must}.
cta :: {cta_cap}.
free :: {topic_cap}. <theme>.
free :: {topic_cap}: details on {brand}.
== poster_line
{line}
== poster_feel
{a_kind_cap}: <feel>
work :: Made for <when>
<feel_short_cap>
== tagline
<theme>.
<theme>.
<theme>.
film|series|show :: {teaser}
mood/sad :: [Don't cry yet.|Some goodbyes take years.]
mood/nostalgic :: [You can't go back. Almost.|Some years never quite end.]
mood/warm|mood/healing :: [Someone left the light on.|Take your time. We'll wait.]
mood/tense :: [Hold your breath.|Not a sound.]
mood/epic :: [Bigger than one lifetime.|The mountains remember.]
mood/thought-provoking :: [You decide.|Right and wrong sit at one table.]
mood/inspiring :: [One more step.|Try again.]
mood/dark :: [Where the light doesn't reach.|The shadows have names.]
mood/funny :: [Go on, laugh.|Keep a straight face if you can.]
mood/dreamy :: [Don't wake up yet.|Just before morning.]
mood/romantic :: [Love gives no reasons.|You can't hide it.]
mood/energetic :: [Nobody sits down.|Start loud.]
mood/quirky :: [Normal is somebody else's job.|It only looks simple.]
mood/slow :: [Slow down. Look.|Time will wait for this.]
mood/light :: [Easy now.|Nothing to it. Almost.]
mood/violent :: [No soft landings.|Somebody pays.]
mood/scary :: [Leave the light on.|It knows you're here.]
mood/fast :: [Keep up.|Blink later.]
album mood/quirky|mood/dreamy :: [Another world, at ear level.|Strange music for strange hours.]
album mood/sad|mood/romantic|mood/nostalgic :: [Everything you never said.|Sung so you don't have to say it.]
album mood/epic|mood/energetic :: [The walls move back.|Louder than weather.]
"""
)
"""Tables of English copy by name."""
