package import Experiments
package import Forms
package import NeuralNetworks

/// What one file teaches: a network to trace, an expression to trace, or an experiment to run.
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
    /// What stands over its pictures.
    package var headline: Headline
    package var description: String?
    package var subject: Subject
    /// The pictures that a network's lesson asks for; empty: what suits it.
    package var figures: [TracedFigure]
    /// The classic mistake that its pictures show beside the right way back.
    package var mistake: Mistake?
    package var source: LessonSource
    /// What is allowed but hardly meant, such as a softmax before cross-entropy.
    package var warnings: [Diagnostic]

    package init(
        title: String? = nil, headline: Headline = .found, description: String? = nil, subject: Subject, figures: [TracedFigure] = [],
        mistake: Mistake? = nil, source: LessonSource, warnings: [Diagnostic] = []
    ) {
        self.title = title
        self.headline = headline
        self.description = description
        self.subject = subject
        self.figures = figures
        self.mistake = mistake
        self.source = source
        self.warnings = warnings
    }
}

extension Lesson {
    /// Whether it is traced rather than measured.
    package var isTraced: Bool { if case .experiment = subject { false } else { true } }
}

/// The file that a lesson was read from, to be carried by the figures it makes.
package struct LessonSource: Hashable, Sendable {
    /// As the reader was told it; `-` for the standard input.
    package var file: String
    /// Without a byte-order mark.
    package var text: String
    /// Where the network, the expression or the experiment begins, from 1: the place of what only shows when it is drawn.
    package var line: Int
    package var column: Int

    package init(file: String, text: String, line: Int = 1, column: Int = 1) {
        self.file = file
        self.text = text
        self.line = line
        self.column = column
    }
}

// A lesson may be a part of a larger file.

extension Lesson {
    /// With its warnings and its own place moved.
    package func moved(lines: Int, columns: Int) -> Lesson {
        var moved = self
        moved.warnings = warnings.map { $0.moved(lines: lines, columns: columns) }
        moved.source.line += lines
        moved.source.column += columns
        return moved
    }
}
