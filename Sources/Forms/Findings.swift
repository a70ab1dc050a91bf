/// Collects the diagnostics of a lesson while it is read.
package final class Findings {
    package let source: SourceText
    package private(set) var errors: [Diagnostic] = []
    package private(set) var warnings: [Diagnostic] = []
    package private(set) var omitted = 0

    /// The most errors, and the most warnings, that are kept; further errors are only counted.
    private static let kept = 100

    package init(source: SourceText) { self.source = source }

    /// Whether another error would only be counted, so that there is no need to look for a hint.
    package var isFull: Bool { errors.count >= Self.kept }

    /// `expected` and `hint` are autoclosures because both may take a search, which an error that is only counted does not need.
    package func error(
        at mark: SourceMark, path: DocumentPath = .root, _ what: String, expected: @autoclosure () -> String? = nil,
        hint: @autoclosure () -> String? = nil
    ) {
        guard !isFull else {
            omit()
            return
        }
        errors.append(diagnostic(.error, mark, path, what, expected(), hint()))
    }

    /// Counts an error without keeping it.
    package func omit() { omitted += 1 }

    package func error(
        at located: Located, _ what: String, expected: @autoclosure () -> String? = nil, hint: @autoclosure () -> String? = nil
    ) {
        error(at: located.mark, path: located.path, what, expected: expected(), hint: hint())
    }

    package func warning(at mark: SourceMark, _ path: DocumentPath, _ what: String, hint: String? = nil) {
        guard warnings.count < Self.kept else { return }
        warnings.append(diagnostic(.warning, mark, path, what, nil, hint))
    }

    /// Reports a value that is not what is expected: "… is "two"; expected a whole number".
    package func mismatch(_ located: Located, expected: @autoclosure () -> String, hint: @autoclosure () -> String? = nil) {
        error(at: located, "\(located.path.named) is \(located.value.described)", expected: expected(), hint: hint())
    }

    /// All errors and warnings in the order of the file.
    package var failure: LessonErrors {
        LessonErrors(errors: errors.inFileOrder, warnings: warnings.inFileOrder, omitted: omitted)
    }

    private func diagnostic(
        _ severity: Diagnostic.Severity, _ mark: SourceMark, _ path: DocumentPath, _ what: String, _ expected: String?,
        _ hint: String?
    ) -> Diagnostic {
        let mark = source.clamped(mark)
        return Diagnostic(
            severity: severity, file: source.file, line: mark.line, column: mark.column, path: path.description,
            what: what, expected: expected, hint: hint, sourceLine: source.line(at: mark))
    }
}

extension [Diagnostic] {
    /// Sorted by line and column; diagnostics at the same position keep their order.
    package var inFileOrder: [Diagnostic] {
        enumerated().sorted { ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset) }
            .map(\.element)
    }
}
