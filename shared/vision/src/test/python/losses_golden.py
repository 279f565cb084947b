"""Writes the reference vectors of the losses, optimisers and schedules of shared/vision into src/test/resources/golden.

Run from shared/vision: python3 src/test/python/losses_golden.py
Written with Python 3, PyTorch 2.13.0 (CPU) and NumPy 2.4.6. Weights, images and noise come from the linear congruential generator
below, which the tests repeat in Java (seeds in the code), so that only results are kept. Networks run in float64: the differences
that a test finds are its own.
"""

import json
import math
import struct
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

OUT = Path(__file__).resolve().parents[1] / "resources" / "golden"
MEAN = (0.4914, 0.4822, 0.4465)
DEVIATION = (0.2471, 0.2435, 0.2616)
WIDTH, CLASSES, COUNT, SIDE = 2, 10, 16, 16
KEPT = ("conv1.weight", "bn1.bias", "layer2.0.shortcut.0.weight", "layer3.1.bn1.weight", "layer4.1.conv2.weight", "linear.weight", "linear.bias")


class Lcg:
    """Numbers in [-1, 1) with 24 bits."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 40) / 2**23 - 1

    def tensor(self, shape, scale=1.0, shift=0.0):
        values = [shift + scale * self.next() for _ in range(math.prod(shape))]
        return torch.tensor(values, dtype=torch.float32).double().reshape(shape)


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
            outputs = WIDTH * 2**stage
            first = Block(inputs, outputs, 2 if stage > 0 else 1)
            setattr(self, f"layer{stage + 1}", nn.Sequential(first, Block(outputs, outputs, 1)))
            inputs = outputs
        self.linear = nn.Linear(inputs, CLASSES)

    def forward(self, x):
        mean = torch.tensor(MEAN, dtype=torch.float32).double().reshape(1, 3, 1, 1)
        deviation = torch.tensor(DEVIATION, dtype=torch.float32).double().reshape(1, 3, 1, 1)
        y = F.relu(self.bn1(self.conv1((x - mean) / deviation)))
        y = self.layer4(self.layer3(self.layer2(self.layer1(y))))
        return self.linear(y.mean((2, 3)))


def network(seed):
    net = ResNet18().double()
    numbers = Lcg(seed)
    state = net.state_dict()
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        shape = tuple(tensor.shape)
        if len(shape) > 1:
            state[name] = numbers.tensor(shape, math.sqrt(3 / math.prod(shape[1:])))
        elif name.endswith("running_var"):
            state[name] = numbers.tensor(shape, 0.5, 1)
        elif name.endswith("weight"):
            state[name] = numbers.tensor(shape, 0.2, 1)
        else:
            state[name] = numbers.tensor(shape, 0.1)
    net.load_state_dict(state)
    return net


def batch(seed):
    images = Lcg(seed).tensor((COUNT, 3, SIDE, SIDE), 0.5, 0.5)
    return images, torch.tensor([(3 * i + 1) % CLASSES for i in range(COUNT)])


def write(name, tensors, what):
    metadata = {"what": what, "script": "src/test/python/losses_golden.py", "torch": torch.__version__, "python": sys.version.split()[0]}
    header, data = {"__metadata__": metadata}, b""
    for key, tensor in tensors.items():
        array = tensor.detach().contiguous().numpy().astype("<f4")
        header[key] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    path = OUT / f"{name}.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    assert path.stat().st_size < 100_000, path


def gradients(net, loss):
    net.zero_grad()
    loss.backward()
    return {name: p.grad.clone() for name, p in net.named_parameters() if p.grad is not None}


# the losses, as the papers print them


def mixed(natural, labels, others, shares, smoothing):
    ce = lambda y: F.cross_entropy(natural, y, reduction="none", label_smoothing=smoothing)
    return (shares * ce(labels) + (1 - shares) * ce(others)).mean()


def trades(natural, adversarial, labels, beta):
    kl = F.kl_div(F.log_softmax(adversarial, 1), F.softmax(natural, 1), reduction="batchmean")
    return F.cross_entropy(natural, labels) + beta * kl


def mart(natural, adversarial, labels, beta):
    p, q = F.softmax(natural, 1), F.softmax(adversarial, 1)
    others = q.scatter(1, labels[:, None], -1).max(1).values
    bce = -q.gather(1, labels[:, None])[:, 0].log() - (1 - others).log()
    kl = (p * (p.log() - q.log())).sum(1)
    return (bce + beta * kl * (1 - p.gather(1, labels[:, None])[:, 0])).mean()


def score(natural, adversarial, labels, beta, clip, smoothing):
    y = (1 - smoothing) * F.one_hot(labels, CLASSES) + smoothing / CLASSES
    bound = clip**2 + (CLASSES - 1) * (clip / (CLASSES - 1)) ** 2
    q = F.softmax(adversarial, 1)
    if beta is None:
        each = ((q - y) ** 2).sum(1)
    else:
        p = F.softmax(natural, 1)
        each = ((p - y) ** 2).sum(1) + beta * ((q - p) ** 2).sum(1)
    cut = F.relu(each - bound)
    assert 0 < (cut == 0).sum() < COUNT, each  # some images count and some do not
    return cut.mean()


def losses():
    images, labels = batch(12)
    attacked = (images + Lcg(13).tensor(images.shape, 0.1)).clamp(0, 1)
    others = (labels + 3) % CLASSES
    shares = Lcg(14).tensor((COUNT,), 0.5, 0.5)
    weights_of = lambda net: [p for name, p in net.named_parameters() if p.dim() > 1]
    cases = {
        "smoothed": lambda net: F.cross_entropy(net(images), labels, label_smoothing=0.1),
        "mixed": lambda net: mixed(net(images), labels, others, shares, 0.1),
        "adversarial": lambda net: F.cross_entropy(net(attacked), labels),
        "trades": lambda net: trades(net(images), net(attacked), labels, 6),
        "mart": lambda net: mart(net(images), net(attacked), labels, 5),
        "score-trades": lambda net: score(net(images), net(attacked), labels, 6, 0.7, 0.1),
        "score-adversarial": lambda net: score(None, net(attacked), labels, None, 0.85, 0.1),
        "orthogonality": lambda net: sum(((w.flatten(1) @ w.flatten(1).T - torch.eye(len(w))) ** 2).sum() for w in weights_of(net)),
    }
    results = {}
    for name, loss in cases.items():
        net = network(11).train()
        value = loss(net)
        results[name] = value
        found = gradients(net, value)
        results |= {f"{name}.{key}": found[key] for key in KEPT if key in found}
        if name == "trades":
            results["trades.running_mean"] = net.bn1.running_mean
    write("losses", results, "resnet18 width 2, weights Lcg(11), 16 images 16x16 Lcg(12), attacked by 0.1 Lcg(13), shares Lcg(14)")


def weight_perturbation():
    images, labels = batch(12)
    attacked = (images + Lcg(13).tensor(images.shape, 0.1)).clamp(0, 1)
    results = {}
    for name, gamma, loss in (
        ("at", 0.01, lambda net: F.cross_entropy(net(attacked), labels)),
        ("trades", 0.005, lambda net: trades(net(images), net(attacked), labels, 6)),
    ):
        net, proxy = network(11).train(), network(11).train()
        # as the authors compute it: a step of plain SGD on a copy, then rescaled layer by layer
        optimizer = torch.optim.SGD(proxy.parameters(), lr=0.01)
        optimizer.zero_grad()
        (-loss(proxy)).backward()
        optimizer.step()
        with torch.no_grad():
            for (key, weight), moved in zip(net.named_parameters(), proxy.parameters()):
                if weight.dim() > 1 and key.endswith("weight"):
                    moved -= weight
                    weight += gamma * weight.norm() / (moved.norm() + 1e-20) * moved
        results |= {f"{name}.weight.{key}": p.detach().clone() for key, p in net.named_parameters() if key in KEPT}
        value = loss(net)
        results[f"{name}.loss"] = value
        found = gradients(net, value)
        results |= {f"{name}.gradient.{key}": found[key] for key in KEPT}
        results[f"{name}.running_mean"] = net.bn1.running_mean
    write("weight-perturbation", results, "as losses; gamma 0.01 and 0.005")


def ascents():
    """Inner maximisations of divergences, from a fixed start."""
    net = network(15).eval()
    images, labels = batch(16)
    images, labels = images[:4], labels[:4]
    natural = net(images).detach()
    p = F.softmax(natural, 1)
    y = F.one_hot(labels, CLASSES)
    divergences = {
        "trades": lambda logits: (p * (p.log() - F.log_softmax(logits, 1))).sum(1),
        "score-trades": lambda logits: ((F.softmax(logits, 1) - p) ** 2).sum(1),
        "score-adversarial": lambda logits: ((F.softmax(logits, 1) - y) ** 2).sum(1),
    }
    results = {}
    for name, divergence in divergences.items():
        for norm, radius, step_size in (("linf", 8 / 255, 2 / 255), ("l2", 0.5, 0.15)):
            x = images + Lcg(17).tensor(images.shape, 0.02)
            for _ in range(5):
                x = x.detach().requires_grad_(True)
                gradient = torch.autograd.grad(divergence(net(x)).sum(), x)[0]
                length = lambda t: t.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)
                if norm == "linf":
                    x = x + step_size * gradient.sign()
                    x = (images + (x - images).clamp(-radius, radius)).clamp(0, 1)
                else:
                    x = x + step_size * gradient / (length(gradient) + 1e-10)
                    moved = x - images
                    x = (images + moved * (radius / length(moved)).clamp(max=1)).clamp(0, 1)
            results[f"{name}.{norm}"] = x
            results[f"{name}.{norm}.divergence"] = divergence(net(x))
    write("ascents", results, "resnet18 width 2, weights Lcg(15), first 4 of 16 images 16x16 Lcg(16), start 0.02 Lcg(17)")


def deconvolution():
    """One transposed convolution per class, shared by the channels; the filter is turned around in the results, as Java keeps it."""
    images, labels = batch(18)
    results = {}
    for script, size, rate in (("sound", 5, 5.0), ("authors", 3, 0.5)):
        net = network(19)
        net.train(script == "authors")
        numbers = Lcg(20)
        filters = numbers.tensor((CLASSES, size, size), 1 / size)
        biases = numbers.tensor((CLASSES,), 1 / size)
        layers = []
        for k in range(CLASSES):
            layer = nn.ConvTranspose2d(1, 1, size, padding=size // 2).double()
            layer.weight.data = filters[k].flip(0, 1).reshape(1, 1, size, size)
            layer.bias.data = biases[k].reshape(1)
            layers.append(layer)

        def changed():
            rows = []
            for image, label in zip(images, labels):
                filtered = layers[label](image.reshape(3, 1, SIDE, SIDE)).reshape(3, SIDE, SIDE)
                rows.append((filtered - filtered.min()) / (filtered.max() - filtered.min()))
            return torch.stack(rows)

        parameters = [p for layer in layers for p in layer.parameters()]
        bound = 0.35 if script == "sound" else 0.3
        held = 0
        for _ in range(3):
            held += sum((p.data.abs() > bound).sum() for p in parameters)
            if script == "authors":
                for p in parameters:
                    p.data.clamp_(-bound, bound)
            found = torch.autograd.grad(F.cross_entropy(net(changed()), labels), parameters, allow_unused=True)
            for p, gradient in zip(parameters, found):
                if gradient is not None:
                    p.data += rate * gradient
            if script == "sound":
                for p in parameters:
                    p.data.clamp_(-bound, bound)
        kept = torch.stack([layer.weight.data[0, 0].flip(0, 1) for layer in layers])
        assert (kept.abs() == bound).any() if script == "sound" else held > 0  # the bound bites
        assert (kept.abs() > bound).any() == (script == "authors")
        results[f"{script}.filters"] = kept
        results[f"{script}.biases"] = torch.stack([layer.bias.data[0] for layer in layers])
        results[f"{script}.images"] = changed()[:4]
        results[f"{script}.running_mean"] = net.bn1.running_mean
    write("deconvolution", results, "resnet18 width 2, weights Lcg(19), 16 images 16x16 Lcg(18), filters and biases Lcg(20), 3 steps of rate 5 or 0.5, bound 0.35 or 0.3")


def optimizers():
    """Ten steps along gradients that are given."""
    results = {}
    kinds = {
        "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=5e-2, nesterov=True),
        "sgd": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=5e-2),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.1, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.3),
    }
    for name, kind in kinds.items():
        numbers = Lcg(21)
        parameters = [nn.Parameter(numbers.tensor(shape)) for shape in ((3, 4), (4,))]
        optimizer = kind(parameters)
        for step in range(10):
            optimizer.param_groups[0]["lr"] = 0.1 / (1 + step)
            for p in parameters:
                p.grad = numbers.tensor(p.shape, 0.5, 0.1)
            optimizer.step()
        results |= {f"{name}.{i}": p for i, p in enumerate(parameters)}
    write("optimizers", results, "weights (3, 4) and (4), then ten times gradients 0.5 * next + 0.1, all of one Lcg(21); rate 0.1 / (1 + step)")


def schedules():
    def rates(steps, **settings):
        optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, total_steps=steps, anneal_strategy="cos", cycle_momentum=False, **settings)
        values = []
        for step in range(steps):
            values.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if step < steps - 1:
                schedule.step()
        return values

    values = {
        "header": {"script": "src/test/python/losses_golden.py", "torch": torch.__version__},
        "oneCycle20": rates(20, max_lr=0.1),
        "oneCycle13": rates(13, max_lr=0.4, pct_start=0.45, div_factor=10, final_div_factor=7),
    }
    (OUT / "schedules.json").write_text(json.dumps(values, indent=1) + "\n")


torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
OUT.mkdir(parents=True, exist_ok=True)
losses()
weight_perturbation()
ascents()
deconvolution()
optimizers()
schedules()
