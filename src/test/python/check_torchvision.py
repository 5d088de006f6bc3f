"""Loads a checkpoint written by `residuum convert` into torchvision with strict=True.

python3 check_torchvision.py NETWORK SIDE FILE IMAGES LOGITS BOUND

IMAGES and LOGITS are raw little-endian floats, (n, 3, SIDE, SIDE) and (n, classes). Exits with 1
where a logit differs by more than BOUND.
"""
import sys

import numpy
import torch
import torchvision


def main(name, side, path, images, logits, bound):
    state = torch.load(path, map_location="cpu")
    model = getattr(torchvision.models, name)(num_classes=state["fc.weight"].shape[0])
    keys = model.load_state_dict(state, strict=True)
    model.float().eval()
    x = torch.from_numpy(numpy.fromfile(images, "<f4")).reshape(-1, 3, int(side), int(side))
    expected = torch.from_numpy(numpy.fromfile(logits, "<f4")).reshape(len(x), -1)
    with torch.no_grad():
        distance = (model(x) - expected).abs().max().item()
    print(
        f"{path.rsplit('/', 1)[-1]}, torch {torch.__version__}: {keys}, logits within "
        f"{distance:.1e}, the largest is {expected.abs().max().item():.3g}",
        file=sys.stderr,
    )
    return 0 if distance <= float(bound) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
