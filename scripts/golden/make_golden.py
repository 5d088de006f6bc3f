#!/usr/bin/env python3
"""Writes the golden files that GoldenTest compares with, by PyTorch in float64 from float32 weights.

    python3 scripts/golden/make_golden.py src/test/resources/golden

Each file is safetensors and holds, for one network and one batch:
  x, labels              the batch
  inference              logits with running statistics, before training
  logits, loss           logits and loss of the first training step
  gradient/<parameter>   its gradients
  losses                 the losses of ten steps on the same batch
The initial weights are not in it: initial_values() below makes them, and GoldenTest makes the same.
Two more are for LoopGoldenTest, with x, labels and the losses of ten steps alone:
  accumulation           three batches a step, the mean of their losses
  ema                    the loss of the running mean of weights and statistics after each step, evaluated
And one for MixGoldenTest: mixing, with ten losses for each case of mixing.txt, where our draws stand.
Metadata: the optimiser's settings and PyTorch's version. Made with PyTorch 1.13.1.
"""
import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.optim.swa_utils import AveragedModel

SMOOTHING = 0.125  # a float, exactly
STEPS = 10


class ZeroPad(nn.Module):
    """Option A: every stride-th pixel, zero channels on both sides."""

    def __init__(self, stride, missing):
        super().__init__()
        self.stride, self.before, self.after = stride, missing // 2, missing - missing // 2

    def forward(self, x):
        return F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.before, self.after))


class Basic(nn.Module):
    def __init__(self, inputs, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        changes = stride != 1 or inputs != planes
        self.shortcut = ZeroPad(stride, planes - inputs) if changes else nn.Identity()

    def forward(self, x):
        h = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(h)) + self.shortcut(x))


class Cifar(nn.Module):
    """He et al. 2015, section 4.2, depth 6n + 2."""

    def __init__(self, n, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        channels = 16
        for stage in range(3):
            blocks = []
            for i in range(n):
                planes = 16 << stage
                blocks.append(Basic(channels, planes, 2 if stage > 0 and i == 0 else 1))
                channels = planes
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.linear = nn.Linear(64, classes)

    def forward(self, x):
        h = F.relu(self.bn1(self.conv1(x)))
        h = self.layer3(self.layer2(self.layer1(h)))
        return self.linear(h.mean((2, 3)))


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, planes, stride, groups):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, planes, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes)
        self.downsample = None
        if stride != 1 or inputs != planes:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, planes, 1, stride, bias=False), nn.BatchNorm2d(planes)
            )

    def forward(self, x):
        h = F.relu(self.bn1(self.conv1(x)))
        h = F.relu(self.bn2(self.conv2(h)))
        h = self.bn3(self.conv3(h))
        return F.relu(h + (x if self.downsample is None else self.downsample(x)))


class Bottlenecks(nn.Module):
    """A 7x7 stem with maximum pooling, two bottleneck blocks (the second in groups), option B."""

    def __init__(self, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Bottleneck(8, 4, 16, 1, 1))
        self.layer2 = nn.Sequential(Bottleneck(16, 8, 32, 2, 4), Bottleneck(32, 8, 32, 1, 4))
        self.fc = nn.Linear(32, classes)

    def forward(self, x):
        h = self.maxpool(F.relu(self.bn1(self.conv1(x))))
        h = self.layer2(self.layer1(h))
        return self.fc(h.mean((2, 3)))


class Dense(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, width)

    def forward(self, x):
        return F.relu(self.fc2(F.relu(self.fc1(x))) + x)


class Mlp(nn.Module):
    def __init__(self, features, width, blocks, classes):
        super().__init__()
        self.stem = nn.Linear(features, width)
        self.blocks = nn.Sequential(*[Dense(width) for _ in range(blocks)])
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        return self.head(self.blocks(F.relu(self.stem(x))))


class Modern(nn.Module):
    """Norms within an example and the activations beside ReLU, one of each behind a convolution."""

    def __init__(self, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, 1, 1, bias=False)
        self.norm1 = nn.GroupNorm(4, 8)
        self.conv2 = nn.Conv2d(8, 8, 3, 1, 1, bias=False)
        self.prelu2 = nn.PReLU(8)
        self.conv3 = nn.Conv2d(8, 12, 3, 2, 1, bias=False)
        self.conv4 = nn.Conv2d(12, 12, 1, bias=False)
        self.norm4 = nn.GroupNorm(1, 12)
        self.conv5 = nn.Conv2d(12, 12, 3, 1, 1, bias=False)
        self.conv6 = nn.Conv2d(12, 16, 1, bias=False)
        self.prelu6 = nn.PReLU()
        self.norm = nn.LayerNorm(16)
        self.fc1 = nn.Linear(16, 16)
        self.fc2 = nn.Linear(16, classes)

    def forward(self, x):
        h = F.gelu(self.norm1(self.conv1(x)))
        h = self.prelu2(self.conv2(h)) + h
        h = F.hardswish(self.conv3(h))
        h = F.silu(self.norm4(self.conv4(h)))
        h = F.leaky_relu(self.conv5(h), 0.125)
        h = self.prelu6(self.conv6(h))
        h = self.norm(h.mean((2, 3)))
        return self.fc2(F.gelu(self.fc1(h), approximate="tanh"))


