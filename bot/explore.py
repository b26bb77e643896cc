"""``yuban knowledge``: look into the graph from a terminal — one thing and what hangs on it, a picture, an answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from bot.settings import Settings

if TYPE_CHECKING:
    from knowledge.answer import Answerer
    from knowledge.graph import Graph

app = typer.Typer(
    no_args_is_help=True,
    help="Look into the knowledge graph: what is known of a work or a person, as text, as a picture, as an answer.\n\n"
    "A work or a person may be given by its name in either language or by its id.",
)
console = Console()

Lang = Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of names and labels.")]
SHOWN = 12


@app.command()
def show(
    entity: Annotated[
        str, typer.Argument(help="A name or an id: 流浪地球, 'Christopher Nolan', film/interstellar-2014.")
    ],
    lang: Lang = "zh",
    everything: Annotated[bool, typer.Option("--all", help=f"Show more than {SHOWN} of a kind.")] = False,
) -> None:
    """Print what is known about one thing, and what points at it."""
    answerer = _answerer()
    graph = answerer.graph
    id_ = _resolved(entity, answerer, lang)
    node = graph.entity(id_)
    names = " / ".join(dict.fromkeys([node.label(lang), *node.labels.values()]))
    tree = Tree(f"[bold]{names}[/]  [dim]{id_}[/]")
    if node.aliases:
        tree.add(f"[dim]{'又名' if lang == 'zh' else 'also'}[/] {', '.join(node.aliases)}")
    outward, inward = graph.relations_of(id_)
    most = None if everything else SHOWN
    for relation in outward:
        branch = tree.add(f"[cyan]{graph.relations[relation].label(lang)}[/]")
        _leaves(branch, [fact.object for fact in graph.facts(id_) if fact.relation == relation], graph, lang, most)
    for relation in inward:
        label = graph.relations[relation].inverse.get(lang) or f"^ {graph.relations[relation].label(lang)}"
        _leaves(tree.add(f"[magenta]{label}[/]"), list(graph.subjects(id_, relation)), graph, lang, most)
    console.print(tree)


@app.command()
def graph(
    entities: Annotated[list[str] | None, typer.Argument(help="Names or ids to draw the surroundings of.")] = None,
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("graph.html"),
    question: Annotated[str, typer.Option(help="Draw the facts behind the answer to this question instead.")] = "",
    hops: Annotated[int, typer.Option(min=1, max=3, help="How many steps away to go.")] = 1,
    limit: Annotated[int, typer.Option(min=1, max=2000, help="At most this many facts.")] = 120,
    lang: Lang = "zh",
) -> None:
    """Write an interactive picture of a part of the graph, or of the path behind an answer."""
    from knowledge.graph import KnowledgeError
    from knowledge.picture import draw, neighbourhood, write_page

    answerer = _answerer()
    if question:
        answer = answerer.answer(question, lang=lang)
        console.print(answer.text)
        facts, title = list(answer.facts), question
        highlight: list[str] = [*answer.about, *answer.entities]
    elif entities:
        highlight = [_resolved(entity, answerer, lang) for entity in entities]
        facts = neighbourhood(answerer.graph, highlight, hops=hops, limit=limit)
        title = "、".join(answerer.graph.entity(id_).label(lang) for id_ in highlight)
    else:
        console.print("[red]Name something to draw, or give --question.[/]")
        raise typer.Exit(2)
    try:
        write_page(draw(answerer.graph, facts, lang=lang, title=title, highlight=highlight), out)
    except (KnowledgeError, OSError) as error:
        console.print(f"[red]{escape(str(error))}[/]")
        raise typer.Exit(1) from None
    console.print(f"{len(facts)} facts drawn: open [bold]{out}[/] in a browser.")


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="A question in Chinese or English.")],
) -> None:
    """Answer a question, with the facts it stands on and how sure we are."""
    answerer = _answerer()
    answer = answerer.answer(question)
    lang = answer.lang
    console.print(answer.text)
    console.print(f"[dim]{answer.kind} · {answer.confidence:.2f} · {' → '.join(answer.path) or '–'}[/]")
    if answer.facts:
        table = Table(
            *(("主语", "关系", "宾语", "来源") if lang == "zh" else ("subject", "relation", "object", "source"))
        )
        for fact in answer.facts:
            label = answerer.graph.relations[fact.relation].label(lang)
            table.add_row(
                _name(fact.subject, answerer.graph, lang), label, _name(fact.object, answerer.graph, lang), fact.source
            )
        console.print(table)
    for suggestion in answer.suggestions:
        console.print(f"[dim]·[/] {suggestion.text}")


@app.command()
def suggest(
    entity: Annotated[str, typer.Argument(help="A name or an id.")],
    relation: Annotated[str, typer.Option(help="Only this one: directed_by, written_by, composed_by, cast …")] = "",
    count: Annotated[int, typer.Option(min=1, max=20, help="How many of each.")] = 3,
    lang: Lang = "zh",
) -> None:
    """Guess what the catalogue does not hold, and what is akin; each guess with the recorded facts behind it."""
    from bot.models import suggestions
    from knowledge.graph import KnowledgeError
    from knowledge.link_prediction import Suggester

    answerer = _answerer()
    graph = answerer.graph
    id_ = _resolved(entity, answerer, lang)
    settings = Settings.from_environment()
    try:
        with console.status("Learning from the catalogue …"):
            suggestions(settings)
            suggester = Suggester.load(settings.suggester, graph)
        asked = (
            [relation]
            if relation
            else [r for r in ("directed_by", "written_by", "composed_by") if not graph.objects(id_, r)]
        )
        guesses = [guess for one in asked for guess in suggester.missing(id_, one, count)]
        related = suggester.related(id_, count) if not relation else []
    except KnowledgeError as error:
        console.print(f"[red]{escape(str(error))}[/]")
        raise typer.Exit(1) from None
    for guess in (*guesses, *related):
        console.print(f"[dim]{guess.score:.2f}[/] {guess.text(lang)}", soft_wrap=True)
    if not (guesses or related):
        console.print("没有可以推测的。" if lang == "zh" else "Nothing to guess.")


def _answerer() -> Answerer:
    from knowledge.answer import Answerer
    from knowledge.catalogue import Catalogue

    with console.status("Reading the catalogue …"):
        return Answerer(Catalogue.load(Settings.from_environment().home))


def _resolved(name: str, answerer: Answerer, lang: str) -> str:
    """The id meant; ends the command with the likely ones when it is not clear."""
    from knowledge.text import fold

    graph = answerer.graph
    if name in graph:
        return name
    folded = fold(name)
    exact = [
        one.id for one in graph.entities() if folded in {fold(label) for label in (*one.labels.values(), *one.aliases)}
    ]
    if len(exact) == 1:
        return exact[0]
    likely = exact or [id_ for id_, _ in answerer.linker.closest(name)]
    console.print(f"[red]{name!r} {'names several things' if exact else 'is not in the catalogue'}.[/]")
    for id_ in likely:
        year = graph.value(id_, "year")
        console.print(f"  {id_}  [dim]{graph.entity(id_).label(lang)}{f' ({year})' if year else ''}[/]", soft_wrap=True)
    raise typer.Exit(1)


def _leaves(branch: Tree, values: list[str] | list[str | int], graph: Graph, lang: str, most: int | None) -> None:
    for value in values[:most]:
        branch.add(_name(value, graph, lang))
    if most is not None and len(values) > most:
        branch.add(f"[dim]… {len(values) - most} more (--all)[/]")


def _name(value: str | int, graph: Graph, lang: str) -> str:
    text = str(value)
    return f"{graph.entity(text).label(lang)} [dim]{text}[/]" if text in graph else text
