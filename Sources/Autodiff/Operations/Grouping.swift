import MatrixKernels

/// Which entries of a tensor share a mean and a variance.
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

    /// Calls `visit` with the entries of one group, in order, as runs of neighbours.
    @inline(__always)
    package func forEachRun(of group: Int, entries: Int, _ visit: (Range<Int>) -> Void) {
        switch self {
        case .blocks(let length): visit(group * length..<(group + 1) * length)
        case .channels(let count, let inner):
            for start in Swift.stride(from: group * inner, to: entries, by: count * inner) { visit(start..<start + inner) }
        }
    }

    /// The same in the form that the C kernels take.
    func entries(of count: Int) -> grouped_entries {
        switch self {
        case .blocks(let length): grouped_entries(outer: 1, groups: groups(of: count), inner: length)
        case .channels(let channels, let inner): grouped_entries(outer: count / max(channels * inner, 1), groups: channels, inner: inner)
        }
    }
}
