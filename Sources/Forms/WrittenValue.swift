package import Autodiff
import Escaping

/// A value of the file with its position.
package struct WrittenValue: Sendable {
    package enum Content: Sendable {
        /// `isPlain`: neither in quotes nor a block, so that it may be a number or a truth value.
        case scalar(String, isPlain: Bool)
        case list([WrittenValue])
        case map([Entry])
        /// Numbers from a file that the lesson names here, which stand for lists of them.
        case numbers(Tensor)
    }

    package struct Entry: Sendable {
        package var key: String
        package var keyMark: SourceMark
        package var value: WrittenValue

        package init(key: String, keyMark: SourceMark, value: WrittenValue) {
            self.key = key
            self.keyMark = keyMark
            self.value = value
        }
    }

    package var mark: SourceMark
    package var content: Content

    package init(mark: SourceMark, content: Content) {
        self.mark = mark
        self.content = content
    }

    /// Whether there is no value: `key:`, `~` or `null`.
    package var isNull: Bool {
        if case .scalar(let text, true) = content { return ["", "~", "null", "Null", "NULL"].contains(text) }
        return false
    }

    /// The value in a message.
    package var described: String {
        switch content {
        case .scalar where isNull: "empty"
        case .scalar(let text, let isPlain):
            switch (isPlain, WrittenNumber.isDecimal(text)) {
            case (true, true): Printable.shortened(text)
            case (false, true): "the text \(Printable.quoted(text)) in quotes"
            default: Printable.quoted(text)
            }
        case .list(let values): values.isEmpty ? "an empty list" : "a list"
        case .map(let entries): entries.isEmpty ? "an empty map" : "a map"
        case .numbers(let tensor): tensor.shape.isEmpty ? tensor.scalars[0].plainly : "a list"
        }
    }

    /// The value of a map's key; nil if it has none or the value is not a map.
    package subscript(key: String) -> WrittenValue? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The elements of a list; nil if the value is not a list.
    package var elements: [WrittenValue]? {
        switch content {
        case .list(let values): return values
        case .numbers(let tensor):
            guard let count = tensor.shape.first else { return nil }
            let shape = Array(tensor.shape.dropFirst())
            let size = tensor.count / count
            return (0..<count).map { index in
                let scalars = tensor.scalars[(index * size)..<(index + 1) * size]
                guard !shape.isEmpty else { return WrittenValue(mark: mark, content: .scalar(scalars[index].plainly, isPlain: true)) }
                return WrittenValue(mark: mark, content: .numbers(Tensor(shape: shape, scalars: Array(scalars))))
            }
        case .scalar, .map: return nil
        }
    }

    /// How many elements a list has; nil if the value is not a list.
    package var elementCount: Int? {
        switch content {
        case .list(let values): values.count
        case .numbers(let tensor): tensor.shape.first
        case .scalar, .map: nil
        }
    }
}

/// The path from the top of the document to a value.
package indirect enum DocumentPath: CustomStringConvertible, Sendable {
    case root
    case key(DocumentPath, String)
    case index(DocumentPath, Int)

    package var description: String {
        switch self {
        case .root: ""
        case .key(.root, let key): Self.shown(key)
        case .key(let parent, let key): "\(parent).\(Self.shown(key))"
        case .index(let parent, let index): "\(parent)[\(index)]"
        }
    }

    /// The path for use in a sentence, in which the document itself is "the lesson".
    package var named: String {
        if case .root = self { return "the lesson" }
        return description
    }

    private static func shown(_ key: String) -> String {
        let isWord =
            key.unicodeScalars.count <= 40
            && key.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || $0.isASCIIDigit || $0 == "-" || $0 == "_" }
        return isWord && !key.isEmpty ? key : Printable.quoted(key)
    }
}

/// A value together with its path.
package struct Located: Sendable {
    package var value: WrittenValue
    package var path: DocumentPath

    package init(value: WrittenValue, path: DocumentPath) {
        self.value = value
        self.path = path
    }

    package var mark: SourceMark { value.mark }

    /// `true` or `false` without quotes; nil for anything else.
    package var plainTruth: Bool? {
        guard case .scalar(let text, isPlain: true) = value.content else { return nil }
        return Bool(text)
    }

    /// The elements of a list with their paths; nil if the value is not a list.
    package var elements: [Located]? {
        value.elements?.enumerated().map { Located(value: $1, path: .index(path, $0)) }
    }

    /// What stands in lists within lists at these places, as far as there are any.
    package func element(_ index: [Int]) -> Located {
        index.reduce(self) { place, at in
            guard let elements = place.elements, elements.indices.contains(at) else { return place }
            return elements[at]
        }
    }
}
