"""Writes the checkpoint files of this module's tests into src/test/resources/checkpoints.

Run from shared/checkpoints: python3 src/test/python/checkpoints.py
Written with Python 3.11.7, PyTorch 2.13.0 (CPU) and NumPy 2.4.6. Numbers come from the linear congruential generator of golden.py
with seeds 7 to 11; bytes of legacy files differ between runs, since their storages are named by memory addresses.

good/       what PyTorch itself wrote (big-endian.pth is rewritten, and PyTorch reads it), beside the same
            tensors as safetensors (expected.safetensors, keys "case/name")
malicious/  files that ask for more than tensors, or lie about them; nothing here does harm, the commands only make a file called
            faultline-was-here in the working directory
foreign/    other formats under the name of a checkpoint

malicious.csv holds the reader's own refusals, taken down once and read through; ours.pth is TorchArchive's (see load_archive.py).
"""

import collections
import io
import json
import math
import os
import pickle
import struct
import zipfile
import zlib
from pathlib import Path

import numpy
import torch
from torch import nn


OUT = Path(__file__).resolve().parents[1] / "resources" / "checkpoints"
torch.set_num_threads(1)


class Lcg:
    """Numbers in [-1, 1) with 24 bits."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 40) / 2**23 - 1

    def tensor(self, shape):
        return torch.tensor([self.next() for _ in range(math.prod(shape))], dtype=torch.float32).reshape(shape)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(2)
        self.linear = nn.Linear(2, 3)

    def forward(self, x):
        return self.linear(self.bn1(self.conv1(x)).mean((2, 3)))


class Normalize(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.4914, 0.4822, 0.4465]))
        self.register_buffer("std", torch.tensor([0.2471, 0.2435, 0.2616]))


class Normalized(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mu", torch.tensor([0.5]).reshape(1, 1, 1))
        self.register_buffer("sigma", torch.tensor([0.25]).reshape(1, 1, 1))
        self.model = network()


def network(seed=7):
    made = Network()
    numbers = Lcg(seed)
    for name, tensor in made.state_dict().items():
        if tensor.dtype == torch.int64:
            tensor.fill_(41)
        else:
            tensor.copy_(numbers.tensor(tensor.shape))
    return made


def write_safetensors(path, tensors):
    header, offset, data = {}, 0, b""
    for name, tensor in tensors.items():
        kind, wide = ("I64", tensor.long()) if not tensor.is_floating_point() else ("F32", tensor.float())
        raw = wide.contiguous().numpy().tobytes()
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [offset, offset + len(raw)]}
        offset += len(raw)
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


# --- good -----------------------------------------------------------------------------------------------------------------------


def good(folder):
    expected = {}

    def case(name, content, tensors, **options):
        torch.save(content, folder / (name + ".pth"), **options)
        for key, tensor in tensors.items():
            expected[name + "/" + key] = tensor.detach().clone()

    model = network()
    state = model.state_dict()
    case("zip", state, state)
    case("legacy", state, state, _use_new_zipfile_serialization=False)
    for protocol in (3, 4, 5):
        case(f"protocol{protocol}", state, state, pickle_protocol=protocol)
        case(f"legacy-protocol{protocol}", state, state, pickle_protocol=protocol, _use_new_zipfile_serialization=False)
    for name, kind in (("half", torch.float16), ("bfloat16", torch.bfloat16), ("double", torch.float64)):
        converted = collections.OrderedDict((k, v if v.dtype == torch.int64 else v.to(kind) / 3) for k, v in state.items())
        case(name, converted, converted)
        case("legacy-" + name, converted, converted, _use_new_zipfile_serialization=False)
    integers = {
        "int32": torch.tensor([-(2**31), 5], dtype=torch.int32),
        "int16": torch.tensor([[-300], [7]], dtype=torch.int16),
        "int8": torch.tensor([-128, 127], dtype=torch.int8),
        "uint8": torch.tensor([0, 255], dtype=torch.uint8),
        "bool": torch.tensor([True, False]),
        "int64": torch.tensor(-(2**62)),
        "empty": torch.zeros(0, 3),
    }
    case("integers", integers, integers)

    case("module", nn.DataParallel(model).state_dict(), state)
    compiled = collections.OrderedDict(("module._orig_mod." + k, v) for k, v in state.items())
    case("module-orig-mod", compiled, state)

    # the step changes the weights
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.ones(2, 3, 4, 4)).sum().backward()
    optimizer.step()
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [60, 120, 120])
    trained = {
        "net": model.state_dict(),
        "acc": 93.25,
        "best": numpy.float64(94.5),
        "correct": numpy.int64(9450),
        "epoch": 199,
        "name": "wrn",
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
        "rng": torch.arange(4, dtype=torch.uint8),
        "args": None,
        "milestones": [60, 120],
        "averages": [torch.ones(2), (torch.zeros(1), nn.Parameter(torch.ones(1)))],
        "size": torch.zeros(2, 3).shape,
    }
    case("training", trained, model.state_dict())
    case("training-protocol4", trained, model.state_dict(), pickle_protocol=4)
    case("legacy-training", trained, model.state_dict(), _use_new_zipfile_serialization=False)

    model = network()
    other = network(seed=8).state_dict()
    case("several", {"model": state, "state_dict": other, "ema": other}, {})
    case("model-and-ema", {"ema": other, "model": {"state_dict": state}}, state)
    case("ema", {"ema": other}, other)
    case("same-twice", {"model": state, "state_dict": state}, state)
    case("beside", {**state, "epoch": 3, "note": "x", "extra": [1]}, state)

    case("sequential", nn.Sequential(Normalize(), model).state_dict(), model.state_dict())
    case("sequential-module", nn.DataParallel(nn.Sequential(Normalize(), model)).state_dict(), model.state_dict())
    case("normalized", {"model_state_dict": Normalized().state_dict()}, state)

    base = Lcg(9).tensor((4, 6))
    views = {
        "transposed": base.t(),
        "column": base[:, 1],
        "slice": base[1:3, 1:6:2],
        "permuted": Lcg(10).tensor((2, 3, 4)).permute(2, 0, 1),
        "channels_last": Lcg(11).tensor((2, 3, 2, 2)).to(memory_format=torch.channels_last),
        "same": base,
        "again": base,
        "scalar": base[2, 3],
        "none": base[:0],
    }
    case("views", views, views)
    case("legacy-views", views, views, _use_new_zipfile_serialization=False)
    parameters = dict(model.named_parameters())
    case("parameters", parameters, parameters)
    case("list-of-parameters", {"params": collections.OrderedDict(parameters)}, parameters)

    torch.serialization.set_crc32_options(False)
    case("no-checksums", state, state)
    torch.serialization.set_crc32_options(True)

    swapped = [(name, big_endian(name, raw)) for name, raw in unzipped(folder / "zip.pth")]
    (folder / "big-endian.pth").write_bytes(stored_zip(swapped))
    again = torch.load(folder / "big-endian.pth", weights_only=True)
    for key, tensor in state.items():
        assert torch.equal(again[key], tensor), key
        expected["big-endian/" + key] = tensor.detach()
    write_safetensors(folder / "expected.safetensors", expected)

    kinds = {
        "f16": ("F16", torch.tensor([1 / 3, -2], dtype=torch.float16)),
        "bf16": ("BF16", torch.tensor([1 / 3, -2], dtype=torch.bfloat16)),
        "f64": ("F64", torch.tensor([1 / 3, -2], dtype=torch.float64)),
        "i32": ("I32", torch.tensor([-5, 2**30], dtype=torch.int32)),
        "u8": ("U8", torch.tensor([5, 255], dtype=torch.uint8)),
        "bool": ("BOOL", torch.tensor([True, False])),
    }
    header, data = {}, b""
    for name, (kind, tensor) in kinds.items():
        raw = tensor.view(torch.uint8).numpy().tobytes()
        header["module." + name] = {"dtype": kind, "shape": [2], "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    (folder / "kinds.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)


def unzipped(path):
    with zipfile.ZipFile(path) as file:
        return [(info.filename, file.read(info)) for info in file.infolist()]


def big_endian(name, raw):
    if name.endswith("byteorder"):
        return b"big"
    if "/data/" in name:
        width = 8 if len(raw) == 8 and raw[0] == 41 else 4
        return b"".join(raw[i : i + width][::-1] for i in range(0, len(raw), width))
    return raw


# --- malicious ------------------------------------------------------------------------------------------------------------------

COMMAND = "touch faultline-was-here"


def stored_zip(entries, **change):
    """A zip as PyTorch writes it; `change` makes it lie."""
    body, table = b"", b""
    for name, raw in entries:
        offset = change.get("offset", {}).get(name, len(body))
        size = change.get("size", {}).get(name, len(raw))
        method = change.get("method", {}).get(name, 0)
        full = change.get("full", {}).get(name, size)
        flags = change.get("flags", {}).get(name, 0)
        crc = change.get("crc", {}).get(name, zlib.crc32(raw))
        local = change.get("local", {}).get(name, name).encode()
        facts = struct.pack("<HHHHHIII", 20, flags, method, 0, 0, crc, size, full)
        body += b"PK\3\4" + facts + struct.pack("<HH", len(local), 0) + local + raw
        encoded = name.encode()
        table += b"PK\1\2\x14\0" + facts + struct.pack("<HHHHHII", len(encoded), 0, 0, 0, 0, 0, offset) + encoded
    count = change.get("count", len(entries))
    return body + table + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(table), len(body), 0)


def archive(program, *storages, **change):
    entries = [("archive/data.pkl", program), ("archive/byteorder", b"little")]
    entries += [(f"archive/data/{i}", raw) for i, raw in enumerate(storages)]
    return stored_zip(entries + [("archive/version", b"3\n")], **change)


def legacy(program, keys, storages):
    parts = [pickle.dumps(0x1950A86A20F9469CFC6C, 2), pickle.dumps(1001, 2)]
    parts.append(pickle.dumps({"protocol_version": 1001, "little_endian": True, "type_sizes": {}}, 2))
    return b"".join(parts + [program, pickle.dumps(keys, 2)] + storages)


def text(value):
    raw = value.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw


def whole(value):
    raw = value.to_bytes((value.bit_length() // 8) + 1, "little", signed=True)
    return b"\x8a" + bytes([len(raw)]) + raw


def wholes(values):
    return b"(" + b"".join(whole(v) for v in values) + b"t"


def storage(elements, kind="FloatStorage", key="0"):
    return b"(" + text("storage") + b"ctorch\n" + kind.encode() + b"\n" + text(key) + text("cpu") + whole(elements) + b"tQ"


def tensor(shape=(2,), strides=(1,), offset=0, elements=2, place=None, tail=b"\x89ccollections\nOrderedDict\n)R"):
    place = storage(elements) if place is None else place
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + place + whole(offset) + wholes(shape) + wholes(strides) + tail + b"tR"


def state_dict(*values):
    items = b"".join(text(f"w{i}") + value for i, value in enumerate(values))
    return b"\x80\x02}(" + items + b"u."


class Calls:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


class Plain:
    def __init__(self):
        self.x = 1


def malicious(folder):
    def case(name, raw):
        (folder / (name + ".pth")).write_bytes(raw)

    floats = struct.pack("<2f", 1, 2)
    good_tensor = tensor()

    # calls
    for name, content in {
        "os-system": Calls(os.system, COMMAND),
        "eval": Calls(eval, f"__import__('os').system('{COMMAND}')"),
        "exec": Calls(exec, f"import os; os.system('{COMMAND}')"),
        "getattr": Calls(getattr, "x", "upper"),
        "import": Calls(__import__, "os"),
        "load-from-bytes": Calls(torch.storage._load_from_bytes, b""),
        "bytearray": bytearray(b"x"),
        "set": {1, 2},
        "complex": 1j,
        "object": Plain(),
        "model": network(),
        "function": len,
    }.items():
        buffer = io.BytesIO()
        torch.save({"w": content}, buffer)
        case("asks-" + name, buffer.getvalue())
        if name in ("os-system", "eval", "object"):
            buffer = io.BytesIO()
            torch.save({"w": content}, buffer, _use_new_zipfile_serialization=False)
            case("asks-" + name + "-legacy", buffer.getvalue())
            buffer = io.BytesIO()
            torch.save({"w": content}, buffer, pickle_protocol=4)
            case("asks-" + name + "-protocol4", buffer.getvalue())
    case("asks-after-tensors", archive(state_dict(good_tensor, b"cposix\nsystem\n" + text(COMMAND) + b"\x85R"), floats))
    case("asks-in-keys-legacy", legacy(b"\x80\x02}.", [Calls(os.system, COMMAND)], []))
    case("asks-in-header-legacy", legacy(b"\x80\x02}.", [], []).replace(b"M\xe9\x03.", b"cposix\nsystem\n" + text(COMMAND) + b"\x85R."))
    case("asks-dotted-name", archive(state_dict(text("torch") + text("_utils._rebuild_tensor_v2.__globals__") + b"\x93")))
    case("asks-computed-name", archive(state_dict(text("builtins") + text("eval") + b"\x93" + text("1") + b"\x85R")))
    case("opcode-inst", archive(state_dict(b"(" + text(COMMAND) + b"iposix\nsystem\n")))
    case("opcode-obj", archive(state_dict(b"(cposix\nsystem\n" + text(COMMAND) + b"o")))
    case("opcode-newobj", archive(state_dict(b"ccollections\nOrderedDict\n)\x81")))
    case("opcode-newobj-ex", archive(b"\x80\x04}(" + text("w") + b"ccollections\nOrderedDict\n)}\x92u."))
    case("opcode-extension", archive(state_dict(b"\x82\x01")))
    case("opcode-persid", archive(state_dict(b"Pstorage\n")))
    case("opcode-protocol0", archive(b"(dp0\nVx\np1\nI1\ns."))
    case("opcode-int-protocol0", archive(state_dict(b"I7\n")))
    case("opcode-unknown", archive(state_dict(b"\xff")))
    case("calls-storage", archive(state_dict(b"ctorch\nFloatStorage\n" + whole(2**40) + b"\x85R"), floats))
    case("calls-text", archive(state_dict(text("os.system") + text(COMMAND) + b"\x85R")))
    case("calls-without-tuple", archive(state_dict(b"ccollections\nOrderedDict\n]R")))
    case("calls-tensor-with-little", archive(state_dict(b"ctorch._utils\n_rebuild_tensor_v2\n" + storage(2) + b"\x85R"), floats))
    case("builds-tensor", archive(state_dict(good_tensor + b"}" + text("grad_fn") + b"Nsb"), floats))
    case("builds-dict", archive(state_dict(b"ccollections\nOrderedDict\n)R}" + text("__class__") + b"Nsb"), floats))
    case("builds-function", archive(state_dict(b"ccollections\nOrderedDict\n}" + text("__code__") + b"Nsb"), floats))
    case("hooks", archive(state_dict(tensor(tail=b"\x89}" + text("a") + b"Ns")), floats))
    case("negated", archive(state_dict(tensor(tail=b"\x89}}" + text("neg") + b"\x88s")), floats))
    case("persistent-module", archive(state_dict(b"(" + text("module") + text("x") + text("y") + text("z") + b"tQ")))
    case("persistent-text", archive(state_dict(text("/etc/passwd") + b"Q")))
    case("persistent-class", archive(state_dict(tensor(place=storage(2, "Size"))), floats))
    case("numpy-big-endian", archive(state_dict(b"cnumpy\ndtype\n" + text("f8") + b"\x85R(K\x03" + text(">") + b"NNNtb")))
    case("numpy-object", archive(state_dict(b"cnumpy\ndtype\n" + text("O8") + b"\x85R")))
    case("numpy-wrong-length", archive(b"\x80\x03}" + text("w") + b"cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\n" + text("f8") + b"\x85RC\1x\x86Rs."))
    case("encode-other", archive(state_dict(b"c_codecs\nencode\n" + text("x") + text("rot13") + b"\x86R")))

    # shapes, strides, storages
    for name, described in {
        "huge": tensor(shape=(2**40,)),
        "huge-storage": tensor(shape=(2**40,), elements=2**40),
        "beyond-64-bits": tensor(shape=(2**40, 2**40), strides=(2**40, 1)),
        "beyond-64-bits-empty": tensor(shape=(2**61, 2**61, 0), strides=(1, 1, 1)),
        "whole-beyond-64-bits": tensor(shape=(2**70,)),
        "negative": tensor(shape=(-2,)),
        "nine-dimensions": tensor(shape=(1,) * 9, strides=(1,) * 9),
        "text": tensor().replace(wholes((2,)) + wholes((1,)), b"(" + text("2") + b"t" + wholes((1,))),
        "truth": tensor().replace(wholes((2,)) + wholes((1,)), b"(\x88t" + wholes((1,))),
    }.items():
        case("shape-" + name, archive(state_dict(described), floats))
    for name, described in {
        "negative": tensor(strides=(-1,), offset=1),
        "outside": tensor(strides=(2,)),
        "huge": tensor(strides=(2**62,)),
        "zero": tensor(shape=(10**6,), strides=(0,)),
        "overlapping": tensor(shape=(2, 2), strides=(1, 1), elements=3, place=storage(3)),
        "missing": tensor(shape=(2, 1), strides=(1,)),
    }.items():
        raw = struct.pack("<3f", 1, 2, 3) if name == "overlapping" else floats
        case("strides-" + name, archive(state_dict(described), raw))
    case("offset-outside", archive(state_dict(tensor(offset=1)), floats))
    case("offset-negative", archive(state_dict(tensor(offset=-1)), floats))
    case("offset-huge", archive(state_dict(tensor(offset=2**63 - 1)), floats))
    case("storage-short", archive(state_dict(tensor(elements=4, shape=(4,))), floats))
    case("storage-long", archive(state_dict(tensor(elements=1, shape=(1,))), floats))
    case("storage-missing", archive(state_dict(tensor(place=storage(2, key="7"))), floats))
    case("storage-path", archive(state_dict(tensor(place=storage(2, key="../version"))), floats))
    case("storage-negative", archive(state_dict(tensor(elements=-1)), floats))
    case("storage-overflow", archive(state_dict(tensor(elements=2**62)), floats))
    case("storage-two-kinds", archive(state_dict(tensor(), tensor(place=storage(1, "LongStorage"), shape=(1,))), floats))
    case("bool-of-seven", archive(state_dict(tensor(place=storage(2, "BoolStorage"))), b"\1\7"))
    double = struct.pack("<2d", 1, 1e300)
    case("double-beyond-float", archive(state_dict(tensor(place=storage(2, "DoubleStorage"))), double))
    raw = bytes(4 * 4000)
    slices = [tensor(shape=(4000 - i,), offset=i, place=storage(4000)) for i in range(200)]
    case("views-without-end", archive(state_dict(*slices), raw))
    for name, raw in {
        "short": struct.pack("<q", 2) + floats[:4],
        "none": b"",
        "lying": struct.pack("<q", 2**40) + floats,
        "trailing": struct.pack("<q", 2) + floats + b"x",
    }.items():
        case(f"legacy-storage-{name}", legacy(state_dict(good_tensor), ["0"], [raw]))
    once = struct.pack("<q", 2) + floats
    case("legacy-storage-twice", legacy(state_dict(good_tensor), ["0", "0"], [once, once]))
    case("legacy-storage-unknown", legacy(state_dict(good_tensor), ["9"], [once]))
    case("legacy-storage-unlisted", legacy(state_dict(good_tensor), [], []))
    case("legacy-view", legacy(state_dict(good_tensor.replace(whole(2) + b"tQ", whole(2) + b"(" + text("1") + whole(0) + whole(2) + b"ttQ")), ["0"], [once]))
    case("legacy-keys-no-list", legacy(state_dict(good_tensor), {"0": 1}, [once]))
    case("legacy-big-endian", legacy(state_dict(good_tensor), ["0"], [once]).replace(b"\x88", b"\x89", 1))
    case("legacy-version", legacy(state_dict(good_tensor), ["0"], [once]).replace(b"M\xe9\x03", b"M\xea\x03", 1))

    # bombs and damage
    depth = 30_000
    case("bomb-nested-lists", archive(b"\x80\x02" + b"]" * depth + b"a" * (depth - 1) + b"."))
    case("bomb-nested-dicts", archive(b"\x80\x02" + (b"}" + text("net")) * 5000 + b"}" + b"s" * 5000 + b"."))
    case("bomb-nested-tuples", archive(state_dict(b")" + b"\x85" * depth)))
    case("bomb-list-of-itself", archive(state_dict(b"]q\0h\0a")))
    case("bomb-dict-of-itself", archive(b"\x80\x02}q\0" + text("net") + b"h\0s" + text("model") + b"h\0s."))
    laughs = b"]" + text("ha") + b"a" + b"".join(b"q\0" + b"0" + b"](h\0h\0h\0h\0h\0h\0h\0h\0e" for _ in range(60))
    case("bomb-billion-laughs", archive(state_dict(laughs)))
    fan = b"}"
    for _ in range(6):
        fan = fan + b"q\0" + b"0}(" + b"".join(text(f"k{i}") + b"h\0" for i in range(40)) + b"u"
    case("bomb-fan-of-dicts", archive(b"\x80\x02" + fan + b"."))
    case("bomb-key-of-containers", archive(state_dict(b"}" + b")" + b"\x85" * depth + b"Ns")))
    case("bomb-memo-index", archive(state_dict(b"Nr\xff\xff\xff\xffj\xfe\xff\xff\xff")))
    case("bomb-long-number", archive(state_dict(b"\x8b" + struct.pack("<I", 9000) + b"\x7f" * 9000)))
    case("bomb-lying-text", archive(state_dict(b"X\xff\xff\xff\x7fabc")))
    case("bomb-lying-text8", archive(b"\x80\x04\x8d" + struct.pack("<Q", 2**63 + 5) + b"abc."))
    case("bomb-lying-frame", archive(b"\x80\x04\x95" + struct.pack("<Q", 2**62) + b"}."))
    case("damaged-key-twice", archive(b"\x80\x02}(" + text("w") + good_tensor + text("w") + good_tensor + b"u.", floats))
    case("damaged-stack", archive(b"\x80\x02}ss."))
    case("damaged-under-mark", archive(b"\x80\x02}(s."))
    case("damaged-mark", archive(b"\x80\x02}u."))
    case("damaged-odd-items", archive(b"\x80\x02}(" + text("w") + b"u."))
    case("damaged-memo", archive(state_dict(b"h\x07")))
    case("damaged-no-stop", archive(b"\x80\x02}"))
    case("damaged-empty-pickle", archive(b""))
    case("damaged-left-over", archive(b"\x80\x02}}."))
    case("damaged-after-stop", archive(state_dict(good_tensor) + b"\x80\x02}.", floats))
    case("damaged-utf8", archive(b"\x80\x02}U\1\xffNs."))
    case("damaged-protocol", archive(b"\x80\x09}."))
    case("damaged-no-state-dict", archive(b"\x80\x02}" + text("epoch") + b"K\1s."))
    case("top-level-list", archive(b"\x80\x02](" + good_tensor + b"e.", floats))

    # zips
    program = state_dict(good_tensor)
    fine = archive(program, floats)
    case("zip-compressed", deflated(program * 4, floats))
    case("zip-bomb", deflated(program, bytes(20_000_000)))
    case("zip-size-lies", archive(program, floats, size={"archive/data/0": 2**31}, full={"archive/data/0": 2**31}))
    case("zip-sizes-differ", archive(program, floats, full={"archive/data/0": 2**31}))
    case("zip-overlap", archive(program, floats, floats, offset={"archive/data/1": 0}, local={"archive/data/1": "archive/data.pkl"}))
    case("zip-outside", archive(program, floats, offset={"archive/data/0": 2**31}))
    case("zip-encrypted", archive(program, floats, flags={"archive/data.pkl": 1}))
    case("zip-checksum", archive(program, floats, crc={"archive/data/0": 1}))
    case("zip-checksum-of-pickle", archive(program, floats, crc={"archive/data.pkl": 1}))
    case("zip-local-name", archive(program, floats, local={"archive/data/0": "archive/data/9"}))
    case("zip-count", archive(program, floats, count=2))
    case("zip-count-high", archive(program, floats, count=9))
    case("zip-trailing", fine + b"x")
    case("zip-prefixed", fine[:4] + b"\0" * 8 + fine)
    case("zip-cut", fine[: len(fine) // 2])
    case("zip-no-end", fine[:-1])
    for name, entry in {
        "parent": "archive/../../etc/passwd",
        "absolute": "/archive/data.pkl",
        "backslash": "archive\\data.pkl",
        "empty-part": "archive//data/0",
        "control": "archive/data/\0",
        "folder": "archive/data/",
        "elsewhere": "other/data/0",
        "top": "data.pkl",
    }.items():
        case("zip-name-" + name, stored_zip([("archive/data.pkl", program), ("archive/data/0", floats), (entry, b"")]))
    case("zip-name-twice", stored_zip([("archive/data.pkl", program), ("archive/data/0", floats), ("archive/data.pkl", program)]))
    case("zip-empty", stored_zip([]))
    case("zip-no-pickle", stored_zip([("archive/version", b"3\n")]))
    case("zip-byteorder", stored_zip([("archive/data.pkl", program), ("archive/byteorder", b"middle"), ("archive/data/0", floats)]))


def deflated(program, raw):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("archive/data.pkl", program)
        file.writestr("archive/data/0", raw)
    return buffer.getvalue()


# --- foreign --------------------------------------------------------------------------------------------------------------------


def foreign(folder):
    torch.jit.save(torch.jit.script(nn.Linear(1, 1)), str(folder / "torchscript.pth"))
    numpy.savez(folder / "arrays.npz", a=numpy.zeros(1))
    (folder / "arrays.npz").rename(folder / "npz.pth")
    with open(folder / "npy.pth", "wb") as file:
        numpy.save(file, numpy.zeros(1))
    (folder / "pickle.pth").write_bytes(pickle.dumps({"weight": [1.0, 2.0]}, 4))
    (folder / "web-page.pth").write_bytes(b"\n<!DOCTYPE html><html><title>Google Drive - Quota exceeded</title></html>")
    (folder / "git-lfs.pth").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 46\n")
    # the shape of what torch.export.save writes
    exported = [("export/archive_format", b"pt2"), ("export/models/model.json", b"{}")]
    (folder / "torch-export.pth").write_bytes(stored_zip(exported))
    (folder / "hdf5.pth").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(40))
    (folder / "gzip.pth").write_bytes(zlib.compress(b"x" * 40, wbits=31))
    (folder / "tar.pth").write_bytes(b"storages".ljust(257, b"\0") + b"ustar\0" + bytes(249))
    # ir_version 8, producer "pytorch"
    (folder / "onnx.pth").write_bytes(b"\x08\x08\x12\x07pytorch\x1a\x032.0:\x00")
    (folder / "empty.pth").write_bytes(b"")
    (folder / "short.pth").write_bytes(b"PK\3\4")
    (folder / "noise.pth").write_bytes(bytes(range(100, 160)))


if __name__ == "__main__":
    for make in (good, malicious, foreign):
        folder = OUT / make.__name__
        folder.mkdir(parents=True, exist_ok=True)
        make(folder)
    print(sum(f.stat().st_size for f in OUT.rglob("*") if f.is_file()), "bytes in", sum(1 for f in OUT.rglob("*")), "files")
