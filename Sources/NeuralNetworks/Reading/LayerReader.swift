package import Autodiff
import Escaping
package import Forms

/// Reads layers in the order of the forward pass, and checks the shapes on the way.
package struct LayerReader {
    package let findings: Findings
    package private(set) var written: [String: Tensor] = [:]
    /// Every layer by its name, in depth-first order, a residual before its inner layers.
    package private(set) var records: [Record] = []
    private var counts: [String: Int] = [:]
    private var marks: [String: SourceMark] = [:]
    private var layerCount = 0

    /// A layer as `frozen` may name it.
    package struct Record {
        package var name: String
        /// Of this layer and, for a residual, of those inside it; nil where the layer is wrong.
        package var parameters: [String]
        /// Of this layer alone.
        package var keys: [String]
        package var mark: SourceMark
    }

    /// Names that values of the trace bear already.
    private static let reserved = ["input", "targets", "loss"]

    package init(findings: Findings) { self.findings = findings }

    /// - Returns: what could be read, and the shape after the last layer, nil where that can't be told.
    package mutating func layers(_ located: Located?, after input: KnownShape?) -> (layers: [Layer], output: KnownShape?) {
        guard let located else { return ([], nil) }
        guard let elements = located.elements, !elements.isEmpty else {
            findings.mismatch(located, expected: "a list of at least one layer")
            return ([], nil)
        }
        var shape = input
        var layers: [Layer] = []
        for element in elements {
            layerCount += 1
            guard layerCount <= Limits.layers else {
                if layerCount == Limits.layers + 1 {
                    findings.error(
                        at: element, "more than \(Limits.layers.grouped) layers",
                        expected: "at most \(Limits.layers.grouped)")
                }
                return (layers, nil)
            }
            let (layer, output) = self.layer(element, after: shape)
            if let layer { layers.append(layer) }
            shape = output
        }
        return (layers, shape)
    }

    private mutating func layer(_ located: Located, after input: KnownShape?) -> (Layer?, KnownShape?) {
        guard let choice = WrittenChoice(located, of: LayerForms.layer, findings: findings) else { return (nil, nil) }
        let word = choice.option.word
        guard let fields = choice.fields else { return (nil, nil) }
        let name = name(of: choice, fields)
        let record = records.count
        records.append(Record(name: name, parameters: [], keys: [], mark: choice.mark))

        var inner: KnownShape?
        let kind: Layer.Kind?
        if word == "residual" {
            let read = layers(fields.located("layers"), after: input)
            inner = read.output
            let projection = Projection(fields, findings: findings)
            kind =
                fields.has("layers")
                ? .residual(
                    ResidualLayer(
                        layers: read.layers, hasProjection: projection.isPresent,
                        initializer: findings.initializer(of: fields)))
                : nil
            if inner == nil {  // What is wrong inside has been told.
                readParameters(of: nil, name, fields, input: nil, inner: nil)
                return (kind.map { Layer(name: name, kind: $0) }, nil)
            }
        } else {
            kind = self.kind(choice, fields)
        }
        let layer = kind.map { Layer(name: name, kind: $0) }
        let output = layer.flatMap { layer in input.flatMap { self.output(of: layer, choice, fields, input: $0, inner: inner) } }
        readParameters(of: output == nil ? nil : layer, name, fields, input: input, inner: inner)
        for index in (record + 1)..<max(records.count, record + 1) { records[record].parameters += records[index].parameters }
        if layer == nil, word == "residual" { return (nil, nil) }
        return (layer, output)
    }

    // MARK: Names

    private mutating func name(of choice: WrittenChoice, _ fields: Fields) -> String {
        let word = choice.option.word
        let number = (counts[word] ?? 0) + 1
        counts[word] = number
        var name = "\(word)\(number)"
        var mark = choice.mark
        var isWritten = false
        if let located = fields.located("name"), let text = fields.text("name") {
            mark = located.mark
            if !Self.isName(text) {
                findings.mismatch(located, expected: "a name of at most \(Self.nameLength) letters, digits, - and _, a letter first")
            } else if Self.reserved.contains(text) {
                findings.mismatch(located, expected: "another name: the trace has \(text) already")
            } else {
                name = text
                isWritten = true
            }
        }
        if let first = marks[name] {
            let place = "\(first.line):\(first.column)"
            findings.error(
                at: mark, path: .key(choice.path, "name"),
                isWritten
                    ? "the name \"\(name)\" is given twice, first at \(place)"
                    : "this layer is called \"\(name)\", as is the one at \(place)",
                expected: "a name of its own")
        }
        marks[name] = mark
        return name
    }

    /// In scalars: what a picture has room for.
    private static let nameLength = 60

    private static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first.properties.isAlphabetic, text.unicodeScalars.count <= nameLength else { return false }
        // By scalars: in a Character that begins with a letter there may be anything.
        return text.unicodeScalars.allSatisfy { $0.isFileNamePart && $0 != "." }
    }

    // MARK: Kinds

    private func kind(_ choice: WrittenChoice, _ fields: Fields) -> Layer.Kind? {
        switch choice.option.word {
        case "dense":
            let hasBias = Self.truthIfScalar("bias", fields, findings) ?? true
            let spectralNorm = fields.truth("spectral-norm") ?? false
            let initializer = findings.initializer(of: fields)
            return fields.whole("units").map {
                .dense(DenseLayer(units: $0, hasBias: hasBias, spectralNorm: spectralNorm, initializer: initializer))
            }
        case "conv2d":
            let hasBias = Self.truthIfScalar("bias", fields, findings) ?? true
            let sizes = [fields.whole("channels"), fields.whole("kernel"), fields.whole("stride"), fields.whole("padding")]
            let initializer = findings.initializer(of: fields)
            let known = sizes.compactMap(\.self)
            guard known.count == sizes.count else { return nil }
            return .convolution(
                ConvolutionLayer(
                    channels: known[0], kernel: known[1], stride: known[2], padding: known[3], hasBias: hasBias, initializer: initializer))
        case "flatten": return .flatten
        case "softmax": return .softmax
        case "batch-norm", "layer-norm", "instance-norm", "group-norm":
            return findings.normalization(choice).map { .normalization($0) }
        case "rnn", "lstm", "gru": return recurrent(choice, fields)
        default: return findings.activation(choice).map { .activation($0) }
        }
    }

    private func recurrent(_ choice: WrittenChoice, _ fields: Fields) -> Layer.Kind? {
        let units = fields.whole("units")
        let returns = fields.word("returns")
        let initializer = findings.initializer(of: fields)
        let cell: RecurrentLayer.Cell? =
            switch choice.option.word {
            case "rnn":
                fields.has("activation") ? findings.activation(of: fields).map { .rnn($0) } : .rnn(.tanh)
            case "lstm": fields.number("forget-bias").map { .lstm(forgetBias: $0) }
            default: fields.number("update-bias").map { .gru(updateBias: $0) }
            }
        guard let units else { return nil }
        // A wrong option beside good units leaves the shapes known.
        return .recurrent(
            RecurrentLayer(
                cell: cell ?? Self.plainCell(choice.option.word), units: units, returnsSequence: returns == "sequence",
                initializer: initializer))
    }

    private static func plainCell(_ word: String) -> RecurrentLayer.Cell {
        switch word {
        case "lstm": .lstm(forgetBias: 0)
        case "gru": .gru(updateBias: 0)
        default: .rnn(.tanh)
        }
    }

    /// `false` and `true` where a tensor may stand as well; nil where one does, or nothing.
    fileprivate static func truthIfScalar(_ key: String, _ fields: Fields, _ findings: Findings) -> Bool? {
        guard let located = fields.located(key) else { return nil }
        if case .list = located.value.content { return nil }
        if case .scalar(let text, true) = located.value.content {
            if text == "true" { return true }
            if text == "false" { return false }
        }
        findings.mismatch(located, expected: "true, false, or a list of numbers")
        return nil
    }

    /// What `projection` says.
    private struct Projection {
        var isPresent: Bool

        init(_ fields: Fields, findings: Findings) {
            isPresent = fields.has("projection") && LayerReader.truthIfScalar("projection", fields, findings) != false
        }
    }

    // MARK: Shapes

    private func output(
        of layer: Layer, _ choice: WrittenChoice, _ fields: Fields, input: KnownShape, inner: KnownShape?
    ) -> KnownShape? {
        do {
            let shape = try layer.output(for: input.shape)
            let scalars = shape.axes.saturatingCount
            guard scalars <= Limits.traceScalars else {
                findings.error(
                    at: choice.mark, path: choice.path, "\(choice.path) makes \(scalars.grouped) scalars of a sample",
                    expected: "at most \(Limits.traceScalars.grouped) in a whole trace")
                return nil
            }
            switch layer.kind {
            case .activation, .softmax, .normalization: return KnownShape(shape: shape, maker: input.maker, mark: input.mark)
            case .residual(let residual) where !residual.hasProjection: return input
            default: return KnownShape(shape: shape, maker: layer.name, mark: sizeMark(of: fields, else: choice.mark))
            }
        } catch {
            if let inner {
                findings.error(
                    at: choice.mark, path: choice.path,
                    "\(choice.path) adds \(input.shape) from \(input.origin) to \(inner.shape) from \(inner.origin)",
                    expected: error.expected)
            } else {
                findings.error(
                    at: choice.mark, path: choice.path, "\(choice.path) gets \(error.found), from \(input.origin)",
                    expected: error.expected)
            }
            return nil
        }
    }

    private func sizeMark(of fields: Fields, else mark: SourceMark) -> SourceMark {
        for key in ["units", "channels", "projection"] where fields.form.key(key) != nil {
            if let located = fields.located(key) { return located.mark }
        }
        return mark
    }

    // MARK: Parameters

    private mutating func readParameters(
        of layer: Layer?, _ name: String, _ fields: Fields, input: KnownShape?, inner: KnownShape?
    ) {
        var shapes: [ParameterShape] = []
        if let layer, let input { shapes = (try? layer.parameters(for: input.shape)) ?? [] }
        if let index = records.lastIndex(where: { $0.name == name }) {
            records[index].keys = shapes.map(\.key.rawValue)
            records[index].parameters = shapes.map { $0.key.name(in: name) }
        }
        for key in fields.form.keys {
            guard key.type.mayBeTensor, let located = fields.located(key.name) else { continue }
            if case .scalar = located.value.content, !key.type.isTensor { continue }
            guard let shape = shapes.first(where: { $0.key.rawValue == key.name }) else {
                // The numbers are still looked at.
                _ = findings.tensor(located)
                continue
            }
            let expected = shape.shape
            let reasons = reasons(for: shape.key, fields, input: input, inner: inner)
            let wanted = "\(expected)" + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: " and "))
            guard let tensor = findings.tensor(located, expected: .init(axes: expected, described: wanted)) else { continue }
            guard tensor.shape == expected else {
                findings.error(
                    at: located, "\(located.path) has shape \(tensor.shape)", expected: wanted,
                    hint: tensor.shape == expected.reversed() && expected.count == 2
                        ? "rows are outputs: transpose it" : nil)
                continue
            }
            written[shape.key.name(in: name)] = tensor
        }
    }

    /// The places that fix a parameter's shape.
    private func reasons(for key: ParameterKey, _ fields: Fields, input: KnownShape?, inner: KnownShape?) -> [String] {
        var reasons: [String] = []
        let sizes =
            switch key {
            case .weight: ["units", "channels", "kernel"]
            case .bias, .inputWeight, .recurrentWeight, .inputBias, .recurrentBias: ["units", "channels"]
            case .scale, .shift, .projection: [String]()
            }
        for size in sizes where fields.form.key(size) != nil {
            guard let located = fields.located(size), let value = fields.whole(size) else { continue }
            reasons.append("\(size) is \(value) (\(located.mark.line):\(located.mark.column))")
        }
        if key == .projection, let inner { reasons.append(inner.gives) }
        if [.weight, .inputWeight, .scale, .shift, .projection].contains(key), let input { reasons.append(input.gives) }
        return reasons
    }
}

extension ValueType {
    fileprivate var isTensor: Bool {
        if case .tensor = self { return true }
        return false
    }

    fileprivate var mayBeTensor: Bool {
        if case .either(let types) = self { return types.contains(where: \.isTensor) }
        return isTensor
    }
}
