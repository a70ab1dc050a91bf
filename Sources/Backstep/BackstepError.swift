/// Why an operation failed, in words for the user.
public struct BackstepError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure; the raw value is the exit code of the command (sysexits.h).
    package enum Kind: Int32, Hashable, Sendable {
        case checkFailed = 1
        case usage = 64
        case badLesson = 65
        case noInput = 66
        case internalFault = 70
        case cannotWrite = 73
    }

    package let kind: Kind
    /// What was found and what was expected. For a lesson, every error with its line and column.
    public let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
