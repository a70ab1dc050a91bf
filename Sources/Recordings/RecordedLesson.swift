/// Runs that a lesson draws, and what it draws of them.
package struct RecordedLesson: Hashable, Sendable {
    package struct Run: Hashable, Sendable {
        /// Unlike any other run's.
        package var name: String
        package var recording: Recording

        package init(name: String, recording: Recording) {
            self.name = name
            self.recording = recording
        }
    }

    /// In the order of the lesson; at least one.
    package var runs: [Run]
    package var figures: [RecordingFigure]
    /// The steps that are shown where not all are, each recorded in some run; empty for the first, a middle and the last one.
    package var steps: [Int]
    /// The beginnings of the names of the layers that are drawn; empty for all. The verdict is of all.
    package var layers: [String]

    package init(runs: [Run], figures: [RecordingFigure] = [.page], steps: [Int] = [], layers: [String] = []) {
        self.runs = runs
        self.figures = figures
        self.steps = steps
        self.layers = layers
    }

    /// More would have the same colours.
    package static let mostRuns = 6
    /// More lines in one plot can't be told apart.
    package static let mostSteps = 6
}

/// What is drawn of a recording; the raw values are the words of a lesson.
package enum RecordingFigure: String, CaseIterable, Sendable {
    /// The gradient's norm by layer, at chosen steps.
    case decay
    /// The gradient's norm by layer and step.
    case heat
    /// How far a step moves the weights, relative to their norm.
    case updates
    /// The share of zeros by layer.
    case units
    case loss
    /// All of these, under one verdict.
    case page
}
