import Dispatch
import Escaping
import Synchronization

/// The progress line at the bottom of a terminal. It shows first what the command itself counts, such as lessons, then the experiment with
/// the latest progress, if that has been running for at least a second.
final class ProgressLine: Sendable {
    static let shared = ProgressLine()

    private struct Run {
        let name: String
        let start = ContinuousClock.now
        var text: String
    }

    private struct State {
        var count = ""
        /// The running experiments, the one with the latest progress last.
        var runs: [Run] = []
        var shown = ""
        var drawn: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// Shows what the command itself counts; empty when it is done.
    func show(count: String) {
        state.withLock { state in
            state.count = count
            Self.draw(&state)
        }
    }

    /// Shows the progress of an experiment.
    /// - Parameter done: the number of the experiment's runs that are done; nil when it has ended.
    func show(_ name: String, done: Int?, of all: Int) {
        state.withLock { state in
            let index = state.runs.firstIndex { $0.name == name }
            var run = index.map { state.runs.remove(at: $0) } ?? Run(name: name, text: "")
            guard let done else { return Self.draw(&state) }
            let passed = ContinuousClock.now - run.start
            let left = done > 0 ? passed * (Double(all - done) / Double(done)) : .zero
            let rest = left >= .seconds(1) ? ", \(left.components.seconds) s left" : ""
            run.text = "\(Printable.shortened(name)): \(done) of \(all) runs\(rest)"
            state.runs.append(run)
            if index == nil {
                // Draws after a second even if the first run takes longer and reports nothing.
                DispatchQueue.global().asyncAfter(deadline: .now() + 1) { [self] in self.state.withLock { Self.draw(&$0) } }
            } else if passed >= .seconds(1), state.drawn.map({ ContinuousClock.now - $0 > .milliseconds(100) }) ?? true {
                Self.draw(&state)
            }
        }
    }

    /// Prints messages in place of the line, and the line again below them.
    func interrupted(by say: () -> Void) {
        state.withLock { state in
            if !state.shown.isEmpty { Terminal.redraw("") }
            say()
            if !state.shown.isEmpty { Terminal.redraw(state.shown) }
        }
    }

    private static func draw(_ state: inout State) {
        let now = ContinuousClock.now
        let run = state.runs.last { now - $0.start >= .seconds(1) }?.text
        let text = [state.count, run ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
        guard text != state.shown else { return }
        (state.shown, state.drawn) = (text, now)
        Terminal.redraw(text)
    }
}
