#!/usr/bin/env python3
"""The work of Residuum's GPU benchmarks in PyTorch, written as JSON of the same form.

Measures ResNet-50 inference, ResNet-20 training and dense residual blocks in fp32, tf32 and bf16: eagerly, and with
torch.compile in its modes reduce-overhead and max-autotune; channels-last, cudnn.benchmark on. bf16 is both the model
in bf16 and, for networks, autocast. Times are the device's, by CUDA events; a line "with copies" takes input from and
gives output to page-locked host memory and is timed by the host's clock. All data are random.

Eager lines come first. Each compiled line is a process of its own with a time limit, since a compiler cannot be
interrupted; one that is stopped or fails leaves a line with the reason. What does not fit into the seconds that are
given is left out, by name. The file is written anew with each line. Needs torch and nothing else.
"""
import argparse
import faulthandler
import gc
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

SECONDS = float(os.environ.get("RESIDUUM_SECONDS") or 3600)
START = time.monotonic()
NO_TORCH = 77

try:
    import torch
    from torch import nn
    from torch.nn import functional
except ImportError as missing:
    print("python3 has no torch: %s" % missing)
    sys.exit(NO_TORCH)

ROUNDS = {"full": 11, "quick": 5, "tiny": 2}
LEAST = {"full": 0.1, "quick": 0.02, "tiny": 0.0}
CHILDREN = []
COMPILERS = ["reduce-overhead", "max-autotune"]


def seconds_left():
    """A tenth, and 3 s at least, is for the end."""
    return SECONDS - max(3.0, SECONDS / 10) - (time.monotonic() - START)


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


class Work:
    """A line: what it is called, and the calls that are timed.

    kernel runs on the device with everything there; whole, if there is one, copies in and out and waits.
    """

    def __init__(self, group, name, mode, kernel, whole=None, grad=False):
        self.group, self.name, self.mode, self.kernel, self.whole, self.grad = group, name, mode, kernel, whole, grad


