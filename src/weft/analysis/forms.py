"""Linear forms: sums of weighted keys."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Generic, TypeAlias, TypeVar

K = TypeVar("K", bound=Hashable)
L = TypeVar("L", bound=Hashable)

Weight: TypeAlias = int | Fraction | float


@dataclass(frozen=True, slots=True)
class Form(Generic[K]):
    """Σ weight · key + constant."""

    weights: Mapping[K, Weight] = field(default_factory=dict)
    constant: Weight = 0

    def __add__(self, other: Form[K]) -> Form[K]:
        weights = dict(self.weights)
        for key, weight in other.weights.items():
            weights[key] = weights.get(key, 0) + weight
        return Form(weights, self.constant + other.constant)

    def __sub__(self, other: Form[K]) -> Form[K]:
        return self + other * -1

    def __mul__(self, factor: Weight) -> Form[K]:
        return Form({key: weight * factor for key, weight in self.weights.items()}, self.constant * factor)

    def without_zeros(self) -> Form[K]:
        """Without the keys that weigh nothing."""
        return Form({key: weight for key, weight in self.weights.items() if weight}, self.constant)

    def total(self, number: Callable[[K], Any]) -> Any:
        """The sum, with a number for every key: exact if the numbers are integers."""
        return sum((weight * number(key) for key, weight in self.weights.items()), start=self.constant)

    def then(self, form: Callable[[K], Form[L]]) -> Form[L]:
        """The sum with a form for every key."""
        return sum((form(key) * weight for key, weight in self.weights.items()), start=Form({}, self.constant))


def one(key: K) -> Form[K]:
    """A key by itself."""
    return Form({key: 1})
