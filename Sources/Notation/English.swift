/// Words of a sentence that depend on how many things it names.
package enum English {
    /// "1 seed", "4 seeds".
    /// - Parameter plural: the plural, if it is not the noun with an s.
    package static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(plural ?? noun + "s")"
    }

    /// "A", "A and B", "A, B and C"; empty for no words.
    package static func list(_ words: [String], _ conjunction: String = "and") -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
    }

    /// With a capital letter at its beginning.
    package static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
