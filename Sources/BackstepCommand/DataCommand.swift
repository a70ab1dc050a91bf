import ArgumentParser
import Backstep

struct DataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Prints the numbers behind a lesson's figures.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json, csv
    }

    @Argument(help: "A lesson.")
    var lesson: String

    @Option(name: .shortAndLong, help: "json or csv.")
    var format = Format.json

    @OptionGroup var verbosity: Verbosity

    func run() async throws {
        try await reportingErrors {
            let file = try LessonFile.read(lesson)
            let measured = try file.measured(verbosity)
            try Terminal.stream { (put) throws(BackstepError) in
                switch format {
                case .json: try file.writeDataJSON(of: measured, to: put)
                case .csv: try file.writeDataCSV(of: measured, to: put)
                }
            }
        }
    }
}
