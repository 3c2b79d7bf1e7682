"""Forms of C that programs are written in, each raised to the program that it is, counted one by one, or refused."""

from itertools import product

from c_kernels import read
from nest_semantics import visits

from weft.ir import Statement
from weft.passes import raise_nest


def raised(text, **sizes):
    """What the one statement of a text raises to."""
    (found,) = raise_nest(read(text, **sizes))
    assert found.workload is not None, found.diagnostics
    return found


def extents(found):
    """The extents that are not 1."""
    return {name: extent for name, extent in found.workload.dimensions if extent > 1}


def counted(text, **sizes):
    """The executions of the statement that multiplies, and the numbers of elements that it touches by array."""
    ((loops, statement),) = [item for item in read(text, **sizes).statements() if isinstance(item[1], Statement)]
    accesses = [statement.target, *(item for item in statement.reads if item.subscripts)]
    values = [axis for access in accesses for axis in access.subscripts]
    points = [point for _, _, point in visits(loops, values)]
    elements, start = {}, 0
    for access in accesses:
        end = start + len(access.subscripts)
        elements[access.array] = len({point[start:end] for point in points})
        start = end
    return len(points), elements


def check_counts(text, **sizes):
    """The raised program has as many points and elements as the text."""
    found, (points, elements) = raised(text, **sizes), counted(text, **sizes)
    workload = found.workload
    assert workload.macs == points
    assert sorted(map(workload.footprint, workload.tensors)) == sorted(elements.values())
    return found


FLAT_CONV = """
void conv(float *I, float *F, float *O, int K, int C, int H, int W, int R, int S) {
  int OH = H - R + 1, OW = W - S + 1;
  for (int k = 0; k < K; k++)
    for (int y = 0; y < OH; y++)
      for (int x = 0; x < OW; x++)
        for (int c = 0; c < C; c++)
          for (int r = 0; r < R; r++)
            for (int s = 0; s < S; s++)
              O[(k*OH + y)*OW + x] += I[(c*H + y + r)*W + x + s] * F[((k*C + c)*R + r)*S + s];
}
"""


def test_flattened_axes_with_loops_of_one_iteration():
    for k, c, h, w, r, s in product((1, 3), (1, 2), (3, 5), (3, 4), (1, 3), (1, 3)):
        check_counts(FLAT_CONV, K=k, C=c, H=h, W=w, R=r, S=s)
    found = raised(FLAT_CONV, K=4, C=3, H=8, W=3, R=3, S=3)
    assert (found.kind, found.workload.macs) == ("CONV", 648)
