import ArgumentParser
import Backstep
import CairoBackend

struct Render: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws the figures of lessons.",
        discussion: """
            -o names a folder, or one file by its ending: -o figures, -o fig.svg. With - as the file, -f says in which \
            one format the figure goes to the standard output.
            """)

    @Argument(help: "Lessons.")
    var lessons: [String]

    @Option(name: .shortAndLong, help: "A folder, a file, or -.")
    var output: String = "."

    @Option(name: .shortAndLong, help: "Formats: svg, pdf, png, separated by commas.")
    var formats: FormatList?

    @OptionGroup var pictures: PictureArguments

    func validate() throws { _ = try pictures.options() }

    func run() async throws {
        try await reportingErrors {
            let press = try Press()
            let options = try pictures.options()
            let files = try lessons.map(LessonFile.read)
            let target = try OutputTarget(output, formats: formats?.formats, lessons: files.count)
            if case .standardOutput(let format) = target {
                Terminal.print(bytes: try press.bytes(of: try files[0].onlyPicture(press, options), as: format))
                return
            }
            try await press.run(try files.flatMap { try $0.jobs(press, options, to: target) })
        }
    }
}
