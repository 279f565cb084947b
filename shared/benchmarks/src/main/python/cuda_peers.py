"""The peers' side of CudaBenchmark: CUDA's class-wise convolution in PyTorch. Run by CudaBenchmark; the code is our own.

Commands come on standard input, one per line, and get one line each on standard output:

    setup HEIGHT WIDTH K P_B IMAGES THREADS  makes images and filters as the Java side does, tries the ways below and keeps the best
    loop SECONDS         image by image, as one writes it from the paper; answers "IMAGES SECONDS"
    vectorised SECONDS   many images at a time; answers the same
    check FILE COUNT     writes the loop's bytes of the first COUNT images; answers the share of bytes in which the vectorised
                         version's are the same
    quit

Every way takes and gives uint8 images (height, width, channel), as a data set has them.
"""

import sys
import time

try:
    import numpy as np
    import torch
    import torch.nn.functional as F
except ImportError as missing:
    print(f"missing {missing}", flush=True)
    sys.exit(3)

CLASSES = 10
SEED = 7


def draw_filters(kernel, blur):
    """CUDA's filters in the order in which its authors' script draws them (facts only)."""
    np.random.seed(SEED)
    bank = []
    for _ in range(CLASSES):
        weights = np.random.uniform(0, blur, (3, 1, kernel, kernel))[0, 0]
        weights[np.random.randint(kernel), np.random.randint(kernel)] = 1
        bank.append(weights)
    return torch.from_numpy(np.stack(bank)).to(torch.float32)


def make_images(count, height, width):
    """As SyntheticImages on the Java side."""
    i = np.arange(count).reshape(-1, 1, 1, 1)
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((y * 7 + x * 13 + c * 59 + x * y % 97 * (i % 10 + 1) + i * 31) % 256).astype(np.uint8)


class Peers:
    def __init__(self, height, width, kernel, blur, count, threads):
        self.size = height, width
        self.kernel = kernel
        self.images = make_images(count, height, width)
        self.labels = np.arange(count) % CLASSES
        self.filters = draw_filters(kernel, blur)
        self.convolutions = []
        for weights in self.filters:
            convolution = torch.nn.Conv2d(3, 3, kernel, padding=kernel // 2, groups=3, bias=False)
            convolution.weight.copy_(weights.reshape(1, 1, kernel, kernel).repeat(3, 1, 1, 1))
            self.convolutions.append(convolution)
        self.choose(threads)

    def choose(self, threads):
        """The loop with one or all threads, the vectorised version in several ways: whichever is fastest here."""
        self.loop_threads = max({1, threads}, key=lambda n: self.speed(self.with_threads(n, self.loop)))
        torch.set_num_threads(threads)
        self.threads = threads
        pixels = self.size[0] * self.size[1]
        batches = sorted({max(1, b * 1024 // pixels) for b in (50, 100, 200, 500)})
        ways = [(way, batch) for way in (self.by_class, self.all_classes) for batch in batches]
        self.way, self.batch = max(ways, key=lambda w: self.speed(lambda s: self.vectorised(s, *w)))

    def with_threads(self, threads, run):
        def measured(seconds):
            torch.set_num_threads(threads)
            return run(seconds)

        return measured

    @staticmethod
    def speed(run):
        run(0.1)
        images, seconds = run(0.4)
        return images / seconds

    def one(self, i):
        x = torch.from_numpy(self.images[i]).permute(2, 0, 1).float() / 255
        y = self.convolutions[self.labels[i]](x.unsqueeze(0))[0]
        y = y / y.max()
        return (y * 255).round().to(torch.uint8).permute(1, 2, 0).contiguous().numpy()

    def loop(self, seconds):
        done = 0
        start = time.perf_counter()
        while time.perf_counter() - start < seconds:
            for _ in range(20):
                self.one(done % len(self.images))
                done += 1
        return done, time.perf_counter() - start

    def levels(self, x, weights, groups):
        k = self.kernel
        n = x.shape[0]
        if groups == 3:
            y = F.conv2d(x, weights.reshape(1, 1, k, k).expand(3, 1, k, k), padding=k // 2, groups=3)
        else:
            x = x.reshape(1, n * 3, *self.size)
            y = F.conv2d(x, weights.repeat_interleave(3, 0).reshape(n * 3, 1, k, k), padding=k // 2, groups=n * 3)
            y = y.reshape(n, 3, *self.size)
        y.div_(y.amax((1, 2, 3), keepdim=True)).mul_(255).round_()
        return y.to(torch.uint8).permute(0, 2, 3, 1)

    def by_class(self, batch, out):
        """Batches of one class each, the class's filter on three groups."""
        images = torch.from_numpy(self.images)
        for label in range(CLASSES):
            places = torch.from_numpy(np.flatnonzero(self.labels == label))
            for some in places.split(batch):
                x = images[some].permute(0, 3, 1, 2).float().div_(255)
                out[some] = self.levels(x, self.filters[label], 3)
                yield len(some)

    def all_classes(self, batch, out):
        """Batches in the order of the images, each plane of each image a group of its own."""
        images = torch.from_numpy(self.images)
        labels = torch.from_numpy(self.labels)
        for start in range(0, len(images), batch):
            some = slice(start, min(start + batch, len(images)))
            x = images[some].permute(0, 3, 1, 2).float().div_(255)
            out[some] = self.levels(x, self.filters[labels[some]], None)
            yield some.stop - some.start

    def vectorised(self, seconds, way=None, batch=None):
        out = torch.empty(self.images.shape, dtype=torch.uint8)
        done = 0
        start = time.perf_counter()
        while True:
            for images in (way or self.way)(batch or self.batch, out):
                done += images
                if time.perf_counter() - start >= seconds:
                    return done, time.perf_counter() - start

    def check(self, path, count):
        loop = np.stack([self.one(i) for i in range(count)])
        out = torch.empty(self.images.shape, dtype=torch.uint8)
        for _ in self.way(self.batch, out):
            pass
        with open(path, "wb") as file:
            file.write(loop.tobytes())
        return (out[:count].numpy() == loop).mean()


def main():
    peers = None
    print(f"torch {torch.__version__} numpy {np.__version__} python {sys.version.split()[0]}", flush=True)
    for line in sys.stdin:
        command, *words = line.split()
        if command == "setup":
            height, width, kernel, blur, count, threads = words
            peers = Peers(int(height), int(width), int(kernel), float(blur), int(count), int(threads))
            ways = f"{peers.way.__name__} in batches of {peers.batch} on {threads} threads"
            print(f"loop on {peers.loop_threads} of {threads} threads; vectorised: {ways}", flush=True)
        elif command == "loop":
            torch.set_num_threads(peers.loop_threads)
            print(*peers.loop(float(words[0])), flush=True)
        elif command == "vectorised":
            torch.set_num_threads(peers.threads)
            print(*peers.vectorised(float(words[0])), flush=True)
        elif command == "check":
            print(peers.check(words[0], int(words[1])), flush=True)
        elif command == "quit":
            return


if __name__ == "__main__":
    with torch.no_grad():
        main()
