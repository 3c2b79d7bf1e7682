"""Oracle 1: legality and counts from integer sets (isl)."""
