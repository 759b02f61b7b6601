#!/usr/bin/env python3
"""Ten epochs of resnet20 with 1cycle on 10,000 JPEGs of CIFAR-10 (the first 1,000 of each class), fixed
seed: accuracy on the 10,000 test images and seconds of training, beside the same in PyTorch.

Usage: cifar.py PROGRAM CIFAR_JPEGS FOLDER [peer]. FOLDER keeps the run: called again it goes on where
it was. With `peer` PyTorch trains too, on pictures that Pillow decoded beforehand, with the same
network, batch size, augmentation, optimizer and policy.
"""

import json
import os
import pathlib
import sys
import time

from photos import accuracy, link_part, trained

EPOCHS, BATCH, LR, DECAY = 10, 128, 0.4, 5e-4


def peer(data):
    import numpy
    import torch
    from PIL import Image
    from torch import nn
    from torch.nn import functional as F

    class Block(nn.Module):
        def __init__(self, inputs, outputs, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(outputs)
            self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(outputs)
            self.stride, self.grown = stride, outputs - inputs

        def forward(self, x):
            y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
            if self.grown:
                x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.grown // 2, self.grown // 2))
            return F.relu(y + x)

    class ResNet20(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
            widths = [16, 16, 16, 16, 32, 32, 32, 64, 64, 64]
            self.blocks = nn.Sequential(*(Block(a, b, 2 if b > a else 1) for a, b in zip(widths, widths[1:])))
            self.fc = nn.Linear(64, 10)
            for module in self.modules():
                if isinstance(module, nn.Conv2d):
                    nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

        def forward(self, x):
            return self.fc(self.blocks(F.relu(self.bn1(self.conv1(x)))).mean((2, 3)))

    def load(part):
        images, labels = [], []
        for label, folder in enumerate(sorted((data / part).iterdir())):
            for file in sorted(folder.iterdir()):
                images.append(numpy.asarray(Image.open(file)))
                labels.append(label)
        return torch.from_numpy(numpy.stack(images)).permute(0, 3, 1, 2), torch.tensor(labels)

    torch.manual_seed(1)
    (x, y), (vx, vy) = load("train"), load("valid")
    mean, deviation = (f(x.double().div(255), (0, 2, 3)).float()[:, None, None] for f in (torch.mean, torch.std))

    def prepare(images):
        return ((images.float() / 255 - mean) / deviation).contiguous(memory_format=torch.channels_last)

    def augmented(images):
        padded = F.pad(images, (4, 4, 4, 4))
        offsets = torch.randint(0, 9, (len(images), 2)).tolist()
        out = torch.stack([image[:, t:t + 32, l:l + 32] for image, (t, l) in zip(padded, offsets)])
        flipped = torch.rand(len(out)) < 0.5
        out[flipped] = out[flipped].flip(3)
        return out

    model = ResNet20().to(memory_format=torch.channels_last)
    decaying = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    optimizer = torch.optim.SGD([{"params": decaying, "weight_decay": DECAY}, {"params": others}], lr=LR, momentum=0.9)
    per_epoch = -(-len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LR, total_steps=EPOCHS * per_epoch, pct_start=0.25)
    start = time.perf_counter()
    for _ in range(EPOCHS):
        model.train()
        for batch in torch.randperm(len(x)).split(BATCH):
            loss = F.cross_entropy(model(prepare(augmented(x[batch]))), y[batch])
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
        model.eval()
        with torch.no_grad():
            right = sum((model(prepare(a)).argmax(1) == b).sum().item() for a, b in zip(vx.split(512), vy.split(512)))
    return right / len(vx), time.perf_counter() - start


def main():
    program, source, folder = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    classes = sorted(path.name for path in (source / "train").iterdir())
    data = folder / "data"
    if not data.exists():
        link_part(source, data, classes, train=1000, valid=1000)
    run = trained(program, folder / "run", "fit", data, "--model", "resnet20", "--augment", "crop(4),flip", "--epochs",
                  EPOCHS, "--batch-size", BATCH, "--max-lr", LR, "--weight-decay", DECAY, "--seed", 1, "--keep", "none")
    seconds = sum(float(row.split(",")[columns(folder).index("seconds")]) for row in rows(folder))
    print(f"onecycle  accuracy {accuracy(run):.4f}, {seconds:.1f} s", flush=True)
    if sys.argv[4:] == ["peer"]:
        reached, seconds = peer(data)
        print(f"PyTorch   accuracy {reached:.4f}, {seconds:.1f} s")
        (folder / "peer.json").write_text(json.dumps({"accuracy": reached, "seconds": seconds}))


def rows(folder):
    return (folder / "run" / "epochs.csv").read_text().splitlines()[1:]


def columns(folder):
    return (folder / "run" / "epochs.csv").read_text().splitlines()[0].split(",")


if __name__ == "__main__":
    main()
