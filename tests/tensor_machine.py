"""Runs functions on tensors with numpy: `scf.for`, `scf.forall` in any order, slices, and operations of `linalg`."""

from itertools import product

import numpy as np
from xdsl.dialects import affine, arith, scf, tensor
from xdsl.dialects.builtin import DYNAMIC_INDEX, DenseIntOrFPElementsAttr, UnregisteredOp
from xdsl.dialects.func import ReturnOp

from weft.xdsl.forall import ForallOp, InParallelOp, ParallelInsertSliceOp

POOLS = {"sum": np.add, "max": np.maximum, "min": np.minimum}


def name_of(op):
    return op.op_name.data if isinstance(op, UnregisteredOp) else op.name


def numbers(op, name, otherwise):
    found = op.properties.get(name, op.attributes.get(name))
    return otherwise if found is None else [int(item) for item in found.get_values()]


class Machine:
    """`steps` counts the operations of `linalg`, `foralls` the iterations that ran at once with others."""

    def __init__(self, seed=0):
        self.steps = self.foralls = 0
        self.random = np.random.default_rng(seed)

    def call(self, function, inputs):
        return self.block(function.body.block, dict(zip(function.body.block.args, inputs, strict=True)))

    def block(self, block, values):
        for op in block.ops:
            if isinstance(op, scf.YieldOp | ReturnOp | tensor.YieldOp) or name_of(op) == "linalg.yield":
                return [values[item] for item in op.operands]
            if isinstance(op, InParallelOp):
                return [(item, values) for item in op.body.block.ops]
            values[op.results[0]] = self.value(op, values)
        raise AssertionError("no end")

    def value(self, op, values):
        given = [values[item] for item in op.operands]
        match op:
            case arith.ConstantOp():
                found = op.value
                return np.array(found.get_values()) if isinstance(found, DenseIntOrFPElementsAttr) else found.value.data
            case affine.ApplyOp() | affine.MinOp():
                return min(result.eval(given, []) for result in op.map.data.results)
            case scf.ForOp():
                low, high, step, carried = given
                for number in range(low, high, step):
                    inner = dict(zip(op.body.block.args, (number, carried), strict=True))
                    (carried,) = self.block(op.body.block, values | inner)
                return carried
            case ForallOp():
                return self.forall(op, values)
            case tensor.ExtractSliceOp():
                return given[0][place(op, values)]
            case tensor.InsertSliceOp():
                changed = given[1].copy()
                changed[place(op, values)] = given[0]
                return changed
            case tensor.EmptyOp():
                return np.full(op.results[0].type.get_shape(), np.nan)
            case tensor.PadOp():
                edges = zip(numbers(op, "static_low", []), numbers(op, "static_high", []), strict=True)
                (number,) = self.block(op.regions[0].block, values | dict.fromkeys(op.regions[0].block.args, 0))
                return np.pad(given[0], list(edges), constant_values=number)
        if op.name.startswith(("arith.", "math.")):
            return SCALARS[op.name](*given)
        self.steps += 1
        return self.linalg(op, given, values)

    def forall(self, op, values):
        """Each iteration sees what was there before all of them; none writes where another one does."""
        low, high, step = (
            values[moving[0]] if moving else fixed.get_values()[0]
            for moving, fixed in ((op.lower, op.lower_bound), (op.upper, op.upper_bound), (op.step, op.stride))
        )
        before = values[op.outputs[0]]
        result, written = before.copy(), np.zeros(before.shape, int)
        for number in self.random.permutation(range(low, high, step)):
            inner = dict(zip(op.body.block.args, (int(number), before), strict=True))
            for put, found in self.block(op.body.block, values | inner):
                assert isinstance(put, ParallelInsertSliceOp)
                assert put.dest is op.body.block.args[1]
                result[place(put, found)] = found[put.source]
                written[place(put, found)] += 1
            self.foralls += 1
        assert written.max(initial=0) <= 1
        return result

    def linalg(self, op, given, values):
        name = name_of(op).removeprefix("linalg.")
        if name == "generic":
            maps = [item.data for item in op.properties["indexing_maps"]]
            return self.generic(op, maps, given, values)
        if name in ("map", "reduce"):
            rank = given[0].ndim
            kept = [axis for axis in range(rank) if axis not in numbers(op, "dimensions", [])]
            return self.pointwise(op, kept, given, values)
        layer, _, kind = name.rpartition("_")
        if layer.startswith("pooling"):
            return pooled(POOLS[kind], layer, given, numbers(op, "strides", [1, 1]), numbers(op, "dilations", [1, 1]))
        if "conv" in name:
            return convolved(name, given, numbers(op, "strides", [1, 1]), numbers(op, "dilations", [1, 1]))
        return NAMED[name](*given)

    def generic(self, op, maps, given, values):
        """Every point, in order; the extents follow from the axes that one iterator alone subscripts."""
        extents = {}
        for found, array in zip(maps, given, strict=True):
            for result, size in zip(found.results, array.shape, strict=True):
                for number in range(found.num_dims):
                    if str(result) == f"d{number}":
                        extents[number] = size
        output = given[-1].copy()
        for point in product(*(range(extents[number]) for number in sorted(extents))):
            places = [tuple(result.eval(point, []) for result in found.results) for found in maps]
            elements = [array[where] for array, where in zip((*given[:-1], output), places, strict=True)]
            output[places[-1]] = self.body(op, elements, point, values)
        return output

    def pointwise(self, op, kept, given, values):
        output = given[-1].copy()
        for point in np.ndindex(given[0].shape):
            where = tuple(point[axis] for axis in kept)
            elements = [array[point] for array in given[:-1]]
            if name_of(op) == "linalg.reduce":
                elements.append(output[where])
            output[where] = self.body(op, elements, point, values)
        return output

    def body(self, op, elements, point, values):
        block = op.regions[0].block
        found = values | dict(zip(block.args, elements, strict=True))
        for inner in block.ops:
            if name_of(inner) == "linalg.index":
                found[inner.results[0]] = point[inner.properties["dim"].value.data]
        ops = [inner for inner in block.ops if name_of(inner) != "linalg.index"]
        for inner in ops[:-1]:
            operands = [found[item] for item in inner.operands]
            function = SCALARS.get(inner.name) or (lambda array, *where: array[where])
            found[inner.results[0]] = function(*operands)
        return found[ops[-1].operands[0]]


