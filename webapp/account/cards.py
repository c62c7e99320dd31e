"""Sign-in cards of the demo: a few people of the fictional province, each one click away."""

import json
from dataclasses import dataclass
from pathlib import Path

FILE_NAME = "demo_cards.json"


@dataclass(frozen=True)
class Card:
    """One person to come in as: who they are and what there is to see with their eyes."""

    staff_no: str
    title: str
    words: str


def cards_of(data_dir: Path, *, locale: str) -> list[Card]:
    """The cards the demo builder left, in the reader's language; none when there is no such file."""
    file = data_dir / FILE_NAME
    if not file.is_file():
        return []
    language = "zh" if locale.startswith("zh") else "en"
    return [
        Card(str(row["staff_no"]), str(row[f"title_{language}"]), str(row[f"words_{language}"]))
        for row in json.loads(file.read_text(encoding="utf-8"))
    ]
