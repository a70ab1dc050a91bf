"""Backstep from Python: records real training runs, shows lessons in notebooks, reads traces, writes weights for lessons.

    with backstep.Recorder(model, "run.jsonl", every=10) as recorder:       # PyTorch
        for x, y in batches:
            optimizer.zero_grad(); loss = criterion(model(x), y); loss.backward()
            optimizer.step(); recorder.step(loss)                           # before the next zero_grad

    backstep.record_jax("run.jsonl", step, loss, gradients, params=params)  # JAX, Flax, or numpy
    backstep.show("lesson.yaml")                                            # in a notebook; also %%backstep
    backstep.trace("lesson.yaml")["gradients"]["hidden.weight"]
    backstep.save_weights(model, "model.safetensors")                       # for network: {weights: model.safetensors}

Then `backstep render run.yaml`, where run.yaml says `recording: run.jsonl`, draws what was recorded.

The module needs Python 3.9 or later and imports only the standard library; PyTorch and numpy are imported where they are used. `show`, `trace`
and %%backstep run the program `backstep`: that on the PATH, or the one that the environment variable BACKSTEP_PROGRAM names.
`backstep python > backstep.py` prints this file.
"""

import base64
import ctypes
import html
import json
import math
import os
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping

__all__ = ["BackstepError", "Recorder", "record_jax", "save_weights", "show", "trace"]


class BackstepError(RuntimeError):
    """What the program said: in a notebook, its words without Python's traceback."""

    def _render_traceback_(self):
        return [str(self)]


def _torch(user):
    try:
        import torch
    except ImportError as error:
        raise ImportError(f"{user} needs PyTorch, which is not installed: pip install torch") from error
    return torch


def _numpy(user):
    try:
        import numpy
    except ImportError as error:
        raise ImportError(f"{user} needs numpy, which is not installed: pip install numpy") from error
    return numpy


# A recording's file

# The ranges of histograms in powers of ten; their bins are half a power wide.
_ACTIVATION_RANGE = (-12, 4)
_GRADIENT_RANGE = (-16, 4)

# Of a larger tensor, a histogram counts every k-th entry: at least half as many as this. Norms and zeros are always of all entries.
_COUNTED = 1 << 13


def _bins(span):
    return 2 * (span[1] - span[0])


class _RecordingFile:
    """A file whose first line, the head, lists the layers, and whose other lines are one step each.

    It is opened for each line, so that it is whole whenever the run dies, and other machines see its lines soon.
    """

    def __init__(self, path, framework, model, setup=None, start=0):
        """`start`: the step with which to go on; earlier steps of the file are kept, the others are dropped."""
        if setup is not None and not (isinstance(setup, str) and len(setup) <= 1000):
            raise ValueError("setup is a text of at most 1,000 characters")
        self.path = os.fspath(path)
        self.head = {"format": "backstep.recording", "version": 1, "framework": framework, "model": model, "layers": []}
        lines = []
        if start > 0 and os.path.exists(self.path):
            head, lines = self._read()
            lines = [line for line in lines if _step(line) is not None and _step(line) < start]
            self.head["layers"] = head.get("layers", [])
            setup = setup or head.get("setup")
        if setup:
            self.head["setup"] = setup
        self._write(lines)

    @classmethod
    def existing(cls, path):
        file = cls.__new__(cls)
        file.path = os.fspath(path)
        with open(file.path, encoding="utf-8") as source:
            file.head = _head(source.readline(), file.path)
        return file

    def drop_from(self, step):
        """Drops the lines from a step on, as a run that begins anew writes them again."""
        last = self._last_step()
        if last is not None and last >= step:
            self._write([line for line in self._read()[1] if _step(line) is not None and _step(line) < step])

    def _last_step(self):
        with open(self.path, "rb") as source:
            end, size, line = source.seek(0, os.SEEK_END), 1 << 16, b""
            while b"\n" not in line.rstrip(b"\n") and len(line) < end:
                source.seek(max(0, end - size))
                line, size = source.read(), 2 * size
        return _step(line.rstrip(b"\n").rsplit(b"\n", 1)[-1].decode("utf-8", "replace"))

    def _read(self):
        with open(self.path, encoding="utf-8") as source:
            lines = source.readlines()
        return _head(lines[0] if lines else "", self.path), [line for line in lines[1:] if line.endswith("\n")]

    def _write(self, lines):
        # Beside the file and then in its place, so that no reader sees half of it.
        folder, name = os.path.split(os.path.abspath(self.path))
        handle, draft = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
        try:
            with open(handle, "w", encoding="utf-8", newline="\n") as output:
                output.write(_line(self.head))
                output.writelines(lines)
            os.chmod(draft, 0o666 & ~_umask())
            os.replace(draft, self.path)
        except BaseException:
            os.unlink(draft)
            raise

    def add(self, step, loss, layers, kinds, digits):
        """Adds a line. The head's list grows first if a layer is new."""
        known = {layer["name"] for layer in self.head["layers"]}
        new = [{"name": name, "kind": kinds.get(name, "")} for name in layers if name not in known]
        if new:
            self.head["layers"] = self.head["layers"] + new
            self._write(self._read()[1])
        line = {"step": step}
        if loss is not None:
            line["loss"] = loss
        line["layers"] = layers
        with open(self.path, "a", encoding="utf-8", newline="\n") as output:
            output.write(_line(_written(line, digits)))


