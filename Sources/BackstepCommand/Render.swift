import ArgumentParser
import Backstep
import CairoBackend
import Drawing
import Escaping

struct Render: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws the figures of lessons.",
        discussion: """
            -o names a file by its ending (fig.svg); a folder, where it is one, ends in a slash or takes several lessons; and with -f, \
            for one lesson, what the files are called before their endings: -f svg,pdf -o notes/fig makes notes/fig.svg and notes/fig.pdf, \
            or notes/fig-NAME.svg … of a lesson with several figures. Without -f it is a folder. With - as the file, -f says in which one \
            format the figure goes to the standard output.
            """)

    @Argument(help: "Lessons.")
    var lessons: [String]

    @Option(name: .shortAndLong, help: "A folder, a file, a name without an ending, or -.")
    var output: String = "."

    @Option(name: .shortAndLong, help: "Formats: svg, pdf, png, separated by commas.")
    var formats: FormatList?

    @OptionGroup var pictures: PictureArguments

    @Option(help: ArgumentHelp("Out of which no lesson's file is read; any folder's if not given.", valueName: "folder"))
    var root: String?

    @Flag(help: "Prints a line for each figure: its files, a tab, and its alternative text.")
    var list = false

    @OptionGroup var verbosity: Verbosity

    func validate() throws { _ = try pictures.options() }

    func run() async throws {
        try await reportingErrors {
            let press = try Press()
            let options = try pictures.options()
            let bounds = try root.map { try FolderBounds(existing: $0) }
            let files = try lessons.map { try LessonFile.read($0, within: bounds) }
            let target = try OutputTarget(output, formats: formats?.formats, lessons: files.count)
            var jobs: [(source: String, job: Press.Job)] = []
            var alternatives: [String] = []
            for file in files {
                let pictures = try file.pictures(press, options, of: try file.measured(verbosity))
                if case .standardOutput(let format) = target {
                    try Terminal.print(file: try press.bytes(of: try file.only(of: pictures).picture, as: format))
                } else if let made = file.jobs(for: target, pictures: pictures) {
                    jobs += made.map { (file.source, $0) }
                    alternatives += pictures.map { $0.picture.alternative.onOneLine }
                } else {
                    _ = try file.only(of: pictures)
                }
            }
            try OutputFiles.check(jobs, to: target)
            try await press.run(jobs.map(\.job))
            guard list else { return }
            for (drawn, alternative) in zip(jobs, alternatives) {
                try Terminal.print(data: "\(drawn.job.files.map(\.path).joined(separator: " "))\t\(alternative)\n")
            }
        }
    }
}
