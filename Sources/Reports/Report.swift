package import Drawing
import Notation
package import Traces

/// A step-through as files: a page to read and step through, Markdown, LaTeX, plain text, slides and tables, all from one
/// sequence of steps.
///
///     let report = Report(trace, steps: trace.steps(), title: "Two by two")
///     for file in try report.files(drawing: { pictures[$0] }) { … }
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
        told = steps.enumerated().map { ToldStep($1, number: $0 + 1, notation: notation) }
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

    /// How a drawing of a step stands in the page.
    package struct Drawing: Hashable, Sendable {
        /// An `svg` element, as `PictureEncoder` writes it.
        package let svg: String
        /// The theme in whose colours it was drawn; the page turns them into its own.
        package let theme: Theme

        package init(svg: String, theme: Theme = .light) {
            self.svg = svg
            self.theme = theme
        }
    }

    /// All files but the frames and `steps.pdf`.
    /// - Parameter drawing: of a step, by its number from 0.
    /// - Throws: `TemplateFailure` where a template of ours cannot be read, and what `drawing` throws.
    package func files(drawing: (Int) throws -> Drawing) throws -> [File] {
        let templates = try TemplateShelf.shared.get()
        return [
            File("index.html", try page(templates, drawing: drawing)),
            File("steps.md", markdown(templates)),
            File("steps.txt", plainText),
            File("derivation.tex", derivation(templates)),
            File("trace.json", trace.json().text),
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
