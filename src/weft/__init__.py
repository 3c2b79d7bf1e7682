"""Weft: a data-centric directive IR for the dataflows of spatial accelerators. What the layers of a file cost::

    import weft

    for mapping in weft.load("vgg16.m", accelerator="generic_256"):
        cost = weft.evaluate(mapping)
        print(mapping.name, cost.cycles_stepwise, cost.energy_pj)

The names below are loaded when they are first used, so that `import weft` stays light. docs/python.md says what of
them is stable, docs/architecture.md what the packages are.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import *  # noqa: F403
    from .explorations import *  # noqa: F403
    from .fused import *  # noqa: F403
    from .ir import Accelerator as Accelerator
    from .ir import Dataflow as Dataflow
    from .ir import Diagnostic as Diagnostic
    from .ir import Mapping as Mapping
    from .ir import Network as Network
    from .ir import WeftError as WeftError
    from .ir import WeftWarning as WeftWarning
    from .ir import Workload as Workload
    from .markers import *  # noqa: F403
    from .networks import *  # noqa: F403
    from .pictures import *  # noqa: F403

# The folders `ir`, `frontends`, `passes` and `backends` stand at the root of the repository. In a checkout, symbolic
# links beside this file make them `weft.ir` and so on; a wheel has the folders here (docs/architecture.md).
_LINKS = ("ir", "frontends", "passes", "backends")
if _missing := [name for name in _LINKS if find_spec(f"{__name__}.{name}") is None]:
    raise ImportError(
        f"{', '.join(f'src/weft/{name}' for name in _missing)}: no link to the folder of that name at the root of the "
        "checkout, as git leaves it where symbolic links are off. With links: `git config core.symlinks true`, then "
        "`git checkout -- src/weft`. Without: `pip install .` copies the folders"
    )

__version__ = "0.2.0"

_IR = ("Accelerator", "Dataflow", "Diagnostic", "Mapping", "Network", "WeftError", "WeftWarning", "Workload")
_API = (
    "check",
    "count",
    "einsum",
    "emit",
    "evaluate",
    "evaluate_sparse",
    "exact_counts",
    "explain",
    "load",
    "load_accelerator",
    "lower",
    "map",
    "map_layer",
    "parse_dataflow",
    "parse_mapping",
    "parse_workload",
    "price",
    "raise_function",
    "raise_nest",
    "read",
    "read_nests",
    "read_timeloop",
    "read_timeloop_design",
    "reschedule",
    "simulate",
    "verify",
    "write_maestro",
    "write_timeloop",
)

_EXPLORATIONS = ("count_front", "explore", "explore_table", "machine_space", "sweep")

_FUSED = ("evaluate_fused", "fusion_curve", "parse_fused", "plan_fusion", "read_fused", "verify_fused")

_NETWORKS = ("evaluate_network", "from_torch")

_PICTURES = ("plot", "report")

_MARKERS = ("chunk", "hold", "local", "parallel")

__all__ = sorted(
    [*_IR, *_API, *_EXPLORATIONS, *_FUSED, *_NETWORKS, *_PICTURES, *_MARKERS],
    key=lambda name: (name.islower(), name),
)


def __getattr__(name: str) -> Any:
    if name in _API:
        return getattr(import_module(".api", __name__), name)
    if name in _EXPLORATIONS:
        return getattr(import_module(".explorations", __name__), name)
    if name in _FUSED:
        return getattr(import_module(".fused", __name__), name)
    if name in _NETWORKS:
        return getattr(import_module(".networks", __name__), name)
    if name in _PICTURES:
        return getattr(import_module(".pictures", __name__), name)
    if name in _MARKERS:
        return getattr(import_module(".markers", __name__), name)
    if name in _IR:
        return getattr(import_module(".ir", __name__), name)
    raise AttributeError(f"module 'weft' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