def _umask():
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _head(line, path):
    try:
        head = json.loads(line)
        if head["format"] == "backstep.recording" and isinstance(head["layers"], list):
            return head
    except (ValueError, KeyError, TypeError):
        pass
    raise ValueError(f"{path} is not a recording: its first line is not a recording's head")


def _step(line):
    try:
        return json.loads(line)["step"]
    except (ValueError, KeyError, TypeError):
        return None


def _line(value):
    return json.dumps(value, separators=(",", ":"), allow_nan=False, ensure_ascii=False) + "\n"


def _written(value, digits):
    """The value with JSON's numbers: NaN and infinity are words, and `digits` is how many significant digits stay."""
    if isinstance(value, dict):
        return {key: _written(item, digits) for key, item in value.items()}
    if isinstance(value, list):
        return value
    if not isinstance(value, float):
        return value
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if digits is not None:
        value = float(f"{value:.{digits}g}")
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _histogram(counts, span):
    return {"low": span[0], "high": span[1], "counts": [int(count) for count in counts]}


# PyTorch


class Recorder:
    """Records how a PyTorch model's activations, gradients and weights develop, as lines of JSON that `backstep render` draws.

    Each layer's line says of its output the root mean square and the share of zeros (`activation`), of the loss's gradient with respect to that
    output the Frobenius norm (`gradient`), and of its own weights (all its parameters with "weight" in their names, as one vector) the norm in
    the forward pass, the norm of the gradient that the optimizer saw, and the norm of what the optimizer's step changed (`weight`). Sums are
    in double precision. Layers are the modules without children and those with parameters of their own, in the order first called; a module
    that a step calls again is `relu#2`. Calls under torch.no_grad(), as in validation, don't count. With gradient accumulation, activations
    and gradients are those of the first part of the batch.

    Args:
        model: a torch.nn.Module. Of DistributedDataParallel or DataParallel, the model inside is recorded, on the process of rank 0, with what
            that process has of the batch; on the others nothing happens.
        path: the file; a recording that is there is replaced.
        every: steps 0, every, 2·every, … are recorded; the others cost nothing.
        layers: beginnings of names, `["conv1", "layer1"]`: only these layers and what is inside them are recorded; None: all.
        histograms: whether the magnitudes' histograms are recorded, too.
        digits: how many significant digits are written; None: all.
        scaler: the torch.amp.GradScaler, if there is one; its factor is taken out of the gradients.
        start: the number of the first step. If it is more than 0, and the file exists, the file's earlier steps are kept, so that a run can go
            on from a checkpoint.
        setup: what a reader of the page must know of the run, "Adam, rate 0.001, batches of 64 digits"; the page prints it.
    """

    def __init__(self, model, path, every=1, layers=None, histograms=True, digits=None, scaler=None, start=0, setup=None):
        torch = self._torch = _torch("Recorder")
        if not isinstance(model, torch.nn.Module):
            raise TypeError(f"Recorder expects a torch.nn.Module, not {type(model).__name__}; for JAX, there is record_jax")
        _check(every, 1, "every")
        _check(start, 0, "start")
        if digits is not None:
            _check(digits, 1, "digits")
        self._every, self._histograms, self._digits, self._scaler = every, histograms, digits, scaler
        self._next = start
        self._handles = []
        self._is_closed = False
        self._file = None
        if _rank(torch) > 0:
            return
        while isinstance(model, (torch.nn.parallel.DistributedDataParallel, torch.nn.DataParallel)):
            model = model.module
        if type(model).__name__ == "OptimizedModule":
            raise TypeError("Recorder expects the model before torch.compile, whose hooks are not called inside a compiled one")
        if any(type(parameter).__name__ == "DTensor" for parameter in model.parameters()):
            raise TypeError("Recorder expects parameters that are whole on each process (as in DistributedDataParallel), not sharded ones")
        self._layers = _layers(model, layers)
        self._file = _RecordingFile(path, "pytorch " + torch.__version__.split("+")[0], type(model).__name__, setup, start)
        self._kinds = {}
        self._arm()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Removes the hooks; what was recorded is in the file already."""
        self._disarm()
        self._is_closed = True

    def step(self, loss=None):
        """Ends a step: call it after optimizer.step() and before the next zero_grad(). `loss` is a number or a tensor of one number."""
        if self._is_closed:
            raise ValueError("the recorder is closed; expected step() before close() and inside the with block")
        number = self._next
        self._next += 1
        if self._file is None:
            return
        if self._handles:
            layers = self._gather()
            if not self._entries and not self._file.head["layers"]:
                self.close()
                raise RuntimeError(
                    f"no layer of the model was called with gradients in step {number}; expected model(x) on the model that Recorder got, "
                    "outside torch.no_grad(), before step()")
            if loss is not None:
                loss = float(loss.detach() if hasattr(loss, "detach") else loss)
            self._file.add(number, loss, layers, self._kinds, self._digits)
            self._disarm()
        self._arm()

    # Hooks are there only in steps that are recorded.

    def _arm(self):
        if self._next % self._every != 0:
            return
        self._entries = {}
        self._calls = {}
        self._open = []
        self._has_gradients = False
        for name, module in self._layers:
            self._handles.append(module.register_forward_pre_hook(lambda module, _, name=name: self._begin(name, module)))
            self._handles.append(module.register_forward_hook(lambda module, _, output, name=name: self._end(output)))

    def _disarm(self):
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def _counts(self, name):
        """Whether a call belongs to the step's forward pass, and not to validation, to a further part of the batch, or to a checkpointed
        segment's second computation. (Of a reentrant checkpoint, only that second one has gradients.)"""
        if not self._torch.is_grad_enabled():
            return False
        is_in_backward = getattr(self._torch._C, "_current_graph_task_id", lambda: -1)() != -1
        return not (self._has_gradients or is_in_backward) or name not in self._calls

    def _begin(self, name, module):
        if not self._counts(name):
            self._open.append(None)
            return
        count = self._calls[name] = self._calls.get(name, 0) + 1
        key = name if count == 1 else f"{name}#{count}"
        entry = self._entries[key] = {}
        self._open.append(entry)
        self._kinds[key] = type(module).__name__
        if count == 1:
            weights = [p for name, p in _own(module) if "weight" in name and not _is_uninitialized(self._torch, p)]
            if weights:
                entry["weight"] = [(weight, weight.detach().clone()) for weight in weights]

    def _end(self, output):
        entry = self._open.pop() if self._open else None
        output = _first_tensor(self._torch, output)
        if entry is None or output is None or output.numel() == 0:
            return
        # Now, since a later operation may change the output in place. Of such an output, a hook's gradient is that before the change.
        entry["activation"] = self._statistics(output.detach(), _ACTIVATION_RANGE)
        if output.requires_grad:
            output.register_hook(lambda gradient: self._take(entry, gradient))

    def _take(self, entry, gradient):
        self._has_gradients = True
        gradient = gradient.detach()
        if gradient.is_sparse:
            gradient = gradient.to_dense()
        factor = 1.0 if self._scaler is None else 1.0 / self._scaler.get_scale()
        entry["gradient"] = self._statistics(gradient, _GRADIENT_RANGE, factor)

    def _statistics(self, values, span, factor=1.0):
        """The sum of squares, the number of entries other than 0, how many entries there are, and the histogram: on the tensor's own device,
        so that nobody waits for it before the step's end."""
        torch = self._torch
        with torch.no_grad():
            values = _flat(torch, values)
            squares, nonzero = _sums(torch, values)
            counts = None
            if self._histograms:
                every = -(-values.numel() // _COUNTED)
                # An odd stride goes through all rows and channels, whose sizes are mostly even.
                sizes = values[:: every + (every > 1 and every % 2 == 0)].abs().to(_wide(torch, values))
                # NaN counts as 0, and zeros, which fall into the first bin, are taken out of it: faster than to select the others first.
                sizes = torch.nan_to_num(sizes, nan=0.0, posinf=math.inf).mul_(factor)
                zeros = torch.eq(sizes, 0, out=torch.empty_like(sizes)).sum()
                bins = _bins(span)
                places = sizes.log10_().sub_(span[0]).mul_(bins / (span[1] - span[0])).floor_().clamp_(0, bins - 1)
                counts = torch.bincount(places.to(torch.int64), minlength=bins)
                counts[0] -= zeros.to(torch.int64)
            return squares * factor**2, nonzero, values.numel(), counts

    def _gather(self):
        layers = {}
        for name, entry in self._entries.items():
            layer = layers[name] = {}
            for part, span in (("activation", _ACTIVATION_RANGE), ("gradient", _GRADIENT_RANGE)):
                if part not in entry:
                    continue
                squares, nonzero, count, counts = entry[part]
                size = math.sqrt(float(squares)) if part == "gradient" else math.sqrt(float(squares) / count)
                layer[part] = {"norm" if part == "gradient" else "rms": size, "zeros": 1.0 - int(nonzero) / count}
                if counts is not None:
                    layer[part]["histogram"] = _histogram(counts.tolist(), span)
            if "weight" in entry:
                layer["weight"] = self._weight(entry["weight"])
        return layers

    def _weight(self, pairs):
        torch = self._torch
        with torch.no_grad():

            def norm(squares):
                return math.sqrt(sum(float(square) for square in squares))

            weight = {"norm": norm(_sums(torch, before)[0] for _, before in pairs)}
            gradients = [now.grad.detach() for now, _ in pairs if now.grad is not None]
            if gradients:
                gradients = [gradient.coalesce().values() if gradient.is_sparse else gradient for gradient in gradients]
                weight["gradient"] = norm(_sums(torch, gradient)[0] for gradient in gradients)
            weight["update"] = norm(_sums(torch, now.detach(), before)[0] for now, before in pairs)
            return weight


def _check(value, least, name):
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name} is {value!r}; expected a whole number of at least {least}")


