import ArgumentParser
import Backstep

struct Extract: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the lesson inside a figure.",
        discussion: "Exits with 65 if the file has none.")

    @Argument(help: "A PNG, SVG or PDF that Backstep drew.")
    var figure: String

    @Option(name: .shortAndLong, help: "The file for the lesson; the standard output if not given.")
    var output: String = "-"

    func run() async throws {
        try await reportingErrors {
            let source = try CarriedFigure.required(figure).source()
            try OutputFiles.refuse(output, madeFrom: figure)
            if output == "-" {
                try Terminal.print(data: source)
            } else {
                try WholeFile.write(Array(source.utf8), to: output)
            }
        }
    }
}
