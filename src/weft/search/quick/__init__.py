"""Bounds of structures that need no search: what the work, the units and what must be moved say by themselves."""
