"""Logistic regression on n-grams, weighted by their naive-Bayes log-count ratio (NB-LR) or by TF-IDF.

    Wang & Manning, "Baselines and Bigrams: Simple, Good Sentiment and Topic Classification", ACL 2012.

For one class against the rest, with x ∈ {0,1}^V, p = α + Σ_{y=1} x, q = α + Σ_{y=0} x (eq. 2–3)::

    r = log( (p / ‖p‖₁) / (q / ‖q‖₁) )          x̃ = r ∘ x / ‖x‖₂          P(class | x) = σ(w·x̃ + b)

w minimises mean log-loss + ‖w‖²/(2 C n), by L-BFGS. After training, r and w are multiplied into one weight per n-gram and
class: reading a text is gathering a few hundred rows and summing them. (The paper's SVM loss does as well as log-loss within
its own error bars; log-loss gives probabilities.)

With ``weighting="tfidf"`` a row is (1 + log tf) · idf instead, unit length (Salton & Buckley 1988), and there is no r. It is as
accurate and errs elsewhere, so the two are worth blending.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

from knowledge.graph import KnowledgeError
from knowledge.sentiment.features import Ngrams, Rows, Vocabulary, WordClasses, binary
from knowledge.sentiment.lbfgs import minimise

__all__ = ["LinearClassifier", "fit_weights", "ratios", "tf_idf", "unit_rows"]

Floats = NDArray[np.float32]


def ratios(x: csr_matrix, y: NDArray[np.bool_], alpha: float = 1.0, weights: Floats | None = None) -> Floats:
    """Log-count ratios (V,) of the rows where ``y`` is true against the others (eq. 3), rows counted by their weight."""
    w = np.ones(x.shape[0], np.float32) if weights is None else weights
    p = alpha + np.asarray((w * y) @ x).ravel()
    q = alpha + np.asarray((w * ~y) @ x).ravel()
    return np.log((p / p.sum()) / (q / q.sum())).astype(np.float32)


def _fit_one(x: csr_matrix, y: NDArray[np.bool_], weights: Floats, c: float, iterations: int) -> tuple[Floats, float]:
    """w (V,) and b of L2-regularised logistic regression; the bias is not regularised."""
    target = np.where(y, 1.0, -1.0).astype(np.float32)
    weights = weights / weights.sum()
    penalty = 1.0 / (c * len(target))
    transposed = x.T.tocsr()

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        w, b = theta[:-1].astype(np.float32), theta[-1]
        margin = target * (x @ w + np.float32(b))
        value = float((weights * np.logaddexp(0.0, -margin)).sum()) + 0.5 * penalty * float((w * w).sum())
        slope = -weights * target / (1.0 + np.exp(np.minimum(margin, 60.0)))
        return value, np.append((transposed @ slope) + penalty * w, slope.sum()).astype(np.float64)

    found = minimise(loss, np.zeros(x.shape[1] + 1), iterations=iterations)
    return found[:-1].astype(np.float32), float(found[-1])


def unit_rows(x: csr_matrix) -> csr_matrix:
    """Each row divided by its Euclidean length; an empty row stays empty."""
    length = np.sqrt(np.asarray(x.multiply(x).sum(axis=1)).ravel())
    return (diags((1.0 / np.maximum(length, 1e-12)).astype(np.float32)) @ x).tocsr()


def tf_idf(rows: Rows, columns: Rows, shape: tuple[int, int], idf: Floats) -> csr_matrix:
    """(n, V) float32, (1 + log count) · idf of every ``(row, column)`` named."""
    x = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    x.sum_duplicates()
    x.data = (1.0 + np.log(x.data)).astype(np.float32) * idf[x.indices]
    return x


def fit_weights(
    x: csr_matrix,
    labels: NDArray[np.int64],
    classes: int,
    *,
    c: float = 10.0,
    alpha: float = 1.0,
    row_weights: Floats | None = None,
    iterations: int = 60,
    ratio: bool = True,
) -> tuple[Floats, Floats]:
    """Weights (V, classes) and biases (classes,) of one target, one class against the rest.

    Two classes need one fit: the second's weights are the first's with the sign turned, each halved, so that a softmax over
    the two is the logistic function of the fit.

    Args:
        x: (n, V) binary rows.
        labels: (n,) in 0 … classes − 1.
        c: inverse regularisation; larger fits closer. A reasonable range is 1 … 300.
        alpha: smoothing of the counts behind r.
        row_weights: how much each row counts, (n,); 1 by default.
        iterations: of L-BFGS.
        ratio: whether columns are scaled by r.
    """
    weights = np.ones(len(labels), np.float32) if row_weights is None else np.asarray(row_weights, np.float32)
    found = np.zeros((x.shape[1], classes), np.float32)
    bias = np.zeros(classes, np.float32)
    if not len(labels):
        return found, bias  # nothing known of this target: every class is as likely
    unit = unit_rows(x)
    for label in range(1, 2) if classes == 2 else range(classes):
        scale = ratios(x, labels == label, alpha, weights) if ratio else np.ones(x.shape[1], np.float32)
        w, b = _fit_one((unit @ diags(scale)).tocsr(), labels == label, weights, c, iterations)
        found[:, label], bias[label] = w * scale, b
    if classes == 2:
        found[:, 1] /= 2
        bias[1] /= 2
        found[:, 0], bias[0] = -found[:, 1], -bias[1]
    return found, bias


class LinearClassifier:
    """Any number of targets over one vocabulary.

    Args:
        targets: target name → its class names; their weight columns stand side by side in that order.
        weights: (V, Σ classes) float32, r ∘ w (or w, with TF-IDF).
        bias: (Σ classes,) float32.
        idf: (V,) float32 with TF-IDF, ``None`` with NB-LR.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        targets: Mapping[str, Sequence[str]],
        weights: Floats,
        bias: Floats,
        idf: Floats | None = None,
    ) -> None:
        self.idf = idf
        self.vocabulary = vocabulary
        self.targets = {name: list(classes) for name, classes in targets.items()}
        self.weights = weights
        self.bias = bias

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: NDArray[np.int64],
        targets: Mapping[str, Sequence[str]],
        *,
        ngrams: Ngrams | None = None,
        minimum: int = 1,
        lexicon: WordClasses | None = None,
        row_weights: Floats | None = None,
        c: float = 10.0,
        alpha: float = 1.0,
        iterations: int = 60,
        weighting: Literal["ratio", "tfidf"] = "ratio",
        progress: Callable[[int, int, str], None] | None = None,
    ) -> LinearClassifier:
        """Trains on ``texts`` with ``labels`` (n, targets) int64, −1 where a text knows nothing of a target.

        Args:
            minimum: in how many texts an n-gram must stand to be learned.

        Raises:
            KnowledgeError: there is nothing to learn from, or labels do not go with the texts.
        """
        if not len(texts) or labels.shape != (len(texts), len(targets)):
            raise KnowledgeError(f"{len(texts)} texts do not go with labels of shape {labels.shape}")
        vocabulary, x = Vocabulary.fit(ngrams or Ngrams(), texts, minimum, lexicon)
        idf = None
        if weighting == "tfidf":
            idf = (1.0 + np.log(len(texts) / np.maximum(np.bincount(x.indices, minlength=x.shape[1]), 1))).astype(
                np.float32
            )
            x = tf_idf(*vocabulary.known(texts), x.shape, idf)
        weights, biases = [], []
        for column, (name, classes) in enumerate(targets.items()):
            if progress:
                progress(column, len(targets), f"{name}: {len(classes)} classes, {len(vocabulary):,} n-grams")
            known = np.flatnonzero(labels[:, column] >= 0)
            w, b = fit_weights(
                x[known], labels[known, column], len(classes), c=c, alpha=alpha, iterations=iterations, ratio=idf is None,
                row_weights=None if row_weights is None else row_weights[known],
            )  # fmt: skip
            weights.append(w)
            biases.append(b)
        if progress:
            progress(len(targets), len(targets), "done")
        return cls(vocabulary, targets, np.concatenate(weights, axis=1), np.concatenate(biases), idf)

    def scores(self, texts: Sequence[str]) -> list[Floats]:
        """Logits (n, classes) per target. A text of which nothing is known scores the biases."""
        rows, columns = self.vocabulary.known(texts)
        shape = (len(texts), len(self.vocabulary))
        if self.idf is not None:
            found = np.asarray(unit_rows(tf_idf(rows, columns, shape, self.idf)) @ self.weights)
        elif len(texts) == 1:
            columns = np.unique(columns)  # presence, as in training; gather and sum without building a matrix
            found = self.weights[columns].sum(axis=0, keepdims=True) / np.sqrt(max(len(columns), 1))
        else:
            found = np.asarray(unit_rows(binary(rows, columns, shape)) @ self.weights)
        found = found.astype(np.float32) + self.bias
        return np.split(found, np.cumsum([len(classes) for classes in self.targets.values()])[:-1], axis=1)

    def save(self, folder: Path) -> None:
        """``linear.npz``: hashes, weights, biases, and the rest as JSON in ``about``."""
        about = {"targets": self.targets, "ngrams": self.vocabulary.ngrams.to_json()}
        lexicon = self.vocabulary.lexicon or WordClasses(np.zeros(0, np.uint64), np.zeros(0, np.int64))
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".linear.npz.{os.getpid()}"
        with temporary.open("wb") as stream:
            np.savez(
                stream,
                hashes=self.vocabulary.hashes,
                weights=self.weights,
                bias=self.bias,
                lexicon_hashes=lexicon.hashes,
                lexicon_classes=lexicon.classes,
                idf=np.zeros(0, np.float32) if self.idf is None else self.idf,
                about=np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), np.uint8),
            )
        os.replace(temporary, folder / "linear.npz")

    @classmethod
    def load(cls, folder: Path) -> LinearClassifier:
        """What :meth:`save` wrote. Raises :class:`KnowledgeError` when it is not there or not whole."""
        try:
            with np.load(folder / "linear.npz", allow_pickle=False) as file:
                about = json.loads(file["about"].tobytes())
                lexicon = WordClasses(file["lexicon_hashes"], file["lexicon_classes"])
                vocabulary = Vocabulary(Ngrams.from_json(about["ngrams"]), file["hashes"], lexicon)
                weights, bias, idf = file["weights"], file["bias"], file["idf"]
        except (OSError, ValueError, KeyError, BadZipFile, EOFError) as error:
            raise KnowledgeError(f"{folder} holds no linear sentiment model: {error}") from error
        columns = sum(len(classes) for classes in about["targets"].values())
        if weights.shape != (len(vocabulary), columns) or bias.shape != (columns,):
            raise KnowledgeError(
                f"{folder / 'linear.npz'} is damaged: weights of shape {weights.shape}; train it again"
            )
        return cls(vocabulary, about["targets"], weights, bias, idf if len(idf) else None)
