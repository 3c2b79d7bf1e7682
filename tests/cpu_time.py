"""Time of the processor, which other processes on the machine do not lengthen much; bounds on it are far off."""

from time import process_time


def cpu_seconds(function, *args):
    """Seconds that this process computes for a call."""
    start = process_time()
    function(*args)
    return process_time() - start
