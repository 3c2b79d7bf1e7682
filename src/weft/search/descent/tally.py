"""What a search counts, by position."""

from __future__ import annotations

BOXES, BY_BOUND, BY_CAPACITY, BY_LIMIT, TILINGS, PROGRAMS, SKIPPED, TALLY = range(8)
"""Boxes bounded, left out for their bound, for capacity and for a limit; tilings and programs evaluated; how often
there was no room, or no time, for an order or a program; and how many these counts are."""
