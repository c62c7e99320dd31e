"""Every command is there, says what it does, and refuses wrong usage with exit code 2."""

import pytest

from webapp.cli import COMMANDS, main


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_command_loads_and_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"shicheng {command}" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["nonsense"], ["import", "stars", "file.xlsx"], ["calibrate"]])
def test_wrong_usage_ends_with_code_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: shicheng" in capsys.readouterr().err
