"""The peers' side of TrainingBenchmark: training steps of a ResNet-18 in PyTorch. Run by TrainingBenchmark; the code is our own.

Commands come on standard input, one per line, and get one line each on standard output:

    setup WIDTH BATCH THREADS   makes network, images and labels; tries both memory formats and keeps the faster one
    erm STEPS                   steps of empirical risk minimisation; answers "IMAGES SECONDS CPU_SECONDS"
    at STEPS                    steps of adversarial training with PGD-10, as the usual attack libraries do it; answers the same
    quit
"""

import sys
import time

try:
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
except ImportError as missing:
    print(f"missing {missing}", flush=True)
    sys.exit(3)

EPSILON, STEP, STEPS = 8 / 255, 2 / 255, 10


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
        blocks, inputs = [], width
        for stage in range(4):
            for block in range(2):
                outputs = width << stage
                blocks.append(Block(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
                inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        out = self.blocks(F.relu(self.bn1(self.conv1(x))))
        return self.linear(F.adaptive_avg_pool2d(out, 1).flatten(1))


def pgd(model, images, labels):
    """The attack as the usual libraries write it: evaluation mode, a gradient of the images alone."""
    model.eval()
    adversarial = images + torch.empty_like(images).uniform_(-EPSILON, EPSILON)
    adversarial = adversarial.clamp(0, 1).detach()
    for _ in range(STEPS):
        adversarial.requires_grad = True
        cost = F.cross_entropy(model(adversarial), labels)
        gradient = torch.autograd.grad(cost, adversarial)[0]
        adversarial = adversarial.detach() + STEP * gradient.sign()
        adversarial = (images + (adversarial - images).clamp(-EPSILON, EPSILON)).clamp(0, 1).detach()
    model.train()
    return adversarial


class Peer:
    def __init__(self, width, batch, threads):
        torch.set_num_threads(threads)
        torch.manual_seed(1)
        self.images = torch.rand(batch, 3, 32, 32)
        self.labels = torch.randint(0, 10, (batch,))
        self.network(width, False)
        plain = min(self.erm(1), self.erm(1))
        self.network(width, True)
        last = min(self.erm(1), self.erm(1))
        self.channels_last = last < plain
        self.network(width, self.channels_last)

    def network(self, width, channels_last):
        layout = torch.channels_last if channels_last else torch.contiguous_format
        self.model = nn.Sequential(Normalize(), ResNet18(width, 10)).to(memory_format=layout)
        self.images = self.images.to(memory_format=layout)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)

    def step(self, images):
        self.optimizer.zero_grad()
        loss = F.cross_entropy(self.model(images), self.labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def erm(self, steps):
        begin = time.perf_counter()
        for _ in range(steps):
            self.step(self.images)
        return time.perf_counter() - begin

    def at(self, steps):
        begin = time.perf_counter()
        for _ in range(steps):
            self.step(pgd(self.model, self.images, self.labels))
        return time.perf_counter() - begin


def main():
    print(f"PyTorch {torch.__version__}", flush=True)
    peer = None
    for line in sys.stdin:
        words = line.split()
        if words[0] == "quit":
            return
        if words[0] == "setup":
            width, batch, threads = map(int, words[1:])
            peer = Peer(width, batch, threads)
            answer = "channels last" if peer.channels_last else "channels first"
        else:
            steps = int(words[1])
            cpu = time.process_time()
            seconds = getattr(peer, words[0])(steps)
            answer = f"{steps * len(peer.images)} {seconds} {time.process_time() - cpu}"
        print(answer, flush=True)


if __name__ == "__main__":
    main()
