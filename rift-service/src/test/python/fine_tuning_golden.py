"""Reference run of RiFT's fine-tuning as its authors do it, with PyTorch 2.13.0 (CPU) and NumPy 2.4.6.

    python3 fine_tuning_golden.py ../resources/golden

An independent run, beside rift_golden.py's network and images, of what ModuleFineTuning and InterpolationPath state; nothing here
is the authors' code. Training mode, so that every batch norm's running statistics move; SGD with momentum and decay on the chosen
weights alone; a tenth of the rate after half of the epochs; the earliest epoch of the highest accuracy on the same images; the whole
state dict interpolated. No augmentation. The order of the images is the training loop's: a Fisher-Yates shuffle by Java's
SplittableRandom, whose seed is SHA-256 of seed, purpose and epoch; both are written out below.

fine-tuning.json         per case its epochs' losses and correct images, the best epoch, and per alpha the correct images, clean and
                         under PGD-10 without random start, with the change from alpha = 0 in points and its standard error
fine-tuning-CASE.safetensors  the best epoch's weights and running statistics

Everything runs in float64. A float32 run beside it must agree, or a ReLU that flips, or an answer or a gradient's sign on the
brink, has let rounding decide: rate and seed are such that none does, which is checked at the end.
"""

import hashlib
import json
import pathlib
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F

from rift_golden import ALPHAS, ResNet18, attack, right, write_safetensors

SEED = 8
EPOCHS = 4
BATCH = 16
RATE = 0.1
MOMENTUM = 0.9
DECAY = 5e-4
CASES = {"module": ["layer2.1.conv2"], "modules": ["conv1", "layer3.0.shortcut.0", "linear"], "statistics": []}
LARGEST_DEVIATION = 2e-5
MASK = 2**64 - 1


def derive(seed, label):
    digest = hashlib.sha256(struct.pack(">Q", seed & MASK) + label).digest()
    return struct.unpack(">Q", digest[:8])[0]


class SplittableRandom:
    """java.util.SplittableRandom (Steele, Lea and Flood, OOPSLA 2014) as a program sees it: SplitMix64 with mix32 for an int."""

    def __init__(self, seed):
        self.state = seed

    def bits31(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 33)) * 0x62A9D9ED799705F5) & MASK
        z = ((z ^ (z >> 28)) * 0xCB24D0A5C88C35B3) & MASK
        return z >> 32

    def below(self, bound):
        bits = self.bits31()
        if bound & (bound - 1) == 0:
            return bits & (bound - 1)
        bits >>= 1
        while bits - bits % bound + bound - 1 >= 2**31:
            bits = self.bits31() >> 1
        return bits % bound


def order(count, epoch):
    random = SplittableRandom(derive(derive(SEED, b"order"), struct.pack(">Q", epoch)))
    places = list(range(count))
    for last in range(count - 1, 0, -1):
        other = random.below(last + 1)
        places[last], places[other] = places[other], places[last]
    return torch.tensor(places)


def read_safetensors(file):
    data = file.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            kind = {"F32": np.float32, "I64": np.int64}[entry["dtype"]]
            tensors[name] = torch.tensor(np.frombuffer(data[start:end], kind).reshape(entry["shape"]))
    return tensors


def fine_tune(network, modules, x, y):
    weights = [network.get_parameter(module + ".weight") for module in modules]
    for parameter in network.parameters():
        parameter.requires_grad_(any(parameter is weight for weight in weights))
    optimiser = torch.optim.SGD(weights, lr=RATE, momentum=MOMENTUM, weight_decay=DECAY) if weights else None
    epochs, best = [], None
    for epoch in range(EPOCHS):
        if optimiser and epoch == EPOCHS // 2:
            optimiser.param_groups[0]["lr"] *= 0.1
        network.train()
        losses = 0.0
        for batch in order(len(y), epoch).split(BATCH):
            loss = F.cross_entropy(network(x[batch]), y[batch])
            losses += loss.item() * len(batch)
            if optimiser:
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
        network.eval()
        correct = right(network, x, y).sum().item()
        epochs.append({"loss": losses / len(y), "correct": correct})
        if best is None or correct > best[1]:
            best = (epoch + 1, correct, {name: tensor.clone() for name, tensor in network.state_dict().items()})
    for parameter in network.parameters():
        parameter.requires_grad_(True)
    return epochs, best[0], best[2]


def change(before, after):
    difference = after.numpy().astype(float) - before.numpy().astype(float)
    return [100 * difference.mean(), 100 * difference.std() / np.sqrt(len(difference))]


def path(network, start, end, x, y):
    points, origin = [], None
    for alpha in ALPHAS:
        network.load_state_dict({name: (1 - alpha) * start[name] + alpha * end[name] for name in start})
        clean = right(network, x, y)
        robust = clean & right(network, attack(network, x, y), y)
        origin = origin or (clean, robust)
        points.append(
            {
                "alpha": alpha,
                "clean": clean.sum().item(),
                "robust": robust.sum().item(),
                "cleanChange": change(origin[0], clean),
                "robustChange": change(origin[1], robust),
            }
        )
    return points


def run(start, modules, x, y, precision):
    network = ResNet18()
    network.load_state_dict(start)
    network.to(precision).eval()
    x = x.to(precision)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    epochs, best, after = fine_tune(network, modules, x, y)
    return {"modules": modules, "epochs": epochs, "best": best, "path": path(network, before, after, x, y)}, after


def deviation(one, other):
    return max(
        ((one[name].double() - other[name].double()).abs().max() / other[name].double().abs().max()).item()
        for name in one
    )


def main(folder):
    assert (np.__version__, torch.__version__.split("+")[0]) == ("2.4.6", "2.13.0"), (np.__version__, torch.__version__)
    torch.set_num_threads(1)
    start = read_safetensors(folder / "network.safetensors")
    examples = read_safetensors(folder / "examples.safetensors")
    # the tests' images are bytes
    x, y = (examples["clean"] * 255).round().double() / 255, examples["labels"]
    expected = {}
    for case, modules in CASES.items():
        figures, tensors = run(start, modules, x, y, torch.float64)
        single, rounded = run(start, modules, x, y, torch.float32)
        off = deviation(rounded, tensors)
        print(case, "best", figures["best"], figures["epochs"], f"float32 off by {off:.1e}")
        print(*[(p["alpha"], p["clean"], p["robust"]) for p in figures["path"]])
        assert off < LARGEST_DEVIATION, off
        assert single["path"] == figures["path"] and single["best"] == figures["best"]
        moved = {
            name: tensor.float() if tensor.is_floating_point() else tensor
            for name, tensor in tensors.items()
            if "running_" in name or "num_batches" in name or name in [module + ".weight" for module in modules]
        }
        write_safetensors(folder / f"fine-tuning-{case}.safetensors", moved, {})
        expected[case] = figures
    (folder / "fine-tuning.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
