public import Drawing
import Forms
import Lessons
package import TraceFigures
package import Traces

/// Which picture of a traced network is drawn.
package enum FigureKind: String, CaseIterable, Sendable {
    /// Units and weights.
    case network
    /// Operations.
    case graph
    /// One step of a recurrent layer.
    case cell
}

/// What a figure shows, and how it looks.
public struct PictureOptions: Hashable, Sendable {
    package var sample = NetworkDiagramOptions.Sample.number(0)
    /// Whether each edge of a network shows upstream × local = contribution.
    public var showsProducts = false
    /// nil: what suits the lesson.
    package var figure: FigureKind?
    /// How a trace's symbols are written.
    package var notation = NotationStyle.automatic
    /// nil: what the figure looks best with.
    package var width: TextWidth?
    package var look = Look()
    /// Whether the figure carries its lesson.
    package var carriesSource = true

    public init() {}

    /// Everything that may be asked for but `carriesSource`, each once: the command line, notes, filters and what a figure carries read this list.
    package static let all: [PictureOption<PictureOptions>] =
        [
            PictureOption(
                "figure",
                help:
                    "Draws the network, its graph of operations, or a recurrent cell; what the lesson says, or what suits it, if not given.",
                expected: FigureKind.allCases.map(\.rawValue).inWords
            ) { value, options in
                guard let kind = FigureKind(rawValue: value) else { return false }
                options.figure = kind
                return true
            } written: {
                $0.figure?.rawValue
            },
            PictureOption(
                "sample", help: "Whose numbers of a batch are drawn: a sample, from 0, or mean.", expected: "a number from 0, or mean"
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
                    "How symbols are written: layered (w⁽¹⁾₁₂: layer, to, from), numbered (w₁ … w₈), nielsen (δ, C), cs231n (upstream × local = downstream), chain (three factors for each weight), or automatic, what suits the network.",
                expected: NotationStyle.allCases.map(\.rawValue).inWords
            ) { value, options in
                guard let notation = NotationStyle(rawValue: value) else { return false }
                options.notation = notation
                return true
            } written: {
                $0.notation == .automatic ? nil : $0.notation.rawValue
            },
            PictureOption("products", help: "Shows upstream × local = contribution on each edge of a network.", \.showsProducts),
            PictureOption(
                "width", help: "How wide figures are: a length, or the text width of a page by its name.", expected: TextWidth.expected
            ) { value, options in
                guard let width = TextWidth(value) else { return false }
                options.width = width
                return true
            } written: {
                $0.width.map { "\($0.points)pt" }
            },
        ] + Look.options.map { $0.of(\.look) }

    /// Asks for one thing by its word, as a command line or a page of notes does.
    /// - Throws: `BackstepError` that names what is expected, and the nearest word of an unknown one.
    public mutating func set(_ word: String, to value: String) throws(BackstepError) {
        guard let option = Self.all.first(where: { $0.word == word }) else {
            let words = Self.all.map(\.word)
            let near = words.nearest(to: word).map { "; did you mean \($0)?" } ?? ""
            throw BackstepError(.usage, "there is no option \"\(word)\"; expected one of \(words.joined(separator: ", "))\(near)")
        }
        guard option.read(value, &self) else { throw BackstepError(.usage, "--\(word) takes \(option.expected)") }
    }
}
