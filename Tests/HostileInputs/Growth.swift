/// How the time of a piece of work grows with its size, in one run on one machine: what is linear takes four times as long for four times as
/// much, what is quadratic sixteen times.
package enum Growth {
    /// How many times as long the work of 4n takes as that of n; each is done thrice, and the shortest counts.
    package static func fourfold(from n: Int, _ work: (Int) throws -> Void) rethrows -> Double {
        func time(_ size: Int) throws -> Duration {
            var least = Duration.seconds(1_000_000)
            for _ in 0..<3 {
                let start = ContinuousClock.now
                try work(size)
                least = min(least, ContinuousClock.now - start)
            }
            return least
        }
        return try time(4 * n) / max(time(n), .nanoseconds(1))
    }

    /// Between linear, 4, and quadratic, 16.
    package static let bound = 9.0
}
