"""English copy for goods from a list of attributes: what the list says, put in sentences, and the frames around it.

Grammar as in ``phrases``; tags and slots are the attributes' names. Nothing is said of a value but that the thing has it.
"""

from __future__ import annotations

from generation.text.phrases import tables

__all__ = ["PRODUCT"]

PRODUCT = tables(
    """
== open
[Meet|Here is] {the_noun}
{the_noun_cap}, [plainly made|looked at closely|in a few words]
color :: {the_noun_cap} in {color}
style :: {the_noun_cap}, {style} in style
== feature
material :: [made of|cut from] {material}
color :: [it comes in|the colour is] {color}
style :: [the look is|in style it's] {style}
pattern :: [with|finished with] {pattern}
fit :: [the fit is|cut to be] {fit}
any :: {attribute}
== feature_cap
material :: [Made of|Cut from] {material}
color :: [It comes in|The colour is] {color}
style :: [The look is|In style it's] {style}
pattern :: [With|Finished with] {pattern}
fit :: [The fit is|Cut to be] {fit}
any :: {attribute_cap}
== close
[look closely|try it your way|wear it as you like|see for yourself]
== product_line
{the_noun_cap}, looked at closely: <feature>.
<feature_cap>; <feature>.
<open>. <feature_cap>.
== hook
[Looking for|After|In the market for] {a_noun}?
[A closer look at|Introducing|Say hello to] {the_noun}.
audience :: For {audience}: {the_noun}.
<open>.
== story
{line}
== texture
<feature_cap>.
== credit
<feature_cap>.
== moment
[Made for|Think of it on] <when>.
== when
[the days you want to look right|an ordinary day|a weekend out|Monday morning|a day in town]
== for_whom
[One for|With] {audience}[.| in mind.]
== offer
{offer_cap}.
Also: {offer}.
== must
{must_cap}.
== ask
[How would you use it?|Which detail do you like?|Who would you give it to?]
== cta
{cta_cap}.
!cta :: [Details|More] on {brand}.
!cta :: [Save it for later.|Put it on your list.|Take a closer look.]
== note_title
{noun_cap}: <feature>
{the_noun_cap}
{noun_cap}, up close
== video_title
{noun_cap}: <feature>
{noun_cap}, up close
[Meet|A look at] {the_noun}
== spoken_hook
[Looking for|After] {a_noun}? [Stop here.|Listen.]
[Wait.|One moment.] A look at {the_noun}.
audience :: [Calling all|This is for] {audience}.
== spoken_hello
[This is|Here is|Meet] {the_noun}.
== spoken_story
<feature_cap>.
<open>.
== spoken_credit
<feature_cap>.
== spoken_cta
{cta_cap}.
!cta :: [Details|More] on {brand}.
!cta :: [Have a look.|Save it.]
== headline
{noun_cap}: <feature>
{the_noun_cap}
<open>
[Looking for|After] {a_noun}?
audience :: For {audience}: {noun}
== push_title
{noun_cap}, up close
{the_noun_cap}
[After|Looking for] {a_noun}?
offer :: {offer_cap}
== push_body
{noun_cap}: <feature>.
<open>. Tap [for details|to see it].
<feature_cap>. [Have a look|Take a look].
offer :: {noun_cap}: {offer}.
must !offer :: {noun_cap}: {must}.
must offer :: {offer_cap}. {must_cap}.
cta :: <feature_cap>. {cta_cap}.
== sms_body
offer :: {noun_cap}: {offer}. <sms_cta>
must !offer :: {noun_cap}: {must}. <sms_cta>
must offer :: {noun_cap}: {offer}. {must_cap}. <sms_cta>
!offer :: <open>. <sms_cta>
!offer :: {noun_cap}: <feature>. <sms_cta>
!offer :: [After|Looking for] {a_noun}? <feature_cap>. <sms_cta>
== sms_cta
{cta_cap}.
!cta :: [Details|More] in the app.
!cta :: Have a look in the app.
== search_title
{noun_cap}
[Look at|See] {the_noun}
{noun_cap} details
== search_head
{noun_cap}, up close
[After|Need] {a_noun}?
offer :: {offer_cap}
<feature_cap>
== search_desc
<open>. <feature_cap>.
{noun_cap}: <feature>.
<feature_cap>. Details on {brand}.
offer :: {offer_cap}. Details on {brand}.
must :: {noun_cap}: {must}.
cta :: {cta_cap}.
== poster_line
<feature_cap>
== poster_feel
<feature_cap>
<open>
== tagline
[Look closer.|Yours to wear.|Nothing to hide.|Plain to see.]
<feature_cap>.
"""
)
"""Tables of English product copy by name."""
