"""Records the runs of this folder: ten troubles with ten seeds each, in real PyTorch.

    PYTHONPATH=Sources/CourseNotes/Embedding python3 Tests/RecordingsTests/planted/record.py [TROUBLE…]

A trouble is planted by what causes it in practice (an initialization, a learning rate, an optimizer that was not given all parameters). That it
is there, and no other of these troubles, is checked on the model itself, without the recorder: `truth` says how. A run whose draw misses the
definition is drawn anew from the same seed, so that each file is a true case.
"""

import math
import os
import random
import sys

import torch
from torch import nn

import backstep

HERE = os.path.dirname(os.path.abspath(__file__))
MOST_BYTES = 8_000


# Data


def waves(draw):
    """Regression: a sum of sines of a few features."""
    count, features = draw.choice([64, 96, 128]), draw.choice([4, 6, 8])
    x = torch.randn(count, features)
    y = torch.sin(x @ torch.randn(features, 2)) + 0.1 * torch.randn(count, 2)
    return x, y, 2, nn.MSELoss()


def blobs(draw):
    """Classification: Gaussian clouds."""
    classes, features, count = draw.choice([3, 4, 6]), draw.choice([4, 8, 10]), draw.choice([90, 120])
    labels = torch.arange(count) % classes
    return torch.randn(classes, features)[labels] * 1.5 + torch.randn(count, features), labels, classes, nn.CrossEntropyLoss()


def spirals(draw):
    """Classification: two spirals."""
    count = draw.choice([80, 100, 140])
    labels = torch.arange(count) % 2
    turn = 3 * torch.rand(count).sqrt()
    angle = turn * 2 + math.pi * labels
    return torch.stack([turn * angle.cos(), turn * angle.sin()], 1) + 0.05 * torch.randn(count, 2), labels, 2, nn.CrossEntropyLoss()


def stripes(draw):
    """Images of 8×8 with bars that lie or stand."""
    count = draw.choice([32, 48])
    labels = torch.arange(count) % 2
    images = 0.3 * torch.randn(count, 1, 8, 8)
    for image, label in zip(images, labels):
        place = draw.randrange(8)
        if label:
            image[0, place, :] += 1.5
        else:
            image[0, :, place] += 1.5
    return images, labels, 2, nn.CrossEntropyLoss()


# Models


def kept(tensor):
    """The tensor, which keeps its gradient."""
    if tensor.requires_grad:
        tensor.retain_grad()
    return tensor


class Dense(nn.Module):
    """A stack of dense layers; its activations are modules, or functions that no hook sees."""

    def __init__(self, sizes, activation, are_modules=True, norm=None):
        super().__init__()
        self.depth = len(sizes) - 1
        for index in range(self.depth):
            self.add_module(f"fc{index + 1}", nn.Linear(sizes[index], sizes[index + 1]))
            if index < self.depth - 1:
                if norm is not None:
                    self.add_module(f"norm{index + 1}", norm(sizes[index + 1]))
                if are_modules:
                    self.add_module(f"act{index + 1}", activation())
        self.norm, self.are_modules, self.function = norm, are_modules, activation()
        if not are_modules:
            # Not a child, so that the recorder sees dense layers alone.
            object.__setattr__(self, "function", self._modules.pop("function"))
        else:
            del self.function

    def dense(self):
        return [getattr(self, f"fc{index + 1}") for index in range(self.depth)]

    def forward(self, x):
        self.inputs, self.outputs, self.sums = [], [], []
        for index, layer in enumerate(self.dense()):
            x = kept(layer(x))
            self.sums.append(x)
            if index < self.depth - 1:
                if self.norm is not None:
                    x = getattr(self, f"norm{index + 1}")(x)
                self.inputs.append(x.detach())
                x = getattr(self, f"act{index + 1}")(x) if self.are_modules else self.function(x)
                self.outputs.append(x.detach())
        return x

    def initialize(self, gain, of="he"):
        for layer in self.dense():
            spread = math.sqrt(2 / layer.in_features if of == "he" else 2 / (layer.in_features + layer.out_features))
            nn.init.normal_(layer.weight, std=gain * spread)
            nn.init.zeros_(layer.bias)
        return self


