"""The sample that slow pipelines are cross-validated on."""

import yaml

from bot.evaluation import thin_out


def write(path, intent, count):
    block = {"intent": intent, "examples": "".join(f"- {intent} {number}\n" for number in range(count))}
    path.write_text(yaml.safe_dump({"version": "3.1", "nlu": [block]}), encoding="utf-8")


def test_every_intent_keeps_its_share(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / "a.yml", "ask", 400)
        write(tmp_path / folder / "b.yml", "recommend", 100)
        thin_out(tmp_path / folder, 250)
    kept = yaml.safe_load((tmp_path / "one" / "sample.yml").read_text(encoding="utf-8"))["nlu"]
    assert {block["intent"]: len(block["examples"].splitlines()) for block in kept} == {"ask": 200, "recommend": 50}
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["sample.yml"]
    assert (tmp_path / "one" / "sample.yml").read_bytes() == (tmp_path / "two" / "sample.yml").read_bytes()
