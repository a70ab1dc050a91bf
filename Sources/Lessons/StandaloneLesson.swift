import Autodiff
import Escaping
import Forms
import NeuralNetworks

/// Writes a lesson whose numbers are in files as one that holds them itself, and is otherwise the same.
struct StandaloneLesson {
    let root: WrittenValue
    /// What the file of parameters filled.
    let filled: [FilledParameter]
    /// Where the data come from a file: the inputs and the targets.
    let batch: (inputs: Located, targets: Located?)?

    /// As YAML; nil where it would be larger than a lesson may be.
    var text: String? {
        var lesson = root.changing([.key("network")]) { network in network?.without("weights") ?? .empty }
        if let batch {
            let written = [("inputs", batch.inputs), ("targets", batch.targets)].compactMap { key, value in
                value.map { WrittenValue.Entry(key: key, keyMark: $0.mark, value: $0.value) }
            }
            lesson = lesson.changing([.key("data")]) { data in WrittenValue(mark: data?.mark ?? root.mark, content: .map(written)) }
        }
        for parameter in filled {
            lesson = lesson.changing(parameter.path.parts) { options in
                let options = options ?? .empty
                var map = options
                if case .scalar = options.content {
                    map = options.isNull ? .empty : WrittenValue.empty.setting(parameter.short ?? "", to: options)
                }
                return map.setting(parameter.key, to: WrittenValue(mark: options.mark, content: .numbers(parameter.tensor)))
            }
        }
        var text = YAMLText(most: Limits.fileBytes)
        text.write(block: lesson, indentation: 0)
        return text.isFull ? nil : text.text
    }
}

private enum PathPart {
    case key(String)
    case index(Int)
}

extension DocumentPath {
    fileprivate var parts: [PathPart] {
        switch self {
        case .root: []
        case .key(let parent, let key): parent.parts + [.key(key)]
        case .index(let parent, let index): parent.parts + [.index(index)]
        }
    }
}

extension WrittenValue {
    fileprivate static let empty = WrittenValue(mark: SourceMark(line: 1, column: 1), content: .map([]))

    /// With what stands at a path changed; a word alone becomes a map of it.
    fileprivate func changing(_ path: [PathPart], _ change: (WrittenValue?) -> WrittenValue) -> WrittenValue {
        guard let first = path.first else { return change(self) }
        let rest = Array(path.dropFirst())
        switch (first, content) {
        case (.key(let key), .map(let entries)):
            let old = entries.first { $0.key == key }?.value
            return setting(key, to: old?.changing(rest, change) ?? change(nil))
        case (.key(let key), .scalar): return Self.empty.setting(key, to: change(nil))
        case (.index(let index), .list(var values)) where values.indices.contains(index):
            values[index] = values[index].changing(rest, change)
            return WrittenValue(mark: mark, content: .list(values))
        case (.index, _), (.key, _): return self
        }
    }

    fileprivate func setting(_ key: String, to value: WrittenValue) -> WrittenValue {
        guard case .map(var entries) = content else { return self }
        if let index = entries.firstIndex(where: { $0.key == key }) {
            entries[index].value = value
        } else {
            entries.append(Entry(key: key, keyMark: mark, value: value))
        }
        return WrittenValue(mark: mark, content: .map(entries))
    }

    fileprivate func without(_ key: String) -> WrittenValue {
        guard case .map(let entries) = content else { return self }
        return WrittenValue(mark: mark, content: .map(entries.filter { $0.key != key }))
    }
}

/// Written values as YAML, up to a size.
private struct YAMLText {
    private(set) var text = ""
    private let most: Int
    var isFull: Bool { text.utf8.count > most }

    init(most: Int) { self.most = most }

    /// Maps that hold lists or maps, and lists of layers, are set line by line, everything else on one line.
    mutating func write(block value: WrittenValue, indentation: Int) {
        let indent = String(repeating: " ", count: indentation)
        switch value.content {
        case .map(let entries) where !entries.isEmpty && indentation <= 2:
            for entry in entries where !isFull {
                text += indent
                write(key: entry.key)
                if entry.value.isBlock, indentation < 4 {
                    text += "\n"
                    write(block: entry.value, indentation: indentation + 2)
                } else {
                    text += " "
                    write(entry.value)
                    text += "\n"
                }
            }
        case .list(let values) where !values.isEmpty:
            for each in values where !isFull {
                text += indent + "- "
                write(each)
                text += "\n"
            }
        case .scalar, .list, .map, .numbers:
            text += indent
            write(value)
            text += "\n"
        }
    }

    private mutating func write(_ value: WrittenValue) {
        switch value.content {
        case .scalar(let word, let isPlain): text += isPlain && word.isPlainYAML ? word : word.exactlyQuotedForYAML
        case .list(let values): write(values, from: "[", to: "]") { $0.write($1) }
        case .map(let entries):
            write(entries, from: "{", to: "}") {
                $0.write(key: $1.key)
                $0.text += " "
                $0.write($1.value)
            }
        case .numbers(let tensor): write(tensor, axis: 0, from: 0)
        }
    }

    private mutating func write<Element>(
        _ elements: [Element], from open: String, to close: String, _ write: (inout YAMLText, Element) -> Void
    ) {
        text += open
        for (index, element) in elements.enumerated() where !isFull {
            if index > 0 { text += ", " }
            write(&self, element)
        }
        text += close
    }

    private mutating func write(key: String) { text += (key.isPlainYAML ? key : key.exactlyQuotedForYAML) + ":" }

    private mutating func write(_ tensor: Tensor, axis: Int, from start: Int) {
        guard axis < tensor.shape.count else {
            let number = tensor.scalars[start]
            // Class numbers have no point; a negative zero keeps its sign.
            text += number == 0 && number.sign == .minus ? "-0.0" : number.plainly
            return
        }
        let size = tensor.shape[(axis + 1)...].reduce(1, *)
        write(Array(0..<tensor.shape[axis]), from: "[", to: "]") { $0.write(tensor, axis: axis + 1, from: start + $1 * size) }
    }
}

extension WrittenValue {
    /// Whether it takes more than a line.
    fileprivate var isBlock: Bool {
        switch content {
        case .map(let entries): entries.contains { if case .scalar = $0.value.content { false } else { true } }
        case .list(let values): values.contains { if case .map = $0.content { true } else { false } }
        case .scalar, .numbers: false
        }
    }
}

extension String {
    /// Whether it means the same without quotes, in lists too: a word, a number, or nothing.
    fileprivate var isPlainYAML: Bool {
        if WrittenNumber.isDecimal(self) || self == "~" { return true }
        guard let first = unicodeScalars.first, first.isASCIILetter else { return false }
        return unicodeScalars.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == "-" || $0 == "_" || $0 == "." }
    }
}
