import Forms

/// Why a file's numbers can't be used. Neither part quotes anything of the file but numbers: it may be no file of numbers at all.
package struct NumberFileError: Error, Hashable, Sendable {
    /// What was found, said of the file: "has 5 bytes".
    package var what: String
    package var expected: String?

    package init(_ what: String, expected: String?) {
        self.what = what
        self.expected = expected
    }
}

extension NumberFileError {
    /// - Parameter name: the file's, since this is said before it is read.
    package static func tooLarge(_ name: String) -> NumberFileError {
        NumberFileError("\(name) has more than \(Limits.numberFileBytes.grouped) bytes", expected: "at most that, which is 128 MiB")
    }
}
