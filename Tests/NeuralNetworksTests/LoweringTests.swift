import Autodiff
import Foundation
import NeuralNetworks
import Testing

@Suite("Lowering onto the tape")
struct LoweringTests {
    private func lowered(
        _ input: SampleShape, _ layers: [Layer], batch: Int = 2, loss: Loss = .halfSquaredError, l2: Double = 0, seed: UInt64 = 5
    ) throws -> LoweredProblem {
        var shape = input
        for layer in layers { shape = try layer.output(for: shape) }
        var generator = Xoshiro(seed: seed)
        return try TrainingProblem(
            network: Network(input: input, seed: seed, layers: layers), inputs: generator.normals([batch] + input.axes),
            targets: Self.targets(of: loss, batch, shape, &generator),
            loss: loss, l2: l2
        ).lowered()
    }

    private static func targets(of loss: Loss, _ batch: Int, _ shape: SampleShape, _ generator: inout Xoshiro) -> Targets {
        guard loss.measure.hasTargets else { return .absent }
        return loss.measure.isOfRows ? .classes((0..<batch).map { $0 % shape.last }) : .values(generator.normals([batch] + shape.axes))
    }

    /// Every measure by its usual reduction, and one of each other.
    static let losses: [Loss] = [
        .halfSquaredError, .meanSquaredError, .crossEntropy, .binaryCrossEntropy, Loss(.absoluteError, reduction: .meanOverSamples),
        Loss(.huber(delta: 0.7), reduction: .sum), Loss(.hinge(margin: 1)), Loss(.outputSum),
    ]

    private func layer(_ name: String, _ kind: Layer.Kind) -> Layer { Layer(name: name, kind: kind) }

    private func shape(_ lowered: LoweredProblem, _ name: String) -> [Int]? { lowered.tape.id(named: name).map { lowered.tape[$0].shape } }

