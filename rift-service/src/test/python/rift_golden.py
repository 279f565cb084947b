"""Reference run of RiFT on a small network, written with PyTorch 2.13.0 (CPU) and NumPy 2.4.6, seed 5.

    python3 rift_golden.py ../resources/golden

An independent run of the algorithm that ModuleRobustCriticality and InterpolationPath state; nothing here is the authors'
code. The network is a ResNet-18 of width 2, trained for a moment on 8x8 images of four classes.

network.safetensors   the trained state dict, with the metadata that a Faultline checkpoint carries
examples.safetensors  "clean" and "adversarial" images (48, 3, 8, 8) and "labels"; the latter made by PGD-10 at 4/255
fine-tuned.safetensors  the weight of one module after fine-tuning
expected.json         "modules": per module, in float64, the mean loss before and after each of ten rounds and the accuracy drop;
                      "procedures": per procedure and module how many rounds were run, the criticality and the drop;
                      "oneRound": the same for the authors' procedure after a single round at their ascent rate of 1;
                      "path": per alpha the correct images, clean and under PGD-10 without random start
"""

import json
import pathlib
import struct
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

SEED = 5
WIDTH = 2
CLASSES = 4
SIZE = 8
MEAN = (0.5, 0.45, 0.4)
DEVIATION = (0.25, 0.25, 0.25)
EPSILON = 4 / 255
STEP = 1 / 255
STEPS = 10
RADIUS = 0.1
ROUNDS = 10
ASCENT_RATE = 0.05  # at the default of 1 the ascent bounces off the ball and magnifies rounding, from the second round on
AUTHORS_RATE = 1.0
BATCH = 16
MODULE = "layer2.1.conv2"
ALPHAS = [i / 10 for i in range(11)]


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTH, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTH)
        inputs = WIDTH
        for stage in range(4):
            outputs = WIDTH << stage
            blocks = [Block(inputs, outputs, 1 if stage == 0 else 2), Block(outputs, outputs, 1)]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
            inputs = outputs
        self.linear = nn.Linear(inputs, CLASSES)

    def forward(self, pixels):
        mean, deviation = (torch.tensor(v, dtype=pixels.dtype).view(1, 3, 1, 1) for v in (MEAN, DEVIATION))
        x = (pixels - mean) / deviation
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.linear(x.mean((2, 3)))