def _rank(torch):
    distributed = torch.distributed
    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_rank()
    # Before init_process_group, torchrun's variable says it.
    rank = os.environ.get("RANK", "0")
    return int(rank) if rank.isdigit() else 0


def _own(module):
    """The parameters of a module itself, with their names; those that torch.nn.utils.parametrize keeps for it are its own, too."""
    yield from module.named_parameters(recurse=False)
    parametrizations = getattr(module, "parametrizations", None)
    if parametrizations is not None and hasattr(parametrizations, "named_parameters"):
        yield from parametrizations.named_parameters()


def _layers(model, prefixes):
    def is_layer(name, module):
        if "parametrizations" in name.split("."):
            return False
        children = [child for child, _ in module.named_children() if child != "parametrizations"]
        return not children or next(_own(module), None) is not None

    found = [(name or type(model).__name__, module) for name, module in model.named_modules() if is_layer(name, module)]
    if prefixes is None:
        return found
    prefixes = [prefixes] if isinstance(prefixes, str) else list(prefixes)
    for prefix in prefixes:
        if not any(name == prefix or name.startswith(f"{prefix}.") for name, _ in found):
            names = ", ".join(name for name, _ in found[:12]) + (", …" if len(found) > 12 else "")
            raise ValueError(f"no layer is called {prefix!r} or is inside one that is; the model has {names}")
    return [(name, module) for name, module in found if any(name == p or name.startswith(f"{p}.") for p in prefixes)]


