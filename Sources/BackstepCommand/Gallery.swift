import ArgumentParser
import Backstep
import CairoBackend

struct Gallery: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws every lesson of a folder, or every bundled one.",
        discussion: "Each lesson's figures as SVG, PDF and PNG, and of a traced lesson its steps: a PDF, and some frames as PNG.")

    @Argument(help: "A folder of lessons; the bundled ones if not given.")
    var folder: String?

    @Option(name: .shortAndLong, help: "The folder for the pictures.")
    var output = "output"

    @Option(name: .shortAndLong, help: "Formats: svg, pdf, png, separated by commas.")
    var formats = FormatList([.svg, .pdf, .png])

    @Flag(name: .shortAndLong, help: "Says nothing but errors.")
    var quiet = false

    func run() async throws {
        try await reportingErrors {
            let press = try Press()
            let files = try folder.map { try LessonFile.paths(inFolder: $0).map(LessonFile.read) }
                ?? BundledLessons.all.map { try LessonFile($0) }
            let jobs = try files.flatMap { try $0.galleryJobs(press, formats: formats.formats, folder: output) }
            try await press.run(jobs, progress: progress(of: jobs.count, "gallery", quiet: quiet))
            if !quiet {
                Terminal.endProgress()
                Terminal.say("\(jobs.count) files of \(files.count) lessons in \(output)")
            }
        }
    }
}

/// A line on a terminal that counts files; nothing in a pipe.
func progress(of total: Int, _ what: String, quiet: Bool) -> @Sendable (Int) -> Void {
    guard !quiet, Terminal.showsProgress else { return { _ in } }
    return { Terminal.progress("\(what): \($0) of \(total) files") }
}