SCALARS = {
    "arith.addf": lambda a, b: a + b,
    "arith.subf": lambda a, b: a - b,
    "arith.mulf": lambda a, b: a * b,
    "arith.maximumf": max,
    "arith.addi": lambda a, b: a + b,
    "arith.index_cast": int,
    "arith.sitofp": float,
    "math.exp2": lambda a: 2.0**a,
}
NAMED = {
    "matmul": lambda a, b, c: c + a @ b,
    "add": lambda a, b, _: a + b,
    "max": lambda a, b, _: np.maximum(a, b),
    "fill": lambda number, c: np.full(c.shape, number),
    "transpose": lambda a, _: a.T,
}


def place(op, values):
    lists = []
    for static, moving in ((op.static_offsets, op.offsets), (op.static_sizes, op.sizes)):
        rest = iter(moving)
        lists.append([values[next(rest)] if n == DYNAMIC_INDEX else n for n in static.get_values()])
    return tuple(slice(start, start + size) for start, size in zip(*lists, strict=True))


def channels_first(array, name):
    return np.moveaxis(array, -1, 1) if "nhwc" in name else array


def window(data, position, shape, strides, dilations):
    """The elements of a plane that a place in the window is over."""
    (r, s), (dy, dx) = position, dilations
    return data[:, :, r * dy :: strides[0], s * dx :: strides[1]][:, :, : shape[2], : shape[3]]


def convolved(name, given, strides, dilations):
    data, filters, output = given
    data, found = channels_first(data, name), channels_first(output, name).copy()
    depthwise = name.startswith("depthwise")
    if not depthwise:
        filters = filters.transpose(3, 2, 0, 1) if "hwcf" in name else filters
    rows = filters.shape[:2] if depthwise else filters.shape[2:]
    for position in np.ndindex(*rows):
        seen = window(data, position, found.shape, strides, dilations)
        if depthwise:
            found += seen * filters[position][None, :, None, None]
        else:
            found += np.einsum("ncyx,kc->nkyx", seen, filters[:, :, *position])
    return np.moveaxis(found, 1, -1) if "nhwc" in name else found


def pooled(combine, name, given, strides, dilations):
    data, frame, output = given
    data, found = channels_first(data, name), channels_first(output, name).copy()
    for position in np.ndindex(*frame.shape):
        found = combine(found, window(data, position, found.shape, strides, dilations))
    return np.moveaxis(found, 1, -1) if "nhwc" in name else found
