"""Writes the small checkpoints that PyTorchGoldenTest reads: make_checkpoints.py FOLDER

Element i of a tensor, in row-major order, is (i - 3) / 4, which every float type holds exactly.
Made with PyTorch 1.13.
"""

import sys
from collections import OrderedDict
from pathlib import Path

import numpy
import torch


def ramp(*extents, dtype=torch.float32):
    count = int(numpy.prod(extents, dtype=int))
    return ((torch.arange(count, dtype=torch.float64) - 3) / 4).to(dtype).reshape(extents)


def layouts():
    """Each tensor is a ramp again, however it lies in its storage."""
    shared = ramp(20)
    padded = torch.full((4, 9), 99.0)
    padded[1:3, 2:7] = ramp(2, 5)
    expanded = torch.tensor([[-0.75], [-0.75]])
    return OrderedDict(
        transposed=ramp(3, 4).t().contiguous().t(),
        channels_last=ramp(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
        window=padded[1:3, 2:7],
        every_second=ramp(10).repeat_interleave(2)[::2],
        shared_whole=shared,
        shared_head=shared[:7].reshape(7, 1),
        repeated=expanded[:1].expand(3, 4),
        scalar=ramp(),
        nothing=ramp(0, 5),
        half_transposed=ramp(3, 4, dtype=torch.float16).t().contiguous().t(),
    )


def dtypes():
    return OrderedDict(
        float64=ramp(2, 3, dtype=torch.float64),
        float32=ramp(2, 3),
        float16=ramp(2, 3, dtype=torch.float16),
        bfloat16=ramp(2, 3, dtype=torch.bfloat16),
        num_batches_tracked=torch.tensor(7),
        mask=torch.tensor([True, False]),
        complex64=torch.zeros(2, dtype=torch.complex64),
        note="not a tensor",
    )


def module():
    """A real module's state_dict, with _metadata, and everything a training script adds."""
    net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3, bias=False), torch.nn.BatchNorm2d(2))
    with torch.no_grad():
        for tensor in net.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(ramp(*tensor.shape))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    net(torch.ones(1, 1, 4, 4)).sum().backward()
    optimizer.step()
    with torch.no_grad():
        for tensor in net.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(ramp(*tensor.shape))
    return {
        "epoch": 90,
        "arch": "tiny",
        "best": numpy.float64(0.5),
        "best_tensor": torch.tensor(0.25),
        "rng": torch.arange(4, dtype=torch.uint8),
        "history": [0.5, None, True, -1, 2**40, (1, 2)],
        "model": torch.nn.DataParallel(net).state_dict(),
        "optimizer": optimizer.state_dict(),
    }


def parameters():
    attributed = torch.nn.Parameter(ramp(5))
    attributed.tag = "kept by _rebuild_from_type_v2"
    return {"plain": torch.nn.Parameter(ramp(2, 3)), "attributed": attributed}


def main():
    folder = Path(sys.argv[1])
    for make in (layouts, dtypes, module, parameters):
        name = make.__name__
        torch.save(make(), folder / f"{name}.pth")
        torch.save(make(), folder / f"{name}_legacy.pth", _use_new_zipfile_serialization=False)
        torch.save(make(), folder / f"{name}_protocol5.pth", pickle_protocol=5)
    torch.save([ramp(2)], folder / "list.pth")
    torch.save({"encoder": {"w": ramp(2)}, "decoder": {"w": ramp(2)}}, folder / "two.pth")
    torch.save({"only": {"w": ramp(2)}, "epoch": 1}, folder / "only.pth")
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), folder / "torchscript.pt")


main()
