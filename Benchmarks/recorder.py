"""What the recorder costs: the time of ten steps of ResNet-18 without it and with it, at every=10.

    PYTHONPATH=Sources/CourseNotes/Embedding python3 Benchmarks/recorder.py [IMAGES [PIXELS]]
"""

import os
import sys
import tempfile
import time

import torch
from torch import nn

import backstep

images, pixels = ([int(word) for word in sys.argv[1:]] + [16, 32][len(sys.argv) - 1 :])[:2]
torch.manual_seed(0)
# The processor's time on one thread, so that what else the machine does counts less.
torch.set_num_threads(1)

# The model of examples/recordings/resnet_start.py, with all of ResNet-18's channels and 1,000 classes: 11.7 million parameters.
folder = tempfile.TemporaryDirectory()
example = os.path.join(os.path.dirname(__file__), "../examples/recordings/resnet_start.py")
with open(example, encoding="utf-8") as file:
    source = file.read().split("\nmodel = ")[0]
scope = {"__name__": "example"}
exec(compile(source, example, "exec"), scope)
model = scope["ResNet18"](width=64, classes=1000)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
x, y = torch.randn(images, 3, pixels, pixels), torch.randint(0, 1000, (images,))


def step(recorder=None):
    start = time.process_time()
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    if recorder is not None:
        recorder.step(loss)
    return time.process_time() - start


path = os.path.join(folder.name, "run.jsonl")
step()
plain, recorded = [], []
# By turns, so that what else the machine does falls on both alike; of each the fastest ten steps count.
for _ in range(3):
    plain.append([step() for _ in range(10)])
    with backstep.Recorder(model, path, every=10) as recorder:
        recorded.append([step(recorder) for _ in range(10)])
plain, recorded = min(plain, key=sum), min(recorded, key=sum)
print(f"{images} images of {pixels}×{pixels}: a step {100 * sum(plain):.0f} ms, a recorded one {1e3 * recorded[0]:.0f} ms")
print(f"every=10: {sum(recorded) / sum(plain) - 1:+.1%}")
