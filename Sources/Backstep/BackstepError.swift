/// Why a command stopped, in words for the one who called it.
public struct BackstepError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, by the exit code that it ends with (sysexits.h).
    package enum Kind: Int32, Hashable, Sendable {
        case checkFailed = 1
        case usage = 64
        case badLesson = 65
        case noInput = 66
        case internalFault = 70
        case cannotWrite = 73
    }

    package let kind: Kind
    /// What was found and what was expected; of a lesson, every fault with its line and column.
    public let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
