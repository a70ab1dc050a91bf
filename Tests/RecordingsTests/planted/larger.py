"""Records the runs of the folder larger/: the troubles of record.py in convolutions and in a small transformer, of other sizes and rates.

    PYTHONPATH=Sources/CourseNotes/Embedding python3 Tests/RecordingsTests/planted/larger.py

Each is planted by what causes it in practice, and called by it. The bounds of verdicts were chosen without these runs, but for
that of large steps. Of each, a few steps are kept.
"""

import gzip
import math
import os
import random
import tempfile

import torch
from torch import nn
from torch.nn import functional as F

import backstep

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "larger")
MOST_STEPS = 8
choice = random.Random(0)
CHANNELS, WIDTH = choice.choice([8, 12, 16]), choice.choice([24, 32, 48])


# Data, of which each step takes the next part


def in_parts(x, y, size):
    return lambda step: tuple(part[step % (len(x) // size) * size :][:size] for part in (x, y))


def patterns(scale=1):
    """Images of 12×12: one of four patterns under noise."""
    y = torch.arange(128) % 4
    x = torch.randn(4, 1, 12, 12)[y] * 0.7 + torch.randn(128, 1, 12, 12)
    return in_parts(scale * x, y, 32)


def sequences(tokens=16, length=16):
    """Each token follows from the one two before it, but for one in ten."""
    x = torch.randint(0, tokens, (256, 1))
    for time in range(length):
        following = (x[:, -1:] * 3 + 1 + x[:, max(0, time - 1) : max(0, time - 1) + 1]) % tokens
        noise = torch.randint(0, tokens, (256, 1))
        x = torch.cat([x, torch.where(torch.rand(256, 1) < 0.1, noise, following)], 1)
    return in_parts(x[:, :-1], x[:, 1:], 32)


# Models


class Convolutions(nn.Module):
    def __init__(self, depth, activation=nn.ReLU, has_norm=True, pools=True):
        super().__init__()
        layers, channels = [], 1
        for index in range(depth):
            layers.append(nn.Conv2d(channels, CHANNELS, 3, padding=1))
            if has_norm:
                layers.append(nn.BatchNorm2d(CHANNELS))
            layers.append(activation())
            if pools and index % 2 == 1 and index < 6:
                layers.append(nn.MaxPool2d(2))
            channels = CHANNELS
        self.features, self.gap, self.head = nn.Sequential(*layers), nn.AdaptiveAvgPool2d(1), nn.Linear(CHANNELS, 4)

    def forward(self, x):
        return self.head(self.gap(self.features(x)).flatten(1))


class Block(nn.Module):
    def __init__(self, activation, heads=4):
        super().__init__()
        self.heads, self.ln1, self.qkv, self.proj = heads, nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.ln2, self.fc1, self.act, self.fc2 = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 4 * WIDTH), activation(), nn.Linear(4 * WIDTH, WIDTH)

    def attention(self, x):
        count, time, width = x.shape
        parts = [part.view(count, time, self.heads, -1).transpose(1, 2) for part in self.qkv(x).chunk(3, -1)]
        return self.proj(F.scaled_dot_product_attention(*parts, is_causal=True).transpose(1, 2).reshape(count, time, width))

    def forward(self, x):
        x = x + self.attention(self.ln1(x))
        return x + self.fc2(self.act(self.fc1(self.ln2(x))))


class Transformer(nn.Module):
    def __init__(self, activation=nn.GELU, deviation=0.02, tokens=16, length=16):
        super().__init__()
        self.emb, self.pos = nn.Embedding(tokens, WIDTH), nn.Parameter(torch.randn(length, WIDTH) * 0.02)
        self.blocks = nn.ModuleList(Block(activation) for _ in range(3))
        self.ln, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, tokens, bias=False)
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, std=deviation)
                if getattr(module, "bias", None) is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, x):
        x = self.emb(x) + self.pos[: x.shape[1]]
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln(x))


def weights(model):
    return [module for module in model.modules() if isinstance(module, (nn.Linear, nn.Conv2d))]


