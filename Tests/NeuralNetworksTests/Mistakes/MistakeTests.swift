import Autodiff
import Testing

@testable import NeuralNetworks

@Suite("Classic mistakes")
struct MistakeTests {
    private func layer(_ name: String, _ kind: Layer.Kind) -> Layer { Layer(name: name, kind: kind) }

    private func problem(
        _ input: SampleShape, _ layers: [Layer], outputs: Int, loss: Loss = .halfSquaredError, l2: Double = 0, steps: Int = 1,
        optimizer: Optimizer? = Optimizer(kind: .sgd, learningRate: 0.1)
    ) throws -> LoweredProblem {
        var generator = Xoshiro(seed: 9)
        return try TrainingProblem(
            network: Network(input: input, seed: 4, layers: layers), inputs: generator.normals([3] + input.axes),
            targets: .values(generator.normals([3, outputs])), loss: loss, l2: l2, optimizer: optimizer, steps: steps
        ).lowered()
    }

    private func run(_ lowered: LoweredProblem, _ mistake: Mistake?) throws -> MistakenRun {
        try #require(MistakenRun(lowered, Set([mistake].compactMap(\.self))))
    }

    private func agree(_ a: [Tensor], _ b: [Tensor]) -> Bool {
        zip(a.flatMap(\.scalars), b.flatMap(\.scalars)).allSatisfy { abs($0 - $1) <= 1e-12 * max(1, abs($1)) }
    }

    private var perceptron: [Layer] {
        [layer("a", .dense(DenseLayer(units: 3))), layer("f", .activation(.tanh)), layer("b", .dense(DenseLayer(units: 3)))]
    }

    @Test("Without one the run is the lesson's own", arguments: [1, 3])
    func right(_ steps: Int) throws {
        let lowered = try problem(.features(2), perceptron, outputs: 3, l2: 0.1, steps: steps)
        let (pass, update) = Update.afterSteps(
            of: lowered.problem.rule, moving: lowered.trainables, lowered.tape, sources: lowered.sources(), result: lowered.loss)
        let run = try run(lowered, nil)
        #expect(run.gradients == lowered.parameters.map { pass.gradient($0.id) })
        #expect(run.updated == update.updated && run.lossAfter == update.lossAfter)
    }

    @Test("A forgotten 2 halves the gradient, a sum for a mean multiplies it by all that it runs over; the penalty stays right")
    func factors() throws {
        for l2 in [0, 0.3] {
            let lowered = try problem(.features(2), perceptron, outputs: 3, loss: .meanSquaredError, l2: l2)
            let right = try run(lowered, nil).gradients
            let pulls = zip(lowered.trainables, lowered.initialParameters()).map { trainable, value in
                Tensor(shape: value.shape, scalars: value.scalars.map { trainable.isWeight ? l2 * $0 : 0 })
            }
            func scaled(_ factor: Double) -> [Tensor] {
                zip(right, pulls).map { right, pull in
                    Tensor(shape: right.shape, scalars: zip(right.scalars, pull.scalars).map { factor * ($0 - $1) + $1 })
                }
            }
            #expect(agree(try run(lowered, .missingTwo).gradients, scaled(0.5)))
            #expect(agree(try run(lowered, .sumForMean).gradients, scaled(9)))
        }
        #expect(MistakenRun(try problem(.features(2), perceptron, outputs: 3), [.missingTwo]) == nil)
    }

    @Test("The wrong sign goes as far the other way; gradients that are not set back to 0 are summed")
    func updates() throws {
        let lowered = try problem(.features(2), perceptron, outputs: 3)
        let (right, wrong) = (try run(lowered, nil), try run(lowered, .wrongSign))
        #expect(wrong.gradients == right.gradients)
        let turned = zip(lowered.initialParameters(), right.updated ?? []).map { start, end in
            Tensor(shape: start.shape, scalars: zip(start.scalars, end.scalars).map { 2 * $0 - $1 })
        }
        #expect(agree(wrong.updated ?? [], turned))
        #expect(MistakenRun(lowered, [.accumulatedGradients]) == nil)

        // Two steps of the mistake by hand.
        let twice = try problem(.features(2), perceptron, outputs: 3, steps: 2)
        var sources = twice.sources()
        for (parameter, value) in zip(twice.parameters, right.updated ?? []) { sources[parameter.id] = value }
        let second = Pass(twice.tape, sources: sources, result: twice.loss)
        let sums = zip(twice.parameters, right.gradients).map { parameter, first in
            var sum = first
            sum.add(second.gradient(parameter.id))
            return sum
        }
        #expect(agree(try run(twice, .accumulatedGradients).gradients, sums))
    }

    @Test("A skip that is forgotten, or overwritten by what the inner layers bring, leaves their gradient alone")
    func skips() throws {
        let inner = [layer("i", .dense(DenseLayer(units: 2))), layer("t", .activation(.tanh))]
        let layers = [
            layer("a", .dense(DenseLayer(units: 2))), layer("r", .residual(ResidualLayer(layers: inner))),
            layer("s", .activation(.sigmoid)),
        ]
        let lowered = try problem(.features(2), layers, outputs: 2)
        let (right, missing) = (try run(lowered, nil), try run(lowered, .missingSkip))
        #expect(try run(lowered, .overwriteAtForks).gradients == missing.gradients)
        // The inner layer's own parameters are right, those before the block are not.
        let changed = zip(lowered.parameters, zip(missing.gradients, right.gradients)).filter { $1.0 != $1.1 }.map(\.0.name)
        #expect(changed == ["a.weight", "a.bias"])
    }

