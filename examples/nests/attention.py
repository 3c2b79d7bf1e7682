# ruff: noqa: F821
"""The two products of multi-head attention: scores of queries against keys, and values weighted by them.

2 sequences, 3 heads of 4 features, 7 queries and 9 keys; the heads run on clusters of 4 units.
"""

from weft import parallel


def scores(query: "f64[2, 3, 7, 4]", key: "f64[2, 3, 9, 4]", score: "f64[2, 3, 7, 9]") -> None:
    """score[b, h, q, k] is the product of a query and a key; the units take queries, and keys go by."""
    for b in range(2):
        for h in parallel(3):
            for q1 in range(0, 7, 4):
                for k in range(9):
                    for q in parallel(q1, min(q1 + 4, 7)):
                        for d in range(4):
                            score[b, h, q, k] += query[b, h, q, d] * key[b, h, k, d]


def values(weight: "f64[2, 3, 7, 9]", value: "f64[2, 3, 9, 4]", output: "f64[2, 3, 7, 4]") -> None:
    """output[b, h, q, d] is the sum of the values under the weights of a query; the units add up over the keys."""
    for b in range(2):
        for h in parallel(3):
            for q in range(7):
                for k1 in range(0, 9, 4):
                    for k in parallel(k1, min(k1 + 4, 9)):
                        for d in range(4):
                            output[b, h, q, d] += weight[b, h, q, k] * value[b, h, k, d]