def images(random, count):
    """Class c is bright in its quarter of the image, in a colour and on a ground that vary; bytes / 255."""
    labels = np.arange(count) % CLASSES
    pixels = random.integers(0, 150, (count, 3, SIZE, SIZE))
    for i, label in enumerate(labels):
        y, x = (label // 2) * 4, (label % 2) * 4
        pixels[i, :, y : y + 4, x : x + 4] += random.integers(0, 45, (3, 1, 1))
    return torch.tensor(pixels.clip(0, 255) / 255.0, dtype=torch.float32), torch.tensor(labels)


def attack(network, clean, labels):
    x = clean.clone()
    for _ in range(STEPS):
        x.requires_grad_(True)
        (gradient,) = torch.autograd.grad(F.cross_entropy(network(x), labels, reduction="sum"), x)
        x = x.detach() + STEP * gradient.sign()
        x = torch.min(torch.max(x, clean - EPSILON), clean + EPSILON).clamp(0, 1)
    return x.detach()


def train(network, random):
    x, y = images(random, 512)
    optimiser = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    for _ in range(10):
        network.train()
        for batch in torch.randperm(len(y)).split(32):
            optimiser.zero_grad()
            F.cross_entropy(network(x[batch]), y[batch]).backward()
            optimiser.step()
    network.eval()
    return x, y


def fine_tune(network, x, y):
    """The module's weight alone, everything else as in eval mode; a strong rate, so that the path has something to show."""
    weight = network.get_parameter(MODULE + ".weight")
    before = weight.detach().clone()
    optimiser = torch.optim.SGD([weight], lr=1.0, momentum=0.9)
    for batch in torch.arange(256).split(32):
        optimiser.zero_grad()
        F.cross_entropy(network(x[batch]), y[batch]).backward()
        optimiser.step()
    after = weight.detach().clone()
    weight.data.copy_(before)
    return after


@torch.no_grad()
def fit(network, x, y):
    logits = network(x)
    return F.cross_entropy(logits.double(), y).item(), (logits.argmax(1) == y).sum().item()


@torch.no_grad()
def right(network, x, y):
    return network(x).argmax(1) == y


def ascend(network, weight, x, y, rate, rounds, stop_at_sphere=False):
    """Fits of the start and of each round; the weight is put back."""
    original = weight.detach().clone()
    fits = [fit(network, x, y)]
    reached = False
    while len(fits) <= rounds and not (stop_at_sphere and reached):
        for batch in torch.arange(len(y)).split(BATCH):
            (gradient,) = torch.autograd.grad(F.cross_entropy(network(x[batch]), y[batch]), weight)
            weight.data += rate * gradient
        change = weight.data - original
        reached = change.norm() >= RADIUS * original.norm()
        if reached:
            weight.data.copy_(original + change * (RADIUS * original.norm() / change.norm()))
        fits.append(fit(network, x, y))
    weight.data.copy_(original)
    return fits


def result(fits, counted, images):
    """Which of the fits counts: of equal ones the first."""
    worst = counted[int(np.argmax([fits[i][0] for i in counted]))]
    return {
        "rounds": len(fits) - 1,
        "mrc": fits[worst][0] - fits[0][0],
        "robustAccuracyDrop": 100.0 * (fits[0][1] - fits[worst][1]) / images,
    }


def weights(network):
    return {
        name[: -len(".weight")]: weight for name, weight in network.named_parameters() if weight.dim() > 1
    }


def criticality(network, weight, x, y):
    fits = ascend(network, weight, x, y, ASCENT_RATE, ROUNDS)
    found = result(fits, range(len(fits)), len(y))
    del found["rounds"]
    return {"lossRounds": [loss for loss, _ in fits], **found}


def criticalities(network, x, y):
    return {name: criticality(network, weight, x, y) for name, weight in weights(network).items()}


def by_procedure(network, x, y):
    """The definition's maximum, the authors' script and Algorithm 1 as printed."""
    found = {"maximum": {}, "authors": {}, "printed": {}}
    for name, weight in weights(network).items():
        fits = ascend(network, weight, x, y, ASCENT_RATE, ROUNDS)
        found["maximum"][name] = result(fits, range(len(fits)), len(y))
        found["authors"][name] = result(fits, range(1, len(fits)), len(y))
        fits = ascend(network, weight, x, y, ASCENT_RATE, ROUNDS, stop_at_sphere=True)
        found["printed"][name] = result(fits, [len(fits) - 1], len(y))
    return found


def one_round(network, x, y):
    found = {}
    for name, weight in weights(network).items():
        fits = ascend(network, weight, x, y, AUTHORS_RATE, 1)
        found[name] = result(fits, [1], len(y))
    return found


def path(network, fine_tuned, x, y):
    weight = network.get_parameter(MODULE + ".weight")
    original = weight.detach().clone()
    points = []
    for alpha in ALPHAS:
        weight.data.copy_((1 - alpha) * original + alpha * fine_tuned)
        clean = right(network, x, y)
        robust = clean & right(network, attack(network, x, y), y)
        points.append({"alpha": alpha, "clean": clean.sum().item(), "robust": robust.sum().item()})
    weight.data.copy_(original)
    return points


def write_safetensors(file, tensors, metadata):
    header, blobs, offset = {"__metadata__": metadata}, [], 0
    for name, tensor in tensors.items():
        blob = tensor.detach().contiguous().numpy().tobytes()
        kind = {torch.float32: "F32", torch.int64: "I64"}[tensor.dtype]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def main(folder):
    assert (np.__version__, torch.__version__.split("+")[0]) == ("2.4.6", "2.13.0"), (np.__version__, torch.__version__)
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    random = np.random.default_rng(SEED)
    network = ResNet18()
    x, y = train(network, random)
    clean, labels = images(random, 48)
    adversarial = attack(network, clean, labels)
    fine_tuned = fine_tune(network, x, y)
    metadata = {
        "format": "pt",
        "architecture": "resnet18",
        "width": str(WIDTH),
        "classes": str(CLASSES),
        "normalization.mean": ",".join(map(str, MEAN)),
        "normalization.deviation": ",".join(map(str, DEVIATION)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_safetensors(folder / "network.safetensors", network.state_dict(), metadata)
    write_safetensors(
        folder / "examples.safetensors", {"clean": clean, "adversarial": adversarial, "labels": labels}, {}
    )
    write_safetensors(folder / "fine-tuned.safetensors", {MODULE + ".weight": fine_tuned}, {})
    points = path(network, fine_tuned, clean, labels)
    single = criticalities(network, adversarial, labels)
    modules = criticalities(network.double(), adversarial.double(), labels)  # the oracle has the higher precision
    rounding = one_round(network.float(), adversarial, labels)
    network.double()
    procedures = by_procedure(network, adversarial.double(), labels)
    single_round = one_round(network, adversarial.double(), labels)
    expected = {"modules": modules, "path": points, "procedures": procedures, "oneRound": single_round}
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    for name, module in modules.items():
        off = abs(single[name]["mrc"] / module["mrc"] - 1)
        print(f"{name:24} {module['mrc']:.4f} {module['robustAccuracyDrop']:6.2f}, float32 off by {off:.1e}")
    for name, module in single_round.items():
        off = abs(rounding[name]["mrc"] / module["mrc"] - 1)
        print(f"one round of {name:24} {module['mrc']:.4f}, float32 off by {off:.1e}")
    print(*points, sep="\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
