"""Write the Eyeriss chip's programs: AlexNet by the published parameters, VGG16 by ones that meet its times.

python examples/make_eyeriss.py
"""

from pathlib import Path

from weft import write_maestro
from weft.ir import Network
from weft.validation.eyeriss import chip_layers

FOLDER = Path(__file__).parent / "dataflows"


def network(name: str) -> Network:
    """The measured layers of a network, one group each."""
    return Network(f"eyeriss_{name}", tuple(layer.layer for layer in chip_layers(name)))


if __name__ == "__main__":
    for name in ("alexnet", "vgg16"):
        (FOLDER / f"eyeriss_{name}.m").write_text(write_maestro([network(name)]), encoding="utf-8")
