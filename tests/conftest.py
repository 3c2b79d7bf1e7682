"""What several test files use."""

import pytest
from hypothesis import settings

from weft.cli import main

# Generated tests draw the same examples in every run, and no test asserts the time on the clock.
settings.register_profile("same in every run", derandomize=True, database=None, deadline=None)
settings.load_profile("same in every run")


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
