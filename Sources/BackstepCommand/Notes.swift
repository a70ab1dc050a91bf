import ArgumentParser
import Backstep
import CairoBackend
import CourseNotes

struct Notes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws the lessons in a page of Markdown.",
        discussion: """
            Fenced blocks ```backstep, which hold a lesson or name one (file: lesson.yaml), and images whose target ends in .backstep.yaml become \
            pictures; everything else stays. Options stand after the fence: ```backstep {#fig-id caption="…" alt="…" width=50% theme=dark}. \
            Only what changed is drawn again. A lesson that is wrong is told with the page's line; its block stays, with a note below it.
            """)

    @Argument(help: "A page of Markdown, or - for the standard input.")
    var page: String

    @Option(name: .shortAndLong, help: "The page that is made, or - for the standard output.")
    var output: String = "-"

    @Option(help: ArgumentHelp("The folder of the pictures: figures, beside the page that is made, if not given.", valueName: "folder"))
    var figures: String?

    @Option(help: ArgumentHelp("Out of which no lesson is read; the page's folder if not given.", valueName: "folder"))
    var root: String?

    @Option(name: .shortAndLong, help: "Format of the pictures: svg, pdf or png.")
    var format = PictureFormat.svg

    @OptionGroup var pictures: PictureArguments

    @Flag(help: "Writes nothing and exits with 65 where a lesson is wrong.")
    var strict = false

    @Flag(help: "Draws all, also what has not changed.")
    var redraw = false

    @Flag(name: .shortAndLong, help: "Says nothing but errors.")
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
