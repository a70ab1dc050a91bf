#!/usr/bin/env python3
"""Writes a large recording, and measures how long the program takes to read it and how much memory that needs.

    Benchmarks/recording.py --layers 200 --steps 10000 run.jsonl      writes the file: 540 MB
    Benchmarks/recording.py --program .build/release/backstep run.jsonl     measures `backstep check` of a lesson of it
"""
import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time


def write(path, layers, steps):
    draw = random.Random(1)
    kinds = ["Conv2d", "BatchNorm2d", "ReLU"]
    names = [f"layer{index // 30 + 1}.{index // 3 % 10}.{kinds[index % 3].lower()}{index}" for index in range(layers)]
    # Digits as Python writes Doubles, which are the slowest to read. A few lines are made and then repeated under other steps.
    lines = []
    for _ in range(20):
        line = {
            name: {
                "activation": {"rms": draw.random(), "zeros": draw.random()},
                "gradient": {"norm": 0.01 * draw.random(), "zeros": draw.random()},
                "weight": {"norm": 10 * draw.random(), "gradient": draw.random(), "update": 0.01 * draw.random()},
            }
            for name in names
        }
        lines.append(json.dumps({"loss": draw.random(), "layers": line})[1:])
    head = {"format": "backstep.recording", "version": 1, "framework": "none", "model": "Benchmark",
            "layers": [{"name": name, "kind": kinds[index % 3]} for index, name in enumerate(names)]}
    with open(path, "w", encoding="utf-8") as file:
        file.write(json.dumps(head) + "\n")
        for step in range(steps):
            file.write(f'{{"step": {step}, {lines[step % len(lines)]}\n')


def measure(program, path):
    folder, name = os.path.split(os.path.abspath(path))
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", dir=folder) as lesson:
        lesson.write(f"recording: {name}\n")
        lesson.flush()
        start = time.time()
        ended = subprocess.run([program, "check", lesson.name], check=False)
        seconds = time.time() - start
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    size = os.path.getsize(path)
    print(f"{size / 1e6:.0f} MB in {seconds:.2f} s ({usage.ru_utime + usage.ru_stime:.2f} s of processor time), at most {usage.ru_maxrss / 1024:.0f} MB of memory")
    return ended.returncode


def main():
    options = argparse.ArgumentParser(description="Writes a large recording, or measures how it is read.")
    options.add_argument("path")
    options.add_argument("--layers", type=int, default=200)
    options.add_argument("--steps", type=int, default=10_000)
    options.add_argument("--program", help="measures this program instead of writing")
    options = options.parse_args()
    sys.exit(measure(options.program, options.path) if options.program else write(options.path, options.layers, options.steps))


main()
