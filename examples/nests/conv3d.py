# ruff: noqa: F821
"""The first convolution of C3D, over clips of 16 frames."""


def conv3d(video: "f32[3, 18, 114, 114]", kernel: "f32[64, 3, 3, 3, 3]", output: "f32[64, 16, 112, 112]") -> None:
    """output[k, t, y, x] is a sum over the channels and 3 x 3 x 3 points of the video."""
    for k in range(64):
        for c in range(3):
            for t in range(16):
                for y in range(112):
                    for x in range(112):
                        for d in range(3):
                            for r in range(3):
                                for s in range(3):
                                    output[k, t, y, x] += video[c, t + d, y + r, x + s] * kernel[k, c, d, r, s]
