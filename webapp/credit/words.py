"""A profile's rules as sentences, each with its evidence mark; what is not set says so."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from content.terms import Evidence
from learning.engine.credit_rules import CreditRules, CycleKind, Measure, YearKind
from webapp.words import units


@dataclass(frozen=True)
class Clause:
    """One rule: what it is about, what it says, how well it is attested. Without a text it is not set."""

    title: str
    text: str | None
    mark: Evidence


def clauses(rules: CreditRules, marks: Mapping[str, str]) -> list[Clause]:
    """All rules of a profile in the order a teacher asks for them."""

    def clause(name: str, title: str, text: str | None) -> Clause:
        return Clause(title, text, Evidence(marks.get(name, Evidence.NOT_FOUND)))

    return [
        Clause(_("One hour"), _("45 minutes of proven study; less than a whole hour is carried on."), Evidence.SEEN),
        clause("min_cycle", _("In a cycle"), _cycle(rules)),
        clause("min_year", _("In a year"), _year(rules)),
        clause("practice_share_min", _("Practice"), _practice(rules)),
        clause("hours_per_f2f_day", _("Face-to-face day"), _day(rules)),
        clause("topics", _("Mandatory topics"), _topics(rules))
        if not rules.topics
        else Clause(_("Mandatory topics"), _topics(rules), Evidence.SEED),
        clause("hour_to_credit", _("Credit"), _credit(rules)),
        clause("caps", _("Upper limits"), _caps(rules)),
        clause("year_kind", _("How a year is counted"), _year_kind(rules)),
        clause("cycle_kind", _("How a cycle is counted"), _cycle_kind(rules)),
    ]


def _amount(hundredths: int, rules: CreditRules) -> str:
    shown = units(hundredths)
    return str(_("%(n)s credits", n=shown)) if rules.measure is Measure.CREDIT else _("%(n)s hours", n=shown)


def _cycle(rules: CreditRules) -> str | None:
    if rules.min_cycle_hundredths is None:
        return None
    amount = _amount(rules.min_cycle_hundredths, rules)
    return str(_("At least %(amount)s in %(years)s years.", amount=amount, years=rules.cycle_years))


def _year(rules: CreditRules) -> str | None:
    if rules.min_year_hundredths is None:
        return None
    amount = _amount(rules.min_year_hundredths, rules)
    if rules.is_min_year_strict:
        return str(_("At least %(amount)s a year.", amount=amount))
    return str(_("In principle at least %(amount)s a year: falling short is a warning, not a failure.", amount=amount))


def _practice(rules: CreditRules) -> str | None:
    if rules.practice_share_min is None:
        return None
    return str(_("At least %(percent)s%% of the hours are practice.", percent=round(100 * rules.practice_share_min)))


def _day(rules: CreditRules) -> str | None:
    if rules.hours_per_f2f_day is None:
        return None
    return str(_("At most %(n)s face-to-face hours count on one day, over all courses.", n=rules.hours_per_f2f_day))


def _topics(rules: CreditRules) -> str | None:
    return str(_("%(n)s topics that every teacher studies.", n=len(rules.topics))) if rules.topics else None


def _credit(rules: CreditRules) -> str | None:
    if rules.rates is None:
        return None
    if set(rules.rates.values()) == {1}:
        return str(_("One hour gives one credit."))
    words = {
        "f2f": _("face-to-face"), "training": _("face-to-face"), "online": _("online"), "non_f2f": _("all other study"),
        "school_based": _("school-based"), "practice": _("practice"), "research": _("teaching research"),
        "degree_study": _("degree study"), "online_district_or_above": _("online at district level or above"),
        "any": _("all study"),
    }  # fmt: skip
    parts = [
        _("%(kind)s: %(n)s hours for one credit", kind=words.get(kind, kind), n=1 / rate)
        for kind, rate in rules.rates.items()
    ]
    return str(_("; ")).join(parts)


def _caps(rules: CreditRules) -> str | None:
    found = []
    if rules.class_cap_hundredths is not None:
        found.append(_("One face-to-face class gives at most %(n)s credits.", n=units(rules.class_cap_hundredths)))
    if rules.absence_limit is not None:
        found.append(_("Who misses %(share)s of a class or more gets no credit for it.", share=rules.absence_limit))
    return " ".join(found) or None


def _year_kind(rules: CreditRules) -> str:
    if rules.year_kind is YearKind.CALENDAR:
        return str(_("From January to December."))
    return str(_("From September to August."))


def _cycle_kind(rules: CreditRules) -> str:
    if rules.cycle_kind is CycleKind.PERSONAL:
        return str(_("From the day a person began to teach."))
    first = rules.cycle_first_year
    return str(
        _("The same for everybody: %(first)s to %(last)s, and so on.", first=first, last=first + rules.cycle_years - 1)
    )
