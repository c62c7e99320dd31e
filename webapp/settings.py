"""Settings: the only reader of the environment. A secret is never defaulted in production."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class Mode(StrEnum):
    """How the product runs. demo shows sign-in cards; production refuses missing secrets; test allows rehearsal."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names it and the remedy."""


@dataclass(frozen=True)
class Mail:
    """Where e-mail leaves the house; without a host, messages stay in the inbox only."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    use_tls: bool = False
    sender: str = "shicheng@localhost"


@dataclass(frozen=True)
class Settings:
    """All that a deployment decides."""

    mode: Mode
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    data_dir: Path
    base_url: str
    mail: Mail
    as_of: datetime | None = None  # rehearsal: the clock starts here and runs on
    clock_file: Path | None = None  # rehearsal: seconds to add to the clock, read at each look
    session_minutes: int = 120
    min_cell: int = 10  # fewest people a shown figure may stand for
    n_trusted_proxies: int = 0  # proxies of ours in front of the site, whose X-Forwarded-For and -Proto are believed

    @property
    def files_dir(self) -> Path:
        """Uploaded evidence, kept by hash, never served as a web folder."""
        return self.data_dir / "files"

    @property
    def media_dir(self) -> Path:
        """Videos made from course scripts."""
        return self.data_dir / "media"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment (names start with SHICHENG_); SettingsError names what is missing."""
    source = os.environ if environ is None else environ

    def get(name: str, default: str = "") -> str:
        return source.get(f"SHICHENG_{name}", default).strip()

    mode_word = get("MODE") or _mode_by_database(get("DATABASE_URL"))
    try:
        mode = Mode(mode_word)
    except ValueError as wrong:
        raise SettingsError(f"SHICHENG_MODE must be production, demo or test: {wrong}") from wrong
    data_dir = Path(get("DATA_DIR", "var")).resolve()
    secret = get("SECRET_KEY")
    if mode is Mode.PRODUCTION and len(secret) < 32:
        raise SettingsError("SHICHENG_SECRET_KEY must be set to at least 32 random characters in production")
    url = get("DATABASE_URL")
    if mode is Mode.PRODUCTION and not url:
        raise SettingsError("SHICHENG_DATABASE_URL must be set in production, for instance postgresql+psycopg://...")
    as_of = get("AS_OF")
    if as_of and mode is Mode.PRODUCTION:
        raise SettingsError("SHICHENG_AS_OF rehearses a date and is refused in production")
    clock_file = get("CLOCK_FILE")
    return Settings(
        mode=mode,
        secret_key=secret or _kept_secret(data_dir),
        database_url=url or f"sqlite:///{data_dir / 'shicheng.sqlite3'}",
        data_dir=data_dir,
        base_url=get("BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        mail=Mail(
            host=get("SMTP_HOST"), port=_whole(get("SMTP_PORT", "25"), "SMTP_PORT"), user=get("SMTP_USER"),
            password=get("SMTP_PASSWORD"), use_tls=get("SMTP_TLS") == "1",
            sender=get("MAIL_FROM", "shicheng@localhost"),
        ),
        as_of=_moment(as_of) if as_of else None,
        clock_file=Path(clock_file) if clock_file and mode is not Mode.PRODUCTION else None,
        session_minutes=_whole(get("SESSION_MINUTES", "120"), "SESSION_MINUTES"),
        min_cell=max(10, _whole(get("MIN_CELL", "10"), "MIN_CELL")),
        n_trusted_proxies=_not_negative(get("TRUSTED_PROXIES", "0"), "TRUSTED_PROXIES"),
    )  # fmt: skip


def _mode_by_database(url: str) -> str:
    """A demonstration on the default file needs no word; whoever names a server says what it is for."""
    if url and not url.startswith("sqlite"):
        raise SettingsError(
            "SHICHENG_MODE must be set (production, demo or test) when SHICHENG_DATABASE_URL names a server"
        )
    return Mode.DEMO


def _kept_secret(data_dir: Path) -> str:
    """A random secret made once and kept beside the demo data, so that sessions survive a restart."""
    kept = data_dir / "secret_key"
    if kept.exists():
        return kept.read_text().strip()
    data_dir.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_urlsafe(48)
    kept.touch(mode=0o600)
    kept.write_text(secret)
    return secret


def _whole(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError as wrong:
        raise SettingsError(f"SHICHENG_{name} must be a whole number: {text!r}") from wrong


def _not_negative(text: str, name: str) -> int:
    number = _whole(text, name)
    if number < 0:
        raise SettingsError(f"SHICHENG_{name} must not be negative: {text!r}")
    return number


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise SettingsError(f"SHICHENG_AS_OF must be an ISO moment such as 2026-12-24T09:00+08:00: {text!r}") from wrong
    if moment.tzinfo is None:
        raise SettingsError(f"SHICHENG_AS_OF must name its zone, for instance {text}+08:00")
    return moment
