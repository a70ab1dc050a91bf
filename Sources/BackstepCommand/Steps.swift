import ArgumentParser
import Backstep
import CairoBackend
import Telling
import Traces

extension Granularity: ExpressibleByArgument {}
extension NotationStyle: ExpressibleByArgument {}

struct Steps: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tells a lesson step by step: a page, frames, a PDF, Markdown, LaTeX, slides and tables.",
        discussion: """
            Writes index.html, steps.pdf, frames/001.svg …, steps.md, steps.txt, derivation.tex, slides/, trace.json, values.csv and products.csv.
            """)

    @Argument(help: "A lesson.")
    var lesson: String

    @Option(name: .shortAndLong, help: "The folder.")
    var output: String

    @Option(help: "How fine the steps are: weight, unit or layer; the finest with at most 60 steps if not given.")
    var by: Granularity?

    @Option(help: "Which sample of a batch the units are told for, from 0.")
    var sample = 0

    @Option(help: PictureArguments.help("notation"))
    var notation = NotationStyle.automatic

    @Option(help: "Which units are told one by one, the others summed: hidden[0],output.")
    var only: String?

    @Option(name: .shortAndLong, help: "Formats of the frames: svg, pdf, png, separated by commas.")
    var formats = FormatList([.svg, .png])

    @Flag(name: .shortAndLong, help: "Says nothing but errors.")
    var quiet = false

    func run() async throws {
        try await reportingErrors(quiet: quiet) {
            let press = try Press()
            let file = try LessonFile.read(lesson)
            var options = StepOptions()
            options.granularity = by
            options.sample = sample
            options.notation = notation
            options.only = only
            let jobs = try file.stepJobs(press, options, formats: formats.formats, folder: output)
            try await press.run(jobs, progress: progress(of: jobs.count, "step-through", quiet: quiet))
            if !quiet { ProgressLine.shared.show(count: "") }
        }
    }
}
