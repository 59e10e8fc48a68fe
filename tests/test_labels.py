"""Every word in both languages, the wording that the field uses, and the spellings that imports accept."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from string import Formatter

import pytest

from ccops import wording
from ccops.labels import _SHORT, ALIASES, LANGS, NAMES, aliases, label, short, text, weekday
from ccops.model import AGENT_STATE_NAMES, CONTACTS, VISIT_OUTCOMES
from ccops.wording import SENTENCES

SRC = Path(__file__).parents[1] / "src" / "ccops"
HAN = re.compile(r"[\u4e00-\u9fff]")


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("key", sorted(NAMES))
def test_every_name_exists_in_both_languages(key: str) -> None:
    assert label(key, "en")
    assert HAN.search(label(key, "zh"))
    assert not HAN.search(label(key, "en"))


@pytest.mark.parametrize("key", sorted(SENTENCES))
def test_every_sentence_takes_the_same_values_in_both_languages(key: str) -> None:
    en, zh = SENTENCES[key]
    assert fields(en) == fields(zh)
    assert HAN.search(zh) or not re.search(r"[a-z]", re.sub(r"{\w+}", "", en))
    assert not HAN.search(en)


def test_no_key_is_named_twice_nor_both_name_and_sentence() -> None:
    keys = [line.split("|")[0].strip() for line in wording.NAMES]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert set(NAMES) & set(SENTENCES) == set()


def test_weekdays() -> None:
    assert [weekday(number, "en") for number in (1, 7)] == ["Mon", "Sun"]
    assert [weekday(number, "zh") for number in (1, 7)] == ["周一", "周日"]
    with pytest.raises(KeyError):
        weekday(0, "en")


@pytest.mark.parametrize("lang", LANGS)
def test_a_missing_key_is_an_error_not_a_blank(lang: str) -> None:
    with pytest.raises(KeyError):
        label("no_such_key", lang)  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        text("no_such_key", lang)  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        text("verdict_met", lang)  # type: ignore[arg-type]  # its values are missing
    with pytest.raises(KeyError):
        aliases("no_such_key")


def test_the_words_of_the_chinese_field() -> None:
    assert label("agent", "zh") == "坐席"
    assert label("queue", "zh") == "技能组"
    assert label("acw", "zh") == "话后处理"
    assert label("vs_yesterday", "zh") == "较昨日"
    assert label("vs_last_week", "zh") == "较上周同日"
    assert label("month_to_date", "zh") == "本月累计"
    assert label("to_target", "zh") == "较目标"


def test_our_own_output_has_one_spelling_and_no_bare_comparison() -> None:
    ours = [zh for _, zh in [*NAMES.values(), *SENTENCES.values(), *_SHORT.values()]]
    for banned in ("同比", "环比", "座席", "客服", "事后处理", "整理", "小结", "后续处理", "队列名"):
        assert [words for words in ours if banned in words] == [], banned


def test_every_outcome_and_state_of_the_model_has_a_name() -> None:
    outcomes = next(column.meaning for column in CONTACTS.columns if column.name == "outcome")
    named = {key.removeprefix("outcome_") for key in NAMES if key.startswith("outcome_")}
    assert set(VISIT_OUTCOMES) <= named
    assert {"connected", "unanswered", "busy", "failed", "ivr_hangup", "ivr_completed"} <= named
    assert all(word in named for word in re.findall(r"\bivr_\w+", outcomes))
    assert {key.removeprefix("state_") for key in NAMES if key.startswith("state_")} == set(AGENT_STATE_NAMES)


@pytest.mark.parametrize(("key", "spelling"), [
    ("offered", "进线量"), ("offered", "CallsOffered"), ("answered", "ACD CALLS"), ("service_level", "Within SLA"),
    ("agent", "客服"), ("agent", "座席"), ("queue", "队列"), ("queue", "业务组"), ("acw", "事后处理"), ("acw", "整理"),
    ("acw", "小结"), ("acw", "后处理"), ("adherence", "遵时率"), ("customer", "主叫号码"),
    ("entered_at", "进入队列时间"),
])
def test_spellings_accepted_on_import(key: str, spelling: str) -> None:
    assert spelling in aliases(key)


def test_a_keys_own_names_are_among_its_spellings() -> None:
    assert aliases("offered")[:2] == ("Offered", "呼入量")
    assert aliases("heatmap") == NAMES["heatmap"]


def test_aliases_and_short_names_belong_to_names() -> None:
    assert set(ALIASES) <= set(NAMES)
    assert set(_SHORT) <= set(NAMES)
    assert all(word.strip() == word and word for words in ALIASES.values() for word in words)
    assert short("asa", "en") == "ASA"
    assert short("offered", "en") == "Offered"


def test_sentences_are_filled() -> None:
    assert text("attempts_balance", "en", attempts="1,402", answered="1,187", rona="215") == (
        "Agent attempts 1,402 = calls answered 1,187 + no-answers 215."
    )


def test_labels_load_no_heavy_library() -> None:
    code = "import sys, ccops.labels; print([m for m in ('polars', 'rich', 'duckdb', 'pydantic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_metric_has_a_name() -> None:
    from ccops.metrics.catalogue import METRICS

    assert set(METRICS) - set(NAMES) == set()


def test_every_sentence_is_said_somewhere() -> None:
    """By its whole key, or by the beginning of it that a report completes, such as `clock_` in f"clock_{…}"."""
    sources = "\n".join(path.read_text("utf-8") for path in SRC.rglob("*.py")
                        if path.stem != "labels" and path.parent.name != "wording")
    begun = tuple(re.findall(r'f"(\w+_)\{', sources))
    assert [key for key in SENTENCES if f'"{key}"' not in sources and not key.startswith(begun)] == []


def test_every_sentence_that_a_report_says_exists() -> None:
    said = [
        node.args[0].value
        for path in (SRC / "reports").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Note"
        and node.args and isinstance(node.args[0], ast.Constant)
    ]
    assert len(said) > 30
    assert set(said) - set(SENTENCES) == set()
