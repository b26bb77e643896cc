"""The graph, or the path behind an answer, as a page one can look around in: zoom, pan, hover.

networkx lays it out and Plotly draws it; the page carries everything it needs and asks nothing of the network. Below the
picture stand the same facts as a table, for those who cannot see it and for copying.

    Fruchterman and Reingold, "Graph drawing by force-directed placement", 1991.
"""

from __future__ import annotations

import html
import math
import os
import tempfile
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import networkx as nx

from knowledge.graph import Fact, Graph, KnowledgeError
from knowledge.text import Language

__all__ = ["draw", "neighbourhood", "write_page"]

# Colour-blind safe (Okabe and Ito, 2008), and a shape each, so that colour is never the only sign.
_STYLE = {
    "film": ("#0072B2", "circle"),
    "series": ("#56B4E9", "square"),
    "album": ("#CC79A7", "diamond"),
    "show": ("#D55E00", "triangle-up"),
    "person": ("#009E73", "circle"),
    "genre": ("#E69F00", "hexagon"),
    "mood": ("#F0E442", "hexagon"),
    "country": ("#999999", "hexagon"),
    "language": ("#BBBBBB", "hexagon"),
    "award": ("#B8860B", "star"),
}
_OTHER = ("#444444", "circle-open")
_TYPES = {
    "zh": {
        "film": "电影",
        "series": "剧集",
        "album": "专辑",
        "show": "演出",
        "person": "人物",
        "genre": "类型",
        "mood": "氛围",
        "country": "国家地区",
        "language": "语言",
        "award": "奖项",
        "": "数值",
    },
    "en": {"": "value"},
}
_HEADINGS = {"zh": ("主语", "关系", "宾语", "来源"), "en": ("subject", "relation", "object", "source")}
_CAPTION = {"zh": "图中的事实", "en": "The facts in the picture"}
_DESCRIPTION = {
    "zh": "图谱：点的形状和颜色表示类型，连线表示关系；同样的事实列在下面的表里",
    "en": "Graph: shape and colour of a node say its type, a line is a relation; the table below lists the same facts",
}
_SEED = 7


def neighbourhood(graph: Graph, ids: Sequence[str], *, hops: int = 1, limit: int = 120) -> list[Fact]:
    """The facts within ``hops`` steps of ``ids`` (text facts left out), nearest first, at most ``limit``.

    From the second step on, a node that everything hangs on (a genre, a country) is not walked through.

    Raises:
        UnknownEntity: one of ``ids`` is not in the graph.
    """
    facts: dict[Fact, None] = {}
    seen = dict.fromkeys(graph.entity(id_).id for id_ in ids)
    queue = deque((id_, 0) for id_ in seen)
    while queue and len(facts) < limit:
        id_, step = queue.popleft()
        if step >= hops or (step and graph.entity(id_).type not in ("film", "series", "album", "show", "person")):
            continue
        for fact in _about(graph, id_):
            if len(facts) >= limit:
                break
            facts.setdefault(fact)
            for end in (fact.subject, str(fact.object)):
                if end in graph and end not in seen:
                    seen[end] = None
                    queue.append((end, step + 1))
    return list(facts)


def _about(graph: Graph, id_: str) -> Iterable[Fact]:
    for fact in graph.facts(id_):
        if graph.relations[fact.relation].kind != "text":
            yield fact
    for relation in graph.relations_of(id_)[1]:
        for subject in graph.subjects(id_, relation):
            fact_ = graph.fact(subject, relation, id_)
            if fact_ is not None:
                yield fact_


def draw(
    graph: Graph, facts: Sequence[Fact], *, lang: Language = "zh", title: str = "", highlight: Sequence[str] = ()
) -> str:
    """A whole HTML page of the facts.

    Args:
        highlight: ids drawn larger: what the question was about, and its answers.

    Raises:
        KnowledgeError: there is nothing to draw, or Plotly is not installed.
    """
    if not facts:
        raise KnowledgeError("there are no facts to draw")
    try:
        import plotly.graph_objects as go
    except ImportError:
        raise KnowledgeError('drawing needs Plotly: pip install "yuban[charts]"') from None
    network: nx.Graph[str] = nx.Graph()
    for fact in facts:
        network.add_edge(fact.subject, _end(graph, fact), label=[])
    for fact in facts:  # 导演 and 编剧 of one film may be one person: one line, both words
        network.edges[fact.subject, _end(graph, fact)]["label"].append(_relation(graph, fact, lang))
    at = nx.spring_layout(network, seed=_SEED, k=1.6 / math.sqrt(len(network)), iterations=120)
    label = {node: _label(graph, node, lang) for node in network}
    label |= {_end(graph, fact): html.escape(str(fact.object)) for fact in facts if _end(graph, fact) not in graph}
    figure = go.Figure(layout=_layout(title, lang))
    _edges(figure, go, network, at, label)
    chosen = set(highlight)
    by_type: dict[str, list[str]] = {}
    for node in network:
        by_type.setdefault(graph.entity(node).type if node in graph else "", []).append(node)
    for type_, nodes in by_type.items():
        colour, symbol = _STYLE.get(type_, _OTHER)
        figure.add_trace(
            go.Scatter(
                x=[float(at[node][0]) for node in nodes],
                y=[float(at[node][1]) for node in nodes],
                mode="markers+text",
                name=_TYPES[lang].get(type_, type_),
                text=[label[node] for node in nodes],
                textposition="top center",
                hovertext=[f"<b>{label[node]}</b><br>{html.escape(node) if node in graph else ''}" for node in nodes],
                hoverinfo="text",
                marker={
                    "color": colour,
                    "symbol": symbol,
                    "size": [26 if node in chosen else 10 + min(10, 2 * network.degree(node)) for node in nodes],
                    "line": {"width": [3 if node in chosen else 1 for node in nodes], "color": "#222222"},
                },
            )
        )
    picture = figure.to_html(
        include_plotlyjs=True, full_html=False, config={"displaylogo": False, "scrollZoom": True, "responsive": True}
    )
    return _page(picture, graph, facts, label, lang, title)


