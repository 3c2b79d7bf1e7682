"""The activations of recurrent networks, of which a node may name its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from .calls import Call, Unstated

_TEXTS = {
    "sigmoid": "sigmoid({0})",
    "tanh": "tanh({0})",
    "relu": "max({0}, 0)",
    "affine": "({1!r} * {0} + {2!r})",
    "scaledtanh": "{1!r} * tanh({2!r} * {0})",
    "hardsigmoid": "max(0, min(1, {1!r} * {0} + {2!r}))",
    "softplus": "log(1 + exp({0}))",
    "softsign": "{0} / (1 + abs({0}))",
    "leakyrelu": "where(less({0}, 0), {1!r} * {0}, {0})",
    "thresholdedrelu": "where(greater({0}, {1!r}), {0}, 0)",
    "elu": "where(less({0}, 0), {1!r} * (exp({0}) - 1), {0})",
}
"""What they make of a value, with the numbers alpha and beta."""
_ALPHA = {"affine": 1.0, "scaledtanh": 1.0, "hardsigmoid": 0.2, "leakyrelu": 0.01, "thresholdedrelu": 1.0, "elu": 1.0}
_BETA = {"affine": 0.0, "scaledtanh": 1.0, "hardsigmoid": 0.5}
"""These numbers where a node does not give them; those that are not here take none."""


@dataclass(frozen=True, slots=True)
class Activation:
    """A function of a value, which is kept within `clip` on both sides before, unless that is 0."""

    name: str
    alpha: float = 0.0
    beta: float = 0.0
    clip: float = 0.0

    def __call__(self, value: str) -> str:
        """The formula of the function of a value."""
        kept = f"max({-self.clip!r}, min({self.clip!r}, {value}))" if self.clip else value
        inner = kept if self.clip or value.isidentifier() else f"({kept})"
        return _TEXTS[self.name].format(inner, self.alpha, self.beta)

    @property
    def twice(self) -> bool:
        """Whether the formula has the value twice, so that only an element should be there."""
        return _TEXTS[self.name].count("{0}") > 1


def activations(call: Call, usual: tuple[str, ...], directions: int) -> tuple[Activation, ...]:
    """The activations of a node of a recurrent network, by its attributes; Unstated for those that nobody knows."""
    given = call.attribute("activations")
    names = usual * directions
    if given is not None:
        # Those of a second direction may stand there without one, as the operator's own default has them.
        names = tuple(str(item).lower() for item in given) if isinstance(given, tuple) else ()
        names = names[: len(usual) * directions]
        if len(names) < len(usual) * directions or not set(names) <= _TEXTS.keys():
            raise Unstated(f"attribute 'activations' is {given}")
    alphas, betas = (_numbers(call, f"activation_{kind}") for kind in ("alpha", "beta"))
    clip = _finite("clip", call.number("clip", 0.0))
    if clip < 0:
        raise Unstated(f"attribute 'clip' is {clip}")
    # Each number is that of the next activation that takes one.
    found = [
        Activation(
            name,
            next(alphas, _ALPHA[name]) if name in _ALPHA else 0.0,
            next(betas, _BETA[name]) if name in _BETA else 0.0,
            clip,
        )
        for name in names
    ]
    if any(item.twice and clip for item in found):
        raise Unstated("attribute 'clip' before activations that read an element twice")
    own = tuple(found[: len(usual)])
    if tuple(found) != own * directions:
        raise Unstated(f"attribute 'activations' is {given}: the directions have other ones")
    return own


def _numbers(call: Call, name: str) -> Iterator[float]:
    found = call.attribute(name)
    if found is None:
        return iter(())
    if not isinstance(found, tuple) or any(isinstance(item, str) for item in found):
        raise Unstated(f"attribute '{name}' is {found!r}")
    return (_finite(name, float(item)) for item in found)


def _finite(name: str, number: float) -> float:
    if not isfinite(number):
        raise Unstated(f"attribute '{name}' is {number}, no number that a formula can have")
    return number
