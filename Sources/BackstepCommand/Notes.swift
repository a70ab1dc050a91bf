import ArgumentParser
import Backstep
import CairoBackend
import CourseNotes

struct Notes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws the lessons in a page of Markdown or in a notebook.",
        discussion: """
            Fenced blocks ```backstep, which contain a lesson or name one (file: lesson.yaml), and images whose target ends in .backstep.yaml \
            become pictures; everything else stays. Of a Jupyter notebook only Markdown cells are read and changed. Options follow the fence: \
            ```backstep {#fig-id caption="…" alt="…" width=50% theme=dark}. Only changed lessons are drawn again. An error in a lesson is reported with the page's line; the block stays, with a note below it.
            """)

    @Argument(help: "A page of Markdown, a notebook (.ipynb), or - for the standard input.", completion: .pages)
    var page: String

    @Option(name: .shortAndLong, help: "The file or folder for the new page, or - for the standard output.", completion: .file())
    var output: String = "-"

    @Option(
        help: ArgumentHelp("The folder for the pictures; by default figures, beside the new page.", valueName: "folder"),
        completion: .directory)
    var figures: String?

    @Option(
        help: ArgumentHelp("The folder outside which no lesson is read; by default the page's folder.", valueName: "folder"),
        completion: .directory)
    var root: String?

    @Option(name: .shortAndLong, help: "Format of the pictures: svg, pdf or png.")
    var format = PictureFormat.svg

    @OptionGroup var pictures: PictureArguments

    @Flag(help: "Writes nothing and exits with 65 if a lesson has an error.")
    var strict = false

    @Flag(help: "Draws all pictures, even unchanged ones.")
    var redraw = false

    @Flag(name: .shortAndLong, help: "Prints only errors.")
    var quiet = false

    func validate() throws { _ = try pictures.options() }

    func run() async throws {
        try await reportingErrors(quiet: quiet) {
            var builder = try NotesBuilder(
                page: page, output: output, figures: figures, root: root, format: format, options: try pictures.options())
            builder.redraws = redraw
            let outcome = try await builder.build(isStrict: strict)
            if output == "-" { try Terminal.print(data: outcome.text) }
            for warning in outcome.warnings { Terminal.say(warning) }
            for problem in outcome.problems { Terminal.say(problem.description) }
            if !quiet, output != "-" { Terminal.say("\(page): \(outcome.drawn) drawn, \(outcome.kept) kept") }
        }
    }
}
