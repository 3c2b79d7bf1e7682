"""All passes by name: those of this package, and those that others declare (entry points `weft.passes`)."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint
from inspect import isclass
from typing import ClassVar, Protocol, cast, get_args

from ..ir import Diagnostic, WeftError
from ..ir.nearest import did_you_mean
from ..ir.plugins import guarded, load_plugin, plugins, unusable
from .canonicalize import CanonicalizePass
from .infer import InferPass
from .lower import LowerPass
from .options import Named, options_of
from .program import Fact, Program
from .reuse import ReusePass
from .validate import ValidatePass


class Pass(Named, Protocol):
    """A pass from program to program; `apply` is pure."""

    needs: ClassVar[Fact]

    def apply(self, program: Program) -> Program:
        """The program with what this pass finds or rewrites."""
        ...


FINDS: dict[Fact, str] = {"mapping": "", "canonical": "canonicalize", "schedule": "canonicalize,infer"}
"""The passes after which a fact is known."""

GROUP = "weft.passes"
"""The entry points under which a distribution declares passes: `name = "module:Class"`."""


_OWN: dict[str, type[Pass]] = {
    cls.name: cls for cls in (CanonicalizePass, InferPass, ValidatePass, ReusePass, LowerPass)
}


def pass_names() -> tuple[str, ...]:
    """Weft's passes in the order in which they build on each other, then the declared ones by name; none is loaded."""
    return (*_OWN, *(name for name in plugins(GROUP) if name not in _OWN))


@cache
def pass_class(name: str) -> type[Pass]:
    """The pass of a name. Raises WeftError: W002 for an unknown one, W012 for a declared one that cannot be used."""
    if name in _OWN:
        return _OWN[name]
    point = plugins(GROUP).get(name)
    if point is None:
        hint = did_you_mean(name, pass_names(), "passes")
        raise WeftError(Diagnostic("W002", f"unknown pass '{name}'", hint=hint))
    return _declared(point)


def applied(item: Pass, program: Program) -> Program:
    """The program after a pass. Raises WeftError: W012 for a declared pass that fails or gives no program."""
    own = type(item).__module__.partition(".")[0] == __name__.partition(".")[0]
    point = None if own else plugins(GROUP).get(item.name)
    if point is None:
        return item.apply(program)
    found = guarded(point, item.apply)(program)
    if not isinstance(found, Program):
        raise unusable(point, f"gives {type(found).__name__}, which is no Program")
    return found


def passes() -> dict[str, type[Pass]]:
    """All passes by name, in the order of `pass_names`. Raises WeftError for one that cannot be used."""
    return {name: pass_class(name) for name in pass_names()}


def _declared(point: EntryPoint) -> type[Pass]:
    cls = load_plugin(point)
    if not isclass(cls) or not callable(getattr(cls, "apply", None)):
        raise unusable(point, "is no class with a method 'apply'")
    if getattr(cls, "name", None) != point.name:
        raise unusable(point, f"names itself {getattr(cls, 'name', None)!r}")
    if getattr(cls, "needs", None) not in get_args(Fact):
        raise unusable(point, f"needs {getattr(cls, 'needs', None)!r}, which is none of {', '.join(get_args(Fact))}")
    try:
        options_of(cast("type[Pass]", cls))
    except (TypeError, NameError) as error:
        raise unusable(point, str(error)) from error
    return cast("type[Pass]", cls)
