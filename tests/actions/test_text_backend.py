"""What an operator may add to the writers: a language model by environment, trained summaries and titles by file."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from actions import engines
from generation.adcopy import AdCopywriter
from generation.assisted import AssistedCopywriter
from generation.backends.server import Server
from generation.briefs import AdBrief, SummaryBrief

TEXT = "一位父亲离开女儿去了太空。他在那里过了几十年。女儿在地球上长大。她恨他，又等他。最后他们见了一面。"


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    for name in ("SERVER", "MODEL", "KEY"):
        monkeypatch.delenv(f"YUBAN_TEXT_{name}", raising=False)


def test_without_a_setting_the_rules_write_and_nothing_is_loaded(bundle, caplog):
    assert engines.text_backend() is None and bundle.backend is None and type(bundle.copywriter) is AdCopywriter
    assert not caplog.text
    heavy = "{'torch', 'transformers'} & set(sys.modules)"
    code = f"import sys; from actions import engines; engines.text_backend(); print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={})
    assert done.stdout.strip() == "set()", done.stderr


def test_a_server_writes_beside_the_rules_and_its_key_is_nowhere_to_be_seen(bundle, monkeypatch, caplog):
    monkeypatch.setenv("YUBAN_TEXT_SERVER", " http://127.0.0.1:9/v1 ")
    monkeypatch.setenv("YUBAN_TEXT_MODEL", "qwen")
    monkeypatch.setenv("YUBAN_TEXT_KEY", "k-secret")
    caplog.set_level(logging.DEBUG)
    backend = engines.text_backend()
    assert isinstance(backend, Server) and backend.name == "qwen at 127.0.0.1"
    writer = engines.copywriter(bundle.graph, None, backend)
    assert isinstance(writer, AssistedCopywriter)
    (draft,) = writer.generate_many(AdBrief(work="film/interstellar-2014"), 1, seed=1)  # nobody listens on that port
    assert draft.metadata["generator"] == "rules" and "127.0.0.1" in draft.metadata["assisted"]["failure"]
    assert "k-secret" not in caplog.text + repr(draft) + repr(vars(backend))


@pytest.mark.parametrize(
    ("server", "model", "complaint"),
    [
        ("http://127.0.0.1:9/v1", "", "which model"),
        ("127.0.0.1:9", "qwen", "http://"),
        ("http://ann:pw@127.0.0.1/v1", "qwen", "no user, key"),
        ("", "./nowhere", "no such folder"),
        ("", "someone/never-downloaded", "never-downloaded"),
    ],
)
def test_a_broken_setting_is_a_warning_and_the_rules_go_on(monkeypatch, caplog, server, model, complaint):
    monkeypatch.setenv("YUBAN_TEXT_SERVER", server)
    monkeypatch.setenv("YUBAN_TEXT_MODEL", model)
    assert engines.text_backend() is None
    assert complaint in caplog.text and "rules" in caplog.text


def test_the_model_is_opened_once_whatever_the_catalogue_does(bundle, home, monkeypatch):
    from dataclasses import replace

    opened = []
    monkeypatch.setattr(engines.Catalogue, "load", lambda home: bundle.catalogue)
    for name, part in (("Answerer", bundle.answerer), ("conversation", bundle.conversation), ("suggester", None)):
        monkeypatch.setattr(engines, name, lambda *_, part=part: part)
    monkeypatch.setattr(engines, "text_backend", lambda: opened.append(1))
    backend = Server("http://127.0.0.1:9/v1", "qwen")
    again = engines.Engines.load(home, replace(bundle, backend=backend))
    assert again.backend is backend and isinstance(again.copywriter, AssistedCopywriter) and not opened


def test_trained_titles_are_used_and_broken_ones_left_out(bundle, tmp_path, caplog):
    from generation.text.headline import Headliner
    from generation.text.pairs import Pair

    brief = SummaryBrief(text=TEXT)
    assert engines.summariser(bundle.graph, tmp_path).generate(brief).title == "摘要"
    before = engines.state_of(tmp_path.parent / "none")
    (tmp_path / "models").mkdir()
    texts = [
        "父亲离开女儿去了太空，他很久以后才回来。",
        "女儿在地球上长大，她一直等着父亲。",
        "他们最后见了一面，谁也没有说话。",
    ]
    rows = [Pair(text * 2, text[:8]) for text in texts * 14]
    Headliner.fit(rows).save(tmp_path / "models" / "headlines.npz")
    assert engines.state_of(tmp_path) != before
    titled = engines.summariser(bundle.graph, tmp_path / "models").generate(brief)
    assert titled.title != "摘要" and set(titled.title) <= set(TEXT)
    (tmp_path / "models" / "headlines.npz").write_bytes(b"PK\x03\x04 half a file")
    assert engines.summariser(bundle.graph, tmp_path / "models").generate(brief).title == "摘要"
    assert "without a title" in caplog.text


def test_a_trained_writer_of_summaries_is_used_where_the_text_bears_it_out(bundle, tmp_path, caplog, monkeypatch):
    pytest.importorskip("torch")
    from generation.text.pairs import PairsError
    from generation.text.seq2seq_model import Seq2Seq, Written

    (tmp_path / "summary").mkdir()
    assert engines.summary_writer(tmp_path / "summary") is None and "extraction" in caplog.text
    said = ["父亲去了太空，女儿等他。"]

    class Model:
        def write(self, texts):
            if said[0] is None:
                raise PairsError("there is nothing to read")
            return [[Written(said[0], -0.1)]] if said[0] else [[]]

    monkeypatch.setattr(Seq2Seq, "load", lambda folder: Model())
    summariser = engines.summariser(bundle.graph, tmp_path)
    assert summariser.generate(SummaryBrief(text=TEXT)).text == said[0]
    said[0] = "《星际穿越》里的父亲"  # a title that is not in the text
    assert "星际穿越" not in summariser.generate(SummaryBrief(text=TEXT)).text
    for said[0] in ("", None):
        assert summariser.generate(SummaryBrief(text=TEXT)).metadata["generator"] == "extractive"
