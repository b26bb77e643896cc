"""Fountain: what is written is read back by our reader and by an independent parser, whatever the text holds."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generation.briefs import ScriptBrief, clean
from generation.screenplay import exporting, fountain
from generation.screenplay.document import Document, Element
from generation.screenplay.tree import StoryError

SHOWN = ("heading", "synopsis", "action", "dialogue", "transition", "centered")
BRIEFS = (
    ScriptBrief(topic="外卖员和明星在电梯里", length="full"),
    ScriptBrief(topic="overtime", lang="en", length="long"),
)


@pytest.fixture(params=BRIEFS, ids=["zh", "en"], scope="module")
def document(request, scriptwriter):
    story = scriptwriter.outline(request.param, seed=3)
    return exporting.document(scriptwriter.develop(story, "draft", seed=3))


def test_our_reader_reads_what_we_write(document):
    parsed = fountain.read(fountain.write(document))
    assert parsed.title_page["Title"] == document.title and parsed.title_page["Source"] == document.topic
    got = [element for element in parsed.elements if element.kind in SHOWN]
    assert got[0] == Element("synopsis", document.logline)
    for want, back in zip(document.elements, got[1:], strict=True):
        assert (back.kind, back.direction, back.number) == (want.kind, want.direction, want.number)
        label = f"{want.who}: " if want.kind == "synopsis" else ""
        assert back.text == label + want.text
        if want.kind == "dialogue":
            assert back.who == (want.who if document.lang == "zh" else want.who.upper())
        if want.kind == "heading":
            assert back.parts[2] == want.parts[2]
    assert sum(element.kind == "note" for element in parsed.elements) == len(document.characters)
    assert sum(element.kind == "page-break" for element in parsed.elements) == 1


def test_an_independent_parser_reads_what_we_write(document, tmp_path):
    parsers = pytest.importorskip("screenplain.parsers.fountain")
    path = exporting.export(document, tmp_path / "script.fountain")
    screenplay = parsers.parse(StringIO(path.read_text(encoding="utf-8")))
    kinds = [type(one).__name__ for one in screenplay.paragraphs]
    want = [element.kind for element in document.elements]
    assert kinds.count("Slug") == want.count("heading")
    assert kinds.count("Dialog") == want.count("dialogue")
    assert kinds.count("Action") == want.count("action") + want.count("centered")
    assert kinds.count("PageBreak") == 1 and "Transition" not in kinds
    spoken = [one for one in screenplay.paragraphs if type(one).__name__ == "Dialog"]
    heads = [one for one in screenplay.paragraphs if type(one).__name__ == "Slug"]
    shown = [element for element in document.elements if element.kind == "dialogue"]
    for one, element in zip(spoken, shown, strict=True):
        who = element.who if document.lang == "zh" else element.who.upper()
        assert str(one.character) == who
        assert str(one.blocks[-1][1]) == element.text
        assert len(one.blocks) == 1 + bool(element.direction)
    assert [str(one.scene_number) for one in heads] == [str(n) for n in range(1, len(heads) + 1)]
    assert heads[0].synopsis
    assert screenplay.title_page["Title"] == [document.title]
    assert "AI" in screenplay.title_page["Notice"][0] and '"Label": "1"' in screenplay.title_page["Aigc"][0]


text = st.text(min_size=1, max_size=40).map(clean).filter(lambda words: any(char.isalnum() for char in words))
nasty = st.sampled_from(
    ["INT. KITCHEN - NIGHT", "CUT TO:", "BOOM!", "> 转场", ".点", "@谁", "# 节", "= 梗概", "===", "~ 唱", "[[note]]", "/* x */",
     "*斜* **粗** _线_", "a\\*b", "(小声)", "Title: x", "内景 厨房 - 夜", "!", "A^", "EXT. <b>&amp;"]
)  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(action=text | nasty, speech=text | nasty, lang=st.sampled_from(["zh", "en"]))
@example(action="CUT TO:", speech="(笑)", lang="zh")
@example(action="[[秘密]] /* 藏 */", speech="~啦啦", lang="en")
def test_text_is_data(action, speech, lang):
    elements = (
        Element(
            "heading", "内 厨房 夜" if lang == "zh" else "INT. KITCHEN - NIGHT", number=1, parts=("内", "厨房", "夜")
        ),
        Element("action", action),
        Element("dialogue", speech, who="阿宁" if lang == "zh" else "Maya", direction="小声"),
    )
    document = Document("题", lang, "c", 1, elements)
    back = [one for one in fountain.read(fountain.write(document)).elements if one.kind != "page-break"]
    assert [one.kind for one in back] == ["heading", "action", "dialogue"]
    assert back[1].text == " ".join(action.split()) and back[2].text == " ".join(speech.split())
    assert back[2].direction == "小声"
    parsers = pytest.importorskip("screenplain.parsers.fountain")
    screenplay = parsers.parse(StringIO(fountain.write(document)))
    kinds = [type(one).__name__ for one in screenplay.paragraphs if type(one).__name__ != "PageBreak"]
    assert kinds == ["Slug", "Action", "Dialog"]


@pytest.mark.parametrize("name", ["<b>Bo</b>", "R&D", "阿_宁", "Tom*", "Jo (V.O.)", "O'Hara", "Ω-7"])
def test_odd_names_are_cues(name):
    document = Document("t", "en", "c", 1, (Element("dialogue", "Yes.", who=name),))
    (spoken,) = [one for one in fountain.read(fountain.write(document)).elements if one.kind == "dialogue"]
    assert spoken.who.upper() == name.upper() and spoken.text == "Yes."


def test_a_script_from_elsewhere_is_read():
    source = """Title:
    _**Big Fish**_
Author: John August

FADE IN:

INT. HOUSE - DAY #12A#

Will *sits*. [[check this]]

WILL (O.S.)
(quietly)
Hello there,
old friend.

> THE END <

/* gone
entirely */
# Act Two

= What happens.

.SNIPER SCOPE

@McAVOY
Run!

CUT TO:

===
"""
    parsed = fountain.read(source)
    assert parsed.title_page == {"Title": "_**Big Fish**_", "Author": "John August"}
    assert [one.kind for one in parsed.elements] == [
        "action", "heading", "action", "dialogue", "centered", "section", "synopsis", "heading", "dialogue",
        "transition", "page-break",
    ]  # fmt: skip
    assert parsed.elements[2].text == "Will sits." and parsed.elements[3].text == "Hello there, old friend."
    assert (parsed.elements[3].who, parsed.elements[3].direction) == ("WILL (O.S.)", "quietly")
    assert parsed.elements[8].who == "McAVOY"


def test_what_is_too_long_is_not_read():
    assert fountain.read("").elements == ()
    with pytest.raises(StoryError):
        fountain.read("x" * 2_000_001)
