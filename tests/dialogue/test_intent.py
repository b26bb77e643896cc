import pytest
from components.gazetteer import GazetteerExtractor
from components.intent import MASK, NgramIntentClassifier, mask, ngrams
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

EXAMPLES = {
    "ask": [
        "谁导演了星际穿越",
        "星际穿越是谁拍的",
        "who directed Interstellar",
        "who made Interstellar",
        "流浪地球是谁导演的",
    ],
    "recommend": ["推荐一部电影", "有什么好看的推荐", "recommend a film", "recommend me something", "给我推荐个片"],
    "thanks": ["谢谢", "多谢了", "thanks", "thank you", "thanks a lot"],
}


@pytest.fixture
def trained(tmp_path, gazetteer_file):
    data = TrainingData(
        [Message(data={"text": text, "intent": intent}) for intent, texts in EXAMPLES.items() for text in texts]
    )
    extractor = GazetteerExtractor({"path": str(gazetteer_file)})
    storage = LocalModelStorage(tmp_path / "storage")
    (tmp_path / "storage").mkdir()
    resource = Resource("intent")
    NgramIntentClassifier.create({"min_count": 1}, storage, resource, None).train(extractor.process_training_data(data))
    return extractor, NgramIntentClassifier.load({}, storage, resource, None)


def parse(trained, text):
    extractor, classifier = trained
    return classifier.process(extractor.process([Message(data={"text": text})]))[0]


def test_what_was_learned_carries_over_to_titles_never_seen(trained):
    assert parse(trained, "谁导演了流浪地球2").get("intent")["name"] == "ask"
    assert parse(trained, "who directed 《Something Unknown》").get("intent")["name"] == "ask"
    assert parse(trained, "再推荐一部吧").get("intent")["name"] == "recommend"


def test_a_typing_error_does_not_matter(trained):
    assert parse(trained, "recomend me a flm").get("intent")["name"] == "recommend"


def test_probabilities_are_a_ranked_distribution(trained):
    ranking = parse(trained, "thank you").get("intent_ranking")
    confidences = [row["confidence"] for row in ranking]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1, abs=1e-5)


def test_unknown_words_are_answered_with_doubt(trained):
    assert parse(trained, "ψψψ").get("intent")["confidence"] < 0.6


def test_blank_text_has_no_intent(trained):
    assert parse(trained, "  ").get("intent")["name"] is None


def test_masking():
    assert mask("谁拍了星际穿越", [(3, 7, "work")]) == f"谁拍了{MASK['work']}"
    assert mask("《未知》好看吗", []) == f"{MASK['work']}好看吗"


def test_ngrams_see_words_inside_and_across():
    counted = ngrams("who made it")
    assert counted["who made"] == 1 and counted["~^mad"] == 1 and counted["<who"] == 1
