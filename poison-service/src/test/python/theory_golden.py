"""Reference values for poison-service's theory, written with NumPy 2.4.6 and SciPy 1.17.1.

    python3 theory_golden.py ../resources/golden

theory.txt: one case a line. Everything comes from dense matrices in pixel coordinates (numpy.linalg.inv, slogdet, eigvalsh of
the tridiagonal filters), never from the closed-form eigenvectors that the Java code uses:

    d direction norm a_minus a_plus | c k_plus k_minus slope_plus slope_minus curvature | exact | correct draws | bound printed

c is Lemma 4's; k = b'mu + s (mu'A mu + c); slope = ||2 A mu + s b||; curvature = ||A||.
exact: tau of the CUDA mixture's Bayes classifier on clean data. Two routes: Gil-Pelaez's integral on the real axis (Imhof), by
    Gauss-Legendre panels that are doubled until the value stands; with two dimensions, where that integral hardly converges,
    the integral over one normal variable of the other one's closed form, by scipy.integrate.quad.
correct, draws: Monte Carlo in pixel coordinates, NumPy's PCG64 with seed 20230618, boundary x'Ax + b'x + c to the letter.
bound, printed: scipy.optimize.minimize_scalar over t for each of the two terms.
"""

import pathlib
import sys

import numpy as np
import scipy
from scipy import integrate, optimize
from scipy.stats import norm as normal

DRAWS = 400_000
CASES = [
    # the seven rows of papers.md, section 1.9
    (10, "all-ones", 1.0, 0.1, 0.3),
    (10, "all-ones", 1.0, 0.1, 0.45),
    (10, "all-ones", 2.5, 0.1, 0.45),
    (10, "all-ones", 5.0, 0.3, 0.49),
    (100, "all-ones", 1.0, 0.0, 0.3),
    (100, "all-ones", 2.5, 0.0, 0.3),
    (100, "all-ones", 5.0, 0.0, 0.3),
    # the other order of the classes, other directions, few dimensions, hardly any difference
    (10, "all-ones", 1.0, 0.45, 0.1),
    (10, "first-axis", 1.0, 0.1, 0.3),
    (10, "first-axis", 5.0, 0.45, 0.2),
    (2, "all-ones", 1.0, 0.1, 0.45),
    (2, "all-ones", 1.0, 0.2, 0.2001),
    (2, "first-axis", 2.5, 0.0, 0.49),
    (3, "first-axis", 1.0, 0.1, 0.4),
    (6, "first-axis", 2.5, 0.2, 0.4),
    (7, "all-ones", 1.0, 0.05, 0.35),
    (10, "all-ones", 1.0, 0.1, 0.102),
    (30, "first-axis", 2.5, 0.25, 0.1),
    (100, "all-ones", 5.0, 0.49, 0.3),
    (100, "first-axis", 5.0, 0.1, 0.15),
    # where mending the printed bound's sign is not enough
    (100, "all-ones", 1.0, 0.22, 0.24),
]


def toeplitz(d, a):
    return np.eye(d) + a * (np.eye(d, k=1) + np.eye(d, k=-1))


class Model:
    def __init__(self, d, direction, length, a_minus, a_plus):
        self.mu = np.full(d, length / np.sqrt(d)) if direction == "all-ones" else np.eye(d)[0] * length
        minus, plus = np.linalg.inv(toeplitz(d, a_minus)), np.linalg.inv(toeplitz(d, a_plus))
        self.A = minus @ minus - plus @ plus
        self.A = (self.A + self.A.T) / 2
        self.b = 2 * (minus + plus) @ self.mu
        self.c = 2 * (np.linalg.slogdet(toeplitz(d, a_minus))[1] - np.linalg.slogdet(toeplitz(d, a_plus))[1])

    def side(self, s):
        """Eigenvalues, slopes in their basis and constant of s (x'Ax + b'x + c), x = s mu + z."""
        values, vectors = np.linalg.eigh(s * self.A)
        v = 2 * self.A @ self.mu + s * self.b
        return values, vectors.T @ v, self.b @ self.mu + s * (self.mu @ self.A @ self.mu + self.c)


