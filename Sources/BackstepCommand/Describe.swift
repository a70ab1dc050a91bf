import ArgumentParser
import Backstep
import Escaping

struct Describe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a figure in words: its title, its alternative text, its long description, or its numbers.",
        discussion: "Describes every figure of a lesson in turn.")

    @Argument(help: "A lesson, or a PNG, SVG or PDF that Backstep drew.", completion: .lessonsAndFigures)
    var lesson: String

    @Flag(help: "Prints only the alternative text, one line per figure.")
    var alt = false

    @Flag(help: "Prints the table behind the figure instead, as comma-separated values.")
    var csv = false

    @Option(help: "Which table --csv prints, if there are several.")
    var table: String?

    @OptionGroup var pictures: PictureArguments

    func validate() throws {
        _ = try pictures.options()
        if table != nil, !csv { throw ValidationError("--table is for --csv; expected both or none of them") }
        if alt, csv { throw ValidationError("--alt and --csv exclude each other; expected one of them") }
    }

    func run() async throws {
        try await reportingErrors {
            let figure = CarriedFigure.isFigure(lesson) ? try CarriedFigure.required(lesson) : nil
            if csv {
                let file = try figure?.lesson() ?? LessonFile.read(lesson)
                let table = try file.dataTable(table, of: try file.measured())
                try Terminal.stream { (put) throws(BackstepError) in try table.writeCSV(to: put) }
                return
            }
            let press = try Press()
            let descriptions =
                try figure.map { [try $0.description(press)] } ?? LessonFile.read(lesson).descriptions(press, pictures.options())
            let texts = descriptions.map { alt ? $0.alternative.onOneLine + "\n" : $0.text }
            try Terminal.print(texts.joined(separator: alt ? "" : "\n"))
        }
    }
}
