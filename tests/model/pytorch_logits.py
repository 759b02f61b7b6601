"""What PyTorch makes of the models' weights, for pytorch_test.cpp.

pytorch_logits.py write FOLDER   for each network: weights as NAME.safetensors and NAME.pth, inputs
                                 and logits as NAME.io.safetensors; resnet20.script.pt
pytorch_logits.py check FOLDER   logits of NAME.ours.safetensors, weights that we saved, as
                                 NAME.back.safetensors

The networks are written down here, with torchvision's names; where torchvision itself can be
imported, its own are used.
"""

import pathlib
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn


def conv(inputs: int, outputs: int, kernel: int, stride: int = 1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)


class Pad(nn.Module):
    """The shortcut without parameters: every other pixel, zeros for new features."""

    def __init__(self, extra: int):
        super().__init__()
        self.extra = extra

    def forward(self, x):
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.extra // 2, self.extra // 2))


class Basic(nn.Module):
    expansion = 1

    def __init__(self, inputs: int, features: int, stride: int, pad: bool):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, features, 3, stride), nn.BatchNorm2d(features)
        self.conv2, self.bn2 = conv(features, features, 3), nn.BatchNorm2d(features)
        self.downsample = shortcut(inputs, features, stride, pad)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.downsample(x))


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inputs: int, features: int, stride: int, pad: bool):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, features, 1), nn.BatchNorm2d(features)
        self.conv2, self.bn2 = conv(features, features, 3, stride), nn.BatchNorm2d(features)
        self.conv3, self.bn3 = conv(features, 4 * features, 1), nn.BatchNorm2d(4 * features)
        self.downsample = shortcut(inputs, 4 * features, stride, pad)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + self.downsample(x))


def shortcut(inputs: int, outputs: int, stride: int, pad: bool):
    if stride == 1 and inputs == outputs:
        return nn.Identity()
    if pad:
        return Pad(outputs - inputs)
    return nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))


class ResNet(nn.Module):
    def __init__(self, block, counts, widths, photo: bool, outputs: int):
        super().__init__()
        first = widths[0]
        self.conv1 = conv(3, first, 7, 2) if photo else conv(3, first, 3)
        self.bn1 = nn.BatchNorm2d(first)
        self.pool = nn.MaxPool2d(3, 2, 1) if photo else nn.Identity()
        inputs, stages = first, []
        for i, (count, width) in enumerate(zip(counts, widths)):
            blocks = []
            for k in range(count):
                blocks.append(block(inputs, width, 2 if i and not k else 1, not photo))
                inputs = width * block.expansion
            stages.append(nn.Sequential(*blocks))
        self.layer1, self.layer2, self.layer3 = stages[:3]
        self.layer4 = stages[3] if len(stages) > 3 else nn.Identity()
        self.fc = nn.Linear(inputs, outputs)

    def forward(self, x):
        x = self.pool(F.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


def torchvision_model(name):
    try:
        import torchvision.models as models  # noqa: PLC0415
    except (ImportError, RuntimeError):
        return None
    return getattr(models, name)(num_classes=7)


def make(name):
    if name == "resnet20":
        return ResNet(Basic, (3, 3, 3), (16, 32, 64), False, 10)
    found = torchvision_model(name)
    if found is not None:
        print(f"{name}: torchvision's own")
        return found
    widths = (64, 128, 256, 512)
    if name == "resnet18":
        return ResNet(Basic, (2, 2, 2, 2), widths, True, 7)
    return ResNet(Bottleneck, (3, 4, 6, 3), widths, True, 7)


def write(folder, name):
    torch.manual_seed(1)
    net = make(name)
    x = torch.randn(4, 3, 48, 40)
    for _ in range(3):
        net(torch.randn_like(x) * 2 + 1)  # moves the running statistics
    net.eval()
    with torch.no_grad():
        save_file({"x": x, "logits": net(x)}, folder / f"{name}.io.safetensors")
    save_file(net.state_dict(), folder / f"{name}.safetensors")
    torch.save(net.state_dict(), folder / f"{name}.pth")
    if name == "resnet20":
        torch.jit.script(net.train()).save(folder / f"{name}.script.pt")


def check(folder, name):
    net = make(name)
    net.load_state_dict(load_file(folder / f"{name}.ours.safetensors"), strict=True)
    net.eval()
    with torch.no_grad():
        logits = net(load_file(folder / f"{name}.io.safetensors")["x"])
    save_file({"logits": logits}, folder / f"{name}.back.safetensors")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for network in ("resnet20", "resnet18", "resnet50"):
        {"write": write, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]), network)
