"""The layers that commands work on, read from files with their findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import click

from ..api import DEFAULT_ACCELERATOR, map_layer, read_file
from ..designs import Design, close_design
from ..frontends.densities import check_density_names
from ..frontends.design import OpenDesign
from ..frontends.frontend import Frontend
from ..frontends.registry import frontend_of, is_design_file
from ..frontends.sizes import Sizes
from ..ir import Accelerator, Dataflow, Diagnostic, Layer, Mapping, Network, WeftError, Workload, layer_names
from ..ir.nearest import did_you_mean
from ..passes import OverCapacity, Program, RaisePass, analyse
from .given import Given
from .pairs import parse_bindings, parse_densities, parse_sizes


@dataclass(frozen=True, slots=True)
class Item:
    """A layer of a file, and its analysed program unless reading already failed.

    `position` is that of its network among all networks read.
    """

    position: int
    network: str
    layer: Layer
    program: Program | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def has_errors(self) -> bool:
        """Whether the layer cannot be evaluated."""
        return any(item.is_error for item in self.diagnostics)

    @property
    def operator(self) -> str:
        """The layer's type as written."""
        return self.layer.workload.operator if self.layer.workload else self.layer.operator


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a command works on."""

    accelerator: Accelerator
    networks: tuple[Network, ...]
    diagnostics: tuple[Diagnostic, ...]
    layers: tuple[str, ...]
    bindings: dict[str, int]
    over_capacity: OverCapacity = "error"
    densities: dict[str, str] = field(default_factory=dict)
    dataflow: str | None = None
    # Networks repeat layers: what has no findings is analysed once. With findings it is not, for they name a place.
    clean: dict[tuple[Workload, Dataflow], Program] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(self.wants(network, number) for network in self.networks for number in range(len(network.layers)))

    def items(self) -> Iterator[Item]:
        """The chosen layers, analysed one after the other."""
        for position, network in enumerate(self.networks):
            for number, layer in enumerate(network.layers):
                if self.wants(network, number):
                    yield self._item(position, layer)

    def wanted(self) -> Iterator[tuple[str, Layer]]:
        """The chosen layers with the names of their networks, whether they have a program or not."""
        for network in self.networks:
            for number, layer in enumerate(network.layers):
                if self.wants(network, number):
                    yield network.name, layer

    def wants(self, network: Network, number: int) -> bool:
        """Whether a layer of a network is among those that were chosen."""
        return not self.layers or any(name in self.layers for name in names_of(network, number))

    def mapping(self, layer: Layer) -> Mapping:
        """A layer on the machine with all that was given; WeftError if it is wrong or has no program."""
        return map_layer(layer, self.accelerator, self.bindings, self.densities, self.dataflow)

    def _item(self, position: int, layer: Layer) -> Item:
        name = self.networks[position].name
        try:
            mapping = self.mapping(layer)
        except WeftError as error:
            return Item(position, name, layer, None, error.diagnostics)
        key = (mapping.workload, mapping.dataflow)
        program = self.clean.get(key) or analyse(mapping, self.over_capacity)
        if not program.diagnostics:
            self.clean[key] = program
        return Item(position, name, layer, program, layer.diagnostics + program.diagnostics)


def read_inputs(files: tuple[str, ...], given: Given, raising: RaisePass | None = None) -> Inputs:
    """Read the machine and all files. A file that cannot be read is a finding; the others go on.

    `raising` raises files of loop nests; without it by default. Files of a Timeloop design bring their own machine.
    """
    from ..frontends.accelerator import load_accelerator

    if any(is_design_file(file) for file in files):
        machine, networks, findings = _read_design(files, given)
        return _inputs(machine, networks, findings, given)
    machine = load_accelerator(given.accelerator or DEFAULT_ACCELERATOR, given.overrides)
    return read_inputs_on(machine, files, given, raising)


def read_inputs_on(
    machine: Accelerator, files: tuple[str, ...], given: Given, raising: RaisePass | None = None
) -> Inputs:
    """Read all files for a machine that is there already; files of a Timeloop design are a finding."""
    networks, findings = read_networks(files, parse_sizes(given.sizes), raising or RaisePass())
    return _inputs(machine, networks, findings, given)


def _inputs(machine: Accelerator, networks: list[Network], findings: list[Diagnostic], given: Given) -> Inputs:
    from ..backends.area import check_area_table
    from ..backends.energy import load_energy_table

    load_energy_table(machine.energy_table)
    check_area_table(machine.area_table)
    _check_layer_names(given.layers, networks)
    bound = parse_bindings(given.bindings)
    _check_bindings(bound, networks)
    densities = parse_densities(given.densities)
    check_density_names((layer for network in networks for layer in network.layers), densities)
    layers, capacity, dataflow = given.layers, given.over_capacity, given.style
    return Inputs(machine, tuple(networks), tuple(findings), layers, bound, capacity, densities, dataflow)


def read_searched(files: tuple[str, ...], given: Given) -> tuple[Inputs, Design | None]:
    """The same for a search of programs: of a Timeloop design its whole machine and its constraints."""
    if not any(is_design_file(file) for file in files):
        return read_inputs(files, given), None
    found = close_design(_open_design(files, given), given.overrides)
    layer = Layer(found.name, found.workload, span=found.span)
    findings = [*found.notes, *parse_sizes(given.sizes).unused()]
    return _inputs(found.accelerator, [Network(_kind_of_design(files, given).name, (layer,))], findings, given), found


def _open_design(files: tuple[str, ...], given: Given) -> OpenDesign:
    kind = _kind_of_design(files, given)
    if kind.open_design is not None:
        return kind.open_design(files)
    assert kind.design is not None, "the front end of a design reads one"
    mapping, notes = kind.design(files)
    return OpenDesign(mapping.name, mapping.span, mapping.workload, mapping.accelerator, notes=notes)


def _read_design(files: tuple[str, ...], given: Given) -> tuple[Accelerator, list[Network], list[Diagnostic]]:
    """The machine, the one layer and the notes of a Timeloop design."""
    from ..frontends.accelerator import apply_overrides

    kind = _kind_of_design(files, given)
    assert kind.design is not None, "the front end of a design reads one"
    mapping, notes = kind.design(files)
    layer = Layer(mapping.name, mapping.workload, mapping.dataflow, span=mapping.span)
    findings = [*notes, *parse_sizes(given.sizes).unused()]
    machine = apply_overrides(mapping.accelerator, given.overrides) if given.overrides else mapping.accelerator
    return machine, [Network(kind.name, (layer,))], findings


def _kind_of_design(files: tuple[str, ...], given: Given) -> Frontend:
    """The front end of all files of a design; wrong usage where its machine is replaced."""
    if others := [file for file in files if not is_design_file(file)]:
        raise click.UsageError(f"'{others[0]}' cannot be read with a Timeloop design, which has a machine of its own")
    if given.accelerator is not None:
        raise click.UsageError("--accelerator does not go with a Timeloop design, which has a machine of its own")
    kinds = {kind.name: kind for kind in map(frontend_of, files)}
    kind = next(iter(kinds.values()))
    if len(kinds) > 1 or kind.design is None:
        raise click.UsageError(f"the files are of several kinds of design: {', '.join(kinds)}")
    return kind


def read_networks(files: tuple[str, ...], sizes: Sizes, raising: RaisePass) -> tuple[list[Network], list[Diagnostic]]:
    """The networks of all files, and what is wrong with files as a whole."""
    networks: list[Network] = []
    findings: list[Diagnostic] = []
    for file in files:
        try:
            found = read_file(file, sizes, raising)
        except WeftError as error:
            findings += error.diagnostics
            continue
        networks += found
        if not any(network.layers for network in found):
            findings.append(Diagnostic("W009", f"'{file}' has no layers"))
        findings += [item for network in found for item in network.diagnostics]
    return networks, [*findings, *sizes.unused()]


def names_of(network: Network, number: int) -> tuple[str, ...]:
    """What `--layer` may say for a layer: its name, with its network, and with its place among equal names."""
    name = network.layers[number].name
    same = sum(layer.name == name for layer in network.layers[: number + 1])
    return layer_names(network.name, name, same)


def _check_layer_names(wanted: tuple[str, ...], networks: list[Network]) -> None:
    if not wanted:
        return
    known = [names_of(network, number) for network in networks for number in range(len(network.layers))]
    names = [name for group in known for name in group]
    for name in wanted:
        if names and name not in names:
            first = f"the first layers are {', '.join(group[0] for group in known[:5])}"
            hint = did_you_mean(name, names, otherwise=first)
            raise WeftError(Diagnostic("W002", f"no layer '{name}'", hint=hint))


def _check_bindings(bound: dict[str, int], networks: list[Network]) -> None:
    flows = [layer.dataflow for network in networks for layer in network.layers if layer.dataflow is not None]
    free = sorted({name for flow in flows for name in flow.free_symbols}) if bound else []
    for name in bound:
        if name not in free:
            hint = did_you_mean(name, free, "free symbols", "the program has no free symbols")
            raise WeftError(Diagnostic("W002", f"no size depends on '{name}'", hint=hint))


def one_layer(inputs: Inputs) -> Item:
    """The single layer of a command that needs one; wrong usage when there are several.

    What is wrong with the file is an error here as well.
    """
    items = list(inputs.items())
    if not items or any(item.is_error for item in inputs.diagnostics):
        raise WeftError(inputs.diagnostics or (Diagnostic("W009", "the file has no layers"),))
    if len(items) > 1:
        names = [
            names_of(network, number)[3 if inputs.layers else 0]
            for network in inputs.networks
            for number, layer in enumerate(network.layers)
            if not inputs.layers or layer.name in inputs.layers
        ]
        raise click.UsageError(f"choose one of {len(items)} layers with --layer: {', '.join(names[:5])}, …")
    if items[0].program is None or items[0].has_errors:
        raise WeftError(items[0].diagnostics)
    return items[0]
