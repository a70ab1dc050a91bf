import Autodiff
import NeuralNetworks
import Notation
package import Traces

extension Diagnosis {
    /// For people: each answer, what gives it, and what explains all of them.
    package var text: String {
        verdicts.map(Self.text).joined() + (summary.map { "\nAll together: \($0).\n" } ?? "")
    }

    private static func text(of verdict: Verdict) -> String {
        var text = "\(verdict.answer.address) = \(Numeral(verdict.answer.value, digits: 8).text) "
        if verdict.isRight { return text + "is right\n" }
        guard !verdict.mistakes.isEmpty else { return text + "is not right; none of the classic mistakes gives it\n" }
        text += "is not right; \(verdict.mistakes.count == 1 ? "this mistake gives" : "any one of these mistakes gives") this number:\n"
        for mistake in verdict.mistakes {
            text += "  \(mistake.rawValue)\n    \(mistake.words)\n    \(mistake.code.wrong)    instead of    \(mistake.code.right)\n"
        }
        return text
    }

    /// What explains all of several answers, or what two mistakes or another step explain; nil where nothing does or where it is said already.
    package var summary: String? {
        // Of one answer its own verdict names the single mistakes.
        var reasons = together.filter { verdicts.count > 1 || $0.count > 1 }.map { kinds in
            kinds.map(\.rawValue).joined(separator: " together with ")
        }
        reasons += steps.map { "the numbers of step \($0) were taken" }
        guard !reasons.isEmpty else { return nil }
        return (verdicts.count == 1 ? "it may be " : "every answer fits ") + reasons.joined(separator: ", or ")
    }
}

/// What a whole class answered.
package struct ClassDiagnosis: Sendable {
    package let students: [(name: String, diagnosis: Diagnosis)]

    package init(_ students: [(name: String, diagnosis: Diagnosis)]) { self.students = students }

    package var isAllRight: Bool { students.allSatisfy(\.diagnosis.isAllRight) }

    private static let headings = ["name", "address", "answer", "verdict", "mistakes"]

    /// A row an answer, and what explains all of a student's answers.
    package var text: String {
        var table = TextTable(Self.headings.map { ($0, $0 == "answer" ? .right : .left) })
        for (name, diagnosis) in students {
            for verdict in diagnosis.verdicts {
                table.add([name, verdict.answer.address, Numeral(verdict.answer.value, digits: 8).text, verdict.word, verdict.kinds])
            }
        }
        let notes = students.compactMap { name, diagnosis in diagnosis.summary.map { "\(name): \($0).\n" } }
        let right = students.count { $0.diagnosis.isAllRight }
        return table.text + "\n" + notes.joined() + "\(right) of \(students.count) have everything right.\n"
    }

    package var csv: String {
        var csv = CSV(Self.headings)
        for (name, diagnosis) in students {
            for verdict in diagnosis.verdicts {
                csv.add([
                    .text(name), .text(verdict.answer.address), .number(verdict.answer.value), .text(verdict.word), .text(verdict.kinds),
                ])
            }
        }
        return csv.text
    }

    package var json: JSON {
        .object([
            "answers": .array(students.flatMap { $0.diagnosis.answersJSON(of: $0.name) }),
            "students": .array(
                students.map { name, diagnosis in
                    .object(
                        [
                            .init(key: "name", value: .string(name)),
                            .init(key: "right", value: .integer(diagnosis.verdicts.count(where: \.isRight))),
                            .init(key: "of", value: .integer(diagnosis.verdicts.count)),
                        ] + diagnosis.togetherJSON)
                }),
        ])
    }
}

extension Diagnosis.Verdict {
    fileprivate var word: String { isRight ? "right" : "wrong" }
    fileprivate var kinds: String { mistakes.map(\.rawValue).joined(separator: " or ") }
}
