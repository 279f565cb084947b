"""Our AutoAttack beside the authors' own package: what AutoAttackComparisonTest reads.

A ResNet-18 of a small width is trained adversarially (PGD-3, L-infinity 8/255) on an image folder, then the reference package
attacks it. Weights, images and what the package found go into one file, and the Java side attacks the same images.

  git clone https://github.com/fra31/auto-attack && pip install --no-deps --target SITE ./auto-attack
  PYTHONPATH=SITE python3 autoattack_comparison.py --images FOLDER --out DIR      (FOLDER: train/<class>/*, test/<class>/*)
  ./mvnw -pl shared/vision -am verify -Dtest=AutoAttackComparisonTest -Dsurefire.failIfNoSpecifiedTests=false \\
      -Dexcluded.tags=gpu,docker -Dautoattack.comparison=DIR

Seen with Python 3, PyTorch 2.13.0 (CPU) and the package's commit a392200. A reduced budget is set on both sides by --apgd-steps,
--fab-steps and --queries. Seed 0 everywhere.
"""

import argparse
import json
import struct
import time
from pathlib import Path

import numpy
import torch
from PIL import Image
from torch.nn import functional as F

from golden import Network

RADII = {"Linf": 8 / 255, "L2": 0.5}


class Float32Network(Network):
    """golden.py's network, which computes in float64, in float32."""

    def forward(self, x):
        mean = torch.tensor((0.4914, 0.4822, 0.4465)).reshape(1, 3, 1, 1)
        deviation = torch.tensor((0.2471, 0.2435, 0.2616)).reshape(1, 3, 1, 1)
        y = F.relu(self.bn1(self.conv1((x - mean) / deviation)))
        y = self.layer4(self.layer3(self.layer2(self.layer1(y))))
        return self.linear(y.mean((2, 3)))


def load(folder, split, count):
    """The first images of each class, equally many of each, class after class in turn."""
    classes = sorted(path for path in (folder / split).iterdir() if path.is_dir())
    files = [sorted(directory.iterdir()) for directory in classes]
    images, labels = [], []
    for place in range(count // len(classes)):
        for label, paths in enumerate(files):
            images.append(numpy.asarray(Image.open(paths[place]).convert("RGB")))
            labels.append(label)
    pixels = torch.from_numpy(numpy.stack(images)).permute(0, 3, 1, 2).float() / 255
    return pixels.contiguous(), torch.tensor(labels)


def perturb(net, x, y, radius, step, steps):
    moved = (x + radius * (2 * torch.rand_like(x) - 1)).clamp(0, 1)
    for _ in range(steps):
        moved.requires_grad_(True)
        gradient = torch.autograd.grad(F.cross_entropy(net(moved), y, reduction="sum"), moved)[0]
        moved = (x + (moved.detach() + step * gradient.sign() - x).clamp(-radius, radius)).clamp(0, 1)
    return moved


def train(net, images, labels, epochs, rate):
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9, weight_decay=5e-4)
    batches = (len(images) + 127) // 128
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * batches)
    for epoch in range(epochs):
        start, total, right = time.time(), 0.0, 0
        for places in torch.randperm(len(images)).split(128):
            x, y = images[places], labels[places]
            if torch.rand(1) < 0.5:
                x = x.flip(3)
            down, across = torch.randint(0, 9, (2,)).tolist()
            x = F.pad(x, (4, 4, 4, 4))[:, :, down : down + x.shape[2], across : across + x.shape[3]]
            x = perturb(net.eval(), x.contiguous(memory_format=torch.channels_last), y, 8 / 255, 4 / 255, 3)
            logits = net.train()(x)
            loss = F.cross_entropy(logits, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(y)
            right += (logits.argmax(1) == y).sum().item()
        print(f"epoch {epoch}: loss {total / len(images):.4f}, robust on its own attack {right / len(images):.4f}, {time.time() - start:.0f} s", flush=True)


def reference(net, images, labels, norm, arguments):
    """Which images are right after each attack of the package, in its own order."""
    from autoattack import AutoAttack

    attack = AutoAttack(net, norm=norm, eps=RADII[norm], version="standard", device="cpu", seed=0, verbose=True)
    attack.apgd.n_iter = attack.apgd_targeted.n_iter = arguments.apgd_steps
    for apgd in (attack.apgd, attack.apgd_targeted):  # as its constructor derives them
        apgd.n_iter_2 = max(int(0.22 * apgd.n_iter), 1)
        apgd.n_iter_min = max(int(0.06 * apgd.n_iter), 1)
        apgd.size_decr = max(int(0.03 * apgd.n_iter), 1)
    attack.fab.n_iter = arguments.fab_steps
    attack.square.n_queries = arguments.queries
    start = time.time()
    adversarial = attack.run_standard_evaluation(images, labels, bs=125)
    with torch.no_grad():
        robust = net(adversarial).argmax(1) == labels
    print(f"{norm}: {robust.sum().item()} of {len(labels)} robust, {time.time() - start:.0f} s", flush=True)
    return robust.long()


def write(path, tensors, metadata):
    header, data = {"__metadata__": metadata}, []
    offset = 0
    for name, tensor in tensors.items():
        array = tensor.detach().contiguous().numpy()
        array = array.astype("<i8" if tensor.dtype == torch.int64 else "<f4")
        header[name] = {"dtype": "I64" if tensor.dtype == torch.int64 else "F32", "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
        data.append(array.tobytes())
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(data))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--width", type=int, default=8)
    parser.add_argument("--train", type=int, default=2000)
    parser.add_argument("--test", type=int, default=500)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--apgd-steps", type=int, default=100)
    parser.add_argument("--fab-steps", type=int, default=100)
    parser.add_argument("--queries", type=int, default=5000)
    parser.add_argument("--norms", nargs="+", default=list(RADII))
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    arguments.out.mkdir(parents=True, exist_ok=True)
    net = Float32Network("resnet18", arguments.width, 10).to(memory_format=torch.channels_last)
    kept = arguments.out / "trained.pt"
    if kept.exists():
        net.load_state_dict(torch.load(kept, weights_only=True))
    else:
        train(net, *load(arguments.images, "train", arguments.train), arguments.epochs, arguments.rate)
        torch.save(net.state_dict(), kept)
    net.eval().requires_grad_(False)
    images, labels = load(arguments.images, "test", arguments.test)
    tensors = {"weights." + name: tensor for name, tensor in net.state_dict().items()}
    tensors |= {"images": images, "labels": labels}
    metadata = {"width": str(arguments.width), "apgdSteps": str(arguments.apgd_steps), "fabSteps": str(arguments.fab_steps), "squareQueries": str(arguments.queries)}
    for norm in arguments.norms:
        robust = arguments.out / f"{norm}-{arguments.apgd_steps}-{arguments.fab_steps}-{arguments.queries}-{arguments.test}.pt"
        if not robust.exists():
            torch.save(reference(net, images, labels, norm, arguments), robust)
        tensors["robust." + norm] = torch.load(robust, weights_only=True)
        write(arguments.out / "comparison.safetensors", tensors, metadata)


if __name__ == "__main__":
    main()
