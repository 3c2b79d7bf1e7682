"""What the units need and keep of one dimension or windowed axis, by event: the same numbers as `..nest`."""

from __future__ import annotations

from .operands import window_operands as window_operands
from .pieces import active as active
from .pieces import activity as activity
from .pieces import busiest as busiest
from .pieces import single_keep as single_keep
from .pieces import single_volumes as single_volumes
from .pieces import unused_operands as unused_operands
from .pieces import unused_volumes as unused_volumes
from .windowed import window_pair_volumes as window_pair_volumes
