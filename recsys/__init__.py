"""Recommendation, alone or in a talk: a data frame in, recommendations with reasons out.

    from recsys import EASE, Interactions

    table = Interactions.from_frame(df, user="user_id", item="movie_id", value="rating", time="timestamp")
    model = EASE().fit(table)
    model.recommend(["film/interstellar", ("film/ring", -1.0)], k=5)      # for anybody, known or not
    model.explain(["film/interstellar"], "film/inception")                # what each of the history adds; sums to the score
    model.save("models/ease")

Every model keeps one contract, :class:`Recommender`; :func:`create` makes one by name, :func:`load_model` reads back
whatever was saved. ``evaluate(models, split)`` of :mod:`recsys.evaluate` measures them on a split of :mod:`recsys.splits`.

=============================  =======================================================================================
``popularity``                 :class:`Popularity`: what everybody likes, fading if wished
``item-neighbours``            :class:`ItemNeighbours`: cosine, adjusted or asymmetric, Pearson; kept per target
``user-neighbours``            :class:`UserNeighbours`: people with like histories
``random-walk``                :class:`RandomWalk`: RP3β, three steps through who met what
``ease``, ``edlae``            :class:`EASE`, :class:`EDLAE`: one matrix, closed form
``slim``                       :class:`SLIM`: one sparse matrix, elastic net
``ials``                       :class:`ImplicitALS`: implicit factors by conjugate gradients or Cholesky
``feature-ials``               :class:`FeatureALS`: the same, and factors from content for items nobody has met
``mf``, ``logistic-factors``   :class:`MatrixFactorization`, :class:`LogisticFactors`: factors on the logistic loss
``bpr``                        :class:`BPR`: factors that order pairs
``item2vec``                   :class:`Item2Vec`: items as words, histories as sentences
``blend``                      :class:`Blend`: several of these with learnt weights
``user-rating-neighbours``     :class:`UserRatingNeighbours`: predicts ratings
``item-rating-neighbours``     :class:`ItemRatingNeighbours`: predicts ratings
``biased-factors``, ``svd++``  :class:`BiasedFactors`, :class:`SVDpp`: predict ratings
``bayesian-factors``           :class:`BayesianFactors`: predicts ratings, averaged over Gibbs samples
``gmf``, ``mlp``, ``neumf``    :class:`GMF`, :class:`MLP`, :class:`NeuMF`: neural collaborative filtering (torch)
``nfm``, ``wide-and-deep``     :class:`NFM`, :class:`WideAndDeep`: with features of items (torch)
``content``                    :class:`ContentSimilarity`: facts that works share, by rarity; needs no interactions
``text-vectors``               :class:`TextVectors`: word2vec over what is written of works; needs no interactions
``graph-vectors``              :class:`GraphVectors`: node2vec, where works stand in the graph; needs no interactions
=============================  =======================================================================================

In a talk:

    from recsys import Conversation, CritiqueReader, PreferenceState, load, train

    train(table, "models/recsys", seed=0)
    trained = load("models/recsys")
    talk = Conversation(trained.model, graph, popularity=trained.popularity)
    reader = CritiqueReader(graph)

    state = PreferenceState.from_json(saved).apply(reader.parse("像《星际穿越》但短一点", shown=shown))
    result = talk.recommend(state, history, k=5, lang="zh")

=====================  ===============================================================================================
people and what        :class:`Interactions`, :func:`import_interactions`, :class:`AudienceStore`
they met
what people say        :class:`CritiqueReader` turns text into :class:`Operation`\\ s, which a :class:`PreferenceState`
                       remembers
a talk                 :class:`Conversation` gives a :class:`Result`: works, reasons, what gave way, what to ask
privacy                :class:`Pseudonyms`, :class:`Ledger` (a model without somebody, exactly), :mod:`recsys.anonymity`,
                       :mod:`recsys.federated`
=====================  ===============================================================================================

Nothing is imported before it is used: a model by its first mention, torch and numba by the models that need them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recsys.audience import AudienceStore, preference
    from recsys.bayesian_factors import BayesianFactors
    from recsys.biased_factors import BiasedFactors, SVDpp
    from recsys.bpr import BPR
    from recsys.content import ContentSimilarity, features_of
    from recsys.conversation import Conversation, Recommendation, Result
    from recsys.critiques import CritiqueReader, Parsed
    from recsys.elicit import Chip, Question
    from recsys.everybody import recommend_all
    from recsys.facets import Facets
    from recsys.factors import ImplicitALS
    from recsys.feature_factors import FeatureALS
    from recsys.filters import Relaxed
    from recsys.graph_vectors import GraphVectors
    from recsys.hybrid import Blend
    from recsys.interaction_files import import_interactions, read_interactions
    from recsys.interactions import Interactions, TooLarge
    from recsys.item2vec import Item2Vec
    from recsys.linear import EASE, EDLAE
    from recsys.logistic_factors import LogisticFactors
    from recsys.model import History, ItemModel, NotFitted, Progress, Recommender
    from recsys.neighbours import ItemNeighbours
    from recsys.neural import GMF, MLP, NFM, NeuMF, WideAndDeep
    from recsys.operations import Operation
    from recsys.popularity import Popularity
    from recsys.pseudonyms import Pseudonyms
    from recsys.random_walk import RandomWalk
    from recsys.rating_neighbours import ItemRatingNeighbours, UserRatingNeighbours
    from recsys.registry import UnknownModel, create, load_model
    from recsys.rerank import calibrated, maximal_marginal_relevance, xquad
    from recsys.sgd_factors import MatrixFactorization
    from recsys.slim import SLIM
    from recsys.state import PreferenceState, Wish
    from recsys.storage import ModelFileError
    from recsys.text_vectors import TextVectors
    from recsys.training import Trained, TrainingReport, load, train
    from recsys.unlearning import Ledger
    from recsys.user_neighbours import UserNeighbours

_WHERE = {
    "audience": ("AudienceStore", "preference"),
    "bayesian_factors": ("BayesianFactors",),
    "biased_factors": ("BiasedFactors", "SVDpp"),
    "bpr": ("BPR",),
    "content": ("ContentSimilarity", "features_of"),
    "conversation": ("Conversation", "Recommendation", "Result"),
    "critiques": ("CritiqueReader", "Parsed"),
    "elicit": ("Chip", "Question"),
    "everybody": ("recommend_all",),
    "facets": ("Facets",),
    "factors": ("ImplicitALS",),
    "feature_factors": ("FeatureALS",),
    "filters": ("Relaxed",),
    "graph_vectors": ("GraphVectors",),
    "hybrid": ("Blend",),
    "interaction_files": ("import_interactions", "read_interactions"),
    "interactions": ("Interactions", "TooLarge"),
    "item2vec": ("Item2Vec",),
    "linear": ("EASE", "EDLAE"),
    "logistic_factors": ("LogisticFactors",),
    "model": ("History", "ItemModel", "NotFitted", "Progress", "Recommender"),
    "neighbours": ("ItemNeighbours",),
    "neural": ("GMF", "MLP", "NFM", "NeuMF", "WideAndDeep"),
    "operations": ("Operation",),
    "popularity": ("Popularity",),
    "pseudonyms": ("Pseudonyms",),
    "random_walk": ("RandomWalk",),
    "rating_neighbours": ("ItemRatingNeighbours", "UserRatingNeighbours"),
    "registry": ("UnknownModel", "create", "load_model"),
    "rerank": ("calibrated", "maximal_marginal_relevance", "xquad"),
    "sgd_factors": ("MatrixFactorization",),
    "slim": ("SLIM",),
    "state": ("PreferenceState", "Wish"),
    "storage": ("ModelFileError",),
    "text_vectors": ("TextVectors",),
    "training": ("Trained", "TrainingReport", "load", "train"),
    "unlearning": ("Ledger",),
    "user_neighbours": ("UserNeighbours",),
}
_MODULE = {name: module for module, names in _WHERE.items() for name in names}

__all__ = [
    "BPR",
    "EASE",
    "EDLAE",
    "GMF",
    "MLP",
    "NFM",
    "SLIM",
    "AudienceStore",
    "BayesianFactors",
    "BiasedFactors",
    "Blend",
    "Chip",
    "ContentSimilarity",
    "Conversation",
    "CritiqueReader",
    "Facets",
    "FeatureALS",
    "GraphVectors",
    "History",
    "ImplicitALS",
    "Interactions",
    "Item2Vec",
    "ItemModel",
    "ItemNeighbours",
    "ItemRatingNeighbours",
    "Ledger",
    "LogisticFactors",
    "MatrixFactorization",
    "ModelFileError",
    "NeuMF",
    "NotFitted",
    "Operation",
    "Parsed",
    "Popularity",
    "PreferenceState",
    "Progress",
    "Pseudonyms",
    "Question",
    "RandomWalk",
    "Recommendation",
    "Recommender",
    "Relaxed",
    "Result",
    "SVDpp",
    "TextVectors",
    "TooLarge",
    "Trained",
    "TrainingReport",
    "UnknownModel",
    "UserNeighbours",
    "UserRatingNeighbours",
    "WideAndDeep",
    "Wish",
    "calibrated",
    "create",
    "features_of",
    "import_interactions",
    "load",
    "load_model",
    "maximal_marginal_relevance",
    "preference",
    "read_interactions",
    "recommend_all",
    "train",
    "xquad",
]


def __getattr__(name: str) -> Any:
    """What is public, imported at its first mention."""
    if name not in _MODULE:
        raise AttributeError(f"module 'recsys' has no attribute {name!r}")
    found = getattr(importlib.import_module(f"recsys.{_MODULE[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
