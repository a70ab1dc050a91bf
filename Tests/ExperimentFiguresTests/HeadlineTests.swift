import Autodiff
import CairoBackend
import Drawing
import Experiments
import Foundation
import NeuralNetworks
import Testing

@testable import ExperimentFigures

/// Whatever comes of an experiment, what is said of it is short, in the variants' own words, and no lead that the seeds do not support.
@Suite("Headlines of what trains and descends")
struct HeadlineTests {
    @Test(
        "A name stands as it is written, in quotes where it would read as the sentence's own words",
        arguments: [
            ("none", "“none”"), ("no clipping", "“no clipping”"), ("batch norm", "“batch norm”"), ("σ = 0.5", "σ = 0.5"), ("ReLU", "ReLU"),
            ("leaky ReLU", "leaky ReLU"), ("tanh", "tanh"), ("relu", "relu"), ("norm 5", "norm 5"), ("A, B", "“A, B”"), ("λ = 0", "λ = 0"),
            ("softsign", "softsign"), ("momentum", "“momentum”"),
        ])
    func names(_ name: String, _ said: String) { #expect(name.asName == said) }

    /// Numbers as seeds give them: few different ones, so that ties are common, and what is no number.
    private struct Ends {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }

        mutating func number() -> Double {
            switch next() % 12 {
            case 0: .nan
            case 1: .infinity
            case 2, 3, 4: 1
            case 5, 6: 2
            default: Double(next() % 1000) / 1000
            }
        }

        mutating func rows(variants: Int, seeds: Int) -> [[Double]] {
            // One variant may be far ahead, else nobody ever is.
            let shift = next() % 3 == 0 ? 5.0 : 0
            return (0..<variants).map { variant in (0..<seeds).map { _ in number() + (variant == 0 ? 0 : shift) } }
        }

        mutating func name(_ index: Int) -> String {
            let all = [
                "none", "σ = 0.05", "A", "no clipping", "Σ", "and", "the lowest, of all", "ends", "x\u{301}", "É", "“quoted”", "1", "-",
                String(repeating: "long ", count: 30) + "name",
            ]
            return all[Int(next()) % all.count] + (next() % 2 == 0 ? "" : " \(index)")
        }
    }

    /// The sentence with N for every name, so that no name's words are taken for its own.
    private static func nameless(_ sentence: String, _ names: [String]) -> String {
        names.sorted { $0.count > $1.count }.reduce(sentence) { $0.replacingOccurrences(of: $1.asName, with: "N") }
    }

