"""What several test files use."""

import pytest

from weft.cli import main


@pytest.fixture
def weft(capsys):
    """Runs a command in this process: exit code, output, error stream. An exception that is no exit is a traceback."""

    def run(*arguments):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return caught.value.code or 0, captured.out, captured.err

    return run
