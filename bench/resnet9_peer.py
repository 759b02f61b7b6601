#!/usr/bin/env python3
"""What PyTorch in Python needs for the work of resnet9: the same network, random 32x32 images in
memory, batches of 128, fused SGD with momentum, channels-last, in float32 and bf16.

    resnet9_peer.py [images] [rounds] [threads]
"""

import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

BATCH = 128
ARGUMENTS = sys.argv[1:4] if __name__ == "__main__" else []
IMAGES, ROUNDS, THREADS = [int(a) for a in ARGUMENTS] + [5000, 3, 0][len(ARGUMENTS) :]


class Unit(nn.Sequential):
    def __init__(self, inputs, features, pool=False):
        layers = [nn.Conv2d(inputs, features, 3, padding=1, bias=False), nn.BatchNorm2d(features),
                  nn.ReLU(inplace=True)]  # fmt: skip
        super().__init__(*layers, *([nn.MaxPool2d(2)] if pool else []))


class Residual(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.body = nn.Sequential(Unit(features, features), Unit(features, features))

    def forward(self, x):
        return x + self.body(x)


class Scale(nn.Module):
    def forward(self, x):
        return x * 0.125


def resnet9():
    torch.manual_seed(1)
    return nn.Sequential(
        Unit(3, 64), Unit(64, 128, True), Residual(128), Unit(128, 256, True),
        Unit(256, 512, True), Residual(512), nn.AdaptiveMaxPool2d(1), nn.Flatten(),
        nn.Linear(512, 10, bias=False), Scale(),
    ).to(memory_format=torch.channels_last)  # fmt: skip


def speed(bf16):
    x = torch.randn(IMAGES, 3, 32, 32).contiguous(memory_format=torch.channels_last)
    y = torch.randint(10, (IMAGES,))
    model = resnet9()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, fused=True)
    speeds = []
    for _ in range(ROUNDS + 1):  # the first warms up
        start = time.perf_counter()
        losses = []
        for batch in torch.randperm(IMAGES).split(BATCH):
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                loss = F.cross_entropy(model(x[batch]), y[batch])
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.detach())
        torch.stack(losses).mean().item()
        speeds.append(IMAGES / (time.perf_counter() - start))
    return statistics.median(speeds[1:]), min(speeds[1:]), max(speeds[1:])


if __name__ == "__main__":
    if THREADS:
        torch.set_num_threads(THREADS)
    for precision, bf16 in (("float32", False), ("bf16", True)):
        print("%8.1f [%.1f - %.1f] images/s  PyTorch, %s" % (*speed(bf16), precision), flush=True)
