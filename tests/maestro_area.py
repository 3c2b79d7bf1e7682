"""MAESTRO's area and power of 2019 as an area table (`maestro_dse.yaml`), for tests that need one without files."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Maestro2019:
    own_power: bool = True

    def fixed(self, schedule):
        machine = schedule.mapping.accelerator
        pes, width = machine.pes, machine.memories[0].networks[0].bandwidth or machine.pes
        arbiter = 1.2886 * pes**2 + 5.5814 * pes - 23.711
        bus = 14.662 * pes + 28.895
        return (
            (pes * 4470.9014, pes * 1.2223),
            (101.7938 * bus * width, 0.8 * bus / 1000 * width),
            (max(395.473, 395.473 * arbiter), max(0.34, 0.34 * arbiter / 1000)),
        )

    def memory(self, schedule, name, sizes):
        machine = schedule.mapping.accelerator
        if name == machine.memories[0].name:
            units = np.maximum(1, -(-sizes // 32768)).astype(np.float64)
            return units * 4161.536, units * 4.0
        units = machine.pes * np.maximum(1, -(-sizes // 64)).astype(np.float64)
        return units * 4505.1889, units * 0.2208
