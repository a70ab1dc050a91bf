import ArgumentParser
import Backstep
import CairoBackend
import Telling
import Traces

extension Granularity: ExpressibleByArgument {}
extension NotationStyle: ExpressibleByArgument {}

struct Steps: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explains a lesson step by step: a page, frames, a PDF, Markdown, LaTeX, slides and tables.",
        discussion: """
            Writes index.html, steps.pdf, frames/001.svg …, steps.md, steps.txt, derivation.tex, slides/, trace.json, values.csv and products.csv.
            """)

    @Argument(help: "A lesson.", completion: .lessons)
    var lesson: String

    @Option(name: .shortAndLong, help: "The folder for the files.", completion: .directory)
    var output: String

    @Option(help: "The size of a step: weight, unit or layer; by default the finest with at most 60 steps.")
    var by: Granularity?

    @Option(help: "The sample of the batch whose units are shown, from 0.")
    var sample = 0

    @Option(help: PictureArguments.help("notation"))
    var notation = NotationStyle.automatic

    @Option(help: "The units that get steps of their own, while the others are summed: hidden[0],output.")
    var only: String?

    @Option(help: "Which of the lesson's training steps is told, from 1; its last if not given.")
    var at: Int?

    @Option(help: PictureArguments.help("theme"), completion: .values(of: "theme"))
    var theme: String?

    @Option(help: "The width of a frame, a length; 960pt if not given, or what makes it 16:9.")
    var width: String?

    @Option(help: "The height of a frame, a length; 540pt if not given, or what makes it 16:9.")
    var height: String?

    @Option(help: PictureArguments.help("dpi"), completion: .values(of: "dpi"))
    var dpi: String?

    @Option(name: .shortAndLong, help: "Formats of the frames: \(PictureFormat.listed), separated by commas.", completion: .formats)
    var formats = FormatList([.svg, .png])

    @Flag(name: .shortAndLong, help: "Prints only errors.")
    var quiet = false

    func run() async throws {
        try await reportingErrors(quiet: quiet) {
            let press = try Press()
            let file = try LessonFile.read(lesson)
            var options = StepOptions()
            options.granularity = by
            options.only = only
            options.trainingStep = at
            options.picture = try PictureArguments.options(from: ["theme": theme, "width": width, "height": height, "dpi": dpi])
            (options.sample, options.picture.notation) = (sample, notation)
            let jobs = try file.stepJobs(press, options, formats: formats.formats, folder: output)
            try await press.run(jobs, progress: progress(of: jobs.count, "step-through", quiet: quiet))
            if !quiet { ProgressLine.shared.show(count: "") }
        }
    }
}
