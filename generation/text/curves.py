"""The loss of a training run as a picture: an SVG drawn by hand, so it needs nothing and opens anywhere."""

from __future__ import annotations

import html
import math
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generation.text.training_files import write_text
from generation.text.training_loop import History

__all__ = ["svg", "write"]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760, 420, 64, 20, 48, 52
_POINTS = 400
# Colour-blind safe (Okabe and Ito, 2008); the lines also differ in kind and carry their names.
_LEARNT, _JUDGED = "#0072B2", "#D55E00"
_WORDS = {
    "zh": {"title": "训练曲线", "step": "步", "loss": "损失（奈特/词元）", "learnt": "训练", "judged": "验证", "best": "最佳"},
    "en": {"title": "Training curve", "step": "step", "loss": "loss (nats per token)", "learnt": "training",
           "judged": "validation", "best": "best"},
}  # fmt: skip


def svg(history: History, *, lang: Literal["zh", "en"] = "en", title: str = "") -> str:
    """A whole SVG document, 760 × 420: training loss (running mean), validation loss, and the best step.

    Raises ``ValueError`` when there is no step to draw.
    """
    losses = np.asarray(history.losses, np.float64)  # (steps,)
    if not len(losses) or not np.isfinite(losses).all():
        raise ValueError("there is no finite loss to draw")
    words = _WORDS[lang]
    at, means = _running_means(losses)
    judged = [(step, loss) for step, loss in history.valid if math.isfinite(loss)]
    heights = np.concatenate([means, [loss for _, loss in judged]])
    low, high = float(heights.min()), float(heights.max())
    room = max(high - low, 1e-3) * 0.05
    low, high = low - room, high + room

    def x(step: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * step / max(len(losses), 1)

    def y(loss: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - loss) / (high - low)

    def line(points: list[tuple[float, float]], colour: str, dash: str = "") -> str:
        path = " ".join(f"{x(step):.1f},{y(loss):.1f}" for step, loss in points)
        return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'

    def text(left: float, top: float, words: str, more: str = "") -> str:
        return f'<text x="{left:.1f}" y="{top:.1f}" {more}>{html.escape(words)}</text>'

    legend = {_LEARNT: f"{words['learnt']} {means[-1]:.3f}"}
    if judged:
        best = f"{words['best']} {history.best:.3f} @ {history.best_step}"
        legend[_JUDGED] = f"{words['judged']} {judged[-1][1]:.3f} ({best})"
    said = " · ".join(legend.values())
    named = " · ".join(f'<tspan fill="{colour}">{html.escape(name)}</tspan>' for colour, name in legend.items())
    heading = title or words["title"]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" font-size="13" '
        "font-family=\"system-ui, 'Noto Sans CJK SC', sans-serif\">",
        f"<title>{html.escape(heading)}</title><desc>{html.escape(said)}</desc>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        text(_LEFT, 22, heading, 'font-size="16" font-weight="600"'),
        f'<text x="{_LEFT}" y="40">{named}</text>',
    ]
    for loss in _ticks(low, high):
        parts.append(f'<path d="M{_LEFT} {y(loss):.1f}H{_WIDTH - _RIGHT}" stroke="#e5e5e5"/>')
        parts.append(text(_LEFT - 8, y(loss) + 4, f"{loss:g}", 'text-anchor="end"'))
    for step in _ticks(0, len(losses)):
        parts.append(text(x(step), _HEIGHT - _BOTTOM + 20, f"{step:g}", 'text-anchor="middle"'))
    parts.append(text((_WIDTH + _LEFT) / 2, _HEIGHT - 10, words["step"], 'text-anchor="middle"'))
    middle = (_TOP + _HEIGHT - _BOTTOM) / 2
    turned = f'text-anchor="middle" transform="rotate(-90 16 {middle})"'
    parts.append(text(16, middle, words["loss"], turned))
    parts.append(line(list(zip(at.tolist(), means.tolist(), strict=True)), _LEARNT))
    if judged:
        parts.append(line(list(judged), _JUDGED, ' stroke-dasharray="6 3"'))
        parts += [f'<circle cx="{x(step):.1f}" cy="{y(loss):.1f}" r="3" fill="{_JUDGED}"/>' for step, loss in judged]
    return "\n".join([*parts, "</svg>\n"])


def write(history: History, path: Path, *, lang: Literal["zh", "en"] = "en", title: str = "") -> None:
    """Writes :func:`svg`, whole or not at all. Raises CheckpointError when it cannot be written."""
    write_text(path, svg(history, lang=lang, title=title))


def _running_means(losses: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """At most 400 points: the mean of each stretch of steps, and the step at its end."""
    ends = np.unique(np.linspace(0, len(losses), min(len(losses), _POINTS) + 1).round().astype(np.int64))
    sums = np.add.reduceat(losses, ends[:-1])
    return ends[1:].astype(np.float64), sums / np.diff(ends)


def _ticks(low: float, high: float) -> list[float]:
    """Four to ten round numbers between the two."""
    span = high - low
    step = 10.0 ** math.floor(math.log10(span))
    step *= next(part for part in (0.1, 0.2, 0.5, 1.0) if span / (step * part) <= 10)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 10) for number in range(first, math.floor(high / step + 1e-9) + 1)]
