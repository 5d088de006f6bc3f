#!/usr/bin/env python3
"""The work of Residuum's GPU benchmarks in PyTorch, written as JSON of the same form.

Measures dense residual blocks, ResNet-50 and -18 inference and ResNet-20 training, eagerly and, where it
works, with torch.compile; channels-last, in fp32, tf32 and bf16 (training in bf16: autocast). A line "with
copies" takes input from and gives output to page-locked host memory; the others find them on the GPU. The file
is written anew with each line. Needs torch and nothing else.
"""
import argparse
import json
import os
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional

ROUNDS = {"full": 11, "quick": 5, "tiny": 2}
SECONDS = {"full": 0.1, "quick": 0.02, "tiny": 0.0}


class Block(nn.Module):
    """y = ReLU(W2 ReLU(W1 x + b1) + b2 + x)"""

    def __init__(self, width):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, width)

    def forward(self, x):
        return functional.relu(self.fc2(functional.relu(self.fc1(x))) + x)


def conv(inputs, outputs, size, stride=1):
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)


class Residual(nn.Module):
    """A basic (two 3x3) or bottleneck (1x1, 3x3, 1x1) block, its shortcut B (projection) or A (padding)."""

    def __init__(self, inputs, planes, stride, bottleneck, projection):
        super().__init__()
        outputs = planes * (4 if bottleneck else 1)
        sizes = [(inputs, planes, 1, 1), (planes, planes, 3, stride), (planes, outputs, 1, 1)] if bottleneck \
            else [(inputs, planes, 3, stride), (planes, planes, 3, 1)]
        layers = []
        for i, (a, b, size, step) in enumerate(sizes):
            layers += [conv(a, b, size, step), nn.BatchNorm2d(b)]
            if i + 1 < len(sizes):
                layers.append(nn.ReLU(inplace=True))
        self.body = nn.Sequential(*layers)
        self.stride, self.padding = stride, outputs - inputs
        changes = stride != 1 or inputs != outputs
        self.shortcut = nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs)) \
            if changes and projection else None

    def forward(self, x):
        y = self.body(x)
        if self.shortcut is not None:
            x = self.shortcut(x)
        elif self.padding:
            half = self.padding // 2
            x = functional.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, half, self.padding - half))
        return functional.relu(y + x, inplace=True)


def stages(inputs, planes, counts, bottleneck, projection):
    layers = []
    for stage, count in enumerate(counts):
        for i in range(count):
            layers.append(Residual(inputs, planes << stage, 2 if stage and not i else 1, bottleneck, projection))
            inputs = (planes << stage) * (4 if bottleneck else 1)
    return layers, inputs


def imagenet(depth):
    counts = {18: [2, 2, 2, 2], 50: [3, 4, 6, 3]}[depth]
    layers, outputs = stages(64, 64, counts, depth >= 50, True)
    return nn.Sequential(conv(3, 64, 7, 2), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1),
                         *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(outputs, 1000))


