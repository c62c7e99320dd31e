"""Workbooks between upload and apply: kept for an hour or two, for the person who sent them, then removed."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from core.errors import Invalid, NotFound

KEPT_FOR = timedelta(hours=2)
TOKEN_FORM = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Upload:
    """A workbook waiting to be applied."""

    token: str
    name: str
    data: bytes


def keep(data_dir: Path, person_id: int, *, name: str, data: bytes, now: datetime) -> Upload:
    """Put a workbook aside; old ones of anybody go."""
    if not data:
        raise Invalid("people_import_no_file")
    folder = _folder(data_dir, person_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(data_dir, now)
    upload = Upload(hashlib.sha256(data).hexdigest(), Path(name.replace("\\", "/")).name[:120] or "people", data)
    (folder / upload.token).write_bytes(data)
    about = {"name": upload.name, "kept_at": now.isoformat()}
    (folder / f"{upload.token}.json").write_text(json.dumps(about), encoding="utf-8")
    return upload


def get_upload(data_dir: Path, person_id: int, token: str) -> Upload:
    """The person's own waiting workbook, or NotFound."""
    folder = _folder(data_dir, person_id)
    if not TOKEN_FORM.fullmatch(token) or not (folder / f"{token}.json").is_file():
        raise NotFound("people_import_file_gone")
    about = json.loads((folder / f"{token}.json").read_text(encoding="utf-8"))
    return Upload(token, about["name"], (folder / token).read_bytes())


def drop(data_dir: Path, person_id: int, token: str) -> None:
    """Remove a workbook that was applied or given up."""
    if TOKEN_FORM.fullmatch(token):
        for name in (token, f"{token}.json"):
            (_folder(data_dir, person_id) / name).unlink(missing_ok=True)


def _folder(data_dir: Path, person_id: int) -> Path:
    return data_dir / "imports" / str(person_id)


def _sweep(data_dir: Path, now: datetime) -> None:
    for about in (data_dir / "imports").glob("*/*.json"):
        kept_at = datetime.fromisoformat(json.loads(about.read_text(encoding="utf-8"))["kept_at"])
        if now - kept_at > KEPT_FOR:
            about.with_suffix("").unlink(missing_ok=True)
            about.unlink(missing_ok=True)
