"""Intent from character and word n-grams: TF-IDF and multinomial logistic regression.

On short requests in two languages a linear model over n-grams beats DIET (see ``benchmarks/dialogue_load.py``) and costs
about 0.2 ms instead of 10. Names of the catalogue are masked by their kind before counting (``谁导演了《三体》`` → ``谁导演了□``), so
that what is learned is how people ask and not what they happened to ask about; each training example is also seen
unmasked, because strangers name things that no catalogue holds.

All the work happens at training: serving looks up the n-grams of a message and adds their rows of one float32 matrix.
References: Wang & Manning 2012 (n-gram baselines); Salton & Buckley 1988 (sublinear TF-IDF, eq. 1).
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any, Dict, Iterable, List, Sequence, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.gazetteer import MENTIONS
from components.text import FOLDED, fold

# Genres, moods and channels are few, and people ask about them in ways of their own: they stay words.
KINDS = ("work", "person")
MASK = {kind: chr(0xE000 + index) for index, kind in enumerate(KINDS)}
_QUOTED_TITLE = re.compile(r"《[^《》]{1,60}》")
_UNIT = re.compile(r"[a-zà-ɏ]+(?:['’][a-z]+)?|\d+|[\u3400-\u9fff\uf900-\ufaff]|[\ue000-\ue00f]|[^\s\w]")
_LATIN = re.compile(r"[a-zà-ɏ]")


def mask(folded: str, spans: Iterable[Sequence[Any]]) -> str:
    """A folded text with every ``(start, end, kind)`` span, and every 《title》, replaced by its kind's character."""
    taken: List[Sequence[Any]] = []
    for span in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if span[2] in MASK and all(span[1] <= other[0] or other[1] <= span[0] for other in taken):
            taken.append(span)
    for start, end, kind in sorted(taken, reverse=True):
        folded = folded[:start] + MASK[kind] + folded[end:]
    return _QUOTED_TITLE.sub(MASK["work"], folded)


def ngrams(masked: str) -> Counter:
    """Units (Latin words, numbers, single Chinese characters, masks, signs) alone and in pairs, and the inside of Latin
    words as 3- to 5-grams, which is what survives a typing error."""
    units = ["0" if unit.isdigit() else unit for unit in _UNIT.findall(masked)]
    counts: Counter = Counter()
    padded = ["<", *units, ">"]
    for length in (1, 2):
        counts.update("".join(_spaced(padded[at : at + length])) for at in range(len(padded) - length + 1))
    for unit in set(units):
        if len(unit) > 3 and _LATIN.match(unit):
            word = f"^{unit}$"
            for length in (3, 4, 5):
                counts.update("~" + word[at : at + length] for at in range(len(word) - length + 1))
    return counts


