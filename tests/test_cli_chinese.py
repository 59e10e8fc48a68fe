"""What asks for Chinese gets Chinese: definitions, headings, units and the words of a contact's story."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from conftest import Ran

Run = Callable[..., Ran]
HAN = re.compile(r"[\u4e00-\u9fff]")
CDR = Path(__file__).parents[1] / "sample_logs" / "asterisk_cdr_master_21.csv"


def test_definitions_come_in_the_language_asked(filled: Run) -> None:
    for words in (("kpi", "asa"), ("explain", "asa")):
        assert "接通来电等待时长 / 接通量" in filled(*words, "--lang", "zh").out
        assert "waiting time of answered / answered" in filled(*words).out
    [row] = filled("kpi", "asa", "--json", "--lang", "zh").json["rows"]
    assert row["definition"].startswith("接通来电等待时长")


def test_a_metric_is_explained_under_chinese_headings(filled: Run) -> None:
    ran = filled("explain", "service_level", "--lang", "zh")
    lines = ran.out.splitlines()
    assert lines[0].startswith("service_level: 服务水平 (比率, 按到达时刻; within_s=")
    assert lines[2].split() == ["算法", "数值", "分子", "分母"]
    assert lines[4].startswith("当前设置 *")
    assert lines[-1].startswith("所需字段 queue_visits.")
    assert filled("kpi", "asa", "--lang", "zh").out.split()[:4] == ["指标", "数值", "分子", "分母"]


def test_a_contact_is_explained_in_chinese(filled: Run) -> None:
    out = filled("explain", "c3", "--lang", "zh").out
    heads = [line for line in out.splitlines() if line.startswith(("通话", "时刻", "指标", "所依据"))]
    assert len(heads) == 4
    assert "入队" in out
    assert re.search(r"放弃 +sales +- +40", out)
    assert "abandoned  " not in out.split("指标")[0].split("时刻")[1]


def test_what_cannot_be_computed_is_said_in_chinese(ccops: Run) -> None:
    assert ccops("import", CDR, "--tz", "Asia/Shanghai", "-q").code == 0
    for words in (("kpi", "asa"), ("explain", "asa")):
        assert "无法由 asterisk_cdr 计算：缺少 queue_visits.wait_ms" in ccops(*words, "--lang", "zh").out


def test_a_contacts_story_leaves_out_how_it_is_kept(filled: Run) -> None:
    for lang in ("en", "zh"):
        told = filled("explain", "c1", "--lang", lang).out
        assert not re.search(r"customer_key|file_id|quarter", told)
