"""The defects of real exports, each as small as it can be, with exactly what the front end makes of it."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest

from ccops.source import Layout
from ccops.sources.front_end import clean, sample, scan
from cleaned import cleaned, strictly_read

xlsxwriter = pytest.importorskip("xlsxwriter")

FIXTURES = Path(__file__).parent / "fixtures" / "defects"


def test_queue_log_lines_have_six_to_eight_fields_and_no_header(tmp_path: Path) -> None:
    data = (
        b"1266833911|1266833905.2|9000|NONE|ENTERQUEUE||01526018159\n"
        b"1266833361|NONE|NONE|NONE|QUEUESTART|\n"
        b"1266833915|1266833905.2|9000|Local/2004@x/n|COMPLETEAGENT|1|3|1\n"
        b"1266833916|1266833905.2|9000|Local/2004@x/n|COMPLETEAGENT|1|3|1|surplus\n"
    )
    got = cleaned(tmp_path, data, 8, "|", "", padded=True)
    assert got.cells == [
        ("1266833911", "1266833905.2", "9000", "NONE", "ENTERQUEUE", "", "01526018159", ""),
        ("1266833361", "NONE", "NONE", "NONE", "QUEUESTART", "", "", ""),
        ("1266833915", "1266833905.2", "9000", "Local/2004@x/n", "COMPLETEAGENT", "1", "3", "1"),
    ]
    assert got.rejects == {4: "9 fields where 8 are expected"}
    assert (got.sample.delimiter, got.sample.header_row) == ("|", None)
    assert got.scan.well_formed


def test_a_stray_byte_costs_one_character_not_the_file(tmp_path: Path) -> None:
    got = cleaned(tmp_path, b'1,"M\xfcller",ok\n2,"Smith",ok\n', 3)
    assert got.cells == [("1", "M\ufffdller", "ok"), ("2", "Smith", "ok")]
    assert (got.scan.encoding, got.scan.replaced, got.scan.well_formed) == ("utf-8", 1, False)
    assert got.scan.notes == ("bytes that are not valid UTF-8 became U+FFFD in 1 places",)


def test_inner_quotes_that_are_not_escaped(tmp_path: Path) -> None:
    data = b'1,""Name" <1115>",3\n1,"User 9" <113>,113\n1,"say "hello"",3\n1,"Smith, "Bob", Jr",3\n'
    got = cleaned(tmp_path, data, 3)
    assert got.cells == [
        ("1", '"Name" <1115>', "3"),
        ("1", '"User 9" <113>', "113"),
        ("1", 'say "hello"', "3"),
        ("1", 'Smith, "Bob", Jr', "3"),
    ]
    assert got.clean.repaired == 4
    assert cleaned(tmp_path, data, 3, quote_repair=False).rejects == dict.fromkeys(
        (1, 2, 3, 4), "quotes inside a field are not doubled"
    )


def test_lines_that_end_in_a_carriage_return(tmp_path: Path) -> None:
    got = cleaned(tmp_path, b"id,talk\rc1,5\rc2,7\r", 2, first_row=1)
    assert got.rows == [("2", "c1", "5"), ("3", "c2", "7")]
    assert (got.scan.lines, got.scan.newline, got.scan.well_formed) == (3, "\r", False)
    assert got.clean.skipped == 1


def test_ids_and_phones_stay_the_text_they_are(tmp_path: Path) -> None:
    data = b"id,caller,uniqueid\n6.02701E+11,01082345678,1667000000.12345678901\n0,+8610,1e5\n"
    got = cleaned(tmp_path, data, 3, first_row=1)
    assert got.cells == [("6.02701E+11", "01082345678", "1667000000.12345678901"), ("0", "+8610", "1e5")]
    assert got.sample.rows()[1] == ["6.02701E+11", "01082345678", "1667000000.12345678901"]


def test_a_byte_order_mark_semicolons_and_day_first_dates(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbfid;start;talk\r\n1;05-03-2024;2,5\r\n2;06-03-2024;3,5\r\n"
    got = cleaned(tmp_path, data, 3, ";", first_row=1)
    assert got.cells == [("1", "05-03-2024", "2,5"), ("2", "06-03-2024", "3,5")]
    assert got.sample.rows()[0] == ["id", "start", "talk"]
    assert (got.sample.delimiter, got.sample.header_row, got.scan.encoding) == (";", 0, "utf-8-sig")


def test_cells_of_a_workbook_keep_the_form_they_show(tmp_path: Path) -> None:
    file = tmp_path / "calls.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        codes = ("hh:mm:ss", "[h]:mm:ss", "yyyy-mm-dd hh:mm:ss")
        shown = {code: book.add_format({"num_format": code}) for code in codes}
        sheet.merge_range(0, 0, 0, 5, "Calls of March")
        for column, name in enumerate(["id", "talk", "login", "started", "caller", "uniqueid"]):
            sheet.write_string(1, column, name)
        sheet.write_number(2, 0, 602701123459)
        sheet.write_datetime(2, 1, time(9, 12, 58), shown["hh:mm:ss"])
        sheet.write_number(2, 2, 26.5 / 24, shown["[h]:mm:ss"])
        sheet.write_datetime(2, 3, datetime(2024, 3, 1, 9, 12, 58), shown["yyyy-mm-dd hh:mm:ss"])
        sheet.write_string(2, 4, "01082345678")
        sheet.write_number(2, 5, 1667000000.123)
        sheet.write_number(3, 0, 1.5e15)
        sheet.write_number(3, 1, 0, shown["hh:mm:ss"])
        sheet.write_number(3, 2, 1, shown["[h]:mm:ss"])
        sheet.write_datetime(3, 3, date(2024, 3, 1), shown["yyyy-mm-dd hh:mm:ss"])
        sheet.write_string(3, 4, "1900-01-01 00:00:00")
        sheet.write_string(3, 5, "007\nand more")
        sheet.write_string(5, 0, "合计")
        sheet.write_number(5, 1, 2)
    found = scan(file, tmp_path)
    begin = sample(found)
    result = clean(found, Layout(tuple("abcdef"), first_row=2), tmp_path)
    assert strictly_read(result.intake.path, 7) == [
        ("3", "602701123459", "09:12:58", "26:30:00", "2024-03-01 09:12:58", "01082345678", "1667000000.123"),
        ("4", "1500000000000000", "00:00:00", "1900-01-01 00:00:00", "2024-03-01 00:00:00", "1900-01-01 00:00:00",
         "007 and more"),
    ]
    assert (found.lines, result.rows, result.skipped, result.rejects) == (6, 2, 4, ())
    assert (found.spreadsheet, found.well_formed, begin.header_row) == (True, False, 1)


def test_an_old_binary_workbook(tmp_path: Path) -> None:
    found = scan(FIXTURES / "biff8.xls", tmp_path)
    assert sample(found).header_row == 1
    result = clean(found, Layout(tuple("abcde"), first_row=2), tmp_path)
    assert strictly_read(result.intake.path, 6) == [
        (str(line), f"c{line - 1}", "2024-03-01 09:12:58", "00:02:31", "01082345678", "602701123459") for line in (3, 4)
    ]
    assert (found.lines, result.skipped) == (5, 3)


CHINESE = "通话ID,座席,排队时长\n1,张伟,5\n2,李娜,7\n合计,,12\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig", "utf-16"])
def test_chinese_in_every_encoding_it_comes_in(tmp_path: Path, encoding: str) -> None:
    got = cleaned(tmp_path, CHINESE.encode(encoding), 3, first_row=1)
    assert got.scan.encoding == encoding
    assert got.cells == [("1", "张伟", "5"), ("2", "李娜", "7")]
    assert got.sample.rows()[0] == ["通话ID", "座席", "排队时长"]
    assert (got.sample.header_row, got.clean.skipped, got.scan.replaced) == (0, 2, 0)
    assert got.scan.notes == (("decoded as GB18030",) if encoding == "gb18030" else ())


def test_utf8_that_also_decodes_as_gb18030_is_utf8(tmp_path: Path) -> None:
    data = "通话时长,主叫号码\n5,客户\n".encode()
    data.decode("gb18030")  # it does
    assert cleaned(tmp_path, data, 2, first_row=1).cells == [("5", "客户")]


def test_a_stray_byte_before_a_delimiter_does_not_take_it(tmp_path: Path) -> None:
    data = b"1|abc\xe9|d\n2|x|y\n"
    assert data.decode("gb18030").count("|") == 3  # strictly, and one delimiter short
    got = cleaned(tmp_path, data, 3, "|", "")
    assert got.cells == [("1", "abc\ufffd", "d"), ("2", "x", "y")]


def test_a_stray_byte_in_gb18030_does_not_take_a_delimiter_either(tmp_path: Path) -> None:
    data = "1|张伟李娜王芳|x\n".encode("gb18030") + b"2|abc\xe9|d\n"
    got = cleaned(tmp_path, data, 3, "|", "")
    assert got.scan.encoding == "gb18030"
    assert got.cells == [("1", "张伟李娜王芳", "x"), ("2", "abc\ufffd", "d")]
    assert got.sample.rows("|", "")[1] == ["2", "abc\ufffd", "d"]


def test_titles_above_the_header_and_a_total_below(tmp_path: Path) -> None:
    data = (
        "呼叫明细报表,,\n日期:,2024-03-01,\n通话ID,入队时间,排队时长\n"
        "c1,09:00:00,5\n\nc2,09:01:00,7\n合计,,12\n制表人：王,,\n"
    )
    got = cleaned(tmp_path, data.encode(), 3, first_row=3)
    assert got.sample.header_row == 2
    assert got.rows == [("4", "c1", "09:00:00", "5"), ("6", "c2", "09:01:00", "7"), ("8", "制表人：王", "", "")]
    assert (got.clean.skipped, got.scan.well_formed) == (5, False)


@pytest.mark.parametrize(
    ("last", "is_footer"),
    [
        ("Total,2,", True), ("total: 2,,", True), (",小计,5", True), ("合计行,,9", True), ("Grand Total,,9", True),
        ("TotalCare,2,5", False), ("c3,Total,5", False), ("Summer,1,2", False),
    ],
)
def test_what_is_a_footer(tmp_path: Path, last: str, is_footer: bool) -> None:
    got = cleaned(tmp_path, f"c1,a,5\nc2,b,7\n{last}\n".encode(), 3)
    assert (got.clean.skipped, len(got.rows)) == ((1, 2) if is_footer else (0, 3))
    assert got.scan.well_formed is not is_footer


def test_a_footer_word_amid_the_records_is_a_record(tmp_path: Path) -> None:
    data = "c1,5\nTotal,1\n" + "".join(f"d{i},5\n" for i in range(5))
    assert len(cleaned(tmp_path, data.encode(), 2).rows) == 7


def test_an_xls_that_is_a_table_of_html(tmp_path: Path) -> None:
    data = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><style>td {}</style></head>'
        "<body><table border=1><tr><td colspan=3>通话记录</td></tr><tr><th>通话ID<th>座席<th>备注</tr>\n"
        '<tr><td style="mso-number-format:\'\\@\'">013800138000</td><td>张<br>伟</td><td>a &amp; "b"</table></html>'
    )
    got = cleaned(tmp_path, data.encode("gb18030"), 3, first_row=2)
    assert got.cells == [("013800138000", "张 伟", 'a & "b"')]
    assert (got.scan.lines, got.scan.spreadsheet, got.sample.header_row) == (3, True, 1)


def test_an_xls_that_is_tab_separated_text(tmp_path: Path) -> None:
    got = cleaned(tmp_path, "通话ID\t座席\tn\n1\t张伟\t5\n".encode("utf-16"), 3, "\t", first_row=1)
    assert got.cells == [("1", "张伟", "5")]
    assert (got.sample.delimiter, got.scan.spreadsheet) == ("\t", False)


def test_numbers_with_a_mark_that_keeps_them_text(tmp_path: Path) -> None:
    data = b'c1,"\t13800138000",\'0108\nc2,"13800138000\t","=""0108"""\nc3,=A1+B2,\'tis\n'
    got = cleaned(tmp_path, data, 3)
    assert got.cells == [("c1", "13800138000", "0108"), ("c2", "13800138000", "0108"), ("c3", "=A1+B2", "'tis")]
    assert got.sample.rows()[:2] == [["c1", "13800138000", "0108"], ["c2", "13800138000", "0108"]]
    assert not got.scan.well_formed


def test_values_that_mean_it_did_not_happen_are_left_to_the_source(tmp_path: Path) -> None:
    got = cleaned(tmp_path, b"1980-01-01 00:00:00,0:00:00,0,-,\n", 5)
    assert got.cells == [("1980-01-01 00:00:00", "0:00:00", "0", "-", "")]
