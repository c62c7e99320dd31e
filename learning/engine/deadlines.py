"""Deadlines as the policies set them, and the days on which a person is reminded of one.

Days are calendar days in China, the named day included. Only the deadlines come from the policies; how
many days before or after them a reminder goes out is our choice, and every offset here is marked so.
A reminder belongs to a slot: a deadline and one offset. It is due on its day (a little later when the
schedule stood still), and never for a slot that was past when its subject came into being.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from learning.engine.days import ZONE

CHOICE = "CHOICE"  # evidence mark: no policy gives it, we chose it
REMIND_AT = time(8, 0)  # the moment a slot's day begins to count (CHOICE)
GRACE_DAYS = 3  # how much later a reminder is still worth sending after the schedule stood still (CHOICE)


class Whom(StrEnum):
    """Who is reminded."""

    TEACHER = "teacher"
    MENTOR = "mentor"
    SCHOOL = "school"
    PROVIDER = "provider"
    CITY_COUNTY = "city_county"
    PROVINCE = "province"


@dataclass(frozen=True)
class Yearly:
    """A day of every year; day None is the last of the month. ``exceptions`` name the years that differ."""

    month: int
    day: int | None = None
    exceptions: Mapping[int, date] = field(default_factory=dict)

    def on(self, year: int) -> date:
        """The day in one year.

        Examples
        --------
        >>> Yearly(2).on(2024)
        datetime.date(2024, 2, 29)
        """
        if year in self.exceptions:
            return self.exceptions[year]
        if self.day is not None:
            return date(year, self.month, self.day)
        following = date(year + self.month // 12, self.month % 12 + 1, 1)
        return following - timedelta(days=1)


@dataclass(frozen=True)
class Anchored:
    """So many days (or years) after something that happens; before it when negative."""

    anchor: str
    offset_days: int = 0
    offset_years: int = 0

    def on(self, anchor_on: date) -> date:
        """The day for one happening; 29 February becomes the 28th in a common year.

        Examples
        --------
        >>> Anchored("class_end", 30).on(date(2021, 10, 31))
        datetime.date(2021, 11, 30)
        """
        year = anchor_on.year + self.offset_years
        is_leap_day = (anchor_on.month, anchor_on.day) == (2, 29)
        start = date(year, 2, 28) if is_leap_day and self.offset_years else anchor_on.replace(year=year)
        return start + timedelta(days=self.offset_days)


@dataclass(frozen=True)
class Once:
    """One day, once; None when the policy names no day."""

    day: date | None = None


@dataclass(frozen=True)
class Deadline:
    """One deadline of rules.yaml: when it is due, whom it concerns, and when they are reminded."""

    id: str
    when: Once | Yearly | Anchored
    whom: Sequence[Whom]
    remind_days: Sequence[int] = ()
    source: str = CHOICE
    remind_evidence: str = CHOICE


FIXED_2021_07_30, FIXED_2021_08_10 = Once(date(2021, 7, 30)), Once(date(2021, 8, 10))
YEAR_END = Yearly(12, 31)
FEBRUARY_FILING = Yearly(2, None, {2021: date(2021, 5, 31)})
ARRIVAL_NOTICE, TIMETABLE = Anchored("class_start", -10), Anchored("class_start", -5)
BULLETINS, END_DOCUMENTS = Anchored("class_end"), Anchored("class_end", 30)
MIN_BULLETINS = 3
N_END_DOCUMENTS = 3

DEADLINES: Mapping[str, Deadline] = {
    deadline.id: deadline
    for deadline in (
        Deadline("D01", FIXED_2021_07_30, (Whom.PROVIDER,), (-7, -3, -1), "S2:28"),
        Deadline("D02", FIXED_2021_08_10, (Whom.PROVIDER,), (-7, -3, -1), "S2:28"),
        Deadline("D03", ARRIVAL_NOTICE, (Whom.PROVIDER,), (-3, -1), "S2:28"),
        Deadline("D04", TIMETABLE, (Whom.PROVIDER,), (-2, -1), "S2:28"),
        Deadline("D05", BULLETINS, (Whom.PROVIDER,), (-14, -7, -1), "S2:30"),
        Deadline("D06", END_DOCUMENTS, (Whom.PROVIDER,), (-14, -7, -1), "S2:30"),
        Deadline("D07", FIXED_2021_07_30, (Whom.CITY_COUNTY,), (-7, -3, -1), "S2:36"),
        Deadline("D08", FEBRUARY_FILING, (Whom.PROVINCE,), (-30, -14, -7, -1), "S0:165"),
        Deadline("D09", Once(), (Whom.PROVINCE,), (), "S0:165"),
        Deadline("D10", Anchored("budget_notice"), (Whom.PROVINCE,), (), "S0:165,S1:49"),
        Deadline("D11", YEAR_END, (Whom.MENTOR,), (-90, -30, -7), "S3:23 (calendar-year end is CHOICE)"),
        Deadline("D12", Anchored("title_cycle_start", 0, 5), (Whom.CITY_COUNTY,), (-90, -30), "S3:23"),
        Deadline("D13", YEAR_END, (Whom.TEACHER, Whom.SCHOOL), (-90, -30, -7), "profile min_year"),
        Deadline("D14", Anchored("cycle_end"), (Whom.TEACHER,), (-180, -90, -30), "registration_rule"),
        Deadline("D15", Anchored("campaign_close"), (Whom.TEACHER,), (-7, -3, -1)),
        Deadline("D16", Anchored("task_due"), (Whom.TEACHER, Whom.MENTOR), (-3, -1, 1)),
        # Counted from the day of handing in: reminded on the third day and on the seventh, when it is due.
        Deadline("D17", Anchored("submission", 7), (Whom.MENTOR,), (3, 7)),
        Deadline("D18", Anchored("class_end"), (Whom.PROVIDER,), (), "S1:53"),
    )
}


@dataclass(frozen=True)
class Slot:
    """One reminder of one deadline: the anchor day and the offset in days from it."""

    anchor_on: date
    offset_days: int

    @property
    def on(self) -> date:
        return self.anchor_on + timedelta(days=self.offset_days)

    @property
    def name(self) -> str:
        """How the slot stands in a message: unique together with rule, recipient and subject."""
        return f"{self.anchor_on.isoformat()}#{self.offset_days:+d}"


def find_slot(anchor_on: date, offsets_days: Sequence[int], *, known_at: datetime, on: date) -> Slot | None:
    """The reminder to send on a day, if any: the latest whose day has come, not older than the grace.

    Parameters
    ----------
    anchor_on : date
        The day the offsets count from.
    offsets_days : sequence of int
        Days after it; negative before it.
    known_at : datetime
        When the subject came into being here (was made, or was imported), or the person did. A slot that
        was past by then is never sent.
    on : date
        The local day that is looked at.

    Examples
    --------
    >>> from datetime import UTC
    >>> made_at = datetime(2026, 11, 1, tzinfo=UTC)
    >>> find_slot(date(2026, 11, 30), (-7, -3, -1), known_at=made_at, on=date(2026, 11, 27)).name
    '2026-11-30#-3'
    >>> find_slot(date(2026, 11, 30), (-7, -3, -1), known_at=made_at, on=date(2026, 12, 1)) is None
    True
    """
    if known_at.tzinfo is None:
        raise ValueError(f"a naive moment cannot be compared: {known_at!r}")
    come = [slot for slot in (Slot(anchor_on, offset) for offset in sorted(offsets_days)) if slot.on <= on]
    if not come:
        return None
    slot = come[-1]
    if slot.offset_days <= 0 and on > anchor_on:
        return None  # it said "soon", and that is over
    if (on - slot.on).days > GRACE_DAYS or known_at > datetime.combine(slot.on, REMIND_AT, ZONE):
        return None
    return slot


def anchors_near(offsets_days: Sequence[int], on: date) -> tuple[date, date]:
    """First and last anchor day for which a reminder can be due on a day; narrows a query, decides nothing.

    Examples
    --------
    >>> anchors_near((3, 7), date(2026, 11, 16))
    (datetime.date(2026, 11, 6), datetime.date(2026, 11, 13))
    """
    return on - timedelta(days=max(offsets_days) + GRACE_DAYS), on - timedelta(days=min(offsets_days))


def are_bulletins_overdue(n_sent: int, class_end_on: date, *, on: date) -> bool:
    """Whether a class has ended with fewer than three bulletins; judged on its last day.

    Examples
    --------
    >>> are_bulletins_overdue(2, date(2021, 10, 31), on=date(2021, 10, 31))
    True
    """
    return n_sent < MIN_BULLETINS and on >= BULLETINS.on(class_end_on)
