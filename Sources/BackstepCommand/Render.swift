import ArgumentParser
import Backstep
import CairoBackend
import Drawing
import Escaping

struct Render: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws the figures of lessons.",
        discussion: """
            -o names a file if it ends in \(PictureFormat.endingsInWords), and a folder if it exists as one, ends in a slash, or is for several \
            lessons. Any other name is a folder without -f, and with -f, for one lesson, the name of the files without extensions: \
            -f svg,pdf -o notes/fig makes notes/fig.svg and notes/fig.pdf, or notes/fig-NAME.svg … for a lesson with several figures. With \
            -o -, the figure goes to the standard output, in the one format that -f names.
            """)

    @Argument(help: "Lessons.", completion: .lessons)
    var lessons: [String]

    @Option(name: .shortAndLong, help: "A folder, a file, a name without an extension, or -.", completion: .file())
    var output: String = "."

    @Option(name: .shortAndLong, help: "Formats: \(PictureFormat.listed), separated by commas.", completion: .formats)
    var formats: FormatList?

    @OptionGroup var pictures: PictureArguments

    @OptionGroup var root: RootOption

    @Flag(help: "Prints a line for each figure: its files, its alternative text and, of several, its name, with tabs between them.")
    var list = false

    @Flag(help: "With --width, draws a figure that needs more as narrow as it can be, and says so, instead of refusing it.")
    var orWider = false

    // Asked for by the filter of pandoc, which gets the standard output alone: an error is printed there, too.
    @Flag(help: .hidden)
    var explain = false

    @OptionGroup var verbosity: Verbosity

    func validate() throws {
        do {
            _ = try pictures.options()
        } catch {
            if explain { try Terminal.print(data: "\(error)\n") }
            throw error
        }
    }

    func run() async throws {
        try await reportingErrors {
            do {
                try await draw()
            } catch let error as BackstepError {
                if explain { try Terminal.print(data: "\(error)\n") }
                throw error
            }
        }
    }

    private func draw() async throws {
        let press = try Press()
        let options = try pictures.options()
        let bounds = try root.bounds()
        let files = try lessons.map { try LessonFile.read($0, within: bounds) }
        let target = try OutputTarget(output, formats: formats?.formats, lessons: files.count)
        var jobs: [(source: String, job: Press.Job)] = []
        var words: [String] = []
        // What has no room does not keep the others from being drawn, unless one figure alone was asked for.
        var refusals: [BackstepError] = []
        for file in files {
            let (pictures, refused) = try file.fitting(press, options, of: try file.measured(verbosity), orWider: orWider)
            if let first = refused.first, file.jobs(for: target, pictures: []) == nil { throw first }
            refusals += refused
            for warning in file.warnings(ofWidthIn: pictures, options) { Terminal.say(warning) }
            if case .standardOutput(let format) = target {
                try Terminal.print(file: try press.bytes(of: try file.only(of: pictures).picture, as: format))
            } else if let made = file.jobs(for: target, pictures: pictures) {
                jobs += made.map { (file.source, $0) }
                words += pictures.map { $0.picture.alternative.onOneLine + ($0.name.map { "\t\($0)" } ?? "") }
            } else {
                _ = try file.only(of: pictures)
            }
        }
        try OutputFiles.check(jobs, to: target)
        try await press.run(jobs.map(\.job))
        for (drawn, words) in zip(jobs, words) where list {
            try Terminal.print(data: "\(drawn.job.files.map(\.path).joined(separator: " "))\t\(words)\n")
        }
        guard let last = refusals.popLast() else { return }
        for refusal in refusals { Terminal.say(refusal) }
        throw last
    }
}
