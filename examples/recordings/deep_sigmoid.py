"""A deep network of sigmoids, whose first layers learn nothing: deep-sigmoid.jsonl.

    backstep python > backstep.py
    python3 deep_sigmoid.py deep-sigmoid.jsonl
"""

import sys

import torch
from torch import nn

import backstep

torch.manual_seed(0)
torch.set_num_threads(1)

# Two half-moons that interlock.
angle = torch.rand(256) * torch.pi
labels = torch.arange(256) % 2
points = torch.stack([angle.cos() * (1 - 2 * labels) + labels, angle.sin() * (1 - 2 * labels) + labels / 2], dim=1)
points += 0.1 * torch.randn(256, 2)

layers, width = [], 2
for _ in range(8):
    layers += [nn.Linear(width, 24), nn.Sigmoid()]
    width = 24
model = nn.Sequential(*layers, nn.Linear(width, 2))
for layer in model:
    if isinstance(layer, nn.Linear):
        nn.init.xavier_normal_(layer.weight)
        nn.init.zeros_(layer.bias)

optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
setup = "256 points of two half-moons, all in each step; Xavier normal; SGD, rate 0.1"
with backstep.Recorder(model, sys.argv[1], every=20, histograms=False, digits=4, setup=setup) as recorder:
    for step in range(1001):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(points), labels)
        loss.backward()
        optimizer.step()
        recorder.step(loss)
