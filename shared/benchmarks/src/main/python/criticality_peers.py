"""The peer's side of CriticalityBenchmark: module robust criticality in PyTorch, as the authors of RiFT compute it. Run by
CriticalityBenchmark; the code is our own.

Every round ascends the cross-entropy of fixed adversarial examples, batch by batch, by plain SGD on a copy of the network in
evaluation mode of which one weight alone asks for a gradient; then the weight is projected once, and the loss is measured on all
examples. Batches come in a fixed order, so that both sides compute the same.

Commands come on standard input, one per line, and get one line each on standard output:

    setup WIDTH CLASSES THREADS RATE RADIUS CHECKPOINT EXAMPLES   reads both files; tries both memory formats and keeps the faster one
    original             answers "WALL CPU LOSS"
    module ROUNDS NAME   answers "WALL CPU MRC DROP"
    quit
"""

import copy
import json
import struct
import sys
import time

try:
    import numpy as np
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
except ImportError as missing:
    print(f"missing {missing}", flush=True)
    sys.exit(3)


class Normalize(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.4914, 0.4822, 0.4465]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.2471, 0.2435, 0.2616]).view(1, 3, 1, 1))

    def forward(self, x):
        return (x - self.mean) / self.std


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(out)) + self.shortcut(x))


class ResNet18(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        inputs = width
        for stage in range(4):
            outputs = width << stage
            blocks = [Block(inputs, outputs, 1 if stage == 0 else 2), Block(outputs, outputs, 1)]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
            inputs = outputs
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.layer4(self.layer3(self.layer2(self.layer1(out))))
        return self.linear(F.adaptive_avg_pool2d(out, 1).flatten(1))


def read_safetensors(file):
    with open(file, "rb") as opened:
        header = json.loads(opened.read(struct.unpack("<Q", opened.read(8))[0]))
        data = opened.read()
    header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[begin:end], {"F32": "<f4", "I64": "<i8"}[entry["dtype"]])
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors


def timed(task):
    wall, cpu = time.perf_counter(), time.process_time()
    result = task()
    return time.perf_counter() - wall, time.process_time() - cpu, result


class Peer:
    def __init__(self, width, classes, threads, rate, radius, checkpoint, examples):
        torch.set_num_threads(threads)
        self.rate, self.radius = rate, radius
        network = ResNet18(width, classes)
        network.load_state_dict(read_safetensors(checkpoint))
        self.model = nn.Sequential(Normalize(), network).eval()
        tensors = read_safetensors(examples)
        self.batches = [(tensors[f"images.{i:06}"], tensors[f"labels.{i:06}"]) for i in range(len(tensors) // 2)]
        tried = {}
        for layout in (torch.contiguous_format, torch.channels_last):
            self.use(layout)
            self.probe()
            tried[layout] = min(self.probe() for _ in range(2))
        self.layout = min(tried, key=tried.get)
        self.use(self.layout)

    def use(self, layout):
        self.model = self.model.to(memory_format=layout)
        self.batches = [(images.to(memory_format=layout), labels) for images, labels in self.batches]

    def probe(self):
        """A step in the middle of the network, on part of a batch."""
        images, labels = self.batches[0]
        model, weight = self.copy("layer2.0.conv2")
        return timed(lambda: F.cross_entropy(model(images[:64]), labels[:64]).backward())[1]

    def copy(self, name):
        model = copy.deepcopy(self.model)
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        weight = model[1].get_submodule(name).weight
        return model, weight.requires_grad_(True)

    @torch.no_grad()
    def fit(self, model):
        total, loss, correct = 0, 0.0, 0
        for images, labels in self.batches:
            outputs = model(images)
            total += len(labels)
            loss += F.cross_entropy(outputs, labels).item() * len(labels)
            correct += outputs.max(1)[1].eq(labels).sum().item()
        return loss / total, correct / total

    def measure_original(self):
        self.original = self.fit(self.model)
        return self.original[0]

    def criticality(self, name, rounds):
        model, weight = self.copy(name)
        start = weight.detach().clone()
        optimizer = torch.optim.SGD([weight], lr=self.rate)
        greatest, accuracy = 0.0, 0.0
        for _ in range(rounds):
            for images, labels in self.batches:
                optimizer.zero_grad()
                (-F.cross_entropy(model(images), labels)).backward()
                optimizer.step()
            with torch.no_grad():
                change = weight - start
                ratio = torch.linalg.norm(change) / torch.linalg.norm(start)
                if ratio > self.radius:
                    weight.copy_(start + change / ratio * self.radius)
            loss, correct = self.fit(model)
            if loss > greatest:
                greatest, accuracy = loss, correct
        return greatest - self.original[0], 100 * (self.original[1] - accuracy)


def main():
    print(f"PyTorch {torch.__version__}", flush=True)
    peer = None
    for line in sys.stdin:
        words = line.split()
        if words[0] == "quit":
            return
        if words[0] == "setup":
            width, classes, threads = map(int, words[1:4])
            peer = Peer(width, classes, threads, float(words[4]), float(words[5]), words[6], words[7])
            answer = "channels last" if peer.layout == torch.channels_last else "channels first"
        elif words[0] == "original":
            wall, cpu, loss = timed(peer.measure_original)
            answer = f"{wall} {cpu} {loss}"
        else:
            wall, cpu, (mrc, drop) = timed(lambda: peer.criticality(words[2], int(words[1])))
            answer = f"{wall} {cpu} {mrc} {drop}"
        print(answer, flush=True)


if __name__ == "__main__":
    main()
