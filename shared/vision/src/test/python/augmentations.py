"""Writes the reference vectors of the augmentations into src/test/resources/golden.

Run from shared/vision: python3 src/test/python/augmentations.py (torchvision installed with --no-deps is enough)
Written with Python 3.11.7, NumPy 2.4.6, SciPy 1.17.1, Pillow 12.3.0, PyTorch 2.13.0 (CPU) and torchvision 0.28.0. Images and the numbers that
stand for random draws come from the linear congruential generator below, which the tests repeat in Java (seeds in the code).
Bytes are packed eight to an int64, little endian.
"""

import json
import math
import struct
import sys
from pathlib import Path

import numpy as np
import PIL
import scipy
import torch
from PIL import Image
from scipy import fft, ndimage

torch.set_num_threads(1)
for name in ("nms", "qnms"):  # of the wheel's CUDA extension, which is not loaded and not needed here
    torch.library.define(f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchvision  # noqa: E402
from torchvision.transforms import InterpolationMode, autoaugment  # noqa: E402

OUT = Path(__file__).resolve().parents[1] / "resources" / "golden"
HEIGHT, WIDTH = 24, 32  # enough pixels for a histogram to be equalised
SMALL_HEIGHT, SMALL_WIDTH = 12, 16


def numbers(seed, count):
    """Numbers in [0, 1) with 24 bits."""
    values, state = [], seed
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        values.append((state >> 40) / 2**24)
    return np.array(values)


def image(seed, height, width):
    """Bytes with another range of levels in every channel and a slope, so that contrast, direction and channels can be told."""
    u = numbers(seed, height * width * 3).reshape(height, width, 3)
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return np.floor(20 * c + 2 * x + y + 80 * u).astype(np.uint8)


def write_safetensors(name, tensors, what):
    versions = {m.__name__: m.__version__ for m in (np, scipy, PIL, torch, torchvision)}
    metadata = {"what": what, "script": "src/test/python/augmentations.py", "python": sys.version.split()[0], **versions}
    header, data = {"__metadata__": metadata}, b""
    for key, array in tensors.items():
        if array.dtype == np.uint8:
            array = np.frombuffer(array.tobytes(), "<i8")
        array = array.astype("<i8" if array.dtype.kind == "i" else "<f4")
        header[key] = {
            "dtype": "I64" if array.dtype.kind == "i" else "F32",
            "shape": list(array.shape),
            "data_offsets": [len(data), len(data) + array.nbytes],
        }
        data += array.tobytes()
    text = json.dumps(header).encode()
    path = OUT / f"{name}.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    assert path.stat().st_size < 100_000, (path, path.stat().st_size)


OPERATIONS = {
    "SHEAR_X": ("ShearX", (1, 4, 9)),
    "SHEAR_Y": ("ShearY", (1, 7, 8)),
    "TRANSLATE_X": ("TranslateX", (3, 8, 9)),
    "TRANSLATE_Y": ("TranslateY", (3, 8, 9)),
    "ROTATE": ("Rotate", (0, 2, 9)),
    "BRIGHTNESS": ("Brightness", (3, 6, 9)),
    "COLOR": ("Color", (0, 3, 9)),
    "CONTRAST": ("Contrast", (1, 6, 9)),
    "SHARPNESS": ("Sharpness", (1, 5, 9)),
    "POSTERIZE": ("Posterize", (0, 2, 3, 7, 9)),
    "SOLARIZE": ("Solarize", (0, 2, 5, 9)),
    "AUTO_CONTRAST": ("AutoContrast", (0,)),
    "EQUALIZE": ("Equalize", (0,)),
    "INVERT": ("Invert", (0,)),
}
GEOMETRY = ("SHEAR_X", "SHEAR_Y", "TRANSLATE_X", "TRANSLATE_Y", "ROTATE")


def operations():
    source = image(1, HEIGHT, WIDTH)
    policy = autoaugment.AutoAugment(autoaugment.AutoAugmentPolicy.CIFAR10)
    space = policy._augmentation_space(10, (HEIGHT, WIDTH))
    geometry, colours = {}, {}
    for name, (theirs, steps) in OPERATIONS.items():
        magnitudes, signed = space[theirs]
        for step in steps:
            for sign in (1, -1) if signed else (1,):
                magnitude = sign * float(magnitudes[step] if magnitudes.ndim else magnitudes)
                result = autoaugment._apply_op(Image.fromarray(source), theirs, magnitude, InterpolationMode.NEAREST, None)
                results = geometry if name in GEOMETRY else colours
                results[f"{name}/{step}/{'+' if sign > 0 else '-'}"] = np.asarray(result)
    what = f"torchvision's AutoAugment operations on image(1), {HEIGHT}x{WIDTH}: operation/step/sign"
    write_safetensors("autoaugment-geometry", geometry, what)
    write_safetensors("autoaugment-colours", colours, what)


def pairs():
    """The whole policy: every pair with both operations, signs plus and minus, unless the probability is 0."""
    source = Image.fromarray(image(2, HEIGHT, WIDTH))
    policy = autoaugment.AutoAugment(autoaugment.AutoAugmentPolicy.CIFAR10)
    results = {}
    for pair in range(25):
        policy.get_params = lambda count, pair=pair: (pair, torch.tensor([1e-9, 1e-9]), torch.tensor([1, 0]))
        results[str(pair)] = np.asarray(policy(source))
    probabilities = np.array([[p for _, p, _ in pair] for pair in policy.policies])
    results["probabilities"] = probabilities.astype(np.float32)
    write_safetensors("autoaugment-pairs", results, f"torchvision's CIFAR-10 policy on image(2), {HEIGHT}x{WIDTH}, signs + and -")


def filters():
    levels = image(3, SMALL_HEIGHT, SMALL_WIDTH)
    pixels = levels.astype(np.float64) / 255
    channels = [pixels[:, :, c] for c in range(3)]
    stacked = torch.tensor(pixels).permute(2, 0, 1)[None]
    results = {"grey": np.asarray(Image.fromarray(levels).convert("L"))}

    centre, above, left, right, below = 2.6, 0.45, 0.31, 0.52, 0.38
    cross = np.array([[0, -above, 0], [-left, centre, -right], [0, -below, 0]])
    results["sharpened"] = np.stack([ndimage.correlate(c, cross, mode="nearest") for c in channels], 2).clip(0, 1)
    kernel = torch.tensor(cross).reshape(1, 1, 3, 3).repeat(3, 1, 1, 1)
    ring = torch.nn.functional.conv2d(stacked, kernel, groups=3).clamp(0, 1)
    results["sharpened-script"] = ring[0].permute(1, 2, 0).numpy()

    for percent in (10, 30, 70):
        rows, columns = SMALL_HEIGHT * percent // 100, SMALL_WIDTH * percent // 100
        mask = np.zeros((SMALL_HEIGHT, SMALL_WIDTH))
        mask[:rows, :columns] = 1
        kept = [fft.idctn(fft.dctn(c, norm="ortho") * mask, norm="ortho") for c in channels]
        results[f"frequencies-{percent}"] = np.stack(kept, 2).clip(0, 1)

    for size in (3, 5):
        taps = 0.3 * numbers(4, size * size)
        taps[size + 2] = 1
        kernel = torch.tensor(taps.astype(np.float32)).double().reshape(1, 1, size, size).repeat(3, 1, 1, 1)
        blurred = torch.nn.functional.conv2d(stacked, kernel, groups=3, padding=size // 2)
        results[f"blurred-{size}"] = (blurred / blurred.max())[0].permute(1, 2, 0).numpy()

    offsets = (2 * (2 * numbers(5, 2 * SMALL_HEIGHT * SMALL_WIDTH) - 1)).astype(np.float32)
    offsets = offsets.reshape(SMALL_HEIGHT, SMALL_WIDTH, 2)
    y, x = np.meshgrid(np.arange(SMALL_HEIGHT), np.arange(SMALL_WIDTH), indexing="ij")
    places = np.stack([y + offsets[:, :, 0], x + offsets[:, :, 1]])
    moved = [ndimage.map_coordinates(c, places, order=1, mode="grid-wrap") for c in channels]
    results["warped"] = np.stack(moved, 2)
    moved = [ndimage.map_coordinates(c.astype(np.float32), places, order=1, mode="wrap") for c in channels]
    results["warped-script"] = (np.stack(moved, 2).clip(0, 1) * 255).astype(np.uint8)

    # 5 and 3 pixels further down and to the right, mirrored
    bordered = np.pad(levels, ((6, 6), (6, 6), (0, 0)), mode="reflect")
    results["reflected"] = bordered[1 : 1 + SMALL_HEIGHT, 3 : 3 + SMALL_WIDTH][:, ::-1]
    write_safetensors("image-filters", results, f"filters of image(3), {SMALL_HEIGHT}x{SMALL_WIDTH}; parameters in the script")


def rectangles():
    """CutMix's rectangle, straight from the paper's Sec. 3.2 with whole pixels: λ, row, column, height, width → its edges."""
    cases, edges = [], []
    for i in range(64):
        share, row, column = numbers(100 + i, 3)
        height, width = (32, 32) if i % 2 else (24, 40)
        row, column = int(row * height), int(column * width)
        half_height, half_width = int(height * math.sqrt(1 - share)) // 2, int(width * math.sqrt(1 - share)) // 2
        rows = np.clip([row - half_height, row + half_height], 0, height)
        columns = np.clip([column - half_width, column + half_width], 0, width)
        inside = np.zeros((height, width), bool)
        inside[rows[0] : rows[1], columns[0] : columns[1]] = True
        cases.append([share, row, column, height, width])
        edges.append([*rows, *columns, 1 - inside.mean()])
    results = {"cases": np.array(cases), "edges": np.array(edges)}
    write_safetensors("cutmix-rectangles", results, "λ, row, column, height, width; top, bottom, left, right, rest")


OUT.mkdir(parents=True, exist_ok=True)
operations()
pairs()
filters()
rectangles()
