"""Tests of the module that `backstep python` prints: run with the folder of backstep.py as the argument, and BACKSTEP_PROGRAM in the environment."""

import ast
import contextlib
import io
import json
import math
import os
import struct
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

FOLDER = sys.argv.pop(1)
sys.path.insert(0, FOLDER)
import backstep  # noqa: E402

# To import PyTorch takes longer than most tests.
needed = ("torch", "numpy") if {"RecorderTests", "WeightsTests"}.intersection(sys.argv) or len(sys.argv) == 1 else ("numpy",)
torch = None
for name in needed:
    try:
        globals()[name] = __import__(name)
    except ImportError:
        globals()[name] = None
        print(f"skipped: {name}")


def read(path):
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    return lines[0], lines[1:]


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = os.path.join(self.folder, "run.jsonl")

    def assertNear(self, found, expected, tolerance=1e-12):
        self.assertLessEqual(abs(found - expected), tolerance * max(abs(expected), 1e-3), f"{found} for {expected}")


class ModuleTests(Case):
    def test_it_is_of_python_3_9_and_imports_the_standard_library_alone(self):
        with open(os.path.join(FOLDER, "backstep.py"), encoding="utf-8") as file:
            tree = ast.parse(file.read(), feature_version=(3, 9))
        names = [alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names]
        names += [node.module for node in tree.body if isinstance(node, ast.ImportFrom)]
        self.assertGreater(len(names), 10)
        self.assertEqual([n for n in names if n.split(".")[0] not in sys.stdlib_module_names], [])

    def test_what_is_absent_is_told(self):
        with mock.patch.dict(sys.modules, {"torch": None, "numpy": None}):
            for call, name in (
                (lambda: backstep.Recorder(object(), self.path), "torch"),
                (lambda: backstep.save_weights(object(), "a.npz"), "torch"),
                (lambda: backstep.record_jax(self.path, 0, gradients={"a": [1]}), "numpy"),
                (lambda: backstep.trace("fork", numpy=True), "numpy"),
            ):
                with self.assertRaisesRegex(ImportError, f"which is not installed: pip install {name}"):
                    call()
        with mock.patch.dict(os.environ, {"PATH": self.folder}):
            del os.environ["BACKSTEP_PROGRAM"]
            with self.assertRaisesRegex(backstep.BackstepError, "not on the PATH.* BACKSTEP_PROGRAM"):
                backstep.show("fork")
            os.environ["BACKSTEP_PROGRAM"] = "/nowhere"
            with self.assertRaisesRegex(backstep.BackstepError, "BACKSTEP_PROGRAM is '/nowhere', where there is no program"):
                backstep.trace("fork")


