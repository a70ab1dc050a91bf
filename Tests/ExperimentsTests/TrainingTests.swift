import Autodiff
import Foundation
import NeuralNetworks
import Testing

@testable import Experiments

@Suite("Measurements that train")
struct TrainingTests {
    let setting = TrainingSetting(
        data: .twoSpirals, samples: 24, validation: 16, noise: 0.05, depth: 3, width: 8, batch: 12, steps: 12, seeds: 3, seed: 4,
        optimizer: Optimizer(kind: .sgd, learningRate: 0.5))
    let pair = [
        Variant(name: "sigmoid", activation: .sigmoid, initializer: .xavierNormal),
        Variant(name: "relu", activation: .relu, initializer: .heNormal),
    ]

    @Test("All cores give the bits that one seed after another gives")
    func threads() throws {
        let training = Training(setting, shows: [.loss, .movement, .boundary], variants: pair)
        let measured = try training.measure()
        #expect(try training.measure() == measured)
        for (index, variant) in pair.enumerated() {
            let alone = try (0..<3).map { try setting.run(variant, seed: 4 + UInt64($0)) }
            #expect(measured.finalValidation[index] == alone.compactMap(\.validation.last))
            #expect(measured.movement[index].median == (0..<4).map { layer in alone.map { $0.movement[layer] }.sorted()[1] })
        }
    }

    @Test("Recorded steps rise from 0 to the last, about sixty of them", arguments: [1, 7, 60, 61, 300, 1234])
    func recorded(_ steps: Int) {
        var setting = setting
        setting.steps = steps
        let recorded = setting.recordedSteps
        #expect(recorded.first == 0)
        #expect(recorded.last == steps)
        #expect(recorded == Array(Set(recorded)).sorted())
        #expect(recorded.count == min(60, steps) + 1)
    }

    @Test("Without a step nothing moves; what a step moves is a sigmoid's first layer least")
    func movement() throws {
        var still = setting
        still.optimizer.learningRate = 1e-300
        #expect(try Training(still, variants: pair).measure().movement.allSatisfy { $0.median.allSatisfy { $0 == 0 } })
        var deep = setting
        (deep.depth, deep.steps, deep.samples, deep.batch) = (6, 20, 24, 24)
        let measured = try Training(deep, variants: pair).measure()
        let moved = measured.movement[0].median
        #expect(moved[0] < moved[5] / 3)
        #expect(measured.movement[1].median[0] > 10 * moved[0])
    }

    @Test("How far a weight moved is told in units of what it was, after as many steps as were asked for")
    func distance() throws {
        let run = try setting.run(pair[1], seed: 4)
        var learner = try setting.learner(of: pair[1], seed: 4)
        let initial = learner.parameters
        var batches = Batches(of: setting.trainingSamples(seed: 4), size: setting.batch, seed: 4)
        for _ in 0..<setting.steps { learner.step(batches.draw()) }
        let weights = learner.parameters.indices.filter { learner.lowered.parameters[$0].key.kind == .weight }
        let moved = weights.map { index in
            zip(learner.parameters[index].scalars, initial[index].scalars).map { $0 - $1 }.norm / initial[index].norm
        }
        #expect(run.movement == moved)
        #expect(moved.allSatisfy { $0 > 0.01 })
    }

    @Test("Accuracy is the share of validation samples on their arm's side of 0")
    func accuracy() throws {
        let map = Batch(inputs: .zeros([1, 2]), targets: .values(.zeros([1, 1])))
        let run = try setting.run(pair[1], seed: 4, map: map)
        var learner = try setting.learner(of: pair[1], seed: 4)
        var batches = Batches(of: setting.trainingSamples(seed: 4), size: setting.batch, seed: 4)
        for _ in 0..<setting.steps { learner.step(batches.draw()) }
        let samples = setting.validationSamples(seed: 4)
        var evaluation = try setting.evaluation(of: pair[1], samples, seed: 4)
        evaluation.evaluate(learner)
        let output = evaluation.output
        let right = zip(output, samples.targets.scalars).filter { output, arm in arm == 1 ? output > 0 : output <= 0 }
        #expect(run.accuracy == Double(right.count) / 16)
        #expect(output.count(where: { $0 > 0 }) != right.count)
    }

