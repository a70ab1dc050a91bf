import ArgumentParser
import Backstep
import CairoBackend
import CourseNotes
import Foundation

struct Gallery: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws every lesson of a folder, or every bundled one.",
        discussion:
            "Draws each lesson's figures as SVG, PDF and PNG, for a traced lesson also some of its steps, as PNG and as a PDF, and README.md, a page that shows everything. The PNGs of figures are made for that page: one with more than 256 colours may have similar shades in place of rare ones; `render` keeps all colours."
    )

    @Argument(help: "A folder of lessons; the bundled ones if not given.", completion: .directory)
    var folder: String?

    @Option(name: .shortAndLong, help: "The folder for the pictures.", completion: .directory)
    var output = "output"

    @Option(name: .shortAndLong, help: "Formats: \(PictureFormat.listed), separated by commas.", completion: .formats)
    var formats = FormatList(PictureFormat.usual)

    @Option(help: "How many lessons are drawn at a time, which does not change the files.")
    var jobs = 2

    @Flag(name: .shortAndLong, help: "Prints only errors.")
    var quiet = false

    @OptionGroup var verbosity: Verbosity

    func run() async throws {
        try await reportingErrors(quiet: quiet) {
            let press = try Press()
            let files =
                try folder.map { try LessonFile.paths(inFolder: $0).map { try LessonFile.read($0) } }
                ?? BundledLessons.all.map { try LessonFile($0) }
            // In a checkout, the page links to the files of the bundled lessons.
            let home = folder ?? (FileManager.default.fileExists(atPath: "examples") ? "examples" : nil)
            let count = try await press.drawGallery(
                files, formats: formats.formats, folder: output, home: home, atATime: jobs, told: verbosity.tell,
                progress: progress(of: files.count, "gallery", unit: "lessons", quiet: quiet))
            if !quiet {
                ProgressLine.shared.show(count: "")
                Terminal.say("\(count) files of \(files.count) lessons in \(output)")
            }
        }
    }
}

/// Shows on a terminal how much is done and, from the time so far, how long the rest will take; does nothing if the output is no terminal.
func progress(of total: Int, _ what: String, unit: String = "files", quiet: Bool) -> @Sendable (Int) -> Void {
    guard !quiet, Terminal.showsProgress else { return { _ in } }
    let start = ContinuousClock.now
    return { done in
        let left = (ContinuousClock.now - start) * Double(total - done) / Double(max(done, 1))
        let seconds = left.components.seconds
        ProgressLine.shared.show(count: "\(what): \(done) of \(total) \(unit)" + (done > 0 && seconds > 0 ? ", \(seconds) s left" : ""))
    }
}
