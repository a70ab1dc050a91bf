import ArgumentParser
import Backstep
import CourseNotes

extension Snippet.Dialect: ExpressibleByArgument {}

struct SnippetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snippet", abstract: "Prints the markup that shows a figure in notes, with its alternative text.")

    @Argument(help: "A figure's file, or the name of its files without an extension.", completion: .figures)
    var figure: String

    @Option(name: .customLong("for"), help: "The format of the notes: markdown, quarto, myst, latex, beamer, revealjs or html.")
    var dialect = Snippet.Dialect.markdown

    func run() async throws {
        try await reportingErrors { try Terminal.print(data: try Snippet(figure).text(for: dialect)) }
    }
}

struct Filter: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a filter with which another program draws the lessons in a document.",
        discussion:
            "backstep filter pandoc > backstep.lua, then pandoc --lua-filter backstep.lua notes.md -o notes.html; for Quarto, name it under filters."
    )

    enum Program: String, ExpressibleByArgument, CaseIterable { case pandoc }

    @Argument(help: "pandoc.")
    var program: Program

    // Asked for by the filter itself, with the paths of the document's pictures on the standard input.
    @Option(help: .hidden)
    var folder: String?

    @Option(help: .hidden)
    var document: String?

    func run() async throws {
        try await reportingErrors {
            guard let folder, let document else { return try Terminal.print(data: PandocFilter.text) }
            let paths = String(decoding: try InputFile.bytes("-", most: 1 << 24), as: UTF8.self)
            try FilterPictures(folder: folder, document: document).keep(paths.split(separator: "\n").map(String.init))
        }
    }
}

struct Python: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a Python module that records training runs and shows lessons in notebooks.",
        discussion: """
            backstep python > backstep.py, then in Python: import backstep. Recorder (PyTorch) and record_jax write recordings, show and the cell \
            magic %%backstep draw lessons in a notebook, trace reads a lesson's numbers, save_weights writes weights for a lesson.
            """)

    func run() async throws { try await reportingErrors { try Terminal.print(data: PythonModule.text) } }
}
