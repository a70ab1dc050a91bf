import HostileInputs
import Testing

/// A lesson of a few random layers, steps of time or lines, with numbers from 0 to far too large ones.
struct RandomLesson: CustomTestStringConvertible, Sendable {
    enum Kind: CaseIterable { case network, recurrent, tokens, expression }

    let seed: UInt64
    let kind: Kind

    var testDescription: String { "\(kind) \(seed)" }

    var yaml: String {
        var draw = Draw(seed)
        return switch kind {
        case .network: draw.network()
        case .recurrent: draw.recurrent()
        case .tokens: draw.tokens()
        case .expression: draw.expression()
        }
    }
}

private struct Draw {
    private var generator: SeededGenerator

    init(_ seed: UInt64) { generator = SeededGenerator(seed) }

    private mutating func upTo(_ most: Int) -> Int { Int.random(in: 1...most, using: &generator) }
    private mutating func oneIn(_ count: Int) -> Bool { upTo(count) == 1 }
    private mutating func any(_ words: [String]) -> String { words[upTo(words.count) - 1] }
    private mutating func number() -> String { any(["0", "1", "-1", "0.5", "-0.25", "2", "0.05", "1.0e-6", "123.4", "-0.333"]) }

    private mutating func list(_ count: Int, of entry: (inout Draw) -> String) -> String {
        "[" + (0..<count).map { _ in entry(&self) }.joined(separator: ", ") + "]"
    }

    private mutating func numbers(_ count: Int) -> String { list(count) { $0.number() } }

    mutating func network() -> String {
        let (inputs, batch, outputs) = (upTo(4), upTo(3), upTo(3))
        var layers: [String] = []
        for depth in 1...upTo(3) {
            let units = upTo(5)
            if depth > 1, oneIn(6) {
                layers.append("{residual: {layers: [{dense: \(units)}, \(any(["relu", "tanh"]))], projection: true}}")
            } else {
                layers.append("{dense: {units: \(units)\(oneIn(4) ? ", bias: false" : "")\(oneIn(8) ? ", spectral-norm: true" : "")}}")
            }
            if oneIn(5) { layers.append(any(["layer-norm", "batch-norm"])) }
            if !oneIn(5) {
                layers.append(any(["relu", "tanh", "sigmoid", "swish", "gelu", "softplus", "leaky-relu", "elu", "selu", "softsign"]))
            }
        }
        layers.append("{dense: \(outputs)}")
        if oneIn(4) { layers.append(any(["sigmoid", "softmax", "tanh"])) }
        let loss = any(["half-squared-error", "mean-squared-error", "cross-entropy", "binary-cross-entropy"])
        let targets =
            switch loss {
            case "cross-entropy": list(batch) { "\($0.upTo(outputs) - 1)" }
            case "binary-cross-entropy": list(batch) { $0.list(outputs) { $0.any(["0", "1"]) } }
            default: list(batch) { $0.numbers(outputs) }
            }
        return """
            network: {input: \(inputs), seed: \(upTo(50)), layers: [\(layers.joined(separator: ", "))]}
            data: {inputs: \(list(batch) { $0.numbers(inputs) }), targets: \(targets)}
            loss: \(loss)
            \(oneIn(4) ? "regularization: {l2: 0.01}" : "")
            \(oneIn(4) ? "clip: {norm: 0.5}" : "")
            \(oneIn(3) ? "optimizer: {kind: \(any(["sgd", "adam", "momentum"])), learning-rate: 0.1}" : "")
            figures: [network, graph]

            """
    }

    mutating func recurrent() -> String {
        let (time, features, units, isRead) = (upTo(4), upTo(2), upTo(2), oneIn(2))
        let layer = "{\(any(["rnn", "gru", "lstm"])): {units: \(units)}}"
        return """
            network: {input: {time: \(time), features: \(features)}, seed: \(upTo(50)), layers: [\(layer)\(isRead ? ", {dense: 1}" : "")]}
            data: {inputs: [\(list(time) { $0.numbers(features) })], targets: [\(numbers(isRead ? 1 : units))]}
            loss: half-squared-error
            figures: [graph, cell]

            """
    }

    mutating func tokens() -> String {
        let (time, kinds, heads, batch) = (upTo(4), upTo(5), upTo(2), upTo(2))
        let features = heads * upTo(2)
        var layers = ["{embedding: {size: \(features)}}"]
        if oneIn(2) { layers.append("position-embedding") }
        let options = [
            "heads: \(heads)", oneIn(2) ? "causal: true" : nil, oneIn(2) ? "bias: true" : nil, oneIn(4) ? "scale: \(number())" : nil,
            oneIn(4) ? "output: false" : nil,
        ].compactMap(\.self)
        let attention = "{attention: {\(options.joined(separator: ", "))}}"
        layers.append(oneIn(2) ? "{residual: {layers: [\(attention)]}}" : attention)
        if oneIn(2) { layers.append(any(["layer-norm", "rms-norm", "{dropout: {rate: 0.25}}"])) }
        layers.append(oneIn(2) ? "global-avg-pool" : "flatten")
        return """
            network: {input: {time: \(time), tokens: \(kinds)}, seed: \(upTo(50)), layers: [\(layers.joined(separator: ", ")), {dense: 1}]}
            data: {inputs: \(list(batch) { $0.list(time) { "\($0.upTo(kinds) - 1)" } }), targets: \(list(batch) { $0.numbers(1) })}
            loss: half-squared-error
            figures: [graph, network]

            """
    }

    mutating func expression() -> String {
        let inputs = Array(["x", "y", "z", "weight"].prefix(upTo(4)))
        var names = inputs
        var lines: [String] = []
        for line in 1...upTo(6) {
            let (last, name) = (names[names.count - 1], any(["q", "sum", "f", "a"]) + "\(line)")
            lines.append("  - \(name) = \(part(names, depth: 0))\(line > 1 ? " + \(last)" : "")\n")
            names.append(name)
        }
        return "expression:\n" + lines.joined() + "at: {" + inputs.map { "\($0): \(number())" }.joined(separator: ", ") + "}\n"
    }

    private mutating func part(_ names: [String], depth: Int) -> String {
        func deeper(_ draw: inout Draw) -> String { draw.part(names, depth: depth + 1) }
        if depth > 2 || oneIn(3) { return oneIn(6) ? any(["2", "0.5", "1"]) : any(names) }
        switch upTo(6) {
        case 1: return "(\(deeper(&self)) + \(deeper(&self)))"
        case 2: return "(\(deeper(&self)) - \(deeper(&self)))"
        case 3: return "\(deeper(&self)) * \(deeper(&self))"
        case 4: return "\(any(names)) ^ 2"
        case 5: return "max(\(deeper(&self)), \(deeper(&self)))"
        default: return "\(any(["sigmoid", "tanh", "exp", "sin", "relu", "cos", "swish"]))(\(deeper(&self)))"
        }
    }
}
