"""Labelled texts from files as people have them."""

import json

import pytest

from knowledge.graph import KnowledgeError
from knowledge.sentiment.datasets import EMOTIONS, POLARITIES, DatasetError, distinct_from, read, utterances

ROWS = [("很好看，推荐", "1"), ("太无聊了；差评", "0"), ("剧情不错", "1"), ("难看死了", "0")]


def write(path, content, encoding="utf-8"):
    path.write_bytes(content.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_any_delimiter_in_any_encoding(tmp_path, encoding, delimiter):
    quote = '"' if delimiter != "\t" else ""
    lines = [f"label{delimiter}review", *(f"{label}{delimiter}{quote}{text}{quote}" for text, label in ROWS)]
    found = read(write(tmp_path / "r.csv", "\r\n".join(lines), encoding))
    assert found.texts == [text for text, _ in ROWS]
    assert found.targets == {"polarity": ["positive", "negative", "positive", "negative"]}


def test_latin_1_is_not_read_as_chinese(tmp_path):
    content = "text,label\nun film très réussi où tout est à sa place,pos\ndéçu par la fin,neg\nça m'a plu énormément,pos\nraté,neg\n"
    assert read(write(tmp_path / "f.csv", content, "latin-1")).texts[3] == "raté"


def test_json_lines_with_several_targets(tmp_path):
    rows = [
        {"text": "so scary", "polarity": "positive", "emotion": "fear", "intensity": 3, "aspects": {}},
        {"text": "meh", "polarity": "negative", "emotion": "neutral", "intensity": 1},
    ] * 2
    found = read(write(tmp_path / "f.jsonl", "\n".join(json.dumps(row) for row in rows)))
    assert found.targets["emotion"] == ["fear", "neutral"] * 2
    assert found.targets["intensity"] == ["3", "1"] * 2
    assert found.classes("emotion") == ["fear", "neutral"]
    assert found.coded({"polarity": ["negative", "positive"], "emotion": ["fear"]}).tolist() == [[1, 0], [0, -1]] * 2


def test_labels_of_ones_own_and_columns_by_name(tmp_path):
    path = write(tmp_path / "f.csv", "id,satz,art\n1,a b,bug\n2,c d,wish\n3,e f,bug\n4,g h,wish\n")
    found = read(path, text="Satz", label="art")
    assert found.targets == {"label": ["bug", "wish", "bug", "wish"]}
    with pytest.raises(DatasetError, match=r"f\.csv:1: no column of texts: found id, satz, art; .*--text"):
        read(path)


def test_a_quotation_mark_in_a_tab_file_is_one(tmp_path):
    found = read(write(tmp_path / "f.tsv", 'label\ttext\n1\t"好" 是真的\n0\t他说"差\n1\t好\n0\t差\n'))
    assert found.texts[:2] == ['"好" 是真的', '他说"差']


def test_the_odd_empty_row_is_named_and_left_out(tmp_path):
    found = read(write(tmp_path / "f.csv", "text,label\ngood,1\n,0\nfine,\nbad,0\nnice,1\nawful,0\n"))
    assert len(found) == 4
    assert found.skipped == [
        "f.csv:3: 'text' is empty; fill it or delete the row",
        "f.csv:4: no label under label; fill it or delete the row",
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "text,label\n", "a.csv has no rows"),
        ("a.csv", "text,label\na,1\nb,1\n", "only the label 'positive'"),
        ("a.csv", "text,label\na,1\nb,1\nc,0\n", "'negative' has a single example"),
        ("a.csv", "text,label\na, b, c,1\n", r"a\.csv:2: 4 cells under 2 headers; put quotes"),
        ("a.csv", "text,label\n,1\n,0\na,1\n", r"a\.csv:2: 'text' is empty"),
        ("a.csv", "text,score\na,1\n", r"a\.csv:1: no column of labels: found text, score"),
        ("a.jsonl", '{"text": "a", "label": 1}\n{oops\n', r"a\.jsonl:2: not JSON"),
        ("a.jsonl", '["a"]\n', r"a\.jsonl:1: not an object"),
        ("a.jsonl", '{"text": "a", "polarity": "positive", "intensity": 9}\n', r"a\.jsonl:1: intensity '9'"),
        ("a.csv", "text,label\n" + "".join(f"t{n},l{n}\nu{n},l{n}\n" for n in range(201)), "201 different labels"),
    ],
)
def test_what_is_wrong_is_said_with_place_and_fix(tmp_path, name, content, message):
    with pytest.raises(DatasetError, match=message):
        read(write(tmp_path / name, content))


def test_a_missing_file_and_an_empty_one(tmp_path):
    with pytest.raises(KnowledgeError, match=r"none\.csv"):
        read(tmp_path / "none.csv")
    with pytest.raises(KnowledgeError, match=r"e\.csv is empty"):
        read(write(tmp_path / "e.csv", "  \n"))


def test_our_own_utterances_are_what_they_are_said_to_be():
    found = utterances()
    assert len(found) >= 2000 and not found.skipped
    assert set(found.targets) == {"polarity", "emotion", "intensity"}
    assert set(found.classes("polarity")) <= set(POLARITIES) and set(found.classes("emotion")) == set(EMOTIONS)


def test_distinct_from_sees_through_marks_case_and_script():
    long = "这家酒店" * 20
    others = ["Very GOOD, indeed!", "很好看。", long + "结尾甲"]
    texts = ["very good indeed", "很好看", "很不好看", long + "结尾乙", "前言" + long + "结尾甲", "new", long[:30]]
    assert distinct_from(texts, others).tolist() == [2, 5, 6]
    assert distinct_from(["a", "b"], []).tolist() == [0, 1]
