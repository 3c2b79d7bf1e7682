"""Which layers every operator of ONNX's vocabulary is made of.

`RULES` has a function for each operator that can be stated: it takes a `Call`, a node with its tensors, and gives the
node's layers (`Part`) and other names for tensors (`View`), or raises `Unstated` with the reason. `REFUSED` says of
operators that no workload states why not. An operator that is in neither is refused as unknown.
"""

from __future__ import annotations

from ..refusals import BY_DATA, CONTROL, ORDERED, SAMPLED
from .attention import attention, rotary_embedding
from .calls import Call, Made, Part, Rule, Unstated, View
from .causal import causal_convolution
from .convolutions import convolution
from .einsum import einsum
from .elementwise import (
    FORMULAS,
    ONE,
    bit_shift,
    celu,
    clip,
    elementwise,
    elu,
    gated_swish,
    gelu,
    hard_sigmoid,
    is_inf,
    leaky_relu,
    mod,
    one_hot,
    selu,
    shrink,
    swish,
    thresholded_relu,
    triangle,
    variadic,
)
from .further import FURTHER
from .microsoft import MICROSOFT
from .movement import (
    concat,
    constant_of_shape,
    cropped,
    expand,
    gather,
    pad,
    placed,
    rearranged,
    resize,
    scatter,
    slice_,
    split,
    tensor_scatter,
    tile,
    transpose,
)
from .normalizations import (
    batch_normalization,
    group_normalization,
    instance_normalization,
    layer_normalization,
    local_response_normalization,
    lp_normalization,
    mean_variance_normalization,
    rms_normalization,
)
from .pooling import global_pooling, pooling
from .products import gemm, matmul
from .quantized import (
    conv_integer,
    dequantize_linear,
    dynamic_quantize_linear,
    matmul_integer,
    qlinear_conv,
    qlinear_matmul,
    quantize_linear,
)
from .recurrent import gru, lstm, rnn
from .reductions import arg_extreme, cumulative, hardmax, log_softmax, log_sum_exp, reducing, softmax
from .transposed import transposed_convolution
from .views import dropout, known, view

GENERATORS = (
    *("ConstantOfShape", "Range", "EyeLike", "RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike"),
    *("Bernoulli", "Multinomial", "BlackmanWindow", "HammingWindow", "HannWindow", "MelWeightMatrix"),
)
"""Operators whose elements are set without reading others."""

