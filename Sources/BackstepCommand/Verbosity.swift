import ArgumentParser
import Backstep
import Dispatch
import Experiments
import Lessons
import Synchronization

/// Whether commands that measure say what it took.
struct Verbosity: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Says on the standard error what each measurement took: scalars, products, seconds.")
    var verbose = false

    func tell(_ file: LessonFile, _ measured: MeasuredExperiment) {
        if verbose { Terminal.say("\(file.name): \(measured.account)") }
    }
}

extension LessonFile {
    /// Runs the lesson's experiment, and says what it took where that is wished; nil for a trace.
    func measured(_ verbosity: Verbosity) throws(BackstepError) -> MeasuredExperiment? {
        let measured = try measuredWithProgress()
        if let measured { verbosity.tell(self, measured) }
        return measured
    }

    /// On a terminal, what takes longer than a second says how far it is.
    func measuredWithProgress() throws(BackstepError) -> MeasuredExperiment? {
        guard lesson.isTraced == false, Terminal.showsProgress else { return try lesson.measured() }
        let line = RunProgress(name)
        defer { line.end() }
        return try MeasurementProgress.$told.withValue({ line.show($0, of: $1) }) {
            Result { () throws(BackstepError) in try lesson.measured() }
        }.get()
    }
}

/// The line that counts an experiment's runs. It appears after a second, and from then on several times a second.
private final class RunProgress: Sendable {
    private struct State {
        var text = ""
        var shown: ContinuousClock.Instant?
        var isOver = false
    }

    private let name: String
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(_ name: String) {
        self.name = name
        // The first run alone may take longer.
        DispatchQueue.global().asyncAfter(deadline: .now() + 1) { self.redraw() }
    }

    func show(_ done: Int, of all: Int) {
        let passed = ContinuousClock.now - start
        let left = done > 0 ? passed * (Double(all - done) / Double(done)) : .zero
        let rest = left >= .seconds(1) ? ", \(left.components.seconds) s left" : ""
        state.withLock { $0.text = "\(name): \(done) of \(all) runs\(rest)" }
        if passed >= .seconds(1) { redraw() }
    }

    func end() {
        let wasShown = state.withLock { state in
            state.isOver = true
            return state.shown != nil
        }
        if wasShown { Terminal.endProgress() }
    }

    private func redraw() {
        state.withLock { state in
            let now = ContinuousClock.now
            guard !state.isOver, state.shown.map({ now - $0 > .milliseconds(100) }) ?? true else { return }
            state.shown = now
            Terminal.progress(state.text)
        }
    }
}