class ProgramTests(Case):
    LESSON = "expression: f = x * y\nat: {x: 2, y: 3}\n"

    def test_a_trace_has_nested_lists_or_arrays(self):
        lesson = {"network": {"input": 2, "layers": [{"dense": {"units": 1, "weight": [[1, 2]], "bias": [0.5]}}]},
                  "data": {"inputs": [[3, 4]], "targets": [[0]]}, "loss": "half-squared-error"}
        found = backstep.trace(lesson)
        self.assertEqual(found["values"]["dense1"], [[11.5]])
        self.assertEqual(found["gradients"]["dense1.weight"], [[34.5, 46.0]])
        self.assertEqual(found["loss"], 0.5 * 11.5**2)
        self.assertEqual(backstep.trace(self.LESSON)["gradients"]["x"], 3.0)
        self.assertTrue(math.isnan(backstep.trace("expression: f = ln(0) * x\nat: {x: 0}")["loss"]))
        if numpy is not None:
            arrays = backstep.trace(lesson, numpy=True)
            self.assertEqual(arrays["gradients"]["dense1.weight"].shape, (1, 2))
            self.assertEqual(arrays["gradients"]["dense1.weight"].tolist(), [[34.5, 46.0]])
            self.assertEqual(arrays["operations"], found["operations"])

    def test_a_figure_has_an_alternative_text(self):
        figure = backstep.show(self.LESSON, theme="dark", products=True)
        self.assertIn("<svg", figure._repr_svg_())
        self.assertTrue(20 < len(figure.alternative) < 300, figure.alternative)
        page = figure._repr_html_()
        self.assertTrue(page.startswith('<img alt="') and 'src="data:image/svg+xml;base64,' in page, page[:200])
        self.assertNotEqual(backstep.show(self.LESSON).svg, figure.svg)
        self.assertEqual(repr(figure), figure.alternative)

    def test_files_that_a_text_names_are_in_the_working_folder(self):
        magics = {}
        backstep.load_ipython_extension(mock.Mock(register_magic_function=lambda function, kind, name: magics.update({name: function})))
        with open(os.path.join(self.folder, "w.json"), "w", encoding="utf-8") as file:
            file.write('{"dense1.weight": [[1, 2]], "dense1.bias": [0]}')
        lesson = {"network": {"input": 2, "weights": "w.json", "layers": [{"dense": 1}]}, "data": {"inputs": [[3, 4]]}, "loss": "output-sum"}
        was = os.getcwd()
        try:
            os.chdir(self.folder)
            figure = backstep.show(lesson)
            self.assertEqual(backstep.trace(lesson)["loss"], 11)
            self.assertEqual(magics["backstep"]("", json.dumps(lesson)).svg, figure.svg)
            os.chdir(was)
            self.assertEqual(backstep.show(lesson, root=self.folder).svg, figure.svg)
            self.assertEqual(backstep.trace(json.dumps(lesson), root=self.folder)["loss"], 11)
            with self.assertRaisesRegex(backstep.BackstepError, "w.json"):
                backstep.show(lesson)
        finally:
            os.chdir(was)

    def test_words_of_a_lesson_are_no_markup_in_an_alternative_text(self):
        page = backstep.show('title: "\\"><script>1</script>&amp;"\n' + self.LESSON)._repr_html_()
        self.assertNotIn("<script", page)
        self.assertEqual(page.count("<"), 1)

    def test_several_figures_are_a_list(self):
        figures = backstep.show("lstm-cell")
        figures = figures if isinstance(figures, list) else [figures]
        self.assertTrue(all("<svg" in figure.svg for figure in figures))

    def test_the_program_s_words_are_the_error(self):
        with self.assertRaisesRegex(backstep.BackstepError, "error: .*x") as caught:
            backstep.show("expression: f = x\n")
        self.assertEqual(caught.exception._render_traceback_(), [str(caught.exception)])
        with self.assertRaises(backstep.BackstepError):
            backstep.trace("--help")

    def test_the_magic_draws_its_cell(self):
        magics = {}
        notebook = mock.Mock()
        notebook.register_magic_function = lambda function, kind, name: magics.update({(kind, name): function})
        backstep.load_ipython_extension(notebook)
        figure = magics["cell", "backstep"]("--theme dark", self.LESSON)
        self.assertEqual(figure.svg, backstep.show(self.LESSON, theme="dark").svg)
        self.assertEqual(magics["cell", "backstep"]("", "fork\n").svg, backstep.show("fork").svg)