    /// Counts agree with their nouns, of two one is lower, and all of it can be said in one breath.
    private static func checkWords(_ sentence: String, _ names: [String], isHeadline: Bool = true) {
        let words = nameless(sentence, names)
        if isHeadline { #expect(!sentence.isEmpty && sentence.count <= Wording.most, "\(sentence)") }
        #expect(!words.contains(/\b1 (seeds|variants|steps|starts|samples|rates)\b/), "\(sentence)")
        if names.count == 2, isHeadline { #expect(!words.contains(" lowest"), "\(sentence)") }
    }

    /// What must hold of a sentence about who ends lower, of variants with these numbers.
    private static func check(_ sentence: String, _ names: [String], _ ends: [[Double]]) {
        if names.count > 1 { checkWords(sentence, names) }
        let words = nameless(sentence, names)
        let rows = ends.map { $0.map { $0.isNaN ? .infinity : $0 } }
        let claimsLead = words.contains(" lower ") || words.contains(" lowest ")
        let isOfSome =
            words.contains("of \(names.count) variants") || words.hasPrefix("One of") || words.contains("higher")
            || words.contains("highest")
            || words.hasPrefix("Which")
        guard claimsLead, !words.contains("No clear"), !isOfSome else { return }
        // Who is named before the verb is ahead of all who are not.
        guard let verb = sentence.range(of: " end ") ?? sentence.range(of: " ends ") else { return }
        let subject = sentence[..<verb.lowerBound]
        let ahead = names.indices.filter { subject.contains(names[$0].asName) }
        #expect(!ahead.isEmpty, "\(sentence) of \(names)")
        guard Set(names).count == names.count, !names.contains(where: { name in names.contains { $0 != name && $0.contains(name) } }) else {
            return
        }
        for first in ahead {
            for other in names.indices where !ahead.contains(other) {
                #expect(SignTest(rows[first], rows[other]).isFirstSmaller, "\(sentence): \(rows[first]) and \(rows[other])")
            }
        }
    }

    @Test("A verdict over random seeds claims no lead that a sign test does not support, names nobody by another name, and is short")
    func verdicts() throws {
        var random = Ends(state: 1)
        var leads = 0
        for _ in 0..<4000 {
            let (variants, seeds) = (Int(random.next() % 5) + 1, Int(random.next() % 20) + 1)
            let ends = random.rows(variants: variants, seeds: seeds)
            let names = (0..<variants).map { random.name($0) }
            let verdict = try #require(SeedVerdict(ends))
            let sentence = verdict.sentence(names, "validation loss")
            Self.check(sentence, names, ends)
            #expect((verdict.ahead + verdict.behind).sorted() == Array(0..<variants))
            if !verdict.ahead.isEmpty { leads += 1 }
            if seeds < SeedVerdict.fewest { #expect(verdict.ahead.isEmpty) }
            // The order of the variants and of the seeds changes nothing but who is named first.
            let turned = try #require(SeedVerdict(ends.reversed().map { $0.reversed() }))
            #expect(Set(turned.ahead.map { variants - 1 - $0 }) == Set(verdict.ahead) || Set(ends.map(\.lowerMedian)).count < variants)
        }
        #expect(leads > 100)
    }

    @Test("Headlines of training over random losses are short, agree with their counts, and say of nobody that they lead without cause")
    func training() throws {
        let setting = TrainingFigureTests.setting
        let sweeps: [Training.Sweep] = [.learningRate([0.1, 1, 10])]
        let base = Training(setting, shows: [.loss, .layerGradients], sweeps: sweeps, variants: TrainingFigureTests.variants(3))
        let measured = try base.measure()
        var random = Ends(state: 2)
        var crossings = 0
        for round in 0..<600 {
            let (variants, seeds) = (Int(random.next() % 3) + 1, Int(random.next() % 12) + 1)
            var (experiment, found) = (base, measured)
            experiment.setting.seeds = seeds
            experiment.variants = (0..<variants).map { Variant(name: random.name($0)) }
            experiment.shows = [[.loss], [.movement], [.layerGradients], [], [.loss, .movement]][round % 5]
            experiment.sweeps = round % 2 == 0 ? [] : sweeps
            found.finalValidation = random.rows(variants: variants, seeds: seeds)
            found.finalTraining = found.finalValidation
            for sweep in found.sweeps.indices {
                found.sweeps[sweep].ends = (0..<variants).map { _ in random.rows(variants: 3, seeds: seeds) }
                for variant in 0..<variants { found.sweeps[sweep].series[variant].high = (0..<3).map { _ in random.number() } }
            }
            for layer in 0..<3 {
                for variant in 0..<variants {
                    found.layerGradients[variant].low[layer] = random.number()
                    found.movement[variant].low[layer] = random.number()
                }
            }
            let findings = TrainingFindings(measured: found, experiment: experiment)
            let headline = findings.headline
            let names = experiment.variants.map(\.name)
            Self.checkWords(headline, names)
            Self.check(headline, names, found.finalValidation)
            // Where one line crosses the other, it is lower somewhere and higher elsewhere by more than chance.
            if let crossing = findings.crossing {
                crossings += 1
                let ends = found.sweeps[0].ends.map { $0.map(findings.capped) }
                for (side, isSo) in [(crossing.lower, \SignTest.isFirstSmaller), (crossing.higher, \SignTest.isFirstLarger)] {
                    #expect(side.range.works.contains(true) && !side.others.contains(crossing.variant))
                    for (place, isSaid) in side.range.works.enumerated() {
                        let isBorneOut = side.others.allSatisfy {
                            SignTest(ends[crossing.variant][place], ends[$0][place])[keyPath: isSo]
                        }
                        #expect(isBorneOut == isSaid, "\(headline)")
                    }
                }
                #expect(max(crossing.lower.others.count, crossing.higher.others.count) == variants - 1)
            }
            for index in 0..<variants { Self.checkWords(findings.account(of: index), names, isHeadline: false) }
        }
        #expect(crossings > 0)
    }

    @Test("Seeds in which both variants diverge are ties, which the sign test leaves out", arguments: [(5, false), (7, true)])
    func divergence(better count: Int, isLower: Bool) throws {
        var experiment = Training(
            TrainingFigureTests.setting, shows: [], sweeps: [.learningRate([0.1, 1, 10])], variants: TrainingFigureTests.variants(2))
        var found = try experiment.measure()
        experiment.setting.seeds = 12
        let worse = [Double](repeating: 0.2, count: 12)
        let (better, lost) = ([Double](repeating: 0.1, count: 12), [Double](repeating: .infinity, count: 12))
        // At the highest rate the second is lower in some seeds, and both diverge in the others.
        found.sweeps[0].ends = [[better, worse, lost], [worse, better, Array(better.prefix(count)) + lost.dropFirst(count)]]
        let names = experiment.variants.map(\.name.asName)
        let headline = TrainingFindings(measured: found, experiment: experiment).headline
        #expect(headline.hasPrefix("\(names[1]) ends lower than \(names[0]) ") && headline.contains("from 1 up") == isLower, "\(headline)")
    }

    @Test("Of three variants one ends lowest here and highest there if it differs from both others, else from the one that is named")
    func crossing() throws {
        var experiment = Training(
            TrainingFigureTests.setting, shows: [], sweeps: [.batchSize([2, 8, 32])], variants: TrainingFigureTests.variants(3))
        var found = try experiment.measure()
        experiment.setting.seeds = 8
        func headline(_ losses: [[Double]]) -> String {
            found.sweeps[0].ends = losses.map { $0.map { [Double](repeating: $0, count: 8) } }
            return TrainingFindings(measured: found, experiment: experiment).headline
        }
        #expect(
            headline([[0.3, 0.2, 0.1], [0.2, 0.2, 0.2], [0.1, 0.1, 0.3]])
                == "Sigmoid ends lowest at the batch size 32, but highest at the batch size 2")
        #expect(
            headline([[0.3, 0.3, 0.1], [0.2, 0.2, 0.2], [0.1, 0.1, 0.1]])
                == "Sigmoid ends highest at batch sizes up to 8, but lower than Tanh at the batch size 32")
        #expect(
            headline([[0.3, 0.05, 0.05], [0.3, 0.2, 0.2], [0.1, 0.1, 0.1]])
                == "Sigmoid ends lowest at batch sizes from 8 up, but higher than ReLU at the batch size 2")
        let flat = headline([[0.3, 0.3, 0.3], [0.2, 0.2, 0.2], [0.1, 0.1, 0.1]])
        #expect(!flat.contains("lowest") && !flat.contains("highest"))
    }

