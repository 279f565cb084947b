"""Writes the reference vectors of Auto-PGD, FAB, Square and AutoAttack into src/test/resources/golden/attacks.

Run from shared/vision: python3 src/test/python/golden_attacks.py
Written with Python 3, PyTorch 2.13.0 (CPU) and NumPy 2.4.6, in float64, one image at a time, from the papers: Croce and Hein,
"Reliable evaluation of adversarial robustness" and "Minimally distorted adversarial examples" (both ICML 2020), Andriushchenko
et al., "Square Attack" (ECCV 2020). Network and images come from golden.py's generator, random numbers from the seeds that the
Java side uses too: Seed (SHA-256) and SplittableRandom, written here once more.

The images' labels are the network's own answers, and the radii such that each attack fools it on some images only.
"""

import hashlib
import math
import struct
import sys
from pathlib import Path

import numpy
import torch
from torch.nn import functional as F

import golden

OUT = golden.OUT / "attacks"
RADII = {"linf": 0.012, "l2": 0.2}
IMAGES, SIZE, CLASSES = 5, 16, 10
SEED = 11


class Seed:
    """io.faultline.recipe.Seed."""

    def __init__(self, value):
        self.value = value

    def derive(self, label):
        data = label.encode() if isinstance(label, str) else struct.pack(">q", label)
        digest = hashlib.sha256(struct.pack(">q", self.value) + data).digest()
        return Seed(struct.unpack(">q", digest[:8])[0])

    def generator(self):
        return SplittableRandom(self.value)


