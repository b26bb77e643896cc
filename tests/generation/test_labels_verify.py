"""What is exported says that it is generated, to people and machines; what was changed afterwards is told."""

from __future__ import annotations

import io
import json
import threading
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation import labels, verify
from generation.agreements import AgreementError, Agreements

CONTENT = "《英雄本色》，1986年的动作片。\n\n吴宇森执导。"
RECORD = labels.implicit(CONTENT)


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["copy.txt", "copy.md"])
def test_a_text_file_reads_back(tmp_path, name, lang):
    found = verify.read(write(tmp_path, name, labels.text_document(CONTENT, RECORD, lang)))
    assert found.complete and found.intact
    assert found.label == labels.VISIBLE[lang] and found.record == RECORD and found.source_type == labels.SOURCE_TYPE


def test_line_ends_do_not_matter_but_a_changed_year_does(tmp_path):
    text = labels.text_document(CONTENT, RECORD, "zh")
    assert verify.read(write(tmp_path, "a.txt", text.replace("\n", "\r\n"))).intact
    changed = verify.read(write(tmp_path, "b.txt", text.replace("1986", "1996")))
    assert changed.intact is False and not changed.complete and "not what" in changed.problems[0]


@pytest.mark.parametrize(
    "script", ["Title: 雨夜\nAuthor: 甲\n\n.内景 咖啡馆 - 夜\n\n@小满\n你好。", "INT. CAFE - NIGHT\n\nA cup."]
)
def test_a_script_reads_back(tmp_path, script):
    text = labels.fountain(script, RECORD, "zh")
    found = verify.read(write(tmp_path, "s.fountain", text))
    assert found.complete and found.intact and found.record["ProduceID"] == RECORD["ProduceID"]
    assert verify.read(write(tmp_path, "t.fountain", text + "又一行")).intact is False


def test_a_fountain_parser_still_reads_the_script(tmp_path):
    fountain = pytest.importorskip("screenplain.parsers.fountain")
    play = fountain.parse(io.StringIO(labels.fountain("Title: 雨夜\n\nINT. CAFE - NIGHT\n\nA cup.", RECORD, "zh")))
    assert play.title_page["Notice"] == ["AI 生成"] and json.loads(play.title_page["Aigc"][0])["Label"] == "1"
    assert "INT. CAFE" in str(next(iter(play)).line)


def test_json_reads_back_whatever_the_order_of_its_keys(tmp_path):
    text = labels.json_document({"text": CONTENT, "scenes": [1, 2]}, RECORD, "en")
    found = verify.read(write(tmp_path, "c.json", text))
    assert found.complete and found.intact and found.label == "AI-generated"
    turned = dict(reversed(json.loads(text).items()))
    assert verify.read(write(tmp_path, "d.json", json.dumps(turned))).intact
    turned["text"] = "x"
    assert verify.read(write(tmp_path, "e.json", json.dumps(turned))).intact is False


def docx(tmp_path, *, mark="AI 生成", properties=None, document=None):
    words = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    lines = [mark, *CONTENT.split("\n")]
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    path = tmp_path / "s.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "word/document.xml", document or f'<w:document xmlns:w="{words}"><w:body>{body}</w:body></w:document>'
        )
        package.writestr("docProps/custom.xml", labels.custom_properties(RECORD) if properties is None else properties)
    return path


def test_a_word_file_reads_back(tmp_path):
    found = verify.read(docx(tmp_path))
    assert found.complete and found.intact and found.record == RECORD and found.source_type == labels.SOURCE_TYPE
    assert "no visible mark" in verify.read(docx(tmp_path, mark="初稿")).problems


@pytest.mark.parametrize(
    "properties", ["<!DOCTYPE x [<!ENTITY a 'b'>]><Properties>&a;</Properties>", "<Properties", "x" * (9 * 2**20)]
)
def test_a_hostile_word_file_is_a_problem_and_no_crash(tmp_path, properties):
    found = verify.read(docx(tmp_path, properties=properties))
    assert found.record is None and found.problems


