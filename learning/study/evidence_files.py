"""Evidence that teachers hand in, kept by what it is (its sha256), never by the name it came with."""

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.db import Document
from core.errors import Invalid, NotFound

MAX_FILES, MAX_BYTES = 3, 6 * 1024 * 1024  # together below what one request may carry
ZIP = b"PK\x03\x04"
# What a file really is, by its first bytes and the ending of its name; nothing else is taken.
KINDS: dict[str, tuple[bytes, str]] = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".docx": (ZIP, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": (ZIP, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".pptx": (ZIP, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}


@dataclass(frozen=True)
class Upload:
    """A file as it arrived."""

    name: str
    data: bytes


def check_uploads(files: Sequence[Upload]) -> list[Document]:
    """What will be remembered of each file; Invalid when one is too large, too many, or not what it says it is."""
    if len(files) > MAX_FILES:
        raise Invalid("evidence_too_many", most=MAX_FILES)
    return [_described(file) for file in files]


def _described(file: Upload) -> Document:
    name = re.sub(r"[\x00-\x1f\x7f/\\:*?\"<>|]", "_", file.name).strip(" .")[-120:] or "file"
    magic, media_type = KINDS.get(Path(name).suffix.lower(), (b"", ""))
    if not media_type or not file.data.startswith(magic):
        raise Invalid("evidence_kind", name=name, kinds="PDF, JPG, PNG, DOCX, XLSX, PPTX")
    if len(file.data) > MAX_BYTES:
        raise Invalid("evidence_too_large", name=name, megabytes=MAX_BYTES // (1024 * 1024))
    digest = hashlib.sha256(file.data).hexdigest()
    return {"name": name, "sha256": digest, "size": len(file.data), "media_type": media_type}


def keep(file: Upload, *, files_dir: Path) -> Path:
    """Put a file in its place, whole or not at all; the same content twice is one file."""
    place = path_of(hashlib.sha256(file.data).hexdigest(), files_dir=files_dir)
    if place.exists():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(file.data)
    Path(unfinished).replace(place)
    return place


def path_of(sha256: str, *, files_dir: Path) -> Path:
    """Where a kept file lies; NotFound for anything that is no digest."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise NotFound("evidence_not_found")
    return files_dir / sha256[:2] / sha256
