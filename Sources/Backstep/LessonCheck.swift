import Autodiff
import Escaping
import Lessons
import NeuralNetworks
import Notation
import Traces

/// Compares the gradients of a lesson's trace with central differences.
package struct LessonCheck: Sendable {
    package let passed: Bool
    /// The result in words.
    package let report: String

    /// An experiment always passes: it has no single trace, and the reader has checked that it can run. So does a recording.
    package init(_ file: LessonFile) throws(BackstepError) {
        guard let trace = try file.lesson.trace() else {
            let what = if case .recording = file.lesson.subject { "the recording" } else { "the experiment" }
            (passed, report) = (true, "\(Printable.text(file.name)): \(what) is well formed")
            return
        }
        if let power = trace.undefinedPower {
            (passed, report) = (false, "\(Printable.text(file.name)): \(power)")
            return
        }
        let check = GradientCheck(trace.pass, of: trace.differentiable)
        passed = check.passed
        let sample = check.compared < check.scalars ? "a sample of \(check.compared) of \(check.scalars)" : "\(check.compared)"
        var remarks = ""
        if !check.kinks.isEmpty {
            remarks +=
                "; \(check.kinks.count) at a kink, where \(check.kinks.count == 1 ? "its derivative is" : "derivatives are") a convention"
        }
        remarks += Self.conventions(trace)
        if let first = check.unseen.first {
            remarks += "; \(check.unseen.count) not compared, hidden from a difference by rounding on the way to the result: "
            remarks += Self.name(first)
            if check.unseen.count > 1 { remarks += ", …" }
        }
        if let first = check.steep.first {
            remarks += "; \(check.steep.count) not compared, too steep for a difference to follow: \(Self.name(first))"
            if check.steep.count > 1 { remarks += ", …" }
        }
        if let worst = check.failures.max(by: { $0.excess < $1.excess }) {
            report =
                "\(Printable.text(file.name)): \(check.failures.count) of \(sample) gradients disagree with central differences; worst at "
                + Self.place(worst) + remarks
        } else {
            let all = check.agreed == check.compared
            let count = all ? "\(sample) gradient\(check.compared == 1 ? "" : "s")" : "\(check.agreed) of \(sample) gradients"
            let worst = check.agreed > 0 ? check.worst.map { "; farthest at \(Self.place($0))" } ?? "" : ""
            let agree = check.agreed == 1 ? "agrees" : "agree"
            report = "\(Printable.text(file.name)): \(count) \(agree) with central differences\(worst)\(remarks)"
        }
    }

    /// Which operations lie at a kink or a tie: "; relu1[0,0] is at a kink".
    private static func conventions(_ trace: Trace) -> String {
        let all = trace.pass.ambiguous
        return [(Ambiguity.kink, "at a kink"), (.tie, "at a tie")].map { reason, words in
            let names = all.filter { $0.reasons.contains(reason) }.map { place -> String in
                let entry = trace.tape[place.scalar.tensor]
                let index = entry.shape.index(ofFlat: place.scalar.index).map(String.init).joined(separator: ",")
                return Printable.text(index.isEmpty ? entry.name : "\(entry.name)[\(index)]")
            }
            guard !names.isEmpty else { return "" }
            let rest = names.count > 3 ? " and \(names.count - 3) more" : ""
            return "; \(names.prefix(3).joined(separator: ", "))\(rest) \(names.count == 1 ? "is" : "are") \(words)"
        }.joined()
    }

    private static func name(_ place: GradientCheck.Place) -> String {
        let index = place.index.map(String.init).joined(separator: ",")
        return index.isEmpty ? place.tensor : "\(place.tensor)[\(index)]"
    }

    private static func place(_ place: GradientCheck.Place) -> String {
        "\(name(place)): \(Numeral(place.gradient, digits: 8).text) against \(Numeral(place.difference, digits: 8).text)"
    }
}

extension Trace {
    /// A power of a negative base whose exponent varies, in words: it is defined at single exponents alone, so that it has no derivative by them.
    fileprivate var undefinedPower: String? {
        let varies = tape.allIDs.reduce(into: [Bool]()) { varies, id in
            switch tape[id].origin {
            case .source(let source): varies.append(source != .constant)
            case .result(_, let operands): varies.append(operands.contains { varies[$0.index] })
            }
        }
        for id in tape.allIDs {
            guard case .result(.pairwise(.power), let operands) = tape[id].origin, varies[operands[1].index],
                let base = pass.value(operands[0]).scalars.first(where: { $0 < 0 })
            else { continue }
            let exponent = isNamed(operands[1]) ? "the exponent \(Printable.text(tape[operands[1]].name))" : "an exponent"
            return "\(Printable.text(tape[id].name)) is a power of a negative number, \(Numeral(base).text), and \(exponent) varies: "
                + "there is no derivative with respect to it; write a positive base, or give the exponent as a number or under constants"
        }
        return nil
    }
}
