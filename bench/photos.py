"""Parts of a folder of images as folders of links, and runs of the program that go on where they were."""

import json
import pathlib
import shutil
import statistics
import subprocess


def link_part(source, target, classes, train, valid, first=0):
    """CLASS/ folders under target/train and target/valid with so many links a class: to the training
    images from `first` on, and to the first test images."""
    if target.exists():
        shutil.rmtree(target)
    for part, folder, begin, count in (("train", "train", first, train), ("valid", "test", 0, valid)):
        for name in classes:
            place = target / part / name
            place.mkdir(parents=True)
            files = sorted((source / folder / name).iterdir())[begin:begin + count]
            for file in files:
                (place / file.name).symlink_to(file.resolve())
    return target


def trained(program, folder, verb, data, *flags):
    """The record of a run: of one that is there whole, or interrupted and now gone on with, or new."""
    folder = pathlib.Path(folder)
    record = folder / "run.json"
    finished = record.exists() and json.loads(record.read_text())["end"] == "completed"
    if not finished:
        begun = (folder / "config.toml").exists()
        command = ([program, "resume", folder] if begun else
                   [program, verb, data, "--out", folder, "--checkpoint-every", "epoch", *flags])
        done = subprocess.run([*map(str, command), "--quiet"], stdout=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(map(str, command))}: exit {done.returncode}")
    return json.loads(record.read_text())


def accuracy(run):
    """Of the weights that the run chose, on its validation set."""
    chosen = next(weights for weights in run["weights"] if weights["chosen"])
    return chosen["metrics"][run["metrics"].index("accuracy")]


def spread(values):
    return f"{statistics.median(values):.4f} [{min(values):.4f} - {max(values):.4f}]"