def write_safetensors(path, tensors, metadata):
    """Eight bytes of length, a JSON header, the data in the header's order."""
    header, offset = {"__metadata__": metadata}, 0
    for name, array in tensors.items():
        end = offset + array.nbytes
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in tensors.values():
            file.write(np.ascontiguousarray(array, "<f4").tobytes())


def uniform(name, count):
    """count values in 0..1, a hash (MurmurHash3's finaliser) of the name's CRC and the index."""
    x = np.uint32(zlib.crc32(name.encode())) + np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)).astype(np.float64) / (1 << 24)


def initial_values(name, shape):
    """Weights uniform with variance 2 / fan-in, scales and variances 0.5..1.5, the rest -0.4..0.4."""
    u = uniform(name, int(np.prod(shape)))
    if len(shape) > 1:
        values = np.sqrt(6.0 / np.prod(shape[1:])) * (2 * u - 1)
    elif name.endswith("running_var") or (name.endswith("weight")):
        values = 0.5 + u
    else:
        values = 0.4 * (2 * u - 1)
    return torch.tensor(values.astype("<f4").reshape(shape))


def initialise(model):
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if not name.endswith("num_batches_tracked"):
                value.copy_(initial_values(name, tuple(value.shape)))


def golden(path, model, x, classes, optimiser, settings):
    initialise(model)
    labels = torch.randint(0, classes, (x.shape[0],))
    tensors = {"x": x.numpy().astype("<f4"), "labels": labels.numpy().astype("<f4")}
    # Float32 values, float64 arithmetic: the reference backend computes in float64 too.
    model, x = model.double(), x.double()
    model.eval()
    tensors["inference"] = model(x).detach().numpy().astype("<f4")
    model.train()
    step = optimiser(model.parameters(), **settings)
    losses = []
    for number in range(STEPS):
        step.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, labels, label_smoothing=SMOOTHING)
        loss.backward()
        losses.append(loss.item())
        if number == 0:
            tensors["logits"] = logits.detach().numpy().astype("<f4")
            tensors["loss"] = np.array([loss.item()], "<f4")
            for name, parameter in model.named_parameters():
                tensors[f"gradient/{name}"] = parameter.grad.numpy().astype("<f4")
        step.step()
    tensors["losses"] = np.array(losses, "<f4")
    metadata = {"smoothing": str(SMOOTHING), "torch": torch.__version__}
    metadata.update({key: str(value) for key, value in settings.items()})
    metadata["optimiser"] = optimiser.__name__
    write_safetensors(path, tensors, metadata)
    print(path, path.stat().st_size, "bytes; losses", " ".join(f"{v:.4f}" for v in losses))


def accumulation(path, model, batches, classes, optimiser, settings):
    """Each step takes the mean of the gradients of all batches."""
    initialise(model)
    labels = torch.randint(0, classes, batches.shape[:2])
    tensors = {"x": batches.numpy().astype("<f4"), "labels": labels.numpy().astype("<f4")}
    model, batches = model.double(), batches.double()
    step = optimiser(model.parameters(), **settings)
    losses = []
    for _ in range(STEPS):
        step.zero_grad()
        loss = 0
        for x, y in zip(batches, labels):
            part = F.cross_entropy(model(x), y, label_smoothing=SMOOTHING) / len(batches)
            part.backward()
            loss += part.item()
        losses.append(loss)
        step.step()
    write_losses(path, tensors, losses, settings)


def targets(path, model, x, targets, loss, optimiser, settings):
    """A loss of targets that are no classes."""
    initialise(model)
    tensors = {"x": x.numpy().astype("<f4"), "targets": targets.numpy().astype("<f4")}
    model, x, targets = model.double(), x.double(), targets.double()
    step = optimiser(model.parameters(), **settings)
    losses = []
    for _ in range(STEPS):
        step.zero_grad()
        value = loss(model(x), targets)
        value.backward()
        losses.append(value.item())
        step.step()
    write_losses(path, tensors, losses, settings)


def ema(path, model, x, classes, optimiser, settings, decay):
    """AveragedModel with the function that PyTorch 2 calls get_ema_avg_fn."""
    initialise(model)
    labels = torch.randint(0, classes, (x.shape[0],))
    tensors = {"x": x.numpy().astype("<f4"), "labels": labels.numpy().astype("<f4")}
    model, x = model.double(), x.double()
    mean = AveragedModel(model, avg_fn=lambda old, new, count: decay * old + (1 - decay) * new, use_buffers=True)
    step = optimiser(model.parameters(), **settings)
    losses = []
    for _ in range(STEPS):
        model.train()
        step.zero_grad()
        F.cross_entropy(model(x), labels, label_smoothing=SMOOTHING).backward()
        step.step()
        mean.update_parameters(model)
        mean.eval()
        losses.append(F.cross_entropy(mean(x), labels).item())
    write_losses(path, tensors, losses, dict(settings, decay=decay))


