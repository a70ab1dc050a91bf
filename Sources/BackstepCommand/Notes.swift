import ArgumentParser
import Backstep
import CairoBackend
import CourseNotes

extension NotesDialect: ExpressibleByArgument {}

struct Notes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws the lessons in a page of Markdown, in a notebook, or in a folder of both.",
        discussion: """
            Fenced blocks ```backstep, which contain a lesson or name one (file: lesson.yaml), and images whose target ends in .backstep.yaml \
            become pictures; everything else stays. Of a Jupyter notebook only Markdown cells are read and changed. Options follow the fence: \
            ```backstep {#fig-id caption="…" alt="…" width=50% theme=dark}. Only changed lessons are drawn again. An error in a lesson is \
            reported with the page's line; the block stays, with a note below it. From a folder, pages are drawn and other files copied; what \
            an earlier run made of files that are gone is deleted, and nothing else. Files whose names begin with a dot are left out.
            """)

    @Argument(help: "A page of Markdown, a notebook (.ipynb), a folder of pages, or - for the standard input.", completion: .pages)
    var page: String

    @Option(
        name: .shortAndLong, help: "The file or folder for the new page, the folder for the new pages, or - for the standard output.",
        completion: .file())
    var output: String = "-"

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "The program that reads the new page: markdown for most, or with numbered figures github, mkdocs, hugo, html or myst.",
            valueName: "reader"))
    var dialect = NotesDialect.markdown

    @Option(
        help: ArgumentHelp("The folder for the pictures; by default figures, beside the new page.", valueName: "folder"),
        completion: .directory)
    var figures: String?

    @Option(
        help: ArgumentHelp("The folder outside which no lesson is read; by default that of the page or pages.", valueName: "folder"),
        completion: .directory)
    var root: String?

    @Option(name: .shortAndLong, help: "Format of the pictures: \(PictureFormat.inWords).")
    var format = PictureFormat.svg

    @OptionGroup var pictures: PictureArguments

    @Flag(help: "Writes nothing and exits with 65 if a lesson has an error.")
    var strict = false

    @Flag(help: "Draws all pictures, even unchanged ones.")
    var redraw = false

    @Flag(help: "Writes nothing; prints what is not as the pages say today, with the page's line, and then exits with 1.")
    var check = false

    @Flag(help: "Draws again each time a page or lesson is saved, until Ctrl-C.")
    var watch = false

    @Flag(name: .shortAndLong, help: "Prints only errors.")
    var quiet = false

    func validate() throws {
        _ = try pictures.options()
        if check, watch { throw ValidationError("expected --check or --watch, not both") }
        if check || watch, page == "-" || output == "-" {
            throw ValidationError("--check and --watch take a page or folder, and -o with another, not -")
        }
    }

    func run() async throws {
        try await reportingErrors(quiet: quiet) {
            let maker = try maker()
            if check {
                let changes = try await maker.changes()
                for change in changes { Terminal.say(change) }
                if !changes.isEmpty { throw ExitCode(BackstepError.Kind.checkFailed.rawValue) }
            } else if watch {
                try await watch(maker)
            } else {
                _ = try await build(maker)
            }
        }
    }

    private func maker() throws -> any NotesMaker {
        let settings = NotesSettings(
            format: format, options: try pictures.options(), dialect: dialect, figures: figures, root: root, redraws: redraw)
        guard isFolder else { return try NotesBuilder(page: page, output: output, settings: settings) }
        return try NotesSite(folder: page, output: output, settings: settings)
    }

    private var isFolder: Bool { page.isFolderPath }

    private func build(_ maker: any NotesMaker) async throws -> NotesOutcome {
        let outcome = try await maker.build(isStrict: strict)
        if output == "-" { try Terminal.print(data: outcome.text) }
        for warning in outcome.warnings { Terminal.say(warning) }
        for problem in outcome.problems { Terminal.say(problem.description) }
        if !quiet, output != "-" {
            let others = isFolder ? "; \(outcome.copied) \(outcome.copied == 1 ? "file" : "files") copied, \(outcome.cleared) deleted" : ""
            Terminal.say("\(page): \(outcome.drawn) drawn, \(outcome.kept) kept\(others)")
        }
        return outcome
    }

    private func watch(_ maker: any NotesMaker) async throws {
        var last = NotesOutcome()
        var seen: [String: FileStamp?] = [:]
        while true {
            let stamps = Dictionary(maker.inputs(of: last).map { ($0, FileStamp($0)) }) { first, _ in first }
            if stamps != seen {
                do {
                    last = try await build(maker)
                } catch let error as BackstepError {
                    Terminal.say(error)
                }
                // What was saved meanwhile is drawn next time; lessons that a page newly shows are known only now.
                let lessons = last.lessons.filter { stamps[$0] == nil }.map { ($0, FileStamp($0)) }
                seen = stamps.merging(lessons) { old, _ in old }
            }
            try await Task.sleep(for: .milliseconds(isFolder ? 100 : 20))
        }
    }
}
