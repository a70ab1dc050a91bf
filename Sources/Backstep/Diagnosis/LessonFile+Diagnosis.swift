import Autodiff
import Escaping
import Forms
import Lessons
import NeuralNetworks
package import Telling
package import Traces

extension LessonFile {
    /// What `backstep diagnose --answer …` prints, and whether all answers are right.
    /// - Parameters:
    ///   - answers: as written, `hidden.weight[0,0]=0.0018`.
    ///   - tolerance: how far each may be off; nil: half a unit of the last digit given.
    package func diagnosis(of answers: [String], tolerance: Double?) throws(BackstepError) -> Diagnosis {
        let trace = try lesson.requiredTrace(for: "diagnose")
        let read = try answers.map { (answer) throws(BackstepError) in
            guard let sign = answer.lastIndex(of: "=") else {
                throw BackstepError(
                    .usage, "--answer \(Printable.quoted(answer)): expected an address and a number, as in hidden.weight[0,0]=0.0018")
            }
            return try trace.answer(
                String(answer[..<sign]), String(answer[answer.index(after: sign)...]), tolerance, at: "--answer \(Printable.quoted(answer))"
            )
        }
        return Diagnosis(read, try knownNumbers(of: Set(read.map(\.place))))
    }

    /// What `backstep diagnose --answers FILE.csv` prints of a class, and what it says of cells that it can't read, with their lines.
    package func diagnosis(
        ofTable file: String, tolerance: Double?
    ) throws(BackstepError) -> (found: ClassDiagnosis, faults: [String]) {
        let trace = try lesson.requiredTrace(for: "diagnose")
        let bytes = try InputFile.bytes(file, most: Limits.fileBytes)
        guard bytes.count <= Limits.fileBytes else {
            throw BackstepError(.noInput, "\(file) has more than \(Limits.fileBytes.grouped) bytes; expected a table of answers")
        }
        let table = try AnswerTable(String(decoding: bytes, as: UTF8.self), file: file)
        guard table.rows.contains(where: { !$0.answer.isEmpty }) else {
            throw BackstepError(.noInput, "\(file) has no answers: all of its \(table.rows.count) rows have an empty one")
        }
        var faults = table.faults
        var students: [(name: String, answers: [Diagnosis.Answer], open: [String], unread: [ClassDiagnosis.Student.Cell])] = []
        var places: [String: Int] = [:]
        for row in table.rows {
            let place = places[row.name] ?? students.count
            if place == students.count {
                places[row.name] = place
                students.append((row.name, [], [], []))
            }
            if row.answer.isEmpty {
                students[place].open.append(row.address)
            } else {
                do throws(BackstepError) {
                    let answer = try trace.answer(row.address, row.answer, tolerance, at: "\(file):\(row.line)")
                    students[place].answers.append(answer)
                } catch {
                    faults.append(error.description)
                    students[place].unread.append(.init(address: row.address, answer: row.answer))
                }
            }
        }
        let known = try knownNumbers(of: Set(students.flatMap { $0.answers.map(\.place) }))
        let found = students.map { student in
            ClassDiagnosis.Student(
                name: student.name, diagnosis: Diagnosis(student.answers, known), open: student.open, unread: student.unread)
        }
        return (ClassDiagnosis(found), faults)
    }

    private func knownNumbers(of places: Set<KnownNumbers.Place>) throws(BackstepError) -> KnownNumbers {
        do {
            switch lesson.subject {
            case .network(let problem): return try KnownNumbers(problem, of: places)
            case .expression(let problem): return try KnownNumbers(problem, of: places)
            case .experiment, .recording: break
            }
        } catch {
            throw lesson.badLesson("diagnose: \(error)")
        }
        throw lesson.badLesson("diagnose needs a trace")
    }
}

extension Trace {
    /// What somebody says of the gradient of a parameter.
    /// - Parameter source: where it is written, for messages.
    fileprivate func answer(
        _ address: String, _ number: String, _ tolerance: Double?, at source: String
    ) throws(BackstepError) -> Diagnosis.Answer {
        let scalar: ScalarID
        do {
            scalar = try self.scalar(named: withoutPartial(address))
        } catch {
            throw BackstepError(.usage, "\(source): \(error.explanation)")
        }
        guard let place = parameters.firstIndex(of: scalar.tensor) else {
            let known = trainables.first.map { ", as \($0.name)" } ?? ""
            throw BackstepError(
                .usage,
                "\(source): \(self.address(of: scalar)) is no parameter; expected the gradient of "
                    + (lowered == nil ? "a name under `at`" : "one") + known)
        }
        guard let given = GivenNumber(number) else {
            throw BackstepError(.usage, "\(source): \(Printable.quoted(number)) is no number; expected one as in 0.0018 or 1.8e-3")
        }
        return Diagnosis.Answer(
            address: self.address(of: scalar), place: .init(trainable: place, index: scalar.index), value: given.value,
            tolerance: tolerance ?? given.tolerance)
    }

    /// A name without what makes it a gradient on a page: ∂L/∂w₅, dL/dw5, gradient hidden.weight[0,0].
    func withoutPartial(_ text: String) -> String {
        let trimmed = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        let result = lowered == nil ? tape[pass.result].name : "L"
        for start in ["gradient ", "∂L/∂", "dL/d", "∂\(result)/∂", "d\(result)/d"] where trimmed.hasPrefix(start) {
            return String(trimmed.dropFirst(start.count))
        }
        return trimmed
    }
}