    @Test("All maps are of one seed, than which none has validation losses nearer the middle ones")
    func mappedSeed() throws {
        let measured = try Training(setting, shows: [.boundary], variants: pair).measure()
        #expect(measured.maps.count == pair.count)
        func distance(_ seed: Int) -> Int {
            measured.finalValidation.reduce(0) { sum, losses in
                sum + abs(losses.count(where: { $0 < losses[seed] }) - losses.count(where: { $0 > losses[seed] }))
            }
        }
        let all = (0..<setting.seeds).map(distance)
        for map in measured.maps {
            #expect(map.seed == measured.maps[0].seed)
            #expect(distance(Int(map.seed) - 4) == all.min())
            #expect(map.outputs.count == Training.mapPlaces.count * Training.mapPlaces.count)
            #expect((0...1).contains(map.accuracy))
        }
    }

    @Test("A sweep's entry is the validation loss of the training that has this learning rate")
    func sweep() throws {
        let measured = try Training(setting, sweeps: [.learningRate([0.01, 0.5])], variants: pair).measure()
        #expect(measured.sweeps[0].ends[1][1] == measured.finalValidation[1])
        #expect(measured.sweeps[0].series[1].median[1] == measured.finalValidation[1].sorted()[1])
        #expect(measured.sweeps[0].ends[1][0] != measured.sweeps[0].ends[1][1])
        var slow = setting
        slow.optimizer.learningRate = 0.01
        #expect(try Training(slow, variants: pair).measure().finalValidation[1] == measured.sweeps[0].ends[1][0])
    }

    @Test("Over batch sizes each is trained for as many steps, or for as many epochs where these are given", arguments: [nil, 5])
    func batchSizes(epochs: Int?) throws {
        var setting = setting
        setting.epochs = epochs
        setting = setting.with(batch: 12)
        #expect(setting.steps == (epochs == nil ? 12 : 10))
        let measured = try Training(setting, sweeps: [.batchSize([2, 12])], variants: pair).measure()
        #expect(measured.sweeps[0].ends[0][1] == measured.finalValidation[0])
        var small = setting
        (small.batch, small.steps, small.epochs) = (2, epochs == nil ? 12 : 60, nil)
        #expect(try Training(small, variants: pair).measure().finalValidation[0] == measured.sweeps[0].ends[0][0])
    }

    @Test("A tuned variant takes the rate whose median validation loss over other seeds is least, and is measured with it")
    func tuning() throws {
        let rates = [0.001, 0.5, 50]
        let measured = try Training(setting, tuning: rates, variants: pair).measure()
        for (index, variant) in pair.enumerated() {
            var others = setting
            (others.seed, others.seeds) = (7, 1)
            let losses = try rates.map { rate in
                others.optimizer.learningRate = rate
                return try others.run(variant, seed: 7).validation.last ?? .nan
            }
            let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
            #expect(measured.rates[index] == rates[best])
            var own = setting
            own.optimizer.learningRate = rates[best]
            #expect(try Training(own, variants: [variant]).measure().finalValidation[0] == measured.finalValidation[index])
        }
        // A sweep over rates keeps its own; one over sizes has a best rate for each.
        let swept = try Training(setting, sweeps: [.learningRate([0.1]), .batchSize([6, 12])], tuning: rates, variants: pair).measure()
            .sweeps
        #expect(swept[0].rates.isEmpty && swept[1].rates.map(\.count) == [2, 2])
    }

