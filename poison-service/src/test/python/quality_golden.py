"""Reference values of PSNR and SSIM, written with scikit-image 0.26.0, SciPy 1.17.1 and NumPy 2.4.6.

    python3 quality_golden.py ../resources/golden

quality.txt: per line a pair's number, height, width, PSNR in dB and SSIM, both with 17 digits. The pairs are made by
original() and published(). PSNR is skimage's peak_signal_noise_ratio over all channels; SSIM is its structural_similarity of
the BT.601 luma with Gaussian weights. skimage knows no window but 11 for them, so the SSIM of images smaller than that comes
from small_ssim(), the definition written out window by window.
"""

import pathlib
import sys

import numpy as np
import scipy
import skimage
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

SIZES = [(32, 32), (11, 11), (12, 40), (64, 37), (10, 32), (7, 5), (2, 9), (1, 1)]


def original(i, height, width):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((y * 7 + x * 13 + c * 59 + (x * y) % 97 * (i + 1)) % 256).astype(np.uint8)


def published(image, i):
    height, width, _ = image.shape
    wide = image.astype(np.int64)
    left = wide[:, (np.arange(width) + width - 1) % width]
    above = wide[(np.arange(height) + height - 1) % height]
    return ((wide * (5 - i % 4) + left * 2 + above * (i % 3)) // (9 + i % 2)).astype(np.uint8)


def luma(image):
    return image.astype(np.float64) @ np.array([0.299, 0.587, 0.114])


def ssim(x, y):
    if min(x.shape) < 11:
        return small_ssim(x, y)
    return structural_similarity(
        x, y, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255, K1=0.01, K2=0.03
    )


def small_ssim(x, y):
    side = min(x.shape) - (1 - min(x.shape) % 2)
    r = np.arange(side) - side // 2
    w = np.exp(-(r[:, None] ** 2 + r[None, :] ** 2) / (2 * 1.5**2))
    w /= w.sum()
    values = []
    for top in range(x.shape[0] - side + 1):
        for left in range(x.shape[1] - side + 1):
            a = x[top : top + side, left : left + side]
            b = y[top : top + side, left : left + side]
            ma, mb = (w * a).sum(), (w * b).sum()
            va, vb = (w * (a - ma) ** 2).sum(), (w * (b - mb) ** 2).sum()
            cov = (w * (a - ma) * (b - mb)).sum()
            c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
            values.append((2 * ma * mb + c1) * (2 * cov + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2)))
    return np.mean(values)


def main(folder):
    versions = (skimage.__version__, scipy.__version__, np.__version__)
    assert versions == ("0.26.0", "1.17.1", "2.4.6"), versions
    with open(folder / "quality.txt", "w") as out:
        out.write("# scikit-image 0.26.0, scipy 1.17.1, numpy 2.4.6, quality_golden.py\n")
        for i, (height, width) in enumerate(SIZES):
            clean = original(i, height, width)
            poisoned = published(clean, i)
            psnr = peak_signal_noise_ratio(clean, poisoned, data_range=255)
            out.write(f"{i} {height} {width} {psnr:.17g} {ssim(luma(clean), luma(poisoned)):.17g}\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
