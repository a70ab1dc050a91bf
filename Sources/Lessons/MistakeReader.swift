import Escaping
import Forms
package import NeuralNetworks

extension LessonForms {
    /// The classic mistakes by their words.
    static let mistake = Choice(
        "mistake", Mistake.allCases.map { Choice.Option($0.rawValue, about: $0.about, .nothing) })
}

/// Reads which classic mistake a lesson's figures show.
struct MistakeReader {
    let findings: Findings

    /// Nil where the lesson asks for none, or for one that changes none of its numbers: an error that says which do.
    func mistake(_ lesson: Fields, of subject: Lesson.Subject) -> Mistake? {
        switch subject {
        case .experiment, .recording: return nil  // neither has the key
        case .network, .expression: break
        }
        guard let located = lesson.located("mistake"), let choice = WrittenChoice(located, of: LessonForms.mistake, findings: findings),
            let mistake = Mistake(rawValue: choice.option.word), findings.errors.isEmpty
        else { return nil }
        do {
            if try subject.mistakes(of: [mistake]).contains(mistake) { return mistake }
            let known = try subject.mistakes(of: Mistake.allCases).map(\.rawValue)
            findings.error(
                at: located, "\(mistake.rawValue) changes nothing in this lesson",
                expected: known.isEmpty ? "no mistake: none of them changes a number here" : known.listed())
        } catch {
            findings.error(at: located, "\(located.path): \(error)", expected: "a lesson that takes fewer products")
        }
        return nil
    }
}

extension Lesson.Subject {
    /// Which of some mistakes change a number.
    /// - Throws: where computing them would pass a limit.
    package func mistakes(of mistakes: [Mistake]) throws -> [Mistake] {
        switch self {
        case .network(let problem): try MistakeReport(problem, of: mistakes).entries.map(\.mistake)
        case .expression(let problem): try MistakeReport(problem, of: mistakes).entries.map(\.mistake)
        case .experiment, .recording: []
        }
    }
}
