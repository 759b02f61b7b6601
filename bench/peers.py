#!/usr/bin/env python3
"""What Python needs for the work of step_overhead: digits, an mlp 64-128-10, batches of 64, SGD with
momentum, 1cycle, 30 epochs, one thread.

Prints `microseconds name` an iteration (the median of the rounds) for each peer that is installed:
a plain PyTorch loop that slices tensors in memory, and fastai v2 with its data in memory.
"""

import csv
import logging
import math
import pathlib
import statistics
import sys
import time

EPOCHS, BATCH, RATE = 30, 64, 0.1
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5


def load_digits(torch):
    path = pathlib.Path(__file__).resolve().parent.parent / "data" / "digits.csv"
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    labels = torch.tensor([int(row[0]) for row in rows])
    pixels = torch.tensor([[float(x) for x in row[1:]] for row in rows]) / 16
    count = round(len(rows) * 0.8)
    pixels = (pixels - pixels[:count].mean()) / pixels[:count].std()
    return pixels[:count], labels[:count]


def make_model(torch):
    torch.manual_seed(1)
    return torch.nn.Sequential(
        torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10)
    )


def raw_pytorch(torch):
    x, y = load_digits(torch)

    def train():
        model = make_model(torch)
        optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=0.9, fused=True)
        total = EPOCHS * math.ceil(len(x) / BATCH)
        iteration = 0
        start = time.perf_counter()
        for _ in range(EPOCHS):
            order = torch.randperm(len(x))
            for first in range(0, len(x), BATCH):
                batch = order[first : first + BATCH]
                position = iteration / total
                optimizer.param_groups[0]["lr"] = RATE * (1 + math.cos(math.pi * position)) / 2
                loss = torch.nn.functional.cross_entropy(model(x[batch]), y[batch])
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
                loss.item()
                iteration += 1
        return (time.perf_counter() - start) / total * 1e6

    return train


def fastai(torch):
    from fastai.basics import CrossEntropyLossFlat, DataLoaders, Learner  # noqa: PLC0415
    from fastai.callback.schedule import fit_one_cycle  # noqa: F401, PLC0415 (patches Learner)

    x, y = load_digits(torch)

    class Batches:
        """Gathers whole batches from memory: fastai at its fastest."""

        def __init__(self):
            self.dataset, self.device = x, torch.device("cpu")

        def __len__(self):
            return math.ceil(len(x) / BATCH)

        def __iter__(self):
            order = torch.randperm(len(x))
            for first in range(0, len(x), BATCH):
                batch = order[first : first + BATCH]
                yield x[batch], y[batch]

    def train():
        learner = Learner(
            DataLoaders(Batches(), []), make_model(torch), loss_func=CrossEntropyLossFlat()
        )
        with learner.no_bar(), learner.no_logging():
            start = time.perf_counter()
            learner.fit_one_cycle(EPOCHS, RATE)
            return (time.perf_counter() - start) / (EPOCHS * len(Batches())) * 1e6

    return train


def main():
    try:
        import torch  # noqa: PLC0415
    except ImportError:
        print("peers: PyTorch for Python is not installed", file=sys.stderr)
        return 0
    torch.set_num_threads(1)
    logging.disable(logging.WARNING)
    for name, make in (("PyTorch, plain loop", raw_pytorch), ("fastai v2", fastai)):
        try:
            train = make(torch)
            train()  # warms up
            print(f"{statistics.median(train() for _ in range(ROUNDS)):.1f} {name}", flush=True)
        except ImportError as error:
            print(f"peers: {name}: not installed ({error.name})", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
