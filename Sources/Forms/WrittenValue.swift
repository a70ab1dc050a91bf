import Escaping

/// A value of the file with its position.
package struct WrittenValue: Sendable {
    package enum Content: Sendable {
        /// `isPlain`: neither in quotes nor a block, so that it may be a number or a truth value.
        case scalar(String, isPlain: Bool)
        case list([WrittenValue])
        case map([Entry])
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

    /// The elements of a list with their paths; nil if the value is not a list.
    package var elements: [Located]? {
        guard case .list(let values) = value.content else { return nil }
        return values.enumerated().map { Located(value: $1, path: .index(path, $0)) }
    }

    /// What stands in lists within lists at these places, as far as there are any.
    package func element(_ index: [Int]) -> Located {
        index.reduce(self) { place, at in
            guard let elements = place.elements, elements.indices.contains(at) else { return place }
            return elements[at]
        }
    }
}
