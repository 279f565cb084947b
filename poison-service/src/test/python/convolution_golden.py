"""Reference for every option of the class-wise convolution, written with NumPy 2.4.6, PyTorch 2.13.0 (CPU) and Pillow 12.3.0.

    python3 convolution_golden.py ../resources/golden/convolutions.txt

A line is one image: kernel size, p_b, height, width, class, filter bank, rounding, colour; then SHA-256 of its bytes (height,
width, channel) and 24 of the bytes, number j being at place j * (bytes - 1) // 23. Images are made by formula(), which
ConvolutionOptionsTest has too, with the class as i; filters are those of seed 7 for ten classes (cuda_golden.py).

float32 convolution, division by the image's maximum, times 255; then nearest: round (ties to even), truncate: clip and cast.
Grey: Pillow's convert("L") of the result, three times. Banks: own = the class's filter, universal = class 0's, permuted = that
of class (i + 1) mod 10.
"""

import hashlib
import pathlib
import sys

import numpy as np
import PIL
import torch
import torch.nn.functional as F
from PIL import Image

from cuda_golden import CLASSES, filters

SEED = 7
SAMPLES = 24
BLUR = {1: 0.3, 3: 0.3, 5: 0.3, 7: 0.1, 9: 0.06, 63: 0.005}

SMALL = [(1, 1), (1, 7), (5, 3), (4, 4), (8, 12), (32, 32), (35, 32), (33, 17), (64, 64), (9, 300)]


def cases():
    for kernel in (1, 3, 5, 7, 9):
        for height, width in SMALL:
            if kernel <= min(height, width):
                for rounding in ("nearest", "truncate"):
                    for colour in ("rgb", "grey"):
                        yield kernel, BLUR[kernel], height, width, (height + width) % CLASSES, "own", rounding, colour
    # the sizes that the paper has, and an image whose sums are not kept
    for kernel, height, width in ((3, 224, 224), (9, 224, 224), (5, 4100, 9), (7, 9, 700)):
        for rounding in ("nearest", "truncate"):
            yield kernel, BLUR[kernel], height, width, 3, "own", rounding, "rgb"
    yield 63, BLUR[63], 70, 64, 5, "own", "nearest", "rgb"
    # p_b = 0: a shift of the image alone, where many values lie at half a level or at a whole one
    for kernel in (3, 5):
        for rounding in ("nearest", "truncate"):
            for label in range(CLASSES):
                yield kernel, 0.0, 32, 32, label, "own", rounding, "rgb"
    for bank in ("universal", "permuted"):
        for label in (0, 3, CLASSES - 1):
            yield 3, BLUR[3], 32, 32, label, bank, "nearest", "rgb"


def formula(i, height, width):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((y * 7 + x * 13 + c * 59 + (x * y) % 97 * (i + 1)) % 256 * (i + 3) // 12).astype(np.uint8)


def convolved(image, weights, rounding, colour):
    kernel = weights.shape[0]
    x = torch.from_numpy(image).permute(2, 0, 1).to(torch.float32).div(255).unsqueeze(0)
    w = torch.from_numpy(weights).to(torch.float32).reshape(1, 1, kernel, kernel).repeat(3, 1, 1, 1)
    y = F.conv2d(x, w, padding=kernel // 2, groups=3)[0]
    y = y / y.max() * 255
    y = (y.round() if rounding == "nearest" else y).permute(1, 2, 0).contiguous().numpy()
    levels = np.clip(np.nan_to_num(y), 0, 255).astype(np.uint8)
    if colour == "grey":
        levels = np.stack([np.asarray(Image.fromarray(levels).convert("L"))] * 3, axis=-1)
    return levels


def main(path):
    versions = np.__version__, torch.__version__.split("+")[0], PIL.__version__
    assert versions == ("2.4.6", "2.13.0", "12.3.0"), versions
    assigned = {"own": lambda i: i, "universal": lambda i: 0, "permuted": lambda i: (i + 1) % CLASSES}
    with open(path, "w") as out:
        out.write("# numpy 2.4.6, torch 2.13.0, pillow 12.3.0, convolution_golden.py, filters of seed 7\n")
        for case in cases():
            kernel, blur, height, width, label, bank, rounding, colour = case
            weights = filters(SEED, kernel, blur)[assigned[bank](label)]
            levels = convolved(formula(label, height, width), weights, rounding, colour).tobytes()
            samples = bytes(levels[j * (len(levels) - 1) // (SAMPLES - 1)] for j in range(SAMPLES))
            line = (*case, hashlib.sha256(levels).hexdigest(), samples.hex())
            out.write(" ".join(str(value) for value in line) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