RULES: dict[str, Rule] = {
    **FURTHER,
    **MICROSOFT,
    **{name: elementwise(f"{function}(a)") for name, function in ONE.items()},
    **{name: elementwise(text) for name, text in FORMULAS.items()},
    **dict.fromkeys(("Sum", "Mean", "Max", "Min"), variadic),
    **dict.fromkeys(("MaxPool", "AveragePool", "LpPool"), pooling),
    **dict.fromkeys(("GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool"), global_pooling),
    **dict.fromkeys(("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Cast", "CastLike", "BitCast"), view),
    **dict.fromkeys(("Constant", "Shape", "Size"), known),
    **dict.fromkeys(("Gather", "GatherElements", "GatherND"), gather),
    **dict.fromkeys(("ScatterElements", "ScatterND", "Scatter"), scatter),
    **dict.fromkeys(("DepthToSpace", "SpaceToDepth", "ReverseSequence"), rearranged),
    **dict.fromkeys(GENERATORS, constant_of_shape),
    **dict.fromkeys(("Resize", "Upsample"), resize),
    **dict.fromkeys(("ArgMax", "ArgMin"), arg_extreme),
    "Attention": attention,
    "BatchNormalization": batch_normalization,
    "BitShift": bit_shift,
    "CausalConvWithState": causal_convolution,
    "Celu": celu,
    "CenterCropPad": cropped,
    "Clip": clip,
    "Col2Im": placed,
    "Concat": concat,
    "Conv": convolution,
    "ConvInteger": conv_integer,
    "ConvTranspose": transposed_convolution,
    **dict.fromkeys(("CumSum", "CumProd"), cumulative),
    "DequantizeLinear": dequantize_linear,
    "Dropout": dropout,
    "DynamicQuantizeLinear": dynamic_quantize_linear,
    "Einsum": einsum,
    "Elu": elu,
    "Expand": expand,
    "GRU": gru,
    "Gelu": gelu,
    "Gemm": gemm,
    "GroupNormalization": group_normalization,
    "HardSigmoid": hard_sigmoid,
    "Hardmax": hardmax,
    "InstanceNormalization": instance_normalization,
    "IsInf": is_inf,
    "LRN": local_response_normalization,
    "LSTM": lstm,
    "LayerNormalization": layer_normalization,
    "LeakyRelu": leaky_relu,
    "LogSoftmax": log_softmax,
    "LpNormalization": lp_normalization,
    "MatMul": matmul,
    "MatMulInteger": matmul_integer,
    "MaxUnpool": placed,
    "MeanVarianceNormalization": mean_variance_normalization,
    "Mod": mod,
    "OneHot": one_hot,
    "Pad": pad,
    "QLinearConv": qlinear_conv,
    "QLinearMatMul": qlinear_matmul,
    "QuantizeLinear": quantize_linear,
    **dict.fromkeys(("RMSNormalization", "SimplifiedLayerNormalization"), rms_normalization),
    "RNN": rnn,
    "ReduceL1": reducing("output += abs(a)"),
    "ReduceL2": reducing("output += a * a", "sqrt(a)"),
    "ReduceLogSum": reducing("output += a", "log(a)"),
    "ReduceLogSumExp": log_sum_exp,
    "ReduceMax": reducing("output = max(output, a)"),
    "ReduceMean": reducing("output += a", "a * {share}"),
    "ReduceMin": reducing("output = min(output, a)"),
    "ReduceProd": reducing("output *= a"),
    "ReduceSum": reducing("output += a"),
    "ReduceSumSquare": reducing("output += a * a"),
    "RotaryEmbedding": rotary_embedding,
    "Selu": selu,
    "Shrink": shrink,
    "Slice": slice_,
    "Softmax": softmax,
    "Split": split,
    "SwiGLU": gated_swish,
    "Swish": swish,
    "TensorScatter": tensor_scatter,
    "ThresholdedRelu": thresholded_relu,
    "Tile": tile,
    "Transpose": transpose,
    "Trilu": triangle,
}
"""Operators by name, in ONNX's vocabulary."""

_SEQUENCE = "sequences and optional values are no tensors"

REFUSED: dict[str, str] = {
    **dict.fromkeys(("If", "Loop", "Scan", "SequenceMap"), CONTROL),
    **dict.fromkeys(("NonMaxSuppression", "NonZero", "Unique", "Compress"), BY_DATA),
    **dict.fromkeys(("TopK",), ORDERED),
    **dict.fromkeys(("AffineGrid", "DeformConv", "GridSample", "MaxRoiPool", "RoiAlign"), SAMPLED),
    **dict.fromkeys(("DFT", "STFT", "Det"), "how it is computed, and in how many operations, is not said"),
    **dict.fromkeys(("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss"), "a loss, which training alone computes"),
    "ImageDecoder": "a file of an image, which no tensor is",
    "LinearAttention": "every step changes a state that the next one reads: no tensor holds the states",
    **dict.fromkeys(("SequenceConstruct", "SequenceAt", "SequenceEmpty", "SequenceInsert", "SequenceErase"), _SEQUENCE),
    **dict.fromkeys(("SequenceLength", "SplitToSequence", "ConcatFromSequence"), _SEQUENCE),
    **dict.fromkeys(("Optional", "OptionalGetElement", "OptionalHasElement"), _SEQUENCE),
    **dict.fromkeys(("StringNormalizer", "StringConcat", "StringSplit", "RegexFullMatch", "TfIdfVectorizer"), "text"),
}
"""Operators that no workload states, and why."""

__all__ = ["FURTHER", "REFUSED", "RULES", "Call", "Made", "Part", "Rule", "Unstated", "View"]
