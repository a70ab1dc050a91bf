package import Autodiff
package import Forms
import NeuralNetworks

/// The derivative dy/dx of untrained networks along a line of inputs, and how often it changes sign: where it does so from one input to the
/// next, a step that helps one input harms its neighbour (Balduzzi et al. 2017, "The shattered gradients problem").
///
/// The network takes one number: h = w·x + b of `width` units, `depth` − 1 blocks, y = v·h; w and b are standard normal, v has variance
/// 1/width. A block is W·f(h); of a residual variant h + W·f(h), of a scaled one h + W·f(h)/√(number of blocks). Blocks have no bias.
package struct ShatteredGradients: Measurement {
    /// In rising order; the figure shows the slope at the first and the last.
    package var depths: [Int]
    package var width: Int
    /// The number of inputs, evenly spaced from −range to range.
    package var points: Int
    package var range: Double
    package var seeds: Int
    package var seed: UInt64
    package var variants: [Variant]
    /// The names of the residual variants whose branches are divided by the square root of their number.
    package var scaled: Set<String>

    package init(
        depths: [Int], width: Int, points: Int, range: Double, seeds: Int, seed: UInt64 = 0, variants: [Variant], scaled: Set<String> = []
    ) {
        (self.depths, self.width, self.points, self.range) = (depths, width, points, range)
        (self.seeds, self.seed, self.variants, self.scaled) = (seeds, seed, variants, scaled)
    }

    /// The slopes of one variant at one depth.
    package struct Scan: Hashable, Sendable {
        package var name: String
        package var depth: Int
        package var x: [Double]
        /// Of the seed with the median number of sign changes, divided by their root mean square.
        package var slopes: [Double]
        /// The number of changes of sign among the slopes.
        package var changes: Int { slopes.changesOfSign }
        package var shownSeed: UInt64
        /// Whether the slope is positive at each x, for the first seeds.
        package var signs: [[Bool]]
        /// The autocorrelation of the slope, by the distance between two inputs.
        package var autocorrelation: Series
    }

    package struct Measured: Hashable, Sendable {
        /// The first variant at the smallest depth, if there are several depths; then every variant at the largest.
        package var scans: [Scan]
        /// For each variant and depth, the number of sign changes of each seed.
        package var changes: [[[Int]]]
    }
}

extension ShatteredGradients {
    package func cost() throws(ExperimentError) -> Cost {
        var cost = Cost()
        for variant in variants {
            for depth in depths { cost = cost + recorded(variant, depth: depth).cost.repeated(seeds.saturatingPlus(1)) }
        }
        return cost
    }

    package func measure() throws(ExperimentError) -> Measured {
        try cost().checkLimits()
        // Few enough for all cores to share the work, and enough that recording the tape does not matter.
        let together = 4
        let tasks = variants.indices.flatMap { variant in
            depths.indices.flatMap { depth in stride(from: 0, to: seeds, by: together).map { (variant: variant, depth: depth, first: $0) } }
        }
        let runs = try concurrentMap(tasks) { (task) throws(ExperimentError) -> [Run] in
            var slopes = recorded(variants[task.variant], depth: depths[task.depth]).slopes
            let isShown = isShown(task.variant, depths[task.depth])
            return (task.first..<min(task.first + together, seeds)).map { index in
                let found = slopes.find(seed: seed &+ UInt64(index))
                return Run(
                    changes: found.changesOfSign, signs: isShown && index < Self.mostSigns ? found.map { $0 > 0 } : nil,
                    autocorrelation: isShown ? found.autocorrelation(lags) : [])
            }
        }
        var next = runs.makeIterator()
        let byDepth = variants.map { _ in
            depths.map { _ in stride(from: 0, to: seeds, by: together).flatMap { _ in next.next() ?? [] } }
        }
        return Measured(
            scans: shown.map { scan(variants[$0.variant], depth: depths[$0.depth], byDepth[$0.variant][$0.depth]) },
            changes: byDepth.map { $0.map { $0.map(\.changes) } })
    }

    package func data(of measured: Measured) -> MeasuredData {
        let byDepth = series(of: measured)
        let slopes = measured.scans.map {
            Series(name: "\($0.name), \($0.depth) layers", quantity: "dy/dx", x: $0.x, median: $0.slopes, low: $0.slopes, high: $0.slopes)
        }
        return MeasuredData(series: byDepth + slopes + measured.scans.map(\.autocorrelation))
    }

