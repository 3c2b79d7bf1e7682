"""Element types: of files by number, of PyTorch by name."""

from __future__ import annotations

BY_NUMBER: dict[int, str] = {
    **{1: "u8", 2: "i8", 3: "i16", 4: "i32", 5: "i64", 28: "u16", 34: "u32", 35: "u64"},
    **{6: "f16", 7: "f32", 8: "f64", 13: "bf16", 12: "bool"},
    **{9: "c32", 10: "c64", 11: "c128"},
    **{29: "f8e4m3", 30: "f8e5m2", 31: "f8e4m3", 32: "f8e5m2", 33: "f8e8m0"},
}
"""The numbers of `torch.export`'s files."""

BY_NAME: dict[str, str] = {
    **{"uint8": "u8", "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64"},
    **{"uint16": "u16", "uint32": "u32", "uint64": "u64"},
    **{"float16": "f16", "float32": "f32", "float64": "f64", "bfloat16": "bf16", "bool": "bool"},
    **{"complex32": "c32", "complex64": "c64", "complex128": "c128"},
    **{"float8_e4m3fn": "f8e4m3", "float8_e5m2": "f8e5m2", "float8_e4m3fnuz": "f8e4m3", "float8_e5m2fnuz": "f8e5m2"},
    "float8_e8m0fnu": "f8e8m0",
}
"""The names of `torch.dtype`."""
