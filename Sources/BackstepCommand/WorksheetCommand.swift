import ArgumentParser
import Backstep
import Drawing
import Telling

extension WorksheetLevel: ExpressibleByArgument {}
extension Paper: ExpressibleByArgument {}
extension WorksheetOptions.Quiz: ExpressibleByArgument {}

struct WorksheetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worksheet",
        abstract: "Makes a worksheet of a lesson, with its key: PDF, HTML, LaTeX and Markdown, in many variants.",
        discussion: """
            Writes variant-01.yaml, worksheet-01.pdf, key-01.pdf and the same as .html, .md and .tex, and answers.json with the accepted range \
            of each answer and what the classic mistakes give. Each question can be answered from the printed digits of what is given and of \
            earlier answers. Variant 1 is the lesson itself; the others have short numbers sampled anew.
            """)

    @Argument(help: "A lesson.", completion: .lessons)
    var lesson: String

    @Option(name: .shortAndLong, help: "The folder for the files.", completion: .directory)
    var output: String

    @Option(help: "What is asked for: gradients, values, products, locals, results, or addresses (w5, hidden.weight[0,0]), by commas.")
    var hide = WorksheetOptions().hide

    @Option(help: "easy: products are given in symbols, and slopes as numbers; hard: only values are given.")
    var level = WorksheetLevel.easy

    @Option(help: "How many variants, at most \(WorksheetOptions.mostVariants).")
    var variants = 1

    @Option(help: "The seed for the numbers of the variants.")
    var seed: UInt64 = 0

    @Option(help: "a4 or letter.")
    var paper = Paper.a4

    @Option(help: "Writes the variants as a quiz too: moodle, for moodle.xml, which Moodle imports; r-exams, for exercises of R/exams.")
    var quiz: WorksheetOptions.Quiz?

    @Flag(name: .shortAndLong, help: "Prints only errors.")
    var quiet = false

    func validate() throws {
        guard (1...WorksheetOptions.mostVariants).contains(variants) else {
            throw ValidationError("--variants takes a number from 1 to \(WorksheetOptions.mostVariants)")
        }
    }

    func run() async throws {
        try await reportingErrors(quiet: quiet) {
            let press = try Press()
            let file = try LessonFile.read(lesson)
            var options = WorksheetOptions()
            (options.hide, options.level, options.variants, options.seed, options.paper) = (hide, level, variants, seed, paper)
            options.quiz = quiz
            let jobs = try file.worksheetJobs(press, options, folder: output)
            try await press.run(jobs, progress: progress(of: jobs.count, "worksheet", quiet: quiet))
            if !quiet { ProgressLine.shared.show(count: "") }
        }
    }
}
