"""The demo's FAQ as data: complete, in both languages, no two entries saying the same, one product throughout."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest

from knowledge.catalogue import DEMO
from knowledge.importers.faq import FaqEntry, read_faq
from knowledge.text import fold, is_han, tokens

ENTRIES: list[dict[str, Any]] = [json.loads(line) for line in (DEMO / "faq.jsonl").read_text("utf-8").splitlines()]
LANGUAGES = ("zh", "en")
TOPICS = {
    *("membership", "billing", "refunds", "playback", "downloads", "devices", "accounts", "tickets", "parental"),
    *("privacy", "subtitles", "music", "gifts", "casting", "regions", "help"),
}
# The pages under 我的 / Me: an answer that sends someone elsewhere describes another product.
PAGES = {
    "会员中心": "Membership",
    "订单": "Orders",
    "票夹": "Ticket wallet",
    "下载": "Downloads",
    "观看记录": "History",
    "家长模式": "Parental controls",
    "卡券": "Coupons and cards",
    "帮助与客服": "Help",
    "观演人": "Guests",
    "邀请好友": "Invite friends",
    "设置": "Settings",
}


def wordings(entry: dict[str, Any], lang: str) -> list[str]:
    return [entry["question"][lang], *entry["phrasings"][lang]]


def test_there_are_enough_entries_on_every_topic() -> None:
    count = Counter(entry["topic"] for entry in ENTRIES)
    assert sum(count.values()) >= 130
    assert set(count) == TOPICS
    assert min(count.values()) >= 4


def test_the_importer_takes_every_row() -> None:
    entries = [entry for _, entry in read_faq(DEMO / "faq.jsonl")]
    assert [entry for entry in entries if not isinstance(entry, FaqEntry)] == []
    assert len(entries) == len(ENTRIES)


def test_ids_are_unique_and_say_their_topic() -> None:
    ids = [entry["id"] for entry in ENTRIES]
    assert len(set(ids)) == len(ids)
    for entry in ENTRIES:
        assert re.fullmatch(rf"{entry['topic']}/[a-z0-9]+(-[a-z0-9]+)*", entry["id"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_entry_is_complete_in_both_languages(lang: str) -> None:
    for entry in ENTRIES:
        assert len(entry["phrasings"][lang]) >= 3, entry["id"]
        assert all(text.strip() == text and text for text in wordings(entry, lang)), entry["id"]
        answer = entry["answer"][lang]
        end = r"[。！？](?=[^”）]|$)" if lang == "zh" else r"[.!?][”\")]?(?=\s|$)"
        assert 1 <= len(re.findall(end, answer)) <= 4 and len(answer) <= 600, entry["id"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_wording_is_used_twice_not_even_with_its_words_moved_around(lang: str) -> None:
    seen: dict[object, str] = {}
    for entry in ENTRIES:
        for text in wordings(entry, lang):
            plain = re.sub(r"\W+", "", fold(text))
            for key in (plain, (lang, frozenset(tokens(text)))):
                assert key not in seen, f"{entry['id']}: {text!r} repeats {seen[key]!r}"
                seen[key] = f"{entry['id']}: {text}"


def test_each_text_is_in_its_language() -> None:
    for entry in ENTRIES:
        assert not any(map(is_han, entry["answer"]["en"] + "".join(wordings(entry, "en")))), entry["id"]
        assert any(map(is_han, entry["answer"]["zh"])), entry["id"]


def test_chinese_answers_use_full_width_punctuation_and_spaced_latin() -> None:
    for entry in ENTRIES:
        answer = entry["answer"]["zh"]
        assert not re.search(r"[\u4e00-\u9fff][,;?!:()]|[,;?!]$", answer), entry["id"]
        assert not re.search(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%][\u4e00-\u9fff]", answer), entry["id"]


def test_both_languages_lead_to_the_same_pages_of_one_product() -> None:
    """And the pages exist: every 我的 → X / Me → X is one of the pages above."""
    for entry in ENTRIES:
        chinese = set(re.findall(r"我的 → ([\u4e00-\u9fff]+)", entry["answer"]["zh"]))
        assert chinese <= PAGES.keys(), entry["id"]
        english = set(re.findall(r"Me → ([A-Z][a-z]+)", entry["answer"]["en"]))
        first_words = {page.split()[0] for page in PAGES.values()}
        assert english <= first_words, entry["id"]
        if chinese and english:
            assert english & {PAGES[page].split()[0] for page in chinese}, entry["id"]


def test_both_languages_name_the_same_amounts() -> None:
    for entry in ENTRIES:
        amounts = [set(re.findall(r"¥\d+", entry["answer"][lang])) for lang in LANGUAGES]
        assert amounts[0] == amounts[1], entry["id"]
