"""Image files of every kind that ImageDecoder reads, and what Pillow makes of them.

Written with Python 3.11.7, NumPy 2.4.6, Pillow 12.3.0 (libjpeg-turbo 3.1.4.1); seed 20260301. The PNGs come from the writer
below (every row filter, every colour type, depth and interlacing), the JPEGs from Pillow.

    python3 codec_golden.py ../resources/golden/codecs

For each file NAME there is NAME.rgb: height x width x 3 bytes, `ImageOps.exif_transpose(...).convert("RGB")`; `cases.csv` lists
name, height, width. For PNGs of 16 bits the expected values are round(v / 257) by NumPy, and the script checks that Pillow's
high byte is at most one level away.
"""

import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

SEED = 20260301
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
NAMES = {0: "grey", 2: "rgb", 3: "palette", 4: "grey-alpha", 6: "rgba"}

out = Path(sys.argv[1])
rng = np.random.default_rng(SEED)
cases = []


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def packed(row, bits):
    """A row of samples (columns * channels) as bytes, leftmost sample highest."""
    if bits == 16:
        return row.astype(">u2").tobytes()
    if bits == 8:
        return row.astype(np.uint8).tobytes()
    text = "".join(format(int(v), f"0{bits}b") for v in row)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def filtered(rows, distance):
    """The rows of one pass, with filters 4, 3, 2, 1, 0, 4, ..."""
    result = b""
    above = None
    for y, row in enumerate(rows):
        kind = (4 - y) % 5
        above = above if above is not None else bytes(len(row))
        line = bytearray([kind])
        for i, value in enumerate(row):
            left = row[i - distance] if i >= distance else 0
            up = above[i]
            corner = above[i - distance] if i >= distance else 0
            estimate = left + up - corner
            paeth = min((left, up, corner), key=lambda v: abs(estimate - v))
            line.append((value - (0, left, up, (left + up) // 2, paeth)[kind]) % 256)
        result += line
        above = row
    return result


def png(samples, colour_type, bits, interlaced=False, palette=None, extra=b"", late=b""):
    """samples: height x width x channels"""
    height, width, channels = samples.shape
    distance = max(1, channels * bits // 8)
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    raw = b""
    for x0, y0, dx, dy in passes:
        part = samples[y0::dy, x0::dx]
        if part.shape[1] > 0:
            raw += filtered([packed(row.reshape(-1), bits) for row in part], distance)
    data = zlib.compress(raw, 9)
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, int(interlaced))
    plte = chunk(b"PLTE", palette.astype(np.uint8).tobytes()) if palette is not None else b""
    half = len(data) // 2
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + plte + extra + chunk(b"IDAT", data[:half])
            + chunk(b"IDAT", data[half:]) + late + chunk(b"IEND", b""))


def pillow(data):
    return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))


def case(name, data, expected=None):
    expected = pillow(data) if expected is None else expected
    (out / name).write_bytes(data)
    (out / (name + ".rgb")).write_bytes(expected.astype(np.uint8).tobytes())
    cases.append(f"{name},{expected.shape[0]},{expected.shape[1]}")


def exif(orientation, order="<"):
    """One directory: a maker's name, the orientation, and a pointer to a directory that is not there."""
    mark = b"II" if order == "<" else b"MM"
    entries = [
        struct.pack(order + "HHI4s", 0x010F, 2, 4, b"cam\0"),
        struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0),
    ]
    return mark + struct.pack(order + "HIH", 42, 8, len(entries)) + b"".join(entries) + struct.pack(order + "I", 0)


# PNG: every colour type and depth, plain and interlaced; 11 x 13 leaves partial bytes and uneven passes
for colour_type, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}.items():
    for bits in depths:
        for interlaced in (False, True):
            samples = rng.integers(0, 2**bits, (11, 13, CHANNELS[colour_type]))
            palette = None
            if colour_type == 3:
                palette = rng.integers(0, 256, (2**bits, 3))
            data = png(samples, colour_type, bits, interlaced, palette)
            expected = None
            if bits == 16:
                colours = samples[:, :, :1].repeat(3, 2) if colour_type in (0, 4) else samples[:, :, :3]
                expected = np.round(colours / 257.0)
                if colour_type != 0:  # Pillow keeps 16 bits of grey and cuts them off above 255
                    assert np.abs(pillow(data).astype(int) - expected).max() <= 1
            case(f"{NAMES[colour_type]}{bits}{'-interlaced' if interlaced else ''}.png", data, expected)

