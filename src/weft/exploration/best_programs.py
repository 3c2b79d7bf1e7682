"""The best program of a layer for each machine, searched once for every distinct one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from ..ir import Accelerator, Dataflow, Layer, Mapping, WeftError, Workload
from ..search.network import map_layers
from ..search.request import Request, Settings
from ..search.results import MappedLayer
from ..search.store.store import Store


@dataclass
class BestPrograms:
    """Finds programs by searches with `settings`, whose budget is that of each search; answers are kept in `store`."""

    settings: Settings
    store: Store | str | Path | None = None
    unproved: int = 0
    """Searches that ended without a proof."""

    _known: dict[tuple[Workload, Accelerator], Dataflow | WeftError] = field(default_factory=dict)

    def __call__(self, mapping: Mapping, machine: Accelerator) -> Dataflow:
        """The best program of a mapping's workload; WeftError if there is none, or none was found in time."""
        key = mapping.workload, replace(machine, name="")
        if key not in self._known:
            self._known[key] = self._search(mapping, machine)
        found = self._known[key]
        if isinstance(found, WeftError):
            raise found
        return found

    def _search(self, mapping: Mapping, machine: Accelerator) -> Dataflow | WeftError:
        layer = Layer(mapping.name, mapping.workload, operator=mapping.workload.operator)
        (found,) = map_layers([("", layer)], Request(machine, settings=self.settings), store=self.store).layers
        if not isinstance(found, MappedLayer):
            return WeftError(found.diagnostics)
        self.unproved += found.certificate.status == "budget"
        return found.dataflow
