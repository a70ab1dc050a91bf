import Autodiff
import Escaping
import Forms

/// Written values as YAML, up to a size.
struct YAMLText {
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
