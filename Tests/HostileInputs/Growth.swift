import Foundation

/// How the time of a piece of work grows with its size, in one run on one machine: what is linear takes four times as long for four times as
/// much, what is quadratic sixteen times.
package enum Growth {
    /// How many times as much processor time the work of 4n takes as that of n, on this thread; each is done thrice, and the least counts.
    package static func fourfold(from n: Int, _ work: (Int) throws -> Void) rethrows -> Double {
        try ratio({ try work(4 * n) }, to: { try work(n) })
    }

    /// How many times as much processor time one piece of work takes as another, on this thread; each is done thrice, and the least counts.
    package static func ratio(_ work: () throws -> Void, to other: () throws -> Void) rethrows -> Double {
        func time(_ work: () throws -> Void) rethrows -> Double {
            var least = Double.infinity
            for _ in 0..<3 {
                let start = processorSeconds()
                try work()
                least = min(least, processorSeconds() - start)
            }
            return least
        }
        let least = try time(other)
        return try time(work) / max(least, 1e-9)
    }

    /// Between linear, 4, and quadratic, 16.
    package static let bound = 9.0

    /// These do not grow where the machine has other work.
    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
