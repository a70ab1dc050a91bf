"""A small transformer with its norms after the sums, as in Vaswani et al. 2017, learns a text letter by letter, with and without a warm-up of the
learning rate: transformer-warmup.jsonl, transformer-no-warmup.jsonl.

    backstep python > backstep.py
    python3 transformer.py transformer-warmup.jsonl --warmup 80
    python3 transformer.py transformer-no-warmup.jsonl --warmup 0
"""

import argparse
import codecs
import contextlib
import io

import torch
from torch import nn

import backstep

options = argparse.ArgumentParser()
options.add_argument("recording")
options.add_argument("--warmup", type=int, default=80, help="the number of steps over which the rate grows to its full size")
options.add_argument("--rate", type=float, default=0.01)
options.add_argument("--blocks", type=int, default=12)
options = options.parse_args()
torch.manual_seed(0)
torch.set_num_threads(1)

# The Zen of Python, which every Python carries.
with contextlib.redirect_stdout(io.StringIO()):
    import this
text = codecs.decode(this.s, "rot13")
letters = sorted(set(text))
codes = torch.tensor([letters.index(letter) for letter in text])
LENGTH, WIDTH = 32, 32


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(WIDTH, 4, batch_first=True)
        self.norm1 = nn.LayerNorm(WIDTH)
        self.expand, self.relu, self.contract = nn.Linear(WIDTH, 4 * WIDTH), nn.ReLU(), nn.Linear(4 * WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH)

    def forward(self, x):
        mask = torch.ones(LENGTH, LENGTH, dtype=torch.bool).triu(1)
        x = self.norm1(x + self.attention(x, x, x, attn_mask=mask, need_weights=False)[0])
        return self.norm2(x + self.contract(self.relu(self.expand(x))))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(len(letters), WIDTH)
        self.position = nn.Embedding(LENGTH, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(options.blocks))
        self.head = nn.Linear(WIDTH, len(letters))

    def forward(self, tokens):
        x = self.embedding(tokens) + self.position(torch.arange(LENGTH))
        for block in self.blocks:
            x = block(x)
        return self.head(x)


model = Transformer()
optimizer = torch.optim.Adam(model.parameters(), lr=options.rate, betas=(0.9, 0.98))
rate = f"rate up to {options.rate:g} in {options.warmup} steps" if options.warmup else f"rate {options.rate:g}"
setup = f"post-norm, Adam, {rate}, 32×{LENGTH} letters a step"
with backstep.Recorder(model, options.recording, every=16, histograms=False, digits=3, setup=setup) as recorder:
    for step in range(241):
        optimizer.param_groups[0]["lr"] = options.rate * min(1, (step + 1) / max(1, options.warmup))
        starts = torch.randint(0, len(codes) - LENGTH, (32,))
        windows = torch.stack([codes[start : start + LENGTH + 1] for start in starts])
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(windows[:, :-1]).flatten(0, 1), windows[:, 1:].flatten())
        loss.backward()
        optimizer.step()
        recorder.step(loss)
