"""The machines of a box as the search of a layer sees them."""

from __future__ import annotations

from dataclasses import dataclass

from ..ir import Accelerator


@dataclass(frozen=True, slots=True)
class Scenario:
    """A machine as a search sees it: bandwidths and capacities of `roomy`, energies of `cheap`.

    For one machine both are it. For a box of machines, of the most roomy with the least energies: then what is found
    is a bound for every machine of the box.
    """

    roomy: Accelerator
    cheap: Accelerator