class SplittableRandom:
    """java.util.SplittableRandom: SplitMix64 (Steele et al., OOPSLA 2014)."""

    def __init__(self, seed):
        self.state = seed % 2**64

    def next_double(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
        return ((z ^ (z >> 31)) >> 11) * 2.0**-53

    def below(self, bound):
        return int(self.next_double() * bound)

    def sign(self):
        return 1 if self.next_double() < 0.5 else -1

    def coin(self):
        return self.next_double() < 0.5


def uniforms(seed, count):
    random = seed.generator()
    return [2 * random.next_double() - 1 for _ in range(count)]


def normals(seed, count):
    """Marsaglia's polar method."""
    random, values = seed.generator(), []
    while len(values) < count:
        x, y = 2 * random.next_double() - 1, 2 * random.next_double() - 1
        square = x * x + y * y
        if 0 < square < 1:
            scale = math.sqrt(-2 * math.log(square) / square)
            values += [x * scale, y * scale]
    return values[:count]


def noise(draw, seed, shape):
    """Row by row, pixel by pixel, channel by channel."""
    c, h, w = shape
    values = torch.tensor(draw(seed, c * h * w), dtype=torch.float32).double()
    return values.reshape(h, w, c).permute(2, 0, 1)


class Problem:
    """One image x of class y under a network."""

    def __init__(self, net, x, y, norm):
        self.net, self.x, self.y, self.norm, self.radius = net, x, y, norm, RADII[norm]

    def logits(self, x):
        with torch.no_grad():
            return self.net(x[None])[0]

    def fooled(self, x):
        return self.logits(x).argmax().item() != self.y

    def target(self, rank):
        return self.logits(self.x).argsort(descending=True)[rank - 1].item()

    def gradient(self, x, loss):
        x = x.detach().requires_grad_(True)
        logits = self.net(x[None])[0]
        value = loss(logits)
        return value.item(), torch.autograd.grad(value, x)[0], logits.argmax().item() != self.y

    def project(self, x):
        moved = x - self.x
        if self.norm == "linf":
            moved = moved.clamp(-self.radius, self.radius)
        elif moved.norm() > self.radius:
            moved = moved * (self.radius / moved.norm())
        return (self.x + moved).clamp(0, 1)

    def direction(self, gradient):
        return gradient.sign() if self.norm == "linf" else gradient / (gradient.norm() + 1e-12)

    def distance(self, x):
        moved = x - self.x
        return (moved.abs().max() if self.norm == "linf" else moved.norm()).item()

    def start(self, seed):
        if self.norm == "linf":
            t = noise(uniforms, seed, self.x.shape)
            t = t / t.abs().max()
        else:
            t = noise(normals, seed, self.x.shape)
            t = t / t.norm()
        return (self.x + self.radius * t).clamp(0, 1)


def cross_entropy(problem, rank):
    return lambda z: F.cross_entropy(z[None], torch.tensor([problem.y]))


def ratio(problem, rank):
    def loss(z):
        others = torch.cat((z[: problem.y], z[problem.y + 1 :]))
        ordered = z.sort(descending=True).values
        return -(z[problem.y] - others.max()) / (ordered[0] - ordered[2])

    return loss


def targeted_ratio(problem, rank):
    t = problem.target(rank)

    def loss(z):
        ordered = z.sort(descending=True).values
        return -(z[problem.y] - z[t]) / (ordered[0] - (ordered[2] + ordered[3]) / 2)

    return loss


def apgd(problem, loss, start, steps):
    """Croce and Hein, Alg. 1, with the constants and checkpoints of their code; ends where the image is fooled."""
    x = x_before = best = start
    value, gradient, fooled = problem.gradient(x, loss)
    if fooled:
        return x
    best_value, best_gradient = value, gradient
    size = 2 * problem.radius
    window = max(int(0.22 * steps), 1)
    checkpoint, rises, last = window, 0, 0.0
    checkpoint_best, halved_before = value, True
    for k in range(1, steps + 1):
        z = problem.project(x + size * problem.direction(gradient))
        share = 1 if k == 1 else 0.75
        new = problem.project(x + share * (z - x) + (1 - share) * (x - x_before))
        x_before, x = x, new
        value, gradient, fooled = problem.gradient(x, loss)
        if fooled:
            return x
        rises += value > last
        last = value
        if value > best_value:
            best, best_value, best_gradient = x, value, gradient
        if k == checkpoint:
            halve = rises <= 0.75 * window or (not halved_before and checkpoint_best >= best_value)
            if halve:
                size, x, gradient = size / 2, best, best_gradient
            halved_before, checkpoint_best, rises = halve, best_value, 0
            window = max(window - max(int(0.03 * steps), 1), max(int(0.06 * steps), 1))
            checkpoint += window
    return best


def to_hyperplane(problem, x, w, offset):
    """The shortest d with <w, x + d> = <w, x> - offset inside the box, its length found by bisection."""
    down = torch.sign(w) if offset >= 0 else -torch.sign(w)  # moves go against this
    room = torch.where(down > 0, x, 1 - x)
    speed = (w != 0).double() if problem.norm == "linf" else w.abs()

    def way(length):
        return -down * torch.minimum(length * speed, room)

    def drop(length):
        return (w * way(length)).sum().abs().item()

    low, high = 0.0, 1.0
    while drop(high) < abs(offset) and (high * speed < room)[w != 0].any():
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if drop(middle) < abs(offset) else (low, middle)
    return way(high)


def length(problem, d):
    return max((d.abs().max() if problem.norm == "linf" else d.norm()).item(), 1e-8)


def fab(problem, rank, steps):
    """FAB towards one class, until it finds a fooling point within the radius."""
    t = problem.target(rank)
    x = problem.x
    for _ in range(steps):
        value, w, _ = problem.gradient(x, lambda z: z[t] - z[problem.y])
        d = to_hyperplane(problem, x, w, value)
        d0 = to_hyperplane(problem, problem.x, w, value + (w * (problem.x - x)).sum().item())
        a = min(length(problem, d) / (length(problem, d) + length(problem, d0)), 0.1)
        x = ((1 - a) * (x + 1.05 * d) + a * (problem.x + 1.05 * d0)).clamp(0, 1)
        if problem.fooled(x):
            if problem.distance(x) <= problem.radius:
                return x
            x = problem.x + 0.9 * (x - problem.x)
    return problem.x


def share(query):
    return 0.8 / 2 ** sum(query > after for after in (10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000))


def hill(rows, columns):
    values = numpy.zeros((rows, columns))
    for y in range(rows):
        for x in range(columns):
            first = max(abs(y - rows // 2), abs(x - columns // 2))  # the smallest rectangle that reaches this place
            rings = max(rows // 2, columns // 2) + 1
            values[y, x] = sum(1 / (ring + 1) ** 2 for ring in range(first, rings))
    return values / numpy.sqrt((values**2).sum()) if rows else values


def hills(side, upright):
    both = numpy.concatenate((hill(side // 2, side), -hill(side - side // 2, side)))
    both = both / numpy.sqrt((both**2).sum())
    return both.T if upright else both


def square_start(problem, random):
    x, radius = problem.x.numpy(), problem.radius
    c, h, w = x.shape
    if problem.norm == "linf":
        stripes = numpy.array([random.sign() for _ in range(w * c)]).reshape(w, c).T
        return (x + radius * stripes[:, None, :]).clip(0, 1)
    side = h // 5
    margin = (h - 5 * side) // 2
    delta = numpy.zeros_like(x)
    for row in range(h // side):
        for column in range(w // side):
            form = hills(side, random.coin())
            top, left = margin + row * side, margin + column * side
            for channel in range(c):
                delta[channel, top : top + side, left : left + side] = random.sign() * form
    return (x + radius * delta / numpy.sqrt((delta**2).sum())).clip(0, 1)


def square_candidate(problem, best, query, random):
    x, radius = problem.x.numpy(), problem.radius
    c, h, w = x.shape
    side = round(math.sqrt(share(query) * h * w))
    if problem.norm == "linf":
        side = min(max(side, 1), h, w)
        top, left = random.below(h - side), random.below(w - side)
        new = best.copy()
        for channel in range(c):
            new[channel, top : top + side, left : left + side] += 2 * radius * random.sign()
        return new.clip(x - radius, x + radius).clip(0, 1)
    side = max(side, 3)
    side = min(side + (side % 2 == 0), h, w)
    top, left = random.below(h - side), random.below(w - side)
    top2, left2 = random.below(h - side), random.below(w - side)
    form = hills(side, random.coin())
    delta = best - x
    grown = numpy.zeros((h, w), bool)
    grown[top : top + side, left : left + side] = True
    both = grown.copy()
    both[top2 : top2 + side, left2 : left2 + side] = True
    unused = max(radius**2 - (delta**2).sum(), 0) / c
    new = numpy.where(both, 0, delta)
    for channel in range(c):
        old = delta[channel, top : top + side, left : left + side]
        mixed = random.sign() * form + old / (1e-12 + numpy.sqrt((old**2).sum()))
        wanted = math.sqrt(unused + (delta[channel][both] ** 2).sum())
        new[channel, top : top + side, left : left + side] = mixed / (1e-12 + numpy.sqrt((mixed**2).sum())) * wanted
    return (x + radius * new / (1e-12 + numpy.sqrt((new**2).sum()))).clip(0, 1)


def square(problem, seed, queries):
    def score(candidate):
        z = problem.logits(torch.from_numpy(candidate))
        margin = z[problem.y] - torch.cat((z[: problem.y], z[problem.y + 1 :])).max()
        return margin.item()

    best = square_start(problem, seed.derive("start").generator())
    margin = score(best)
    for query in range(queries):
        if margin < 0:
            break
        candidate = square_candidate(problem, best, query, seed.derive(query).generator())
        new = score(candidate)
        if new < margin:
            best, margin = candidate, new
    return torch.from_numpy(best)


def autoattack(problem, seed, steps, targets, queries):
    """The fate's place in AttackFate."""
    seeds = [seed.derive(name) for name in ("APGD_CE", "APGD_T", "FAB_T", "SQUARE")]
    if problem.fooled(apgd(problem, cross_entropy(problem, 0), problem.start(seeds[0]), steps)):
        return 1
    for k in range(targets):
        if problem.fooled(apgd(problem, targeted_ratio(problem, k + 2), problem.start(seeds[1].derive(k)), steps)):
            return 2
    if any(problem.fooled(fab(problem, k + 2, steps)) for k in range(targets)):
        return 3
    return 4 if problem.fooled(square(problem, seeds[3], queries)) else 5


def main():
    torch.set_num_threads(1)
    OUT.mkdir(parents=True, exist_ok=True)
    net = golden.network("resnet18", 2, CLASSES, seed=5).eval()
    images, _ = golden.batch(IMAGES, SIZE, CLASSES, seed=6)
    labels = net(images).argmax(1)
    for norm in RADII:
        problems = [Problem(net, x, y.item(), norm) for x, y in zip(images, labels)]
        seeds = [Seed(SEED).derive(place) for place in range(IMAGES)]
        pairs = list(zip(problems, seeds))
        results = {
            "apgd-ce": [apgd(p, cross_entropy(p, 0), p.start(s), 20) for p, s in pairs],
            "apgd-dlr": [apgd(p, ratio(p, 0), p.start(s), 20) for p, s in pairs],
            "apgd-t": [apgd(p, targeted_ratio(p, 3), p.start(s), 20) for p, s in pairs],
            "fab-t": [fab(p, 2, 20) for p in problems],
            "square": [square(p, s, 120) for p, s in pairs],
        }
        if norm == "linf":
            fgsm = [p.project(p.x + p.radius * p.gradient(p.x, cross_entropy(p, 0))[1].sign()) for p in problems]
            results["fgsm"] = fgsm
        tensors = {"labels": labels}
        for name, adversarial in results.items():
            fooled = torch.tensor([p.fooled(x) for p, x in zip(problems, adversarial)]).long()
            distances = [f"{p.distance(x):.4f}" for p, x in zip(problems, adversarial)]
            print(norm, name, fooled.tolist(), distances)
            tensors[name] = torch.stack(adversarial)
            tensors[name + ".fooled"] = fooled
        fates = [autoattack(p, s, 10, 3, 60) for p, s in pairs]
        print(norm, "fates", fates)
        tensors["fates"] = torch.tensor(fates)
        what = f"resnet18 width 2, weights Lcg(5), images {SIZE}x{SIZE} Lcg(6), Seed({SEED})"
        header = {"what": what, "script": "src/test/python/golden_attacks.py", "torch": torch.__version__, "python": sys.version.split()[0]}
        golden.write_safetensors(f"attacks/{norm}", tensors, header)


if __name__ == "__main__":
    main()
