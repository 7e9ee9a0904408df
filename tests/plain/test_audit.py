"""What is made of pip-audit's report: holes are told, and silence is not taken for good news."""

import pytest

from scripts.audit import CLEAN, HOLES, UNKNOWN, judge, verdict

HOLE = {"id": "PYSEC-1", "fix_versions": ["1.1"]}


def test_holes_are_told_with_the_version_that_mends_them():
    holes, known, skipped = judge({"dependencies": [{"name": "a", "version": "1.0", "vulns": [HOLE]}]})
    assert holes == ["a 1.0: PYSEC-1, mended in 1.1"]
    assert (known, skipped) == (1, 0)


def test_what_was_not_looked_up_does_not_count_as_sound():
    packages = [{"name": "a", "skip_reason": "not found"}, {"name": "b", "version": "2", "vulns": []}]
    assert judge({"dependencies": packages}) == ([], 1, 1)


@pytest.mark.parametrize(
    ("holes", "known", "skipped", "may_be_unknown", "status"),
    [
        ([], 116, 0, False, CLEAN),
        ([], 110, 6, False, CLEAN),
        ([], 0, 116, False, UNKNOWN),
        ([], 1, 115, False, UNKNOWN),
        # pip-audit has not come to an end.
        ([], 0, 0, False, UNKNOWN),
        ([], 0, 116, True, CLEAN),
        (["a hole"], 116, 0, True, HOLES),
        (["a hole"], 1, 115, True, HOLES),
    ],
)
def test_only_what_was_looked_up_passes_unless_somebody_says_so(holes, known, skipped, may_be_unknown, status):
    lines, ended = verdict(holes, known, skipped, may_be_unknown)
    assert ended == status
    assert lines[: len(holes)] == holes
    assert any("NOT CHECKED" in line for line in lines) == (not holes and known <= skipped)
    assert any(line.startswith("WARNING") for line in lines) == (ended == CLEAN and known <= skipped)
