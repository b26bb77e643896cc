"""The training loop, the convolutional network and a fine-tuned encoder, on texts whose right answer is plain."""

import dataclasses
import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from knowledge.graph import KnowledgeError  # noqa: E402
from knowledge.sentiment import ConvolutionalClassifier, EncoderClassifier, RecurrentClassifier, Sentiment  # noqa: E402
from knowledge.sentiment.__main__ import main  # noqa: E402
from knowledge.sentiment.datasets import Examples  # noqa: E402
from knowledge.sentiment.neural import Recurrence  # noqa: E402
from knowledge.sentiment.training import Schedule, batches, one_thread, predict, train  # noqa: E402

WORDS = {"good": 1, "great": 1, "好看": 1, "bad": 0, "dull": 0, "难看": 0}
FILLERS = ["film", "this", "a", "plot", "剧情", "really"]


def corpus(size=160, seed=0):
    rng = np.random.default_rng(seed)
    texts, labels = [], []
    for _ in range(size):
        word = str(rng.choice(list(WORDS)))
        others = [str(filler) for filler in rng.choice(FILLERS, rng.integers(1, 5))]
        others.insert(int(rng.integers(len(others) + 1)), word)
        texts.append(" ".join(others))
        labels.append(WORDS[word])
    return texts, np.array(labels)[:, None]


TARGETS = {"polarity": ["negative", "positive"]}
FAST = Schedule(epochs=6, batch=16, rate=1e-2, patience=6, seed=1)
SMALL = {"width": 16, "filters": 8, "dropout": 0.1, "lost": 0.05, "minimum": (1, 1)}


@pytest.fixture(scope="module", params=[ConvolutionalClassifier, RecurrentClassifier])
def network(request):
    return request.param.fit(*corpus(), TARGETS, schedule=FAST, **SMALL)


@pytest.fixture(scope="module")
def tiny_bert(tmp_path_factory):
    """A BERT of two layers and its WordPiece vocabulary, made here."""
    folder = tmp_path_factory.mktemp("bert")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *FILLERS[:4], "really", "good", "great", "bad", "dull"]
    (folder / "vocab.txt").write_text("\n".join([*words, *"剧情好难看"]), encoding="utf-8")
    transformers.BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(words) + 5, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=40,
    )  # fmt: skip
    transformers.BertModel(config).save_pretrained(folder)
    return folder


# --- the loop -----------------------------------------------------------------------------------------------------------


def test_batches_hold_every_row_once_and_like_lengths_together():
    lengths = np.random.default_rng(0).integers(1, 90, 1000)
    for generator in (None, np.random.default_rng(1)):
        cut = batches(lengths, 32, generator)
        assert sorted(np.concatenate(cut).tolist()) == list(range(1000))
        assert np.mean([lengths[at].max() - lengths[at].min() for at in cut]) < 8
    assert [b.tolist() for b in batches(lengths, 32, np.random.default_rng(1))] == [
        b.tolist() for b in batches(lengths, 32, np.random.default_rng(1))
    ]


def test_threads_are_given_back():
    before = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_an_interrupted_run_ends_where_the_whole_one_does(tmp_path, monkeypatch):
    texts, labels = corpus(64)
    rows = [np.array([WORDS.get(word, 2) + 1 for word in text.split()]) for text in texts]

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.table, self.out, self.drop = torch.nn.Embedding(4, 8), torch.nn.Linear(8, 2), torch.nn.Dropout(0.3)

        def forward(self, ids, mask):
            return [self.out(self.drop(self.table(ids).sum(1)))]

    def new():
        torch.manual_seed(5)
        return Net()

    schedule = Schedule(epochs=4, batch=8, rate=1e-2, patience=9, seed=2)
    whole, halted = new(), new()
    history = train(whole, rows, labels, schedule, valid=(rows, labels), folder=tmp_path / "a")
    calls = []

    def stop(done, total, text):
        calls.append(done)
        if done == total // 2 + 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(halted, rows, labels, schedule, valid=(rows, labels), folder=tmp_path / "b", progress=stop)
    assert calls == list(range(1, 20))
    resumed = new()
    again = train(resumed, rows, labels, schedule, valid=(rows, labels), folder=tmp_path / "b")
    assert [dataclasses.astuple(epoch) for epoch in again] == [dataclasses.astuple(epoch) for epoch in history]
    for a, b in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(a, b)
    with pytest.raises(KnowledgeError, match="other data or settings"):
        train(new(), rows, 1 - labels, schedule, folder=tmp_path / "b")
    (tmp_path / "b" / "checkpoint.safetensors").write_bytes(b"half a file")
    with pytest.raises(KnowledgeError, match="damaged"):
        train(new(), rows, labels, schedule, folder=tmp_path / "b")


