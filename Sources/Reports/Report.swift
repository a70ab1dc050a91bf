package import Drawing
import Notation
package import Telling
package import Traces

/// A step-through as files: a page to read and step through, Markdown, LaTeX, plain text, slides and tables, all from one
/// sequence of steps.
///
///     let report = Report(trace, steps: trace.steps(), title: "Two by two")
///     for file in try report.files(drawings) { … }
package struct Report: Sendable {
    package let trace: Trace
    package let steps: [Step]
    package let title: String
    /// What the lesson says of itself.
    package let description: String?
    package let notation: NotationStyle
    /// How the files of the frames are called: `frames/001`, without the ending.
    package let frameNames: [String]

    let told: [ToldStep]
    let conventions: [Formula]

    /// - Parameters:
    ///   - steps: of this trace, told in `notation`.
    ///   - title: of the report, where the trace has none.
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
        conventions = Storyteller(trace, notation: notation).conventions
        frameNames = steps.indices.map { "frames/\(FrameNumber(step: $0 + 1, of: steps.count).text)" }
    }
}

extension Report {
    /// A file by its name below the report's folder.
    package struct File: Hashable, Sendable {
        package let name: String
        package let bytes: [UInt8]

        init(_ name: String, _ text: String) {
            self.name = name
            bytes = Array(text.utf8)
        }
    }

    /// The drawings of the steps as they stand in the page, in the colours of its variables.
    package struct Drawings: Hashable, Sendable {
        /// Glyphs and clips that the drawings refer to: the inside of an SVG's `defs`.
        package let definitions: String
        /// Groups that several drawings have, a line each, which the others refer to.
        package let common: String
        /// Declarations of the classes s0, s1, ….
        package let styles: [String]
        /// Paints whose variables the styles have.
        package let paints: [Paint]
        /// An `svg` element a step.
        package let pictures: [String]
        /// Of every picture, in points.
        package let width: Double

        package init(
            definitions: String = "", common: String = "", styles: [String] = [], paints: [Paint] = [], pictures: [String] = [],
            width: Double = 0
        ) {
            self.definitions = definitions
            self.common = common
            self.styles = styles
            self.paints = paints
            self.pictures = pictures
            self.width = width
        }

        /// Whether a picture needs the width of the page for type of 10 px: on a laptop a column beside it takes two fifths.
        var isWide: Bool { width > 520 }
    }

    package static let traceName = "trace.json"

    /// What every trace's file begins with.
    package static let traceBeginning = "{\n  \"format\": \"backstep.trace\""

    /// Of all files but the frames and `steps.pdf`.
    package static let fileNames =
        ["index.html", "steps.md", "steps.txt", "derivation.tex", traceName, "values.csv", "products.csv"]
        + ["beamer.tex", "marp.md", "slidev.md", "quarto.qmd", "reveal.html"].map { "slides/\($0)" }

    /// All files but the frames and `steps.pdf`.
    /// - Throws: `TemplateFailure` where a template of ours cannot be read.
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

/// The number in a frame's file name, with as many zeros before it as all names need to sort.
package struct FrameNumber: Hashable, Sendable {
    package let text: String

    package init(step: Int, of count: Int) {
        let digits = max(3, String(count).count)
        let number = String(step)
        text = String(repeating: "0", count: max(0, digits - number.count)) + number
    }
}