def cifar(depth):
    layers, outputs = stages(16, 16, [(depth - 2) // 6] * 3, False, False)
    return nn.Sequential(conv(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU(inplace=True), *layers,
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(outputs, 10))


class Bench:
    def __init__(self, arguments):
        self.size = "tiny" if arguments.cpu else "quick" if arguments.quick else "full"
        self.out = arguments.out
        self.device = torch.device("cpu" if arguments.cpu else "cuda:%d" % arguments.gpu)
        self.ways = ["eager"]
        if hasattr(torch, "compile") and not arguments.cpu and not arguments.no_compile:
            self.ways.append("compiled")
        self.rows = []
        self.header = {"system": "PyTorch", "torch": torch.__version__, "cuda": str(torch.version.cuda),
                       "cudnn": str(torch.backends.cudnn.version()), "python": sys.version.split()[0],
                       "device": "cpu" if arguments.cpu else torch.cuda.get_device_name(self.device)}
        torch.backends.cudnn.benchmark = True
        torch.manual_seed(1)

    def synchronize(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def time(self, work):
        """Seconds a call, a value a round; warm-up apart."""
        def seconds(repeats):
            start = time.perf_counter()
            for _ in range(repeats):
                work()
            self.synchronize()
            return time.perf_counter() - start

        least = SECONDS[self.size]
        for _ in range(1 if self.size == "tiny" else 3):
            seconds(1)
        fastest, spent = float("inf"), 0.0
        while True:
            once = seconds(1)
            fastest, spent = min(fastest, once), spent + once
            if spent >= least:
                break
        repeats = max(1, min(10000, int(least / fastest) + 1))
        return [seconds(repeats) / repeats for _ in range(ROUNDS[self.size])]

    def row(self, group, name, mode, way, work):
        row = {"group": group, "name": name, "mode": mode, "way": way}
        try:
            times = self.time(work)
            lower, median, upper = statistics.quantiles(times, n=4, method="inclusive")
            row.update(medianSeconds=median, lowerQuartileSeconds=lower, upperQuartileSeconds=upper, rounds=len(times))
        except Exception as error:  # A line that fails leaves the others.
            row["failure"] = "%s: %s" % (type(error).__name__, str(error).splitlines()[0] if str(error) else "")
        self.rows.append(row)
        print(row, flush=True)
        if self.out:
            fresh = self.out + ".new"
            with open(fresh, "w") as file:
                json.dump(dict(self.header, rows=self.rows), file, indent=2)
                file.write("\n")
            os.replace(fresh, self.out)

    def each_mode(self):
        for mode in ["fp32", "tf32", "bf16"]:
            torch.backends.cuda.matmul.allow_tf32 = mode == "tf32"
            torch.backends.cudnn.allow_tf32 = mode == "tf32"
            yield mode, torch.bfloat16 if mode == "bf16" else torch.float32

    def through(self, way, model):
        return torch.compile(model) if way == "compiled" else model

    def blocks(self):
        widths, rows = ([16], 8) if self.size == "tiny" else ([1024, 4096], 4096)
        for width in widths:
            for mode, dtype in self.each_mode():
                block = Block(width).to(self.device, dtype).eval()
                x = torch.randn(rows, width, device=self.device, dtype=dtype)
                for way in self.ways if self.size == "full" else self.ways[:1]:
                    model = self.through(way, block)
                    with torch.inference_mode():
                        self.row("blocks", "width %d, batch %d" % (width, rows), mode, way, lambda: model(x))

    def pinned(self, tensor):
        return tensor.pin_memory() if self.device.type == "cuda" else tensor

    def inference(self):
        work = {"tiny": [(18, [1])], "quick": [(50, [1, 32]), (18, [32])],
                "full": [(50, [1, 8, 32, 128]), (18, [1, 8, 32, 128])]}[self.size]
        for depth, batches in work:
            model = imagenet(depth).to(self.device).to(memory_format=torch.channels_last).eval()
            for mode, dtype in self.each_mode():
                model = model.to(dtype)
                for batch in batches:
                    self.infer("resnet%d, batch %d" % (depth, batch), mode, dtype, model, batch)

    def infer(self, name, mode, dtype, model, batch):
        side = 32 if self.size == "tiny" else 224
        host = self.pinned(torch.randn(batch, 3, side, side).contiguous(memory_format=torch.channels_last))
        x = host.to(self.device, dtype)
        result = self.pinned(torch.empty(batch, 1000))
        # Compiling takes a minute for each network, mode and batch size.
        for way in self.ways if self.size == "full" and batch >= 32 else self.ways[:1]:
            run = self.through(way, model)

            def whole():
                y = run(host.to(self.device, non_blocking=True).to(dtype))
                result.copy_(y.float(), non_blocking=True)
                self.synchronize()

            with torch.inference_mode():
                self.row("inference", name, mode, way, lambda: run(x))
                self.row("inference", name + " with copies", mode, way, whole)

    def training(self):
        for batch in {"tiny": [4], "quick": [128], "full": [128, 1024]}[self.size]:
            for mode, dtype in self.each_mode():
                for way in self.ways if self.size == "full" else self.ways[:1]:
                    self.train(batch, mode, dtype, way)

    def train(self, batch, mode, dtype, way):
        model = cifar(20).to(self.device).to(memory_format=torch.channels_last)
        optimizer = torch.optim.SGD(model.parameters(), 1e-3, momentum=0.9, nesterov=True, weight_decay=5e-4)
        host = self.pinned(torch.randn(batch, 3, 32, 32).contiguous(memory_format=torch.channels_last))
        x = host.to(self.device)
        labels = (torch.arange(batch) % 10).to(self.device)
        run = self.through(way, model)

        def step(images):
            optimizer.zero_grad(set_to_none=True)
            with torch.autocast(self.device.type, torch.bfloat16, enabled=dtype == torch.bfloat16):
                loss = functional.cross_entropy(run(images), labels)
            loss.backward()
            optimizer.step()
            return loss

        def whole():
            step(host.to(self.device, non_blocking=True)).item()

        name = "resnet20, batch %d" % batch
        self.row("training", name, mode, way, lambda: step(x))
        self.row("training", name + " with copies", mode, way, whole)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gpu", type=int, default=0, help="CUDA's number of the GPU")
    parser.add_argument("--out", help="the JSON file")
    parser.add_argument("--quick", action="store_true", help="fewer repeats and batch sizes, little compiled")
    parser.add_argument("--no-compile", action="store_true", help="without torch.compile")
    parser.add_argument("--cpu", action="store_true", help="tiny sizes on the CPU, to try this script")
    arguments = parser.parse_args()
    bench = Bench(arguments)
    bench.blocks()
    bench.inference()
    bench.training()
    return 0 if any("medianSeconds" in row for row in bench.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