    @Test(
        "A shift that is put back disproves only where it moves more and ends lower, by more than chance; a measure that disagrees is named"
    )
    func shift() throws {
        var variants = ["Plain", "Shifted"].map { Variant(name: $0, activation: .sigmoid) }
        variants[1].normalization = NormalizationLayer(kind: .batch)
        var experiment = CovariateShift(TrainingFigureTests.setting, layer: 1, variants: variants, shifted: ["Shifted"])
        var found = try experiment.measure()
        var setting = TrainingFigureTests.setting
        setting.seeds = 8
        experiment = CovariateShift(setting, layer: 1, variants: variants, shifted: ["Shifted"])
        func row(_ value: Double) -> [Double] { [Double](repeating: value, count: 8) }
        (found.moves, found.drifts, found.finalLosses) = ([row(1), row(2)], [row(5), row(3)], [row(0.4), row(0.1)])
        let findings = CovariateShiftFindings(measured: found, experiment: experiment)
        #expect(findings.claim == .disproof(.init(shifted: 1, plain: 0, moves: 8, ends: 8)))
        #expect(findings.headline == "In 1 step the inputs move more with Shifted than with Plain, yet the loss ends lower")
        #expect(findings.rangeNote.hasSuffix("Plain 5, Shifted 3; by this measure Plain moves most."))
        found.finalLosses[1] = row(0.5)
        found.drifts[1] = row(6)
        let others = CovariateShiftFindings(measured: found, experiment: experiment)
        #expect(others.headline == "With Plain a hidden unit’s input moves less than with Shifted")
        #expect(others.farthest == nil)
    }

    @Test("Headlines of descents over random heights are short, and name no lowest of equals")
    func descents() throws {
        var random = Ends(state: 3)
        for round in 0..<600 {
            let count = Int(random.next() % 4) + 1
            let variants = (0..<count).map { index in
                var variant = Variant(name: random.name(index))
                variant.l2 = round % 3 == 0 ? Double(random.next() % 3) : nil
                return variant
            }
            let offsets = round % 3 == 1 ? [1e-6, 1e-3].dropLast(round % 2) : []
            let experiment = Trajectory(surface: round % 3 == 1 ? .saddle : .ravine, steps: 1, offsets: Array(offsets), variants: variants)
            let ends = (0..<count).map { _ in random.number() }
            let measured = Trajectory.Measured(
                paths: zip(variants, ends).map { variant, end in
                    var path = DescentPath(name: variant.name)
                    (path.x, path.y, path.heights) = ([1, end], [1, end], [1, end])
                    return path
                },
                escapes: offsets.isEmpty
                    ? []
                    : variants.map { variant in
                        let steps = offsets.map { _ in random.next() % 4 == 0 ? .infinity : Double(random.next() % 30) }
                        return Series(name: variant.name, x: Array(offsets), median: steps, low: steps, high: steps)
                    }, sweeps: [])
            let headline = TrajectoryFindings(measured: measured, experiment: experiment).headline
            Self.checkWords(headline, variants.map(\.name))
            if Set(ends).count == 1, ends[0].isFinite, round % 3 == 2, count > 1 {
                #expect(headline.contains("the same loss"), "\(headline)")
            }
        }
    }

    @Test("The headlines of cheap kinds keep their words with three times as many seeds")
    func stable() throws {
        let rates: [Double] = [0.01, 0.018, 0.032, 0.056, 0.1, 0.18, 0.32, 0.42, 0.56, 1, 1.8]
        let kinds: [Optimizer.Kind] = [.sgd, .nesterov(momentum: 0.9), .adagrad(epsilon: 1e-10)]
        let variants = kinds.map { kind in
            var variant = Variant(name: kind.name)
            variant.optimizer = Optimizer(kind: kind, learningRate: 0.1)
            return variant
        }
        let headlines = try [64, 192].map { starts in
            let experiment = Trajectory(surface: .ravine, angle: 30, steps: 60, rates: rates, starts: starts, variants: variants)
            return TrajectoryFindings(measured: try experiment.measure(), experiment: experiment).headline
        }
        #expect(headlines[0] == headlines[1])
    }
}
