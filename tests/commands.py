"""The command line in this process, for what is made once for several tests."""

import pytest

from weft.cli import main


def command(*arguments):
    """Run `weft` with these arguments: its exit code. An exception that is no exit is a traceback."""
    with pytest.raises(SystemExit) as left:
        main([str(item) for item in arguments])
    return left.value.code or 0
