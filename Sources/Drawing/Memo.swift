/// A cache of computed values, shared by all threads.
package final class Memo<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let known = Guarded<[Key: Value]>([:])

    package init() {}

    /// - Parameter make: computes the value; it must give the same value for the same key. Two threads may compute it at the same time.
    package func value(of key: Key, _ make: () -> Value) -> Value {
        if let value = known.withLock({ $0[key] }) { return value }
        let value = make()
        known.withLock { $0[key] = value }
        return value
    }
}
