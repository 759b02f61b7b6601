#!/usr/bin/env python3
"""What Python's loaders reach with the work of loader: JPEG files by class, crop (pad 4), flip, normalised,
batches of 128, each epoch from the files. torchvision behind PyTorch's DataLoader, and fastai with its
transforms of single images; each as far as this Python has it.

Usage: loader_peers.py FOLDER [workers] [rounds]. The first 5,000 images by class and name: a rate does not
depend on their number. Prints images a second, median and range over the epochs after the first.
"""

import importlib.util
import pathlib
import statistics
import sys
import time

IMAGES = 5000
MEAN, DEVIATION = [0.4914, 0.4822, 0.4465], [0.247, 0.2435, 0.2616]


def files_of(folder):
    root = folder / "train" if (folder / "train").is_dir() else folder
    classes = sorted(path for path in root.iterdir() if path.is_dir())
    return [file for name in classes for file in sorted(name.iterdir())[: IMAGES // len(classes)]]


def torchvision_loader(files, workers):
    import torch
    from PIL import Image
    from torchvision import transforms

    transform = transforms.Compose([transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip(),
                                    transforms.ToTensor(), transforms.Normalize(MEAN, DEVIATION)])  # fmt: skip
    names = sorted({file.parent.name for file in files})

    class Images(torch.utils.data.Dataset):
        def __len__(self):
            return len(files)

        def __getitem__(self, index):
            with Image.open(files[index]) as image:
                return transform(image.convert("RGB")), names.index(files[index].parent.name)

    return torch.utils.data.DataLoader(Images(), 128, shuffle=True, num_workers=workers)


def fastai_loader(files, workers):
    from fastai.vision.all import (CategoryBlock, CropPad, DataBlock, FlipItem, ImageBlock, Normalize, RandomCrop,
                                   RandomSplitter, parent_label)  # fmt: skip

    block = DataBlock((ImageBlock, CategoryBlock), get_items=lambda _: files, get_y=parent_label,
                      splitter=RandomSplitter(1 / len(files)), item_tfms=[CropPad(40), RandomCrop(32), FlipItem(0.5)],
                      batch_tfms=[Normalize.from_stats(MEAN, DEVIATION)])  # fmt: skip
    loader = block.dataloaders(files[0].parent, bs=128, num_workers=workers).train
    loader.drop_last = False
    return loader


def speeds(loader, rounds):
    found = []
    for _ in range(rounds + 1):  # the first warms up
        start = time.perf_counter()
        images = sum(len(targets) for _, targets in loader)
        found.append(images / (time.perf_counter() - start))
    return found[1:]


def main():
    files = files_of(pathlib.Path(sys.argv[1]))
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    for name, make in (("torchvision", torchvision_loader), ("fastai", fastai_loader)):
        if importlib.util.find_spec(name) is None:
            print(f"{name:<28}  not in this Python")
            continue
        found = speeds(make(files, workers), rounds)
        print(f"{name:<28}{statistics.median(found):9.0f}  [{min(found):.0f} - {max(found):.0f}] images/s", flush=True)


if __name__ == "__main__":
    main()
