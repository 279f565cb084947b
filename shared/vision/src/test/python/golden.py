"""Writes the reference vectors of shared/vision's tests into src/test/resources/golden.

Run from shared/vision: python3 src/test/python/golden.py
Written with Python 3, PyTorch 2.13.0 (CPU) and NumPy 2.4.6. Weights, images and directions come from the linear congruential
generator below, which the tests repeat in Java (seeds in the code), so that only results are kept. Networks run in float64:
the differences that a test finds are its own.
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
BLOCKS = {"resnet18": (2, 2, 2, 2), "resnet34": (3, 4, 6, 3)}


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


class Network(nn.Module):
    def __init__(self, architecture, width, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        inputs = width
        for stage, count in enumerate(BLOCKS[architecture]):
            outputs = width * 2**stage
            blocks = []
            for i in range(count):
                blocks.append(Block(inputs, outputs, 2 if stage > 0 and i == 0 else 1))
                inputs = outputs
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        mean = torch.tensor(MEAN, dtype=torch.float32).double().reshape(1, 3, 1, 1)
        deviation = torch.tensor(DEVIATION, dtype=torch.float32).double().reshape(1, 3, 1, 1)
        y = F.relu(self.bn1(self.conv1((x - mean) / deviation)))
        y = self.layer4(self.layer3(self.layer2(self.layer1(y))))
        return self.linear(y.mean((2, 3)))


def network(architecture, width, classes, seed):
    net = Network(architecture, width, classes).double()
    numbers = Lcg(seed)
    state = net.state_dict()
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        shape = tuple(tensor.shape)
        if len(shape) == 4:
            state[name] = numbers.tensor(shape, math.sqrt(3 / math.prod(shape[1:])))
        elif len(shape) == 2:
            state[name] = numbers.tensor(shape, math.sqrt(3 / shape[1]))
        elif name.endswith("running_var"):
            state[name] = numbers.tensor(shape, 0.5, 1)
        elif name.endswith("weight"):
            state[name] = numbers.tensor(shape, 0.2, 1)
        else:
            state[name] = numbers.tensor(shape, 0.1)
    net.load_state_dict(state)
    return net


def batch(count, size, classes, seed):
    images = Lcg(seed).tensor((count, 3, size, size), 0.5, 0.5)
    return images, torch.tensor([(3 * i + 1) % classes for i in range(count)])


def write_safetensors(name, tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for key, tensor in tensors.items():
        tensor = tensor.detach()
        whole = tensor.dtype == torch.int64
        array = tensor.contiguous().numpy().astype("<i8" if whole else "<f4")
        header[key] = {
            "dtype": "I64" if whole else "F32",
            "shape": list(array.shape),
            "data_offsets": [len(data), len(data) + array.nbytes],
        }
        data += array.tobytes()
    text = json.dumps(header).encode()
    path = OUT / f"{name}.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    assert path.stat().st_size < 100_000, path


def provenance(what):
    return {"what": what, "script": "src/test/python/golden.py", "torch": torch.__version__, "python": sys.version.split()[0]}


def logits_and_gradients():
    for architecture, width, classes, mode in (
        ("resnet18", 2, 10, "eval"),
        ("resnet18", 2, 10, "train"),
        ("resnet34", 1, 7, "eval"),
    ):
        net = network(architecture, width, classes, seed=1)
        net.train(mode == "train")
        images, labels = batch(8, 32, classes, seed=2)
        images.requires_grad_(True)
        logits = net(images)
        loss = F.cross_entropy(logits, labels)
        loss.backward()
        results = {"logits": logits, "loss": loss, "gradient.images[0]": images.grad[0]}
        results |= {"gradient." + name: p.grad for name, p in net.named_parameters()}
        if mode == "train":
            results |= {"after." + name: b for name, b in net.named_buffers()}
        write_safetensors(f"{architecture}-{mode}", results, provenance(f"width {width}, {classes} classes, weights Lcg(1), images Lcg(2)"))


def ten_steps():
    # a small rate: where float32 flips a ReLU next to zero, the gradient jumps by a thousandth, and the weights must not mind
    net = network("resnet18", 2, 10, seed=3).train()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.002, momentum=0.9, weight_decay=5e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)
    losses, norms = [], []
    for step in range(10):
        images, labels = batch(32, 16, 10, seed=100 + step)
        loss = F.cross_entropy(net(images), labels)
        optimizer.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(net.parameters(), 6.2))
        optimizer.step()
        schedule.step()
        losses.append(loss)
    assert min(norms) < 6.2 < max(norms), norms  # some steps clip and some do not
    results = {"losses": torch.stack(losses), "norms": torch.stack(norms)}
    results |= {"after." + name: tensor for name, tensor in net.state_dict().items()}
    write_safetensors("ten-sgd-steps", results, provenance("resnet18 width 2, weights Lcg(3), images 16x16 Lcg(100 + step)"))


def attacks():
    """PGD as Madry et al. print it, from a fixed start."""
    net = network("resnet18", 2, 10, seed=5).eval()
    images, labels = batch(4, 32, 10, seed=6)
    for norm, radius, step_size in (("linf", 8 / 255, 2 / 255), ("l2", 0.5, 0.1)):
        noise = Lcg(7).tensor(images.shape)
        if norm == "linf":
            x = (images + radius * noise).clamp(0, 1)
        else:
            x = (images + 0.3 * noise / noise.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)).clamp(0, 1)
        for _ in range(7):
            x = x.detach().requires_grad_(True)
            gradient = torch.autograd.grad(F.cross_entropy(net(x), labels, reduction="sum"), x)[0]
            if norm == "linf":
                x = x + step_size * gradient.sign()
                x = (images + (x - images).clamp(-radius, radius)).clamp(0, 1)
            else:
                length = gradient.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)
                x = x + step_size * gradient / (length + 1e-10)
                moved = x - images
                length = moved.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)
                x = (images + moved * (radius / length).clamp(max=1)).clamp(0, 1)
        loss = F.cross_entropy(net(x), labels, reduction="none")
        write_safetensors(f"pgd-{norm}", {"adversarial": x, "losses": loss}, provenance("resnet18 width 2, weights Lcg(5), images Lcg(6), noise Lcg(7)"))


def scalars():
    def rates(schedule, steps):
        parameter = nn.Parameter(torch.zeros(1))
        optimizer = torch.optim.SGD([parameter], lr=0.1)
        moved = schedule(optimizer)
        values = []
        for _ in range(steps):
            values.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            moved.step()
        return values

    lr = torch.optim.lr_scheduler
    logits = Lcg(9).tensor((5, 7), 8)
    logits[4, 2] = 500.0
    labels = torch.tensor([0, 6, 3, 3, 1])
    values = {
        "header": provenance("schedules at rate 0.1; cross-entropy of logits 8 * Lcg(9) of shape (5, 7), logit (4, 2) set to 500"),
        "cosine12": rates(lambda o: lr.CosineAnnealingLR(o, T_max=12), 12),
        "milestones3and5of8": rates(lambda o: lr.MultiStepLR(o, milestones=[3, 5], gamma=0.1), 8),
        "crossEntropy": F.cross_entropy(logits, labels, reduction="none").tolist(),
    }
    (OUT / "scalars.json").write_text(json.dumps(values, indent=1) + "\n")


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    logits_and_gradients()
    ten_steps()
    attacks()
    scalars()