class Convolutions(nn.Module):
    def __init__(self, channels, depth, classes, norm=True):
        super().__init__()
        self.stem = nn.Conv2d(1, channels, 3, padding=1)
        self.blocks = nn.ModuleList()
        for _ in range(depth):
            block = nn.Module()
            block.conv = nn.Conv2d(channels, channels, 3, padding=1)
            block.norm = nn.BatchNorm2d(channels) if norm else nn.Identity()
            block.relu = nn.ReLU(inplace=True)
            self.blocks.append(block)
        self.head = nn.Linear(channels, classes)

    def dense(self):
        return [self.stem] + [block.conv for block in self.blocks] + [self.head]

    def forward(self, x):
        self.inputs, self.outputs = [], []
        x = kept(self.stem(x))
        self.sums = [x]
        for block in self.blocks:
            z = kept(block.conv(x))
            self.sums.append(z)
            z = block.norm(z)
            self.inputs.append(z.detach().clone())
            a = block.relu(z)
            self.outputs.append(a.detach())
            x = x + a
        self.sums.append(kept(self.head(x.mean((2, 3)))))
        return self.sums[-1]


class Unrolled(nn.Module):
    """A recurrent cell that is called once for each time step."""

    def __init__(self, features, units, classes, cell=nn.RNNCell):
        super().__init__()
        self.cell = cell(features, units)
        self.out = nn.Linear(units, classes)

    def forward(self, x):
        state, self.states = None, []
        for time in range(x.shape[1]):
            state = kept(self.cell(x[:, time], state))
            self.states.append(state)
        return self.out(state)


# Runs


class Run:
    """A model with its data and the way it is trained."""

    def __init__(self, model, data, optimizer, steps, clip=None, change=None, loss=None):
        self.model, self.optimizer, self.steps, self.clip, self.change = model, optimizer, steps, clip, change
        self.x, self.y, _, self.criterion = data
        self.criterion = loss or self.criterion
        self.losses, self.probes = [], []

    def train(self, path, every):
        with backstep.Recorder(self.model, path, every=every, histograms=False, digits=3) as recorder:
            for step in range(self.steps):
                if self.change is not None:
                    self.change(step, self)
                self.optimizer.zero_grad()
                loss = self.criterion(self.model(self.x), self.y)
                loss.backward()
                if self.clip is not None:
                    nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
                before = [p.detach().clone() for p in self.weights()]
                self.optimizer.step()
                self.losses.append(loss.item())
                self.probes.append(self.probe(before))
                recorder.step(loss)

    def weights(self):
        return [p for name, p in self.model.named_parameters() if "weight" in name and p.dim() > 1]

    def probe(self, before):
        """What the definitions of the troubles look at, from the tensors themselves."""
        model = self.model
        ratios = [((now - old).norm() / old.norm().clamp_min(1e-30)).item() for now, old in zip(self.weights(), before)]
        dead, slopes = [], []
        for z, a in zip(getattr(model, "inputs", []), getattr(model, "outputs", [])):
            units = a.transpose(0, 1).reshape(a.shape[1], -1)
            dead.append((units == 0).all(1).double().mean().item())
            slopes.append(slope(model, z))
        times = [state.grad.norm().item() for state in getattr(model, "states", [])]
        gradients = [z.grad.norm().item() for z in getattr(model, "sums", []) if z.grad is not None]
        return {"gradients": gradients, "ratios": ratios, "dead": dead, "slopes": slopes, "times": times}


def slope(model, z):
    """The mean of |f′| over its largest value, of a sigmoid or a tanh; 1 for others."""
    kind = type(getattr(model, "act1", getattr(model, "function", None))).__name__
    if kind == "Sigmoid":
        s = torch.sigmoid(z)
        return (4 * s * (1 - s)).mean().item()
    if kind == "Tanh":
        return (1 - torch.tanh(z).square()).mean().item()
    return 1.0