def test_it_stops_early_and_keeps_the_best_epoch():
    class Counter(torch.nn.Module):
        """Right on the validation rows in its first epoch only."""

        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(1))

        def forward(self, ids, mask):
            good = self.weight.abs() < 0.05
            return [torch.stack([torch.where(good, -1.0, 1.0) + 0 * ids[:, 0], self.weight + 0.0 * ids[:, 0]], 1)]

    rows, labels = [np.array([1])] * 8, np.ones((8, 1), np.int64)
    net = Counter()
    history = train(
        net, rows, labels, Schedule(epochs=20, batch=8, rate=4e-2, warmup=0, patience=2), valid=(rows, labels)
    )
    assert [epoch.accuracy for epoch in history] == [1.0, 0.0, 0.0]
    assert predict(net, rows)[0].argmax(1).tolist() == [1] * 8


# --- the convolutional network --------------------------------------------------------------------------------------------


def test_the_network_learns(network):
    texts, labels = corpus(80, seed=9)
    assert (network.scores(texts)[0].argmax(1) == labels[:, 0]).mean() > 0.95
    assert len(network.history) == 6 and network.history[-1].loss < network.history[0].loss


def test_a_text_scores_the_same_whatever_it_is_batched_with(network):
    texts = [*corpus(6, seed=3)[0], "", "never seen", "good " * 40]
    together = network.scores(texts)[0]
    alone = np.concatenate([network.scores([text])[0] for text in texts])
    assert np.allclose(together, alone, atol=0.05)  # bfloat16 where the processor has it


def test_the_network_is_saved_and_loaded(network, tmp_path):
    kind = type(network)
    network.save(tmp_path)
    loaded = kind.load(tmp_path)
    texts = corpus(10, seed=4)[0]
    assert np.array_equal(loaded.scores(texts)[0], network.scores(texts)[0])
    (file,) = tmp_path.iterdir()
    assert file.name == f"{kind.kind}.safetensors"
    file.write_bytes(b"half a file")
    with pytest.raises(KnowledgeError, match=f"no {kind.kind} classifier"):
        kind.load(tmp_path)
    with pytest.raises(KnowledgeError, match=f"no {kind.kind} classifier"):
        kind.load(tmp_path / "nowhere")


def test_recurrence_hears_the_order_and_not_the_padding():
    torch.manual_seed(0)
    body = Recurrence(4, 3).eval()
    short, tail = torch.randn(1, 3, 4), torch.zeros(1, 5, 4)
    padded, mask = torch.cat([short, tail], 1), torch.tensor([[1.0] * 3 + [0.0] * 5])
    alone = body(short, torch.ones(1, 3))
    assert alone.shape == (1, body.size) and torch.allclose(body(padded, mask), alone, atol=1e-6)
    assert not torch.allclose(body(short[:, [0, 2, 1]], torch.ones(1, 3)), alone, atol=1e-3)
    # Both directions by hand: the second reads the text from its end.
    states = torch.cat([body.onward(short)[0], body.back(short.flip(1))[0].flip(1)], -1)
    assert torch.allclose(alone, torch.cat([states.amax(1), states.mean(1)], -1), atol=1e-6)
    assert torch.isfinite(body(torch.zeros(1, 2, 4), torch.zeros(1, 2))).all()


