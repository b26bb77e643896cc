"""The GRU with attention and copying: its loss, its steps, what it learns, and what it reads and writes on disk."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from benchmarks.seq2seq_learning import gru_reference  # noqa: E402
from generation.briefs import GenerationError  # noqa: E402
from generation.text.decoding import Settings, decode  # noqa: E402
from generation.text.pairs import Pair, PairsError, context, read_dialogues, read_pairs, reply_pairs, write_whole  # noqa: E402
from generation.text.seq2seq import PointerGenerator  # noqa: E402
from generation.text.seq2seq_batches import batches, encode, pad  # noqa: E402
from generation.text.seq2seq_commands import main  # noqa: E402
from generation.text.seq2seq_model import Seq2Seq  # noqa: E402
from generation.text.seq2seq_training import CHECKPOINT, Schedule, evaluate, train  # noqa: E402
from generation.text.seq2seq_vocabulary import EOS, UNK, Vocabulary, join, read_vectors, split  # noqa: E402

SOURCES = [[5, 6, 7, 8, 9, 5], [7, 21, 22, 21], [6]]
TARGETS = [[6, 7, EOS], [21, 9, 22, 5, EOS], [6, EOS]]
NAMES = [chr(0x4E00 + 37 * i) for i in range(60)]


@pytest.fixture
def network():
    torch.manual_seed(1)
    model = PointerGenerator(20, 4, embedding=12, hidden=10, dropout=0.0)
    torch.nn.init.normal_(model.cover)
    return model.eval()


def both(rows):
    return torch.from_numpy(pad(rows))


def test_the_loss_is_that_of_a_plain_reference(network):
    ours = network(both(SOURCES), both(TARGETS))
    assert ours.item() == pytest.approx(gru_reference(network, both(SOURCES), both(TARGETS)).item(), abs=1e-5)


def test_a_row_does_not_see_its_neighbours(network):
    network.coverage_weight = 0.0
    each = [network(both([s]), both([t])).item() * len(t) for s, t in zip(SOURCES, TARGETS, strict=True)]
    together = network(both(SOURCES), both(TARGETS)).item() * sum(map(len, TARGETS))
    assert together == pytest.approx(sum(each), abs=1e-4)


def test_steps_give_what_the_loss_was_made_of(network):
    network.coverage_weight = 0.0
    with torch.inference_mode():
        for source, target in zip(SOURCES, TARGETS, strict=True):
            state, logits = network.start([source])
            total = 0.0
            for unit in target:
                assert logits.shape == (1, 24) and logits.exp().sum().item() == pytest.approx(1, abs=1e-4)
                total -= logits[0, unit].item()
                state, logits = network.step(state, torch.tensor([unit]))
            assert total / len(target) == pytest.approx(network(both([source]), both([target])).item(), abs=1e-5)


def test_rows_of_a_state_can_be_chosen_and_coverage_adds_up(network):
    with torch.inference_mode():
        state, logits = network.start(SOURCES)
        chosen = network.select(state, torch.tensor([2, 0, 0]))
        _, again = network.step(chosen, torch.tensor([6, 7, 7]))
        _, alone = network.step(network.start(SOURCES)[0], torch.tensor([7, 6, 6]))
        assert torch.allclose(again[1], alone[0], atol=1e-6) and torch.allclose(again[1], again[2], atol=1e-6)
        state, _ = network.step(state, logits.argmax(1))
        covered = network.coverage(state)
        inside = both(SOURCES) != 0
        assert torch.allclose((covered * inside).sum(1), torch.full((3,), 2.0), atol=1e-5)
        assert (covered[~inside] == 1).all()
    with pytest.raises(GenerationError, match="nothing to read"):
        network.start([[0, 0]])


def test_it_copies_names_it_never_saw():
    """Trained to repeat the unit after a mark; what stands there in the test is not in the vocabulary."""
    rng = np.random.default_rng(0)

    def pairs(names, count):
        found = []
        for _ in range(count):
            picked = [str(name) for name in rng.choice(names, 3, replace=False)]
            place = int(rng.integers(3))
            text = [part for k, name in enumerate(picked) for part in (("#" if k == place else "-"), name)]
            found.append(Pair("".join(text), picked[place]))
        return found

    vocabulary = Vocabulary.learn([*NAMES[:8], "#-", "#-"], least=1, size=20)
    model, history = Seq2Seq.fit(
        pairs(NAMES[:30], 400), vocabulary=vocabulary, settings={"embedding": 16, "hidden": 24, "dropout": 0.0},
        schedule=Schedule(epochs=14, batch=16, rate=1e-2), longest=12, longest_target=4,
    )  # fmt: skip
    assert history[-1].loss < history[0].loss
    unseen = pairs(NAMES[30:], 40)
    written = model.write([pair.text for pair in unseen], beams=2)
    assert sum(row[0].text == pair.summary for row, pair in zip(written, unseen, strict=True)) >= 36
    assert all(row[0].confidence <= 0 for row in written)


def test_decoding_with_coverage_penalty(network):
    settings = Settings(strategy="beam", beams=3, n=2, max_new=6, eos=EOS, coverage_penalty=0.5, over_prompt=False)
    with torch.inference_mode():
        found = decode(network, SOURCES, settings)
    assert [len(row) for row in found] == [2, 2, 2] and all(row[0].score >= row[1].score for row in found)


# --- training ----------------------------------------------------------------------------------------------------------


def little(count=40):
    rng = np.random.default_rng(2)
    texts = ["".join(rng.choice(NAMES[:12], 5)) for _ in range(count)]
    return [Pair(text, text[:2]) for text in texts]


def fresh():
    torch.manual_seed(0)
    vocabulary = Vocabulary.learn([pair.text for pair in little()], least=1)
    rows = encode(little(), vocabulary, longest=10, longest_target=5)
    return PointerGenerator(vocabulary.known, 64, embedding=8, hidden=8, dropout=0.3), rows


def test_an_interrupted_run_ends_like_one_that_was_not(tmp_path):
    schedule = Schedule(epochs=4, batch=8, rate=5e-3)
    whole, rows = fresh()
    train(whole, rows[:30], schedule, valid=rows[30:])
    cut, _ = fresh()

    def stop(done, total, text):
        if done > total / 2 + 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(cut, rows[:30], schedule, valid=rows[30:], folder=tmp_path, progress=stop)
    again, _ = fresh()
    history = train(again, rows[:30], schedule, valid=rows[30:], folder=tmp_path)
    assert [epoch.number for epoch in history] == [0, 1, 2, 3]
    for name, tensor in whole.state_dict().items():
        assert torch.allclose(tensor, again.state_dict()[name], atol=1e-6), name
    with pytest.raises(PairsError, match="other data or settings"):
        train(fresh()[0], rows[:29], schedule, folder=tmp_path)
    (tmp_path / CHECKPOINT).write_bytes(pickle.dumps({}))
    with pytest.raises(PairsError, match="damaged"):
        train(fresh()[0], rows[:30], schedule, valid=rows[30:], folder=tmp_path)


def test_training_stops_when_it_gets_no_better_and_keeps_the_best():
    network, rows = fresh()
    history = train(network, rows[:30], Schedule(epochs=60, batch=8, rate=0.2, patience=2), valid=rows[30:])
    losses = [epoch.valid for epoch in history]
    assert len(history) < 60 and losses.index(min(losses)) == len(losses) - 3
    assert evaluate(network, rows[30:]) == pytest.approx(min(losses), abs=1e-5)
    with pytest.raises(PairsError, match="nothing to train on"):
        train(network, [], Schedule())


def test_batches_hold_every_row_once():
    _, rows = fresh()
    for generator in (None, np.random.default_rng(0)):
        seen = sorted(tuple(source[source > 0]) for part, _ in batches(rows, 7, generator) for source in part)
        assert seen == sorted(tuple(row.source) for row in rows)


# --- on disk -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path):
    network, _ = fresh()
    vocabulary = Vocabulary.learn([pair.text for pair in little()], least=1)
    model = Seq2Seq(network, vocabulary, longest=10, longest_target=5)
    model.save(tmp_path / "model")
    return model, tmp_path / "model"


def test_a_saved_model_writes_the_same(saved):
    model, folder = saved
    texts = [pair.text for pair in little()[:5]]
    assert Seq2Seq.load(folder).write(texts, n=2) == model.write(texts, n=2)
    assert sorted(path.name for path in folder.iterdir()) == ["model.json", "model.safetensors"]
    with pytest.raises(PairsError, match="nothing to read"):
        model.write(["  "])


def test_what_is_no_model_is_refused(saved):
    _, folder = saved
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(PairsError, match="not safetensors"):
        Seq2Seq.load(folder)
    weights.write_bytes(whole)
    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    about["settings"]["hidden"] = 9
    (folder / "model.json").write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(PairsError, match="shape"):
        Seq2Seq.load(folder)
    about["settings"] = {"unheard": 1}
    (folder / "model.json").write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(PairsError, match=r"model\.json"):
        Seq2Seq.load(folder)
    with pytest.raises(PairsError, match="train it again"):
        Seq2Seq.load(folder / "nowhere")


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "model.json"
    write_whole(path, b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


@given(st.text(st.sampled_from("港口 ABc1,.!（)<'-。"), max_size=30))
def test_units_join_to_the_same_units(text):
    assert split(join(split(text))) == split(text)


def test_english_and_chinese_join_as_people_write():
    for text in ("The boat's red, isn't it?", "他看了3遍《Up》。", "用HTTP协议。"):
        assert join(split(text)).replace(" ", "") == text.replace(" ", "")
    assert join(split("The boat is red, she said.")) == "The boat is red, she said."


def test_unknown_units_have_slots_of_their_own():
    vocabulary = Vocabulary(["港", "口"], slots=2)
    ids, unknown = vocabulary.source("港猫狗猫鸟")
    assert ids == [5, 7, 8, 7, UNK] and unknown == ["猫", "狗"]
    assert vocabulary.target("狗口鱼", unknown) == [8, 6, UNK, EOS]
    assert vocabulary.text([8, 6, UNK, EOS, 5], unknown) == "狗口"
    assert Vocabulary.from_json(json.loads(json.dumps(vocabulary.to_json()))).source("港猫") == ([5, 7], ["猫"])
    for bad in ({}, {"units": ["a", ""], "slots": 1}, {"units": ["a", "a"], "slots": 1}, {"units": ["a"], "slots": -1}):
        with pytest.raises(PairsError, match="vocabulary"):
            Vocabulary.from_json(bad)


def test_word_vectors_are_where_their_words_are(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("3 2\nboat 1 2\n港 3 4\nother 5 6\n", encoding="utf-8")
    vocabulary = Vocabulary(["港", "boat", "猫"])
    vectors, found = read_vectors(path, vocabulary)
    assert found == 2 and vectors.shape == (8, 2) and vectors[5].tolist() == [3, 4] and vectors[6].tolist() == [1, 2]
    model, _ = Seq2Seq.fit(
        [Pair("boat", "boat")], vocabulary=vocabulary, vectors=vectors, settings={"hidden": 4},
        schedule=Schedule(epochs=1, rate=1e-9),
    )  # fmt: skip
    assert torch.allclose(model.network.embed.weight[6], torch.tensor([1.0, 2.0]), atol=1e-4)
    for content, reason in (
        ("boat 1 2\n港 3\n", "line 2 has 1"), ("boat 1 x\n", "line 1"), ("boat 1 nan\n", "finite"), ("tree 1 2\n", "none of"),
    ):  # fmt: skip
        path.write_text(content, encoding="utf-8")
        with pytest.raises(PairsError, match=reason):
            read_vectors(path, vocabulary)
    with pytest.raises(PairsError, match="cannot be read"):
        read_vectors(tmp_path / "none.txt", vocabulary)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("text,title\na,b\n", "line 1 has no column summary"),
        ("text,summary\na,b\nc,\n", "line 3: summary is empty"),
        ("text,summary\na\n", "line 2: summary is empty"),
        ("text,summary\n", "no row"),
        ("", "no column summary and text"),
        ('text,summary\n"a,b\n', "after line 1"),
    ],
)
def test_a_bad_table_is_named_with_its_line(tmp_path, content, reason):
    path = tmp_path / "train.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PairsError, match=reason):
        read_pairs(path)


def test_tables_and_dialogues(tmp_path):
    path = tmp_path / "train.csv"
    path.write_text('﻿id,summary,text\n1,"短, 的","长\n的"\n', encoding="utf-8")
    assert read_pairs(path) == [Pair("长\n的", "短, 的")]
    path.write_bytes("text,summary\n港,口\n".encode("gb18030"))
    with pytest.raises(PairsError, match="UTF-8"):
        read_pairs(path)
    talk = tmp_path / "talk.jsonl"
    talk.write_text('{"turns": ["你好", {"text": "你好呀"}, "在干嘛"]}\n\n', encoding="utf-8")
    assert reply_pairs(read_dialogues(talk)) == [Pair("你好", "你好呀"), Pair("你好 <sep> 你好呀", "在干嘛")]
    cut = split(context(["甲" * 80, "乙" * 80, "丙" * 80, "丁" * 80]))
    assert cut == ["乙"] * 25 + ["<sep>"] + ["丙"] * 25 + ["<sep>"] + ["丁"] * 60
    for line in ("[]", "{", '{"turns": ["a"]}', '{"turns": ["a", " "]}', '{"turns": ["a", 3]}'):
        talk.write_text('{"turns": ["a", "b"]}\n' + line + "\n", encoding="utf-8")
        with pytest.raises(PairsError, match="line 2"):
            read_dialogues(talk)


def test_the_command_trains_and_tries(tmp_path, capsys, monkeypatch):
    import io

    for name in ("train", "valid"):
        rows = "".join(f"{pair.text},{pair.summary}\n" for pair in little(16))
        (tmp_path / f"{name}.csv").write_text("text,summary\n" + rows, encoding="utf-8")
    folder = tmp_path / "model"
    files = ["--train", str(tmp_path / "train.csv"), "--valid", str(tmp_path / "valid.csv"), "--to", str(folder)]
    assert main(["train-summary", *files, "--epochs", "1", "--hidden", "8"]) == 0
    assert {path.name for path in folder.iterdir()} == {"model.json", "model.safetensors", CHECKPOINT}
    monkeypatch.setattr("sys.stdin", io.StringIO(little(1)[0].text + "\n\n"))
    capsys.readouterr()
    assert main(["try", str(folder)]) == 0
    assert "\t" in capsys.readouterr().out
    assert main(["try", str(tmp_path / "none")]) == 1
    assert "model.json" in capsys.readouterr().err.replace("\n", "")
