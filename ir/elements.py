"""The types of elements of arrays, by MLIR's names."""


def holds_integers(element: str) -> bool:
    """Whether elements of a type are integers, with a sign or without: `i8`, `ui32`, `index`."""
    return element.removeprefix("u").startswith("i")
