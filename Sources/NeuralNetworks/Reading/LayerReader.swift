package import Autodiff
import Escaping
package import Forms
import NumberFiles

/// Reads layers in the order of the forward pass, and checks their shapes.
package struct LayerReader {
    package let findings: Findings
    package private(set) var written: [String: Tensor] = [:]
    /// Every layer by its name, in depth-first order, a residual block before its inner layers.
    package private(set) var records: [Record] = []
    /// The masks and the initial states, whose first axis may be that of the batch.
    private var givens: [Given] = []
    private var counts: [String: Int] = [:]
    private var marks: [String: SourceMark] = [:]
    private var layerCount = 0
    private let stored: StoredParameters?
    /// What the file of parameters filled.
    package private(set) var filled: [FilledParameter] = []

    /// A layer that `frozen` may name.
    package struct Record {
        package var name: String
        /// Those of this layer and, for a residual block, of the layers inside it; nil where the layer is wrong.
        package var parameters: [String]
        /// Those of this layer alone.
        package var keys: [String]
        package var mark: SourceMark
    }

    private struct Given {
        let located: Located
        let tensor: Tensor
        /// For one sample.
        let shape: [Int]
    }

    /// Names that other values of the trace have.
    private static let reserved = ["input", "targets", "loss"]

    /// - Parameter stored: fills every parameter that it holds.
    package init(findings: Findings, stored: StoredParameters? = nil) {
        self.findings = findings
        self.stored = stored
    }

    /// - Returns: the layers that could be read, and the shape after the last; nil where that is unknown.
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
        guard let fields = choice.fields, let word = LayerForms.words.first(where: { $0.option.word == choice.option.word }) else {
            return (nil, nil)
        }
        let name = name(of: choice, fields)
        let record = records.count
        records.append(Record(name: name, parameters: [], keys: [], mark: choice.mark))

        var inside: (layers: [Layer], output: KnownShape?)?
        if let key = fields.form.keys.first(where: \.type.isLayers) { inside = layers(fields.located(key.name), after: input) }
        let written = WrittenLayer(choice: choice, fields: fields, inner: inside?.layers ?? [], findings: findings)
        let heading = fields.located("name") == nil ? choice.option.word.replacing("-", with: " ") : name
        let layer = word.read(written).map { Layer(name: name, kind: $0, heading: heading) }
        if let inside, inside.output == nil {  // What is wrong inside has been told.
            readParameters(of: nil, name, choice, fields, input: nil, inner: nil)
            return (layer, nil)
        }
        let inner = inside?.output
        let output = layer.flatMap { layer in input.flatMap { self.output(of: layer, choice, fields, input: $0, inner: inner) } }
        readParameters(of: output == nil ? nil : layer, name, choice, fields, input: input, inner: inner)
        for index in (record + 1)..<max(records.count, record + 1) { records[record].parameters += records[index].parameters }
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

    /// In scalars, limited by the room in a picture.
    private static let nameLength = 60

    private static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first.properties.isAlphabetic, text.unicodeScalars.count <= nameLength else {
            return false
        }
        // By scalars, since a Character that begins with a letter may contain anything.
        return text.unicodeScalars.allSatisfy { $0.isFileNamePart && $0 != "." }
    }

    // MARK: Shapes

    private func output(
        of layer: Layer, _ choice: WrittenChoice, _ fields: Fields, input: KnownShape, inner: KnownShape?
    ) -> KnownShape? {
        let rules = layer.kind.rules
        do {
            let shape = try layer.output(for: input.shape)
            let scalars = shape.axes.saturatingCount
            guard scalars <= Limits.traceScalars else {
                findings.error(
                    at: choice.mark, path: choice.path, "\(choice.path) makes \(scalars.grouped) scalars of a sample",
                    expected: "at most \(Limits.traceScalars.grouped) in a whole trace")
                return nil
            }
            if rules.passesShape { return KnownShape(shape: shape, maker: input.maker, mark: input.mark) }
            let size = rules.sizes.lazy.compactMap { fields.located($0) }.first
            return KnownShape(shape: shape, maker: layer.name, mark: size?.mark ?? choice.mark)
        } catch {
            findings.error(
                at: choice.mark, path: choice.path, "\(choice.path) \(rules.misfit(error, from: input, inner: inner))",
                expected: error.expected)
            return nil
        }
    }

    // MARK: Parameters

    private mutating func readParameters(
        of layer: Layer?, _ name: String, _ choice: WrittenChoice, _ fields: Fields, input: KnownShape?, inner: KnownShape?
    ) {
        var declarations: [ParameterDeclaration] = []
        var givens: [GivenDeclaration] = []
        if let layer, let input {
            declarations = (try? layer.parameters(for: input.shape)) ?? []
            givens = layer.kind.rules.givens(for: input.shape)
        }
        if let index = records.lastIndex(where: { $0.name == name }) {
            records[index].keys = declarations.map(\.key.rawValue)
            records[index].parameters = declarations.map { $0.key.name(in: name) }
        }
        for key in fields.form.keys {
            guard key.type.mayBeTensor, let located = fields.located(key.name) else { continue }
            if case .scalar = located.value.content, !key.type.isTensor { continue }
            if let given = givens.first(where: { $0.key.rawValue == key.name }) {
                readGiven(given, located, name, reasons: reasons(for: given.shapedBy, fields, input: input, inner: inner))
                continue
            }
            guard let declaration = declarations.first(where: { $0.key.rawValue == key.name }) else {
                // The numbers are checked nevertheless.
                let tensor = findings.tensor(located)
                if let layer, input != nil, tensor != nil {
                    findings.error(
                        at: located, "\(located.path) is given, but the layer has none", expected: layer.kind.rules.needed(for: key.name))
                }
                continue
            }
            let expected = declaration.shape
            let wanted = wanted(declaration, fields, input: input, inner: inner)
            guard let tensor = findings.tensor(located, expected: .init(axes: expected, described: wanted)) else { continue }
            guard tensor.shape == expected else {
                findings.error(
                    at: located, "\(located.path) has shape \(tensor.shape)", expected: wanted,
                    hint: Self.isTransposed(tensor.shape, expected) ? "rows are outputs: transpose it" : nil)
                continue
            }
            written[declaration.key.name(in: name)] = tensor
        }
        for declaration in declarations { fill(declaration, name, choice, fields, input: input, inner: inner) }
    }

    private static func isTransposed(_ shape: [Int], _ expected: [Int]) -> Bool { shape.count == 2 && shape == expected.reversed() }

    /// A parameter's shape, and why.
    private func wanted(_ declaration: ParameterDeclaration, _ fields: Fields, input: KnownShape?, inner: KnownShape?) -> String {
        let reasons = reasons(for: declaration.shapedBy, fields, input: input, inner: inner)
        return "\(declaration.shape)" + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: " and "))
    }

    /// Takes a parameter from the file, if that holds it.
    private mutating func fill(
        _ declaration: ParameterDeclaration, _ name: String, _ choice: WrittenChoice, _ fields: Fields, input: KnownShape?,
        inner: KnownShape?
    ) {
        let parameter = declaration.key.name(in: name)
        guard let stored, let array = stored.array(for: parameter) else { return }
        let file = Printable.text(stored.file)
        if let located = fields.located(declaration.key.rawValue), located.value.elementCount != nil {
            return findings.error(
                at: located, "\(located.path) is written, and \(file) holds it too (\(array.place.mark.line):\(array.place.mark.column))",
                expected: "one of them")
        }
        do {
            guard let shape = try stored.arrays.shape(of: array.name) else { return }
            guard shape == declaration.shape else {
                return findings.error(
                    at: array.place, "\(Printable.text(array.name)) in \(file) has shape \(shape)",
                    expected: wanted(declaration, fields, input: input, inner: inner),
                    hint: Self.isTransposed(shape, declaration.shape) ? "rows are outputs: transpose it" : nil)
            }
            guard let tensor = try stored.arrays.tensor(array.name) else { return }
            written[parameter] = tensor
            filled.append(FilledParameter(path: choice.path, short: choice.option.short, key: declaration.key.rawValue, tensor: tensor))
        } catch {
            findings.error(at: array.place, "\(file) \(error.what)", expected: error.expected)
        }
    }

    /// Reports names of the file that fill nothing.
    /// - Parameter isComplete: whether every layer could be read, so that all parameters are known.
    package func checkStored(isComplete: Bool) {
        guard let stored else { return }
        let file = Printable.text(stored.file)
        let parameters = records.flatMap { record in record.keys.map { "\(record.name).\($0)" } }
        for (parameter, mark, array) in stored.names {
            if isComplete, !parameters.contains(parameter) {
                findings.error(
                    at: mark, path: array.path, "\(Printable.quoted(parameter)) is no parameter of the network",
                    expected: "one of its parameters, such as \(parameters.first ?? "dense1.weight")",
                    hint: parameters.nearest(to: parameter).map { "did you mean \($0)?" })
            }
            guard case .scalar(let name, _) = array.value.content, !array.value.isNull else {
                findings.mismatch(array, expected: "the name that \(parameter) has in \(file)")
                continue
            }
            guard !stored.arrays.names.contains(name) else { continue }
            findings.error(
                at: array, "\(file) holds no \(Printable.quoted(name))", expected: "a name that the file has",
                hint: stored.arrays.nearest(to: name).map { "did you mean \(Printable.text($0))?" })
        }
        guard isComplete, findings.errors.isEmpty, filled.isEmpty else { return }
        findings.warning(
            at: stored.place.mark, stored.place.path, "\(file) holds none of the network's parameters, which are all sampled",
            hint: "say under names what it calls them, as in {\(parameters.first ?? "dense1.weight"): fc1.weight}")
    }

    private mutating func readGiven(_ given: GivenDeclaration, _ located: Located, _ name: String, reasons: [String]) {
        let wanted = "\(given.shape), or with the batch before it" + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: " and "))
        guard let tensor = findings.tensor(located, expected: .init(axes: [nil] + given.shape.map { $0 }, described: wanted)) else {
            return
        }
        guard tensor.shape == given.shape || Array(tensor.shape.dropFirst()) == given.shape else {
            return findings.error(at: located, "\(located.path) has shape \(tensor.shape)", expected: wanted)
        }
        for (index, entry) in tensor.scalars.enumerated() {
            guard let expected = given.key.fault(entry) else { continue }
            let element = located.element(tensor.shape.index(ofFlat: index))
            return findings.error(at: element, "\(element.path) is \(entry.plainly)", expected: expected)
        }
        givens.append(Given(located: located, tensor: tensor, shape: given.shape))
        written[given.key.name(in: name)] = tensor
    }

    /// Checks the masks and the initial states against the batch, which is read after them.
    /// - Parameter data: the location of the batch.
    package func checkGivens(batch: Int, data: Located) {
        for given in givens where given.tensor.shape != given.shape && given.tensor.shape[0] != batch {
            findings.error(
                at: given.located, "\(given.located.path) has shape \(given.tensor.shape)",
                expected: "\(given.shape) or \([batch] + given.shape): \(data.path) holds \(batch == 1 ? "1 sample" : "\(batch) samples") "
                    + "(\(data.mark.line):\(data.mark.column))")
        }
    }

    /// The parts of the lesson that determine a parameter's shape.
    private func reasons(for shapedBy: [ShapeReason], _ fields: Fields, input: KnownShape?, inner: KnownShape?) -> [String] {
        shapedBy.compactMap { reason in
            switch reason {
            case .key(let key):
                guard let located = fields.located(key), let value = fields.whole(key) else { return nil }
                return "\(key) is \(value) (\(located.mark.line):\(located.mark.column))"
            case .inner: return inner?.gives
            case .input: return input?.gives
            }
        }
    }
}

extension ValueType {
    fileprivate var isLayers: Bool {
        if case .layers = self { return true }
        return false
    }

    fileprivate var isTensor: Bool {
        if case .tensor = self { return true }
        return false
    }

    fileprivate var mayBeTensor: Bool {
        if case .either(let types) = self { return types.contains(where: \.isTensor) }
        return isTensor
    }
}

extension Choice.Option {
    /// The key that a lone value stands for.
    fileprivate var short: String? {
        if case .form(_, let short) = payload { return short }
        return nil
    }
}
