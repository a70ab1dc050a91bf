package import Drawing
import Forms
package import Lessons
package import NeuralNetworks
package import Recordings
package import TraceFigures
package import Traces

/// The options for what a figure shows and how it looks.
public struct PictureOptions: Hashable, Sendable {
    package var sample = NetworkDiagramOptions.Sample.number(0)
    /// Whether each edge of a network shows upstream × local = contribution.
    public var showsProducts = false
    /// The positions of a network's weights.
    package var weights = NetworkDiagramOptions.Weights.auto
    /// nil: the figures of the lesson, or the kind that suits it.
    package var figure: FigureKind?
    /// What is drawn of a recording; nil: the figures of the lesson.
    package var recordingFigure: RecordingFigure?
    /// Which layer a figure of one shows; nil: those that the lesson lists, or the first one with parameters.
    package var layer: String?
    /// How a trace's symbols are written.
    package var notation = NotationStyle.automatic
    /// The classic mistake that is drawn beside the right way back; nil: that of the lesson, if any.
    package var mistake: Mistake?
    /// nil: the width that suits the figure.
    package var width: TextWidth?
    /// nil: as high as it is.
    package var height: TextWidth?
    /// Whether the headline is left out, for figures that have a caption in their document.
    package var hidesHeadline = false
    package var look = Look()
    /// Whether the lesson is embedded in the figure's file.
    package var carriesSource = true

    public init() {}

    /// All options except `carriesSource`. The command line, notes, filters and the settings inside figures use this list.
    package static let all: [PictureOption<PictureOptions>] =
        [
            PictureOption(
                "figure",
                help:
                    "Draws the network, its graph of operations, a recurrent cell, one layer with its tensors as grids (layer:NAME), or the loss and the optimizer's state by training step; of a recording \(RecordingFigure.allCases.map(\.rawValue).inWords); by default what the lesson asks for or what suits it.",
                expected:
                    "\(FigureKind.allCases.map(\.rawValue).inWords), of a recording \(RecordingFigure.allCases.map(\.rawValue).inWords)",
                words: FigureKind.allCases.map(\.rawValue) + RecordingFigure.allCases.map(\.rawValue)
            ) { value, options in
                options.recordingFigure = RecordingFigure(rawValue: value)
                if options.recordingFigure != nil {
                    (options.figure, options.layer) = (nil, nil)
                    return true
                }
                let parts = value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                guard let kind = FigureKind(rawValue: parts[0]), parts.count == 1 || kind == .layer && !parts[1].isEmpty else {
                    return false
                }
                options.figure = kind
                options.layer = parts.count > 1 ? parts[1] : nil
                return true
            } written: { options in
                options.figure.map { kind in options.layer.map { "\(kind.rawValue):\($0)" } ?? kind.rawValue }
                    ?? options.recordingFigure?.rawValue
            },
            PictureOption(
                "sample", help: "The sample of the batch whose numbers are drawn, from 0, or mean.", expected: "a number from 0, or mean",
                words: ["mean"]
            ) { value, options in
                if value == "mean" {
                    options.sample = .mean
                } else if let number = Int(value), number >= 0 {
                    options.sample = .number(number)
                } else {
                    return false
                }
                return true
            } written: { options in
                switch options.sample {
                case .number(0): nil
                case .number(let number): String(number)
                case .mean: "mean"
                }
            },
            PictureOption(
                "notation",
                help:
                    "How symbols are written: \(NotationStyle.choices).",
                expected: NotationStyle.allCases.map(\.rawValue).inWords, words: NotationStyle.allCases.map(\.rawValue)
            ) { value, options in
                guard let notation = NotationStyle(rawValue: value) else { return false }
                options.notation = notation
                return true
            } written: {
                $0.notation == .automatic ? nil : $0.notation.rawValue
            },
            PictureOption(
                "mistake", help: "Draws the way back twice, right and with one of the classic mistakes; see `backstep mistakes`.",
                expected: Mistake.allCases.map(\.rawValue).inWords, words: Mistake.allCases.map(\.rawValue)
            ) { value, options in
                guard let mistake = Mistake(rawValue: value) else { return false }
                options.mistake = mistake
                return true
            } written: {
                $0.mistake?.rawValue
            },
            PictureOption("products", help: "Shows upstream × local = contribution on each edge of a network.", \.showsProducts),
            PictureOption(
                "weights",
                help:
                    "Where a network's weights stand: at their edges (auto: up to 6 units a layer), or in a grid between the layers.",
                \.weights, usual: .auto),
            PictureOption(
                "width", help: "The width of figures: a length, or the name of a page for its text width.", expected: TextWidth.expected,
                words: TextWidth.presets.map(\.name)
            ) { value, options in
                guard let width = TextWidth(value) else { return false }
                options.width = width
                return true
            } written: {
                $0.width.map { "\($0.points)pt" }
            },
            PictureOption(
                "height", help: "How high figures are: a length. What is higher is set smaller, as far as its type can be read.",
                expected: TextWidth.expectedLength
            ) { value, options in
                guard let height = TextWidth(length: value) else { return false }
                options.height = height
                return true
            } written: {
                $0.height.map { "\($0.points)pt" }
            },
            PictureOption("no-headline", help: "Leaves out the headline, for a figure with a caption in its document.", \.hidesHeadline),
        ] + Look.options.map { $0.of(\.look) }

    /// Sets one option by its name, as on the command line or in a page of notes.
    /// - Throws: `BackstepError` that says which values are allowed or, for an unknown name, which option is nearest.
    public mutating func set(_ word: String, to value: String) throws(BackstepError) {
        guard let option = Self.all.first(where: { $0.word == word }) else {
            let words = Self.all.map(\.word)
            let near = words.nearest(to: word).map { "; did you mean \($0)?" } ?? ""
            throw BackstepError(.usage, "there is no option \"\(word)\"; expected one of \(words.joined(separator: ", "))\(near)")
        }
        guard option.read(value, &self) else {
            // Of numbers, the list has only examples.
            let near = Double(value) == nil ? option.words.nearest(to: value).map { "; did you mean \($0)?" } ?? "" : ""
            throw BackstepError(.usage, "--\(word) takes \(option.expected)\(near)")
        }
    }
}

extension NotationStyle {
    /// All of them, each with what it does: "layered (w⁽¹⁾₁₂: layer, to, from), … or automatic, what suits the network".
    fileprivate static let choices =
        allCases.filter { $0 != .automatic }.map { "\($0.rawValue) (\($0.about)), " }.joined() + "or automatic, \(Self.automatic.about)"

    private var about: String {
        switch self {
        case .automatic: "what suits the network"
        case .layered: "w⁽¹⁾₁₂: layer, to, from"
        case .numbered: "w₁ … w₈"
        case .nielsen: "δ, C"
        case .cs231n: "upstream × local = downstream"
        case .chain: "three factors for each weight"
        }
    }
}
