import Dispatch
import Synchronization

/// Reports the progress of the measurement that runs in this task.
package struct MeasurementProgress: Sendable {
    @TaskLocal package static var told: MeasurementProgress?

    /// A structure holds the function, since a task-local value of function type crashes in optimized code of Swift 6.2.
    private let tell: @Sendable (_ done: Int, _ all: Int) -> Void

    /// - Parameter tell: receives how many of all runs are done, on the thread that finished the last one; a measurement may have several
    ///   rounds of runs.
    package init(_ tell: @escaping @Sendable (_ done: Int, _ all: Int) -> Void) { self.tell = tell }

    fileprivate func callAsFunction(_ done: Int, of all: Int) { tell(done, all) }
}

/// The results in the order of the elements, computed on all cores.
/// - Throws: the error of the first element that fails, in the order of the elements.
func concurrentMap<Element: Sendable, Value: Sendable, Failure: Error>(
    _ elements: [Element], _ transform: @Sendable (Element) throws(Failure) -> Value
) throws(Failure) -> [Value] {
    let results = Mutex([Result<Value, Failure>?](repeating: nil, count: elements.count))
    let told = MeasurementProgress.told
    let done = Mutex(0)
    told?(0, of: elements.count)
    DispatchQueue.concurrentPerform(iterations: elements.count) { index in
        let result = Result { () throws(Failure) in try transform(elements[index]) }
        results.withLock { $0[index] = result }
        guard let told else { return }
        let count = done.withLock { count in
            count += 1
            return count
        }
        told(count, of: elements.count)
    }
    var values: [Value] = []
    for case let result? in results.withLock({ $0 }) { values.append(try result.get()) }
    return values
}
