"""Loads with PyTorch the file that TorchArchive writes, and checks every name, type, shape and number.

Run from shared/checkpoints: python3 src/test/python/load_archive.py
Passed with Python 3.11.7 and PyTorch 2.13.0 (CPU). TorchArchiveTest holds the file's bytes to what TorchArchive writes.
"""

import math
from collections import OrderedDict
from pathlib import Path

import torch

FILE = Path(__file__).resolve().parents[1] / "resources" / "checkpoints" / "ours.pth"
EXPECTED = {
    "layer1.0.conv1.weight": torch.tensor([1.5, -0.0, 2.0**-149, 3e38, 0.1, -2]).reshape(3, 2, 1, 1),
    "bn1.num_batches_tracked": torch.tensor(-(2**63)),
    "größe": torch.tensor([7.0]),
    "empty": torch.zeros(0, 3),
}

for options in ({}, {"mmap": True}, {"map_location": "cpu"}):
    loaded = torch.load(FILE, weights_only=True, **options)
    assert type(loaded) is OrderedDict and list(loaded) == list(EXPECTED), loaded
    for name, tensor in EXPECTED.items():
        found = loaded[name]
        assert found.dtype == tensor.dtype and found.shape == tensor.shape and torch.equal(found, tensor), name
        assert found.is_contiguous() and found.stride() == tensor.stride() and not found.requires_grad, name
    assert math.copysign(1, loaded["layer1.0.conv1.weight"].flatten()[1]) == -1
torch.save(loaded, "/dev/null")
print("PyTorch", torch.__version__, "loads", FILE.name)
