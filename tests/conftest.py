"""What several test files use."""

import pytest
from compiling import compile_parts
from fast_tier import FAST
from hypothesis import settings

from weft.cli import main

# Generated tests draw the same examples in every run, and no test asserts the time on the clock.
settings.register_profile("same in every run", derandomize=True, database=None, deadline=None)
settings.load_profile("same in every run")

FAST_FILES = {file for files in FAST.values() for file in files}


def pytest_addoption(parser):
    parser.addoption("--fast", action="store_true", help="only the files of tests/fast_tier.py")


def pytest_configure(config):
    is_worker = hasattr(config, "workerinput")
    if config.getoption("numprocesses", None) and not is_worker and not config.option.collectonly:
        compile_parts()


def pytest_ignore_collect(collection_path, config):
    """With `--fast` other files are not even imported, which would take longer than the tests of the tier."""
    left_out = config.getoption("--fast") and collection_path.is_file() and collection_path.name not in FAST_FILES
    return True if left_out else None


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
