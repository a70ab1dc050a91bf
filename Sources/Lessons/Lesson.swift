package import Experiments
package import Forms
package import NeuralNetworks

/// The content of one file: a network to trace, an expression to trace, or an experiment to run.
///
/// ```swift
/// let lesson = try LessonReader.read(bytes: bytes, file: "mazur.yaml")
/// if case .network(let problem) = lesson.subject { … }
/// ```
package struct Lesson: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case network(TrainingProblem)
        case expression(ExpressionProblem)
        case experiment(Experiment)
    }

    /// Names the topic.
    package var title: String?
    /// The headline of its pictures.
    package var headline: Headline
    package var description: String?
    package var subject: Subject
    /// The pictures that the lesson of a network asks for; empty for the defaults.
    package var figures: [TracedFigure]
    package var source: LessonSource
    /// Diagnostics of what is allowed but probably not meant, such as a softmax before cross-entropy.
    package var warnings: [Diagnostic]

    package init(
        title: String? = nil, headline: Headline = .found, description: String? = nil, subject: Subject, figures: [TracedFigure] = [],
        source: LessonSource, warnings: [Diagnostic] = []
    ) {
        self.title = title
        self.headline = headline
        self.description = description
        self.subject = subject
        self.figures = figures
        self.source = source
        self.warnings = warnings
    }
}

extension Lesson {
    /// Whether it is traced rather than measured.
    package var isTraced: Bool { if case .experiment = subject { false } else { true } }
}

/// The file that a lesson was read from, which its figures embed.
package struct LessonSource: Hashable, Sendable {
    /// As it was passed to the reader; `-` for standard input.
    package var file: String
    /// Without a byte-order mark.
    package var text: String
    /// Where the network, the expression or the experiment begins, from 1: the location of errors that show only in drawing.
    package var line: Int
    package var column: Int
    /// The files that the lesson takes numbers from.
    package var files: [NumberFile] = []
    /// Where it takes any: the lesson with the numbers in their places, so that it needs no file; nil where that is larger than a lesson may be.
    package var standalone: String?

    package struct NumberFile: Hashable, Sendable {
        /// As the lesson has it.
        package var name: String
        /// Differs where the file's bytes do.
        package var digest: String
    }

    package init(file: String, text: String, line: Int = 1, column: Int = 1) {
        self.file = file
        self.text = text
        self.line = line
        self.column = column
    }
}

extension LessonSource {
    /// All that its pictures depend on.
    package var dependencies: [String] { [text] + files.flatMap { [$0.name, $0.digest] } }

    /// What a figure carries: the lesson, which stands alone as far as its size allows.
    package var carried: String { standalone ?? text }

    /// The files whose numbers are too many for a figure to carry.
    package var filesLeftOut: [NumberFile] { standalone == nil ? files : [] }
}

// A lesson may be a part of a larger file.

extension Lesson {
    /// The lesson with its warnings and its own location shifted.
    package func moved(lines: Int, columns: Int) -> Lesson {
        var moved = self
        moved.warnings = warnings.map { $0.moved(lines: lines, columns: columns) }
        moved.source.line += lines
        moved.source.column += columns
        return moved
    }
}
