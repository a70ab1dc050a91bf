/// Values by what they are made from, each made once, for all threads.
package final class Memo<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let known = Guarded<[Key: Value]>([:])

    package init() {}

    /// - Parameter make: must make the same of the same key.
    package func value(of key: Key, _ make: () -> Value) -> Value {
        if let value = known.withLock({ $0[key] }) { return value }
        let value = make()
        known.withLock { $0[key] = value }
        return value
    }
}
