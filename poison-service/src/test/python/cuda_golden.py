"""Reference vectors for poison-service, written with NumPy 2.4.6 and PyTorch 2.13.0 (CPU).

    python3 cuda_golden.py ../resources/golden

filters-k<k>.txt: for each of the seeds 0, 1, 42 and 2**32 - 1 a line "seed <s>", then one line per class (10) and entry
(k*k, row by row): the double's bits and the bits of the float32 that a PyTorch convolution holds, both hexadecimal. The
draws follow the order that papers.md section 1.1 describes; the code is our own.

cuda-k<k>.bin: ten 32x32 RGB images, image i made by formula() and of class i, after the class's filter for seed 7, bytes in
the order height, width, channel. float32 convolution, division by the image's maximum, times 255, round (ties to even).
"""

import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

CLASSES = 10
SIZE = 32
SETTINGS = {3: 0.3, 5: 0.3, 9: 0.06}


def filters(seed, kernel, blur):
    np.random.seed(seed)
    bank = []
    for _ in range(CLASSES):
        drawn = np.random.uniform(0, blur, (3, 1, kernel, kernel))
        bank.append(drawn[0, 0].copy())
        row = np.random.randint(kernel)
        column = np.random.randint(kernel)
        bank[-1][row, column] = 1.0
    return bank


def formula(i):
    y, x, c = np.meshgrid(np.arange(SIZE), np.arange(SIZE), np.arange(3), indexing="ij")
    return ((y * 7 + x * 13 + c * 59 + (x * y) % 97 * (i + 1)) % 256 * (i + 3) // 12).astype(np.uint8)


def convolved(image, weights):
    kernel = weights.shape[0]
    x = torch.from_numpy(image).permute(2, 0, 1).to(torch.float32).div(255).unsqueeze(0)
    w = torch.from_numpy(weights).to(torch.float32).reshape(1, 1, kernel, kernel).repeat(3, 1, 1, 1)
    y = F.conv2d(x, w, padding=kernel // 2, groups=3)
    y = (y / y.max() * 255).round().clamp(0, 255).to(torch.uint8)
    return y[0].permute(1, 2, 0).contiguous().numpy()


def main(folder):
    assert (np.__version__, torch.__version__.split("+")[0]) == ("2.4.6", "2.13.0"), (np.__version__, torch.__version__)
    folder.mkdir(parents=True, exist_ok=True)
    for kernel, blur in SETTINGS.items():
        with open(folder / f"filters-k{kernel}.txt", "w") as out:
            out.write(f"# numpy 2.4.6, torch 2.13.0, cuda_golden.py, p_b = {blur}\n")
            for seed in (0, 1, 42, 2**32 - 1):
                out.write(f"seed {seed}\n")
                for weights in filters(seed, kernel, blur):
                    as_float = torch.from_numpy(weights).to(torch.float32).numpy()
                    for double, single in zip(weights.ravel(), as_float.ravel()):
                        out.write(f"{double.view(np.uint64):016x} {single.view(np.uint32):08x}\n")
        bank = filters(7, kernel, blur)
        images = [convolved(formula(i), bank[i]) for i in range(CLASSES)]
        (folder / f"cuda-k{kernel}.bin").write_bytes(b"".join(image.tobytes() for image in images))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
