"""One process that finishes a reading as soon as it is told to: URL, enrolment, module, person, start file."""

import sys
import time
from datetime import timedelta
from pathlib import Path

from learning.study.modules import finish_reading
from tests.conftest import NOW
from webapp.database import Database


def main(url: str, enrolment: str, module: str, person: str, start: str) -> None:
    database = Database(url)
    with database.session(is_read_only=True) as warm:
        warm.connection()
    print("ready", flush=True)
    while not Path(start).exists():
        time.sleep(0.002)
    with database.unit_of_work() as session:
        result = finish_reading(
            session, int(enrolment), int(module), person_id=int(person), now=NOW + timedelta(hours=1)
        )
        print(result.id, flush=True)
    database.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
