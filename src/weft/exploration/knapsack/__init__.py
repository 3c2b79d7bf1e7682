"""One option for every layer: the least sum of costs within limits on sums of weights, exactly and with a proof.

The multiple-choice knapsack behind pipelined designs, where every layer has a share of the hardware of its own.
"""

from .certificate import Certificate
from .limits import Unmet
from .objectives import Objective, Product, Solution, Sum, Table, Worst, least_limit, minimise
from .units import Number

__all__ = [
    "Certificate",
    "Number",
    "Objective",
    "Product",
    "Solution",
    "Sum",
    "Table",
    "Unmet",
    "Worst",
    "least_limit",
    "minimise",
]
