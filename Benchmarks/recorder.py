"""What the recorder costs: the time of a step of ResNet-18 that is recorded, of one that isn't, and of one without a recorder.

    PYTHONPATH=Sources/CourseNotes/Embedding python3 Benchmarks/recorder.py [IMAGES [PIXELS [ROUNDS]]]
"""

import os
import statistics
import sys
import tempfile
import time

import torch
from torch import nn

import backstep

images, pixels, rounds = ([int(word) for word in sys.argv[1:]] + [16, 32, 15][len(sys.argv) - 1 :])[:3]
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


recorder = backstep.Recorder(model, os.path.join(folder.name, "run.jsonl"), every=2)
recorded, unrecorded, plain = [], [], []
# By turns, so that what else the machine does falls on all alike. The second step of a round is unknown to the recorder, whose hooks are off then.
for _ in range(rounds + 1):
    recorded.append(step(recorder))
    plain.append(step())
    unrecorded.append(step(recorder))
recorder.close()
# The first round warms up.
recorded, unrecorded, plain = (statistics.median(times[1:]) for times in (recorded, unrecorded, plain))
print(f"{images} images of {pixels}×{pixels}, medians of {rounds}: a step {1e3 * plain:.0f} ms, "
      f"a recorded one {recorded / plain - 1:+.1%}, one between recorded ones {unrecorded / plain - 1:+.1%}")
print(f"every=10: {(recorded / plain - 1) / 10:+.1%}, or {(recorded + 9 * unrecorded) / (10 * plain) - 1:+.1%} with the noise of the steps between")
