"""Raise loop nests to workloads and dataflows."""

from .raised import Raised, RaisePass, raise_nest

__all__ = ["RaisePass", "Raised", "raise_nest"]
