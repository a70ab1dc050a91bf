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
    package struct Student: Sendable {
        package let name: String
        package let diagnosis: Diagnosis
        /// The addresses of questions that were left open.
        package let open: [String]
        /// What is no number, or no answer to a question, as it is written.
        package let unread: [Cell]

        package struct Cell: Sendable {
            package let address: String
            package let answer: String

            package init(address: String, answer: String) { (self.address, self.answer) = (address, answer) }
        }

        package init(name: String, diagnosis: Diagnosis, open: [String], unread: [Cell]) {
            (self.name, self.diagnosis, self.open, self.unread) = (name, diagnosis, open, unread)
        }

        fileprivate var isAllRight: Bool { diagnosis.isAllRight && open.isEmpty && unread.isEmpty }
    }

    package let students: [Student]

    package init(_ students: [Student]) { self.students = students }

    package var isAllRight: Bool { students.allSatisfy(\.isAllRight) }

    /// The verdict on no answer.
    private static let open = "no answer"
    /// The verdict on what can't be read.
    private static let unread = "not read"
    private static let headings = ["name", "address", "answer", "verdict", "mistakes"]

    /// A row an answer, and what explains all of a student's answers.
    package var text: String {
        var table = TextTable(Self.headings.map { ($0, $0 == "answer" ? .right : .left) })
        for student in students {
            for verdict in student.diagnosis.verdicts {
                table.add([
                    student.name, verdict.answer.address, Numeral(verdict.answer.value, digits: 8).text, verdict.word, verdict.kinds,
                ])
            }
            for address in student.open { table.add([student.name, address, "", Self.open, ""]) }
            for cell in student.unread { table.add([student.name, cell.address, cell.answer, Self.unread, ""]) }
        }
        let notes = students.compactMap { student in student.diagnosis.summary.map { "\(student.name): \($0).\n" } }
        let right = students.count(where: \.isAllRight)
        return table.text + "\n" + notes.joined() + "\(right) of \(students.count) have everything right.\n"
    }

    package var csv: String {
        var csv = CSV(Self.headings)
        for student in students {
            for verdict in student.diagnosis.verdicts {
                csv.add([
                    .text(student.name), .text(verdict.answer.address), .number(verdict.answer.value), .text(verdict.word),
                    .text(verdict.kinds),
                ])
            }
            for address in student.open { csv.add([.text(student.name), .text(address), .text(""), .text(Self.open), .text("")]) }
            for cell in student.unread {
                csv.add([.text(student.name), .text(cell.address), .text(cell.answer), .text(Self.unread), .text("")])
            }
        }
        return csv.text
    }

    package var json: JSON {
        .object([
            "answers": .array(students.flatMap { $0.diagnosis.answersJSON(of: $0.name) }),
            "students": .array(
                students.map { student in
                    let verdicts = student.diagnosis.verdicts
                    return .object(
                        [
                            .init(key: "name", value: .string(student.name)),
                            .init(key: "right", value: .integer(verdicts.count(where: \.isRight))),
                            .init(key: "of", value: .integer(verdicts.count + student.open.count + student.unread.count)),
                        ] + student.diagnosis.togetherJSON)
                }),
        ])
    }
}

extension Diagnosis.Verdict {
    fileprivate var word: String { isRight ? "right" : "wrong" }
    fileprivate var kinds: String { mistakes.map(\.rawValue).joined(separator: " or ") }
}
