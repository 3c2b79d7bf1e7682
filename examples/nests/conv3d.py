def conv3d(O, I, W):
    """C3D's first convolution, over a clip of 16 frames."""
    for k in range(64):
        for c in range(3):
            for t in range(16):
                for y in range(112):
                    for x in range(112):
                        for d in range(3):
                            for r in range(3):
                                for s in range(3):
                                    O[k, t, y, x] += I[c, t + d, y + r, x + s] * W[k, c, d, r, s]
