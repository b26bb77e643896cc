"""``yuban generate``: ad copy, scripts and summaries from a terminal; and whether a file says that it is generated."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import Progress
from rich.table import Table

from bot.settings import Settings

if TYPE_CHECKING:
    from generation.briefs import Draft
    from knowledge.catalogue import Catalogue

app = typer.Typer(
    no_args_is_help=True,
    help="Write ad copy, scripts and summaries about the works of the catalogue, or about a topic of your own.\n\n"
    "Every text is labelled as AI-generated, visibly and for machines; **verify** reads the labels of a file back. "
    "The same seed gives the same text.",
)
console = Console()

Lang = Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of the text.")]
Seed = Annotated[int | None, typer.Option(help="The same seed gives the same text; printed when not given.")]
Out = Annotated[Path | None, typer.Option(help="Write a file instead; its ending is its format.")]
Work = Annotated[str, typer.Argument(help="A title or an id of the catalogue; empty for a topic of your own.")]


@app.command("copy")
def advertise(
    work: Work = "",
    topic: Annotated[str, typer.Option(help="What to advertise when it is not a work: '会员周年庆'.")] = "",
    product: Annotated[str, typer.Option(help="Attributes of goods: '类型#裤*版型#宽松'.")] = "",
    channel: Annotated[str, typer.Option(help="Where it runs: xiaohongshu douyin weibo push x instagram …")] = "",
    lang: Lang = "zh",
    tone: Annotated[str | None, typer.Option(help="playful, warm, literary, formal or punchy.")] = None,
    voice: Annotated[Path | None, typer.Option(help="A brand-voice sheet: YAML or JSON.")] = None,
    audience: Annotated[str, typer.Option(help="Whom it speaks to: 上班族, 'night owls'.")] = "",
    offer: Annotated[str, typer.Option(help="首月9.9元, 'first month free'.")] = "",
    must_use: Annotated[list[str] | None, typer.Option(help="Words that have to stand there.")] = None,
    avoid: Annotated[list[str] | None, typer.Option(help="Words that must not.")] = None,
    seconds: Annotated[int | None, typer.Option(help="How long a spoken text may take.")] = None,
    candidates: Annotated[int, typer.Option("-n", min=1, max=20, help="How many different texts.")] = 3,
    seed: Seed = None,
    out: Out = None,
) -> None:
    """Write advertising copy for one channel: checked, ranked, best first."""
    from generation.adcopy import AdCopywriter, ForbiddenWords
    from generation.brand import Voice
    from generation.briefs import AdBrief, GenerationError
    from generation.text.copy_scores import reads_well

    catalogue = _catalogue()
    number = _seed(seed)
    try:
        brief = AdBrief(
            work=_work(work, catalogue, lang) if work else None,
            topic=topic,
            product=product,
            voice=Voice.load(voice) if voice else None,
            lang=lang,
            channel=channel or ("xiaohongshu" if lang == "zh" else "instagram"),
            tone=tone,
            audience=audience,
            offer=offer,
            must_use=tuple(must_use or ()),
            avoid=tuple(avoid or ()),
            seconds=seconds,
        )
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task("writing", total=1.0)
            drafts = AdCopywriter(catalogue.graph, fluency=reads_well).generate_many(
                brief, candidates, seed=number, progress=lambda done: bar.update(task, completed=done)
            )
    except ForbiddenWords as error:
        rows = [f"{finding.word}: {finding.instead}" for finding in error.findings]
        _fail("advertising must not say this: " + "; ".join(rows))
    except GenerationError as error:
        _fail(str(error))
    _deliver(drafts, "ad", lang, number, out)


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

    catalogue = _catalogue()
    number = _seed(seed)
    try:
        brief = ScriptBrief(
            work=_work(work, catalogue, lang) if work else None,
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
            draft = Scriptwriter(catalogue.graph).generate(
                brief, seed=number, progress=lambda done: bar.update(task, completed=done)
            )
    except GenerationError as error:
        _fail(str(error))
    _deliver([draft], "script", lang, number, out)


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

    catalogue = _catalogue()
    number = _seed(seed)
    try:
        text = file.read_text(encoding="utf-8") if file else ""
        brief = SummaryBrief(
            work=_work(work, catalogue, lang) if work else None, text=text, lang=lang, sentences=sentences
        )
        draft = Summariser(catalogue.graph).generate(brief, seed=number)
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"{file}: {error}")
    except GenerationError as error:
        _fail(str(error))
    _deliver([draft], "summary", lang, number, out)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A txt, md, fountain, json, docx or pdf file.")],
) -> None:
    """Read the AI labels of a file back: the visible one, the record, and whether the text is still the one labelled.

    Ends with 0 when both labels are there and the content is what was labelled, else with 1.
    """
    from generation.verify import VerifyError
    from generation.verify import read as read_labels

    try:
        found = read_labels(file)
    except VerifyError as error:
        _fail(str(error))
    table = Table(show_header=False, show_edge=False, pad_edge=False)
    table.add_row("visible label", escape(found.label or "—"))
    for field, value in (found.record or {}).items():
        table.add_row(field, escape(value or "—"))
    table.add_row("source type", escape(found.source_type or "—"))
    table.add_row("content", {True: "as labelled", False: "CHANGED since", None: "cannot be told"}[found.intact])
    for problem in found.problems:
        table.add_row("problem", escape(problem))
    console.print(table)
    if not (found.complete and found.intact is not False):
        raise typer.Exit(1)


@app.command()
def report(
    file: Annotated[
        Path, typer.Argument(help="JSON: scenes with stars, viewers and comments, or variants with counts.")
    ],
    lang: Lang = "zh",
) -> None:
    """Say which variant leads, or which scenes to rewrite and why, from what the audience did.

    Variants: `{"variants": {"a": {"impressions": 900, "clicks": 31}, "b": …}}`.
    Scenes: `{"scenes": [{"scene": "1", "stars": [4, 5], "entered": 200, "stayed": 180, "comments": ["…"]}, …]}`.
    """
    from generation.feedback import FeedbackError, Variants
    from generation.scene_feedback import SceneFeedback, advise

    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if "variants" in document:
            variants = Variants.from_json({"prior": [1, 1], **document})
        else:
            rows = [
                SceneFeedback(
                    str(row["scene"]),
                    tuple(row.get("stars", ())),
                    int(row.get("entered", 0)),
                    int(row.get("stayed", 0)),
                    tuple(row.get("comments", ())),
                )
                for row in document["scenes"]
            ]
            found = advise(rows, lang)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, FeedbackError) as error:
        _fail(f"{file}: {error}")
    if "variants" in document:
        table = Table("variant", "shown", "clicked", "rate", "95 %", "best", show_edge=False)
        for row in variants.standings():
            bounds = f"{row.low:.1%} – {row.high:.1%}"
            table.add_row(
                escape(row.variant),
                f"{row.impressions:,}",
                f"{row.clicks:,}",
                f"{row.rate:.1%}",
                bounds,
                f"{row.best:.0%}",
            )
        console.print(table)
        console.print(
            "Settled: show the first." if variants.settled() else "Not settled yet: keep showing all of them."
        )
        return
    for advice in found:
        reasons = "；".join(advice.reasons) if lang == "zh" else "; ".join(advice.reasons)
        console.print(f"[bold]{escape(advice.scene)}[/]  {escape(reasons)}\n    → {escape(advice.request)}")
    if not found:
        console.print("没有哪一场需要重写。" if lang == "zh" else "No scene stands out.")


def _deliver(drafts: list[Draft], kind: str, lang: str, seed: int, out: Path | None) -> None:
    from generation.documents import FORMATS, DocumentError, render, write

    if out is None:
        for draft in drafts:
            scores = "  ".join(f"{name} {value:.2f}" for name, value in draft.scores.items())
            console.print(Panel(escape(draft.text), title=escape(draft.title), subtitle=draft.label))
            if scores:
                console.print(f"[dim]{scores}[/]")
        console.print(f"[dim]seed {seed}[/]")
        return
    format_ = out.suffix.lstrip(".").lower()
    if format_ not in FORMATS[kind]:
        _fail(f"{out}: the ending must be one of {', '.join(FORMATS[kind])}")
    for number, draft in enumerate(drafts, 1):
        path = out if len(drafts) == 1 else out.with_stem(f"{out.stem}-{number}")
        try:
            data = render(
                kind, format_, draft.text, title=draft.title, lang=lang, id_=draft.id, metadata=draft.metadata
            )
            write(path, data)
        except DocumentError as error:
            _fail(str(error))
        console.print(f"{path}  [dim]{draft.label}, seed {seed}[/]", soft_wrap=True)


def _catalogue() -> Catalogue:
    from knowledge.catalogue import Catalogue

    return Catalogue.load(Settings.from_environment().home)


def _work(name: str, catalogue: Catalogue, lang: str) -> str:
    """The work of this name or id; ends the command when there is none, naming those spelt most like it."""
    from knowledge.graph import WORK_TYPES
    from knowledge.linking import Linker

    graph = catalogue.graph
    if name in graph and graph.entity(name).type in WORK_TYPES:
        return name
    linker = Linker(graph)
    for mention in linker.link(f"《{name}》"):
        if graph.entity(mention.best).type in WORK_TYPES:
            return mention.best
    close = ", ".join(graph.entity(id_).label(lang) for id_, _ in linker.closest(name, types=WORK_TYPES, limit=3))
    _fail(f"no work is called {name!r} in the catalogue." + (f" Closest: {close}." if close else ""))


def _seed(given: int | None) -> int:
    return secrets.randbits(31) if given is None else given


def _fail(message: str) -> NoReturn:
    console.print(f"[red]{escape(message)}[/]")
    raise typer.Exit(2)
