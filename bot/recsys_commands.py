"""``yuban recsys``: measure the recommender's models against each other, and choose, tune and train one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.settings import Settings

if TYPE_CHECKING:
    from knowledge.graph import Graph
    from recsys.interactions import Interactions
    from recsys.model import ItemModel
    from recsys.model import Progress as Say
    from recsys.report import Report
    from recsys.splits import Split

app = typer.Typer(
    no_args_is_help=True,
    help="Measure the recommender's models, and choose, tune and train the one that serves.\n\n"
    "**yuban recsys evaluate** prints a table and draws a chart; **yuban recsys train** makes the model that a running "
    "assistant takes up within seconds.",
    rich_markup_mode="markdown",
)
console = Console()

SHOWN = ("hr", "recall", "map", "mrr", "auc", "mae", "coverage", "gini", "novelty", "diversity")
WIDTH = 96  # what the tables need; a narrower terminal breaks their lines
MEMORY_MIB = 4096


@app.command()
def evaluate(
    data: Annotated[
        Path | None,
        typer.Option(
            help="CSV, TSV, XLSX or Parquet with user, item, value, time. Default: your audience, or the demo's."
        ),
    ] = None,
    split: Annotated[
        Literal["loo", "random", "temporal", "strong"],
        typer.Option(help="loo: the latest of each user among sampled negatives; strong: users never seen before."),
    ] = "random",
    feedback: Annotated[
        Literal["preferences", "met", "ratings"],
        typer.Option(
            help="preferences: ratings of 3 and more are likes; met: every row is one, as in most papers; "
            "ratings: predict the values (RMSE)."
        ),
    ] = "preferences",
    models: Annotated[
        list[str] | None, typer.Option("--models", "-m", help="Names, several with commas. Default: all that fit.")
    ] = None,
    k: Annotated[int, typer.Option(min=1, help="Length of the lists.")] = 10,
    negatives: Annotated[
        int, typer.Option(min=0, help="With loo: how many sampled negatives; 0 ranks all items.")
    ] = 99,
    seed: Annotated[int, typer.Option(help="Draws the split.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write the chart here, an HTML page that needs no network.")] = None,
    memory: Annotated[int, typer.Option(min=1, help="Most memory for reading the data, in MiB.")] = MEMORY_MIB,
    lang: Annotated[Literal["zh", "en"], typer.Option(help="Language of the page and the bias report.")] = "zh",
) -> None:
    """Compare models on held-out data: accuracy with its uncertainty, and what they do to variety."""
    from recsys import charts
    from recsys.bias import bias
    from recsys.evaluate import evaluate as rank
    from recsys.evaluate import evaluate_ratings

    with _said():
        table = _table(data, feedback, memory)
        console.print(f"[dim]·[/] {table}")
        cut = _split(table, split, negatives, seed)
        console.print(f"[dim]·[/] {cut.summary}")
        chosen = _models(models or [], feedback == "ratings", ours=data is None)
        with _bar() as say:
            report = evaluate_ratings(chosen, cut, progress=say) if feedback == "ratings" else rank(
                chosen, cut, (k,), progress=say
            )  # fmt: skip
        metric = "rmse" if feedback == "ratings" else f"ndcg@{k}"
        wide = Console(width=max(console.width, WIDTH))
        for shown in (_accuracy(report, metric), _figures(report, metric, k)):
            wide.print(shown)
        biases = [bias(report, cut, model) for model in report.ranked(metric)] if _has_lists(report) else []
        if biases:
            console.print(f"\n{biases[0].text(lang)}", soft_wrap=True, highlight=False)
        if out is not None:
            charts.write(charts.page(report, metric=metric, biases=biases, lang=lang), out)
            console.print(f"\nChart written: open [bold]{out}[/] in a browser.", soft_wrap=True)


@app.command()
def train(
    model: Annotated[str, typer.Option(help="A model's name (yuban recsys models), or auto.")] = "auto",
    tune: Annotated[int, typer.Option(min=0, help="Search its parameters with that many trials (needs Optuna).")] = 0,
    seed: Annotated[int, typer.Option(help="Draws the hold-out, and what the model draws.")] = 7,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an interrupted run stopped.")] = False,
) -> None:
    """Train the model that serves, on your audience (or the demo's); tuned on a hold-out of it when asked to.

    How many passes over the data are made is decided on the hold-out too. The next ``yuban train`` keeps the choice.
    """
    from bot.models import audience_table, recommender_key, stamp
    from recsys import training

    settings = _settings()
    with _said():
        table = audience_table(settings)
        console.print(f"[dim]·[/] {table}")
        try:
            with _bar() as say:
                done = training.train(
                    table, settings.recsys_model, seed, say,
                    model=model, tune_trials=tune, resume=resume, graph=_catalogue(model),
                )  # fmt: skip
        except KeyboardInterrupt:
            console.print("\nStopped; the old model stays. [bold]--resume[/] goes on from there.")
            raise typer.Exit(130) from None
        stamp(settings.recsys_model / "model", recommender_key(settings))
    console.print(
        f"[bold]{done.name}[/] trained in {done.seconds:.1f} s and saved in {settings.recsys_model}", soft_wrap=True
    )
    for key, value in done.parameters.items():
        console.print(f"  {key} = {value:.6g}" if isinstance(value, float) else f"  {key} = {value}")
    if done.value is not None:
        tried = f", best of {done.trials} trials" if done.trials > 1 else ""
        console.print(f"{done.metric} on the hold-out, before it was learnt too: {done.value:.4f}{tried}")


@app.command("models")
def list_models() -> None:
    """List the models there are, and what each is good for."""
    from recsys import registry

    shown = Table("name", "class", "learns from", "tunes")
    for name in registry.names():
        entry = registry.entry(name)
        learns = "the catalogue" if entry.from_graph else entry.feedback
        if registry.available(name):
            tunes = ", ".join(registry.search_space(name)) or "–"
        else:
            tunes = f'[yellow]pip install "yuban\\[{entry.extra}]"[/]'
        shown.add_row(name, entry.cls, learns, tunes)
    console.print(shown)


def _catalogue(*models: str) -> Graph | None:
    """The catalogue, where one of the models knows what to do with it."""
    from knowledge.catalogue import Catalogue
    from recsys import registry

    for name in models:
        if name in registry.MODELS and (
            registry.entry(name).from_graph or (registry.available(name) and "features" in registry.parameters(name))
        ):
            return Catalogue.load(_settings().home).graph
    return None


def _settings() -> Settings:
    try:
        return Settings.from_environment()
    except ValueError as error:
        console.print(f"[red]{escape(str(error))}[/]")
        raise typer.Exit(2) from None


@contextmanager
def _said() -> Iterator[None]:
    """Says what went wrong in one line, and ends the command."""
    from knowledge.graph import KnowledgeError

    try:
        yield
    except (ValueError, ImportError, OSError, KnowledgeError) as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


@contextmanager
def _bar() -> Iterator[Say]:
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task("…", total=1.0)
        yield lambda fraction, what: bar.update(task, completed=fraction, description=what)


def _table(data: Path | None, feedback: str, memory: int) -> Interactions:
    from bot.models import as_preferences, audience_table
    from recsys.interaction_files import read_interactions
    from recsys.interactions import Interactions

    if data is None:
        return audience_table(_settings())
    table, errors = read_interactions(data, memory_limit=memory << 20)
    for error in errors[:5]:
        console.print(f"[yellow]left out: {error}[/]", soft_wrap=True)
    if len(errors) > 5:
        console.print(f"[yellow]… and {len(errors) - 5} rows more[/]")
    if feedback == "met":
        users, items, _, times = table.rows()
        return Interactions(users, items, None, times)
    return as_preferences(table) if feedback == "preferences" else table


def _split(table: Interactions, kind: str, negatives: int, seed: int) -> Split:
    from recsys import splits

    if kind == "loo":
        return splits.leave_one_out(table, negatives=negatives or None, seed=seed)
    if kind == "temporal":
        return splits.temporal(table)
    return splits.strong(table, seed=seed) if kind == "strong" else splits.random(table, seed=seed)


def _models(wanted: Sequence[str], ratings: bool, ours: bool) -> dict[str, ItemModel]:
    """The models to compare; where the items are those of the catalogue (``ours``), with what it says of them."""
    from recsys import registry
    from recsys.content import features_of

    names = [name.strip() for one in wanted for name in one.split(",") if name.strip()]
    if not names:
        feedback = "ratings" if ratings else "likes"
        fit = [name for name in registry.names() if registry.entry(name).feedback == feedback]
        names = [name for name in fit if not registry.entry(name).from_graph and registry.available(name)]
    if not names:
        raise ValueError("no model predicts ratings here; name some with --models")
    found: dict[str, ItemModel] = {}
    graph = _catalogue(*(name for name in names if ours or registry.entry(name).from_graph))
    for name in names:
        if registry.entry(name).from_graph:
            family = registry.model_class(name)
            found[name] = family.of(graph)  # type: ignore[attr-defined]
        elif ours and graph is not None and "features" in registry.parameters(name):
            found[name] = registry.create(name, features=features_of(graph))
        else:
            found[name] = registry.create(name)
    return found


def _has_lists(report: Report) -> bool:
    return any(measured.lists.shape[1] for measured in report.models.values())


def _accuracy(report: Report, metric: str) -> Table:
    """The models, best first, with the interval of the main figure and the paired difference to the best."""
    shown = Table("model", metric, "95 %", "to the best", "fit s", "score s", box=box.SIMPLE_HEAD, pad_edge=False)
    ranked = report.ranked(metric)
    for name in ranked:
        one, found = report.interval(name, metric), report.models[name]
        apart = ""
        if name != ranked[0]:
            compared = report.compare(name, ranked[0], metric)
            apart = f"{compared.value:+.4f} " + (f"(p {compared.p:.2g})" if compared.certain else "(may be chance)")
        seconds = (f"{found.fit_seconds:.2f}", f"{found.score_seconds:.2f}")
        shown.add_row(name, f"{one.value:.4f}", f"{one.low:.4f} – {one.high:.4f}", apart, *seconds)
    return shown


def _figures(report: Report, metric: str, k: int) -> Table:
    """The other figures; lists are of ``k``."""
    known = report.metrics()
    columns = [name for short in SHOWN for name in (f"{short}@{k}", short) if name in known and name != metric]
    heads = [column.partition("@")[0] for column in columns]
    shown = Table("model", *heads, box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in report.ranked(metric):
        figures = report.figures(name)
        shown.add_row(name, *(f"{figures[column]:.3f}" for column in columns))
    return shown
