import Autodiff
import Forms
import Lessons
import NeuralNetworks
import Telling
import Traces

extension LessonFile {
    package var title: String? { lesson.title }

    /// The path as it was given, for messages.
    package var source: String { lesson.source.file }

    package var warnings: [String] { lesson.warnings.map(\.description) }

    /// Writes the output of `backstep trace`.
    /// - Parameter address: a scalar; the products behind its gradient are added.
    package func writeTraceReport(
        productsOf address: String?, asJSON: Bool, to put: (String) throws(BackstepError) -> Void
    ) throws(BackstepError) {
        let trace = try lesson.requiredTrace(for: "trace")
        let scalar = try address.map { (address) throws(BackstepError) in try trace.asked(address) }
        if asJSON { try trace.json(productsOf: scalar).write(to: put) } else { try put(trace.text(productsOf: scalar)) }
    }

    /// Writes the output of `backstep paths`.
    package func writePathReport(
        of address: String, top: Int, byLength: Bool, asJSON: Bool, to put: (String) throws(BackstepError) -> Void
    ) throws(BackstepError) {
        let trace = try lesson.requiredTrace(for: "paths")
        let scalar = try trace.asked(address)
        let report: PathReport
        do {
            report = try PathReport(trace, of: scalar, top: top, byLength: byLength)
        } catch {
            throw BackstepError(
                .badLesson, "\(name): \(error.count.grouped) \(error.what) or more; expected at most \(error.limit.grouped)")
        }
        if asJSON { try report.writeJSON(trace, to: put) } else { try report.writeText(trace, to: put) }
    }
}

extension LessonFile {
    /// What `backstep mistakes` prints.
    package func writeMistakeReport(asJSON: Bool, to put: (String) throws(BackstepError) -> Void) throws(BackstepError) {
        let report = try mistakes()
        if asJSON { try report.json.write(to: put) } else { try put(report.text(of: lesson.requiredTrace(for: "mistakes"))) }
    }

    /// What each of the classic mistakes would make of the lesson.
    func mistakes() throws(BackstepError) -> MistakeReport {
        do {
            switch lesson.subject {
            case .network(let problem): return try MistakeReport(problem)
            case .expression(let problem): return try MistakeReport(problem)
            case .experiment, .recording: break
            }
        } catch {
            throw lesson.badLesson("mistakes: \(error)")
        }
        // Says why there is none.
        _ = try lesson.requiredTrace(for: "mistakes")
        throw lesson.badLesson("mistakes need a trace")
    }
}

extension Trace {
    /// The scalar that a user wrote, by its address or as a figure calls it.
    func asked(_ text: String) throws(BackstepError) -> ScalarID {
        do {
            return try scalar(named: text)
        } catch {
            throw BackstepError(.usage, error.explanation)
        }
    }

    /// The units of a selection from the command line.
    func units(named text: String) throws(BackstepError) -> UnitSelection {
        do {
            return try UnitSelection(text, of: self)
        } catch {
            switch error {
            case .malformed(let part):
                throw BackstepError(.usage, "--only \"\(part)\" names no units; expected layers and units, as in hidden[0],output")
            case .unknownTensor(let name, let known):
                let near = known.nearest(to: name).map { "; did you mean \($0)?" } ?? ""
                throw BackstepError(.usage, "--only: there is no layer \"\(name)\"\(near)")
            case .ambiguous(let part, _): throw BackstepError(.usage, "--only: \"\(part)\" is the name of several units")
            case .wrongIndex(let part, let shape):
                throw BackstepError(.usage, "--only: \"\(part)\" is outside the layer; expected a unit from 0 to \((shape.first ?? 1) - 1)")
            }
        }
    }
}
