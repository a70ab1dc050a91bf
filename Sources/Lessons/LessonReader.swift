import Experiments
package import Forms
import NeuralNetworks
package import NumberFiles
import Recordings

/// Reads a lesson from YAML and reports everything that is wrong with it.
///
/// There are three stages, each of which reports all it finds: bytes to YAML (`Composition`), maps to values by the tables of the language
/// (`Form`, `Fields`), values to meaning with their shapes (`LayerReader` and the other readers).
package enum LessonReader {
    /// - Parameters:
    ///   - file: the name that messages bear.
    ///   - numbers: the files that the lesson may name.
    /// - Throws: `LessonErrors`, with every finding.
    package static func read(
        bytes: [UInt8], file: String, numbers: NumberSource = .none("this lesson has no folder")
    ) throws(LessonErrors) -> Lesson {
        let source = try Composition.text(of: bytes, file: file)
        let findings = Findings(source: source)
        guard let root = Composition.document(of: source, findings: findings),
            let lesson = lesson(Located(value: root, path: .root), findings: findings, numbers: numbers),
            findings.errors.isEmpty
        else { throw findings.failure }
        return lesson
    }

    package static func read(text: String, file: String) throws(LessonErrors) -> Lesson {
        try read(bytes: Array(text.utf8), file: file)
    }

    /// What a lesson says, before anything of it is understood; nil if it is no YAML.
    package static func document(in bytes: [UInt8]) -> WrittenValue? {
        guard let source = try? Composition.text(of: bytes, file: "") else { return nil }
        return Composition.document(of: source, findings: Findings(source: source))
    }

    /// The files that a lesson names, whatever else is right or wrong with it.
    package static func namedFiles(in bytes: [UInt8]) -> [String] {
        guard let root = document(in: bytes) else { return [] }
        func text(_ value: WrittenValue?) -> String? { if case .scalar(let text, _) = value?.content { text } else { nil } }
        let weights = root["network"]?["weights"]
        let runs = root["recording"].map { [$0] + ($0.elements ?? []) } ?? []
        return ([text(weights), text(weights?["file"]), text(root["data"]?["file"])] + runs.flatMap { [text($0), text($0["file"])] })
            .compactMap(\.self)
    }

    private static func lesson(_ root: Located, findings: Findings, numbers: NumberSource) -> Lesson? {
        let subjects = LessonKind.allCases.map(\.key)
        guard case .map(let entries) = root.value.content else {
            findings.error(
                at: root, "the file is \(root.value.described)", expected: "a map with \(subjects.listed())")
            return nil
        }
        let present = entries.filter { subjects.contains($0.key) }
        guard let first = present.first, let kind = LessonKind(rawValue: first.key) else {
            let near = entries.first { subjects.nearest(to: $0.key) != nil }
            findings.error(
                at: near?.keyMark ?? root.mark, "the lesson has no \(subjects.listed())",
                expected: "one of them", hint: near.flatMap { subjects.nearest(to: $0.key) }.map { "did you mean \"\($0)\"?" })
            return nil
        }
        for other in present.dropFirst() {
            findings.error(
                at: other.keyMark, path: .key(.root, other.key),
                "\(other.key) beside \(first.key) (\(first.keyMark.line):\(first.keyMark.column))",
                expected: "one of them in a lesson")
        }
        let rest = entries.filter { entry in !present.dropFirst().contains { $0.key == entry.key } }
        let fields = Fields(entries: rest, at: root.mark, path: .root, form: kind.form, findings: findings)
        let title = fields.text("title", most: Limits.titleCharacters)
        let description = fields.text("description", most: Limits.descriptionCharacters)
        let headline = HeadlineReader(fields, findings: findings)
        let files = NumberFileReader(findings: findings, source: numbers)
        guard let subject = subject(kind, fields, findings: findings, files: files) else { return nil }
        var lesson = Lesson(
            title: title, headline: headline.headline(of: subject.subject), description: description, subject: subject.subject,
            figures: subject.figures, mistake: MistakeReader(findings: findings).mistake(fields, of: subject.subject),
            source: LessonSource(
                file: findings.source.file, text: findings.source.text, line: first.keyMark.line, column: first.keyMark.column),
            warnings: findings.warnings.inFileOrder)
        if !files.files.isEmpty {
            lesson.source.files = files.files
            let standalone = StandaloneLesson(root: root.value, filled: subject.filled, batch: subject.batch)
            if case .recording(let recorded) = subject.subject {
                lesson.source.standalone = standalone.text(of: recorded.runs)
            } else {
                lesson.source.standalone = standalone.text
            }
        }
        return lesson
    }

    /// A lesson's subject and what it took from files.
    private struct Subject {
        var subject: Lesson.Subject
        var figures: [TracedFigure] = []
        var filled: [FilledParameter] = []
        var batch: (inputs: Located, targets: Located?)?
    }

    private static func subject(
        _ kind: LessonKind, _ fields: Fields, findings: Findings, files: NumberFileReader
    ) -> Subject? {
        switch kind {
        case .network:
            NetworkReader(findings: findings, files: files).problem(fields).map {
                Subject(subject: .network($0.problem), figures: $0.figures, filled: $0.filled, batch: $0.batch)
            }
        case .expression:
            ProgramReader(findings: findings).problem(fields).map { problem in
                let reader = FigureReader(findings: findings, steps: problem.rule.steps, choice: LessonForms.expressionFigure)
                return Subject(subject: .expression(problem), figures: reader.figures(fields))
            }
        case .recording: RecordingReading(findings: findings, files: files).lesson(fields).map { Subject(subject: .recording($0)) }
        case .experiment: ExperimentReader(findings: findings).experiment(fields).map { Subject(subject: .experiment($0)) }
        }
    }
}
