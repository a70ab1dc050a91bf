import ArgumentParser
import Backstep
import CairoBackend
import Traces

extension Granularity: ExpressibleByArgument {}

struct Steps: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws the step-through of a lesson: frames/001.svg …, frames/001.png … and steps.pdf.")

    @Argument(help: "A lesson.")
    var lesson: String

    @Option(name: .shortAndLong, help: "The folder.")
    var output: String

    @Option(help: "How fine the steps are: weight, unit or layer; the finest with at most 60 steps if not given.")
    var by: Granularity?

    @Option(help: "Which sample of a batch the units are told for, from 0.")
    var sample = 0

    @Option(name: .shortAndLong, help: "Formats of the frames: svg, pdf, png, separated by commas.")
    var formats = FormatList([.svg, .png])

    @Flag(name: .shortAndLong, help: "Says nothing but errors.")
    var quiet = false

    func run() async throws {
        try await reportingErrors {
            let press = try Press()
            let file = try LessonFile.read(lesson)
            let jobs = try file.stepJobs(press, by: by, sample: sample, formats: formats.formats, folder: output)
            try await press.run(jobs, progress: progress(of: jobs.count, "step-through", quiet: quiet))
            if !quiet { Terminal.endProgress() }
        }
    }
}