def mixing(path, settings):
    """The draws are ours; a line of mixing.txt is a case, the examples of a batch, lambda and perhaps a box."""
    index = np.arange(12)
    labels = index * index % 5 % 3
    k = np.arange(48)
    pixels = (index[:, None] * 37 + k * 11 + index[:, None] * k * 5) % 200
    pixels = pixels + 50 * (k % 3 == labels[:, None])
    pictures = torch.tensor((pixels / 255 - 0.5) / 0.25).reshape(12, 4, 4, 3).permute(0, 3, 1, 2)
    labels = torch.tensor(labels)
    weights = torch.tensor([2, 0.5, 1], dtype=torch.float64)
    lines = [line.split() for line in (path.parent / "mixing.txt").read_text().splitlines()]
    tensors = {}
    for case in dict.fromkeys(line[0] for line in lines):
        model = Mlp(48, 16, 4, 3)
        initialise(model)
        model = model.double()
        step = torch.optim.SGD(model.parameters(), **settings)
        loss = nn.CrossEntropyLoss(weights if case in ("weights", "all") else None, label_smoothing=SMOOTHING)
        losses = []
        for line in (line for line in lines if line[0] == case):
            rows, share, box = [int(v) for v in line[1:7]], float(line[7]), [int(v) for v in line[8:]]
            x, y = pictures[rows], labels[rows]
            if box:
                top, left, bottom, right = box
                other = x.flip(0)
                x = x.clone()
                x[:, :, top:bottom, left:right] = other[:, :, top:bottom, left:right]
            else:
                x = share * x + (1 - share) * x.flip(0)
            step.zero_grad()
            logits = model(x.flatten(1))
            value = share * loss(logits, y) + (1 - share) * loss(logits, y.flip(0))
            value.backward()
            losses.append(value.item())
            step.step()
        tensors[case] = np.array(losses, "<f4")
        print(case, " ".join(f"{v:.4f}" for v in losses))
    write_safetensors(path, tensors, {"smoothing": str(SMOOTHING), "torch": torch.__version__})


def write_losses(path, tensors, losses, settings):
    tensors["losses"] = np.array(losses, "<f4")
    metadata = {"smoothing": str(SMOOTHING), "torch": torch.__version__}
    metadata.update({key: str(value) for key, value in settings.items()})
    write_safetensors(path, tensors, metadata)
    print(path, path.stat().st_size, "bytes; losses", " ".join(f"{v:.4f}" for v in losses))


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    torch.set_num_threads(1)
    sgd = dict(lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-3)
    adam = dict(lr=0.003, betas=(0.9, 0.99), eps=1e-8, weight_decay=0.05)
    small, large, vectors = torch.randn(6, 3, 8, 8), torch.randn(4, 3, 17, 15), torch.randn(9, 12)
    golden(folder / "resnet8.safetensors", Cifar(1, 4), small, 4, torch.optim.SGD, sgd)
    golden(folder / "bottleneck.safetensors", Bottlenecks(5), large, 5, torch.optim.SGD, sgd)
    golden(folder / "mlp.safetensors", Mlp(12, 16, 4, 3), vectors, 3, torch.optim.AdamW, adam)
    golden(folder / "modern.safetensors", Modern(4), small, 4, torch.optim.SGD, sgd)
    batches = torch.randn(3, 9, 12)
    accumulation(folder / "accumulation.safetensors", Mlp(12, 16, 4, 3), batches, 3, torch.optim.AdamW, adam)
    ema(folder / "ema.safetensors", Cifar(1, 4), small, 4, torch.optim.SGD, sgd, decay=0.75)
    mixing(folder / "mixing.safetensors", sgd)
    fast = dict(adam, lr=0.02)
    generator = torch.Generator().manual_seed(2)  # What follows may change the others' numbers by no draw.
    vectors = torch.randn(9, 12, generator=generator)
    labels = torch.randint(0, 2, (9, 3), generator=generator).float()
    numbers = torch.randn(9, 3, generator=generator)
    targets(folder / "bce.safetensors", Mlp(12, 16, 4, 3), vectors, labels, nn.BCEWithLogitsLoss(), torch.optim.AdamW, fast)
    weighted = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([2, 0.5, 3], dtype=torch.float64))
    targets(folder / "bce_weighted.safetensors", Mlp(12, 16, 4, 3), vectors, labels, weighted, torch.optim.AdamW, fast)
    targets(folder / "mse.safetensors", Mlp(12, 16, 4, 3), vectors, numbers, nn.MSELoss(), torch.optim.AdamW, fast)
    targets(folder / "smooth_l1.safetensors", Mlp(12, 16, 4, 3), vectors, numbers, nn.SmoothL1Loss(), torch.optim.AdamW, fast)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "src/test/resources/golden"))