def test_two_sets_share_a_body_and_each_has_its_head():
    """The second set calls everything the opposite; its head learns that, from rows the first knows nothing of."""
    texts, labels = corpus()
    both = np.full((320, 2), -1)
    both[:160, :1], both[160:, 1:] = labels, 1 - labels
    model = ConvolutionalClassifier.fit(texts * 2, both, {"a": ["n", "p"], "b": ["n", "p"]}, schedule=FAST, **SMALL)
    first, second = model.scores(["good film", "dull film"])
    assert first.argmax(1).tolist() == [1, 0] and second.argmax(1).tolist() == [0, 1]


def test_labels_must_go_with_texts():
    with pytest.raises(KnowledgeError, match="do not go with"):
        ConvolutionalClassifier.fit(["a"], np.zeros((2, 1), np.int64), TARGETS)


# --- an encoder ------------------------------------------------------------------------------------------------------------


def test_an_encoder_is_fine_tuned_saved_and_loaded(tiny_bert, tmp_path):
    seen = []
    examples = Examples(corpus()[0], {"polarity": [TARGETS["polarity"][label] for label in corpus()[1][:, 0]]})
    sentiment = Sentiment.fine_tune(
        examples, tiny_bert, schedule=dataclasses.replace(FAST, rate=2e-3), folder=tmp_path / "checkpoint",
        progress=lambda done, total, text: seen.append((done, total)),
    )  # fmt: skip
    assert sentiment.figures["polarity/accuracy"] >= 0.9
    assert seen[-1][0] == len(seen) <= seen[-1][1] == 6 * 9
    sentiment.save(tmp_path / "model")
    loaded = Sentiment.load(tmp_path / "model")
    texts = ["good film", "a dull plot", "剧情 难看", ""]
    assert [r.to_json() for r in loaded.read_many(texts)] == [r.to_json() for r in sentiment.read_many(texts)]
    assert [r.label() for r in loaded.read_many(texts[:3])] == ["positive", "negative", "negative"]
    sentiment.save(tmp_path / "model")  # over what is there
    files = {file.suffix for file in (tmp_path / "model").rglob("*") if file.is_file()}
    assert files <= {".json", ".safetensors", ".txt"} and len(list((tmp_path / "model").iterdir())) == 3


def test_frozen_layers_stay_and_the_others_move(tiny_bert):
    texts, labels = corpus(32)
    before = transformers.AutoModel.from_pretrained(tiny_bert).state_dict()
    model = EncoderClassifier.fit(
        tiny_bert, texts, labels, TARGETS, schedule=dataclasses.replace(FAST, epochs=1), frozen=1, layer_decay=0.9
    )
    for name, tensor in model.network.encoder.state_dict().items():
        moved = not torch.equal(tensor, before[name])
        assert moved == name.startswith("encoder.layer.1."), name


def test_long_texts_are_cut_to_what_the_encoder_can_take(tiny_bert):
    model = EncoderClassifier.fit(
        tiny_bert, *corpus(16), TARGETS, schedule=dataclasses.replace(FAST, epochs=1), length=512
    )
    assert model.length == 40 and model.scores(["good " * 500])[0].shape == (1, 2)


def test_what_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="cannot open the encoder"):
        EncoderClassifier.fit(tmp_path, *corpus(8), TARGETS)
    with pytest.raises(KnowledgeError, match="no fine-tuned encoder"):
        EncoderClassifier.load(tmp_path)
    with pytest.raises(KnowledgeError, match="too few"):
        Sentiment.fine_tune(Examples(["a", "b"], {"polarity": ["positive", "negative"]}), tmp_path)


def test_the_command_fine_tunes_too(tiny_bert, tmp_path, capsys):
    texts, labels = corpus(40)
    lines = [f"{text}\t{label}" for text, label in zip(texts, labels[:, 0], strict=True)]
    (tmp_path / "r.tsv").write_text("\n".join(["text\tlabel", *lines]), encoding="utf-8")
    command = ["train", "--data", str(tmp_path / "r.tsv"), "--encoder", str(tiny_bert), "--out", str(tmp_path / "m")]
    assert main([*command, "--epochs", "1", "--batch", "8"]) == 0
    assert not (tmp_path / "m" / "checkpoint").exists()
    assert main(["read", "good film", "--json", "--model", str(tmp_path / "m")]) == 0
    assert set(json.loads(capsys.readouterr().out)["polarity"]) == {"positive", "negative"}
