"""The first steps of a narrow ResNet-18 on images of oriented waves: resnet-start.jsonl.

    backstep python > backstep.py
    python3 resnet_start.py resnet-start.jsonl
"""

import sys

import torch
from torch import nn

import backstep

torch.manual_seed(0)


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        branch = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        branch += x if self.downsample is None else self.downsample(x)
        return self.relu(branch)


class ResNet18(nn.Module):
    """As in He et al. 2016, with an eighth of the channels, for images of 32×32."""

    def __init__(self, width=8, classes=8):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(BasicBlock(width, width, 1), BasicBlock(width, width, 1))
        self.layer2 = nn.Sequential(BasicBlock(width, 2 * width, 2), BasicBlock(2 * width, 2 * width, 1))
        self.layer3 = nn.Sequential(BasicBlock(2 * width, 4 * width, 2), BasicBlock(4 * width, 4 * width, 1))
        self.layer4 = nn.Sequential(BasicBlock(4 * width, 8 * width, 2), BasicBlock(8 * width, 8 * width, 1))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8 * width, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(self.avgpool(x).flatten(1))


def waves(count):
    """Images of waves in one of eight directions, with noise, in any colour."""
    labels = torch.randint(0, 8, (count,))
    angle = labels * torch.pi / 8
    row, column = torch.meshgrid(torch.arange(32.0), torch.arange(32.0), indexing="ij")
    phase = angle.cos()[:, None, None] * column + angle.sin()[:, None, None] * row
    wave = torch.sin(0.8 * phase + 6.28 * torch.rand(count, 1, 1))
    return wave[:, None] * torch.randn(count, 3, 1, 1) + 0.7 * torch.randn(count, 3, 32, 32), labels


SETUP = "64 new images of waves a step; SGD, rate 0.05, momentum 0.9, weight decay 0.0005"
model = ResNet18()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
with backstep.Recorder(model, sys.argv[1], every=5, histograms=False, digits=4, setup=SETUP) as recorder:
    for step in range(101):
        images, labels = waves(64)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        recorder.step(loss)
