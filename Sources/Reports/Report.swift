package import Drawing
import Notation
package import Telling
package import Traces

/// A step-through as files: an HTML page, Markdown, LaTeX, plain text, slides and tables, all from the same sequence of steps.
///
///     let report = Report(trace, steps: trace.steps(), title: "Two by two")
///     for file in try report.files(drawings) { … }
package struct Report: Sendable {
    package let trace: Trace
    package let steps: [Step]
    package let title: String
    /// The lesson's description.
    package let description: String?
    package let notation: NotationStyle
    /// The names of the frames' files without extensions: `frames/001`.
    package let frameNames: [String]

    let told: [ToldStep]
    /// What a reader must know to redo the numbers, and how training came to them.
    let conventions: [Formula]

    /// - Parameters:
    ///   - steps: the steps of this trace in `notation`.
    ///   - title: the title if the trace has none.
    package init(
        _ trace: Trace, steps: [Step], title: String, description: String? = nil,
        notation: NotationStyle = .automatic
    ) {
        self.trace = trace
        self.steps = steps
        self.title = trace.title ?? title
        self.description = description
        self.notation = notation
        told = steps.enumerated().map { ToldStep(step: $1, number: $0 + 1) }
        let teller = Storyteller(trace, notation: notation)
        conventions = teller.conventions + teller.course
        frameNames = steps.indices.map { "frames/\(FrameNumber(step: $0 + 1, of: steps.count).text)" }
    }
}

extension Report {
    /// A file, named relative to the report's folder.
    package struct File: Hashable, Sendable {
        package let name: String
        package let bytes: [UInt8]

        init(_ name: String, _ text: String) {
            self.name = name
            bytes = Array(text.utf8)
        }
    }

    /// The drawings of the steps for the page, with the page's variables as colours.
    package struct Drawings: Hashable, Sendable {
        /// Glyphs and clips that the drawings refer to, as the contents of a `defs` element.
        package let definitions: String
        /// Groups that several drawings use, one per line.
        package let common: String
        /// The declarations for the classes s0, s1, ….
        package let styles: [String]
        /// The paints whose variables the styles use.
        package let paints: [Paint]
        /// The `svg` element of each step.
        package let pictures: [String]
        /// Of every picture, in points.
        package let width: Double
        /// How far from the left of each picture its step's result is, in points; nil where it does not show it.
        package let middles: [Double?]

        package init(
            definitions: String = "", common: String = "", styles: [String] = [], paints: [Paint] = [], pictures: [String] = [],
            width: Double = 0, middles: [Double?] = []
        ) {
            self.definitions = definitions
            self.common = common
            self.styles = styles
            self.paints = paints
            self.pictures = pictures
            self.width = width
            self.middles = middles
        }

        /// Whether a picture needs the width of the page for type of 10 px: on a laptop a column beside it takes two fifths.
        var isWide: Bool { width > 520 }
    }

    package static let traceName = "trace.json"

    /// The beginning of every trace's JSON file.
    package static let traceBeginning = "{\n  \"format\": \"backstep.trace\""

    /// The names of all files except the frames and `steps.pdf`.
    package static let fileNames =
        ["index.html", "steps.md", "steps.txt", "derivation.tex", traceName, "values.csv", "products.csv"]
        + ["beamer.tex", "marp.md", "slidev.md", "quarto.qmd", "reveal.html"].map { "slides/\($0)" }

    /// All files except the frames and `steps.pdf`.
    /// - Throws: `TemplateFailure` if a template can't be parsed.
    package func files(_ drawings: Drawings) throws -> [File] {
        let templates = try TemplateShelf.shared.get()
        return [
            File("index.html", page(templates, drawings)),
            File("steps.md", markdown(templates)),
            File("steps.txt", plainText),
            File("derivation.tex", derivation(templates)),
            File(Self.traceName, trace.json().text),
            File("values.csv", trace.valueTable.text),
            File("products.csv", productTable.text),
        ] + slides(templates)
    }
}

/// The number in a frame's file name, with leading zeros so that names sort in the order of frames.
package struct FrameNumber: Hashable, Sendable {
    package let text: String

    package init(step: Int, of count: Int) {
        let digits = max(3, String(count).count)
        let number = String(step)
        text = String(repeating: "0", count: max(0, digits - number.count)) + number
    }
}
