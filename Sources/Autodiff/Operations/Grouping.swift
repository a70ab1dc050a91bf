/// Which entries of a tensor share their statistics.
package enum Grouping: Hashable, Sendable {
    /// Every run of `length` neighbouring entries: a sample, a sample's channel, a group of channels, a time step.
    case blocks(length: Int)
    /// The entries of one channel over the batch: `inner` neighbouring entries, then every `count`·`inner`.
    case channels(count: Int, inner: Int)
}

extension Grouping {
    package func groups(of entries: Int) -> Int {
        switch self {
        case .blocks(let length): entries / length
        case .channels(let count, _): count
        }
    }

    package func size(of entries: Int) -> Int { entries / max(groups(of: entries), 1) }

    @inline(__always)
    package func group(of entry: Int) -> Int {
        switch self {
        case .blocks(let length): entry / length
        case .channels(let count, let inner): entry / inner % count
        }
    }

    /// The entries of one group, in order, as runs of neighbours.
    @inline(__always)
    package func forEachRun(of group: Int, entries: Int, _ visit: (Range<Int>) -> Void) {
        switch self {
        case .blocks(let length): visit(group * length..<(group + 1) * length)
        case .channels(let count, let inner):
            for start in Swift.stride(from: group * inner, to: entries, by: count * inner) { visit(start..<start + inner) }
        }
    }

    /// All entries in order, each with its group: no division for any of them.
    @inline(__always)
    package func forEachEntry(of entries: Int, _ visit: (_ entry: Int, _ group: Int) -> Void) {
        var entry = 0
        switch self {
        case .blocks(let length):
            for group in 0..<groups(of: entries) {
                for _ in 0..<length {
                    visit(entry, group)
                    entry += 1
                }
            }
        case .channels(let count, 1):
            while entry < entries {
                for group in 0..<count { visit(entry + group, group) }
                entry += count
            }
        case .channels(let count, let inner):
            while entry < entries {
                for group in 0..<count {
                    for _ in 0..<inner {
                        visit(entry, group)
                        entry += 1
                    }
                }
            }
        }
    }
}
