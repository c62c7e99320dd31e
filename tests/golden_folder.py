"""Where the published data and the estimates of other people's software stand: beside the repository, not in it."""

import os
from pathlib import Path

import pytest

GOLDEN = Path(__file__).resolve().parents[2] / "shared" / "golden"
WORDS = "GOLDEN NUMBERS MISSING"


def golden_file(name: str) -> Path:
    """A golden file. Without the folder the test is skipped and the end of the run says so loudly; in CI it fails."""
    path = GOLDEN / name
    if not path.exists():
        words = f"{WORDS}: {path} is not there; put the folder shared/golden beside the repository"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    return path