def he(model, gain=1.0):
    for layer in weights(model):
        nn.init.normal_(layer.weight, std=gain * math.sqrt(2 / layer.weight[0].numel()))
        nn.init.zeros_(layer.bias)
    return model


def xavier(model, gain=1.0):
    for layer in weights(model):
        nn.init.xavier_normal_(layer.weight, gain=gain)
    return model


def first_are_dead(layer, units, shift):
    with torch.no_grad():
        layer.bias[:units] -= shift


# Runs


def sgd(model, rate, momentum=0.9):
    return torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=rate, momentum=momentum)


def adamw(model, rate, decay=0.01):
    return torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)


def cross_entropy(output, targets):
    return F.cross_entropy(output.reshape(-1, output.shape[-1]), targets.reshape(-1))


def train(name, model, batch, optimizer, steps, every=5, loss=cross_entropy, clip=None, rate=None):
    """`rate`: the learning rate at a step, where it changes."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "run.jsonl")
        with backstep.Recorder(model, path, every=every, histograms=False, digits=4) as recorder:
            for step in range(steps):
                if rate is not None:
                    for group in optimizer.param_groups:
                        group["lr"] = rate(step)
                x, y = batch(step)
                optimizer.zero_grad()
                value = loss(model(x), y)
                value.backward()
                if clip is not None:
                    nn.utils.clip_grad_norm_(model.parameters(), clip)
                optimizer.step()
                recorder.step(value)
        with open(path, encoding="utf-8") as file:
            head, *lines = file.readlines()
    # The first, the last, and others evenly between.
    kept = [lines[round(index * (len(lines) - 1) / (MOST_STEPS - 1))] for index in range(MOST_STEPS)]
    os.makedirs(HERE, exist_ok=True)
    with gzip.GzipFile(os.path.join(HERE, f"{name}.jsonl.gz"), "wb", mtime=0) as file:
        file.write("".join([head, *kept]).encode())


def healthy_norm():
    model = he(Convolutions(4))
    return model, patterns(), sgd(model, 0.05), 150


def healthy_plain():
    model = he(Convolutions(3, has_norm=False))
    return model, patterns(), adamw(model, 3e-3), 150


def healthy_swish():
    model = Convolutions(6, nn.SiLU)
    return model, patterns(), sgd(model, 0.1), 150


def healthy_transformer():
    model = Transformer()
    return model, sequences(), adamw(model, 3e-3), 300, {"every": 10, "clip": 1.0, "rate": lambda step: 3e-3 * min(1, (step + 1) / 30)}


def healthy_transformer_relu():
    model = Transformer(nn.ReLU)
    return model, sequences(), adamw(model, 2e-3), 300, {"every": 10, "clip": 1.0}


def healthy_dropout():
    parts = [layer for index in range(3) for layer in (nn.Linear(20 if index == 0 else 64, 64), nn.ReLU(), nn.Dropout(0.3))]
    model, x = nn.Sequential(*parts, nn.Linear(64, 4)), torch.randn(512, 20)
    return model, in_parts(x, (x @ torch.randn(20, 4)).argmax(1), 64), adamw(model, 1e-3), 300, {"every": 10}


def healthy_autoencoder():
    sizes = [16, 12, 4, 12, 16]
    layers = [layer for size, after in zip(sizes, sizes[1:]) for layer in (nn.Linear(size, after), nn.Tanh())][:-1]
    model, x = nn.Sequential(*layers), torch.randn(256, 4) @ torch.randn(4, 16) * 0.5
    return model, in_parts(x, x, 256), adamw(model, 5e-3), 300, {"every": 10, "loss": F.mse_loss}


def vanishing_sigmoid():
    model = xavier(Convolutions(9, nn.Sigmoid, has_norm=False))
    return model, patterns(), sgd(model, 0.05), 100


def vanishing_tanh():
    model = xavier(Convolutions(10, nn.Tanh, has_norm=False, pools=False), 0.35)
    return model, patterns(), sgd(model, 0.02), 100


def exploding():
    model = he(Convolutions(10, has_norm=False, pools=False), 3.0)
    return model, patterns(), sgd(model, 1e-5, 0), 100, {"clip": 0.5}


def diverged_convolutions():
    model = he(Convolutions(4, has_norm=False))
    return model, patterns(), sgd(model, 30), 80, {"loss": lambda y, t: 50 * F.mse_loss(y, F.one_hot(t, 4).to(y))}


def diverged_transformer():
    model = Transformer(deviation=0.2)
    return model, sequences(), sgd(model, 500), 100


def diverged_late():
    model = Transformer()
    return model, sequences(), adamw(model, 2e-3), 150, {"rate": lambda step: 2e-3 if step < 90 else 1e30}


def dead_biases():
    model = he(Convolutions(4, has_norm=False))
    first_are_dead(model.features[0], int(CHANNELS * 0.85), 30)
    return model, patterns(), adamw(model, 1e-3), 100


def dead_transformer():
    model = Transformer(nn.ReLU)
    first_are_dead(model.blocks[1].fc1, int(WIDTH * 4 * 0.9), 10)
    return model, sequences(), adamw(model, 1e-3), 150


def dead_by_a_step():
    model = he(Convolutions(5, has_norm=False))
    return model, patterns(), sgd(model, 0.005, 0), 100, {"rate": lambda step: 5.0 if step == 3 else 0.005}


def saturated_inputs():
    model = xavier(Convolutions(3, nn.Tanh, has_norm=False))
    return model, patterns(150), adamw(model, 1e-3), 100


def saturated_transformer():
    model = Transformer(nn.Sigmoid, deviation=0.05)
    nn.init.normal_(model.blocks[0].fc1.weight, std=8)
    return model, sequences(), adamw(model, 1e-3), 100


def frozen_convolutions():
    model = he(Convolutions(4))
    model.features[:3].requires_grad_(False)
    return model, patterns(), sgd(model, 0.05), 100


def frozen_block():
    model = Transformer()
    given = [p for name, p in model.named_parameters() if not name.startswith("blocks.1")]
    return model, sequences(), torch.optim.AdamW(given, lr=2e-3), 150


def large_steps():
    model = he(Convolutions(4))
    return model, patterns(), adamw(model, 0.5, 0.3), 80


def large_steps_transformer():
    model = Transformer()
    return model, sequences(), adamw(model, 0.3, 0.3), 120


def small_steps():
    model = he(Convolutions(4))
    return model, patterns(), sgd(model, 1e-7), 80


def small_steps_transformer():
    model = Transformer()
    return model, sequences(), adamw(model, 1e-7), 120


RUNS = {
    "healthy-norm": (1, healthy_norm), "healthy-plain": (2, healthy_plain), "healthy-transformer": (3, healthy_transformer),
    "healthy-transformer-relu": (4, healthy_transformer_relu), "healthy-swish": (5, healthy_swish), "healthy-dropout": (6, healthy_dropout),
    "healthy-autoencoder": (7, healthy_autoencoder), "vanishing-sigmoid": (11, vanishing_sigmoid), "vanishing-tanh": (12, vanishing_tanh),
    "exploding": (21, exploding), "diverged-convolutions": (31, diverged_convolutions), "diverged-transformer": (32, diverged_transformer),
    "diverged-late": (33, diverged_late), "dead-units-biases": (41, dead_biases), "dead-units-transformer": (42, dead_transformer),
    "dead-units-by-a-step": (43, dead_by_a_step), "saturation-inputs": (51, saturated_inputs), "saturation-transformer": (52, saturated_transformer),
    "frozen-layers-convolutions": (61, frozen_convolutions), "frozen-layers-block": (62, frozen_block), "steps-too-large": (71, large_steps),
    "steps-too-large-transformer": (72, large_steps_transformer), "steps-too-small": (81, small_steps),
    "steps-too-small-transformer": (82, small_steps_transformer),
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, (seed, make) in RUNS.items():
        torch.manual_seed(seed)
        model, batch, optimizer, steps, *more = make()
        train(name, model, batch, optimizer, steps, **(more[0] if more else {}))
