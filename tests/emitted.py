"""Runs loop nests in three ways: by a small interpreter, as emitted Python, and as emitted C through ctypes."""

import ctypes
import os
import shutil
import subprocess

import numpy as np
import pytest

from weft.ir import Access, Literal, NestLoop, Statement

# Threads that wait take no time from those that work.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

TYPES = {"f64": np.float64, "f32": np.float32, "i32": np.int32, "i64": np.int64}
FLAGS = ("-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas")


def fresh(nest, seed=0):
    """Small random integers for every array that a caller gives; scalars are arrays without axes."""
    generator = np.random.default_rng(seed)
    return {
        array.name: generator.integers(-4, 5, array.shape).astype(TYPES[array.element])
        for array in nest.arrays
        if not array.local
    }


def scalars_set(nest):
    """The scalars of the caller that the nest sets."""
    targets = {node.target.array for _, node in nest.statements() if isinstance(node, Statement)}
    return {array.name for array in nest.arrays if array.shape == () and array.name in targets and not array.local}


# --- the interpreter -----------------------------------------------------------------------------------------------


def interpret(nest, data):
    """What the caller's arrays hold in the end."""
    memory = {name: values.copy() for name, values in data.items()}
    memory |= {item.name: np.zeros(item.shape, TYPES[item.element]) for item in nest.arrays if item.local}

    def value(item, point):
        if isinstance(item, Literal):
            return item.value
        if isinstance(item, Access):
            return memory[item.array][place(item, point)]
        return apply(item.function, [value(operand, point) for operand in item.operands])

    for statement, point in instances(nest.body):
        target, where = memory[statement.target.array], place(statement.target, point)
        new = value(statement.value, point)
        target[where] = apply(statement.reduction, [target[where], new]) if statement.reduction else new
    return {name: memory[name] for name in data}


def instances(body, point=()):
    """Every execution of a statement in order, with the values of the iterators."""
    for node in body:
        if isinstance(node, NestLoop):
            for number in iterations(node, dict(point)):
                yield from instances(node.body, {**dict(point), node.iterator: number})
        else:
            yield node, dict(point)


def place(access, point):
    """The element that an access means."""
    return tuple(item.value(point) for item in access.subscripts)


def iterations(loop, point):
    """The values of a loop's iterator."""
    low, high = (max, min) if loop.step > 0 else (min, max)
    start, end = low(item.value(point) for item in loop.lower), high(item.value(point) for item in loop.upper)
    return range(start, end, loop.step)


def apply(function, operands):
    """A function of numbers."""
    if function == "-" and len(operands) == 1:
        return -operands[0]
    first, *rest = operands
    return {
        "+": lambda: first + rest[0],
        "-": lambda: first - rest[0],
        "*": lambda: first * rest[0],
        "/": lambda: first / rest[0],
        "max": lambda: max(operands),
        "min": lambda: min(operands),
        "abs": lambda: abs(first),
        "floor": lambda: np.floor(first),
        "divsi": lambda: int(first / rest[0]),
        "remsi": lambda: int(np.fmod(first, rest[0])),
    }[function]()


# --- what is emitted -----------------------------------------------------------------------------------------------


def run_python(text, data):
    """What emitted Python leaves in the caller's arrays; what it sets a scalar to stays its own."""
    module = {}
    exec(compile(text, "<emitted>", "exec"), module)
    given = {name: values.copy() if values.ndim else values.item() for name, values in data.items()}
    function = next(item for name, item in reversed(module.items()) if callable(item))
    function(*given.values())
    return {name: values for name, values in given.items() if isinstance(values, np.ndarray)}


def compiled(folder, units, *flags):
    """A library of translation units that compile without a warning, one after the other in one file."""
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed")
    source, library = folder / "emitted.c", folder / f"emitted{''.join(flags)}.so"
    source.write_text("\n".join(units))
    command = ["gcc", *FLAGS, *flags, "-shared", "-fPIC", str(source), "-o", str(library), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return ctypes.CDLL(str(library))


def run_c(library, name, nest, data):
    """What the function of that name in a library leaves in the caller's arrays."""
    given = {key: values.copy() for key, values in data.items()}
    pointers = scalars_set(nest)
    arguments = []
    for key, values in given.items():
        plain = ctypes.c_double if values.dtype == np.float64 else np.ctypeslib.as_ctypes_type(values.dtype)
        by_value = values.ndim == 0 and key not in pointers
        arguments.append(plain(values.item()) if by_value else values.ctypes.data_as(ctypes.c_void_p))
    getattr(library, name)(*arguments)
    return given
