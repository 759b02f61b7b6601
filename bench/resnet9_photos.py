#!/usr/bin/env python3
"""An epoch of resnet9 on 5,000 JPEGs of CIFAR-10 (the first 500 of each class), batches of 128: images a
second and the share of the time that training waits for data, by the run's own account; in float32 and
bf16, beside fastai with its workers where Python has it.

Usage: resnet9_photos.py PROGRAM CIFAR_JPEGS FOLDER [ROUNDS]. Whoever is measured, trains one epoch in a
process of its own, in turn. Prints medians and ranges.
"""

import csv
import importlib.util
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

from photos import link_part

IMAGES = 5000


def ours(program, data, run, precision):
    """Images a second, and the share of waiting."""
    shutil.rmtree(run, ignore_errors=True)
    subprocess.run([program, "fit", data, "--model", "resnet9", "--augment", "crop(4),flip", "--epochs", "1",
                    "--batch-size", "128", "--max-lr", "0.1", "--precision", precision, "--out", run,
                    "--quiet"], stdout=subprocess.DEVNULL, check=True)  # fmt: skip
    with (run / "epochs.csv").open() as file:
        epoch = next(csv.DictReader(file))
    training = float(epoch["seconds"]) - float(epoch["validation_seconds"])
    return IMAGES / training, float(epoch["data_seconds"]) / training


def fastai(data):
    """Runs in a process of its own."""
    import time

    import torch
    from fastai.vision.all import (Callback, CropPad, FlipItem, ImageDataLoaders, Learner, Normalize, RandomCrop, SGD,
                                   CrossEntropyLossFlat)  # fmt: skip
    from resnet9_peer import resnet9

    class Clock(Callback):
        def before_train(self):
            self.begin = time.perf_counter()

        def after_train(self):
            self.seconds = time.perf_counter() - self.begin

    loaders = ImageDataLoaders.from_folder(
        data, train="train", valid="valid", bs=128, item_tfms=[CropPad(40), RandomCrop(32), FlipItem(0.5)],
        batch_tfms=[Normalize.from_stats([0.4914, 0.4822, 0.4465], [0.247, 0.2435, 0.2616])])  # fmt: skip
    loaders.train.drop_last = False
    clock = Clock()
    learner = Learner(loaders, resnet9().to(memory_format=torch.channels_last), loss_func=CrossEntropyLossFlat(),
                      opt_func=SGD, moms=(0.95, 0.85, 0.95), cbs=clock)  # fmt: skip
    with learner.no_bar(), learner.no_logging():
        learner.fit_one_cycle(1, 0.1)
    print(IMAGES / clock.seconds)


def peer(data):
    done = subprocess.run([sys.executable, __file__, "fastai", data], stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout.split()[-1])


def spread(values):
    return f"{statistics.median(values):8.1f} [{min(values):.1f} - {max(values):.1f}]"


def main():
    program, source, folder = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    data = folder / "data"
    if not data.exists():
        link_part(source, data, sorted(path.name for path in (source / "train").iterdir()), train=500, valid=10)
    speeds, waits = {}, {}
    for _ in range(rounds):
        for precision in ("float32", "bf16"):
            speed, wait = ours(program, data, folder / "run", precision)
            speeds.setdefault(f"onecycle, {precision}", []).append(speed)
            waits.setdefault(precision, []).append(100 * wait)
        if importlib.util.find_spec("fastai"):
            speeds.setdefault("fastai, float32", []).append(peer(data))
    for name, values in speeds.items():
        print(f"{spread(values)} images/s  {name}")
    for precision, values in waits.items():
        print(f"{spread(values)} % of the time waiting for data, {precision}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["fastai"]:
        fastai(pathlib.Path(sys.argv[2]))
    else:
        main()
