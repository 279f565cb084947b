"""Prints the coins of NumpySeededFiltersTest, written with NumPy 2.4.6: after the filters' draws one random() per image.

    python3 coin_golden.py
"""

import numpy as np


def coins(seed, classes, kernel, blur, images, fraction):
    np.random.seed(seed)
    for _ in range(classes):
        np.random.uniform(0, blur, (3, 1, kernel, kernel))
        np.random.randint(kernel)
        np.random.randint(kernel)
    return "".join("1" if np.random.random() < fraction else "0" for _ in range(images))


for case in [(0, 10, 3, 0.3, 64, 0.5), (42, 3, 5, 0.2, 64, 0.2), (2**32 - 1, 2, 9, 0.06, 64, 0.8)]:
    print(*case, coins(*case))