    private func value(_ pass: Pass, _ name: String) throws -> Tensor { pass.value(try #require(pass.tape.id(named: name))) }

    @Test("Each layer's output stands under its name, in the shape that the layer announces")
    func shapes() throws {
        let image = SampleShape.image(channels: 2, height: 5, width: 4)
        let layers = [
            layer("conv", .convolution(ConvolutionLayer(channels: 4, kernel: 3, stride: 2, padding: 1))),
            layer("group", .normalization(NormalizationLayer(kind: .group(2)))), layer("gelu1", .activation(.gelu)),
            layer("flat", .flatten), layer("dense1", .dense(DenseLayer(units: 3, hasBias: false))), layer("softmax1", .softmax),
        ]
        let lowered = try lowered(image, layers)
        #expect(shape(lowered, "input") == [2, 2, 5, 4] && shape(lowered, "conv") == [2, 4, 3, 2])
        #expect(shape(lowered, "gelu1") == [2, 4, 3, 2] && shape(lowered, "flat") == [2, 24])
        #expect(shape(lowered, "dense1") == [2, 3] && shape(lowered, "softmax1") == [2, 3] && shape(lowered, "loss") == [])
        for each in lowered.layers {
            #expect(lowered.tape[each.output].shape == [2] + each.outputShape.axes)
            #expect(lowered.tape.id(named: each.layer.name) == each.output)
        }
        #expect(
            lowered.parameters.map(\.name) == [
                "conv.weight", "conv.bias", "group.scale", "group.shift", "dense1.weight",
            ])
        #expect(lowered.parameters.map(\.key) == [.weight, .bias, .scale, .shift, .weight])
        #expect(shape(lowered, "conv.weight") == [4, 2, 3, 3] && shape(lowered, "dense1.weight") == [3, 24])
        #expect(lowered.tape.entries.allSatisfy { $0.name != "dense1.bias" })
    }

    /// The kind, the input, the shapes of the statistics and of scale, and which entries share statistics.
    private static let normalizations: [(NormalizationLayer.Kind, SampleShape, statistics: [Int], scale: [Int])] = [
        (.batch, .features(4), [4], [4]), (.batch, .image(channels: 4, height: 2, width: 3), [4], [4]),
        (.batch, .sequence(time: 3, features: 4), [4], [4]), (.layer, .features(4), [3], [4]),
        (.layer, .image(channels: 4, height: 2, width: 3), [3], [4, 2, 3]),
        (.layer, .sequence(time: 5, features: 4), [3, 5], [4]),
        (.instance, .image(channels: 4, height: 2, width: 3), [3, 4], [4]),
        (.group(2), .image(channels: 4, height: 2, width: 3), [3, 2], [4]), (.group(2), .features(4), [3, 2], [4]),
    ]

    @Test("Normalizations hold mean, variance and the normalized, with mean 0 and variance 1 over what shares them")
    func normalizations() throws {
        for (kind, input, statistics, scale) in Self.normalizations {
            let lowered = try lowered(input, [layer("norm", .normalization(NormalizationLayer(kind: kind, epsilon: 0)))], batch: 3)
            #expect(shape(lowered, "norm.mean") == statistics && shape(lowered, "norm.variance") == statistics)
            #expect(shape(lowered, "norm.scale") == scale && shape(lowered, "norm.shift") == scale)
            let pass = lowered.pass()
            let (normalized, mean) = (try value(pass, "norm.normalized"), try value(pass, "norm.mean"))
            let x = try value(pass, "input")
            var sums = [Int: (count: Double, x: Double, sum: Double, squares: Double)]()
            for entry in 0..<x.count {
                let index = x.shape.index(ofFlat: entry)
                let group: [Int] =
                    switch (kind, input) {
                    case (.batch, .sequence): [index[2]]
                    case (.batch, _): [index[1]]
                    case (.layer, .sequence), (.rootMeanSquare, .sequence): [index[0], index[1]]
                    case (.layer, _), (.rootMeanSquare, _): [index[0]]
                    case (.instance, _): [index[0], index[1]]
                    case (.group(let groups), _): [index[0], index[1] / (4 / groups)]
                    }
                let at = statistics.flatIndex(of: group)
                let before = sums[at] ?? (0, 0, 0, 0)
                let y = normalized.scalars[entry]
                sums[at] = (before.count + 1, before.x + x.scalars[entry], before.sum + y, before.squares + y * y)
            }
            #expect(sums.count == mean.count)
            for (group, found) in sums {
                #expect(abs(found.x / found.count - mean.scalars[group]) < 1e-12)
                #expect(abs(found.sum) < 1e-11 && abs(found.squares / found.count - 1) < 1e-11)
            }
        }
    }

    @Test("Of rms-norm the normalized have a mean square of 1 over a sample or a time step; its only parameter is the scale")
    func rootMeanSquare() throws {
        let layers = [layer("norm", .normalization(NormalizationLayer(kind: .rootMeanSquare, epsilon: 0)))]
        for (input, statistics, scale) in [
            (SampleShape.features(4), [3], [4]), (.image(channels: 2, height: 2, width: 3), [3], [2, 2, 3]),
            (.sequence(time: 5, features: 4), [3, 5], [4]),
        ] {
            let lowered = try lowered(input, layers, batch: 3)
            #expect(lowered.parameters.map(\.name) == ["norm.scale"])
            #expect(shape(lowered, "norm.mean-square") == statistics && shape(lowered, "norm.scale") == scale)
            let pass = lowered.pass()
            let normalized = try value(pass, "norm.normalized").scalars
            let size = scale.reduce(1, *)
            for group in 0..<normalized.count / size {
                let squares = normalized[group * size..<(group + 1) * size].reduce(0) { $0 + $1 * $1 }
                #expect(abs(squares / Double(size) - 1) < 1e-12)
            }
        }
    }

    @Test("Scale and shift belong to the entry's channel")
    func affine() throws {
        for (kind, input, _, scale) in Self.normalizations {
            var problem = try lowered(input, [layer("norm", .normalization(NormalizationLayer(kind: kind)))], batch: 3).problem
            let count = scale.reduce(1, *)
            problem.network.written = [
                "norm.scale": Tensor(shape: scale, scalars: (0..<count).map { Double($0 + 2) }),
                "norm.shift": Tensor(shape: scale, scalars: (0..<count).map { Double(100 * $0) }),
            ]
            let pass = try problem.lowered().pass()
            let (normalized, output) = (try value(pass, "norm.normalized"), try value(pass, "norm"))
            for entry in 0..<output.count {
                let index = output.shape.index(ofFlat: entry)
                let channel: Int
                if case .layer = kind, case .image = input {
                    channel = entry % count
                } else if case .sequence = input {
                    channel = index[2]
                } else {
                    channel = index[1]
                }
                #expect(abs(output.scalars[entry] - (Double(channel + 2) * normalized.scalars[entry] + Double(100 * channel))) < 1e-10)
            }
        }
    }

    @Test("A residual adds what it skips, projected where it says so; its inner layers come first")
    func residual() throws {
        let inner = [layer("a", .dense(DenseLayer(units: 3))), layer("t", .activation(.tanh))]
        let plain = try lowered(.features(3), [layer("r", .residual(ResidualLayer(layers: inner)))])
        let pass = plain.pass()
        let (x, f, r) = (try value(pass, "input"), try value(pass, "t"), try value(pass, "r"))
        #expect(r.scalars == zip(x.scalars, f.scalars).map { $0 + $1 })
        let projected = try lowered(
            .features(2), [layer("r", .residual(ResidualLayer(layers: inner, hasProjection: true)))])
        #expect(projected.parameters.map(\.name) == ["a.weight", "a.bias", "r.projection"])
        #expect(shape(projected, "r.projection") == [3, 2] && shape(projected, "r.projected") == [2, 3])
        #expect(projected.layers[0].inner.map(\.layer.name) == ["a", "t"])
        // Nothing inside: x + x.
        let empty = try lowered(.features(3), [layer("r", .residual(ResidualLayer(layers: [])))]).pass()
        #expect(try value(empty, "r").scalars == value(empty, "input").scalars.map { $0 + $0 })
    }

    @Test("Spectral normalization leaves a largest singular value of 1", arguments: [[3, 5], [5, 3], [1, 4], [4, 1]])
    func spectral(_ shape: [Int]) throws {
        let lowered = try lowered(
            .features(shape[1]), [layer("d", .dense(DenseLayer(units: shape[0], spectralNorm: true)))])
        let pass = lowered.pass()
        let values = SingularValues(of: try value(pass, "d.normalized-weight")).values
        #expect(abs(values[0] - 1) < 1e-13)
        let weight = SingularValues(of: try value(pass, "d.weight")).values
        #expect(try value(pass, "d.largest-singular-value")[] == weight[0])
    }

    /// The equations of SPEC, one sample and one unit at a time.
    /// - Parameter start: h₀ and c₀ of a sample; nil: 0.
    private func recurrence(
        _ cell: RecurrentLayer.Cell, _ pass: Pass, units: Int, start: ((_ sample: Int) -> (h: [Double], c: [Double]))? = nil
    ) throws -> [[[Double]]] {
        let x = try value(pass, "input")
        let (wx, wh) = (try value(pass, "cell.input-weight"), try value(pass, "cell.recurrent-weight"))
        let (bx, bh) = (try value(pass, "cell.input-bias"), try value(pass, "cell.recurrent-bias"))
        func sigma(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        return (0..<x.shape[0]).map { sample in
            let zeros = [Double](repeating: 0, count: units)
            var (h, c) = start?(sample) ?? (zeros, zeros)
            return (0..<x.shape[1]).map { step in
                func fromInput(_ row: Int) -> Double { (0..<x.shape[2]).reduce(bx[row]) { $0 + wx[row, $1] * x[sample, step, $1] } }
                let before = h
                func fromState(_ row: Int) -> Double { (0..<units).reduce(bh[row]) { $0 + wh[row, $1] * before[$1] } }
                func a(_ gate: Int, _ unit: Int) -> Double { fromInput(gate * units + unit) + fromState(gate * units + unit) }
                for unit in 0..<units {
                    switch cell {
                    case .rnn(let function): h[unit] = function(a(0, unit))
                    case .lstm:
                        c[unit] = sigma(a(1, unit)) * c[unit] + sigma(a(0, unit)) * tanh(a(2, unit))
                        h[unit] = sigma(a(3, unit)) * tanh(c[unit])
                    case .gru(_, let resetsBefore):
                        let (r, z) = ((0..<units).map { sigma(a(0, $0)) }, sigma(a(1, unit)))
                        let row = 2 * units + unit
                        let fromPast =
                            resetsBefore
                            ? (0..<units).reduce(bh[row]) { $0 + wh[row, $1] * r[$1] * before[$1] } : r[unit] * fromState(row)
                        let n = tanh(fromInput(row) + fromPast)
                        h[unit] = (1 - z) * n + z * before[unit]
                    }
                }
                return h
            }
        }
    }

    @Test(
        "Recurrent cells follow their equations, return the last state or all, and name their parts by time step",
        arguments: [
            RecurrentLayer.Cell.rnn(.tanh), .rnn(.relu), .lstm(forgetBias: 1), .gru(updateBias: -1),
            .gru(updateBias: 0, resetsBefore: true),
        ])
    func recurrent(_ cell: RecurrentLayer.Cell) throws {
        for returnsSequence in [false, true] {
            var problem = try lowered(
                .sequence(time: 3, features: 2),
                [layer("cell", .recurrent(RecurrentLayer(cell: cell, units: 2, returnsSequence: returnsSequence)))]
            ).problem
            var generator = Xoshiro(seed: 8)
            let rows = 2 * cell.blocks
            problem.network.written = [
                "cell.input-weight": generator.normals([rows, 2]), "cell.recurrent-weight": generator.normals([rows, 2]),
                "cell.input-bias": generator.normals([rows]), "cell.recurrent-bias": generator.normals([rows]),
            ]
            let lowered = try problem.lowered()
            let pass = lowered.pass()
            let states = try recurrence(cell, pass, units: 2)
            let output = try value(pass, "cell")
            let expected = returnsSequence ? states.flatMap { $0.flatMap { $0 } } : states.flatMap { $0[2] }
            #expect(output.shape == (returnsSequence ? [2, 3, 2] : [2, 2]))
            for (a, b) in zip(output.scalars, expected) { #expect(abs(a - b) < 1e-14) }
            for step in 1...3 {
                let hidden = try value(pass, "cell.t\(step).hidden")
                for (a, b) in zip(hidden.scalars, states.flatMap { $0[step - 1] }) { #expect(abs(a - b) < 1e-14) }
            }
            let parts: [String] =
                switch cell {
                case .rnn: ["pre-activation"]
                case .lstm: ["input-gate", "forget-gate", "candidate", "output-gate", "kept", "written", "cell", "squashed-cell"]
                case .gru: ["reset-gate", "update-gate", "candidate", "candidate-share", "kept", "written", "reset-state"]
                }
            for part in parts { #expect(shape(lowered, "cell.t3.\(part)") == [2, 2], "\(part)") }
            #expect(GradientCheck(pass, of: lowered.parameters.map(\.id) + [lowered.input]).passed)
        }
    }

    @Test(
        "A given state is what a cell starts from, one for all samples or each its own, with a gradient that no update uses",
        arguments: [RecurrentLayer.Cell.rnn(.tanh), .lstm(forgetBias: 1), .gru(updateBias: 0)], [true, false])
    func initialState(_ cell: RecurrentLayer.Cell, isShared: Bool) throws {
        var problem = try lowered(
            .sequence(time: 2, features: 2), [layer("cell", .recurrent(RecurrentLayer(cell: cell, units: 2)))]
        ).problem
        var generator = Xoshiro(seed: 8)
        let keys: [GivenKey] = if case .lstm = cell { [.initialState, .initialCell] } else { [.initialState] }
        for key in keys { problem.network.written[key.name(in: "cell")] = generator.normals(isShared ? [2] : [2, 2]) }
        problem.optimizer = Optimizer(kind: .sgd, learningRate: 0.1)
        let lowered = try problem.lowered()
        let pass = lowered.pass()
        func start(_ key: GivenKey, _ sample: Int) -> [Double] {
            guard let tensor = problem.network.written[key.name(in: "cell")] else { return [0, 0] }
            return isShared ? tensor.scalars : Array(tensor.scalars[2 * sample..<2 * sample + 2])
        }
        let states = try recurrence(cell, pass, units: 2) { (start(.initialState, $0), start(.initialCell, $0)) }
        for (a, b) in zip(try value(pass, "cell").scalars, states.flatMap { $0[1] }) { #expect(abs(a - b) < 1e-14) }
        let given = try keys.map { try #require(pass.tape.id(named: $0.name(in: "cell"))) }
        #expect(GradientCheck(pass, of: lowered.parameters.map(\.id) + given).passed)
        for id in given { #expect(pass.gradient(id).norm > 0 && pass.tape[id].shape == (isShared ? [2] : [2, 2])) }
        #expect(lowered.parameters.count == 4 && Update(lowered, pass).updated?.count == 4)
    }

    @Test("A mask that isn't written is sampled anew for each seed, drops entries at its rate, and is the same in every pass")
    func sampledMask() throws {
        var problem = try lowered(.features(400), [layer("drop", .dropout(DropoutLayer(rate: 0.25)))]).problem
        func mask() throws -> [Double] { try value(try problem.lowered().pass(), "drop.mask").scalars }
        let first = try mask()
        #expect(try first == mask())
        #expect(first.count == 800 && first.allSatisfy { $0 == 0 || $0 == 1 })
        #expect((540...660).contains(first.reduce(0, +)))
        problem.network.seed += 1
        #expect(try first != mask())
    }

    @Test("What a GRU's shut gate lets through keeps its digits, forward and backward", arguments: [15.0, 30, 37, 100, 600])
    func shutGate(score: Double) throws {
        var problem = try lowered(
            .sequence(time: 1, features: 1), [layer("cell", .recurrent(RecurrentLayer(cell: .gru(updateBias: 0), units: 1)))], batch: 1
        ).problem
        problem.network.written = [
            "cell.input-weight": Tensor(shape: [3, 1], scalars: [0, 0, 1]),
            "cell.recurrent-weight": Tensor(shape: [3, 1], scalars: [0, 0, 0]),
            "cell.input-bias": Tensor(shape: [3], scalars: [0, score, 0]), "cell.recurrent-bias": Tensor(shape: [3], scalars: [0, 0, 0]),
        ]
        problem.inputs = Tensor(shape: [1, 1, 1], scalars: [0.5])
        problem.targets = .values(Tensor(shape: [1, 1], scalars: [-1]))
        let lowered = try problem.lowered()
        let pass = lowered.pass()
        // h = (1 − σ(score))·tanh ½, of which exp is to the last digits: σ(−s) = e⁻ˢ/(1 + e⁻ˢ).
        let share = exp(-score) / (1 + exp(-score))
        func agree(_ found: Double, _ expected: Double) -> Bool { abs(found - expected) <= 1e-12 * abs(expected) }
        #expect(agree(try value(pass, "cell.t1.candidate-share")[0, 0], share))
        #expect(agree(try value(pass, "cell")[0, 0], share * tanh(0.5)))
        // The loss ½(h + 1)² has the slope 1 + h.
        let slope = 1 + share * tanh(0.5)
        let weight = pass.gradient(try #require(pass.tape.id(named: "cell.input-weight"))).scalars
        let bias = pass.gradient(try #require(pass.tape.id(named: "cell.input-bias"))).scalars
        #expect(agree(weight[2], slope * share * 0.5 / pow(cosh(0.5), 2)))
        #expect(agree(bias[1], -slope * share * (1 / (1 + exp(-score))) * tanh(0.5)))
    }

    @Test("The l2 penalty is λ/2·Σw² over weights and projections, and no bias, scale or shift")
    func penalty() throws {
        let layers = [
            layer("r", .residual(ResidualLayer(layers: [layer("a", .dense(DenseLayer(units: 2)))], hasProjection: true))),
            layer("n", .normalization(NormalizationLayer(kind: .layer))), layer("d", .dense(DenseLayer(units: 2))),
        ]
        let (with, without) = (try lowered(.features(3), layers, l2: 0.3), try lowered(.features(3), layers))
        let (pass, bare) = (with.pass(), without.pass())
        let weights = try ["a.weight", "r.projection", "d.weight"].flatMap { try value(pass, $0).scalars }
        let penalty = 0.15 * weights.reduce(0) { $0 + $1 * $1 }
        #expect(abs(try value(pass, "loss.penalty")[] - penalty) < 1e-14)
        #expect(try value(pass, "loss.data") == value(bare, "loss"))
        #expect(try value(pass, "loss")[] == value(pass, "loss.data")[] + value(pass, "loss.penalty")[])
        for (a, b) in zip(with.parameters, without.parameters) {
            let pull = a.key.kind == .weight ? 0.3 : 0
            let (with, without) = (pass.gradient(a.id).scalars, bare.gradient(b.id).scalars)
            for (index, w) in pass.value(a.id).scalars.enumerated() { #expect(abs(with[index] - without[index] - pull * w) < 1e-14) }
        }
    }

    @Test("Every kind of layer under every loss has the gradients that differences find", arguments: losses)
    func gradients(_ loss: Loss) throws {
        let cases: [(SampleShape, [Layer])] = [
            (
                .image(channels: 2, height: 4, width: 3),
                [
                    layer("c", .convolution(ConvolutionLayer(channels: 4, kernel: 2, stride: 2, padding: 1))),
                    layer("b", .normalization(NormalizationLayer(kind: .batch))), layer("g", .activation(.gelu)),
                    layer("i", .normalization(NormalizationLayer(kind: .instance))),
                    layer("gn", .normalization(NormalizationLayer(kind: .group(2)))), layer("f", .flatten),
                    layer("d", .dense(DenseLayer(units: 3, spectralNorm: true))),
                ]
            ),
            (
                .sequence(time: 2, features: 3),
                [
                    layer("l", .normalization(NormalizationLayer(kind: .layer))),
                    layer("lstm", .recurrent(RecurrentLayer(cell: .lstm(forgetBias: 1), units: 2, returnsSequence: true))),
                    layer("gru", .recurrent(RecurrentLayer(cell: .gru(updateBias: 0), units: 3))),
                    layer(
                        "r",
                        .residual(
                            ResidualLayer(layers: [layer("d", .dense(DenseLayer(units: 2))), layer("s", .softmax)], hasProjection: true))),
                ]
            ),
        ]
        for (input, layers) in cases {
            let lowered = try lowered(input, layers, batch: 2, loss: loss, l2: 0.01)
            let check = GradientCheck(lowered.pass(), of: lowered.parameters.map(\.id) + [lowered.input])
            #expect(check.passed && check.kinks.isEmpty, "\(check.failures)")
        }
    }
}
