import Experiments
package import Forms

/// Reads a lesson from YAML and says everything that is wrong with it.
///
/// It goes in three steps, each of which reports all that it finds: bytes to YAML (`Composition`), maps to values by
/// the tables of the language (`Form`, `Fields`), values to meaning with their shapes (`LayerReader` and its like).
package enum LessonReader {
    /// - Parameter file: the name that messages bear.
    /// - Throws: `LessonErrors`, with every finding.
    package static func read(bytes: [UInt8], file: String) throws(LessonErrors) -> Lesson {
        let source = try Composition.text(of: bytes, file: file)
        let findings = Findings(source: source)
        guard let root = Composition.document(of: source, findings: findings),
            let lesson = lesson(Located(value: root, path: .root), findings: findings),
            findings.errors.isEmpty
        else { throw findings.failure }
        return lesson
    }

    package static func read(text: String, file: String) throws(LessonErrors) -> Lesson {
        try read(bytes: Array(text.utf8), file: file)
    }

    private static func lesson(_ root: Located, findings: Findings) -> Lesson? {
        let subjects = LessonForms.lessons.map(\.key)
        guard case .map(let entries) = root.value.content else {
            findings.error(
                at: root, "the file is \(root.value.described)", expected: "a map with \(subjects.listed())")
            return nil
        }
        let present = entries.filter { subjects.contains($0.key) }
        guard let first = present.first, let form = LessonForms.lessons.first(where: { $0.key == first.key })?.form else {
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
        let fields = Fields(entries: rest, at: root.mark, path: .root, form: form, findings: findings)
        let title = fields.text("title", most: Limits.titleCharacters)
        let description = fields.text("description", most: Limits.descriptionCharacters)
        let headline = HeadlineReader(fields, findings: findings)
        guard let subject = subject(first.key, fields, findings: findings) else { return nil }
        return Lesson(
            title: title, headline: headline.headline(of: subject.subject), description: description, subject: subject.subject,
            figures: subject.figures, mistake: MistakeReader(findings: findings).mistake(fields, of: subject.subject),
            source: LessonSource(
                file: findings.source.file, text: findings.source.text, line: first.keyMark.line, column: first.keyMark.column),
            warnings: findings.warnings.inFileOrder)
    }

    private static func subject(
        _ key: String, _ fields: Fields, findings: Findings
    ) -> (subject: Lesson.Subject, figures: [TracedFigure])? {
        switch key {
        case "network": NetworkReader(findings: findings).problem(fields).map { (.network($0.problem), $0.figures) }
        case "expression": ProgramReader(findings: findings).problem(fields).map { (.expression($0), []) }
        default: ExperimentReader(findings: findings).experiment(fields).map { (.experiment($0), []) }
        }
    }
}
