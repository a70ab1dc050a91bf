import Dispatch
import Escaping
import Synchronization

/// The line at the foot of a terminal that says how far a command is: first what it counts itself, such as lessons, then the experiment that was
/// told of last. An experiment has its place in the line once it has taken a second.
final class ProgressLine: Sendable {
    static let shared = ProgressLine()

    private struct Run {
        let name: String
        let start = ContinuousClock.now
        var text: String
    }

    private struct State {
        var count = ""
        /// The experiments that are being run, the one that was told of last at the end.
        var runs: [Run] = []
        var shown = ""
        var drawn: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// What the command itself counts; empty when it is done.
    func show(count: String) {
        state.withLock { state in
            state.count = count
            Self.draw(&state)
        }
    }

    /// - Parameter done: how many of the experiment's runs; nil when it is over.
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
                // The first run alone may take longer than a second.
                DispatchQueue.global().asyncAfter(deadline: .now() + 1) { [self] in self.state.withLock { Self.draw(&$0) } }
            } else if passed >= .seconds(1), state.drawn.map({ ContinuousClock.now - $0 > .milliseconds(100) }) ?? true {
                Self.draw(&state)
            }
        }
    }

    /// Lets words stand where the line is, and the line below them.
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
