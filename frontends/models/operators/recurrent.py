"""Recurrent networks: products with the inputs of all steps, products with the states, and the gates of every step."""

from __future__ import annotations

from dataclasses import dataclass

from ....ir import Workload, operator_workload
from .activations import Activation, activations
from .building import Shape, over, pointwise
from .calls import Call, Made, Part, Unstated, View

_ORDER = "the steps follow one another: each reads the state that the step before made"
_LENGTHS = "sequence_lens: the steps behind the ends of shorter sequences are counted like the others"


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Steps, images of a batch, inputs, hidden elements, directions; and the functions of the gates."""

    steps: int
    batch: int
    inputs: int
    hidden: int
    directions: int
    functions: tuple[Activation, ...]

    def state_product(self, gates: int) -> Workload:
        """The states by the matrices of `gates` gates."""
        sizes = {"M": self.steps * self.batch, "N": gates * self.hidden, "K": self.hidden}
        if self.directions == 1:
            return operator_workload("GEMM", sizes)
        axes = {"input": ["B", "M", "K"], "filter": ["B", "K", "N"]}
        return over({"B": self.directions} | sizes, axes, ["B", "M", "N"], None)

    def shape(self, gates: int = 1) -> Shape:
        """All elements of that many gates."""
        return (self.directions, self.steps * self.batch, gates * self.hidden)

    def bias(self, gates: int = 1) -> Shape:
        """A number for each hidden element of each direction."""
        return (self.directions, 1, gates * self.hidden)


def _sizes(call: Call, gates: int, functions: tuple[str, ...]) -> _Sizes:
    data, weight = call.input(0), call.input(1)
    call.text("direction", "forward")
    layout, directions = call.integer("layout", 0), weight.shape[0]
    found = activations(call, functions, directions)
    if len(data.shape) != 3 or len(weight.shape) != 3 or weight.shape[1] % gates or weight.shape[2] != data.shape[2]:
        raise Unstated("input and weights do not fit")
    hidden = call.integer("hidden_size", weight.shape[1] // gates)
    if hidden * gates != weight.shape[1]:
        raise Unstated(f"attribute 'hidden_size' is {hidden}")
    steps, batch = data.shape[:2] if layout == 0 else data.shape[1::-1]
    return _Sizes(steps, batch, data.shape[2], hidden, directions, found)


class _Parts:
    """Collects the layers of a node."""

    def __init__(self, call: Call, sizes: _Sizes) -> None:
        self.call, self.sizes, self.parts = call, sizes, list[Part]()

    def inputs(self, gates: int) -> str:
        """The product of the inputs."""
        data, weight = self.call.input(0), self.call.input(1)
        reads = (("input", data.name), ("filter", weight.name))
        sizes = {"M": self.sizes.steps * self.sizes.batch, "N": gates * self.sizes.hidden, "K": self.sizes.inputs}
        if self.sizes.directions == 1:
            workload = operator_workload("GEMM", sizes)
        else:
            # Both directions read one input.
            axes = {"input": ["M", "K"], "filter": ["B", "K", "N"]}
            workload = over({"B": self.sizes.directions} | sizes, axes, ["B", "M", "N"], None)
        return self._add("input", workload, reads, _LENGTHS if self.call.has(4) else "")

    def states(self, name: str, gates: int, source: str = "") -> str:
        """The product of the states, or of what is made of them."""
        reads = (("input", source), ("filter", self.call.input(2).name))
        return self._add(name, self.sizes.state_product(gates), reads, _ORDER)

    def gates(self, name: str, text: str, target: str = "", **sources: str) -> str:
        """An elementwise layer over the hidden elements of all steps; `bias…` are numbers of each hidden element."""
        shapes = {key: self.sizes.bias() if key.startswith("bias") else self.sizes.shape() for key in sources}
        workload = pointwise(self.sizes.shape(), shapes, f"output = {text}")
        return self._add(name, workload, tuple(sources.items()), target=target)

    def activated(self, name: str, function: Activation, value: str, **sources: str) -> str:
        """An activation of a value; one that reads it twice has a layer of its own behind it."""
        if not function.twice:
            return self.gates(name, function(value), **sources)
        return self.gates(name, function("a"), a=self.gates(f"sum_{name}", value, **sources))

    def biases(self, *keys: str) -> dict[str, str]:
        """The sources of biases; none without."""
        return dict.fromkeys(keys, self.call.input(3).name) if self.call.has(3) else {}

    def result(self) -> str:
        """The output that the last layer makes."""
        return next((name for name in self.call.node.outputs if name), self.call.inner("hidden"))

    def _add(
        self, name: str, workload: Workload, reads: tuple[tuple[str, str], ...], note: str = "", target: str = ""
    ) -> str:
        made = target or self.call.inner(name)
        self.parts.append(Part(name, workload, reads, made, note))
        return made


def _views(call: Call, source: str) -> tuple[str, ...]:
    return tuple(name for name in call.node.outputs if name and name != source)


def lstm(call: Call) -> Made:
    """LSTM: the sums of four gates, the cells and the hidden elements of every step."""
    sizes = _sizes(call, 4, ("sigmoid", "tanh", "tanh"))
    forget = call.integer("input_forget", 0)
    made, (f, g, h) = _Parts(call, sizes), sizes.functions
    first, second = made.inputs(4), made.states("state", 4)
    # Peepholes: the gates of input and forgetting also see the cells of before, that of the output those of now.
    peeps = call.input(7).name if call.has(7) else ""

    def summed(gate: str, cell: str | None) -> str:
        bias = made.biases("bias")
        peep = {"bias_peep": peeps, "c": cell} if peeps and cell is not None else {}
        text = "a + b" + " + bias" * bool(bias) + " + bias_peep * c" * bool(peep)
        return made.gates(f"sum_{gate}", text, a=first, b=second, **bias, **peep)

    i, o = summed("i", ""), "" if peeps else summed("o", None)
    operands = {"i": i} | ({} if forget else {"f": summed("f", "")})
    operands |= {"g": summed("c", None), "c": ""}
    kept = f("f") if not forget else f"(1 - {f('i')})"
    cell = made.gates("cell", f"{kept} * c + {f('i')} * {g('g')}", **operands)
    made.gates("hidden", f"{f('o')} * {h('c')}", made.result(), o=o or summed("o", cell), c=cell)
    return _finished(call, made)


def _finished(call: Call, made: _Parts) -> Made:
    target = made.result()
    return (*made.parts, *(View(name, target) for name in _views(call, target)))


def gru(call: Call) -> Made:
    """GRU: the update and reset gates, the candidates and the hidden elements of every step."""
    sizes = _sizes(call, 3, ("sigmoid", "tanh"))
    late = call.integer("linear_before_reset", 0)
    made, (f, g) = _Parts(call, sizes), sizes.functions
    first = made.inputs(3)
    second = made.states("state", 3 if late else 2)
    bias = made.biases("bias")
    more = " + bias" * bool(bias)
    update = made.activated("update", f, f"a + b{more}", a=first, b=second, **bias)
    reset = made.activated("reset", f, f"a + b{more}", a=first, b=second, **bias)
    if late:
        inside = f"r * (b{more})"
        candidate = made.activated("candidate", g, f"a + {inside}", a=first, b=second, r=reset, **bias)
    else:
        scaled = made.gates("scaled", "r * h", r=reset, h="")
        third = made.states("candidates", 1, scaled)
        candidate = made.activated("candidate", g, f"a + b{more}", a=first, b=third, **bias)
    made.gates("hidden", "(1 - z) * n + z * h", made.result(), z=update, n=candidate, h="")
    return _finished(call, made)


def rnn(call: Call) -> Made:
    """RNN: the sums and the hidden elements of every step."""
    sizes = _sizes(call, 1, ("tanh",))
    made = _Parts(call, sizes)
    first, second = made.inputs(1), made.states("state", 1)
    bias = made.biases("bias")
    function, value = sizes.functions[0], "a + b" + " + bias" * bool(bias)
    sources = {"a": first, "b": second, **bias}
    if function.twice:
        value, sources = "a", {"a": made.gates("sum", value, **sources)}
    made.gates("hidden", function(value), made.result(), **sources)
    return _finished(call, made)