    /// The number of sign changes by depth, one line for each variant.
    package func series(of measured: Measured) -> [Series] {
        zip(variants, measured.changes).map { variant, depths in
            Series(
                name: variant.name, quantity: "changes of sign", x: self.depths.map(Double.init),
                rows: (0..<seeds).map { seed in depths.map { Double($0[seed]) } })
        }
    }

    private struct Run: Sendable {
        let changes: Int
        let signs: [Bool]?
        let autocorrelation: [Double]
    }

    private var shown: [(variant: Int, depth: Int)] {
        let last = depths.count - 1
        return (last > 0 && !variants.isEmpty ? [(0, 0)] : []) + variants.indices.map { ($0, last) }
    }

    private func isShown(_ variant: Int, _ depth: Int) -> Bool { shown.contains { $0.variant == variant && depths[$0.depth] == depth } }

    private func scan(_ variant: Variant, depth: Int, _ runs: [Run]) -> Scan {
        let order = runs.indices.sorted { (runs[$0].changes, $0) < (runs[$1].changes, $1) }
        let shownSeed = seed &+ UInt64(order[(order.count - 1) / 2])
        var all = recorded(variant, depth: depth).slopes
        let slopes = all.find(seed: shownSeed)
        let size = slopes.norm / Double(points).squareRoot()
        let name = "\(variant.name), \(depth) layers"
        return Scan(
            name: variant.name, depth: depth, x: inputs, slopes: slopes.map { size > 0 ? $0 / size : 0 }, shownSeed: shownSeed,
            signs: runs.compactMap(\.signs),
            autocorrelation: Series(
                name: name, quantity: "autocorrelation", x: lags.map { Double($0) * spacing }, rows: runs.map(\.autocorrelation)))
    }

    /// The distance between two inputs.
    private var spacing: Double { 2 * range / Double(points - 1) }

    fileprivate var inputs: [Double] { (0..<points).map(input) }

    private func input(_ place: Int) -> Double { place == points - 1 ? range : -range + Double(place) * spacing }

    /// Up to a quarter of the line, so that each is an average over many pairs.
    private var lags: [Int] {
        let most = max(points / 4, 1)
        let count = min(most, Self.mostLags)
        return (0...count).map { $0 * most / count }
    }

    fileprivate static let mostLags = 64
    private static let mostSigns = 20
}

// MARK: The network

extension ShatteredGradients {
    fileprivate func recorded(_ variant: Variant, depth: Int) -> RecordedSlopes {
        RecordedSlopes(self, variant, depth: depth)
    }
}

/// The tape of one variant and depth. Its result is the mean of y over the inputs, which are independent, so that the gradient of an input
/// is its slope divided by their number.
private struct RecordedSlopes {
    let tape: Tape
    let input, result: Tape.ID
    let parameters: [(id: Tape.ID, name: String, sample: @Sendable (inout Xoshiro) -> [Double])]
    let inputs: [Double]

    init(_ experiment: ShatteredGradients, _ variant: Variant, depth: Int) {
        var tape = Tape()
        var parameters: [(id: Tape.ID, name: String, sample: @Sendable (inout Xoshiro) -> [Double])] = []
        let width = experiment.width
        func parameter(_ name: String, _ shape: [Int], _ sample: @escaping @Sendable (inout Xoshiro) -> [Double]) -> Tape.ID {
            let id = tape.source(.parameter, name: name, shape: shape)
            parameters.append((id, name, sample))
            return id
        }
        let activation = variant.activation ?? .relu
        let initializer = variant.initializer ?? (activation.prefersHe ? .heNormal : .xavierNormal)
        let blocks = max(depth - 1, 0)
        let factor = experiment.scaled.contains(variant.name) ? 1 / Double(max(blocks, 1)).squareRoot() : 1
        input = tape.source(.input, name: "x", shape: [experiment.points, 1])
        let w = parameter("w", [width, 1]) { $0.normals([width, 1]).scalars }
        let b = parameter("b", [width]) { $0.normals([width]).scalars }
        var h = tape.record(.dense(Dense()), [input, w, b], name: "h1")
        for block in 0..<blocks {
            let weight = parameter("W\(block + 1)", [width, width]) { generator in
                initializer.draw([width, width], from: &generator).scalars.map { $0 * factor }
            }
            let f = tape.record(.pointwise(activation), [h], name: "f\(block + 1)")
            let z = tape.record(.dense(Dense()), [f, weight], name: "z\(block + 1)")
            h = variant.residual ? tape.record(.pairwise(.add), [h, z], name: "h\(block + 2)") : z
        }
        let v = parameter("v", [1, width]) { $0.normals([1, width], deviation: 1 / Double(width).squareRoot()).scalars }
        let y = tape.record(.dense(Dense()), [h, v], name: "y")
        result = tape.record(
            .mean(GroupMean(grouping: .blocks(length: experiment.points), statistics: [])), [y], name: "mean")
        inputs = experiment.inputs
        (self.tape, self.parameters) = (tape, parameters)
    }

