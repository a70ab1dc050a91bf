import Foundation

/// The numbers that a test draws its inputs from: a few, always the same, or as many as `Fuzzing/run` asks for.
package enum HostileSeeds {
    /// Whether `Fuzzing/run` asks, which runs one test alone.
    package static var areMany: Bool { ProcessInfo.processInfo.environment["HOSTILE_FIRST"] != nil }

    /// - Parameter count: how many there are in a run of the tests.
    package static func asked(otherwise count: UInt64) -> AnySequence<UInt64> {
        let asked = ProcessInfo.processInfo.environment
        guard let first = asked["HOSTILE_FIRST"].flatMap({ UInt64($0) }), let last = asked["HOSTILE_LAST"].flatMap({ UInt64($0) }),
            first <= last
        else { return AnySequence(1...count) }
        // Noted before it is run: whoever asked finds it there after a trap.
        let note = asked["HOSTILE_NOTE"].flatMap { FileHandle(forUpdatingAtPath: $0) }
        return AnySequence(
            (first...last).lazy.map { seed in
                try? note?.seek(toOffset: 0)
                note?.write(Data("\(seed)".padding(toLength: 20, withPad: " ", startingAt: 0).utf8))
                return seed
            })
    }
}
