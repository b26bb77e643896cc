"""Whom a model serves well and what it pushes: coverage, concentration, exposure and accuracy by group.

    Steck, "Item popularity and recommendation accuracy", RecSys 2011; Ekstrand et al., "Fairness in information access
    systems", Foundations and Trends in IR, 2022.

Items are grouped by popularity (the head makes up half of all interactions, the middle the next 30 %, the tail the
rest), users by how much they have watched, and by anything else the caller knows of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from recsys import metrics
from recsys.report import Report
from recsys.splits import Split

__all__ = ["BiasReport", "ItemGroup", "UserGroup", "bias"]

_ITEM_GROUPS = ("head", "middle", "tail")
_ACTIVITY = ("light", "medium", "heavy")
_WORDS = {
    "head": {"zh": "头部", "en": "head"},
    "middle": {"zh": "腰部", "en": "middle"},
    "tail": {"zh": "长尾", "en": "tail"},
    "activity": {"zh": "观看量", "en": "activity"},
    "light": {"zh": "轻度用户", "en": "light users"},
    "medium": {"zh": "中度用户", "en": "medium users"},
    "heavy": {"zh": "重度用户", "en": "heavy users"},
}
_TEXT = {
    "zh": {
        "whole": "{model}：前 {k} 名里出现过 {coverage} 的作品，曝光的基尼系数是 {gini:.2f}（0 为完全均匀，1 为全归一部）。",
        "items": "{group}作品占片库 {items}、观看 {met}，得到 {shown} 的曝光；该找到的找到了 {recall}。",
        "users": "{grouping}·{group}（{users} 人）：nDCG@{k} {ndcg:.3f}，召回率 {recall}。",
        "none": "无",
    },
    "en": {
        "whole": "{model}: {coverage} of the works appear in somebody's top {k}; the Gini coefficient of exposure is "
        "{gini:.2f} (0 all alike, 1 all on one).",
        "items": "{group} works are {items} of the catalogue and {met} of what is watched, and get {shown} of the "
        "exposure; {recall} of what was to be found of them was found.",
        "users": "{grouping}, {group} ({users} users): nDCG@{k} {ndcg:.3f}, recall {recall}.",
        "none": "none",
    },
}


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """Items of like popularity. Shares are 0..1."""

    name: str
    items: int
    of_items: float
    of_interactions: float
    """Their share of the training interactions."""
    of_exposure: float
    """Their share of all recommended places."""
    recall: float
    """Share of their hidden interactions that the lists hold; NaN when none was hidden."""


@dataclass(frozen=True, slots=True)
class UserGroup:
    """Users of one kind."""

    grouping: str
    """``activity``, or a name the caller gave."""
    name: str
    users: int
    ndcg: float
    recall: float


@dataclass(frozen=True, slots=True)
class BiasReport:
    """What :func:`bias` found about one model."""

    model: str
    k: int
    coverage: float
    gini: float
    item_groups: tuple[ItemGroup, ...]
    user_groups: tuple[UserGroup, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    def text(self, lang: Literal["zh", "en"]) -> str:
        """As sentences, a line each."""
        say = _TEXT[lang]
        lines = [say["whole"].format(model=self.model, k=self.k, coverage=_share(self.coverage, lang), gini=self.gini)]
        for group in self.item_groups:
            lines.append(
                say["items"].format(
                    group=_word(group.name, lang).capitalize(),
                    items=_share(group.of_items, lang),
                    met=_share(group.of_interactions, lang),
                    shown=_share(group.of_exposure, lang),
                    recall=_share(group.recall, lang),
                )
            )
        for kind in self.user_groups:
            lines.append(
                say["users"].format(
                    grouping=_word(kind.grouping, lang).capitalize(),
                    group=_word(kind.name, lang),
                    users=kind.users,
                    k=self.k,
                    ndcg=kind.ndcg,
                    recall=_share(kind.recall, lang),
                )
            )
        return "\n".join(lines)


def bias(
    report: Report,
    split: Split,
    model: str,
    k: int | None = None,
    user_groups: Mapping[str, Mapping[str, str]] | None = None,
) -> BiasReport:
    """Look at one model's lists.

    ``k`` is one of the report's, its first when absent. ``user_groups`` names further groupings: name → user id →
    group; a user who is in none is left out of it.

    Raises ``KeyError`` for a model that is not in the report, and ``ValueError`` when the report is of another split,
    has no such ``k``, or its split ranks among candidates only, whose lists say nothing about exposure.
    """
    found = report.models[model]
    if split.candidates is not None or not report.k:
        raise ValueError("a bias report needs lists out of all items: evaluate on a split without candidates")
    if report.user_ids != split.user_ids:
        raise ValueError("the report is about other users than the split")
    k = report.k[0] if k is None else k
    if k not in report.k:
        raise ValueError(f"no k={k} in the report; it has {', '.join(map(str, report.k))}")
    lists = found.lists[:, :k]
    grouped = [
        UserGroup("activity", name, *_of(found.per_user, at, k))
        for name, at in zip(_ACTIVITY, _by_activity(split), strict=True)
        if at.any()
    ]
    for grouping, member in (user_groups or {}).items():
        of = np.array([member.get(user, "") for user in split.user_ids])
        grouped += [
            UserGroup(grouping, str(name), *_of(found.per_user, of == name, k)) for name in np.unique(of) if name
        ]
    figures = report.figures(model)
    return BiasReport(
        model, k, figures[f"coverage@{k}"], figures[f"gini@{k}"], _item_groups(lists, split), tuple(grouped)
    )


def _by_activity(split: Split) -> list[NDArray[np.bool_]]:
    group = metrics.quantile_groups(np.diff(split.seen.indptr), len(_ACTIVITY))
    return [group == at for at in range(len(_ACTIVITY))]


def _of(per_user: Mapping[str, NDArray[np.float64]], member: NDArray[np.bool_], k: int) -> tuple[int, float, float]:
    means = (float(np.nanmean(per_user[f"{name}@{k}"][member])) for name in ("ndcg", "recall"))
    ndcg, recall = means
    return int(member.sum()), ndcg, recall


def _item_groups(lists: NDArray[np.int64], split: Split) -> tuple[ItemGroup, ...]:
    n_items, groups = len(split.item_ids), len(_ITEM_GROUPS)
    liked = split.train.liked()
    counted = dict(zip(split.train.item_ids, np.asarray(liked.sum(axis=0)).ravel().tolist(), strict=True))
    counts = np.array([counted.get(item, 0.0) for item in split.item_ids])
    group = metrics.popularity_groups(counts)
    shown = metrics.exposure(lists, n_items)
    # What was found, item by item: the listed cells that were hidden.
    user, at = np.nonzero(lists >= 0)
    listed = lists[user, at]
    to_find = split.hidden.copy()
    to_find.data = (to_find.data > 0).astype(np.float32)
    found = np.bincount(listed, weights=np.asarray(to_find[user, listed]).ravel(), minlength=n_items)
    sought = np.asarray(to_find.sum(axis=0)).ravel()
    recall = metrics.group_recall(found, sought, group, groups)
    return tuple(
        ItemGroup(
            name,
            int((mine := group == which).sum()),
            float(mine.mean()),
            float(counts[mine].sum() / max(counts.sum(), 1.0)),
            float(shown[mine].sum() / max(shown.sum(), 1)),
            float(recall[which]),
        )
        for which, name in enumerate(_ITEM_GROUPS)
    )


def _word(name: str, lang: Literal["zh", "en"]) -> str:
    return _WORDS[name][lang] if name in _WORDS else name


def _share(value: float, lang: Literal["zh", "en"]) -> str:
    return _TEXT[lang]["none"] if np.isnan(value) else f"{value:.1%}"
