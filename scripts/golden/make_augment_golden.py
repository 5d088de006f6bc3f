#!/usr/bin/env python3
"""Writes what torchvision makes of two small pictures, for ChangesGoldenTest.

    python3 scripts/golden/make_augment_golden.py src/test/resources/golden/augment

colour.png and grey.png are the pictures. cases.txt names a change a line, and results-colour.png and
results-grey.png hold what each makes of the picture, one below the other. The lines are

    brightness|contrast|saturation|hue|sharpness FACTOR     torchvision.transforms.functional
    operation NAME MAGNITUDE SIGN                           one of RandAugment's
    change TEXT BITS                                        a whole transform; its random numbers are drawn as
                                                            org.residuum.data.augment.Draws draws them from BITS
Made with torchvision 0.14.1 and PIL 9.4.
"""
import sys
from pathlib import Path

import numpy as np
import torch
import torchvision.transforms as T
import torchvision.transforms.autoaugment as auto
import torchvision.transforms.functional as F
from PIL import Image

HEIGHT, WIDTH = 21, 27
MASK = 2**64 - 1
STREAMS = {"resized-crop": 16, "randaugment": 17, "jitter": 18, "erase": 19}


def at(key, counter):
    z = (key + 0x9E3779B97F4A7C15 * (counter + 1)) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def below(bits, n):
    return ((bits >> 33) * n) >> 31


class Draws:
    """Stands in for torch's random functions."""

    def __init__(self, bits, stream):
        self.key, self.taken = at(bits, stream), 0

    def next(self):
        self.taken += 1
        return at(self.key, self.taken - 1)

    def unit(self):
        return (self.next() >> 11) * 2.0**-53

    def rand(self, *size):
        return torch.tensor([self.unit()], dtype=torch.float64)

    def randint(self, low, high=None, size=None):
        if not isinstance(high, int):
            low, high = 0, low
        return torch.tensor([low + below(self.next(), high - low)])

    def randperm(self, n):
        key, order = self.next(), list(range(n))
        for i in range(n - 1, 0, -1):
            j = below(at(key, i), i + 1)
            order[i], order[j] = order[j], order[i]
        return torch.tensor(order)

    def empty(self, *size):
        return self

    def uniform_(self, low, high):
        low, high = float(low), float(high)
        return torch.tensor([low + (high - low) * self.unit()], dtype=torch.float64)

    def during(self, work):
        names = ["rand", "randint", "randperm", "empty"]
        real = {name: getattr(torch, name) for name in names}
        try:
            for name in names:
                setattr(torch, name, getattr(self, name))
            return work()
        finally:
            for name in names:
                setattr(torch, name, real[name])


def transform(text):
    name, *numbers = text.split(":")
    values = [float(n) for n in numbers]
    if name == "resized-crop":
        return T.RandomResizedCrop((HEIGHT, WIDTH), tuple(values[:2]), tuple(values[2:]) or (3 / 4, 4 / 3))
    if name == "randaugment":
        return T.RandAugment(int(values[0]), int(values[1]))
    if name == "jitter":
        return T.ColorJitter(*values)
    erase = T.RandomErasing(values[0], tuple(values[1:3]), tuple(values[3:]))
    return lambda image: F.to_pil_image(erase(F.to_tensor(image)))


def operation(image, name, magnitude, sign):
    space = auto.RandAugment()._augmentation_space(31, (HEIGHT, WIDTH))
    strengths, _ = space[name]
    strength = float(strengths[magnitude]) if strengths.ndim > 0 else 0.0
    return auto._apply_op(image, name, sign * strength, T.InterpolationMode.NEAREST, None)


def changed(image, line):
    kind, *words = line.split()
    if kind == "operation":
        return operation(image, words[0], int(words[1]), int(words[2]))
    if kind == "change":
        draws = Draws(int(words[1]), STREAMS[words[0].split(":")[0]])
        work = transform(words[0])
        return draws.during(lambda: work(image))
    return getattr(F, "adjust_" + kind)(image, float(words[0]))


def cases():
    for kind in ["brightness", "contrast", "saturation", "sharpness"]:
        for factor in [0, 0.37, 1, 1.4, 2.9]:
            yield f"{kind} {factor}"
    for turn in [-0.5, -0.31, -0.001, 0, 0.1, 0.25, 0.5]:
        yield f"hue {turn}"
    for name, (strengths, signed) in auto.RandAugment()._augmentation_space(31, (HEIGHT, WIDTH)).items():
        for magnitude in [3, 9, 15, 16, 30] if strengths.ndim > 0 else [9]:
            for sign in [1, -1] if signed else [1]:
                yield f"operation {name} {magnitude} {sign}"
    for text, count in [
        ("resized-crop:0.08:1", 12),
        ("resized-crop:0.9:1:2:3", 4),
        ("resized-crop:0.9:1:0.1:0.2", 2),
        ("randaugment:2:9", 20),
        ("randaugment:4:30", 6),
        ("jitter:0.4:0.4:0.4:0", 6),
        ("jitter:0.8:1.5:0.5:0.2", 10),
        ("jitter:0:0:0.7:0.5", 4),
        ("erase:0.7:0.02:0.33:0.3:3.3", 12),
        ("erase:1:0.9:1:0.3:3.3", 4),
    ]:
        for bits in range(count):
            yield f"change {text} {bits}"


def picture(channels):
    """Smooth, with noise, a flat corner, and all of black and white."""
    random = np.random.RandomState(7)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    planes = []
    for c in range(channels):
        plane = 120 + 90 * np.sin(x / (3.0 + c) + c) * np.cos(y / (5.0 - c)) + random.normal(0, 12, (HEIGHT, WIDTH))
        plane[:8, :9] = [200, 90, 30][c]
        plane[-3:, :5], plane[-3:, -6:] = 0, 255
        planes.append(plane)
    pixels = np.clip(np.rint(np.stack(planes, -1)), 0, 255).astype(np.uint8)
    return Image.fromarray(pixels if channels == 3 else pixels[..., 0])


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    lines = list(cases())
    (folder / "cases.txt").write_text("\n".join(lines) + "\n")
    for name, channels in [("colour", 3), ("grey", 1)]:
        image = picture(channels)
        image.save(folder / f"{name}.png", optimize=True)
        results = np.concatenate([np.asarray(changed(image, line)) for line in lines])
        Image.fromarray(results).save(folder / f"results-{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
