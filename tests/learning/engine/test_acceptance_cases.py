"""The numeric acceptance cases about hours and credit, each by its name; expected values are the policy's."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from learning.credit.rule_reading import resolve
from learning.engine.credit_rules import (
    CreditRules,
    course_practice_ratio,
    credit_steps,
    cycle_of,
    is_credit_forfeited,
    is_practice_enough,
    practice_ratio,
    rules_of,
    standing,
)
from learning.engine.eligibility import (
    BlockScope,
    Breach,
    Done,
    IntegrityEvent,
    Nominee,
    is_blocked,
    is_complete,
    missing_parts,
    unmet_conditions,
)
from learning.engine.hours import Piece, counted_units, is_test_passed, n_units, units_of, within_day_cap
from learning.terms import Standing

RULES: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[3] / "learning" / "data" / "rules.yaml").read_text(encoding="utf-8")
)
PROFILES = {code: rules_of(spec) for code, spec in resolve(RULES).items()}
PROJECTS = {project["id"]: project for project in RULES["project_types"]}
DAY = date(2026, 3, 2)
HALF = Fraction(1, 2)


@pytest.mark.parametrize(("seconds", "units"), [(2699, 0), (2700, 1), (5400, 2)])
def test_hour_unit(seconds: int, units: int) -> None:
    assert n_units(seconds) == units


def test_day_cap() -> None:
    sessions = units_of([Piece(45 * 60, DAY, is_practice=False)] * 10)
    assert len(within_day_cap(sessions, {}, PROFILES["CN-DEFAULT"].hours_per_f2f_day)) == 8


def test_smartedu_like_module() -> None:
    assert counted_units(18, 16) == 16


@pytest.mark.parametrize(("score_hundredths", "passed"), [(5950, False), (6000, True)])
def test_test_pass(score_hundredths: int, passed: bool) -> None:
    assert is_test_passed(score_hundredths) is passed


@pytest.mark.parametrize(("practice", "publishable"), [(3000, True), (2900, False)])
def test_practice_share(practice: int, publishable: bool) -> None:
    minimum = PROFILES["CN-HENAN"].practice_share_min
    assert minimum == HALF
    assert is_practice_enough(practice_ratio(practice, 6000), minimum) is publishable


def test_practice_share_by_course_count() -> None:
    assert course_practice_ratio([True, False, True, False]) == HALF
    assert course_practice_ratio([]) is None


@pytest.mark.parametrize(("hours", "expected"), [(359, Standing.NOT_MET), (360, Standing.MET)])
def test_cycle(hours: int, expected: Standing) -> None:
    rules = PROFILES["CN-DEFAULT"]
    assert rules.cycle_years == 5
    assert standing(100 * hours, rules.min_cycle_hundredths) is expected


@pytest.mark.parametrize(("hours", "expected"), [(71, Standing.WARNING), (72, Standing.MET)])
def test_henan_year(hours: int, expected: Standing) -> None:
    rules = PROFILES["CN-HENAN"]
    assert standing(100 * hours, rules.min_year_hundredths, is_strict=rules.is_min_year_strict) is expected


def test_the_national_profile_sets_no_yearly_minimum() -> None:
    assert standing(0, PROFILES["CN-DEFAULT"].min_year_hundredths) is Standing.NOT_SET


@pytest.mark.parametrize(("credits", "expected"), [(23, Standing.NOT_MET), (24, Standing.MET)])
def test_zhejiang_year(credits: int, expected: Standing) -> None:
    rules = PROFILES["CN-ZHEJIANG"]
    assert rules.measure.value == "credit"
    assert standing(100 * credits, rules.min_year_hundredths, is_strict=rules.is_min_year_strict) is expected


@pytest.mark.parametrize(("missed", "forfeited"), [(8, True), (7, False)])
def test_wuhan_absence(missed: int, forfeited: bool) -> None:
    assert is_credit_forfeited(missed, 40, PROFILES["CN-WUHAN-JIANGHAN"].absence_limit) is forfeited


def test_wuhan_cap() -> None:
    rules = PROFILES["CN-WUHAN-JIANGHAN"]
    uncapped = CreditRules("as without the cap", rates=rules.rates)
    assert sum(credit_steps(uncapped, "f2f", [False] * 160)) == 2000
    assert sum(credit_steps(rules, "f2f", [False] * 160)) == 1500


def test_beijing_type() -> None:
    rules = PROFILES["CN-BEIJING-13FYP"]
    online, f2f = (sum(credit_steps(rules, mode, [False] * 40)) for mode in ("online", "f2f"))
    assert (online, f2f, online + f2f) == (200, 400, 600)


@pytest.mark.parametrize(("hours", "months", "complete"), [(50, 11, False), (50, 12, True), (49, 12, False)])
def test_novice_completion(hours: int, months: int, complete: bool) -> None:
    duration = PROJECTS["HN1"]["duration"]["新入职"]
    assert is_complete(Done(online_units=hours, practice_months=months), duration) is complete


@pytest.mark.parametrize(("days", "hours", "complete"), [(15, 60, True), (14, 80, False)])
def test_backbone_completion(days: int, hours: int, complete: bool) -> None:
    assert is_complete(Done(f2f_days=days, online_units=hours), PROJECTS["HN1"]["duration"]["骨干"]) is complete


def test_lesson_case() -> None:
    parts = PROJECTS["HN1"]["outcomes"]["新入职"][0]["parts"]
    assert missing_parts(parts, {"教学设计", "课堂教学实录"}) == ["教学反思"]
    assert missing_parts(parts, set(parts)) == []


@pytest.mark.parametrize(("township", "years", "allowed"), [(True, 5, True), (True, 4, False), (False, 10, False)])
def test_hn5(township: bool, years: int, allowed: bool) -> None:
    nominee = Nominee(is_township=township, teaching_years=years, is_backbone=True)
    assert (unmet_conditions(nominee, PROJECTS["HN5"]["eligibility"]) == ()) is allowed


@pytest.mark.parametrize(
    ("age", "reason", "unmet"), [(45, "", ()), (46, "", ("age_max",)), (46, "全省仅此一名首席专家", ())]
)
def test_hn3_age(age: int, reason: str, unmet: tuple[str, ...]) -> None:
    nominee = Nominee(age=age, training_years=3)
    assert unmet_conditions(nominee, PROJECTS["HN3"]["eligibility"], override_reason=reason) == unmet


def blocked(breach: Breach, on: date, *, is_f2f: bool = True, is_national: bool = False) -> bool:
    return is_blocked([breach], on=on, block_years=3, is_national=is_national, is_provincial=True, is_f2f=is_f2f)


@pytest.mark.parametrize(("on", "expected"), [(date(2024, 8, 19), True), (date(2024, 8, 20), False)])
def test_integrity(on: date, expected: bool) -> None:
    breach = Breach(IntegrityEvent.DISMISSED, date(2021, 8, 20), BlockScope.PROVINCIAL_F2F)
    assert blocked(breach, on) is expected


def test_integrity_scope() -> None:
    breach = Breach(IntegrityEvent.NOT_COMPLETED, date(2021, 8, 20), BlockScope.PROVINCIAL_F2F)
    assert blocked(breach, date(2022, 1, 1), is_f2f=False) is False
    assert blocked(breach, date(2022, 1, 1), is_f2f=True) is True


def test_excused() -> None:
    breach = Breach(IntegrityEvent.NO_SHOW, date(2021, 8, 20), BlockScope.PROVINCIAL_F2F, is_excused=True)
    assert blocked(breach, date(2021, 9, 1)) is False


def test_unconfirmed_figures_are_no_rules() -> None:
    """Shanghai's conversion is recalled, Henan's was not found: neither is counted with."""
    assert PROFILES["CN-SHANGHAI-14FYP"].rates is None
    assert PROFILES["CN-HENAN"].rates is None
    assert PROFILES["CN-GUIZHOU"].min_year_hundredths is None


def test_cycles_are_the_five_year_plans_by_default() -> None:
    rules = PROFILES["CN-DEFAULT"]
    assert cycle_of(date(2025, 12, 31), rules) == (date(2021, 1, 1), date(2025, 12, 31))
    assert cycle_of(date(2026, 1, 1), rules) == (date(2026, 1, 1), date(2030, 12, 31))
