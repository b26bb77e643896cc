"""The tools around ``yuban generate``: labels read back, what the audience made of it, scenes rewritten, models trained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.columns import Columns
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from bot.generate_shared import Lang, Seed, agreements_file, catalogue, console, fail, seeded


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
        fail(str(error))
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
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, FeedbackError) as error:
        fail(f"{file}: {error}")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        fail(f'{file}: {error!r}; expected {{"variants": {{…}}}} or {{"scenes": [{{"scene": "1", …}}, …]}}, see --help')
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


def rewrite(
    file: Annotated[Path, typer.Argument(help="A script as JSON, from 'yuban generate script … --out story.json'.")],
    scene: Annotated[str, typer.Argument(help="The number of a scene, or the id of any part: its logline, a line.")],
    request: Annotated[str, typer.Argument(help="What to change: 'shorter', '更紧张', '结尾留一个悬念'.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Accept without asking.")] = False,
    seed: Seed = None,
) -> None:
    """Write a scene of a script anew, show old and new side by side, and put the new one in if you accept it."""
    from generation.briefs import GenerationError
    from generation.screenplay import exporting
    from generation.script import Scriptwriter

    number = seeded(seed)
    try:
        story = exporting.load(file)
        ids = [one.id for one in story.scenes]
        target = ids[int(scene) - 1] if scene.isdigit() and 0 < int(scene) <= len(ids) else scene
        if target not in ids and all(node.id != target for node in story.nodes()):
            fail(f"{scene}: no such scene; this script has 1 to {len(ids)}")
        writer = Scriptwriter(catalogue().graph)
        candidate = writer.rewrite(story, target, request, seed=number)
        for note in candidate.notes:
            console.print(f"[dim]{escape(note)}[/]")
        if not candidate.changed:
            console.print("Nothing was changed.")
            return
        sides = [Panel(escape(candidate.before), title="old"), Panel(escape(candidate.after), title="new")]
        console.print(Columns(sides, equal=True, expand=True))
        if not yes and not typer.confirm("Put the new one in?"):
            console.print("The script stays as it was.")
            return
        changed = writer.accept(story, candidate)
        writer.draft(changed)  # refuses what would put a real person into a scandal
        exporting.save(changed, file)
    except GenerationError as error:
        fail(str(error))
    console.print(f"{file}  [dim]version {changed.version}, seed {number}[/]", soft_wrap=True)


def agree(
    who: Annotated[str, typer.Option(help="Who takes over the duty to mark the text as AI-generated.")],
    purpose: Annotated[str, typer.Option(help="What it is for.")],
) -> None:
    """Record that somebody marks generated text themselves; the id printed lets **copy --agreement** leave our mark out.

    The machine-readable record stays in the file. Agreements and every text written under them are kept in
    agreements.jsonl under YUBAN_HOME.
    """
    from generation.agreements import AgreementError, Agreements

    try:
        id_ = Agreements(agreements_file()).record(who, purpose)
    except (AgreementError, OSError) as error:
        fail(str(error))
    console.print(id_, soft_wrap=True)


def train(context: typer.Context) -> None:
    """Train a language model on your own text: scratch, tune or lora; **--help** after it says more."""
    from generation.text.training_command import main

    raise typer.Exit(main(context.args))