class Bench:
    def __init__(self, arguments):
        self.size = "tiny" if arguments.cpu else "quick" if arguments.quick else "full"
        self.device = torch.device("cpu" if arguments.cpu else "cuda:%d" % arguments.gpu)
        if not arguments.cpu:
            torch.cuda.set_device(self.device)
        torch.backends.cudnn.benchmark = True
        torch.manual_seed(1)

    def header(self):
        gpu = self.device.type == "cuda"
        return {"system": "PyTorch", "torch": torch.__version__, "cuda": str(torch.version.cuda),
                "cudnn": str(torch.backends.cudnn.version()), "python": sys.version.split()[0],
                "device": torch.cuda.get_device_name(self.device) if gpu else "cpu"}

    def jobs(self):
        """Group, network, batch: what teaches most first."""
        return {
            "tiny": [("inference", 18, 1), ("training", 20, 4), ("blocks", 16, 8)],
            "quick": [("inference", 50, 256), ("training", 20, 128), ("blocks", 4096, 4096), ("inference", 50, 1),
                      ("blocks", 1024, 4096), ("inference", 50, 32), ("inference", 50, 8)],
            "full": [("inference", 50, 256), ("training", 20, 128), ("blocks", 4096, 4096), ("inference", 50, 1),
                     ("blocks", 1024, 4096), ("inference", 50, 32), ("inference", 50, 8), ("inference", 50, 128),
                     ("training", 20, 1024), ("inference", 18, 256), ("inference", 18, 1), ("inference", 18, 32)],
        }[self.size]

    def works(self, group, network, batch, mode, way):
        """The lines of a job in a mode, such as bf16, and a way, such as eager or max-autotune."""
        tf32 = mode == "tf32"
        torch.backends.cuda.matmul.allow_tf32 = tf32
        torch.backends.cudnn.allow_tf32 = tf32
        make = {"inference": self.inference, "training": self.training, "blocks": self.block}[group]
        return make(network, batch, mode, way)

    def compiled(self, way, model):
        return model if way.startswith("eager") else torch.compile(model, mode=way.split(",")[0])

    def autocast(self, way, mode):
        on = mode == "bf16" and way.endswith("autocast")
        return torch.autocast(self.device.type, torch.bfloat16, enabled=on)

    def block(self, width, rows, mode, way):
        dtype = torch.bfloat16 if mode == "bf16" else torch.float32
        run = self.compiled(way, Block(width).to(self.device, dtype).eval())
        x = torch.randn(rows, width, device=self.device, dtype=dtype)
        return [Work("blocks", "width %d, batch %d" % (width, rows), mode, lambda: run(x))]

    def pinned(self, tensor):
        return tensor.pin_memory() if self.device.type == "cuda" else tensor

    def inference(self, depth, batch, mode, way):
        whole_bf16 = mode == "bf16" and not way.endswith("autocast")
        dtype = torch.bfloat16 if whole_bf16 else torch.float32
        model = imagenet(depth).to(self.device, dtype).to(memory_format=torch.channels_last).eval()
        run = self.compiled(way, model)
        side = 32 if self.size == "tiny" else 224
        host = self.pinned(torch.randn(batch, 3, side, side).contiguous(memory_format=torch.channels_last))
        x = host.to(self.device, dtype)
        result = self.pinned(torch.empty(batch, 1000))

        def kernel():
            with self.autocast(way, mode):
                return run(x)

        def whole():
            with self.autocast(way, mode):
                y = run(host.to(self.device, non_blocking=True).to(dtype))
            result.copy_(y.float(), non_blocking=True)
            self.synchronize()

        return [Work("inference", "resnet%d, batch %d" % (depth, batch), mode, kernel, whole)]

    def training(self, depth, batch, mode, way):
        model = cifar(depth).to(self.device).to(memory_format=torch.channels_last)
        optimizer = sgd(model.parameters(), self.device.type == "cuda")
        host = self.pinned(torch.randn(batch, 3, 32, 32).contiguous(memory_format=torch.channels_last))
        x = host.to(self.device)
        labels = torch.randint(0, 10, (batch,)).to(self.device)
        run = self.compiled(way, model)

        def step(images):
            optimizer.zero_grad(set_to_none=True)
            with torch.autocast(self.device.type, torch.bfloat16, enabled=mode == "bf16"):
                loss = functional.cross_entropy(run(images), labels)
            loss.backward()
            optimizer.step()
            return loss

        def whole():
            step(host.to(self.device, non_blocking=True)).item()

        name = "resnet%d, batch %d" % (depth, batch)
        return [Work("training", name, mode, lambda: step(x), whole, grad=True)]

    def synchronize(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def free(self):
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def on_host(self, work, repeats):
        start = time.perf_counter()
        for _ in range(repeats):
            work()
        self.synchronize()
        return time.perf_counter() - start

    def on_device(self, work, repeats):
        if self.device.type != "cuda":
            return self.on_host(work, repeats)
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        for _ in range(repeats):
            work()
        end.record()
        end.synchronize()
        return start.elapsed_time(end) / 1e3

    def time(self, clock, work):
        """Seconds a call, a value a round; warm-up apart."""
        for _ in range(1 if self.size == "tiny" else 3):
            self.on_host(work, 1)
        fastest, spent = float("inf"), 0.0
        while True:
            once = max(1e-6, clock(work, 1))
            fastest, spent = min(fastest, once), spent + once
            if spent >= LEAST[self.size]:
                break
        repeats = max(1, min(10000, int(LEAST[self.size] / fastest) + 1))
        return [clock(work, repeats) / repeats for _ in range(ROUNDS[self.size])]

    def measure(self, work, way):
        """The rows of a line."""
        rows = []
        for suffix, clock, call in [("", self.on_device, work.kernel), (" with copies", self.on_host, work.whole)]:
            if call is None:
                continue
            row = {"group": work.group, "name": work.name + suffix, "mode": work.mode, "way": way}
            with torch.inference_mode(not work.grad):
                times = self.time(clock, call)
            lower, median, upper = statistics.quantiles(times, n=4, method="inclusive")
            row.update(medianSeconds=median, lowerQuartileSeconds=lower, upperQuartileSeconds=upper, rounds=len(times))
            rows.append(row)
        return rows


def label(group, network, batch):
    return "width %d, batch %d" % (network, batch) if group == "blocks" else "resnet%d, batch %d" % (network, batch)


def sgd(parameters, fused):
    options = {"lr": 1e-3, "momentum": 0.9, "nesterov": True, "weight_decay": 5e-4}
    parameters = list(parameters)
    try:
        return torch.optim.SGD(parameters, **dict(options, fused=True) if fused else options)
    except (TypeError, RuntimeError):  # An older torch.
        return torch.optim.SGD(parameters, **options)


class Report:
    """Rows, and the file that is written anew with each."""

    def __init__(self, file, header):
        self.file, self.header, self.rows = file, header, []

    def add(self, row):
        self.rows.append(row)
        print(row, flush=True)
        if self.file:
            with open(self.file + ".new", "w") as file:
                json.dump(dict(self.header, rows=self.rows), file, indent=2)
                file.write("\n")
            os.replace(self.file + ".new", self.file)

    def reason(self, job, mode, way, field, reason):
        group, network, batch = job
        self.add({"group": group, "name": label(*job), "mode": mode, "way": way, field: reason})


def first_line(error):
    text = str(error).strip()
    return "%s: %s" % (type(error).__name__, text.splitlines()[0] if text else "")


def eager(bench, report):
    for job in bench.jobs():
        for mode in ["bf16", "tf32", "fp32"]:
            ways = ["eager", "eager, autocast"] if mode == "bf16" and job[0] == "inference" else ["eager"]
            for way in ways:
                # Half of the time is the compilers'.
                if seconds_left() < SECONDS * 0.4:
                    report.reason(job, mode, way, "leftOut", "no time was left")
                    continue
                try:
                    bench.free()
                    for work in bench.works(*job, mode, way):
                        for row in bench.measure(work, way):
                            report.add(row)
                except Exception as error:  # A line that fails leaves the others.
                    report.reason(job, mode, way, "failure", first_line(error))


def compile_jobs(bench):
    """Job, mode and way, the quick compiler of each before the thorough one."""
    main = bench.jobs()
    if bench.size == "tiny":
        return [(main[0], "bf16", way) for way in COMPILERS]
    order = []
    for way in COMPILERS:
        order += [(job, "bf16", way) for job in main[:3]]
    for mode in ["tf32", "fp32"]:
        for way in COMPILERS:
            order += [(job, mode, way) for job in main[:3]]
    for way in COMPILERS:
        order += [(job, "bf16", way) for job in main[3:]]
    return order


def compiled(bench, report, arguments):
    """Each in a process of its own, until the time is over; of a mode's failure the reason is kept."""
    if not hasattr(torch, "compile"):
        print("torch %s has no torch.compile" % torch.__version__)
        return
    limit = 240.0 if bench.size == "full" else 75.0
    for job, mode, way in compile_jobs(bench):
        seconds = min(limit, seconds_left())
        if seconds < 15:
            report.reason(job, mode, way, "leftOut", "no time was left")
            continue
        compile_one(job, mode, way, seconds, report, arguments)


def compile_one(job, mode, way, seconds, report, arguments):
    group, network, batch = job
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "rows.json")
        command = [sys.executable, os.path.abspath(__file__), "--one", group, str(network), str(batch), mode, way,
                   "--out", out, "--gpu", str(arguments.gpu)]
        command += ["--quick"] * arguments.quick + ["--cpu"] * arguments.cpu
        log = os.path.join(folder, "log")
        with open(log, "w") as output:
            child = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, process_group=0) \
                if sys.version_info >= (3, 11) \
                else subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, preexec_fn=os.setpgrp)
            CHILDREN.append(child)
            try:
                code = child.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                code = None
            stop(CHILDREN.pop())
        rows = []
        if os.path.exists(out):
            with open(out) as file:
                rows = json.load(file)["rows"]
        for row in rows:
            report.add(row)
        if code is None and not rows:
            report.reason(job, mode, way, "leftOut", "not compiled within %.0f s" % seconds)
        elif code:
            with open(log, errors="replace") as file:
                lines = [line.strip() for line in file if line.strip()] or [""]
            print("\n".join(lines[-20:]))
            report.reason(job, mode, way, "failure", "exit code %d: %s" % (code, lines[-1][:200]))


