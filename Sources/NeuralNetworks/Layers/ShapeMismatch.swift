/// Why a layer cannot take its input.
package struct ShapeMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    /// "an image [3, 4, 4]".
    package var found: String
    /// "a sequence [time, features]".
    package var expected: String

    package init(found: String, expected: String) {
        self.found = found
        self.expected = expected
    }

    package var description: String { "\(found); expected \(expected)" }
}
