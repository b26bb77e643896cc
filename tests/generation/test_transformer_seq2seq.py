"""The Transformer encoder–decoder and the replies it may give."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from benchmarks.seq2seq_learning import transformer_reference  # noqa: E402
from generation.briefs import GenerationError  # noqa: E402
from generation.text.decoding import Settings, decode  # noqa: E402
from generation.text.pairs import Pair, PairsError, context, reply_pairs  # noqa: E402
from generation.text.seq2seq_batches import pad  # noqa: E402
from generation.text.seq2seq_commands import main  # noqa: E402
from generation.text.seq2seq_model import Seq2Seq  # noqa: E402
from generation.text.seq2seq_replies import Replies, alike  # noqa: E402
from generation.text.seq2seq_training import Schedule  # noqa: E402
from generation.text.seq2seq_vocabulary import EOS, UNK, Vocabulary  # noqa: E402
from generation.text.transformer import Transformer, positions  # noqa: E402

SOURCES = [[5, 6, 7, 8, 9, 5], [7, 11, 10], [6]]
TARGETS = [[6, 7, EOS], [11, 9, 8, 5, EOS], [6, EOS]]
TALK = [
    ["你好", "你好呀，很高兴见到你"],
    ["晚安", "晚安，做个好梦"],
    ["谢谢你", "不客气，随时叫我"],
    ["你叫什么名字", "我叫语伴，陪你聊聊"],
    ["今天天气真好", "是呀，适合出去走走"],
]


def both(rows):
    return torch.from_numpy(pad(rows))


@pytest.fixture
def network():
    torch.manual_seed(1)
    return Transformer(20, 3, width=16, heads=4, layers=2, inner=24, dropout=0.0).eval()


def test_the_loss_is_that_of_torch(network):
    ours = network(both(SOURCES), both(TARGETS)).item()
    assert ours == pytest.approx(transformer_reference(network, both(SOURCES), both(TARGETS)).item(), abs=1e-5)


def test_positions_are_sines_and_cosines_of_the_place():
    table = positions(3, 2, 4)
    assert table[1].tolist() == pytest.approx([math.sin(4), math.cos(4), math.sin(0.04), math.cos(0.04)], abs=1e-6)


def test_the_cache_changes_nothing(network):
    with torch.inference_mode():
        memory = network.read(both(SOURCES))
        begun = torch.cat([torch.full((3, 1), 2), both(TARGETS)[:, :-1].clamp(min=1)], 1)
        _, whole = network.write(memory, begun)
        memory, first = network.write(network.read(both(SOURCES)), begun[:, :2])
        memory, middle = network.write(memory, begun[:, 2:4])
        _, last = network.write(memory, begun[:, 4:])
        assert torch.allclose(torch.cat([first, middle, last], 1), whole, atol=1e-5)


def test_a_unit_does_not_see_those_after_it_nor_other_rows(network):
    with torch.inference_mode():
        a = network.write(network.read(both(SOURCES)), torch.tensor([[2, 5, 6, 7]] * 3))[1]
        b = network.write(network.read(both(SOURCES)), torch.tensor([[2, 5, 9, 8]] * 3))[1]
        assert torch.allclose(a[:, :2], b[:, :2], atol=1e-6) and not torch.allclose(a[:, 2], b[:, 2], atol=1e-3)
        alone = network.write(network.read(both(SOURCES[1:2])), torch.tensor([[2, 5, 6, 7]]))[1]
        assert torch.allclose(alone[0], a[1], atol=1e-5)


def test_steps_rows_and_slots(network):
    with torch.inference_mode():
        state, logits = network.start(SOURCES)
        assert logits.shape == (3, 23) and (logits[:, 20:] == -math.inf).all()
        state, logits = network.step(network.select(state, torch.tensor([1, 0])), torch.tensor([5, 6]))
        alone, _ = network.start([SOURCES[0]])
        assert torch.allclose(network.step(alone, torch.tensor([6]))[1][0, :20], logits[1, :20], atol=1e-5)
        assert network.embedded(torch.tensor([[21]])).equal(network.embedded(torch.tensor([[UNK]])))
    with pytest.raises(GenerationError, match="nothing to read"):
        network.start([[0]])
    with pytest.raises(GenerationError, match="heads"):
        Transformer(20, width=18, heads=4)


def test_it_learns_to_reverse():
    rng = np.random.default_rng(0)
    words = "abcd"

    def pairs(count):
        texts = [[words[i] for i in rng.integers(0, 4, rng.integers(1, 4))] for _ in range(count)]
        return [Pair(" ".join(text), " ".join(text[::-1])) for text in texts]

    model, _ = Seq2Seq.fit(
        pairs(1200), kind="transformer", vocabulary=Vocabulary(list(words), 0),
        settings={"width": 32, "inner": 64, "layers": 1, "dropout": 0.0},
        schedule=Schedule(epochs=7, batch=16, rate=6e-3), longest=6, longest_target=6,
    )  # fmt: skip
    judged = pairs(100)
    prompts = [model.vocabulary.source(pair.text)[0] for pair in judged]
    with torch.inference_mode():
        found = decode(model.network, prompts, Settings(max_new=6, eos=EOS, over_prompt=False))
    right = sum(model.vocabulary.text(row[0].tokens) == p.summary for row, p in zip(found, judged, strict=True))
    assert right >= 95


# --- replies -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def talker():
    model, _ = Seq2Seq.fit(
        reply_pairs(TALK) * 12, kind="transformer", vocabulary=Vocabulary.learn([t for row in TALK for t in row], least=1),
        settings={"width": 32, "inner": 64, "layers": 1, "dropout": 0.0},
        schedule=Schedule(epochs=25, batch=10, rate=8e-3), longest=40, longest_target=20,
    )  # fmt: skip
    return model


def test_nothing_is_said_before_it_is_calibrated(talker):
    assert Replies(talker, lambda text: True).reply(["你好"]) is None


def test_a_sure_and_safe_reply_is_given(talker):
    replies = Replies(talker, lambda text: True, threshold=-0.5)
    found = replies.reply(["你好"])
    assert found is not None and found.text == "你好呀，很高兴见到你" and -0.5 <= found.confidence <= 0
    assert replies.reply([]) is None
    assert replies.reply(["你好" * 200]) is None
    assert replies.reply(["量子色动力学渐近自由"]) is None  # words it was not taught
    assert Replies(talker, lambda text: True, threshold=1e-9).reply(["你好"]) is None


def test_the_safety_check_is_asked_about_both_sides(talker):
    asked = []

    def safe(text):
        asked.append(text)
        return "好梦" not in text

    replies = Replies(talker, safe, threshold=-1.0)
    assert replies.reply(["晚安"]) is None and asked == ["晚安", "晚安，做个好梦"]
    assert Replies(talker, lambda text: text != "晚安", threshold=-1.0).reply(["晚安"]) is None


def test_the_threshold_is_the_lowest_that_is_right_often_enough(talker):
    replies = Replies(talker, lambda text: True)
    # Answers it was taught are right, answers to what it was not taught are wrong.
    known = [Pair(context([a]), b) for a, b in TALK] * 8
    unknown = [Pair(text, "完全不同") for text in ("好名见", "天叫语气", "么适合谢", "做走在晚")]
    threshold = replies.calibrate([*known, *unknown], precision=0.8)
    confidence = {text: talker.write([text])[0][0].confidence for text in {p.text for p in (*known, *unknown)}}
    assert threshold <= min(confidence[pair.text] for pair in known)
    assert replies.calibrate(unknown * 10, precision=0.8) == math.inf and replies.reply(["你好"]) is None
    assert replies.calibrate(known[:3], precision=0.8) == math.inf  # three are too few to know
    assert replies.calibrate([]) == math.inf
    with pytest.raises(PairsError, match="precision"):
        replies.calibrate(known, precision=1.0)


def test_alike_is_half_the_words():
    assert alike("晚安，做个好梦", "晚安，好梦") and not alike("晚安", "是呀，适合出去走走")


def test_saved_replies_are_the_same(talker, tmp_path):
    for threshold in (-0.4, math.inf):
        Replies(talker, lambda text: True, threshold=threshold).save(tmp_path)
        again = Replies.load(tmp_path, lambda text: True)
        assert again.threshold == threshold
    (tmp_path / "replies.json").write_text("[]", encoding="utf-8")
    with pytest.raises(PairsError, match="threshold"):
        Replies.load(tmp_path, lambda text: True)


def test_the_command_trains_replies(tmp_path, capsys):
    path = tmp_path / "talk.jsonl"
    path.write_text(
        "".join(json.dumps({"turns": row}, ensure_ascii=False) + "\n" for row in TALK * 4), encoding="utf-8"
    )
    folder = tmp_path / "replies"
    assert main(["train-replies", "--train", str(path), "--to", str(folder), "--epochs", "1", "--hidden", "16"]) == 0
    assert "silent" in capsys.readouterr().err.replace("\n", " ")
    assert (folder / "replies.json").is_file() and Seq2Seq.load(folder).longest == 120
    path.write_text("{}\n", encoding="utf-8")
    assert main(["train-replies", "--train", str(path), "--to", str(folder)]) == 1
    assert "line 1" in capsys.readouterr().err.replace("\n", " ")
