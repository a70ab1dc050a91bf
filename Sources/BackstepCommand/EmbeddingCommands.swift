import ArgumentParser
import Backstep
import CourseNotes

extension Snippet.Dialect: ExpressibleByArgument {}

struct SnippetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snippet", abstract: "Prints what to paste into notes to show a figure, alternative text included.")

    @Argument(help: "A figure's file, or what its files are called before their endings.")
    var figure: String

    @Option(name: .customLong("for"), help: "Whose notes: markdown, quarto, myst, latex, beamer, revealjs or html.")
    var dialect = Snippet.Dialect.markdown

    func run() async throws {
        try await reportingErrors { try Terminal.print(data: try Snippet(figure).text(for: dialect)) }
    }
}

struct Filter: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a filter by which another program draws the lessons of a document.",
        discussion:
            "backstep filter pandoc > backstep.lua, then pandoc --lua-filter backstep.lua notes.md -o notes.html; Quarto takes it under filters."
    )

    enum Program: String, ExpressibleByArgument, CaseIterable { case pandoc }

    @Argument(help: "pandoc.")
    var program: Program

    func run() async throws { try await reportingErrors { try Terminal.print(data: PandocFilter.text) } }
}
