/// What stands between braces after a fence or an image, as pandoc writes it: `{#fig-id .class width=50% caption="Two by two"}`.
struct NoteAttributes {
    var id: String?
    var classes: [String] = []
    /// In their order; a bare word has the value "".
    var values: [(key: String, value: String)] = []

    init() {}

    /// - Parameter text: with or without braces.
    init(_ text: some StringProtocol) {
        var rest = Substring(String(text).trimmingSpaces)
        if rest.hasPrefix("{"), rest.hasSuffix("}") { rest = rest.dropFirst().dropLast() }
        while true {
            rest = rest.drop(while: \.isWhitespace)
            guard let first = rest.first else { return }
            let word = rest.prefix { !$0.isWhitespace && $0 != "=" }
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

    /// Up to white space, or what stands in quotes, in which a backslash takes the next character as it is.
    private static func value(_ rest: inout Substring) -> String {
        guard let quote = rest.first, quote == "\"" || quote == "'" else {
            let word = rest.prefix { !$0.isWhitespace }
            rest = rest.dropFirst(word.count)
            return String(word)
        }
        var value = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst() {
            if character == quote { break }
            if character == "\\", let next = rest.popFirst() { value.append(next) } else { value.append(character) }
        }
        return value
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
