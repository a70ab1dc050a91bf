package import Autodiff
import Escaping
import Forms
import NeuralNetworks

/// The numbers of a lesson that a variant of it has anew.
package struct LessonNumbers: Sendable {
    /// By `LAYER.KEY`; none: of an expression.
    package var parameters: [String: Tensor] = [:]
    package var inputs: Tensor?
    package var targets: Tensor?
    /// What stands under `at` of an expression.
    package var at: [String: Double] = [:]

    package init() {}
}

extension Lesson {
    /// The lesson's text with other numbers: everything else is as it was written, without comments.
    /// - Returns: nil where the text cannot be read again, or would be larger than a lesson may be.
    package func text(with numbers: LessonNumbers) -> String? {
        let text = SourceText(file: source.file, text: source.text)
        guard let root = Composition.document(of: text, findings: Findings(source: text)), case .map(var entries) = root.content else {
            return nil
        }
        for index in entries.indices {
            let value = entries[index].value
            switch entries[index].key {
            case "network":
                guard case .network(let problem) = subject, let lowered = try? problem.lowered() else { continue }
                entries[index].value = value.settingEntries { key, old in
                    key == "layers" ? old.withParameters(of: lowered.layers, lowered, numbers.parameters) : old
                }.removing(["weights"])
            case "data":
                entries[index].value = value.removing(["file", "rows", "inputs", "targets"]).adding([
                    ("inputs", numbers.inputs.map(WrittenValue.init) ?? value["inputs"]),
                    ("targets", numbers.targets.map(WrittenValue.init) ?? value["targets"]),
                ])
            case "at":
                entries[index].value = value.settingEntries { key, old in numbers.at[key].map { WrittenValue(number: $0) } ?? old }
            default: break
            }
        }
        var written = YAMLText(most: Limits.fileBytes)
        written.write(block: WrittenValue(mark: root.mark, content: .map(entries)), indentation: 0)
        return written.isFull ? nil : written.text
    }
}

extension WrittenValue {
    private static let nowhere = SourceMark(line: 1, column: 1)

    fileprivate init(number: Double) {
        let text = number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : number.description
        self.init(mark: Self.nowhere, content: .scalar(text, isPlain: true))
    }

    /// Lists within lists.
    fileprivate init(_ tensor: Tensor) {
        func nested(_ shape: ArraySlice<Int>, _ scalars: ArraySlice<Double>) -> WrittenValue {
            guard let count = shape.first else { return WrittenValue(number: scalars.first ?? 0) }
            let each = count == 0 ? 0 : scalars.count / count
            let parts = (0..<count).map { nested(shape.dropFirst(), scalars.dropFirst($0 * each).prefix(each)) }
            return WrittenValue(mark: Self.nowhere, content: .list(parts))
        }
        self = nested(tensor.shape[...], tensor.scalars[...])
    }

    fileprivate subscript(key: String) -> WrittenValue? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    fileprivate func settingEntries(_ change: (String, WrittenValue) -> WrittenValue) -> WrittenValue {
        guard case .map(let entries) = content else { return self }
        return WrittenValue(
            mark: mark, content: .map(entries.map { Entry(key: $0.key, keyMark: $0.keyMark, value: change($0.key, $0.value)) }))
    }

    func removing(_ keys: Set<String>) -> WrittenValue {
        guard case .map(let entries) = content else { return self }
        return WrittenValue(mark: mark, content: .map(entries.filter { !keys.contains($0.key) }))
    }

    fileprivate func adding(_ new: [(String, WrittenValue?)]) -> WrittenValue {
        guard case .map(let entries) = content else { return self }
        return WrittenValue(
            mark: mark,
            content: .map(entries + new.compactMap { key, value in value.map { Entry(key: key, keyMark: Self.nowhere, value: $0) } }))
    }

    /// The layers of a list with their parameters written out.
    fileprivate func withParameters(of layers: [LoweredLayer], _ lowered: LoweredProblem, _ tensors: [String: Tensor]) -> WrittenValue {
        guard case .list(let values) = content, values.count == layers.count else { return self }
        return WrittenValue(
            mark: mark, content: .list(zip(values, layers).map { $0.withParameters(of: $1, lowered, tensors) }))
    }

    private func withParameters(of layer: LoweredLayer, _ lowered: LoweredProblem, _ tensors: [String: Tensor]) -> WrittenValue {
        let own = layer.parameters.compactMap { key, id in
            lowered.parameters.first { $0.id == id }.flatMap { tensors[$0.name] }.map { (key.rawValue, Optional(WrittenValue($0))) }
        }.sorted { $0.0 < $1.0 }
        guard !own.isEmpty || !layer.inner.isEmpty else { return self }
        var (kind, options) = ("", WrittenValue(mark: Self.nowhere, content: .map([])))
        switch content {
        case .scalar(let word, _): kind = word
        case .list, .numbers: return self
        case .map(let entries):
            guard let entry = entries.first, entries.count == 1 else { return self }
            kind = entry.key
            switch entry.value.content {
            case .map: options = entry.value
            case .scalar:
                // `dense: 4` is short for its units.
                if !entry.value.isNull { options = options.adding([("units", entry.value)]) }
            case .list, .numbers: return self
            }
        }
        // `projection: true` asks for a sampled one.
        options = options.removing(Set(own.map(\.0))).settingEntries { key, old in
            key == "layers" ? old.withParameters(of: layer.inner, lowered, tensors) : old
        }.adding(own)
        return WrittenValue(mark: mark, content: .map([Entry(key: kind, keyMark: Self.nowhere, value: options)]))
    }
}
