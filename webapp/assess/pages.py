"""What the pages of the diagnostic show, gathered from the measures and put into words and pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from assessment.campaigns import find_asking
from assessment.designs import spec_of
from assessment.estimates import DomainEstimate, Growth, Profile, get_own_profile, growth, profiles_of, standing_of
from assessment.models import Campaign, Question, Release, Sitting
from assessment.sittings import (
    OPEN_DAYS,
    PastSitting,
    current_question,
    days_to_wait,
    ends_at,
    find_open_sitting,
    past_sittings,
)
from assessment.terms import EndReason, Standing
from content.terms import Domain
from core.people import CareerStage, get_person
from recommender.targets import targets_of
from webapp import charts
from webapp.labels import label
from webapp.words import day


def _(message: str, **figures: object) -> str:
    """A message in the reader's language."""
    return str(gettext(message, **figures))


@dataclass(frozen=True)
class StartPage:
    """Where the reader stands with the diagnostic."""

    next_ordinal: int | None  # of the sitting under way
    ends_at: datetime | None
    campaign: Campaign | None
    n_days_to_wait: int
    history: Sequence[PastSitting]
    open_days: int = OPEN_DAYS


@dataclass(frozen=True)
class QuestionPage:
    """One question as the browser may know it: no key, no code, nothing of the items to come."""

    question_token: str
    client_token: str
    ordinal: int
    n_most: int
    stem: str
    options: tuple[str, ...]

    @property
    def share(self) -> float:
        """How much of the longest possible sitting is done."""
        return (self.ordinal - 1) / self.n_most


@dataclass(frozen=True)
class DomainRow:
    """One domain of a result, in a picture and in words."""

    domain: Domain
    estimate: DomainEstimate
    picture: Markup
    words: str
    against_target: str
    change: Growth | None
    change_words: str
    course: Markup | None  # over all sittings, when there are several


@dataclass(frozen=True)
class ResultPage:
    """One ended sitting."""

    closed_at: datetime
    reason: EndReason | None
    n_answers: int
    is_provisional: bool
    stage: CareerStage | None
    rows: tuple[DomainRow, ...]
    not_measured: tuple[tuple[Domain, int, int], ...]  # domain, questions it got, questions it wants
    earlier_at: datetime | None
    first_need: Domain | None
    real_percent: int | None  # share of the differences between people that is not measurement error
    standings: tuple[Standing, ...] = tuple(Standing)


def start_page(session: Session, person_id: int, *, now: datetime) -> StartPage:
    """Gather the start page."""
    sitting = find_open_sitting(session, person_id)
    until = ends_at(session, sitting) if sitting is not None else None
    is_running = sitting is not None and until is not None and now < until
    waiting = current_question(session, sitting) if sitting is not None and is_running else None
    campaign = None if is_running else find_asking(session, person_id, now=now)
    return StartPage(
        next_ordinal=waiting.ordinal if waiting else None,
        ends_at=until if is_running else None,
        campaign=campaign,
        n_days_to_wait=0 if campaign or is_running else days_to_wait(session, person_id, now=now),
        history=past_sittings(session, person_id),
    )


def question_page(sitting: Sitting, question: Question, *, client_token: str) -> QuestionPage:
    """Take from a question what may be seen, its options in the order of this sitting."""
    item = question.item
    return QuestionPage(
        question_token=question.token,
        client_token=client_token,
        ordinal=question.ordinal,
        n_most=spec_of(sitting.design).maximum_length,
        stem=item.stem,
        options=tuple(item.options[stored] for stored in question.option_order),
    )


def result_page(session: Session, person_id: int, sitting_id: int) -> ResultPage:
    """Gather a result: only the reader's own, or NotFound."""
    profile = get_own_profile(session, sitting_id, person_id=person_id)
    sitting = session.get_one(Sitting, sitting_id)
    stage = get_person(session, person_id).stage
    targets = targets_of(session, stage)
    until = [one for one in profiles_of(session, person_id) if one.closed_at < profile.closed_at] + [profile]
    earlier = next((one for one in reversed(until[:-1]) if one.measured), None)
    changes = growth(earlier, profile) if earlier else {}
    rows = tuple(
        _row(domain, estimate, targets[domain], changes.get(domain), until)
        for domain, estimate in profile.measured.items()
    )
    wanted = {plan.domain: plan.minimum_items for plan in spec_of(sitting.design).domains}
    given = {domain: profile.by_domain[domain].n_items for domain in profile.by_domain}
    return ResultPage(
        closed_at=profile.closed_at,
        reason=sitting.stop_reason,
        n_answers=sum(given.values()),
        is_provisional=session.get_one(Release, sitting.release_id).is_provisional,
        stage=stage,
        rows=rows,
        not_measured=tuple((d, given.get(d, 0), n) for d, n in wanted.items() if d not in profile.measured),
        earlier_at=earlier.closed_at if earlier and changes else None,
        first_need=_first_need(profile, targets),
        real_percent=_real_percent(profile),
    )


def _row(
    domain: Domain, estimate: DomainEstimate, target: float, change: Growth | None, until: Sequence[Profile]
) -> DomainRow:
    words = likely_words(estimate)
    title = _("%(domain)s: %(words)s", domain=label(domain), words=words)
    picture = charts.band(
        estimate.eap_logits, estimate.low_logits, estimate.high_logits, title=title, target=target
    )  # fmt: skip
    points = [
        charts.Point(day(one.closed_at), found.eap_logits, found.low_logits, found.high_logits)
        for one in until[-4:]
        if (found := one.measured.get(domain)) is not None
    ]
    course = charts.growth(points, title=_("%(domain)s over time", domain=label(domain))) if len(points) > 1 else None
    return DomainRow(
        domain, estimate, picture, words, _against_target(estimate, target), change, _change_words(change), course
    )


def likely_words(estimate: DomainEstimate) -> str:
    """Where a person likely stands, in the words of the level descriptors."""
    low, high = (label(standing) for standing in estimate.likely)
    if low == high:
        return _("Likely %(level)s", level=low)
    return _("Likely between %(low)s and %(high)s", low=low, high=high)


def _against_target(estimate: DomainEstimate, target: float) -> str:
    aim = label(standing_of(target))
    if estimate.high_logits < target:
        return _("Below what is aimed at for your stage (%(aim)s).", aim=aim)
    if estimate.low_logits > target:
        return _("Above what is aimed at for your stage (%(aim)s).", aim=aim)
    return _("About what is aimed at for your stage (%(aim)s); the band is too wide to tell more.", aim=aim)


def _change_words(change: Growth | None) -> str:
    if change is None:
        return ""
    if not change.is_reliable:
        return _("no change beyond measurement error")
    return (
        _("a rise that is more than measurement error")
        if change.z > 0
        else _("a fall that is more than measurement error")
    )


def _first_need(profile: Profile, targets: Mapping[Domain, float]) -> Domain | None:
    """The domain furthest below its target, counted in its own uncertainty; None when none is below."""
    gaps = {domain: (targets[domain] - e.eap_logits) / e.sd_logits for domain, e in profile.measured.items()}
    largest = max(gaps, key=lambda domain: gaps[domain], default=None)
    return largest if largest is not None and gaps[largest] > 0 else None


def _real_percent(profile: Profile) -> int | None:
    """1 - sd^2, averaged: with a population sd of 1, the share of the differences that is not error."""
    if not profile.measured:
        return None
    return round(100 * sum(1 - e.sd_logits**2 for e in profile.measured.values()) / len(profile.measured))
