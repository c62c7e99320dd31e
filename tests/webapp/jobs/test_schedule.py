"""The schedule: when things are due, what happens to a slot that fails, and the command line around it."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger

from core.db import Base, Document
from core.outbox import JobSlot, Message, find_slot
from learning.credit.profiles import load_rules
from learning.engine.days import ZONE
from tests.conftest import NOW, World, make_settings, make_world
from webapp.cli import main
from webapp.jobs import JOBS, Job, Run
from webapp.jobs.running import REAL, Crew, Outcome, do_slot, hire
from webapp.jobs.slots import last_slot, next_slot
from webapp.jobs.worker import look

DAILY = CronTrigger(hour=8, timezone=ZONE)
AT = datetime(2026, 12, 24, 8, 15, tzinfo=ZONE)


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    crew = hire(make_settings(tmp_path))
    Base.metadata.create_all(crew.database.engine)
    yield crew
    crew.database.engine.dispose()


@pytest.fixture
def world(crew: Crew) -> World:
    with crew.database.unit_of_work() as session:
        load_rules(session, now=NOW)
        return make_world(session)


@pytest.fixture
def environment(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHICHENG_MODE", "test")
    monkeypatch.setenv("SHICHENG_DATA_DIR", str(crew.settings.data_dir))
    monkeypatch.setenv("SHICHENG_SECRET_KEY", "only-for-tests-0123456789-0123456789")
    monkeypatch.setenv("SHICHENG_AS_OF", NOW.isoformat())


def slot_of(crew: Crew, name: str, at: datetime) -> JobSlot:
    with crew.database.session(is_read_only=True) as session:
        found = find_slot(session, name, at)
        assert found is not None
        return found


def a_job(work: object, trigger: CronTrigger = DAILY) -> Job:
    return Job("a.job", trigger, "every day at 08:00", work)  # type: ignore[arg-type]


# --- when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "last", "upcoming"),
    [
        ("2026-11-16T08:00+08:00", "2026-11-16T08:00+08:00", "2026-11-17T08:00+08:00"),
        ("2026-11-16T07:59:59+08:00", "2026-11-15T08:00+08:00", "2026-11-16T08:00+08:00"),
        ("2026-12-31T23:59+08:00", "2026-12-31T08:00+08:00", "2027-01-01T08:00+08:00"),
    ],
)
def test_a_daily_job_is_due_at_its_chinese_hour(now: str, last: str, upcoming: str) -> None:
    at = datetime.fromisoformat(now).astimezone(UTC)
    assert last_slot(DAILY, at) == datetime.fromisoformat(last)
    assert next_slot(DAILY, at) == datetime.fromisoformat(upcoming)


def test_rare_jobs_are_found_far_back() -> None:
    yearly = CronTrigger(month=1, day=2, hour=3, timezone=ZONE)
    assert last_slot(yearly, NOW) == datetime(2026, 1, 2, 3, tzinfo=ZONE)


def test_a_standstill_of_days_is_made_up_for_once(crew: Crew) -> None:
    runs: list[datetime] = []

    def work(run: Run) -> Document:
        runs.append(run.now)
        return {}

    job = a_job(work)
    look(crew, job)  # first start: this morning's slot
    assert crew.settings.clock_file is not None
    crew.settings.clock_file.write_text(str(5 * 86400))
    for _ in range(3):
        look(crew, job)
    assert len(runs) == 2
    assert runs[1] - runs[0] >= timedelta(days=5)


# --- slots that fail -----------------------------------------------------------------------------


def test_a_job_that_raises_leaves_its_slot_for_later_with_growing_waits_and_tells_no_secret(
    crew: Crew, capsys: pytest.CaptureFixture[str]
) -> None:
    def work(_run: Run) -> Document:
        raise RuntimeError("postgresql://user:hunter2@host/ teacher@example.invalid")

    for n_failures, seconds in ((1, 30), (2, 60)):
        assert do_slot(crew, a_job(work), AT, now=AT)[0] is Outcome.FAILED
        slot = slot_of(crew, "a.job", AT)
        assert slot.finished_at is None
        assert slot.outcome == {"n_failures": n_failures, "error": "RuntimeError"}
        assert slot.lease_until is not None
        assert abs((slot.lease_until - REAL.now()).total_seconds() - seconds) < 5
        assert do_slot(crew, a_job(work), AT, now=AT)[0] is Outcome.TAKEN  # not before the wait is over
        with crew.database.unit_of_work() as session:
            session.get_one(JobSlot, slot.id).lease_until = REAL.now() - timedelta(seconds=1)
    logged = capsys.readouterr().err
    assert "hunter2" not in logged
    assert "example.invalid" not in logged
    first = json.loads(logged.splitlines()[0])
    assert (first["event"], first["error"]) == ("slot failed", "RuntimeError")
    assert any(place.startswith("webapp/jobs/running.py") for place in first["through"])


def test_after_a_failure_the_next_try_can_succeed(crew: Crew) -> None:
    tries: list[int] = []

    def work(_run: Run) -> Document:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError
        return {"told": 3}

    do_slot(crew, a_job(work), AT, now=AT)
    with crew.database.unit_of_work() as session:
        session.query(JobSlot).one().lease_until = REAL.now() - timedelta(seconds=1)
    assert do_slot(crew, a_job(work), AT, now=AT) == (Outcome.DONE, {"told": 3})
    assert slot_of(crew, "a.job", AT).outcome == {"told": 3}


def test_a_long_job_keeps_its_lease(tmp_path: Path) -> None:
    crew = hire(make_settings(tmp_path), lease=timedelta(seconds=0.3))
    Base.metadata.create_all(crew.database.engine)
    rival = Crew(crew.app, crew.settings, crew.lease, worker="rival")
    seen: list[Outcome] = []

    def work(run: Run) -> Document:
        for _ in range(6):
            threading.Event().wait(0.15)
            seen.append(do_slot(rival, a_job(work), AT, now=AT)[0])
            run.go_on()
        return {}

    assert do_slot(crew, a_job(work), AT, now=AT)[0] is Outcome.DONE
    assert set(seen) == {Outcome.TAKEN}
    crew.database.engine.dispose()


def test_a_worker_told_to_stop_gives_its_slot_back_at_once(crew: Crew) -> None:
    def work(run: Run) -> Document:
        crew.stop.set()
        run.go_on()
        return {}

    assert do_slot(crew, a_job(work), AT, now=AT)[0] is Outcome.STOPPED
    crew.stop.clear()
    assert do_slot(crew, a_job(lambda _run: {}), AT, now=AT)[0] is Outcome.DONE


# --- the command line ----------------------------------------------------------------------------


@pytest.mark.usefixtures("environment")
def test_a_rehearsed_run_stands_at_its_time_and_is_done_once(
    crew: Crew, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["jobs", "run", "reminders.hours_behind", "--as-of", AT.isoformat()]
    assert main(command) == 0
    assert "told=5" in capsys.readouterr().out  # four teachers and one school
    assert main(command) == 0
    assert "taken" in capsys.readouterr().out
    with crew.database.session(is_read_only=True) as session:
        assert {message.created_at for message in session.query(Message)} == {AT}


@pytest.mark.usefixtures("environment")
def test_a_year_is_rehearsed_day_by_day_in_one_go(crew: Crew, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    start, end = "2026-11-17T08:15+08:00", "2027-11-16T08:15+08:00"
    assert main(["jobs", "run", "reminders.hours_behind", "--as-of", start, "--until", end]) == 0
    assert capsys.readouterr().out.count("\n") == 365
    with crew.database.session(is_read_only=True) as session:
        slots = [message.due_slot for message in session.query(Message).filter_by(recipient_id=world.teacher.id)]
    assert sorted(slots) == ["2026-12-31#-30", "2026-12-31#-7", "2027-12-31#-90"]


@pytest.mark.usefixtures("environment", "world")
def test_all_jobs_run_for_one_moment(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", "run", "all", "--as-of", AT.isoformat()]) == 0
    out = capsys.readouterr().out
    assert all(f"{name}: done" in out for name in JOBS)


@pytest.mark.usefixtures("environment", "crew")
@pytest.mark.parametrize(
    "words", [["run", "no.such.job"], ["run", "mail.deliver", "--as-of", "2026-12-24T08:15"], ["run"], []]
)
def test_wrong_usage_is_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["jobs", *words])
    assert left.value.code == 2


@pytest.mark.usefixtures("crew")
def test_rehearsing_is_refused_in_production(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHICHENG_MODE", "production")
    monkeypatch.setenv("SHICHENG_SECRET_KEY", "x" * 40)
    monkeypatch.setenv("SHICHENG_DATABASE_URL", f"sqlite:///{tmp_path / 'p.sqlite3'}")
    assert main(["jobs", "run", "mail.deliver", "--as-of", AT.isoformat()]) == 1
    assert "refused in production" in capsys.readouterr().err


@pytest.mark.usefixtures("environment", "crew")
def test_a_failing_job_says_so_and_exits_with_1(
    crew: Crew, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Base.metadata.tables["message"].drop(crew.database.engine)
    assert main(["jobs", "run", "mail.deliver", "--as-of", AT.isoformat()]) == 1
    assert "mail.deliver: failed" in capsys.readouterr().err


@pytest.mark.usefixtures("environment", "world")
def test_the_list_shows_each_job_its_last_slot_and_its_next(capsys: pytest.CaptureFixture[str]) -> None:
    main(["jobs", "run", "reminders.hours_behind", "--as-of", AT.isoformat()])
    capsys.readouterr()
    assert main(["jobs", "list"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert set(lines) == {"JOB", *JOBS}
    assert "2026-12-24 08:15  done due=5 told=5" in lines["reminders.hours_behind"]
    assert lines["reminders.hours_behind"].endswith("2026-11-17 08:15")
    assert "never" in lines["mail.deliver"]
