"""Write the Eyeriss chip's programs: AlexNet by the published parameters, VGG16 by ones that meet its times.

python examples/make_eyeriss.py
"""

from pathlib import Path

from weft import write_maestro
from weft.ir import Network
from weft.validation.eyeriss import chip_layers

FOLDER = Path(__file__).parent / "dataflows"

HEAD = """\
// weft evaluate examples/dataflows/eyeriss_{name}.m --accelerator eyeriss
//
// One group of each layer, row stationary, {source} of Chen et al., JSSC 2017.
// A pass works on n images, e output rows, p t filters and q r channels: t sets of elements side by side with p
// filters each, in each of them r with q channels each, in each of them e columns of R elements. Its program is
//   TemporalMap(n,n) N; TemporalMap(p t,p t) K; TemporalMap(e,e) Y'; TemporalMap(q r,q r) C; Cluster(1, L2);
//   TemporalMap(1,1) N; TemporalMap(1,1) X'; Cluster(t); SpatialMap(p,p) K; Cluster(r); SpatialMap(q,q) C;
//   Cluster(e); SpatialMap(1,1) Y'; Cluster(R); SpatialMap(1,1) R;
// and R e r t elements work.
"""
SOURCES = {"alexnet": "by the parameters of Table III", "vgg16": "by parameters that meet the times of Table VI"}


def network(name: str) -> Network:
    """The measured layers of a network, one group each."""
    return Network(f"eyeriss_{name}", tuple(layer.layer for layer in chip_layers(name)))


if __name__ == "__main__":
    for name, source in SOURCES.items():
        text = HEAD.format(name=name, source=source) + write_maestro([network(name)])
        (FOLDER / f"eyeriss_{name}.m").write_text(text, encoding="utf-8")