def median(values):
    values = sorted(values)
    return values[len(values) // 2]


def facts(run):
    probes = run.probes
    return {
        # The gradient with respect to the first layer's sums over that with respect to the last one's, at each step.
        "shrink": [p["gradients"][0] / p["gradients"][-1] for p in probes if p["gradients"] and p["gradients"][-1]],
        "time": [p["times"][0] / p["times"][-1] for p in probes if p["times"] and p["times"][-1]],
        "ratio": median([r for p in probes for r in p["ratios"] if math.isfinite(r)] or [0]),
        "unmoved": [max(p["ratios"][i] for p in probes) == 0 for i in range(len(probes[0]["ratios"]))],
        "dead": max((min(p["dead"][i] for p in probes[len(probes) // 2 :]) for i in range(len(probes[0]["dead"]))), default=0),
        "slope": min((max(p["slopes"][i] for p in probes) for i in range(len(probes[0]["slopes"]))), default=1),
        "finite": all(math.isfinite(loss) for loss in run.losses),
        "fall": run.losses[-1] / run.losses[0] if run.losses[0] else math.inf,
    }


def truth(trouble, run):
    """Whether the run has the trouble by its definition, and no other of them."""
    f = facts(run)
    is_quiet = f["dead"] <= 0.3 and f["slope"] >= 0.15 and not any(f["unmoved"])
    gentle = 3e-4 < f["ratio"] < 0.05
    in_depth = bool(f["shrink"]) and all(0.02 < s < 50 for s in f["shrink"])
    return {
        # The first layer has a thousandth of the last one's gradient, or less, at every step.
        "vanishing": lambda: f["finite"] and is_quiet and max(f["shrink"]) < 1e-3,
        # … or a thousand times as much, or more, at every step.
        "exploding": lambda: f["finite"] and is_quiet and min(f["shrink"]) > 1e3 and f["ratio"] < 0.05,
        # The loss is finite at first and not at last.
        "diverged": lambda: math.isfinite(run.losses[0]) and not math.isfinite(run.losses[-1]),
        # In the run's second half, three in four units of a layer are 0 for all data.
        "dead-units": lambda: f["finite"] and f["dead"] >= 0.75 and f["ratio"] < 0.05,
        # A layer's mean slope stays below a twentieth of the largest.
        "saturation": lambda: f["finite"] and f["slope"] < 0.05 and f["ratio"] < 0.05 and not any(f["unmoved"]),
        # Some weights do not move at all, others do.
        "frozen-layers": lambda: f["finite"] and any(f["unmoved"]) and not all(f["unmoved"]) and f["dead"] <= 0.3,
        # A step changes the typical weight matrix by more than a tenth, and the loss is no lower at the end.
        "steps-too-large": lambda: f["finite"] and is_quiet and f["ratio"] > 0.1 and f["fall"] > 0.9
        and all(1e-3 < s < 1e3 for s in f["shrink"]),
        # … by less than a hundred-thousandth, and the loss stays where it was.
        "steps-too-small": lambda: f["finite"] and is_quiet and in_depth and 0 < f["ratio"] < 1e-5 and abs(f["fall"] - 1) < 0.01,
        # The loss falls by a third or more, and nothing of the above is near.
        "healthy": lambda: f["finite"] and is_quiet and gentle and (in_depth or bool(f["time"])) and f["fall"] < 0.67
        and all(0.02 < t < 50 for t in f["time"]),
        # The gradient with respect to the first state is a thousandth of that with respect to the last, or less.
        "vanishing-in-time": lambda: f["finite"] and max(f["time"]) < 1e-3 and f["ratio"] < 0.05,
    }[trouble]()


def sgd(model, rate, momentum=0.0):
    return torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=rate, momentum=momentum)


def adam(model, rate):
    return torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=rate)


def widths(draw, features, outputs, depth, choices=(12, 16, 24)):
    return [features] + [draw.choice(choices)] * depth + [outputs]


def vanishing(draw):
    data = draw.choice([waves, blobs, spirals])(draw)
    activation = draw.choice([nn.Sigmoid, nn.Sigmoid, nn.Tanh])
    modules = draw.random() < 0.4
    depth = draw.randint(5, 6) if modules else draw.randint(6, 10)
    model = Dense(widths(draw, data[0].shape[1], data[2], depth), activation, modules)
    # Xavier's weights, which a sigmoid's slope of at most ¼ turns into decay; for tanh, weights that are too small.
    model.initialize(1 if activation is nn.Sigmoid else draw.uniform(0.25, 0.4), of="xavier")
    return Run(model, data, draw.choice([sgd(model, draw.uniform(0.02, 0.2)), sgd(model, draw.uniform(0.01, 0.05), 0.9)]), draw.randint(40, 60))


def exploding(draw):
    data = draw.choice([waves, blobs])(draw)
    depth = draw.randint(7, 10)
    model = Dense(widths(draw, data[0].shape[1], data[2], depth), draw.choice([nn.ReLU, nn.LeakyReLU, nn.GELU]), False)
    model.initialize(draw.uniform(2.6, 3.6))
    return Run(model, data, sgd(model, draw.uniform(0.002, 0.02)), draw.randint(40, 60), clip=draw.choice([0.5, 1.0]))


def diverged(draw):
    way = draw.randrange(3)
    if way == 0:
        data = waves(draw)
        model = Dense(widths(draw, data[0].shape[1], data[2], draw.randint(2, 4)), nn.ReLU).initialize(1)
        return Run(model, data, sgd(model, draw.uniform(2, 6)), draw.randint(40, 60))
    if way == 1:
        data = blobs(draw)
        model = Dense(widths(draw, data[0].shape[1], data[2], draw.randint(3, 5)), nn.LeakyReLU).initialize(1)
        return Run(model, data, sgd(model, draw.uniform(20, 60), 0.9), draw.randint(40, 60), loss=lambda y, t: nn.functional.cross_entropy(y, t) + 0.05 * y.square().mean())
    # A rate that is raised by mistake in the midst of a good run.
    data = waves(draw)
    model = Dense(widths(draw, data[0].shape[1], data[2], draw.randint(2, 4)), nn.GELU).initialize(1)
    late = draw.randint(8, 20)

    def change(step, run):
        if step == late:
            run.optimizer.param_groups[0]["lr"] *= 400

    return Run(model, data, sgd(model, draw.uniform(0.02, 0.06), 0.9), draw.randint(44, 60), change=change)


def dead_units(draw):
    data = draw.choice([waves, blobs])(draw)
    depth = draw.randint(2, 4)
    model = Dense(widths(draw, data[0].shape[1], data[2], depth), nn.ReLU).initialize(1)
    layer = model.dense()[draw.randrange(depth)]
    if draw.random() < 0.5:
        # Thresholds that the inputs don't reach.
        share = draw.uniform(0.8, 0.95)
        with torch.no_grad():
            dead = torch.rand(layer.out_features) < share
            layer.bias[dead] -= 30
        return Run(model, data, adam(model, draw.uniform(1e-3, 3e-3)), draw.randint(40, 60))
    # One step that was far too large.
    first = draw.randint(1, 4)

    def change(step, run):
        run.optimizer.param_groups[0]["lr"] = 1.0 if step == first else 0.005

    return Run(model, data, sgd(model, 0.005), draw.randint(40, 60), change=change)


def saturation(draw):
    data = draw.choice([waves, blobs])(draw)
    depth = draw.randint(1, 3)
    model = Dense(widths(draw, data[0].shape[1], data[2], depth, (16, 24, 32)), draw.choice([nn.Sigmoid, nn.Tanh])).initialize(1, of="xavier")
    if draw.random() < 0.5:
        # Inputs that nobody scaled.
        data = (data[0] * draw.uniform(60, 200),) + data[1:]
    else:
        nn.init.normal_(model.dense()[0].weight, std=draw.uniform(15, 40))
    return Run(model, data, draw.choice([sgd(model, draw.uniform(0.01, 0.05)), adam(model, draw.uniform(1e-3, 3e-3))]), draw.randint(40, 60))


def frozen_layers(draw):
    data = draw.choice([waves, blobs, spirals])(draw)
    depth = draw.randint(3, 5)
    model = Dense(widths(draw, data[0].shape[1], data[2], depth), draw.choice([nn.ReLU, nn.Tanh, nn.GELU])).initialize(1)
    start = draw.randrange(depth)
    frozen = model.dense()[start : start + draw.randint(1, 2)]
    rate = draw.uniform(2e-3, 5e-3)
    if draw.random() < 0.5:
        for layer in frozen:
            layer.requires_grad_(False)
        return Run(model, data, adam(model, rate), draw.randint(40, 60))
    # An optimizer that was not given all parameters.
    given = [p for layer in model.dense() if layer not in frozen for p in layer.parameters()]
    return Run(model, data, torch.optim.Adam(given, lr=rate), draw.randint(40, 60))


def steps_too_large(draw):
    data = draw.choice([waves, blobs, spirals])(draw)
    activation = draw.choice([nn.LeakyReLU, nn.SiLU, nn.ELU])
    model = Dense(widths(draw, data[0].shape[1], data[2], draw.randint(2, 4)), activation, norm=draw.choice([None, nn.LayerNorm]))
    model.initialize(1)
    # Steps have the rate's size, whatever the gradient, and the weights decay, so that nothing overflows.
    if draw.random() < 0.5:
        optimizer = torch.optim.AdamW(model.parameters(), lr=draw.uniform(0.3, 1.0), weight_decay=draw.uniform(0.2, 0.5))
        return Run(model, data, optimizer, draw.randint(40, 60))
    optimizer = torch.optim.SGD(model.parameters(), lr=draw.uniform(2, 6), weight_decay=draw.uniform(0.02, 0.05))
    return Run(model, data, optimizer, draw.randint(40, 60), clip=1.0)


def steps_too_small(draw):
    data = draw.choice([waves, blobs, spirals, stripes])(draw)
    if data[0].dim() == 4:
        model = Convolutions(draw.choice([4, 6]), 2, data[2])
    else:
        model = Dense(widths(draw, data[0].shape[1], data[2], draw.randint(2, 4)), draw.choice([nn.ReLU, nn.Tanh, nn.GELU])).initialize(1)
    return Run(model, data, draw.choice([adam(model, draw.uniform(1e-8, 5e-7)), sgd(model, draw.uniform(1e-8, 1e-6))]), draw.randint(40, 60))


def healthy(draw):
    kind = draw.choice(["dense", "dense", "norm", "convolutions", "gru"])
    if kind == "gru":
        units, length, count = draw.choice([12, 16]), draw.randint(5, 7), 64
        x = torch.randn(count, length, 3)
        data = (x, (x.sum((1, 2)) > 0).long(), 2, nn.CrossEntropyLoss())
        model = Unrolled(3, units, 2, nn.GRUCell)
        return Run(model, data, adam(model, draw.uniform(5e-3, 1e-2)), draw.randint(50, 60))
    if kind == "convolutions":
        data = stripes(draw)
        model = Convolutions(draw.choice([6, 8]), 2, data[2])
        return Run(model, data, adam(model, draw.uniform(4e-3, 1e-2)), draw.randint(50, 60))
    data = draw.choice([waves, blobs, blobs])(draw)
    activation = draw.choice([nn.ReLU, nn.Tanh, nn.GELU])
    model = Dense(
        widths(draw, data[0].shape[1], data[2], draw.randint(2, 3)), activation, draw.random() < 0.7, nn.LayerNorm if kind == "norm" else None)
    model.initialize(1, of="xavier" if activation is nn.Tanh else "he")
    return Run(model, data, adam(model, draw.uniform(3e-3, 8e-3)), draw.randint(50, 60))


def vanishing_in_time(draw):
    length, features = draw.randint(9, 13), draw.choice([2, 3])
    x = torch.randn(64, length, features)
    data = (x, (x[:, 0, 0] > 0).long(), 2, nn.CrossEntropyLoss())
    model = Unrolled(features, draw.choice([12, 16]), 2)
    with torch.no_grad():
        nn.init.orthogonal_(model.cell.weight_hh, gain=draw.uniform(0.3, 0.5))
    return Run(model, data, draw.choice([sgd(model, draw.uniform(0.05, 0.2)), adam(model, draw.uniform(5e-4, 1e-3))]), draw.randint(40, 50))


TROUBLES = {
    "vanishing": vanishing, "exploding": exploding, "diverged": diverged, "dead-units": dead_units, "saturation": saturation,
    "frozen-layers": frozen_layers, "steps-too-large": steps_too_large, "steps-too-small": steps_too_small, "healthy": healthy,
    "vanishing-in-time": vanishing_in_time,
}


def record(trouble, seed):
    path = os.path.join(HERE, f"{trouble}-{seed}.jsonl")
    for attempt in range(200):
        # As often as the file's size allows.
        for every in (4, 5, 6, 8, 10, 12, 15, 20):
            name = f"{trouble} {seed} {attempt}"
            torch.manual_seed(sum(ord(sign) * 31**i for i, sign in enumerate(name)) % 2**31)
            run = TROUBLES[trouble](random.Random(name))
            run.train(path, every)
            if not truth(trouble, run):
                break
            if os.path.getsize(path) < MOST_BYTES:
                return attempt, every, os.path.getsize(path)
    os.unlink(path)
    raise SystemExit(f"{trouble} {seed}: no draw has the trouble; the last: {facts(run)}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for trouble in sys.argv[1:] or TROUBLES:
        found = [record(trouble, seed) for seed in range(10)]
        print(f"{trouble}: attempts {[a for a, _, _ in found]}, every {[e for _, e, _ in found]}, at most {max(s for _, _, s in found)} bytes")
