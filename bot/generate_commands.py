"""``yuban generate``: ad copy, scripts and summaries from a terminal; the tools around them are in ``generate_tools``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.progress import Progress

from bot import generate_tools
from bot.generate_shared import Lang, Out, Seed, Work, catalogue, console, deliver, fail, seeded, work_id
from bot.settings import Settings

if TYPE_CHECKING:
    from generation.adcopy import AdCopywriter
    from generation.assisted import AssistedCopywriter
    from generation.briefs import AdBrief, GenerationError
    from knowledge.catalogue import Catalogue

app = typer.Typer(
    no_args_is_help=True,
    help="Write ad copy, scripts and summaries about the works of the catalogue, or about a topic of your own.\n\n"
    "Every text is labelled as AI-generated, visibly and for machines; **verify** reads the labels of a file back. "
    "The same seed gives the same text.",
)
Topic = Annotated[str, typer.Option(help="What to advertise when it is not a work: '会员周年庆'.")]
Product = Annotated[str, typer.Option(help="Attributes of goods: '类型#裤*版型#宽松'.")]
OfChannel = Annotated[str, typer.Option("--channel", help="Where it runs: xiaohongshu douyin weibo push x instagram …")]
Tone = Annotated[str | None, typer.Option(help="playful, warm, literary, formal or punchy.")]
Audience = Annotated[str, typer.Option(help="Whom it speaks to: 上班族, 'night owls'.")]
Offer = Annotated[str, typer.Option(help="首月9.9元, 'first month free'.")]


@app.command("copy")
def advertise(
    work: Work = "",
    topic: Topic = "",
    product: Product = "",
    channel: OfChannel = "",
    lang: Lang = "zh",
    tone: Tone = None,
    voice: Annotated[Path | None, typer.Option(help="A brand-voice sheet: YAML or JSON.")] = None,
    audience: Audience = "",
    offer: Offer = "",
    must_use: Annotated[list[str] | None, typer.Option(help="Words that have to stand there.")] = None,
    avoid: Annotated[list[str] | None, typer.Option(help="Words that must not.")] = None,
    seconds: Annotated[int | None, typer.Option(help="How long a spoken text may take.")] = None,
    candidates: Annotated[int, typer.Option("-n", min=1, max=20, help="How many different texts.")] = 3,
    backend: Annotated[
        str,
        typer.Option(
            help="A language model to write beside the rules: the base URL of an OpenAI-compatible server (its key in "
            "YUBAN_TEXT_KEY), or a folder. Default: YUBAN_TEXT_SERVER."
        ),
    ] = "",
    model: Annotated[str, typer.Option(help="The model's name on the server. Default: YUBAN_TEXT_MODEL.")] = "",
    seed: Seed = None,
    out: Out = None,
    agreement: Annotated[
        str, typer.Option(help="With --out: leave the visible mark out; an id from 'yuban generate agree'.")
    ] = "",
) -> None:
    """Write advertising copy for one channel: checked, ranked, best first.

    With a language model some of the texts are its own; each is held to the facts and to advertising law, and what
    fails is written by the rules.
    """
    from generation.adcopy import AdCopywriter
    from generation.briefs import GenerationError
    from generation.text.copy_scores import reads_well

    number = seeded(seed)
    found = catalogue()
    try:
        brief = _brief(
            found, work, topic, product, channel, lang, tone=tone, audience=audience, offer=offer, seconds=seconds,
            voice=voice, must_use=tuple(must_use or ()), avoid=tuple(avoid or ()),
        )  # fmt: skip
        writer = _writer(AdCopywriter(found.graph, fluency=reads_well), backend, model)
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task("writing", total=1.0)
            drafts = writer.generate_many(
                brief, candidates, seed=number, progress=lambda done: bar.update(task, completed=done)
            )
    except GenerationError as error:
        _refused(error)
    deliver(drafts, "ad", lang, number, out, agreement)


@app.command("ab")
def pair(
    work: Work = "",
    topic: Topic = "",
    product: Product = "",
    channel: OfChannel = "",
    lang: Lang = "zh",
    tone: Tone = None,
    audience: Audience = "",
    offer: Offer = "",
    respect: Annotated[
        str, typer.Option(help="What differs: opening, body, title, call_to_action, emoji or hashtags.")
    ] = "opening",
    seed: Seed = None,
    out: Out = None,
) -> None:
    """Write two texts for a test, A and B, which differ in one respect and in nothing else."""
    from typing import cast

    from generation.adcopy import AdCopywriter
    from generation.briefs import GenerationError
    from generation.text.copy_pairs import Respect
    from generation.text.copy_scores import reads_well

    number = seeded(seed)
    found = catalogue()
    try:
        brief = _brief(found, work, topic, product, channel, lang, tone=tone, audience=audience, offer=offer)
        writer = AdCopywriter(found.graph, fluency=reads_well)
        both = writer.ab(brief, cast(Respect, respect), seed=number)
    except GenerationError as error:
        _refused(error)
    console.print(f"A and B differ in {both.respect} alone.")
    deliver([both.a, both.b], "ad", lang, number, out)


@app.command()
def script(
    work: Work = "",
    topic: Annotated[str, typer.Option(help="What an invented drama is about: '两个老同学重逢'.")] = "",
    form: Annotated[str, typer.Option(help="drama, voice-over, introduction or trailer.")] = "",
    genre: Annotated[list[str] | None, typer.Option(help="suspense, comedy, romance …")] = None,
    mood: Annotated[list[str] | None, typer.Option(help="funny, warm, sad, tense …")] = None,
    length: Annotated[str, typer.Option(help="episode, short, full or long.")] = "short",
    scenes: Annotated[int | None, typer.Option(min=1, max=10, help="How many scenes; else the length decides.")] = None,
    structure: Annotated[str | None, typer.Option(help="four-part, three-act, save-the-cat or hooks.")] = None,
    names: Annotated[list[str] | None, typer.Option("--name", help="What the first two people are called.")] = None,
    lang: Lang = "zh",
    seconds: Annotated[int | None, typer.Option(help="How long it may play.")] = None,
    seed: Seed = None,
    out: Out = None,
) -> None:
    """Write a script: an invented drama, or one told from the facts of a work."""
    from generation.briefs import GenerationError, ScriptBrief
    from generation.script import Scriptwriter

    found = catalogue()
    number = seeded(seed)
    try:
        brief = ScriptBrief(
            work=work_id(work, found, lang) if work else None,
            topic=topic,
            lang=lang,
            form=form or ("voice-over" if work else "drama"),
            genres=tuple(genre or ()),
            moods=tuple(mood or ()),
            length=length,
            seconds=seconds,
            scenes=scenes,
            structure=structure,
            names=tuple(names or ()),
        )
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task("writing", total=1.0)
            draft = Scriptwriter(found.graph).generate(
                brief, seed=number, progress=lambda done: bar.update(task, completed=done)
            )
    except GenerationError as error:
        fail(str(error))
    deliver([draft], "script", lang, number, out)


@app.command()
def summary(
    work: Work = "",
    file: Annotated[Path | None, typer.Option(help="A text file to summarise instead; UTF-8.")] = None,
    lang: Lang = "zh",
    sentences: Annotated[int, typer.Option(min=1, max=10, help="How many sentences.")] = 3,
    seed: Seed = None,
    out: Out = None,
) -> None:
    """Summarise a work of the catalogue, or any text."""
    from generation.briefs import GenerationError, SummaryBrief
    from generation.summary import Summariser

    found = catalogue()
    number = seeded(seed)
    try:
        text = file.read_text(encoding="utf-8") if file else ""
        brief = SummaryBrief(
            work=work_id(work, found, lang) if work else None, text=text, lang=lang, sentences=sentences
        )
        draft = Summariser(found.graph).generate(brief, seed=number)
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file}: {error}")
    except GenerationError as error:
        fail(str(error))
    deliver([draft], "summary", lang, number, out)


def _brief(
    found: Catalogue,
    work: str,
    topic: str,
    product: str,
    channel: str,
    lang: str,
    voice: Path | None = None,
    **more: Any,
) -> AdBrief:
    from generation.brand import Voice
    from generation.briefs import AdBrief

    return AdBrief(
        work=work_id(work, found, lang) if work else None,
        topic=topic,
        product=product,
        lang=lang,
        channel=channel or ("xiaohongshu" if lang == "zh" else "instagram"),
        voice=Voice.load(voice) if voice else None,
        **more,
    )


def _writer(rules: AdCopywriter, backend: str, model: str) -> AdCopywriter | AssistedCopywriter:
    """The rules, with the language model that the options or the environment name; ends the command if it cannot be opened."""
    settings = Settings.from_environment()
    if backend:
        server, model = (backend, model or settings.text_model) if "://" in backend else ("", backend)
    else:
        server, model = settings.text_server, model or settings.text_model
    if not server and not model:
        return rules
    from generation.assisted import AssistedCopywriter
    from generation.backends.base import BackendError
    from generation.backends.choose import choose

    try:
        return AssistedCopywriter(rules, choose(server, model))
    except BackendError as error:
        fail(f"{error}. Give --backend URL --model NAME, or --backend FOLDER.")


def _refused(error: GenerationError) -> NoReturn:
    from generation.adcopy import ForbiddenWords

    if isinstance(error, ForbiddenWords):
        rows = [f"{finding.word}: {finding.instead}" for finding in error.findings]
        fail("advertising must not say this: " + "; ".join(rows))
    fail(str(error))


for command in (generate_tools.verify, generate_tools.report, generate_tools.rewrite, generate_tools.agree):
    app.command()(command)
app.command(add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    generate_tools.train
)