def test_a_pdf_reads_back(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    path, plain = tmp_path / "s.pdf", tmp_path / "plain.pdf"
    page = canvas.Canvas(str(plain))
    page.drawString(72, 720, "AI-generated")
    page.drawString(72, 700, "A cup on a table.")
    page.save()
    writer = pypdf.PdfWriter(clone_from=plain)
    writer.add_metadata(labels.pdf_info(labels.for_export(RECORD, "A cup on a table.")))
    writer.write(path)
    found = verify.read(path)
    assert found.complete and found.intact and found.record["ProduceID"] == RECORD["ProduceID"]
    assert "no AIGC record" in verify.read(plain).problems
    path.write_bytes(b"%PDF-1.4 nothing")
    assert verify.read(path).problems


def test_what_carries_no_mark_says_so(tmp_path):
    found = verify.read(write(tmp_path, "p.txt", "今天天气不错。"))
    assert not found.complete and set(found.problems) == {"no visible mark", "no AIGC record"} and found.intact is None
    broken = labels.text_document(CONTENT, RECORD, "zh").replace('"ProduceID"', '"Produce"')
    assert verify.read(write(tmp_path, "q.txt", broken)).record is None
    assert verify.read(write(tmp_path, "r.json", "[1]")).problems == ("not a JSON object",)


def test_what_cannot_be_read_is_said(tmp_path):
    with pytest.raises(verify.VerifyError, match="not known"):
        verify.read(write(tmp_path, "x.exe", ""))
    with pytest.raises(verify.VerifyError, match="no such file"):
        verify.read(tmp_path / "none.txt")
    big = tmp_path / "big.txt"
    with big.open("wb") as file:
        file.truncate(verify.MAX_BYTES + 1)
    with pytest.raises(verify.VerifyError, match="larger"):
        verify.read(big)


@settings(max_examples=60, deadline=None)
@given(content=st.text(min_size=1, max_size=80).filter(lambda text: text.strip() and "\r" not in text))
def test_any_content_reads_back_intact(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "c.txt"
    path.write_bytes(labels.text_document(content, labels.implicit(content), "en").encode("utf-8", "replace"))
    try:
        content.encode()
    except UnicodeEncodeError:
        return
    assert verify.read(path).intact


def test_the_source_type_says_what_wrote():
    assert labels.metadata("x", seed=1, generator="rules")["digital_source_type"].endswith("/algorithmicMedia")
    assert labels.metadata("x", seed=1, generator="gpt2")["digital_source_type"].endswith("/trainedAlgorithmicMedia")
    assert "composite" in labels.metadata("x", seed=1, generator="gpt2", source="mixed")["digital_source_type"]


def test_without_an_agreement_the_mark_stays(tmp_path):
    log = Agreements(tmp_path / "agreements.jsonl")
    with pytest.raises(AgreementError, match="the visible mark stays"):
        log.unlabelled(CONTENT, RECORD, "zh", agreement="made up")
    with pytest.raises(AgreementError, match="purpose"):
        log.record("王小二，某广告公司", " ")
    assert log.entries() == []


def test_with_one_it_goes_and_that_is_on_record(tmp_path):
    log = Agreements(tmp_path / "agreements.jsonl")
    agreement = log.record("王小二", "线下海报，自行标注")
    path = write(tmp_path, "c.txt", log.unlabelled(CONTENT, RECORD, "zh", agreement=agreement))
    found = verify.read(path)
    assert found.label is None and found.record == RECORD and found.intact
    kinds = [(entry["kind"], entry.get("who"), entry.get("produced")) for entry in log.entries()]
    assert kinds == [("agreement", "王小二", None), ("output", None, RECORD["ProduceID"])]
    assert (log.path.stat().st_mode & 0o777) == 0o600


def test_a_line_taken_out_of_the_log_shows(tmp_path):
    log = Agreements(tmp_path / "agreements.jsonl")
    for who in "abc":
        log.record(who, "test")
    lines = log.path.read_text().splitlines(keepends=True)
    log.path.write_text(lines[0] + lines[2])
    with pytest.raises(AgreementError, match="line 2"):
        log.entries()


def test_many_may_write_at_once(tmp_path):
    log = Agreements(tmp_path / "agreements.jsonl")
    threads = [threading.Thread(target=log.record, args=(f"w{n}", "test")) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log.entries()) == 12
