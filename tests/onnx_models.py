"""Models of ONNX for tests: graphs from texts, and torchvision's networks layer by layer without their weights."""

from onnx import TensorProto, ValueInfoProto, helper, save


class Network:
    """Builds a network node after node; each method takes tensors by name and gives the name of what is made.

    Weights are constants whose numbers stand in a file that does not exist: nobody reads them.
    """

    def __init__(self, *shape, name="x"):
        self.nodes, self.weights, self.shapes = [], [], {}
        self.inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)]

    def weight(self, *shape):
        tensor = TensorProto(name=f"w{len(self.weights)}", dims=shape, data_type=TensorProto.FLOAT)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="nowhere.bin")
        self.weights.append(tensor)
        return tensor.name

    def numbers(self, values):
        name = f"w{len(self.weights)}"
        self.weights.append(helper.make_tensor(name, TensorProto.INT64, [len(values)], values))
        return name

    def node(self, operator, *inputs, outputs=1, **attributes):
        names = [f"t{len(self.nodes)}"] + [f"t{len(self.nodes)}_{n}" for n in range(1, outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, f"{operator}_{len(self.nodes)}", **attributes))
        return names[0] if outputs == 1 else names

    def conv(self, x, channels, filters, kernel, stride=1, group=1, bias=False):
        inputs = [x, self.weight(filters, channels // group, kernel, kernel)]
        inputs += [self.weight(filters)] if bias else []
        pads = [(kernel - 1) // 2] * 4
        return self.node("Conv", *inputs, strides=[stride] * 2, pads=pads, group=group, kernel_shape=[kernel] * 2)

    def linear(self, x, features, outputs):
        return self.node("Gemm", x, self.weight(outputs, features), self.weight(outputs), transB=1)

    def reshape(self, x, *shape):
        return self.node("Reshape", x, self.numbers(shape))

    def model(self, *outputs, opset=17):
        made = [ValueInfoProto(name=name) for name in outputs]
        graph = helper.make_graph(self.nodes, "built", self.inputs, made, self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])


def alexnet():
    net = Network(1, 3, 224, 224)
    x = net.node("Relu", net.node("Conv", "x", net.weight(64, 3, 11, 11), strides=[4, 4], pads=[2] * 4))
    x = net.node("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2])
    x = net.node("Conv", x, net.weight(192, 64, 5, 5), pads=[2] * 4)
    x = net.node("MaxPool", net.node("Relu", x), kernel_shape=[3, 3], strides=[2, 2])
    for channels, filters in ((192, 384), (384, 256), (256, 256)):
        x = net.node("Relu", net.conv(x, channels, filters, 3, bias=True))
    x = net.node("Flatten", net.node("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2]))
    for features, outputs in ((9216, 4096), (4096, 4096), (4096, 1000)):
        x = net.linear(x, features, outputs)
    return net.model(x)


def vgg16():
    net, x, channels = Network(1, 3, 224, 224), "x", 3
    for filters, times in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(times):
            x = net.node("Relu", net.conv(x, channels, filters, 3, bias=True))
            channels = filters
        x = net.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    x = net.node("Flatten", x)
    for features, outputs in ((25088, 4096), (4096, 4096), (4096, 1000)):
        x = net.linear(x, features, outputs)
    return net.model(x)


def resnet50():
    net = Network(1, 3, 224, 224)
    x = net.node("Relu", net.conv("x", 3, 64, 7, 2))
    x, channels = net.node("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4), 64
    for width, times, first in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for stride in (first, *(1,) * (times - 1)):
            short = x if channels == 4 * width else net.conv(x, channels, 4 * width, 1, stride)
            inner = net.node("Relu", net.conv(x, channels, width, 1))
            inner = net.node("Relu", net.conv(inner, width, width, 3, stride))
            x = net.node("Relu", net.node("Add", net.conv(inner, width, 4 * width, 1), short))
            channels = 4 * width
    return net.model(net.linear(net.node("Flatten", net.node("GlobalAveragePool", x)), 2048, 1000))


def mobilenet_v2():
    net = Network(1, 3, 224, 224)
    x, channels = net.conv("x", 3, 32, 3, 2), 32
    for factor, filters, times, first in (
        *((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2)),
        *((6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)),
    ):
        for stride in (first, *(1,) * (times - 1)):
            wide, inner = factor * channels, x
            if factor > 1:
                inner = net.conv(x, channels, wide, 1)
            inner = net.node("Clip", net.conv(inner, wide, wide, 3, stride, group=wide))
            inner = net.conv(inner, wide, filters, 1)
            x = net.node("Add", inner, x) if stride == 1 and channels == filters else inner
            channels = filters
    x = net.node("GlobalAveragePool", net.conv(x, 320, 1280, 1))
    return net.model(net.linear(net.node("Flatten", x), 1280, 1000))


def vit_b_16(width=768, heads=12, tokens=196):
    net, depth = Network(1, 3, 224, 224), width // heads
    x = net.node("Conv", "x", net.weight(width, 3, 16, 16), strides=[16, 16])
    x = net.node("Transpose", net.reshape(x, 1, width, tokens), perm=[0, 2, 1])
    x, rows = net.node("Concat", net.weight(1, 1, width), x, axis=1), tokens + 1
    x = net.node("Add", x, net.weight(1, rows, width))
    norm = {"axis": -1, "epsilon": 1e-6}
    for _ in range(12):
        inner = net.node("LayerNormalization", x, net.weight(width), net.weight(width), **norm)
        parts = [net.node("MatMul", inner, net.weight(width, width)) for _ in range(3)]
        parts = [net.node("Transpose", net.reshape(p, 1, rows, heads, depth), perm=[0, 2, 1, 3]) for p in parts]
        scores = net.node("MatMul", parts[0], net.node("Transpose", parts[1], perm=[0, 1, 3, 2]))
        found = net.node("MatMul", net.node("Softmax", scores, axis=-1), parts[2])
        found = net.reshape(net.node("Transpose", found, perm=[0, 2, 1, 3]), 1, rows, width)
        x = net.node("Add", x, net.node("MatMul", found, net.weight(width, width)))
        inner = net.node("LayerNormalization", x, net.weight(width), net.weight(width), **norm)
        inner = net.node("Gelu", net.node("MatMul", inner, net.weight(width, 4 * width)))
        x = net.node("Add", x, net.node("MatMul", inner, net.weight(4 * width, width)))
    x = net.node("LayerNormalization", x, net.weight(width), net.weight(width), **norm)
    x = net.node("Gather", x, net.numbers([0]), axis=1)
    return net.model(net.linear(net.reshape(x, 1, width), width, 1000), opset=20)


MODELS = {
    "AlexNet": alexnet,
    "VGG16": vgg16,
    "ResNet50": resnet50,
    "MobileNet_V2": mobilenet_v2,
    "ViT_B_16": vit_b_16,
}
"""The builders of torchvision's models, by the names of its table."""


def saved(model, folder, name="model.onnx"):
    """The path of a model that is written to a folder."""
    path = folder / name
    if isinstance(model, bytes):
        path.write_bytes(model)
    else:
        save(model, path)
    return path


def one_node(operator, *shapes, opset=20, constants=None, element=TensorProto.FLOAT, outputs=1, **attributes):
    """A model of one node: inputs `x0`, `x1`, … of the shapes (None for one that is left out), then `constants`."""
    held = [helper.make_tensor(name, kind, shape, values) for name, kind, shape, values in constants or ()]
    names = ["" if shape is None else f"x{number}" for number, shape in enumerate(shapes)]
    inputs = [
        helper.make_tensor_value_info(name, element, shape)
        for name, shape in zip(names, shapes, strict=True)
        if shape is not None
    ]
    made = [f"y{number}" for number in range(outputs)]
    node = helper.make_node(operator, [*names, *(item.name for item in held)], made, "node", **attributes)
    graph = helper.make_graph([node], "one", inputs, [ValueInfoProto(name=name) for name in made], held)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])


def codes(error):
    """The codes of the findings of a WeftError that was caught."""
    return [item.code for item in error.value.diagnostics]


def info(name, *shape):
    """An input of numbers; an extent may be a name, or None."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def model_of(nodes, inputs, outputs=("y",), held=(), opset=20):
    """A model of these nodes; the shapes of its outputs are not said."""
    made = [helper.make_empty_tensor_value_info(name) for name in outputs]
    graph = helper.make_graph(nodes, "g", inputs, made, list(held))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
