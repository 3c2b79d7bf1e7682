"""Functions of JAX, and the modules of StableHLO that it prints of them, in `tests/models`.

    python tests/jax_models.py

writes the files anew, by the JAX that is installed.
"""

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "models"


def functions():
    """Name, function and the shapes of its arguments."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    def shape(*sizes, of=jnp.float32):
        return jax.ShapeDtypeStruct(sizes, of)

    def dense(x, w, b):
        return jax.nn.relu(x @ w + b)

    def images(x, w, g):
        form = ("NHWC", "HWIO", "NHWC")
        y = lax.conv_general_dilated(x, w, (2, 2), [(1, 1), (1, 1)], dimension_numbers=form)
        y = lax.reduce_window(jnp.maximum(y * g, 0), -jnp.inf, lax.max, (1, 3, 3, 1), (1, 2, 2, 1), "SAME")
        y = lax.conv_general_dilated(
            y, jnp.ones((3, 3, 1, 8)), (1, 1), "SAME", dimension_numbers=form, feature_group_count=8
        )
        return lax.conv_transpose(y, jnp.ones((2, 2, 8, 4)), (2, 2), "SAME", dimension_numbers=form).mean((1, 2))

    def words(x, table, wq, wk, wv):
        x = table[x]
        x = (x - x.mean(-1, keepdims=True)) * lax.rsqrt(x.var(-1, keepdims=True) + 1e-5)
        q, k, v = (jnp.einsum("bld,dhe->bhle", x, w) for w in (wq, wk, wv))
        scores = jnp.where(jnp.tril(jnp.ones((6, 6), bool)), jnp.einsum("bhle,bhme->bhlm", q, k) / 2.0, -1e9)
        return jnp.einsum("bhlm,bhme->blhe", jax.nn.softmax(scores, -1), v).reshape(2, 6, 12)

    def further(x, y, i):
        both = jnp.concatenate([x, y], 1)
        part = jnp.pad(both[:, 1:5:2], ((0, 0), (1, 2)))
        twice = lax.fori_loop(0, 3, lambda _, item: item * 2, lax.dynamic_slice(both, (i, 0), (2, 3)))
        return part, jnp.argmax(both, -1), twice, jnp.sort(both, -1), jnp.cumsum(both, 1), x.T, lax.clamp(0.0, x, 6.0)

    def steps(xs, w, u):
        def step(carry, x):
            hidden, cell = carry
            i, f, o, z = jnp.split(x @ w + hidden @ u, 4, -1)
            cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(z)
            hidden = jax.nn.sigmoid(o) * jnp.tanh(cell)
            return (hidden, cell), hidden

        return lax.scan(step, (jnp.zeros((2, 8)), jnp.zeros((2, 8))), xs)[1]

    yield "scan", steps, (shape(5, 2, 4), shape(4, 32), shape(8, 32))
    yield "dense", dense, (shape(4, 8), shape(8, 16), shape(16))
    yield "images", images, (shape(2, 16, 16, 3), shape(3, 3, 3, 8), shape(8))
    yield "words", words, (shape(2, 6, of=jnp.int32), shape(50, 12), *(shape(12, 3, 4) for _ in range(3)))
    yield "further", further, (shape(4, 3), shape(4, 3), shape(of=jnp.int32))


def main():
    """Writes all files: as `jax.export` prints them, and in generic form without places."""
    import jax
    from jax import export

    for name, function, arguments in functions():
        text = export.export(jax.jit(function))(*arguments).mlir_module()
        text = text.replace(str(Path(__file__).parent), "tests")
        if name != "dense":
            text = re.sub(r"\n#loc\d* = [^\n]*|^#loc\d* = [^\n]*\n", "", text)
            text = re.sub(r' loc\((?:[^()"]|"[^"]*"|\([^()]*\))*\)', "", text)
        (FOLDER / f"{name}.mlir").write_text(text.rstrip() + "\n", "utf-8")
        module = jax.jit(function).lower(*arguments).compiler_ir("stablehlo")
        generic = module.operation.get_asm(print_generic_op_form=True, enable_debug_info=False)
        (FOLDER / f"{name}_generic.mlir").write_text(generic.rstrip() + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
