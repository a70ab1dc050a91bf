/// The attributes in braces after a fence or an image, in pandoc's syntax: `{#fig-id .class width=50% caption="Two by two"}`.
struct NoteAttributes {
    var id: String?
    var classes: [String] = []
    /// In the order of the text; a word without = has the value "".
    var values: [(key: String, value: String)] = []

    init() {}

    /// Reads by scalars, as pandoc does: a quotation mark followed by a combining mark would be a different Character.
    /// - Parameter text: the attributes, with or without braces.
    init(_ text: some StringProtocol) {
        var rest = Substring(String(text).trimmingSpaces).unicodeScalars
        if rest.first == "{", rest.last == "}" { rest = rest.dropFirst().dropLast() }
        while true {
            rest = rest.drop(while: \.properties.isWhitespace)
            guard let first = rest.first else { return }
            let word = rest.prefix { !$0.properties.isWhitespace && $0 != "=" }
            rest = rest.dropFirst(word.count)
            if rest.first == "=" {
                rest = rest.dropFirst()
                values.append((String(word), Self.value(&rest)))
            } else if first == "#", word.count > 1 {
                id = String(word.dropFirst())
            } else if first == ".", word.count > 1 {
                classes.append(String(word.dropFirst()))
            } else {
                values.append((String(word), ""))
            }
        }
    }

    /// Takes a value: up to the next white space, or a quoted text, in which a backslash escapes the next scalar.
    private static func value(_ rest: inout Substring.UnicodeScalarView) -> String {
        guard let quote = rest.first, quote == "\"" || quote == "'" else {
            let word = rest.prefix { !$0.properties.isWhitespace }
            rest = rest.dropFirst(word.count)
            return String(word)
        }
        var value = String.UnicodeScalarView()
        rest = rest.dropFirst()
        while let scalar = rest.popFirst() {
            if scalar == quote { break }
            if scalar == "\\", let next = rest.popFirst() { value.append(next) } else { value.append(scalar) }
        }
        return String(value)
    }

    /// A line `key: value`, with or without quotation marks around the value; nil for any other.
    static func pair(_ line: some StringProtocol) -> (key: String, value: String)? {
        guard let match = String(line).wholeMatch(of: #/\s*([A-Za-z-]+):\s+(.*?)\s*/#) else { return nil }
        var value = String(match.2)
        for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
            value = String(value.dropFirst().dropLast())
        }
        return (String(match.1), value)
    }

    subscript(key: String) -> String? { values.last { $0.key == key }?.value }
}

extension StringProtocol {
    /// Without white space at either end.
    var trimmingSpaces: String {
        var text = Substring(String(self))
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
