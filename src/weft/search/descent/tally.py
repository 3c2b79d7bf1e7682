"""What a search counts, by position."""

from __future__ import annotations

BOXES, BY_BOUND, BY_CAPACITY, TILINGS, PROGRAMS, SKIPPED, TALLY = range(7)
"""Boxes bounded, left out for their bound and for capacity; tilings and programs evaluated; how often there was no
room, or no time, for an order or a program; and how many these counts are."""
