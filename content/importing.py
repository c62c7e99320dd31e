"""The catalogue from a workbook: a dry run row by row, an all-or-nothing apply, and undo of the last batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from content.authoring import WRITERS, find_cycle, prerequisite_links, publish, save_course
from content.batches import get_batch, keep_batch, mark_undone, refuse_not_last, refuse_unclean
from content.checking import faults_of
from content.drafting import draft_digest, draft_of, ordered, snapshot_of
from content.formats.course_file import CourseDraft, Fault, parse_course
from content.formats.rows import CellChange, Diff, Refusal, RowDiff, RowOutcome, diff_row, repeated_keys
from content.formats.workbook import Row, Sheet, read_sheets
from content.models import Course, CoursePrerequisite, CourseTerm
from content.sheets import (
    CODE,
    COURSE_COLUMNS,
    COURSES,
    MODULE_COLUMNS,
    MODULES,
    PLACE,
    CourseRows,
    course_cells,
    missing_columns,
    module_cells,
    pick_sheets,
    read_course,
    refusal_of,
)
from content.terms import CourseState
from core.access import Actor
from core.audit import BatchKind, ImportBatch
from core.errors import Conflict
from core.people import Organisation


@dataclass(frozen=True)
class CataloguePlan:
    """What a workbook would do: its rows one by one, and the drafts to save, in an order that can be saved."""

    diff: Diff
    drafts: tuple[CourseDraft, ...]


def plan_catalogue(session: Session, data: bytes, name: str, *, by: Actor | None) -> CataloguePlan:
    """Read a workbook of courses and say row by row what it would do; nothing is written."""
    courses, modules = pick_sheets(read_sheets(data, name, known=(*COURSE_COLUMNS, *MODULE_COLUMNS)))
    lacking = missing_columns(courses, modules)
    if courses is None or lacking:
        return CataloguePlan(Diff((), tuple(lacking)), ())
    standing = _standing(session, courses)
    groups, stray = _group(courses, modules)
    readings = {rows.code: read_course(rows, _draft(standing.get(rows.code))) for rows in groups}
    links = prerequisite_links(session) | {code: list(r.draft.prerequisites) for code, r in readings.items()}
    providers = _providers(session)
    diffs: list[RowDiff] = []
    twice = repeated_keys((row.number, row.get(CODE)) for row in courses.rows)
    for rows in groups:
        reading, before = readings[rows.code], standing.get(rows.code)
        faults = [
            *faults_of(reading.draft),
            *_standing_faults(before, reading.draft),
            *_provider_faults(reading.draft, before, providers, by),
            *_prerequisite_faults(reading.draft, links, {*standing, *readings}, session),
        ]
        told = {(refusal.row, refusal.column) for refusal in reading.refusals}
        mapped = (refusal_of(fault, rows) for fault in faults)
        refusals = [*reading.refusals, *(r for r in mapped if (r.row, r.column) not in told)]
        if rows.row.number in twice:
            figures = {"value": rows.code, "first_row": twice[rows.row.number]}
            refusals.append(Refusal(rows.row.number, CODE, "key_repeated", figures, COURSES))
        diffs += _diff(rows, _draft(before), reading.draft, refusals)
    changed = [rows.code for rows in groups if _differs(standing.get(rows.code), readings[rows.code].draft)]
    drafts = [readings[code].draft for code in _in_order(changed, links)]
    return CataloguePlan(Diff((*diffs, *stray)), tuple(drafts))


def apply_catalogue(session: Session, data: bytes, name: str, *, by: Actor | None, now: datetime) -> ImportBatch | None:
    """Take in a clean workbook whole; one that changes nothing leaves no trace and gives None."""
    plan = plan_catalogue(session, data, name, by=by)
    refuse_unclean(plan.diff)
    if not plan.drafts:
        return None
    changes = []
    for draft in plan.drafts:
        before = session.scalar(select(Course).where(Course.code == draft.code))
        snapshot = snapshot_of(draft_of(before)) if before else None
        course = save_course(session, draft, by=by, now=now)
        changes.append({"code": draft.code, "before": snapshot, "after": draft_digest(draft_of(course))})
    return keep_batch(session, BatchKind.CATALOGUE, plan.diff, changes, data=data, name=name, by=by, now=now)


def publish_batch(session: Session, batch_id: int, *, by: Actor | None, now: datetime) -> int:
    """Publish every draft an applied workbook brought, in an order in which prerequisites come first."""
    batch = get_batch(session, BatchKind.CATALOGUE, batch_id, by=by)
    n_published = 0
    for change in batch.changes:
        course = session.scalar(select(Course).where(Course.code == change["code"]))
        if course is not None and course.state in (CourseState.DRAFT, CourseState.REVIEW):
            publish(session, course, by=by, now=now)
            n_published += 1
    return n_published


def undo_catalogue(session: Session, batch_id: int, *, by: Actor | None, now: datetime) -> ImportBatch:
    """Take the last batch back: new courses go, changed ones say again what they said; all or nothing."""
    batch = get_batch(session, BatchKind.CATALOGUE, batch_id, by=by)
    refuse_not_last(session, batch)
    for change in reversed(batch.changes):
        course = session.scalar(select(Course).where(Course.code == change["code"]))
        if course is None or draft_digest(draft_of(course)) != change["after"]:
            raise Conflict("changed_since_import", key=change["code"])
        if change["before"] is not None:
            save_course(session, parse_course(change["before"]), by=by, now=now)
        elif course.state in (CourseState.DRAFT, CourseState.REVIEW):
            _remove(session, course)
        else:
            raise Conflict("published_since_import", key=change["code"])
    mark_undone(session, batch, by=by, now=now)
    return batch


@dataclass(frozen=True)
class _Standing:
    """A course as it is kept now."""

    draft: CourseDraft
    state: CourseState
    provider_path: str


def _draft(standing: _Standing | None) -> CourseDraft | None:
    return standing.draft if standing is not None else None


def _standing(session: Session, courses: Sheet) -> dict[str, _Standing]:
    codes = {row.get(CODE) for row in courses.rows}
    found = session.scalars(
        select(Course)
        .where(Course.code.in_(codes))
        .options(selectinload(Course.modules), selectinload(Course.facets), selectinload(Course.competencies))
    )
    return {course.code: _Standing(draft_of(course), course.state, course.provider.path) for course in found}


def _group(courses: Sheet, modules: Sheet | None) -> tuple[list[CourseRows], list[RowDiff]]:
    """The rows of each course together; a module row of no course in the workbook is refused."""
    below: dict[str, list[Row]] = {}
    for row in modules.rows if modules else ():
        below.setdefault(row.get(CODE), []).append(row)
    groups = [CourseRows(row.get(CODE), row, _by_place(below.get(row.get(CODE), []))) for row in courses.rows]
    known = {group.code for group in groups}
    stray = [
        diff_row(
            row.number, code, row.get("模块名称"), before=None, after={}, sheet=MODULES,
            refusals=[Refusal(row.number, CODE, "module_without_course", {"value": code}, MODULES)],
        )
        for code, rows in below.items() if code not in known for row in rows
    ]  # fmt: skip
    return groups, stray


def _by_place(rows: Sequence[Row]) -> tuple[Row, ...]:
    def place(row: Row) -> tuple[int, int]:
        text = row.get(PLACE)
        return (int(text) if text.isdigit() else row.number, row.number)

    return tuple(sorted(rows, key=place))


def _differs(before: _Standing | None, draft: CourseDraft) -> bool:
    return before is None or ordered(before.draft) != ordered(draft)


def _diff(
    rows: CourseRows, before: CourseDraft | None, after: CourseDraft, refusals: Sequence[Refusal]
) -> list[RowDiff]:
    """The course's row and each of its modules' rows, compared with what stands."""
    own = [refusal for refusal in refusals if refusal.sheet != MODULES]
    cells = None if before is None else course_cells(before)
    head = diff_row(
        rows.row.number, rows.code, after.title, before=cells, after=course_cells(after), refusals=own, sheet=COURSES
    )
    if before is not None and len(before.modules) > len(after.modules) and head.outcome is not RowOutcome.REFUSED:
        shorter = CellChange(MODULES, str(len(before.modules)), str(len(after.modules)))
        head = replace(head, outcome=RowOutcome.CHANGED, changes=(*head.changes, shorter))
    parts = []
    for place, (row, module) in enumerate(zip(rows.modules, after.modules, strict=False), start=1):
        kept = before.modules[place - 1] if before is not None and place <= len(before.modules) else None
        parts.append(
            diff_row(
                row.number, f"{rows.code} · {place}", module.title, sheet=MODULES,
                before=module_cells(kept, rows.code, place) if kept else None,
                after=module_cells(module, rows.code, place),
                refusals=[r for r in refusals if r.sheet == MODULES and r.row == row.number],
            )
        )  # fmt: skip
    return [head, *parts]


def _standing_faults(before: _Standing | None, draft: CourseDraft) -> list[Fault]:
    """What a published or retired course does not allow to be changed from a workbook."""
    if before is None or not _differs(before, draft):
        return []
    if before.state is CourseState.RETIRED:
        return [Fault("code", "retired_cannot_change", {"value": draft.code})]
    kinds = [module.kind for module in before.draft.modules]
    if before.state is CourseState.PUBLISHED and [m.kind for m in draft.modules][: len(kinds)] != kinds:
        return [Fault("modules", "published_keeps_modules", {"n_modules": len(kinds)})]
    return []


def _providers(session: Session) -> Mapping[str, str]:
    rows = session.execute(select(Organisation.code, Organisation.path))
    return {code: path for code, path in rows}  # noqa: C416


def _provider_faults(
    draft: CourseDraft, before: _Standing | None, providers: Mapping[str, str], by: Actor | None
) -> list[Fault]:
    if draft.provider not in providers:
        return [Fault("provider", "provider_not_known", {"value": draft.provider})] if draft.provider else []
    paths = [providers[draft.provider], *([before.provider_path] if before else [])]
    if by is not None and not all(by.may_act_at(path, *WRITERS) for path in paths):
        return [Fault("provider", "provider_not_yours", {"value": draft.provider})]
    return []


def _prerequisite_faults(
    draft: CourseDraft, links: Mapping[str, Sequence[str]], known: set[str], session: Session
) -> list[Fault]:
    asked = [code for code in draft.prerequisites if code not in known]
    found = set(session.scalars(select(Course.code).where(Course.code.in_(asked)))) if asked else set()
    faults = [Fault("prerequisites", "prerequisite_unknown", {"value": code}) for code in asked if code not in found]
    cycle = find_cycle(links, draft.code) if draft.prerequisites else []
    if cycle and draft.code not in draft.prerequisites:
        faults.append(Fault("prerequisites", "prerequisites_circle", {"circle": " → ".join(cycle)}))
    return faults


def _in_order(codes: Sequence[str], links: Mapping[str, Sequence[str]]) -> list[str]:
    """Codes with every prerequisite before what requires it."""
    wanted, done = set(codes), list[str]()

    def visit(code: str, way: frozenset[str]) -> None:
        if code in done or code in way:
            return
        for required in links.get(code, ()):
            if required in wanted:
                visit(required, way | {code})
        done.append(code)

    for code in codes:
        visit(code, frozenset())
    return done


def _remove(session: Session, course: Course) -> None:
    if session.scalar(select(CoursePrerequisite.course_id).where(CoursePrerequisite.required_id == course.id).limit(1)):
        raise Conflict("changed_since_import", key=course.code)
    session.execute(delete(CourseTerm).where(CourseTerm.course_id == course.id))
    for module in list(course.modules):
        session.delete(module)
    session.delete(course)
    session.flush()
