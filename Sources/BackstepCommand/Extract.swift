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
            let carried = try CarriedFigure.required(figure)
            let source = try carried.source()
            if let files = carried.origin.numberFiles {
                Terminal.say("\(figure): the lesson's numbers are not in it, but in \(files)")
            }
            try OutputFiles.refuse(output, madeFrom: figure)
            if output == "-" {
                try Terminal.print(data: source)
            } else {
                try WholeFile.write(Array(source.utf8), to: output)
            }
        }
    }
}