def _is_uninitialized(torch, parameter):
    return isinstance(parameter, torch.nn.parameter.UninitializedParameter)


def _first_tensor(torch, output):
    """The output, or the first tensor of numbers inside it."""
    if isinstance(output, torch.Tensor):
        return output if output.is_floating_point() or output.is_complex() else None
    items = output.values() if isinstance(output, Mapping) else output if isinstance(output, (tuple, list)) else ()
    return next((found for found in (_first_tensor(torch, item) for item in items) if found is not None), None)


def _flat(torch, values):
    """The entries in any order, without a copy where they lie one behind the other."""
    if values.is_complex():
        values = torch.view_as_real(values.resolve_conj())
    if values.dim() == 4 and values.is_contiguous(memory_format=torch.channels_last):
        values = values.permute(0, 2, 3, 1)
    return values.reshape(-1)


def _wide(torch, values):
    """Double precision, where the device has it."""
    return torch.float32 if values.device.type == "mps" else torch.float64


def _sums(torch, values, minus=None):
    """In double precision, the sum of the squares of the entries, or of their differences from `minus`; and how many entries are not 0."""
    values = _flat(torch, values)
    wide = _wide(torch, values)
    if values.device.type != "cpu":
        parts = values.to(wide) if minus is None else values.to(wide) - _flat(torch, minus)
        return torch.dot(parts, parts), torch.count_nonzero(values)
    # In pieces that stay in the processor's cache, with signs counted as numbers: a tenth of the time of a copy and torch.count_nonzero.
    squares, nonzero = torch.zeros((), dtype=wide), torch.zeros((), dtype=wide)
    piece = min(1 << 16, values.numel())
    part, signs = torch.empty(piece, dtype=wide), torch.empty(piece)
    for start in range(0, values.numel(), piece):
        entries = values[start : start + piece]
        part, signs = part[: len(entries)].copy_(entries), signs[: len(entries)]
        nonzero += torch.ne(entries, 0, out=signs).sum()
        if minus is not None:
            part -= _flat(torch, minus)[start : start + piece]
        squares += torch.dot(part, part)
    return squares, nonzero


