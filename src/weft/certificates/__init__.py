"""Checks of results of the mapper: every field of a document, and what its certificates claim."""

from .check import COUNTS, SEALED, SEALED_OF_LAYERS, Checked, check_document
from .claims import Trial
from .files import read_document

__all__ = ["COUNTS", "SEALED", "SEALED_OF_LAYERS", "Checked", "Trial", "check_document", "read_document"]