# images too small for some of the seven passes
for height, width in ((1, 1), (2, 3), (5, 1)):
    case(f"interlaced-{height}x{width}.png", png(rng.integers(0, 256, (height, width, 3)), 2, 8, True))

# transparency that is no channel
case("grey8-trns.png", png(rng.integers(0, 4, (3, 5, 1)), 0, 8, extra=chunk(b"tRNS", b"\0\2")))
case("rgb8-trns.png", png(rng.integers(0, 2, (3, 5, 3)), 2, 8, extra=chunk(b"tRNS", b"\0\1\0\1\0\0")))
case("palette8-trns.png", png(rng.integers(0, 3, (3, 5, 1)), 3, 8, palette=rng.integers(0, 256, (3, 3)),
                              extra=chunk(b"tRNS", b"\0\x80")))

# EXIF: all eight, both byte orders, before and behind the pixels
for orientation in range(1, 9):
    order = "<" if orientation % 2 else ">"
    block = chunk(b"eXIf", exif(orientation, order))
    before = orientation <= 4
    case(f"orientation-{orientation}.png", png(rng.integers(0, 256, (3, 5, 3)), 2, 8, interlaced=orientation == 6,
                                               extra=block if before else b"", late=b"" if before else block))

# JPEG: a picture of ramps, an edge and grain, 29 x 37, which leaves partial blocks at both sides
y, x = np.mgrid[0:29, 0:37]
picture = np.stack([x * 6, 255 - y * 8, (x + y) * 4], 2).astype(float)
picture[8:20, 10:25] = (200, 30, 60)
picture = np.clip(picture + rng.normal(0, 8, picture.shape), 0, 255).astype(np.uint8)


def jpeg(array, mode, **options):
    stream = io.BytesIO()
    Image.fromarray(array, mode).save(stream, "jpeg", **options)
    return stream.getvalue()


case("grey.jpg", jpeg(picture[:, :, 1].copy(), "L", quality=85))
for name, subsampling in (("444", 0), ("422", 1), ("420", 2)):
    for quality in (30, 95):
        case(f"ycc-{name}-q{quality}.jpg", jpeg(picture, "RGB", quality=quality, subsampling=subsampling))
case("progressive.jpg", jpeg(picture, "RGB", quality=85, progressive=True))
case("progressive-grey.jpg", jpeg(picture[:, :, 0].copy(), "L", quality=85, progressive=True))
case("restarts.jpg", jpeg(picture, "RGB", quality=85, restart_marker_rows=1))
case("optimized.jpg", jpeg(picture, "RGB", quality=85, optimize=True))
case("rgb.jpg", jpeg(picture, "RGB", quality=90, subsampling=0, keep_rgb=True))

# no marker but the channels' letters says that it is RGB; no marker at all says YCbCr
adobe = b"\xff\xee\x00\x0eAdobe"


def without(data, start):
    place = data.index(start)
    length = struct.unpack(">H", data[place + 2:place + 4])[0]
    return data[:place] + data[place + 2 + length:]


case("rgb-by-letters.jpg", without(jpeg(picture, "RGB", quality=90, subsampling=0, keep_rgb=True), adobe))
case("ycc-without-jfif.jpg", without(jpeg(picture, "RGB", quality=90), b"\xff\xe0"))

black = (255 - picture.max(2)) // 2
inks = np.dstack([255 - picture, black])
case("cmyk.jpg", jpeg(inks, "CMYK", quality=90))
# the same file with Adobe's byte for YCbCr inks: the samples' meaning changes, not they
cmyk = jpeg(inks, "CMYK", quality=90)
place = cmyk.index(adobe) + len(adobe) + 6
case("ycck.jpg", cmyk[:place] + b"\2" + cmyk[place + 1:])
case("cmyk-progressive.jpg", jpeg(inks, "CMYK", quality=90, progressive=True))
case("cmyk-without-adobe.jpg", without(cmyk, adobe))

for orientation in range(1, 9):
    order = ">" if orientation % 2 else "<"
    case(f"orientation-{orientation}.jpg",
         jpeg(picture, "RGB", quality=85, exif=b"Exif\0\0" + exif(orientation, order)))

(out / "cases.csv").write_text("\n".join(cases) + "\n")