    @Test("Of weights that are used at several steps, the first step's gradient is kept, and of the penalty nothing")
    func forks() throws {
        let layers = [layer("r", .recurrent(RecurrentLayer(cell: .rnn(.tanh), units: 2)))]
        let lowered = try problem(.sequence(time: 3, features: 2), layers, outputs: 2, l2: 0.5)
        let pass = lowered.pass()
        let wrong = try run(lowered, .overwriteAtForks).gradients
        // States are used by the next step alone, so that what comes back to the first step's sums is right.
        for (place, parameter) in lowered.parameters.enumerated() {
            let first = pass.contributions(to: parameter.id, 0).filter { lowered.role(of: $0.output).step == 1 }
            #expect(abs(wrong[place].scalars[0] - first.reduce(0) { $0 + $1.product }) < 1e-14, "\(parameter.name)")
        }
    }

    @Test("Weights that are updated on the way back: the last layer's gradient is right, what goes below it goes through its new weights")
    func order() throws {
        let layers = [
            layer("a", .dense(DenseLayer(units: 1, hasBias: false))), layer("b", .dense(DenseLayer(units: 1, hasBias: false))),
        ]
        let lowered = try problem(.features(1), layers, outputs: 1)
        let (right, wrong) = (try run(lowered, nil), try run(lowered, .updatedWeights))
        let old = lowered.initialParameters()[1].scalars[0]
        let new = old - 0.1 * right.gradients[1].scalars[0]
        #expect(wrong.gradients[1] == right.gradients[1])
        #expect(abs(wrong.gradients[0].scalars[0] - right.gradients[0].scalars[0] / old * new) < 1e-14)
        #expect(abs((wrong.updated?[1].scalars[0] ?? .nan) - new) < 1e-15)
        var clipped = lowered.problem
        clipped.clipping = .norm(1)
        #expect(MistakenRun(try clipped.lowered(), [.updatedWeights]) == nil)
        #expect(MistakenRun(try problem(.features(1), layers, outputs: 1, optimizer: nil), [.updatedWeights]) == nil)
    }

    @Test("Statistics and functions of one number have their places; what a lesson lacks changes nothing")
    func places() throws {
        let norm = layer("n", .normalization(NormalizationLayer(kind: .batch)))
        let lowered = try problem(.features(2), [perceptron[0], norm, perceptron[1]], outputs: 3)
        #expect(try run(lowered, .constantStatistics).gradients != run(lowered, nil).gradients)
        for mistake in [Mistake.missingActivationDerivative, .derivativeAtOutput] {
            #expect(try run(lowered, mistake).gradients != run(lowered, nil).gradients)
        }
        for mistake in [Mistake.missingSkip, .softmaxElementwise, .undroppedBackward, .transposedWeight] {
            #expect(MistakenRun(lowered, [mistake]) == nil, "\(mistake)")
        }
    }

    @Test("A report lists what changes a number by more than rounding, and says of which parameters and whether the gradient is wrong")
    func report() throws {
        let layers = [
            layer("a", .dense(DenseLayer(units: 2))), layer("f", .activation(.tanh)), layer("b", .dense(DenseLayer(units: 2))),
        ]
        var problem = try problem(.features(2), layers, outputs: 2).problem
        let known: [Mistake] = [
            .missingActivationDerivative, .derivativeAtOutput, .transposedWeight, .sumForMean, .wrongSign, .updatedWeights,
        ]
        let entries = try MistakeReport(problem).entries
        #expect(entries.map(\.mistake) == known)
        #expect(entries.filter { !$0.hasWrongGradient }.map(\.mistake) == [.wrongSign])
        #expect(entries[2].differs == ["a.weight", "a.bias"] && entries[4].differs.count == 4)
        #expect(try MistakeReport(problem, of: [.wrongSign, .missingSkip]).entries.map(\.mistake) == [.wrongSign])
        // A symmetric weight is its own transpose.
        problem.network.written["b.weight"] = Tensor(shape: [2, 2], scalars: [1, 2, 2, -1])
        #expect(try MistakeReport(problem).entries.map(\.mistake) == known.filter { $0 != .transposedWeight })
        for (rate, isListed) in [(1e-6, true), (1e-12, false)] {
            problem.optimizer = Optimizer(kind: .sgd, learningRate: rate)
            #expect(try MistakeReport(problem, of: [.updatedWeights]).entries.isEmpty != isListed, "\(rate)")
        }
    }

    @Test("What a mistaken pass says of its uses adds up to its gradients, whatever the mistake")
    func contributions() throws {
        let inner = [layer("i", .dense(DenseLayer(units: 3))), layer("t", .activation(.tanh))]
        let layers = [
            layer("a", .dense(DenseLayer(units: 3))), layer("s", .activation(.sigmoid)),
            layer("r", .residual(ResidualLayer(layers: inner))),
            layer("n", .normalization(NormalizationLayer(kind: .layer))), layer("b", .dense(DenseLayer(units: 3))), layer("p", .softmax),
        ]
        let lowered = try problem(.features(2), layers, outputs: 3, loss: .meanSquaredError)
        var seen: Set<Mistake> = []
        for mistake in Mistake.allCases {
            var last: Pass?
            guard MistakenRun(lowered, [mistake], watching: { last = $0 }) != nil else { continue }
            let pass = try #require(last)
            seen.insert(mistake)
            var sums = lowered.tape.allIDs.map { [Double](repeating: 0, count: pass.gradient($0).count) }
            pass.forEachContribution { sums[$0.input.index][$0.inputIndex] += $0.product }
            for id in lowered.parameters.map(\.id) + [lowered.input] {
                for (sum, gradient) in zip(sums[id.index], pass.gradient(id).scalars) {
                    #expect(abs(sum - gradient) < 1e-12, "\(mistake) \(id)")
                }
            }
        }
        #expect(seen.count == 11)
    }
}
