"""A dry run says what each row would do, and counts it."""

import json

from content.formats.rows import CellChange, Diff, Refusal, RowOutcome, diff_row


def test_a_row_is_new_changed_unchanged_or_refused() -> None:
    after = {"姓名": "王一", "学校": "一小"}
    new = diff_row(2, "T1", "王一", before=None, after=after)
    changed = diff_row(3, "T2", "王一", before={"姓名": "王一", "学校": "二小"}, after=after)
    same = diff_row(4, "T3", "王一", before=after, after=after)
    refused = diff_row(
        5, "T4", "王一", before=None, after=after, refusals=[Refusal(5, "学校", "unknown", {"value": "三小"})]
    )
    assert [row.outcome for row in (new, changed, same, refused)] == list(RowOutcome)
    assert changed.changes == (CellChange("学校", "二小", "一小"),)
    diff = Diff((new, changed, same, refused))
    assert (diff.n_new, diff.n_changed, diff.n_unchanged, diff.n_refused, diff.is_clean) == (1, 1, 1, 1, False)
    read = json.loads(diff.to_json())
    assert read["counts"] == {"new": 1, "changed": 1, "unchanged": 1, "refused": 1}
    assert read["rows"][3]["refusals"][0]["figures"] == {"value": "三小"}


def test_a_workbook_with_a_missing_column_is_not_clean_though_it_has_no_rows() -> None:
    assert not Diff((), (Refusal(1, "工号", "column_missing"),)).is_clean