def write_page(page: str, path: Path) -> None:
    """Writes the page whole or not at all. Raises ``OSError`` when the folder cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(page)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _label(graph: Graph, node: str, lang: Language) -> str:
    return html.escape(graph.entity(node).label(lang) if node in graph else node)


def _relation(graph: Graph, fact: Fact, lang: Language) -> str:
    return html.escape(graph.relations[fact.relation].label(lang) or fact.relation)


def _layout(title: str, lang: Language) -> dict[str, Any]:
    axis = {"visible": False, "showgrid": False, "zeroline": False}
    return {
        "title": {"text": html.escape(title)},
        "xaxis": axis,
        "yaxis": axis,
        "hovermode": "closest",
        "dragmode": "pan",
        "plot_bgcolor": "#ffffff",
        "margin": {"l": 10, "r": 10, "t": 50 if title else 10, "b": 10},
        "height": 680,
        "legend": {"orientation": "h"},
        "font": {"family": "system-ui, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"},
    }


def _end(graph: Graph, fact: Fact) -> str:
    """The node of a fact's object; a value is a node of its relation, so that the year 120 is not 120 minutes."""
    kind = graph.relations[fact.relation].kind
    return str(fact.object) if kind == "entity" else f"{fact.relation}={fact.object}"


def _edges(figure: Any, go: Any, network: nx.Graph[str], at: Any, label: dict[str, str]) -> None:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for one, other in network.edges:
        xs += [float(at[one][0]), float(at[other][0]), None]
        ys += [float(at[one][1]), float(at[other][1]), None]
    figure.add_trace(
        go.Scatter(x=xs, y=ys, mode="lines", line={"color": "#9a9a9a", "width": 1}, hoverinfo="skip", showlegend=False)
    )
    words = [" · ".join(dict.fromkeys(data["label"])) for _, _, data in network.edges(data=True)]
    middle = [(at[one] + at[other]) / 2 for one, other in network.edges]
    few = len(words) <= 30  # more words than that hide the picture; hovering still tells
    figure.add_trace(
        go.Scatter(
            x=[float(point[0]) for point in middle],
            y=[float(point[1]) for point in middle],
            mode="markers+text" if few else "markers",
            text=words,
            textfont={"size": 10, "color": "#666666"},
            hovertext=[
                f"{label[one]} — {word} — {label[other]}"
                for (one, other), word in zip(network.edges, words, strict=True)
            ],
            hoverinfo="text",
            marker={"size": 8, "opacity": 0},
            showlegend=False,
        )
    )


def _page(picture: str, graph: Graph, facts: Sequence[Fact], label: dict[str, str], lang: Language, title: str) -> str:
    headings = "".join(f'<th scope="col">{heading}</th>' for heading in _HEADINGS[lang])
    rows = "\n".join(
        f"<tr><td>{label[fact.subject]}</td><td>{_relation(graph, fact, lang)}</td>"
        f"<td>{label[_end(graph, fact)]}</td><td>{html.escape(fact.source)}</td></tr>"
        for fact in facts
    )
    name = html.escape(title) or "Yuban 娱伴"
    return f"""<!doctype html>
<html lang="{"zh-CN" if lang == "zh" else "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}</title>
<style>
body {{ margin: 0; font: 16px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: #222; }}
details {{ margin: 0 1rem 2rem; }}
summary {{ cursor: pointer; padding: .5rem 0; }}
.scroll {{ overflow-x: auto; }}
table {{ border-collapse: collapse; }}
th, td {{ text-align: left; padding: .3rem .8rem; border-bottom: 1px solid #ddd; }}
</style>
</head>
<body>
<main>
<div role="img" aria-label="{_DESCRIPTION[lang]}">{picture}</div>
<details{" open" if len(facts) <= 30 else ""}>
<summary>{_CAPTION[lang]} ({len(facts)})</summary>
<div class="scroll"><table>
<thead><tr>{headings}</tr></thead>
<tbody>
{rows}
</tbody></table></div>
</details>
</main>
</body>
</html>
"""