    /// The cost of one run: a pass, sampling the parameters, and the autocorrelation.
    var cost: Cost { Cost(of: tape) + Cost(products: inputs.count.saturatingTimes(ShatteredGradients.mostLags)) }

    var slopes: Slopes { Slopes(self) }

    /// Computes the slopes for one seed after another.
    struct Slopes: ~Copyable {
        private let recorded: RecordedSlopes
        private var workspace: Workspace

        init(_ recorded: RecordedSlopes) {
            self.recorded = recorded
            workspace = Workspace(recorded.tape, differentiating: recorded.result, by: [recorded.input])
            workspace.set(recorded.input, to: recorded.inputs)
        }

        mutating func find(seed: UInt64) -> [Double] {
            for parameter in recorded.parameters {
                var generator = Xoshiro(seed: seed, stream: parameter.name)
                workspace.set(parameter.id, to: parameter.sample(&generator))
            }
            workspace.evaluate()
            workspace.differentiate()
            return (workspace.gradient(recorded.input) ?? []).map { $0 * Double(recorded.inputs.count) }
        }
    }
}

extension [Double] {
    /// The number of sign changes from one number to the next; zeros are skipped.
    var changesOfSign: Int {
        let signs = lazy.filter { $0 > 0 || $0 < 0 }.map { $0 > 0 }
        return zip(signs, signs.dropFirst()).reduce(0) { $0 + ($1.0 != $1.1 ? 1 : 0) }
    }

    /// The autocorrelation of the numbers less their mean, at each lag (the biased estimate); 1 where all are equal up to rounding.
    func autocorrelation(_ lags: [Int]) -> [Double] {
        let mean = reduce(0, +) / Double(Swift.max(count, 1))
        let distances = map { $0 - mean }
        let all = distances.reduce(0) { $0 + $1 * $1 }
        guard all > 1e-24 * reduce(0, { $0 + $1 * $1 }) else { return lags.map { _ in 1 } }
        return lags.map { lag in zip(distances, distances.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 } / all }
    }
}

// MARK: The language

extension ShatteredGradients {
    private static let standardDepths = [2, 4, 8, 16, 24, 48]

    package static let form = lessonForm(
        "shattered-gradients", about: "how often the slope dy/dx of an untrained network changes sign along a line of inputs",
        keys: [
            .init("depths", .list(of: .whole(1...Limits.layers)), .standard("\(standardDepths)"), "layers, rising"),
            width(64), .init("points", .whole(8...Limits.batch), .standard("256"), "inputs along the line"),
            .init("range", .number(.positive), .standard("2"), "inputs go from −range to range"), seeds(64), seed,
        ],
        variants: variant(
            ["activation", "initializer", "residual"],
            own: [.init("scaled", .truth, .standard("false"), "whether a residual branch is divided by the root of their number")]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> ShatteredGradients? {
        let depths = fields.has("depths") ? reader.wholes("depths", of: fields) : standardDepths
        if let depths, let located = fields.located("depths"), zip(depths, depths.dropFirst()).contains(where: { $0 >= $1 }) {
            reader.findings.error(at: located, "the depths do not rise", expected: "each greater than the one before")
            return nil
        }
        let width = fields.whole("width")
        let points = fields.whole("points")
        let range = fields.number("range")
        let seeds = fields.whole("seeds")
        let seed = fields.seed("seed")
        var scaled: Set<String> = []
        let variants = reader.variants(fields) { variant, fields in
            guard fields.truth("scaled") == true else { return }
            scaled.insert(variant.name)
            if !variant.residual, let located = fields.located("scaled") {
                reader.findings.error(at: located, "a network without branches scales none", expected: "residual: true beside it")
            }
        }
        guard let depths, let width, let points, let range, let seeds, let seed, let variants else { return nil }
        let layers = depths.reduce(0) { $0.saturatingPlus($1) }
        reader.checkLimits(
            fields, products: [2, layers, width, width, points, seeds, variants.count],
            lessen: "depths, width, points or seeds",
            scalars: [layers, width, width].saturatingCount.saturatingPlus([2, depths.last ?? 1, width, points].saturatingCount),
            lessenScalars: "depths, width or points")
        return ShatteredGradients(
            depths: depths, width: width, points: points, range: range, seeds: seeds, seed: seed, variants: variants,
            scaled: scaled)
    }
}