def _spaced(units: Sequence[str]) -> Iterable[str]:
    previous_latin = False
    for unit in units:
        latin = bool(_LATIN.match(unit))
        if latin and previous_latin:
            yield " "
        yield unit
        previous_latin = latin


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NgramIntentClassifier(IntentClassifier, GraphComponent):
    """See the module. A model of 12,000 examples holds some 60,000 n-grams × 27 intents, 7 MB.

    Config: ``C``, inverse strength of the L2 penalty (1–30; 10 chosen by cross-validation); ``min_count``, examples that an
    n-gram must occur in (1–3).
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"C": 10.0, "min_count": 1, "max_iter": 300, "random_state": 7}

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._labels: List[str] = []
        self._rows: Dict[str, int] = {}  # n-gram → row of the weights
        self._idf = np.zeros(0, np.float32)
        self._weights = np.zeros((0, 0), np.float32)  # (n_ngrams, n_labels)
        self._bias = np.zeros(0, np.float32)

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "NgramIntentClassifier":
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        from scipy.sparse import csr_matrix
        from sklearn.linear_model import LogisticRegression

        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        if not examples:
            return self._resource
        counted, targets = [], []
        self._labels = sorted({example.get(INTENT) for example in examples})
        number = {label: index for index, label in enumerate(self._labels)}
        for example in examples:
            masked = mask(_folded(example), _spans(example))
            plain = mask(_folded(example), ())
            for text in {masked, plain}:
                counted.append(ngrams(text))
                targets.append(number[example.get(INTENT)])

        frequency = Counter(ngram for counts in counted for ngram in counts)
        kept = sorted(ngram for ngram, count in frequency.items() if count >= self._config["min_count"])
        self._rows = {ngram: row for row, ngram in enumerate(kept)}
        total = len(counted)
        self._idf = np.array([math.log((1 + total) / (1 + frequency[n])) + 1 for n in kept], np.float32)

        indptr, indices, values = [0], [], []
        for counts in counted:
            rows, weights = self._vector(counts)
            indices.extend(rows)
            values.extend(weights)
            indptr.append(len(indices))
        features = csr_matrix((values, indices, indptr), shape=(total, len(kept)), dtype=np.float64)
        model = LogisticRegression(
            C=self._config["C"],
            class_weight="balanced",
            max_iter=self._config["max_iter"],
            random_state=self._config["random_state"],
        ).fit(features, targets)
        if len(self._labels) == 2:  # scikit-learn keeps one row for two classes
            model.coef_ = np.vstack([-model.coef_, model.coef_])
            model.intercept_ = np.concatenate([-model.intercept_, model.intercept_])
        self._weights = np.ascontiguousarray(model.coef_.T, np.float32)
        self._bias = model.intercept_.astype(np.float32)
        self._persist()
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            ranking = self._ranking(message)
            message.set("intent", ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set("intent_ranking", ranking[:10], add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> List[Dict[Text, Any]]:
        text = message.get(TEXT) or ""
        if not self._labels or not text.strip():
            return []
        rows, weights = self._vector(ngrams(mask(_folded(message), _spans(message))))
        logits = self._bias.copy()
        if rows:
            logits += np.asarray(weights, np.float32) @ self._weights[rows]  # (n,) @ (n, n_labels)
        exponentials = np.exp(logits - logits.max())
        probabilities = exponentials / exponentials.sum()
        order = np.argsort(-probabilities)
        return [{"name": self._labels[label], "confidence": float(probabilities[label])} for label in order]

    def _vector(self, counts: Counter) -> tuple:
        """Rows and L2-normalised ``(1 + log tf) · idf`` weights of the n-grams that are known.

        Unknown ones have no row but take their share of the norm: a message of unknown words is not made to sound sure by
        the one that is known.
        """
        rows, weights, unknown = [], [], 0.0
        rarest = float(self._idf.max()) if len(self._idf) else 1.0
        for ngram, count in counts.items():
            row = self._rows.get(ngram)
            if row is not None:
                rows.append(row)
                weights.append((1 + math.log(count)) * float(self._idf[row]))
            else:
                unknown += (rarest / 2) ** 2
        norm = math.sqrt(sum(weight * weight for weight in weights) + unknown) or 1.0
        return rows, [weight / norm for weight in weights]

    def _persist(self) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / "weights.npz", weights=self._weights, bias=self._bias, idf=self._idf)
            (folder / "vocabulary.json").write_text(
                json.dumps({"labels": self._labels, "ngrams": list(self._rows)}, ensure_ascii=False), encoding="utf-8"
            )

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "NgramIntentClassifier":
        classifier = cls(config, model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                arrays = np.load(folder / "weights.npz", allow_pickle=False)
                vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        except ValueError:  # Rasa's word for "nothing was persisted": trained on no examples
            return classifier
        classifier._weights, classifier._bias, classifier._idf = arrays["weights"], arrays["bias"], arrays["idf"]
        classifier._labels = vocabulary["labels"]
        classifier._rows = {ngram: row for row, ngram in enumerate(vocabulary["ngrams"])}
        return classifier


def _folded(message: Message) -> str:
    folded = message.get(FOLDED)
    return fold(message.get(TEXT)) if folded is None else folded


def _spans(message: Message) -> List[tuple]:
    """What to mask: the gazetteer's mentions, and in training data also what its author annotated."""
    spans = [(mention.start, mention.end, mention.entity) for mention in message.get(MENTIONS) or ()]
    for entity in message.get(ENTITIES) or ():
        if entity.get("start") is not None and entity.get("extractor") is None:
            spans.append((entity["start"], entity["end"], entity["entity"]))
    return spans
