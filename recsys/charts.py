"""An evaluation as one page: accuracy with its uncertainty, accuracy against variety, who is served how well.

Plotly draws it; the page carries everything it needs and asks nothing of the network. Below the pictures stand the same
numbers as tables, for those who cannot see them and for copying.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from knowledge.picture import write_page
from recsys.bias import BiasReport
from recsys.report import Report, better_low

__all__ = ["ChartsMissing", "page", "write"]

Lang = Literal["zh", "en"]

# Colour-blind safe (Okabe and Ito, 2008); every model also has its name written beside it.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#444444", "#B8860B")
_GRID = "#e5e5e5"
_FONT = "system-ui, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "title": "推荐评测",
        "model": "模型",
        "accuracy": "{metric}，95% 置信区间",
        "variety": "准确与覆盖",
        "groups": "各用户群的 nDCG@{k}",
        "numbers": "图中的数字",
        "bias": "偏差报告",
        "fit": "训练（秒）",
        "score": "评分（秒）",
        "describe": "图表：各模型的指标；同样的数字列在下面的表里",
        "light": "轻度用户",
        "medium": "中度用户",
        "heavy": "重度用户",
    },
    "en": {
        "title": "Evaluation of the recommender",
        "model": "model",
        "accuracy": "{metric}, 95 % confidence interval",
        "variety": "Accuracy against coverage",
        "groups": "nDCG@{k} by kind of user",
        "numbers": "The numbers in the pictures",
        "bias": "Bias report",
        "fit": "fit (s)",
        "score": "scoring (s)",
        "describe": "Charts: figures of each model; the tables below list the same numbers",
        "light": "light users",
        "medium": "medium users",
        "heavy": "heavy users",
    },
}


class ChartsMissing(ImportError):
    """Plotly is not installed; the message says how to get it."""


def page(
    report: Report,
    *,
    metric: str | None = None,
    biases: Sequence[BiasReport] = (),
    lang: Lang = "zh",
    title: str = "",
) -> str:
    """A whole HTML page.

    ``metric`` is what models are ordered by and drawn with: nDCG at the first k (RMSE for ratings) when absent.

    Raises :class:`ChartsMissing`, and ``ValueError`` when there is no model or no such metric.
    """
    try:
        import plotly.graph_objects as go
        from plotly.subplots import make_subplots
    except ImportError:
        raise ChartsMissing('drawing needs Plotly: pip install "yuban[charts]"') from None
    say = _WORDS[lang]
    known = report.metrics()
    if not known:
        raise ValueError("there is no model to draw")
    metric = metric or (f"ndcg@{report.k[0]}" if report.k else "rmse")
    if metric not in known:
        raise ValueError(f"no figure {metric!r}; there are: {', '.join(known)}")
    ranked = report.ranked(metric)
    spread = f"coverage@{report.k[0]}" if report.k and f"coverage@{report.k[0]}" in known else ""
    panels = [say["accuracy"].format(metric=metric)]
    panels += [say["variety"]] if spread else []
    panels += [say["groups"].format(k=biases[0].k)] if biases else []
    figure = make_subplots(rows=len(panels), cols=1, subplot_titles=panels, vertical_spacing=0.12)
    colour = {model: _COLOURS[at % len(_COLOURS)] for at, model in enumerate(ranked)}
    figure.add_trace(_bars(go, report, metric, ranked, colour), row=1, col=1)
    figure.update_yaxes(autorange="reversed", row=1, col=1)
    if spread:
        figure.add_trace(_scatter(go, report, metric, spread, ranked, colour), row=2, col=1)
        figure.update_xaxes(title=spread, row=2, col=1)
        figure.update_yaxes(title=metric, row=2, col=1)
    for found in biases:
        activity = [group for group in found.user_groups if group.grouping == "activity"]
        trace = go.Bar(
            x=[say[group.name] for group in activity],
            y=[group.ndcg for group in activity],
            name=html.escape(found.model),
            text=[html.escape(found.model)] * len(activity),
            marker={"color": colour.get(found.model, _COLOURS[-1])},
        )
        figure.add_trace(trace, row=len(panels), col=1)
    figure.update_xaxes(gridcolor=_GRID, zerolinecolor=_GRID)
    figure.update_yaxes(gridcolor=_GRID, zerolinecolor=_GRID)
    figure.update_layout(
        height=max(320, 60 + 34 * len(ranked)) + 380 * (len(panels) - 1),
        plot_bgcolor="#ffffff",
        font={"family": _FONT},
        showlegend=False,
        barmode="group",
        margin={"l": 10, "r": 20, "t": 50, "b": 30},
    )
    picture = figure.to_html(include_plotlyjs=True, full_html=False, config={"displaylogo": False, "responsive": True})
    return _page(picture, report, metric, ranked, biases, lang, title or say["title"])


def write(document: str, path: Path) -> None:
    """Write the page whole or not at all. Raises ``OSError`` when the folder cannot be written."""
    write_page(document, path)


def _bars(go: Any, report: Report, metric: str, ranked: Sequence[str], colour: Mapping[str, str]) -> Any:
    found = [report.interval(model, metric) for model in ranked]
    return go.Bar(
        orientation="h",
        y=[html.escape(model) for model in ranked],
        x=[one.value for one in found],
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [one.high - one.value for one in found],
            "arrayminus": [one.value - one.low for one in found],
        },
        text=[f"{one.value:.4f}" for one in found],
        textposition="inside",
        insidetextanchor="start",  # at the foot of the bar, where no error bar runs through it
        hovertext=[f"{one.value:.4f} [{one.low:.4f}, {one.high:.4f}]" for one in found],
        marker={"color": [colour[model] for model in ranked]},
    )


def _scatter(
    go: Any, report: Report, metric: str, spread: str, ranked: Sequence[str], colour: Mapping[str, str]
) -> Any:
    figures = {model: report.figures(model) for model in ranked}
    return go.Scatter(
        x=[figures[model][spread] for model in ranked],
        y=[figures[model][metric] for model in ranked],
        mode="markers+text",
        text=[html.escape(model) for model in ranked],
        textposition="top center",
        marker={"size": 14, "color": [colour[model] for model in ranked], "line": {"width": 1, "color": "#222222"}},
    )


def _table(report: Report, ranked: Sequence[str], lang: Lang) -> str:
    say, names = _WORDS[lang], report.metrics()
    heads = [say["model"], *(f"{name} {'↓' if better_low(name) else ''}".strip() for name in names)]
    heads += [say["fit"], say["score"]]
    rows = []
    for model in ranked:
        found = report.models[model]
        cells = []
        for name in names:
            one = report.interval(model, name)
            between = f" <small>[{one.low:.4f}, {one.high:.4f}]</small>" if name in found.per_user else ""
            cells.append(f"<td>{one.value:.4f}{between}</td>")
        cells += [f"<td>{found.fit_seconds:.2f}</td>", f"<td>{found.score_seconds:.2f}</td>"]
        rows.append(f'<tr><th scope="row">{html.escape(model)}</th>{"".join(cells)}</tr>')
    headings = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in heads)
    return f"<table>\n<thead><tr>{headings}</tr></thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody></table>"


def _page(
    picture: str,
    report: Report,
    metric: str,
    ranked: Sequence[str],
    biases: Sequence[BiasReport],
    lang: Lang,
    title: str,
) -> str:
    say = _WORDS[lang]
    told = "".join(f"<p>{html.escape(found.text(lang)).replace(chr(10), '<br>')}</p>\n" for found in biases)
    about = f"<details open>\n<summary>{say['bias']}</summary>\n{told}</details>\n" if told else ""
    return f"""<!doctype html>
<html lang="{"zh-CN" if lang == "zh" else "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<style>
body {{ margin: 0; font: 16px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: #222; }}
h1, p.split {{ margin: .5rem 1rem 0; }}
details {{ margin: 0 1rem 2rem; }}
summary {{ cursor: pointer; padding: .5rem 0; }}
.scroll {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
th, td {{ text-align: left; padding: .3rem .8rem; border-bottom: 1px solid #ddd; white-space: nowrap; }}
small {{ color: #666; }}
</style>
</head>
<body>
<main>
<h1>{html.escape(title)}</h1>
<p class="split">{html.escape(report.split)}</p>
<div role="img" aria-label="{say["describe"]}">{picture}</div>
<details open>
<summary>{say["numbers"]}</summary>
<div class="scroll">{_table(report, ranked, lang)}</div>
</details>
{about}</main>
</body>
</html>
"""
