"""Reference values of the training probe, written with SciPy 1.17.1.

    python3 probe_golden.py ../resources/golden

probe.txt: per line the counts of a 2x2 table of pairs (both, only first, only second, neither), the exact one-sided McNemar
p-value from scipy.stats.binom, and Newcombe's 95 % interval (Statistics in Medicine 17, 1998, method 10) with the Wilson
intervals of scipy.stats.binomtest, all with 17 digits.
"""

import math
import pathlib
import sys

import scipy
from scipy.stats import binom, binomtest

TABLES = [
    (20, 12, 2, 16),
    (14, 5, 0, 22),
    (1, 1, 7, 3),
    (54, 0, 0, 0),
    (0, 30, 0, 0),
    (794, 86, 150, 570),
    (253, 9738, 0, 9),
    (20, 5, 5, 70),
]


def newcombe(both, first, second, neither):
    n = both + first + second + neither
    one = binomtest(both + first, n).proportion_ci(0.95, "wilson")
    two = binomtest(both + second, n).proportion_ci(0.95, "wilson")
    p, q = (both + first) / n, (both + second) / n
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    cross = both * neither - first * second
    if cross > 0:
        cross = max(cross - n / 2, 0)
    phi = 0 if margins == 0 else cross / math.sqrt(margins)

    def reach(a, b):
        return math.sqrt(a * a - 2 * phi * a * b + b * b)

    return p - q - reach(p - one.low, two.high - q), p - q + reach(one.high - p, q - two.low)


def main(folder):
    assert scipy.__version__ == "1.17.1", scipy.__version__
    with open(folder / "probe.txt", "w") as out:
        out.write("# scipy 1.17.1, probe_golden.py\n")
        for table in TABLES:
            p = binom.sf(table[1] - 1, table[1] + table[2], 0.5)
            low, high = newcombe(*table)
            out.write(" ".join(map(str, table)) + f" {p:.17g} {low:.17g} {high:.17g}\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
