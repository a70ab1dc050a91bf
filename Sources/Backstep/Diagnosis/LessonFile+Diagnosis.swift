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

    /// What `backstep diagnose --answers FILE.csv` prints of a class.
    package func diagnosis(ofTable file: String, tolerance: Double?) throws(BackstepError) -> ClassDiagnosis {
        let trace = try lesson.requiredTrace(for: "diagnose")
        let bytes = try InputFile.bytes(file, most: Limits.fileBytes)
        guard bytes.count <= Limits.fileBytes else {
            throw BackstepError(.noInput, "\(file) has more than \(Limits.fileBytes.grouped) bytes; expected a table of answers")
        }
        var students: [(name: String, answers: [Diagnosis.Answer], open: [String])] = []
        var places: [String: Int] = [:]
        for row in try AnswerTable(String(decoding: bytes, as: UTF8.self), file: file).rows {
            let place = places[row.name] ?? students.count
            if place == students.count {
                places[row.name] = place
                students.append((row.name, [], []))
            }
            if row.answer.isEmpty {
                students[place].open.append(row.address)
            } else {
                students[place].answers.append(try trace.answer(row.address, row.answer, tolerance, at: "\(file):\(row.line)"))
            }
        }
        let known = try knownNumbers(of: Set(students.flatMap { $0.answers.map(\.place) }))
        return ClassDiagnosis(students.map { .init(name: $0.name, diagnosis: Diagnosis($0.answers, known), open: $0.open) })
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
