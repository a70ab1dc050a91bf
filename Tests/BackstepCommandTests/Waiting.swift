import Foundation
import Testing

/// Runs the tests of a suite on threads of its own. A test that waits for a program would else hold one of the few threads on which all tests run,
/// one a core, while that core may be idle.
struct Waiting: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
        try await withTaskExecutorPreference(WaitingThreads.shared) { try await function() }
    }
}

extension Trait where Self == Waiting {
    /// The tests of the suite wait for programs.
    static var waiting: Waiting { Waiting() }
}

/// Twice as many as cores: programs that compute keep these busy, and none starves the others.
private final class WaitingThreads: TaskExecutor {
    static let shared = WaitingThreads()

    private let threads = OperationQueue()

    private init() { threads.maxConcurrentOperationCount = 2 * ProcessInfo.processInfo.activeProcessorCount }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        threads.addOperation { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
