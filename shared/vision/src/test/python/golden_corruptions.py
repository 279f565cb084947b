"""Writes the reference images of the corruption tests into src/test/resources/golden.

Run from shared/vision: python3 src/test/python/golden_corruptions.py
Written with Python 3.11, NumPy 2.4.6, SciPy 1.17.1, scikit-image 0.26.0, Pillow 12.3.0, OpenCV 5.0.0 and ImageMagick 6.9.11.

Each corruption is put together here from those libraries' own filters, which are the ones that made the published sets, while the
tests' subject has none of them. Images and uniform numbers come from a linear congruential generator that the tests repeat
(seed 7 for the image, 1000 * index of the corruption + severity for its randomness); normal and Poisson numbers are the uniform
ones' quantiles. Frost is not here: it needs photographs.

Each file: for each corruption in order, for each severity in order, height * width * 3 bytes; all gzipped.
"""

import gzip
import io
import math
import subprocess
from pathlib import Path

import cv2
import numpy as np
import skimage.color
import skimage.filters
from PIL import Image
from scipy import ndimage, stats

OUT = Path(__file__).resolve().parents[1] / "resources" / "golden"
SIDE = 24
NAMES = [
    "gaussian_noise", "shot_noise", "impulse_noise", "defocus_blur", "glass_blur", "motion_blur", "zoom_blur", "snow", "fog",
    "brightness", "contrast", "elastic_transform", "pixelate", "jpeg_compression", "speckle_noise", "gaussian_blur", "spatter",
    "saturate",
]


class Lcg:
    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return ((self.state >> 40) + 0.5) / 2**24

    def uniforms(self, *shape):
        return np.array([self.uniform() for _ in range(math.prod(shape))]).reshape(shape)

    def between(self, low, high, *shape):
        return low + (high - low) * self.uniforms(*shape)

    def normals(self, mean, deviation, *shape):
        return mean + deviation * stats.norm.ppf(self.uniforms(*shape))


def picture():
    """A flat quarter, stripes and some noise."""
    noise = Lcg(7)
    image = np.zeros((SIDE, SIDE, 3), np.uint8)
    for y in range(SIDE):
        for x in range(SIDE):
            for c in range(3):
                level = 100 + 40 * c if y < SIDE // 4 else 40 + (5 * x + 3 * y + 50 * c) % 160 + int(48 * noise.uniform()) - 24
                image[y, x, c] = min(255, max(0, level))
    return image


def cut(values):
    """Levels of values in [0, 1], cut off."""
    return (np.clip(values, 0, 1) * 255).astype(np.uint8)


def smooth(plane, sigma):
    return skimage.filters.gaussian(plane, sigma=sigma, channel_axis=-1 if plane.ndim == 3 else None)


def magick_motion(levels, radius, sigma, angle):
    stream = io.BytesIO()
    Image.fromarray(levels).save(stream, "PNG")
    done = subprocess.run(
        ["convert-im6.q16", "png:-", "-motion-blur", f"{radius}x{sigma}{angle:+.17g}", "png:-"],
        input=stream.getvalue(), capture_output=True, check=True)
    with Image.open(io.BytesIO(done.stdout)) as blurred:
        return np.asarray(blurred.convert("RGB" if levels.ndim == 3 else "L"))


def enlarged_middle(plane, factor):
    """The middle, enlarged by SciPy to at least the old size, and its middle."""
    side = plane.shape[0]
    part = math.ceil(side / factor)
    at = (side - part) // 2
    # grid-free zoom puts corners on corners; "nearest", for a place past the end by rounding must not become black
    large = ndimage.zoom(plane[at : at + part, at : at + part], (factor, factor) + (1,) * (plane.ndim - 2), order=1, mode="nearest")
    at = (large.shape[0] - side) // 2
    return large[at : at + side, at : at + side]


def clouds(random, decay):
    """Diamond-square on a torus of 32, point by point."""
    side = 32
    grid = np.zeros((side, side))
    amplitude, step = 100.0, side
    while step >= 2:
        half = step // 2
        corners = [(y, x) for y in range(0, side, step) for x in range(0, side, step)]
        for target, around in (
            (lambda y, x: (y + half, x + half), ((0, 0), (step, 0), (0, step), (step, step))),
            (lambda y, x: (y, x + half), ((0, 0), (0, step), (half, half), (-half, half))),
            (lambda y, x: (y + half, x), ((0, 0), (step, 0), (half, half), (half, -half))),
        ):
            for y, x in corners:
                mean = sum(grid[(y + dy) % side, (x + dx) % side] for dy, dx in around) / 4
                grid[target(y, x)] = mean + amplitude * random.between(-amplitude, amplitude, 1)[0]
        amplitude /= decay
        step = half
    grid -= grid.min()
    return (grid / grid.max())[:SIDE, :SIDE]