    @Test("The first gradients are those of the first batch by each weight, before any step")
    func firstGradients() throws {
        let run = try setting.run(pair[1], seed: 4)
        var batches = Batches(of: setting.trainingSamples(seed: 4), size: setting.batch, seed: 4)
        let batch = batches.draw()
        var problem = setting.problem(of: pair[1], seed: 4)
        (problem.inputs, problem.targets) = (batch.inputs, batch.targets)
        let lowered = try problem.lowered()
        let pass = lowered.pass()
        let norms = lowered.parameters.filter { $0.key.kind == .weight }.map { pass.gradient($0.id).norm }
        #expect(run.firstGradients.count == 4)
        for (mine, theirs) in zip(run.firstGradients, norms) { #expect(abs(mine - theirs) <= 1e-12 * theirs) }
    }

    @Test("In batches of two a sample's normalized value is ±1; the larger the batch, the less it varies")
    func batchStatistics() throws {
        var normalized = pair[1]
        (normalized.name, normalized.normalization) = ("normalized", NormalizationLayer(kind: .batch, epsilon: 1e-12))
        let training = Training(setting, shows: [], sweeps: [.batchSize([2, 8, 24])], variants: [pair[0], normalized])
        let found = try training.measure().batchStatistics
        #expect(found.map(\.size) == [2, 8, 24])
        #expect(found.allSatisfy { $0.values.count == Training.batchesLookedAt })
        #expect(found[0].values.allSatisfy { abs(abs($0) - 1) < 1e-6 })
        #expect(Set(found[0].values.map { $0 > 0 }).count == 2)
        // Of all samples there is one batch.
        #expect(found[2].values.allSatisfy { abs($0 - found[2].values[0]) < 1e-9 })
        #expect(try Training(setting, shows: [], sweeps: [.batchSize([2])], variants: pair).measure().batchStatistics.isEmpty)
    }

    @Test("What loses its numbers stands there as it is")
    func diverging() throws {
        var setting = setting
        (setting.data, setting.time, setting.steps) = (.recall, 4, 60)
        setting.optimizer.learningRate = 100
        var variant = Variant(name: "one", activation: .identity)
        variant.recurrentRadius = 2
        let measured = try Training(setting, variants: [variant]).measure()
        #expect(measured.finalTraining[0].allSatisfy { !$0.isFinite })
    }

    @Test("A recurrent radius makes the first recurrent weight that many times a rotation", arguments: [0.5, 2])
    func radius(_ radius: Double) throws {
        var setting = setting
        setting.data = .recall
        var variant = Variant(name: "one")
        variant.recurrentRadius = radius
        let weight = try #require(setting.problem(of: variant, seed: 1).network.written["recurrent.recurrent-weight"])
        #expect(abs(weight.norm - radius * 8.0.squareRoot()) < 1e-12)
    }

    @Test("Samples come from the seed; those for validation are others")
    func samples() {
        #expect(setting.trainingSamples(seed: 1) == setting.trainingSamples(seed: 1))
        #expect(setting.trainingSamples(seed: 1) != setting.trainingSamples(seed: 2))
        #expect(setting.trainingSamples(seed: 1).inputs.scalars[0] != setting.validationSamples(seed: 1).inputs.scalars[0])
    }

    @Test("Without noise a spiral's arms are half a turn apart at every radius")
    func spirals() {
        let batch = DataSet.twoSpirals.draw(200, noise: 0, time: 1, seed: 3, stream: "training")
        for index in 0..<200 {
            let (x, y) = (batch.inputs.scalars[2 * index], batch.inputs.scalars[2 * index + 1])
            let way = (hypot(x, y) - 0.15) / 1.35
            let turn = atan2(y, x) / .pi - 2 * way - Double(index % 2)
            #expect(abs(turn / 2 - (turn / 2).rounded()) < 1e-9)
        }
    }

    @Test("Without noise a sine's targets lie on it, and a sequence's is its first number")
    func targets() {
        let sine = DataSet.noisySine.draw(20, noise: 0, time: 1, seed: 3, stream: "training")
        #expect(sine.targets.scalars == sine.inputs.scalars.map { sin(.pi * $0) })
        let recall = DataSet.recall.draw(20, noise: 0, time: 5, seed: 3, stream: "training")
        #expect(recall.targets.scalars == stride(from: 0, to: 100, by: 5).map { recall.inputs.scalars[$0] })
    }

    @Test("Behind batch normalization a unit's first inputs have mean 0 and variance 1; without a step nothing drifts")
    func covariateShift() throws {
        var still = setting
        still.optimizer.learningRate = 1e-300
        var normalized = pair[0]
        (normalized.name, normalized.normalization) = ("normalized", NormalizationLayer(kind: .batch))
        let measured = try CovariateShift(still, layer: 2, variants: [pair[0], normalized]).measure()
        #expect(measured.drifts.allSatisfy { $0.allSatisfy { $0 == 0 } })
        // With mean 0 and variance 1 the median lies within one deviation (Hotelling & Solomons 1932).
        #expect(measured.quantiles[1].median.allSatisfy { abs($0) <= 1 })
        for line in measured.quantiles { #expect(zip(line.low, line.high).allSatisfy { $0 < $1 }) }
        // Of inputs that nothing moves: the quantiles of the layer's own output on all samples.
        let learner = try still.learner(of: pair[0], seed: 4)
        var evaluation = try still.evaluation(of: pair[0], still.trainingSamples(seed: 4), seed: 4)
        evaluation.evaluate(learner)
        let dense = try #require(evaluation.lowered.tape.id(named: "dense2"))
        let values = evaluation.value(dense)
        let unit = Quantiles(of: stride(from: 0, to: values.count, by: 8).map { values[$0] })
        #expect(measured.quantiles[0].low[0] == unit.at(0.15))
        #expect(measured.quantiles[0].median[0] == unit.at(0.5))
        #expect(measured.quantiles[0].high[0] == unit.at(0.85))
        let moving = try CovariateShift(setting, layer: 2, variants: [pair[0], normalized]).measure()
        #expect(moving.drifts.allSatisfy { $0.allSatisfy { $0 > 0 } })
        // Both in units of the input's own spread; a range is no shorter than a step of it.
        for (moves, drifts) in zip(moving.moves, moving.drifts) { #expect(zip(moves, drifts).allSatisfy { $0 > 0 && $0 <= $1 }) }
        let course = moving.units[0][0]
        let steps = zip(course.median, course.median.dropFirst()).map { abs($1 - $0) }
        let spread = zip(course.low, course.high).map { ($1 - $0) / 2 }
        let move = steps.reduce(0, +) / Double(steps.count) / (spread.reduce(0, +) / Double(spread.count))
        var one = setting
        (one.width, one.seeds) = (1, 1)
        let single = try CovariateShift(one, layer: 2, variants: [pair[0]]).measure()
        #expect(move > 0 && single.moves[0].count == 1)
    }

    @Test("A shift that is put back moves every input at every step by as much as it says, and no optimizer takes it away")
    func shift() throws {
        var still = setting
        still.optimizer.learningRate = 1e-300
        var normalized = pair[0]
        (normalized.name, normalized.normalization) = ("normalized", NormalizationLayer(kind: .batch))
        let measured = try CovariateShift(still, layer: 2, variants: [normalized], shifted: ["normalized"]).measure()
        let plain = try CovariateShift(still, layer: 2, variants: [normalized]).measure()
        #expect(plain.moves[0].allSatisfy { $0 == 0 })
        #expect(measured.moves[0].allSatisfy { $0 > 0.1 })
        // s·z + m with s from 1 to 1.5 and m within ±1.5, where z has variance 1.
        for course in measured.units[0] {
            for (low, high) in zip(course.low, course.high) { #expect(high - low <= 1.5 * 2 * 24.0.squareRoot()) }
        }
        #expect(measured.losses[0].median != plain.losses[0].median)
    }

    @Test("The larger λ, the smaller the weights; without a penalty the samples are fitted best")
    func fit() throws {
        var setting = setting
        (setting.data, setting.samples, setting.batch, setting.noise, setting.depth) = (.noisySine, 8, 8, 0.3, 1)
        (setting.steps, setting.optimizer) = (80, Optimizer(kind: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.05))
        let lambdas = [1e-4, 1e-2, 1]
        let sweep = try Fit(setting, penalties: lambdas, variants: [Variant(name: "one", activation: .tanh)]).measure().sweep
        #expect(sweep.map(\.name) == ["training loss", "validation loss", "norm of the weights"])
        #expect(sweep[2].median == sweep[2].median.sorted(by: >))
        #expect(sweep[0].median == sweep[0].median.sorted())
        // A variant that has the penalty itself comes to the same, and its norm is that of all weights together.
        var penalized = Variant(name: "one", activation: .tanh)
        penalized.l2 = lambdas[1]
        let ends = try Fit(setting, penalties: [], variants: [penalized]).measure().ends[0]
        #expect(sweep[2].median[1] == ends.map(\.norm).sorted()[1])
        // What a penalty and a variant share is the same run.
        let shared = try Fit(setting, penalties: [0, lambdas[1]], variants: [penalized]).measure()
        #expect(shared.sweptEnds[1] == shared.ends[0] && shared.sweptEnds[0] != shared.ends[0])
        var learner = try setting.learner(of: penalized, seed: 4)
        for _ in 0..<setting.steps { learner.step(setting.trainingSamples(seed: 4)) }
        let weights = zip(learner.lowered.parameters, learner.parameters).filter { $0.0.key.kind == .weight }.flatMap(\.1.scalars)
        #expect(abs(ends[0].norm / weights.reduce(0) { $0 + $1 * $1 }.squareRoot() - 1) < 1e-12)
    }

    @Test("The cost counts every variant, seed, step and value of a sweep")
    func cost() throws {
        let one = try Training(setting, variants: [pair[0]]).cost().products
        #expect(try Training(setting, variants: [pair[0], pair[0]]).cost().products == 2 * one)
        #expect(try Training(setting, sweeps: [.learningRate([1, 2, 3])], variants: [pair[0]]).cost().products == 4 * one)
        var twice = setting
        twice.seeds *= 2
        #expect(try Training(twice, variants: [pair[0]]).cost().products == 2 * one)
    }
}
