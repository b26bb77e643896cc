"""Scripts as files: every format carries both marks, holds all of the script, and is written whole or not at all."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import zipfile

import pytest

from generation import labels, verify
from generation.briefs import ScriptBrief
from generation.screenplay import editing, exporting, pages
from generation.screenplay.document import Document, Element
from generation.screenplay.exporting import FORMATS, ExportError
from generation.screenplay.tree import StoryError
from generation.script import document_of

FILM = "film/a-better-tomorrow-1986"
BRIEFS = (ScriptBrief(topic="加班", length="long"), ScriptBrief(topic="overtime", lang="en", length="long"))


@pytest.fixture(params=BRIEFS, ids=["zh", "en"], scope="module")
def story(request, scriptwriter):
    return scriptwriter.develop(scriptwriter.outline(request.param, seed=6), "draft", seed=6)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_carries_both_marks(story, tmp_path, form):
    path = exporting.export(story, tmp_path / f"script.{form}")
    found = verify.read(path)
    assert found.complete, found
    assert found.label.replace(" ", "") in ("AI生成", "AI-generated")
    assert found.intact is (None if form == "pdf" else True)
    assert found.record["ProduceID"] == exporting.document(story).aigc["ProduceID"]


@pytest.mark.parametrize("form", ["voice-over", "introduction", "trailer"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_narration_is_exported_too(scriptwriter, tmp_path, form, lang):
    draft = scriptwriter.generate(ScriptBrief(work=FILM, form=form, lang=lang), seed=1)
    document = document_of(draft)
    for kind in FORMATS:
        path = exporting.export(document, tmp_path / f"script.{kind}")
        assert verify.read(path).complete
    text = (tmp_path / "script.fountain").read_text(encoding="utf-8")
    assert all(said in text for said in draft.metadata["spoken"])


def pdf_text(data: bytes) -> str:
    pypdf = pytest.importorskip("pypdf")
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def test_a_pdf_has_everything_that_is_said(story):
    text = re.sub(r"\s+", "", pdf_text(exporting.render(exporting.document(story), "pdf")))
    for scene in story.scenes:
        for node in scene.lines:
            if node.text.isascii() or story.lang == "zh":
                assert re.sub(r"\s+", "", node.text)[:12] in text, node.text
    assert text.count(re.sub(r"\s+", "", labels.VISIBLE[story.lang])) >= 3  # on every page


def test_a_docx_has_styles_and_everything_that_is_said(story):
    docx = pytest.importorskip("docx")
    word = docx.Document(io.BytesIO(exporting.render(exporting.document(story), "docx")))
    rows = [(paragraph.style.name, paragraph.text) for paragraph in word.paragraphs]
    names = {style for style, _ in rows}
    assert names >= (
        {"场景", "动作", "对白"} if story.lang == "zh" else {"Scene Heading", "Action", "Character", "Dialogue"}
    )
    whole = "\n".join(text for _, text in rows)
    assert all(node.text in whole for scene in story.scenes for node in scene.lines)
    if story.lang == "zh":
        assert any(re.fullmatch(r"1\. [内外]景　.+　.+", text) for _, text in rows)
        assert any(text.startswith("△ ") for _, text in rows)


def test_json_opens_as_the_same_story(story, tmp_path):
    path = exporting.save(story, tmp_path / "a.json")
    assert exporting.load(path) == story
    edited = editing.edit(story, "logline", "改过的一句话。")
    exporting.save(edited, path)
    assert exporting.load(path) == edited
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert raw["label"] and set(raw["AIGC"]) == set(labels.FIELDS) and raw["script"]["elements"]


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"story": 3}', '{"story": {"format": 1}}', "\xff\x00"])
def test_a_file_that_is_no_story_is_refused(tmp_path, content):
    path = tmp_path / "a.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(StoryError):
        exporting.load(path)
    with pytest.raises(StoryError, match="gone"):
        exporting.load(tmp_path / "gone.json")


def test_markup_in_text_is_text(scriptwriter, story):
    evil = "<b>&amp;</b> <script>alert(1)</script> ]]> %PDF"
    line = story.scenes[0].lines[0].id
    marked = editing.edit(story, line, evil)
    marked = editing.rename(marked, "a", "Bo<i>&")
    document = exporting.document(marked)
    assert "<script>alert(1)" in pdf_text(exporting.render(document, "pdf")).replace("\n", " ")
    data = exporting.render(document, "docx")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert b"<script>" not in package.read("word/document.xml")
    docx = pytest.importorskip("docx")
    assert evil in "\n".join(p.text for p in docx.Document(io.BytesIO(data)).paragraphs)
    assert json.loads(exporting.render(document, "json"))["script"]["characters"][0]["name"] == "Bo<i>&"


def test_characters_that_no_font_has_do_not_break_a_page():
    elements = (Element("action", "emoji 😀 עברית ไทย \u2028"), Element("dialogue", "中文 in English", who="Ω"))
    for lang in ("zh", "en"):
        document = Document("题 😀", lang, "c", 1, elements, label="AI 生成", aigc=labels.implicit("x"))
        for form in ("pdf", "docx"):
            assert exporting.render(document, form)


# --- pages -----------------------------------------------------------------------------------------------------------


def test_a_long_speech_is_cut_with_more_and_continued():
    speech = "word " * 400
    document = Document("t", "en", "c", 1, (Element("action", "x. " * 900), Element("dialogue", speech, who="Maya")))
    rows = [row.text for page in pages.english(document) for row in page.rows]
    assert "(MORE)" in rows and "MAYA (CONT'D)" in rows
    assert sum(row.split().count("word") for row in rows) == 400
    assert all(len(page.rows) <= pages.ROWS_EN for page in pages.english(document))


def test_a_heading_is_never_the_last_row_of_a_page():
    for lines in range(40, 60):
        elements = [Element("action", "x")] * (lines // 2)
        elements += [Element("heading", "INT. A - DAY", number=1, parts=("INT", "A", "DAY")), Element("action", "y")]
        for page in pages.english(Document("t", "en", "c", 1, tuple(elements))):
            assert not page.rows[-1].text.startswith("INT.")


def test_chinese_lines_keep_their_marks():
    text = "他说：“走吧。”然后，门开了（很慢）！第12345号Nightingale来了……" * 6
    for columns in (8, 13, 21, 37):
        lines = pages.wrap_hanzi(text, columns)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert not any(line[:1] in "，。！）”…" for line in lines[1:])
        assert not any(line[-1:] in "（“" for line in lines)
        if columns >= 13:
            assert sum(line.count("Nightingale") for line in lines) == 6


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_not_replaced_unasked(story, tmp_path):
    path = tmp_path / "a.fountain"
    path.write_text("mine")
    with pytest.raises(ExportError, match="exists"):
        exporting.export(story, path)
    assert path.read_text() == "mine"
    exporting.export(story, path, overwrite=True)
    assert path.read_text(encoding="utf-8").startswith("Title:")


@pytest.mark.parametrize("name", ["script", "script.exe", "script.fdx", "no/such/folder/a.pdf", ".", "a\x00.json"])
def test_a_path_that_cannot_be_is_said(story, tmp_path, name):
    with pytest.raises((ExportError, ValueError)):
        exporting.export(story, f"{tmp_path}/{name}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_loses_nothing(story, tmp_path, monkeypatch, step):
    path = exporting.save(story, tmp_path / "a.json")
    before = path.read_bytes()

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(ExportError, match="disk is full"):
        exporting.save(editing.edit(story, "logline", "新的。"), path)
    monkeypatch.undo()
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("title", "name"),
    [("天亮之前", "天亮之前.pdf"), ("../../etc/passwd", "etc-passwd.pdf"), ("a/b\\c:d", "a-b-c-d.pdf"), ("", "script.pdf"),
     ("CON", "CON-script.pdf"), ("x" * 200, "x" * 60 + ".pdf"), (".hidden", "hidden.pdf")],
)  # fmt: skip
def test_file_names_are_safe(title, name):
    assert exporting.file_name(title, "pdf") == name


def test_a_format_without_its_library_says_what_to_install(story, monkeypatch):
    import builtins

    real = builtins.__import__

    def missing(name, *args, **kwargs):
        if name == "generation.screenplay.pdf":
            raise ImportError("no", name="reportlab")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ExportError, match="pip install reportlab"):
        exporting.render(exporting.document(story), "pdf")