def gaussian_noise(image, random, sigma):
    return cut(image / 255 + random.normals(0, sigma, *image.shape))


def shot_noise(image, random, photons):
    return cut(stats.poisson.ppf(random.uniforms(*image.shape), image / 255 * photons) / photons)


def impulse_noise(image, random, share):
    hit = random.uniforms(*image.shape) <= share
    salt = random.uniforms(*image.shape) <= 0.5
    return np.where(hit, np.where(salt, 255, 0), image).astype(np.uint8)


def speckle_noise(image, random, sigma):
    return cut(image / 255 + image / 255 * random.normals(0, sigma, *image.shape))


def gaussian_blur(image, random, sigma):
    return cut(smooth(image / 255, sigma))


def glass_blur(image, random, sigma, reach, rounds):
    blurred = cut(smooth(image / 255, sigma))
    for _ in range(rounds):
        for y in range(SIDE - reach, reach, -1):
            for x in range(SIDE - reach, reach, -1):
                dx = math.floor(random.between(-reach, reach, 1)[0])
                dy = math.floor(random.between(-reach, reach, 1)[0])
                blurred[y, x] = blurred[y + dy, x + dx].copy()
    return cut(smooth(blurred / 255, sigma))


def defocus_blur(image, random, radius, edge):
    reach = max(8, radius)
    grid = np.arange(-reach, reach + 1)
    disk = (grid[:, None] ** 2 + grid**2 <= radius**2).astype(np.float32)
    side = 3 if radius <= 8 else 5
    kernel = cv2.GaussianBlur(disk / disk.sum(), (side, side), edge)
    return cut(np.stack([cv2.filter2D(np.ascontiguousarray(image[..., c] / 255), -1, kernel) for c in range(3)], -1))


def motion_blur(image, random, radius, sigma):
    return magick_motion(image, radius, sigma, random.between(-45, 45, 1)[0])


def zoom_blur(image, random, count, step):
    original = (image / 255).astype(np.float32)
    total = sum(enlarged_middle(original, 1 + i * step) for i in range(count))
    return cut((original + total) / (count + 1))


def snow(image, random, mean, sigma, factor, threshold, radius, trail, clarity):
    field = enlarged_middle(random.normals(mean, sigma, SIDE, SIDE), factor)
    spots = cut(np.where(field < threshold, 0, field))
    flakes = magick_motion(spots, radius, trail, random.between(-135, -45, 1)[0]) / 255
    x = (image / 255).astype(np.float32)
    pale = np.maximum(x, cv2.cvtColor(x, cv2.COLOR_RGB2GRAY)[..., None] * 1.5 + 0.5)
    return cut(clarity * x + (1 - clarity) * pale + (flakes + flakes[::-1, ::-1])[..., None])


def fog(image, random, thickness, decay):
    x = image / 255
    return cut((x + thickness * clouds(random, decay)[..., None]) * x.max() / (x.max() + thickness))


def spatter(image, random, mean, sigma, blur, threshold, amount, mud):
    x = (image / 255).astype(np.float32)
    drops = smooth(random.normals(mean, sigma, SIDE, SIDE), blur)
    drops[drops < threshold] = 0
    if mud:
        density = smooth((drops > threshold).astype(np.float32), amount)
        density = np.where(density < 0.8, 0, density)[..., None]
        return cut(x * (1 - density) + np.array([63, 42, 20]) / 255 * density)
    liquid = cut(drops)
    distance = cv2.distanceTransform(255 - cv2.Canny(liquid, 50, 150), cv2.DIST_L2, 5)
    levels = cv2.equalizeHist(cv2.blur(np.minimum(distance, 20), (3, 3)).astype(np.uint8))
    relief = cv2.filter2D(levels, cv2.CV_8U, np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]))
    shine = liquid * cv2.blur(relief, (3, 3)).astype(np.float32)
    if shine.max() == 0:
        return image
    return cut(x + amount * (shine / shine.max())[..., None] * (np.array([175, 238, 238], np.float32) / 255))


def contrast(image, random, share):
    means = (image / 255).mean((0, 1), keepdims=True)
    return cut((image / 255 - means) * share + means)


def brightness(image, random, added):
    hsv = skimage.color.rgb2hsv(image / 255)
    hsv[..., 2] = np.clip(hsv[..., 2] + added, 0, 1)
    return cut(skimage.color.hsv2rgb(hsv))


def saturate(image, random, gain, added):
    hsv = skimage.color.rgb2hsv(image / 255)
    hsv[..., 1] = np.clip(hsv[..., 1] * gain + added, 0, 1)
    return cut(skimage.color.hsv2rgb(hsv))


