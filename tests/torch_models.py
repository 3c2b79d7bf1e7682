"""Modules of PyTorch and torchvision, and their exported graphs: archives with nothing but the JSON.

    python tests/torch_models.py

writes the files anew, by the PyTorch that is installed.
"""

import json
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FOLDER = Path(__file__).parent / "models"
EXAMPLES = Path(__file__).parents[1] / "examples" / "models"


def path_of(name):
    """The file of a module."""
    found = FOLDER / f"{name}.pt2"
    return found if found.exists() else EXAMPLES / f"{name}.pt2"


WHOLE = {"alexnet": "0.714", "vgg16": "15.470", "resnet50": "4.089", "mobilenet_v2": "0.301", "vit_b_16": "17.564"}
"""Models of torchvision, with the 10^9 multiply-accumulates of one image that it publishes (`_ops` of the weights)."""


def modules():
    """Name, module, inputs and dynamic shapes of every file; `_core` ones are decomposed to core ATen."""
    import torch
    from torch import nn

    class Images(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False)
            self.norm = nn.BatchNorm2d(8)
            self.pool = nn.MaxPool2d(3, 2, 1)
            self.deep = nn.Conv2d(8, 8, 3, padding=1, groups=8)
            self.last = nn.Linear(8, 10)

        def forward(self, x):
            x = self.pool(torch.relu_(self.norm(self.first(x))))
            y = self.deep(x)
            y += x
            return torch.softmax(self.last(nn.functional.adaptive_avg_pool2d(y, 1).flatten(1)), -1)

    class Words(nn.Module):
        def __init__(self):
            super().__init__()
            self.words, self.places = nn.Embedding(50, 12), nn.Parameter(torch.zeros(6, 12))
            self.norm, self.three, self.out = nn.LayerNorm(12), nn.Linear(12, 36), nn.Linear(12, 12, bias=False)

        def forward(self, words):
            x = self.words(words) + self.places
            q, k, v = (item.unflatten(-1, (3, 4)).transpose(1, 2) for item in self.three(self.norm(x)).chunk(3, -1))
            y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            return x + nn.functional.gelu(self.out(y.transpose(1, 2).flatten(2)))

    class Steps(nn.Module):
        def __init__(self):
            super().__init__()
            self.steps = nn.LSTM(5, 4, 2, batch_first=True, bidirectional=True)

        def forward(self, x):
            return self.steps(x)[0]

    class Cache(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("kept", torch.zeros(2, 8, 4))

        def forward(self, x):
            self.kept[:, 3:5] = x
            self.kept[:, 5].zero_()
            return x + self.kept[:, :2]

    class Rows(nn.Module):
        def __init__(self):
            super().__init__()
            self.last = nn.Linear(8, 4)

        def forward(self, x):
            return self.last(x.reshape(-1, 8)).topk(2)[0]

    batch, length = torch.export.Dim("batch", min=1, max=64), torch.export.Dim("length", min=2, max=512)
    images, words = (torch.zeros(2, 3, 16, 16),), (torch.zeros(2, 6, dtype=torch.long),)
    yield "images", Images(), images, None
    yield "images_core", Images(), images, None
    yield "words", Words(), words, None
    yield "words_core", Words(), words, None
    yield "cache", Cache(), (torch.zeros(2, 2, 4),), None
    yield "steps", Steps(), (torch.zeros(2, 3, 5),), None
    yield "rows", Rows(), (torch.zeros(2, 3, 8),), ({0: batch, 1: length},)


def whole_models():
    """Name, module, inputs and no dynamic shapes of the models of `WHOLE`, on the device `meta`."""
    import torch
    from torchvision import models

    for name in WHOLE:
        with torch.device("meta"):
            yield name, models.get_model(name), (torch.zeros(1, 3, 224, 224),), None


def exported(name, module, inputs, dynamic):
    """The exported program of a module."""
    import torch

    program = torch.export.export(module.eval(), inputs, dynamic_shapes=dynamic)
    return program.run_decompositions() if name.endswith("_core") else program


def without_weights(data):
    """An archive with the graph of another, whose calls keep their stack traces and no other metadata."""
    archive = ZipFile(BytesIO(data))
    (name,) = (item for item in archive.namelist() if item.endswith("models/model.json"))
    graph = json.loads(archive.read(name))
    for node in graph["graph_module"]["graph"]["nodes"]:
        trace = node["metadata"].get("stack_trace", "").replace(str(Path(__file__).parent), "tests")
        node["metadata"] = {"stack_trace": trace} if "tests" in trace else {}
    return packed({name: json.dumps(graph, separators=(",", ":"))})


def packed(entries):
    """A zip archive of texts by their names, the same bytes every time."""
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(ZipInfo(name), text, ZIP_DEFLATED)
    return data.getvalue()


def write_onnx(name, module, inputs):
    """The ONNX file of a module, without what PyTorch says of where it comes from."""
    import onnx
    import torch

    data = BytesIO()
    torch.onnx.export(module.eval(), inputs, data, dynamo=False)
    model = onnx.load_from_string(data.getvalue())
    for node in model.graph.node:
        node.ClearField("doc_string")
    (FOLDER / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


def main():
    """Writes all files."""
    import torch

    for name, module, inputs, dynamic in (*modules(), *whole_models()):
        data = BytesIO()
        torch.export.save(exported(name, module, inputs, dynamic), data)
        path_of(name).write_bytes(without_weights(data.getvalue()))
        if name in ("images", "words", "steps"):
            write_onnx(name, module, inputs)


if __name__ == "__main__":
    sys.exit(main())