def gil_pelaez(lam, v, k):
    def integrand(t):
        w = 1 - 2j * np.outer(t, lam)
        return np.imag(np.exp(1j * t * k - 0.5 * np.log(w).sum(1) - (t[:, None] ** 2 * v**2 / (2 * w)).sum(1))) / t

    def size(t):
        w = np.abs(1 - 2j * t * lam)
        return np.exp(-0.5 * np.log(w).sum() - (t**2 * v**2 / (2 * w**2)).sum())

    scale = 1 / np.sqrt((v**2).sum() + 2 * (lam**2).sum())
    end = scale
    while size(end) > 1e-13:
        end *= 1.5
    nodes, weights = np.polynomial.legendre.leggauss(20)

    def composite(panels):
        edges = np.linspace(0, end, panels + 1)
        half = np.diff(edges) / 2
        total = 0.0
        for chunk in np.array_split(np.arange(panels), max(1, panels // 2000)):
            t = (edges[chunk] + half[chunk])[:, None] + half[chunk][:, None] * nodes
            total += (integrand(t.ravel()).reshape(t.shape) * weights * half[chunk][:, None]).sum()
        return total

    panels, before = 64, np.inf
    while True:
        value = composite(panels)
        if abs(value - before) < 1e-12:
            return 0.5 + value / np.pi
        panels, before = panels * 2, value
        assert panels < 2**21, "the real-axis integral does not settle"


def two_variables(lam, v, k):
    # the variable with the larger slope inside: the other way round the outer integrand can be all but a step
    order = np.argsort(-np.abs(v))
    lam, v = lam[order], v[order]

    def given(z):
        rest = lam[1] * z * z + v[1] * z + k
        a, b = lam[0], v[0]
        disc = b * b - 4 * a * rest
        if disc <= 0:
            return float(a > 0)
        low, high = sorted(((-b - np.sqrt(disc)) / (2 * a), (-b + np.sqrt(disc)) / (2 * a)))
        between = normal.cdf(high) - normal.cdf(low)
        return 1 - between if a > 0 else between

    # where the discriminant changes its sign, the inner probability has a kink
    kinks = np.roots([-4 * lam[0] * lam[1], -4 * lam[0] * v[1], v[0] ** 2 - 4 * lam[0] * k])
    kinks = sorted(float(z.real) for z in kinks if abs(z.imag) < 1e-12 and abs(z) < 12)
    edges = [-12.0, *kinks, 12.0]
    return sum(
        integrate.quad(lambda z: given(z) * normal.pdf(z), low, high, epsabs=1e-13, epsrel=1e-13, limit=500)[0]
        for low, high in zip(edges, edges[1:])
    )


def chernoff(lam, v, k, t):
    w = 1 - 2 * t * lam
    return t * k + (t * t * v * v / (2 * w)).sum() - 0.5 * np.log(w).sum()


def smallest(exponent, limit):
    """min over t of exponent, which is convex and 0 at t = 0."""
    found = optimize.minimize_scalar(exponent, bounds=(0, limit * (1 - 1e-12)), method="bounded", options={"xatol": 1e-13})
    return min(0.0, found.fun)


def bounds(model, sides):
    valid = printed = 0.0
    plus = sides[0][0]
    for lam, v, k in sides:
        valid += np.exp(smallest(lambda t: chernoff(lam, v, k, t), 1 / (2 * lam.max()))) / 2
        rate = k - 1 / (4 * np.linalg.norm(v) * np.abs(plus).max())
        zero = np.zeros_like(v)
        printed += np.exp(smallest(lambda t: chernoff(plus, zero, rate, t), 1 / (2 * plus.max()))) / 2
    return valid, printed


def main(folder):
    assert (np.__version__, scipy.__version__) == ("2.4.6", "1.17.1"), (np.__version__, scipy.__version__)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "theory.txt", "w") as out:
        out.write("# numpy 2.4.6, scipy 1.17.1, theory_golden.py, Monte Carlo seed 20230618\n")
        for case in CASES:
            d = case[0]
            model = Model(*case)
            sides = [model.side(1), model.side(-1)]
            route = two_variables if d == 2 else gil_pelaez
            exact = sum(route(*side) for side in sides) / 2
            assert exact <= normal.cdf(case[2]), "no classifier beats the clean data's Bayes classifier"
            random = np.random.default_rng(20230618)
            correct = 0
            for _ in range(DRAWS // 20_000):
                y = random.integers(0, 2, 20_000) * 2 - 1
                x = y[:, None] * model.mu + random.standard_normal((20_000, d))
                score = ((x @ model.A) * x).sum(1) + x @ model.b + model.c
                correct += int(((score > 0) == (y > 0)).sum())
            valid, printed = bounds(model, sides)
            numbers = [model.c, sides[0][2], sides[1][2], *(np.linalg.norm(side[1]) for side in sides), np.abs(sides[0][0]).max()]
            out.write(" ".join(map(str, case)) + " " + " ".join(f"{x:.15g}" for x in [*numbers, exact]))
            out.write(f" {correct} {DRAWS} {valid:.15g} {printed:.15g}\n")
            print(case, exact, correct / DRAWS, valid, printed, flush=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
