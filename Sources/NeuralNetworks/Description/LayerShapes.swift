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

/// A parameter that a layer has: its key, its shape and how many inputs and outputs each of its entries joins.
package struct ParameterShape: Hashable, Sendable {
    package enum Role: Hashable, Sendable { case weight, bias, scale, shift }

    package var key: String
    package var shape: [Int]
    package var role: Role

    package init(key: String, shape: [Int], role: Role) {
        self.key = key
        self.shape = shape
        self.role = role
    }
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
            let weight = ParameterShape(key: "weight", shape: [dense.units, input.last], role: .weight)
            return dense.hasBias ? [weight, ParameterShape(key: "bias", shape: [dense.units], role: .bias)] : [weight]
        case .convolution(let convolution):
            let weight = ParameterShape(
                key: "weight", shape: [convolution.channels, input.axes[0], convolution.kernel, convolution.kernel], role: .weight)
            return convolution.hasBias ? [weight, ParameterShape(key: "bias", shape: [convolution.channels], role: .bias)] : [weight]
        case .flatten, .activation, .softmax: return []
        case .normalization(let normalization):
            let shape = normalization.affineShape(for: input)
            return [
                ParameterShape(key: "scale", shape: shape, role: .scale),
                ParameterShape(key: "shift", shape: shape, role: .shift),
            ]
        case .residual(let residual):
            guard residual.hasProjection else { return [] }
            let output = try output(for: input)
            return [ParameterShape(key: "projection", shape: [output.last, input.last], role: .weight)]
        case .recurrent(let recurrent):
            let rows = recurrent.cell.gates.saturatingTimes(recurrent.units)
            return [
                ParameterShape(key: "input-weight", shape: [rows, input.last], role: .weight),
                ParameterShape(key: "recurrent-weight", shape: [rows, recurrent.units], role: .weight),
                ParameterShape(key: "input-bias", shape: [rows], role: .bias),
                ParameterShape(key: "recurrent-bias", shape: [rows], role: .bias),
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