def interrupted(number, frame):
    for child in CHILDREN:
        stop(child)
    os._exit(128 + number)


def stop(child):
    """With the compiler's own processes."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def one(bench, report, job):
    """The child's part."""
    group, network, batch, mode, way = job
    started = time.monotonic()
    for work in bench.works(group, int(network), int(batch), mode, way):
        for row in bench.measure(work, way):
            row["secondsInAll"] = time.monotonic() - started
            report.add(row)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gpu", type=int, default=0, help="CUDA's number of the GPU")
    parser.add_argument("--out", help="the JSON file")
    parser.add_argument("--quick", action="store_true", help="fewer repeats and batch sizes")
    parser.add_argument("--no-compile", action="store_true", help="without torch.compile")
    parser.add_argument("--cpu", action="store_true", help="tiny sizes on the CPU, to try this script")
    parser.add_argument("--one", nargs=5, metavar=("GROUP", "NETWORK", "BATCH", "MODE", "WAY"),
                        help="only this, in this process")
    arguments = parser.parse_args()
    # Who stops it is told where it hangs, and leaves no compiler behind.
    for number in [signal.SIGQUIT, signal.SIGTERM, signal.SIGINT]:
        signal.signal(number, interrupted)
    faulthandler.register(signal.SIGQUIT, chain=True)
    if not arguments.cpu and not torch.cuda.is_available():
        print("torch %s sees no GPU" % torch.__version__)
        return NO_TORCH
    bench = Bench(arguments)
    report = Report(arguments.out, bench.header())
    if arguments.one:
        one(bench, report, arguments.one)
        return 0
    eager(bench, report)
    bench.free()
    if not arguments.no_compile:
        compiled(bench, report, arguments)
    return 0 if any("medianSeconds" in row for row in report.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
