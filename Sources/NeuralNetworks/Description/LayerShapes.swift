import Autodiff

/// Why a layer cannot take what comes before it.
package struct ShapeMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    /// "an image [3, 4, 4]".
    package var found: String
    /// "a sequence [time, features]".
    package var expected: String

    package init(found: String, expected: String) {
        self.found = found
        self.expected = expected
    }

    package var description: String { "\(found); expected \(expected)" }
}

/// Which of a layer's parameters one is, by the word that lessons have for it.
package enum ParameterKey: String, Hashable, Sendable, CaseIterable {
    case weight, bias, scale, shift, projection
    case inputWeight = "input-weight"
    case recurrentWeight = "recurrent-weight"
    case inputBias = "input-bias"
    case recurrentBias = "recurrent-bias"

    package enum Kind: Hashable, Sendable { case weight, bias, scale, shift }

    package var kind: Kind {
        switch self {
        case .weight, .projection, .inputWeight, .recurrentWeight: .weight
        case .bias, .inputBias, .recurrentBias: .bias
        case .scale: .scale
        case .shift: .shift
        }
    }
}

/// A parameter that a layer has.
package struct ParameterShape: Hashable, Sendable {
    package let key: ParameterKey
    package let shape: [Int]
}

extension SampleShape: CustomStringConvertible {
    package var description: String {
        let list = "[" + axes.map(String.init).joined(separator: ", ") + "]"
        return switch self {
        case .features(let count): count == 1 ? "1 feature" : "\(count) features"
        case .sequence: "a sequence \(list) of time and features"
        case .image: "an image \(list) of channels, height and width"
        }
    }
}

extension Layer {
    /// What this layer makes of a sample.
    package func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape {
        switch kind {
        case .dense(let dense): return input.replacingLast(with: dense.units)
        case .convolution(let convolution): return try convolution.output(for: input)
        case .flatten: return .features(input.count)
        case .activation, .softmax: return input
        case .normalization(let normalization):
            try normalization.check(input)
            return input
        case .residual(let residual):
            var shape = input
            for layer in residual.layers { shape = try layer.output(for: shape) }
            let skipped = residual.hasProjection ? input.replacingLast(with: shape.last) : input
            guard skipped == shape else {
                throw ShapeMismatch(
                    found: "\(input) in, \(shape) out of the inner layers",
                    expected: residual.hasProjection
                        ? "shapes that differ in the last axis only"
                        : "the same shape on both ways, or a projection")
            }
            return shape
        case .recurrent(let recurrent):
            guard case .sequence(let time, _) = input else {
                throw ShapeMismatch(found: "\(input)", expected: "a sequence: input: {time: …, features: …}")
            }
            return recurrent.returnsSequence
                ? .sequence(time: time, features: recurrent.units) : .features(recurrent.units)
        }
    }

    /// The parameters of this layer itself, without those of layers inside it, for an input that `output(for:)` took.
    package func parameters(for input: SampleShape) throws(ShapeMismatch) -> [ParameterShape] {
        switch kind {
        case .dense(let dense):
            let weight = ParameterShape(key: .weight, shape: [dense.units, input.last])
            return dense.hasBias ? [weight, ParameterShape(key: .bias, shape: [dense.units])] : [weight]
        case .convolution(let convolution):
            let weight = ParameterShape(
                key: .weight, shape: [convolution.channels, input.axes[0], convolution.kernel, convolution.kernel])
            return convolution.hasBias ? [weight, ParameterShape(key: .bias, shape: [convolution.channels])] : [weight]
        case .flatten, .activation, .softmax: return []
        case .normalization(let normalization):
            let shape = normalization.affineShape(for: input)
            return [ParameterShape(key: .scale, shape: shape), ParameterShape(key: .shift, shape: shape)]
        case .residual(let residual):
            guard residual.hasProjection else { return [] }
            let output = try output(for: input)
            return [ParameterShape(key: .projection, shape: [output.last, input.last])]
        case .recurrent(let recurrent):
            let rows = recurrent.cell.blocks.saturatingTimes(recurrent.units)
            return [
                ParameterShape(key: .inputWeight, shape: [rows, input.last]),
                ParameterShape(key: .recurrentWeight, shape: [rows, recurrent.units]),
                ParameterShape(key: .inputBias, shape: [rows]),
                ParameterShape(key: .recurrentBias, shape: [rows]),
            ]
        }
    }
}

extension ConvolutionLayer {
    func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape {
        guard case .image(_, let height, let width) = input else {
            throw ShapeMismatch(found: "\(input)", expected: "an image: input: [channels, height, width]")
        }
        let rule = Convolution(stride: stride, padding: padding)
        let rows = rule.places(along: height, kernel: kernel)
        let columns = rule.places(along: width, kernel: kernel)
        guard rows > 0, columns > 0 else {
            throw ShapeMismatch(
                found: "\(input) with a padding of \(padding)", expected: "at least the kernel's \(kernel)×\(kernel)")
        }
        return .image(channels: channels, height: rows, width: columns)
    }
}

extension NormalizationLayer {
    func check(_ input: SampleShape) throws(ShapeMismatch) {
        switch kind {
        case .batch, .layer: return
        case .instance:
            guard case .image = input else {
                throw ShapeMismatch(found: "\(input)", expected: "an image: axes beyond the channel")
            }
        case .group(let groups):
            if case .sequence = input {
                throw ShapeMismatch(found: "\(input)", expected: "features or an image")
            }
            guard input.channels % groups == 0 else {
                throw ShapeMismatch(
                    found: "\(input.channels) channels", expected: "a multiple of the \(groups) groups")
            }
        }
    }

    /// The shape of scale and shift.
    package func affineShape(for input: SampleShape) -> [Int] {
        guard case .layer = kind else { return [input.channels] }
        if case .sequence(_, let features) = input { return [features] }
        return input.axes
    }
}
