"""What is made of pip-audit's report: holes are told, and silence is not taken for good news."""

from scripts.audit import judge

HOLE = {"id": "PYSEC-1", "fix_versions": ["1.1"]}


def test_holes_are_told_with_the_version_that_mends_them():
    holes, known, skipped = judge({"dependencies": [{"name": "a", "version": "1.0", "vulns": [HOLE]}]})
    assert holes == ["a 1.0: PYSEC-1, mended in 1.1"]
    assert (known, skipped) == (1, 0)


def test_what_was_not_looked_up_does_not_count_as_sound():
    packages = [{"name": "a", "skip_reason": "not found"}, {"name": "b", "version": "2", "vulns": []}]
    assert judge({"dependencies": packages}) == ([], 1, 1)
