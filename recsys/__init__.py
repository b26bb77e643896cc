"""Recommendation, alone or in a talk. Everything public is here; the rest of the package is how it is done.

    from recsys import Conversation, CritiqueReader, PreferenceState, load, train

    train(Interactions.from_parquet("interactions.parquet"), "models/recsys", seed=0)
    trained = load("models/recsys")
    talk = Conversation(trained.model, graph, popularity=trained.popularity)
    reader = CritiqueReader(graph)

    state = PreferenceState.from_json(saved).apply(reader.parse("像《星际穿越》但短一点", shown=shown))
    result = talk.recommend(state, history, k=5, lang="zh")

=====================  ===========================================================================================
people and what        :class:`Interactions`, :func:`import_interactions`, :class:`AudienceStore`
they met
models                 :class:`EASE`, :class:`ItemNeighbours`, :class:`Popularity`, :class:`ContentSimilarity`; all are
                       a :class:`Recommender`; :func:`train` chooses and saves, :func:`load` reads back
what people say        :class:`CritiqueReader` turns text into :class:`Operation`\\ s, which a :class:`PreferenceState`
                       remembers
a talk                 :class:`Conversation` gives a :class:`Result`: works, reasons, what gave way, what to ask
=====================  ===========================================================================================
"""

from recsys.audience import AudienceStore, preference
from recsys.content import ContentSimilarity
from recsys.conversation import Conversation, Recommendation, Result
from recsys.critiques import CritiqueReader, Parsed
from recsys.elicit import Chip, Question
from recsys.facets import Facets
from recsys.filters import Relaxed
from recsys.interaction_files import import_interactions, read_interactions
from recsys.interactions import Interactions
from recsys.linear import EASE
from recsys.model import History, ItemModel, NotFitted, Progress, Recommender
from recsys.neighbours import ItemNeighbours
from recsys.operations import Operation
from recsys.popularity import Popularity
from recsys.rerank import maximal_marginal_relevance
from recsys.state import PreferenceState, Wish
from recsys.storage import ModelFileError
from recsys.training import Trained, TrainingReport, load, train

__all__ = [
    "EASE",
    "AudienceStore",
    "Chip",
    "ContentSimilarity",
    "Conversation",
    "CritiqueReader",
    "Facets",
    "History",
    "Interactions",
    "ItemModel",
    "ItemNeighbours",
    "ModelFileError",
    "NotFitted",
    "Operation",
    "Parsed",
    "Popularity",
    "PreferenceState",
    "Progress",
    "Question",
    "Recommendation",
    "Recommender",
    "Relaxed",
    "Result",
    "Trained",
    "TrainingReport",
    "Wish",
    "import_interactions",
    "load",
    "maximal_marginal_relevance",
    "preference",
    "read_interactions",
    "train",
]