# JAX


def record_jax(
    path, step, loss=None, gradients=None, params=None, updates=None, activations=None, output_gradients=None, layers=None,
    model="model", histograms=True, digits=None, first=None, setup=None,
):
    """Records one step of a JAX or Flax run, from nested dictionaries of arrays (or lists of them; numpy's do as well).

    A layer is a dictionary that holds arrays, named after the way to it: `{"encoder": {"Dense_0": {"kernel": …}}}` has `encoder.Dense_0`. Its
    weights are the arrays called weight, kernel, embedding, scale or w, as one vector; without such names, those with two axes or more.

    Args:
        path: the file. It begins anew with the step `first`.
        step: the number of the step; record every tenth, say.
        gradients: the loss's gradients with respect to the parameters; `params`: the parameters before the step; `updates`: what the step added
            to them, as optax.apply_updates takes it.
        activations: the layers' outputs, by layer (Flax's sow or capture_intermediates); `output_gradients`: the loss's gradients with
            respect to them (Flax's perturb).
        layers: the names in the order of the forward pass. JAX sorts the keys of dictionaries; None takes their order, with numbers in names by size.
        model: the model's name; `digits`: how many significant digits are written (None: all).
        first: the number of the first step; None: 0.
        setup: what a reader of the page must know of the run: data, batch, optimizer, rate.
    """
    numpy = _numpy("record_jax")
    _check(step, 0, "step")
    tables = {
        "params": _jax_layers(numpy, params), "gradients": _jax_layers(numpy, gradients), "updates": _jax_layers(numpy, updates),
        "activations": _jax_outputs(numpy, activations), "output_gradients": _jax_outputs(numpy, output_gradients),
    }
    names = list(dict.fromkeys(name for table in tables.values() for name in table))
    if not names:
        raise ValueError("record_jax got no array; expected gradients, params, updates or activations as dictionaries of arrays")
    if layers is not None:
        unknown = [name for name in layers if name not in names]
        if unknown:
            raise ValueError(f"layers names {unknown[0]!r}, which no dictionary has; expected of {', '.join(names[:12])}")
        names = list(layers)
    elif names == sorted(names):
        names.sort(key=lambda name: [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", name)])
    recorded = {}
    for name in names:
        layer = recorded[name] = {}
        for part, table, word, span in (
            ("activation", "activations", "rms", _ACTIVATION_RANGE),
            ("gradient", "output_gradients", "norm", _GRADIENT_RANGE),
        ):
            if name in tables[table]:
                values = tables[table][name]
                squares = float(numpy.square(values).sum())
                size = math.sqrt(squares / max(1, values.size)) if word == "rms" else math.sqrt(squares)
                layer[part] = {word: size, "zeros": float((values == 0).mean()) if values.size else 0.0}
                if histograms:
                    layer[part]["histogram"] = _histogram(_jax_counts(numpy, values, span), span)
        weight = {
            word: math.sqrt(sum(float(numpy.square(values).sum()) for values in tables[table][name]))
            for word, table in (("norm", "params"), ("gradient", "gradients"), ("update", "updates"))
            if tables[table].get(name)
        }
        if weight:
            layer["weight"] = weight
    kinds = {name: re.sub(r"_?\d+$", "", name.rsplit(".", 1)[-1]) for name in names}
    if step == (first or 0) or not os.path.exists(path):
        version = getattr(sys.modules.get("jax"), "__version__", None)
        file = _RecordingFile(path, f"jax {version}" if version else "numpy", model, setup)
    else:
        file = _RecordingFile.existing(path)
        file.drop_from(step)
    file.add(step, None if loss is None else float(loss), recorded, kinds, digits)


def _jax_items(tree):
    """The entries of a dictionary, or of a list or tuple by their numbers; None for an array."""
    if hasattr(tree, "items"):
        return [(str(key), item) for key, item in tree.items()]
    if isinstance(tree, (list, tuple)):
        return [(str(index), item) for index, item in enumerate(tree)]
    return None


def _jax_leaves(numpy, tree, path=()):
    items = _jax_items(tree)
    if items is None:
        if tree is not None:
            yield path, numpy.asarray(tree).astype(numpy.float64)
        return
    # Flax wraps everything in the name of the collection.
    if not path and len(items) == 1 and items[0][0] in ("params", "batch_stats", "intermediates", "perturbations"):
        yield from _jax_leaves(numpy, items[0][1])
        return
    for key, item in items:
        yield from _jax_leaves(numpy, item, path + (key,))


def _jax_layers(numpy, tree):
    """The weights of each layer, by the layer's name."""
    arrays = {}
    for path, values in _jax_leaves(numpy, tree):
        name = ".".join(path[:-1] or path) or "parameters"
        arrays.setdefault(name, []).append((path[-1] if path else "weight", values))
    weights = {}
    for name, entries in arrays.items():
        named = [values for key, values in entries if key == "w" or re.search("weight|kernel|embedding|scale", key)]
        weights[name] = named or [values for _, values in entries if values.ndim >= 2]
    return weights


def _jax_outputs(numpy, tree):
    """The output of each layer, by the layer's name; of several arrays the first."""
    outputs = {}
    for path, values in _jax_leaves(numpy, tree):
        while len(path) > 1 and (path[-1] == "__call__" or path[-1].isdigit()):
            path = path[:-1]
        outputs.setdefault(".".join(path) or "output", values)
    return outputs


def _jax_counts(numpy, values, span):
    sizes = numpy.abs(values.reshape(-1)[:: -(-values.size // _COUNTED) or 1])
    sizes = sizes[sizes > 0]
    bins = _bins(span)
    places = numpy.clip(numpy.floor((numpy.log10(sizes) - span[0]) * (bins / (span[1] - span[0]))), 0, bins - 1)
    return numpy.bincount(places.astype(numpy.int64), minlength=bins).tolist()


# The program


def _program():
    named = os.environ.get("BACKSTEP_PROGRAM")
    found = shutil.which(named or "backstep")
    if found is None:
        raise BackstepError(
            f"BACKSTEP_PROGRAM is {named!r}, where there is no program; expected the path of the program backstep" if named else
            "the program backstep is not on the PATH; expected it there, or its path in the environment variable BACKSTEP_PROGRAM")
    return found


def _run(arguments, text=None):
    """What the program prints. Its warnings go to the standard error, its errors are raised."""
    run = subprocess.run(
        [_program(), *arguments], input=(text or "").encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    said = run.stderr.decode(errors="replace").strip()
    if run.returncode != 0:
        raise BackstepError(said or f"backstep {arguments[0]} ended with {run.returncode}")
    if said:
        print(said, file=sys.stderr)
    return run.stdout.decode()


def _lesson(lesson):
    """The argument that names the lesson, and the text for the standard input."""
    if isinstance(lesson, Mapping):
        return "-", json.dumps(lesson, default=lambda array: array.tolist())
    if isinstance(lesson, str) and not os.path.exists(lesson) and re.search(r"[\n:{]", lesson):
        return "-", lesson
    path = os.fspath(lesson)
    if path == "-":
        raise ValueError("a lesson is a file, the name of a bundled lesson, its text, or a dictionary, not the standard input")
    return path, None


def _options(options):
    for key, value in options.items():
        word = "--" + key.replace("_", "-")
        if value is True:
            yield word
        elif value is not False and value is not None:
            yield f"{word}={value}"


def _number(value):
    """A number of a trace's JSON, in which NaN and infinity are words."""
    return float(value) if isinstance(value, (int, float)) else {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[value]


def _nested(data, shape):
    if not shape:
        return data[0]
    count = len(data) // shape[0] if shape[0] else 0
    return [_nested(data[i * count : (i + 1) * count], shape[1:]) for i in range(shape[0])]


def trace(lesson, numpy=False, root="."):
    """The trace of a lesson: `trace("two-by-two")["gradients"]["hidden.weight"]`.

    Args:
        lesson: a file, the name of a bundled lesson, the text of one, or a dictionary. The files that a text or a dictionary names are
            relative to `root`, and lie in it or below.
        numpy: whether tensors are arrays of numpy; else they are nested lists, and a scalar is a number.
        root: a folder, by default the working folder.
    Returns:
        a dictionary with `loss`, `parameters`, `values`, `gradients` … as `backstep trace --format json` prints it.
    """
    array = _numpy("trace").array if numpy else None
    argument, text = _lesson(lesson)
    bounds = [] if text is None else [f"--root={root}"]
    found = json.loads(_run(["trace", "--format=json", *bounds, "--", argument], text))

    def read(value, key=None):
        if isinstance(value, dict) and set(value) == {"shape", "data"}:
            data = [_number(entry) for entry in value["data"]]
            return array(data, dtype="float64").reshape(value["shape"]) if numpy else _nested(data, value["shape"])
        if isinstance(value, dict):
            return {key: read(item, key) for key, item in value.items()}
        if key in ("loss", "loss-after"):
            return _number(value)
        return [_number(entry) for entry in value] if key == "losses" else value

    return read(found)


class Figure:
    """A figure of a lesson: `svg` is its text, `alternative` its description for those who don't see it."""

    def __init__(self, svg, alternative):
        self.svg, self.alternative = svg, alternative

    def __repr__(self):
        return self.alternative

    def _repr_html_(self):
        data = base64.b64encode(self.svg.encode()).decode()
        return f'<img alt="{html.escape(self.alternative)}" style="max-width: 100%" src="data:image/svg+xml;base64,{data}">'

    def _repr_svg_(self):
        return self.svg


class _Figures(list):
    """Several figures, below each other in a notebook."""

    def _repr_html_(self):
        return "\n".join(figure._repr_html_() for figure in self)


def show(lesson, **options):
    """Draws a lesson: as the last line of a notebook's cell, its result is shown, as SVG with an alternative text.

    Args:
        lesson: a file, the name of a bundled lesson, the text of one, or a dictionary. The files that a text or a dictionary names are
            relative to the working folder, and lie in it or below, or in the folder `root`.
        options: those of `backstep render`: `width="neurips"`, `theme="dark"`, `figure="graph"`, `products=True`.
    Returns:
        a Figure, or a list of them if the lesson has several.
    """
    return _figures(lesson, list(_options(options)))


def _figures(lesson, arguments):
    argument, text = _lesson(lesson)
    if text is not None and not any(argument.startswith("--root") for argument in arguments):
        arguments = ["--root=.", *arguments]
    with tempfile.TemporaryDirectory(prefix="backstep-") as folder:
        figures = _Figures()
        for line in _run(["render", "--formats=svg", f"--output={folder}/", "--list", *arguments, "--", argument], text).splitlines():
            path, _, alternative = line.partition("\t")
            with open(path, encoding="utf-8") as file:
                figures.append(Figure(file.read(), alternative))
    return figures[0] if len(figures) == 1 else figures


def load_ipython_extension(ipython):
    """Gives a notebook the cell magic %%backstep, after `%load_ext backstep` or `import backstep`.

    The cell is a lesson; options of `backstep render` follow on the first line: `%%backstep --theme dark`.
    """

    def backstep(line, cell):
        return _figures(cell if ":" in cell else cell.strip(), shlex.split(line))

    ipython.register_magic_function(backstep, "cell", "backstep")


# Weights for lessons


# A module's word in a lesson, and what its parameters are called there.
_NORM = {"weight": "scale", "bias": "shift"}
_RECURRENT = {"weight_ih_l0": "input-weight", "weight_hh_l0": "recurrent-weight", "bias_ih_l0": "input-bias", "bias_hh_l0": "recurrent-bias"}
_ATTENTION = {
    "q_proj_weight": "query-weight", "k_proj_weight": "key-weight", "v_proj_weight": "value-weight", "out_proj.weight": "output-weight",
    "out_proj.bias": "output-bias",
}
_WORDS = {
    "Linear": ("dense", {}), "Conv2d": ("conv2d", {}), "Embedding": ("embedding", {}),
    "BatchNorm1d": ("batch-norm", _NORM), "BatchNorm2d": ("batch-norm", _NORM), "LayerNorm": ("layer-norm", _NORM),
    "InstanceNorm2d": ("instance-norm", _NORM), "GroupNorm": ("group-norm", _NORM), "RMSNorm": ("rms-norm", _NORM),
    "RNN": ("rnn", _RECURRENT), "LSTM": ("lstm", _RECURRENT), "GRU": ("gru", _RECURRENT),
    "MultiheadAttention": ("attention", _ATTENTION),
}


def save_weights(model, path, names=None):
    """Writes a model's parameters with the names that a lesson reads: `network: {weights: model.safetensors}`.

    A parameter is called LAYER.KEY. LAYER is the module's name in the model, with - for dots (`encoder-fc1`); a module of a plain nn.Sequential,
    whose name is a number, is called as a layer without a name is: `dense1`, `batch-norm2`. KEY is the lesson's word: `fc1.weight`, `norm.scale`,
    `lstm.recurrent-weight`, `attention.query-weight`.

    Args:
        model: a torch.nn.Module, or a dictionary of tensors or arrays, whose names are written as they are.
        path: a .safetensors (float64, float32, float16, bfloat16), an .npz (float64, float32) or a .json.
        names: other names for layers, by the module's name: `{"layer1.0.conv1": "first"}`.
    """
    ending = os.path.splitext(os.fspath(path))[1]
    if ending not in (".safetensors", ".npz", ".json"):
        raise ValueError(f"{path} ends in {ending!r}; expected .safetensors, .npz or .json")
    entries = model.items() if isinstance(model, Mapping) else _parameters(model, dict(names or {}))
    arrays = {}
    for name, values in entries:
        if name in arrays:
            raise ValueError(f"two parameters are called {name}; expected names that differ, by `names`")
        arrays[name] = _array(name, values, ending)
    draft = f"{os.fspath(path)}.{os.getpid()}.part"
    try:
        {".safetensors": _write_safetensors, ".npz": _write_npz, ".json": _write_json}[ending](draft, arrays)
        os.replace(draft, path)
    finally:
        if os.path.exists(draft):
            os.unlink(draft)


def _parameters(model, names):
    torch = _torch("save_weights")
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"save_weights expects a torch.nn.Module or a dictionary, not {type(model).__name__}")
    counts = {}
    skipped = set()
    for path, module in model.named_modules():
        word, keys = _WORDS.get(type(module).__name__, (type(module).__name__.lower(), {}))
        counts[word] = counts.get(word, 0) + 1
        layer = names.pop(path, None)
        if layer is None:
            layer = path.replace(".", "-") if path and path[0].isalpha() else f"{word}{counts[word]}"
        own = dict(module.named_parameters(recurse=False))
        if word in ("rnn", "lstm", "gru") and (module.num_layers > 1 or module.bidirectional):
            raise ValueError(f"{path or 'the model'} has several layers or directions; expected one nn.{type(module).__name__} for each")
        if word == "attention":
            own.update((f"out_proj.{key}", value) for key, value in module.out_proj.named_parameters())
            skipped.add(f"{path}.out_proj" if path else "out_proj")
            for key in ("weight", "bias"):
                if own.get(f"in_proj_{key}") is not None:
                    for part, values in zip(("query", "key", "value"), own.pop(f"in_proj_{key}").chunk(3)):
                        yield f"{layer}.{part}-{key}", values
        if path not in skipped:
            for key, values in own.items():
                yield f"{layer}.{keys.get(key, key)}", values
    if names:
        raise ValueError(f"names has {next(iter(names))!r}, which is no module of the model")


def _array(name, values, ending):
    """The type, the shape and the bytes of a tensor or an array, in a type that the file may have."""
    if hasattr(values, "detach"):
        torch = _torch("save_weights")
        values = values.detach().cpu()
        allowed = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}
        if values.dtype not in allowed or (ending != ".safetensors" and allowed[values.dtype] in ("F16", "BF16")):
            values = values.to(torch.float32)
        values = values.contiguous()
        kind, shape, size = allowed[values.dtype], list(values.shape), values.numel() * values.element_size()
        data = ctypes.string_at(values.data_ptr(), size) if size else b""
        is_finite = bool(torch.isfinite(values).all())
    else:
        numpy = _numpy("save_weights")
        values = numpy.asarray(values)
        allowed = {"float64": "F64", "float32": "F32", "float16": "F16"}
        if values.dtype.name not in allowed or (ending != ".safetensors" and values.dtype.name == "float16"):
            values = values.astype(numpy.float32 if values.dtype.name in ("float16", "bfloat16") else numpy.float64)
        values = values.astype(values.dtype.newbyteorder("<"))
        kind, shape, data = allowed[values.dtype.name], list(values.shape), values.tobytes()
        is_finite = bool(numpy.isfinite(values).all())
    if not is_finite:
        raise ValueError(f"{name} has NaN or infinity; a lesson's numbers are finite")
    return kind, shape, data


def _write_safetensors(path, arrays):
    head, place = {}, 0
    for name, (kind, shape, data) in arrays.items():
        head[name] = {"dtype": kind, "shape": shape, "data_offsets": [place, place + len(data)]}
        place += len(data)
    text = json.dumps(head, separators=(",", ":"), ensure_ascii=False).encode()
    # The numbers begin at a multiple of 8, as the format's own library has it.
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, _, data in arrays.values():
            file.write(data)


def _write_npz(path, arrays):
    with zipfile.ZipFile(path, "w") as archive:
        for name, (kind, shape, data) in arrays.items():
            shape = "(" + "".join(f"{size}, " for size in shape).rstrip(" ") + ")"
            head = f"{{'descr': '<f{4 if kind == 'F32' else 8}', 'fortran_order': False, 'shape': {shape}, }}".encode()
            head += b" " * (-(len(head) + 11) % 64) + b"\n"
            archive.writestr(f"{name}.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + data)


def _write_json(path, arrays):
    lists = {}
    for name, (kind, shape, data) in arrays.items():
        size, letter = (4, "f") if kind == "F32" else (8, "d")
        lists[name] = _nested(struct.unpack(f"<{len(data) // size}{letter}", data), shape)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(lists, file, ensure_ascii=False)


# `import backstep` in a notebook is enough for %%backstep.
if "IPython" in sys.modules:
    _ipython = getattr(sys.modules["IPython"], "get_ipython", lambda: None)()
    if _ipython is not None:
        load_ipython_extension(_ipython)