@unittest.skipIf(numpy is None, "numpy")
class JaxTests(Case):
    def test_gradients_in_nested_dictionaries(self):
        kernel = numpy.array([[3.0, 0.0], [0.0, 4.0]])
        params = {"params": {"enc": {"Dense_10": {"kernel": kernel, "bias": numpy.ones(2)}, "Dense_2": {"kernel": 2 * kernel}}}}
        grads = {"params": {"enc": {"Dense_10": {"kernel": kernel * 0.1, "bias": numpy.ones(2)}, "Dense_2": {"kernel": kernel * numpy.nan}}}}
        for step in range(3):
            backstep.record_jax(
                self.path, step, 1.5 / (step + 1), grads, params=params, updates={"enc": {"Dense_2": {"kernel": -0.01 * kernel}}},
                activations={"enc": {"Dense_2": {"__call__": (numpy.array([[0.0, 2.0], [0.0, 0.0]]),)}}}, model="Net")
        head, steps = read(self.path)
        self.assertEqual([layer["name"] for layer in head["layers"]], ["enc.Dense_2", "enc.Dense_10"])
        self.assertEqual(head["layers"][0]["kind"], "Dense")
        self.assertEqual((head["model"], [step["step"] for step in steps], steps[2]["loss"]), ("Net", [0, 1, 2], 0.5))
        layers = steps[1]["layers"]
        self.assertEqual(layers["enc.Dense_10"]["weight"], {"norm": 5, "gradient": 0.5})
        self.assertEqual(layers["enc.Dense_2"]["weight"], {"norm": 10, "gradient": "nan", "update": 0.05})
        self.assertEqual((layers["enc.Dense_2"]["activation"]["rms"], layers["enc.Dense_2"]["activation"]["zeros"]), (1, 0.75))
        self.assertEqual(sum(layers["enc.Dense_2"]["activation"]["histogram"]["counts"]), 1)

    def test_a_set_up_stands_in_the_head(self):
        gradients = {"a": {"w": numpy.ones(4)}}
        for step in range(2):
            backstep.record_jax(self.path, step, gradients=gradients, setup="SGD, “rate” 0.1")
        head, steps = read(self.path)
        self.assertEqual((head["setup"], len(steps)), ("SGD, “rate” 0.1", 2))
        backstep.record_jax(self.path, 0, gradients=gradients)
        self.assertNotIn("setup", read(self.path)[0])
        for wrong in (3, "x" * 1001):
            with self.assertRaisesRegex(ValueError, "at most 1,000 characters"):
                backstep.record_jax(self.path, 0, gradients=gradients, setup=wrong)

    def test_a_new_layer_joins_the_head_and_a_new_run_begins_anew(self):
        backstep.record_jax(self.path, 0, gradients={"a": {"w": numpy.ones(4)}})
        backstep.record_jax(self.path, 5, gradients={"a": {"w": numpy.ones(4)}, "b": [(numpy.ones((2, 2)), numpy.ones(2))]})
        head, steps = read(self.path)
        self.assertEqual([layer["name"] for layer in head["layers"]], ["a", "b.0"])
        self.assertEqual([list(step["layers"]) for step in steps], [["a"], ["a", "b.0"]])
        self.assertEqual(steps[1]["layers"]["b.0"]["weight"], {"gradient": 2})
        backstep.record_jax(self.path, 0, gradients={"c": {"w": numpy.ones(4)}}, layers=["c"])
        self.assertEqual([layer["name"] for layer in read(self.path)[0]["layers"]], ["c"])

    def test_what_is_no_gradient_is_told(self):
        for arguments, words in (
            ({}, "got no array"),
            ({"gradients": {"a": {"w": numpy.ones(2)}}, "layers": ["b"]}, "layers names 'b'"),
        ):
            with self.assertRaisesRegex(ValueError, words):
                backstep.record_jax(self.path, 0, **arguments)
        with self.assertRaisesRegex(ValueError, "step is -1"):
            backstep.record_jax(self.path, -1, gradients={})
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("something else\n")
        with self.assertRaisesRegex(ValueError, "is not a recording"):
            backstep.record_jax(self.path, 5, gradients={"a": {"w": numpy.ones(2)}})
        with open(self.path, encoding="utf-8") as file:
            self.assertEqual(file.read(), "something else\n")

    def test_weights_of_a_dictionary_are_written(self):
        arrays = {"hidden.weight": numpy.arange(6.0).reshape(2, 3), "hidden.bias": numpy.float32([1, 2])}
        for ending in ("json", "npz", "safetensors"):
            backstep.save_weights(arrays, os.path.join(self.folder, f"a.{ending}"))
        with open(os.path.join(self.folder, "a.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file), {"hidden.weight": [[0, 1, 2], [3, 4, 5]], "hidden.bias": [1, 2]})
        found = numpy.load(os.path.join(self.folder, "a.npz"), allow_pickle=False)
        self.assertEqual({name: found[name].tolist() for name in found}, {name: array.tolist() for name, array in arrays.items()})
        lesson = {"network": {"input": 3, "layers": [{"dense": {"units": 2, "name": "hidden"}}], "weights": ""},
                  "data": {"inputs": [[1, 1, 1]]}, "loss": "output-sum"}
        for ending in ("json", "npz", "safetensors"):
            lesson["network"]["weights"] = f"a.{ending}"
            with open(os.path.join(self.folder, "lesson.yaml"), "w", encoding="utf-8") as file:
                json.dump(lesson, file)
            self.assertEqual(backstep.trace(os.path.join(self.folder, "lesson.yaml"))["loss"], 18.0)
        for name, path, values, words in (
            ("ending", "a.pt", arrays, "expected .safetensors, .npz or .json"), ("NaN", "b.npz", {"a": numpy.array([numpy.nan])}, "a has NaN"),
        ):
            with self.assertRaisesRegex(ValueError, words, msg=name):
                backstep.save_weights(values, os.path.join(self.folder, path))
        self.assertEqual(sorted(os.listdir(self.folder)), ["a.json", "a.npz", "a.safetensors", "lesson.yaml"])


if torch is not None:
    nn = torch.nn

    class Small(nn.Module):
        """A ReLU in place that is called twice, and a sum in place."""

        def __init__(self):
            super().__init__()
            self.conv, self.norm, self.relu = nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True)
            self.second, self.head = nn.Conv2d(4, 4, 3, padding=1), nn.Linear(64, 3)

        def forward(self, x):
            x = self.relu(self.norm(self.conv(x)))
            y = self.second(x)
            y += x
            return self.head(self.relu(y).flatten(1))

    def batch(seed=0, count=8):
        generator = torch.Generator().manual_seed(seed)
        return torch.randn(count, 1, 4, 4, generator=generator), torch.randint(0, 3, (count,), generator=generator)

    def take_step(model, optimizer, recorder, data=None, clip=None):
        x, y = data or batch()
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        if clip is not None:
            nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        recorder.step(loss)
        return loss.item()


@unittest.skipIf(torch is None, "torch")
class RecorderTests(Case):
    def setUp(self):
        super().setUp()
        if torch is not None:
            torch.manual_seed(1)

    def test_numbers_are_those_of_autograd(self):
        model = Small()
        # The same computation without anything in place, whose tensors keep their gradients.
        copy = Small()
        copy.load_state_dict(model.state_dict())
        x, y = batch()
        z1 = copy.conv(x)
        n1 = copy.norm(z1)
        a1 = nn.functional.relu(n1)
        z2 = copy.second(a1)
        a2 = nn.functional.relu(z2 + a1)
        out = copy.head(a2.flatten(1))
        expected = {"conv": z1, "norm": n1, "relu": a1, "second": z2, "relu#2": a2, "head": out}
        for tensor in expected.values():
            tensor.retain_grad()
        nn.functional.cross_entropy(out, y).backward()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
        before = [p.detach().clone() for p in model.parameters()]
        with backstep.Recorder(model, self.path) as recorder:
            loss = take_step(model, optimizer, recorder)
        head, (line,) = read(self.path)
        self.assertEqual([(layer["name"], layer["kind"]) for layer in head["layers"]], [
            ("conv", "Conv2d"), ("norm", "BatchNorm2d"), ("relu", "ReLU"), ("second", "Conv2d"), ("relu#2", "ReLU"), ("head", "Linear")])
        self.assertEqual((head["format"], head["version"], head["model"]), ("backstep.recording", 1, "Small"))
        self.assertTrue(head["framework"].startswith("pytorch "))
        self.assertEqual((line["step"], line["loss"]), (0, loss))
        for name, tensor in expected.items():
            layer, value, gradient = line["layers"][name], tensor.detach().double(), tensor.grad.double()
            self.assertNear(layer["activation"]["rms"], value.square().mean().sqrt().item(), 1e-6)
            self.assertEqual(layer["activation"]["zeros"], (value == 0).double().mean().item())
            self.assertNear(layer["gradient"]["norm"], gradient.norm().item(), 1e-6)
            for part, values, low in (("activation", value, -12), ("gradient", gradient, -16)):
                histogram = layer[part]["histogram"]
                self.assertEqual((histogram["low"], histogram["high"], len(histogram["counts"])), (low, 4, 2 * (4 - low)))
                self.assertEqual(sum(histogram["counts"]), (values != 0).sum().item())
        weight = line["layers"]["second"]["weight"]
        self.assertNear(weight["norm"], before[4].double().norm().item())
        self.assertNear(weight["gradient"], model.second.weight.grad.double().norm().item())
        self.assertNear(weight["update"], (model.second.weight.detach().double() - before[4].double()).norm().item())
        self.assertNear(weight["update"], 0.25 * weight["gradient"], 1e-5)
        self.assertNotIn("weight", line["layers"]["relu"])

    def test_sums_are_in_double_precision(self):
        model = nn.Sequential(nn.Identity())
        x = (torch.rand(1000, 300) * 1e-4 + 1).requires_grad_()
        with backstep.Recorder(model, self.path) as recorder:
            (model(x) * 1e-30).sum().backward()
            recorder.step()
        layer = read(self.path)[1][0]["layers"]["0"]
        self.assertNear(layer["activation"]["rms"], x.detach().double().square().mean().sqrt().item())
        # Its square is below the smallest number of single precision.
        self.assertNear(layer["gradient"]["norm"] / 1e-30, math.sqrt(300_000) * (torch.tensor(1e-30).double().item() / 1e-30), 1e-9)

    def test_histograms_leave_out_nan_and_zero_and_put_the_rest_beyond_into_the_ends(self):
        model = nn.Sequential(nn.Identity())
        x = torch.tensor([[0.0, 1.0, -20.0, 1e-30, 1e30, math.inf, -math.inf, math.nan]], requires_grad=True)
        with backstep.Recorder(model, self.path) as recorder:
            model(x).sum().backward()
            recorder.step(torch.tensor(-math.inf))
        line = read(self.path)[1][0]
        self.assertEqual((line["loss"], line["layers"]["0"]["activation"]["rms"]), ("-inf", "nan"))
        counts = line["layers"]["0"]["activation"]["histogram"]["counts"]
        self.assertEqual({place: count for place, count in enumerate(counts) if count}, {0: 1, 24: 1, 26: 1, 31: 3})
        self.assertEqual(line["layers"]["0"]["activation"]["zeros"], 0.125)

    def test_large_tensors_count_every_kth_entry(self):
        model = nn.Sequential(nn.Identity())
        x = torch.rand(2048, 2048).requires_grad_()
        with backstep.Recorder(model, self.path) as recorder:
            model(x).sum().backward()
            recorder.step()
        counts = read(self.path)[1][0]["layers"]["0"]["activation"]["histogram"]["counts"]
        self.assertTrue(1 << 12 < sum(counts) <= 1 << 13, sum(counts))
        self.assertNear(counts[23] / sum(counts), 1 - 10**-0.5, 0.03)

    def test_only_every_kth_step_is_recorded_and_the_others_have_no_hooks(self):
        model = Small()
        optimizer = torch.optim.Adam(model.parameters())
        hooks = []
        with backstep.Recorder(model, self.path, every=3, histograms=False, digits=3) as recorder:
            for _ in range(8):
                hooks.append(len(model.conv._forward_hooks))
                take_step(model, optimizer, recorder)
        self.assertEqual([line["step"] for line in read(self.path)[1]], [0, 3, 6])
        self.assertEqual(hooks, [1, 0, 0, 1, 0, 0, 1, 0])
        self.assertFalse(model.conv._forward_hooks or model.conv._forward_pre_hooks)
        for line in read(self.path)[1]:
            self.assertNotIn("histogram", line["layers"]["conv"]["activation"])
            self.assertLessEqual(len(str(line["layers"]["conv"]["weight"]["norm"])), 5)
        with self.assertRaisesRegex(ValueError, "closed"):
            recorder.step()

    def test_layers_are_chosen_by_the_beginnings_of_their_names(self):
        model = nn.ModuleDict({"layer1": nn.Sequential(nn.Linear(2, 2), nn.ReLU()), "layer10": nn.Linear(2, 2)})
        x = torch.ones(1, 2)
        with backstep.Recorder(model, self.path, layers=["layer1"]) as recorder:
            model["layer10"](model["layer1"](x)).sum().backward()
            recorder.step()
        self.assertEqual([layer["name"] for layer in read(self.path)[0]["layers"]], ["layer1.0", "layer1.1"])
        with self.assertRaisesRegex(ValueError, "no layer is called 'layer2'.*layer1.0, layer1.1, layer10"):
            backstep.Recorder(model, self.path, layers=["layer2"])

    def test_the_gradient_is_the_optimizer_s_and_the_norm_the_forward_pass_s(self):
        model = nn.Linear(3, 3)
        optimizer = torch.optim.SGD(model.parameters(), lr=1)
        norm = model.weight.detach().double().norm().item()
        with backstep.Recorder(model, self.path) as recorder:
            (100 * model(torch.ones(4, 3))).sum().backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            optimizer.step()
            recorder.step()
        head, (line,) = read(self.path)
        self.assertEqual(head["layers"], [{"name": "Linear", "kind": "Linear"}])
        weight = line["layers"]["Linear"]["weight"]
        self.assertNear(weight["norm"], norm)
        self.assertNear(weight["gradient"], 0.5 * math.sqrt(3 / 4), 1e-5)
        self.assertNear(weight["update"], weight["gradient"], 1e-5)
        # The output's gradient is that before clipping.
        self.assertNear(line["layers"]["Linear"]["gradient"]["norm"], 100 * math.sqrt(12), 1e-6)

    def test_frozen_and_unused_parameters(self):
        model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
        model[0].requires_grad_(False)
        optimizer = torch.optim.SGD(model[1].parameters(), lr=0.1)
        with backstep.Recorder(model, self.path) as recorder:
            model(torch.ones(1, 2)).sum().backward()
            optimizer.step()
            recorder.step()
        layers = read(self.path)[1][0]["layers"]
        self.assertEqual((layers["0"]["weight"]["update"], "gradient" in layers["0"]["weight"], "gradient" in layers["0"]), (0, False, False))
        self.assertGreater(layers["1"]["weight"]["update"], 0)

    def test_calls_that_are_no_part_of_the_step_do_not_count(self):
        model = Small()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        with backstep.Recorder(model, self.path) as recorder:
            with torch.no_grad():
                model(batch(3)[0])
            optimizer.zero_grad()
            for part in (1, 2):
                x, y = batch(part)
                nn.functional.cross_entropy(model(x), y).backward()
            with torch.inference_mode():
                model(batch(4)[0])
            optimizer.step()
            recorder.step(1)
        head, (line,) = read(self.path)
        self.assertEqual([layer["name"] for layer in head["layers"]], ["conv", "norm", "relu", "second", "relu#2", "head"])
        # The weight's gradient is of both parts.
        self.assertNear(line["layers"]["conv"]["weight"]["gradient"], model.conv.weight.grad.double().norm().item())

    def test_checkpointed_segments_count_once(self):
        from torch.utils.checkpoint import checkpoint

        for is_reentrant in (False, True):
            first, second = nn.Sequential(nn.Linear(4, 4), nn.Tanh()), nn.Linear(4, 1)
            model = nn.ModuleList([first, second])
            x = torch.ones(2, 4, requires_grad=True)
            first(x).sum()
            z = first(x)
            z.retain_grad()
            second(z).sum().backward()
            with backstep.Recorder(model, self.path) as recorder:
                second(checkpoint(first, x, use_reentrant=is_reentrant)).sum().backward()
                recorder.step()
            head, (line,) = read(self.path)
            self.assertEqual(sorted(layer["name"] for layer in head["layers"]), ["0.0", "0.1", "1"], is_reentrant)
            self.assertNear(line["layers"]["0.1"]["gradient"]["norm"], z.grad.double().norm().item(), 1e-6)

    def test_layers_with_parts_and_outputs_with_several_tensors(self):
        class Scaled(nn.Module):
            def __init__(self):
                super().__init__()
                self.weight, self.inner = nn.Parameter(torch.ones(3)), nn.Linear(3, 3)

            def forward(self, x):
                return {"mask": x > 0, "value": self.inner(x) * self.weight}

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.embed = nn.Embedding(5, 4, sparse=True)
                self.attend, self.lstm = nn.MultiheadAttention(4, 2, batch_first=True), nn.LSTM(4, 3, batch_first=True)
                self.scaled = Scaled()

            def forward(self, tokens):
                x = self.embed(tokens)
                x, _ = self.attend(x, x, x, need_weights=False)
                return self.scaled(self.lstm(x)[0])["value"]

        model = Net()
        with backstep.Recorder(model, self.path) as recorder:
            model(torch.tensor([[1, 2, 2]])).square().sum().backward()
            recorder.step()
        head, (line,) = read(self.path)
        self.assertEqual([layer["name"] for layer in head["layers"]], ["embed", "attend", "lstm", "scaled", "scaled.inner"])
        self.assertTrue(all("gradient" in layer for layer in line["layers"].values()), line)
        self.assertNear(line["layers"]["embed"]["weight"]["gradient"], model.embed.weight.grad.to_dense().double().norm().item(), 1e-6)
        own = [model.lstm.weight_ih_l0, model.lstm.weight_hh_l0]
        self.assertNear(line["layers"]["lstm"]["weight"]["norm"], math.sqrt(sum(w.detach().double().square().sum().item() for w in own)))
        self.assertNear(line["layers"]["scaled"]["weight"]["norm"], math.sqrt(3))

    def test_parametrized_weights_are_the_layer_s_own(self):
        model = nn.Sequential(torch.nn.utils.parametrizations.weight_norm(nn.Linear(3, 2)), nn.Tanh())
        with backstep.Recorder(model, self.path) as recorder:
            model(torch.ones(1, 3)).sum().backward()
            recorder.step()
        head, (line,) = read(self.path)
        self.assertEqual([layer["name"] for layer in head["layers"]], ["0", "1"])
        own = [p for name, p in model.named_parameters() if "weight" in name]
        self.assertNear(line["layers"]["0"]["weight"]["norm"], math.sqrt(sum(p.detach().double().square().sum().item() for p in own)))

    def test_the_scaler_s_factor_is_taken_out(self):
        model = nn.Linear(3, 2)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
        with backstep.Recorder(model, self.path, scaler=scaler) as recorder:
            scaler.scale(model(torch.ones(1, 3)).sum()).backward()
            scaler.step(optimizer)
            scaler.update()
            recorder.step()
        layer = read(self.path)[1][0]["layers"]["Linear"]
        self.assertNear(layer["gradient"]["norm"], math.sqrt(2))
        self.assertEqual(layer["gradient"]["histogram"]["counts"][32], 2)
        self.assertNear(layer["weight"]["gradient"], math.sqrt(6), 1e-6)

    def test_a_run_goes_on_from_a_checkpoint(self):
        model = Small()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        with backstep.Recorder(model, self.path, every=2) as recorder:
            for _ in range(7):
                take_step(model, optimizer, recorder)
        kept = read(self.path)[1][:2]
        with open(self.path, "a", encoding="utf-8") as file:
            file.write('{"step":8,"lo')
        with backstep.Recorder(model, self.path, every=2, start=4) as recorder:
            for _ in range(3):
                take_step(model, optimizer, recorder)
        self.assertEqual([line["step"] for line in read(self.path)[1]], [0, 2, 4, 6])
        self.assertEqual(read(self.path)[1][:2], kept)
        with backstep.Recorder(model, self.path) as recorder:
            take_step(model, optimizer, recorder)
        self.assertEqual([line["step"] for line in read(self.path)[1]], [0])

    def test_a_layer_that_is_called_later_joins_the_head(self):
        model = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])
        with backstep.Recorder(model, self.path) as recorder:
            for count in (1, 2):
                x = torch.ones(1, 2)
                for layer in model[:count]:
                    x = layer(x)
                x.sum().backward()
                recorder.step()
                self.assertEqual(len(read(self.path)[0]["layers"]), count)
        self.assertEqual([len(line["layers"]) for line in read(self.path)[1]], [1, 2])

    def test_what_cannot_be_recorded_is_told(self):
        for call, kind, words in (
            (lambda: backstep.Recorder({"a": 1}, self.path), TypeError, "expects a torch.nn.Module, not dict; for JAX, there is record_jax"),
            (lambda: backstep.Recorder(nn.Linear(1, 1), self.path, every=0), ValueError, "every is 0; expected a whole number of at least 1"),
            (lambda: backstep.Recorder(torch.compile(nn.Linear(1, 1)), self.path), TypeError, "before torch.compile"),
            (lambda: backstep.Recorder(nn.Linear(1, 1), os.path.join(self.folder, "no/run.jsonl")), FileNotFoundError, "no"),
            (lambda: backstep.Recorder(nn.Linear(1, 1), self.path).step(1), RuntimeError, "no layer of the model was called"),
        ):
            with self.assertRaisesRegex(kind, words):
                call()

    def test_of_two_processes_the_first_records_the_model_inside(self):
        script = os.path.join(self.folder, "run.py")
        with open(script, "w", encoding="utf-8") as file:
            file.write(
                f"""
import sys; sys.path.insert(0, {FOLDER!r})
import backstep, torch
rank = int(sys.argv[1])
torch.distributed.init_process_group("gloo", init_method="file://{self.folder}/store", rank=rank, world_size=2)
torch.manual_seed(0)
model = torch.nn.parallel.DistributedDataParallel(torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU(inplace=True), torch.nn.Linear(2, 1)))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
with backstep.Recorder(model, f"{self.folder}/{{rank}}.jsonl") as recorder:
    for _ in range(2):
        optimizer.zero_grad()
        model(torch.ones(1, 2) * (rank + 1)).sum().backward()
        optimizer.step()
        recorder.step(rank)
        print(model.module[2].weight.grad.double().norm().item())
torch.distributed.destroy_process_group()
""")
        runs = [subprocess.Popen([sys.executable, script, str(rank)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for rank in (0, 1)]
        said = [run.communicate(timeout=900) for run in runs]
        self.assertEqual([run.returncode for run in runs], [0, 0], said)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "1.jsonl")))
        head, steps = read(os.path.join(self.folder, "0.jsonl"))
        self.assertEqual([layer["name"] for layer in head["layers"]], ["0", "1", "2"])
        self.assertEqual([step["loss"] for step in steps], [0, 0])
        self.assertNear(steps[1]["layers"]["2"]["weight"]["gradient"], float(said[0][0].split()[1]))