def jpeg_compression(image, random, quality):
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream))


def pixelate(image, random, share):
    small = Image.fromarray(image).resize((int(SIDE * share),) * 2, Image.Resampling.BOX)
    return np.asarray(small.resize((SIDE, SIDE), Image.Resampling.BOX))


def elastic_transform(image, random, strength, smoothness, slant):
    middle, reach = SIDE // 2, SIDE // 3
    corners = np.float32([[middle + reach, middle + reach], [middle + reach, middle - reach], [middle - reach, middle - reach]])
    moved = corners + random.between(-slant, slant, 3, 2).astype(np.float32)
    matrix = cv2.getAffineTransform(corners, moved)
    x = cv2.warpAffine((image / 255).astype(np.float32), matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT_101)
    shifts = []
    for _ in range(2):
        field = random.between(-1, 1, SIDE, SIDE)
        shifts.append(skimage.filters.gaussian(field, smoothness, mode="reflect", truncate=3) * strength)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    places = [rows + shifts[1], columns + shifts[0]]
    return cut(np.stack([ndimage.map_coordinates(x[..., c], places, order=1, mode="reflect") for c in range(3)], -1))


def times(side, rows):
    return [tuple(side * value for value in row) for row in rows]


# as hendrycks/robustness has them (ImageNet-C/create_c, read in commit ca36008 and its neighbours), by scale and severity
PARAMETERS = {
    "cifar": {
        "gaussian_noise": [0.04, 0.06, 0.08, 0.09, 0.10],
        "shot_noise": [500, 250, 100, 75, 50],
        "impulse_noise": [0.01, 0.02, 0.03, 0.05, 0.07],
        "speckle_noise": [0.06, 0.1, 0.12, 0.16, 0.2],
        "gaussian_blur": [0.4, 0.6, 0.7, 0.8, 1],
        "glass_blur": [(0.05, 1, 1), (0.25, 1, 1), (0.4, 1, 1), (0.25, 1, 2), (0.4, 1, 2)],
        "defocus_blur": [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)],
        "motion_blur": [(6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5)],
        "zoom_blur": [(7, 0.01), (12, 0.01), (16, 0.01), (21, 0.01), (26, 0.01)],
        "snow": [(0.1, 0.2, 1, 0.6, 8, 3, 0.95), (0.1, 0.2, 1, 0.5, 10, 4, 0.9), (0.15, 0.3, 1.75, 0.55, 10, 4, 0.9),
                 (0.25, 0.3, 2.25, 0.6, 12, 6, 0.85), (0.3, 0.3, 1.25, 0.65, 14, 12, 0.8)],
        "fog": [(0.2, 3), (0.5, 3), (0.75, 2.5), (1, 2), (1.5, 1.75)],
        "brightness": [0.05, 0.1, 0.15, 0.2, 0.3],
        "contrast": [0.75, 0.5, 0.4, 0.3, 0.15],
        "elastic_transform": times(32, [(0, 0, 0.08), (0.05, 0.2, 0.07), (0.08, 0.06, 0.06), (0.1, 0.04, 0.05), (0.1, 0.03, 0.03)]),
        "pixelate": [0.95, 0.9, 0.85, 0.75, 0.65],
        "jpeg_compression": [80, 65, 58, 50, 40],
        "spatter": [(0.62, 0.1, 0.7, 0.7, 0.5, 0), (0.65, 0.1, 0.8, 0.7, 0.5, 0), (0.65, 0.3, 1, 0.69, 0.5, 0),
                    (0.65, 0.1, 0.7, 0.69, 0.6, 1), (0.65, 0.1, 0.5, 0.68, 0.6, 1)],
        "saturate": [(0.3, 0), (0.1, 0), (1.5, 0), (2, 0.1), (2.5, 0.2)],
    },
    "tiny-imagenet": {
        "gaussian_noise": [0.04, 0.08, 0.12, 0.15, 0.18],
        "shot_noise": [250, 100, 50, 30, 15],
        "impulse_noise": [0.01, 0.02, 0.05, 0.08, 0.14],
        "speckle_noise": [0.15, 0.2, 0.25, 0.3, 0.35],
        "gaussian_blur": [0.5, 0.75, 1, 1.25, 1.5],
        "glass_blur": [(0.1, 1, 1), (0.5, 1, 1), (0.6, 1, 2), (0.7, 2, 1), (0.9, 2, 2)],
        "defocus_blur": [(0.5, 0.6), (1, 0.1), (1.5, 0.1), (2.5, 0.01), (3, 0.1)],
        "motion_blur": [(10, 1), (10, 1.5), (10, 2), (10, 2.5), (12, 3)],
        "zoom_blur": [(7, 0.01), (12, 0.01), (16, 0.01), (21, 0.01), (26, 0.01)],
        "snow": [(0.1, 0.2, 1, 0.6, 8, 3, 0.8), (0.1, 0.2, 1, 0.5, 10, 4, 0.8), (0.15, 0.3, 1.75, 0.55, 10, 4, 0.7),
                 (0.25, 0.3, 2.25, 0.6, 12, 6, 0.65), (0.3, 0.3, 1.25, 0.65, 14, 12, 0.6)],
        "fog": [(0.4, 3), (0.7, 3), (1, 2.5), (1.5, 2), (2, 1.75)],
        "brightness": [0.1, 0.2, 0.3, 0.4, 0.5],
        "contrast": [0.4, 0.3, 0.2, 0.1, 0.05],
        "elastic_transform": times(64, [(0, 0, 0.08), (0.05, 0.3, 0.06), (0.1, 0.08, 0.06), (0.1, 0.03, 0.03), (0.16, 0.03, 0.02)]),
        "pixelate": [0.9, 0.8, 0.7, 0.6, 0.5],
        "jpeg_compression": [65, 58, 50, 40, 25],
        "spatter": [(0.62, 0.1, 0.7, 0.7, 0.6, 0), (0.65, 0.1, 0.8, 0.7, 0.6, 0), (0.65, 0.3, 1, 0.69, 0.6, 0),
                    (0.65, 0.1, 0.7, 0.68, 0.6, 1), (0.65, 0.1, 0.5, 0.67, 0.6, 1)],
        "saturate": [(0.3, 0), (0.1, 0), (2, 0), (5, 0.1), (30, 0.2)],
    },
    "imagenet": {
        "gaussian_noise": [0.08, 0.12, 0.18, 0.26, 0.38],
        "shot_noise": [60, 25, 12, 5, 3],
        "impulse_noise": [0.03, 0.06, 0.09, 0.17, 0.27],
        "speckle_noise": [0.15, 0.2, 0.35, 0.45, 0.6],
        "gaussian_blur": [1, 2, 3, 4, 6],
        "glass_blur": [(0.7, 1, 2), (0.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, 4, 2)],
        "defocus_blur": [(3, 0.1), (4, 0.5), (6, 0.5), (8, 0.5), (10, 0.5)],
        "motion_blur": [(10, 3), (15, 5), (15, 8), (15, 12), (20, 15)],
        "zoom_blur": [(11, 0.01), (16, 0.01), (11, 0.02), (13, 0.02), (11, 0.03)],
        "snow": [(0.1, 0.3, 3, 0.5, 10, 4, 0.8), (0.2, 0.3, 2, 0.5, 12, 4, 0.7), (0.55, 0.3, 4, 0.9, 12, 8, 0.7),
                 (0.55, 0.3, 4.5, 0.85, 12, 8, 0.65), (0.55, 0.3, 2.5, 0.85, 12, 12, 0.55)],
        "fog": [(1.5, 2), (2, 2), (2.5, 1.7), (2.5, 1.5), (3, 1.4)],
        "brightness": [0.1, 0.2, 0.3, 0.4, 0.5],
        "contrast": [0.4, 0.3, 0.2, 0.1, 0.05],
        "elastic_transform": times(244, [(2, 0.7, 0.1), (2, 0.08, 0.2), (0.05, 0.01, 0.02), (0.07, 0.01, 0.02), (0.12, 0.01, 0.02)]),
        "pixelate": [0.6, 0.5, 0.4, 0.3, 0.25],
        "jpeg_compression": [25, 18, 15, 10, 7],
        "spatter": [(0.65, 0.3, 4, 0.69, 0.6, 0), (0.65, 0.3, 3, 0.68, 0.6, 0), (0.65, 0.3, 2, 0.68, 0.5, 0),
                    (0.65, 0.3, 1, 0.65, 1.5, 1), (0.67, 0.4, 1, 0.65, 1.5, 1)],
        "saturate": [(0.3, 0), (0.1, 0), (2, 0), (5, 0.1), (20, 0.2)],
    },
}


def main():
    image = picture()
    for scale, parameters in PARAMETERS.items():
        data = b""
        for index, name in enumerate(NAMES):
            for severity, row in enumerate(parameters[name], 1):
                row = row if isinstance(row, tuple) else (row,)
                corrupted = globals()[name](image, Lcg(1000 * index + severity), *row)
                assert corrupted.shape == image.shape and corrupted.dtype == np.uint8, (name, corrupted.dtype)
                data += corrupted.tobytes()
        path = OUT / f"corruptions-{scale}.bin.gz"
        path.write_bytes(gzip.compress(data, 9, mtime=0))
        print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
