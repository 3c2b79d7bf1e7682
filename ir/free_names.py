"""Names beside those that are taken."""

from collections.abc import Container


def free_name(name: str, taken: Container[str]) -> str:
    """The name, with as many underscores behind it as it takes that nothing else has it."""
    while name in taken:
        name += "_"
    return name
