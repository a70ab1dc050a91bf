import Autodiff
import Forms
import Lessons
import Telling
import Traces

extension LessonFile {
    package var title: String? { lesson.title }

    /// The file as it was given, for messages.
    package var source: String { lesson.source.file }

    package var warnings: [String] { lesson.warnings.map(\.description) }

    /// What `backstep trace` prints.
    /// - Parameter address: a scalar whose products are added.
    package func writeTraceReport(
        productsOf address: String?, asJSON: Bool, to put: (String) throws(BackstepError) -> Void
    ) throws(BackstepError) {
        let trace = try lesson.requiredTrace(for: "trace")
        let scalar = try address.map { (address) throws(BackstepError) in try trace.scalar(named: address) }
        if asJSON { try trace.json(productsOf: scalar).write(to: put) } else { try put(trace.text(productsOf: scalar)) }
    }

    /// What `backstep paths` prints.
    package func writePathReport(
        of address: String, top: Int, byLength: Bool, asJSON: Bool, to put: (String) throws(BackstepError) -> Void
    ) throws(BackstepError) {
        let trace = try lesson.requiredTrace(for: "paths")
        let scalar = try trace.scalar(named: address)
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
        if asJSON { try report.json.write(to: put) } else { try put(report.text(loss: lesson.requiredTrace(for: "mistakes").loss)) }
    }

    /// What each of the classic mistakes would make of the lesson.
    func mistakes() throws(BackstepError) -> MistakeReport {
        do {
            switch lesson.subject {
            case .network(let problem): return try MistakeReport(problem)
            case .expression(let problem): return try MistakeReport(problem)
            case .experiment: break
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
    /// The scalar at an address that a user wrote.
    func scalar(named address: String) throws(BackstepError) -> ScalarID {
        do {
            return try scalar(at: address)
        } catch {
            throw BackstepError(.usage, explanation(of: error))
        }
    }

    /// The units that a user chose.
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
            case .wrongIndex(let part, let shape):
                throw BackstepError(.usage, "--only: \"\(part)\" is outside the layer; expected a unit from 0 to \((shape.first ?? 1) - 1)")
            }
        }
    }

    private func explanation(of error: AddressError) -> String {
        switch error {
        case .malformed(let text): return "\"\(text)\" is no scalar; expected TENSOR[i,j], as in hidden.weight[0,1]"
        case .unknownTensor(let name, let known):
            let near = known.nearest(to: name).map { "; did you mean \($0)?" } ?? ""
            return "there is no tensor \"\(name)\"\(near)"
        case .wrongIndex(let text, let shape):
            let list = shape.map(String.init).joined(separator: ", ")
            return shape.isEmpty
                ? "\"\(text)\" has an index, but the tensor is a single scalar"
                : "\"\(text)\" is outside the shape [\(list)]; expected \(shape.count) indices from 0, each below the shape's"
        }
    }
}
