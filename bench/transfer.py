#!/usr/bin/env python3
"""Fine-tuning against training from scratch on few images: resnet20 learns eight classes of CIFAR-10
(1,000 images each), then is fine-tuned on the other two with 50 images a class; beside it the same
network from scratch on these, with the rate that it finds for itself. Validation: the 2,000 test
images of the two classes.

Usage: transfer.py PROGRAM CIFAR_JPEGS FOLDER [SEEDS]. FOLDER keeps the runs: called again it goes on
where it was. Each seed has other 50 images. Prints accuracies, median and range over the seeds.
"""

import os
import pathlib
import sys

from photos import accuracy, link_part, spread, trained

FEW = ("cat", "horse")


def main():
    program, source, folder = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    seeds = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    many = sorted({path.name for path in (source / "train").iterdir()} - set(FEW))
    common = ["--model", "resnet20", "--augment", "crop(4),flip", "--keep", "none"]
    data = folder / "eight"
    if not data.exists():
        link_part(source, data, many, train=1000, valid=200)
    first = trained(program, folder / "pretrained", "fit", data, "--epochs", "15", "--seed", "1", "--max-lr", "auto",
                    *common)
    print(f"pretrained on {len(many)} classes: accuracy {accuracy(first):.4f}", flush=True)
    tuned, scratch = [], []
    for seed in range(1, seeds + 1):
        data = folder / f"two-{seed}"
        if not data.exists():
            link_part(source, data, FEW, train=50, valid=1000, first=50 * seed)
        few = ["--seed", seed, "--batch-size", "16", "--epochs", "20", "--max-lr", "auto", *common]
        tuned.append(accuracy(trained(program, folder / f"tuned-{seed}", "fine-tune", data, "--fine-tune", "4",
                                      "--weights", folder / "pretrained" / "model.safetensors", *few)))
        scratch.append(accuracy(trained(program, folder / f"scratch-{seed}", "fit", data, *few)))
        print(f"seed {seed}: fine-tuned {tuned[-1]:.4f}, from scratch {scratch[-1]:.4f}", flush=True)
    print(f"fine-tuned    {spread(tuned)}\nfrom scratch  {spread(scratch)}")


if __name__ == "__main__":
    main()