@unittest.skipIf(torch is None, "torch")
class WeightsTests(Case):
    def trace(self, model, path, network, data, loss="output-sum"):
        backstep.save_weights(model, os.path.join(self.folder, path))
        lesson = {"network": {**network, "weights": path}, "data": data, "loss": loss}
        with open(os.path.join(self.folder, "lesson.yaml"), "w", encoding="utf-8") as file:
            json.dump(lesson, file)
        return backstep.trace(os.path.join(self.folder, "lesson.yaml"))

    def assertSame(self, found, tensor):
        found = torch.tensor(found, dtype=torch.float64)
        self.assertEqual(found.shape, tensor.shape)
        self.assertTrue(torch.allclose(found, tensor, rtol=1e-9, atol=1e-12), f"{found} for {tensor}")

    def test_a_lesson_has_the_gradients_of_the_model_that_its_weights_come_from(self):
        torch.manual_seed(2)
        image, sequence, row = torch.randn(2, 1, 4, 4), torch.randn(2, 3, 4), torch.randn(3, 2)

        class Named(nn.Module):
            def __init__(self):
                super().__init__()
                self.hidden, self.out = nn.Linear(2, 3), nn.Linear(3, 2)

            def forward(self, x):
                return self.out(torch.tanh(self.hidden(x)))

        cases = [
            (Named(), row, 2, [{"dense": {"units": 3, "name": "hidden"}}, "tanh", {"dense": {"units": 2, "name": "out"}}],
             {"hidden.weight": "hidden.weight", "out.bias": "out.bias"}),
            (nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1)), row, 2, [{"dense": 3}, "batch-norm", {"dense": 1}],
             {"dense1.weight": "0.weight", "batch-norm1.scale": "1.weight", "dense2.bias": "2.bias"}),
            (nn.Sequential(nn.Conv2d(1, 2, 3), nn.GroupNorm(2, 2), nn.Tanh(), nn.Flatten(), nn.LayerNorm(8), nn.Linear(8, 1)), image, [1, 4, 4],
             [{"conv2d": {"channels": 2, "kernel": 3}}, {"group-norm": {"groups": 2}}, "tanh", "flatten", "layer-norm", {"dense": 1}],
             {"conv2d1.weight": "0.weight", "group-norm1.shift": "1.bias", "layer-norm1.scale": "4.weight"}),
        ]
        for kind, word in ((nn.RNN, "rnn"), (nn.LSTM, "lstm"), (nn.GRU, "gru")):
            class Recurrent(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.cell = kind(4, 3, batch_first=True)

                def forward(self, x):
                    return self.cell(x)[0][:, -1]

            cases.append((Recurrent(), sequence, {"time": 3, "features": 4}, [{word: {"units": 3, "name": "cell"}}], {
                "cell.input-weight": "cell.weight_ih_l0", "cell.recurrent-weight": "cell.weight_hh_l0", "cell.input-bias": "cell.bias_ih_l0"}))
        for index, (model, x, shape, layers, names) in enumerate(cases):
            # Norms have other numbers than 1 and 0.
            for parameter in model.parameters():
                nn.init.normal_(parameter, std=0.7)
            model.double()
            x = x.double()
            model(x).sum().backward()
            ending = ("safetensors", "npz", "json")[index % 3]
            found = self.trace(model, f"{index}.{ending}", {"input": shape, "layers": layers}, {"inputs": x.tolist()})
            own = dict(model.named_parameters())
            for name, parameter in names.items():
                self.assertSame(found["gradients"][name], own[parameter].grad)

    def test_attention_is_taken_apart(self):
        torch.manual_seed(3)

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.attend = nn.MultiheadAttention(4, 2, batch_first=True)

            def forward(self, x):
                return self.attend(x, x, x, need_weights=False)[0]

        model = Net().double()
        nn.init.normal_(model.attend.in_proj_bias)
        x = torch.randn(2, 3, 4, dtype=torch.float64)
        model(x).square().mul(0.5).sum().backward()
        found = self.trace(
            model, "a.safetensors", {"input": {"time": 3, "features": 4}, "layers": [{"attention": {"heads": 2, "bias": True, "name": "attend"}}]},
            {"inputs": x.tolist(), "targets": torch.zeros(2, 3, 4).tolist()}, {"kind": "half-squared-error", "reduction": "sum"})
        for index, part in enumerate(("query", "key", "value")):
            self.assertSame(found["gradients"][f"attend.{part}-weight"], model.attend.in_proj_weight.grad.chunk(3)[index])
        self.assertSame(found["gradients"]["attend.output-weight"], model.attend.out_proj.weight.grad)

    def test_names_and_types(self):
        model = nn.ModuleDict({"enc": nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2, bias=False))}).half()
        path = os.path.join(self.folder, "a.safetensors")
        backstep.save_weights(model, path, names={"enc.1": "last"})
        with open(path, "rb") as file:
            size = struct.unpack("<Q", file.read(8))[0]
            head = json.loads(file.read(size))
        self.assertEqual((list(head), head["last.weight"]), (
            ["enc-0.weight", "enc-0.bias", "last.weight"], {"dtype": "F16", "shape": [2, 2], "data_offsets": [12, 20]}))
        for call, words in (
            (lambda: backstep.save_weights(model, path, names={"dec": "a"}), "'dec', which is no module"),
            (lambda: backstep.save_weights(model, path, names={"enc.0": "a", "enc.1": "a"}), "two parameters are called a.weight"),
            (lambda: backstep.save_weights(nn.LSTM(2, 2, num_layers=2), path), "several layers or directions"),
        ):
            with self.assertRaisesRegex(ValueError, words):
                call()


if __name__ == "__main__":
    unittest.main(verbosity=0)
