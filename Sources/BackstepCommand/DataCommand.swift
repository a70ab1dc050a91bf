import ArgumentParser
import Backstep

struct DataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Prints the numbers behind a lesson's figures.",
        discussion: """
            JSON holds them all. Comma-separated values hold one table: that of the lesson if it has only one, the one that --table names, or, \
            with -o, each in a file of its own.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json, csv
    }

    @Argument(help: "A lesson.", completion: .lessons)
    var lesson: String

    @Option(name: .shortAndLong, help: "json or csv; json if neither --table nor -o is given.")
    var format: Format?

    @Option(help: "The table to print as comma-separated values.")
    var table: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The folder for all tables: LESSON.csv, or LESSON-TABLE.csv … if there are several.", valueName: "folder"),
        completion: .directory)
    var output: String?

    @OptionGroup var verbosity: Verbosity

    func validate() throws {
        if table != nil, output != nil { throw ValidationError("--table and -o exclude each other; expected one of them") }
        if format == .json, table != nil || output != nil {
            throw ValidationError("--table and -o are for comma-separated values; expected -f csv")
        }
    }

    func run() async throws {
        try await reportingErrors {
            let file = try LessonFile.read(lesson)
            let measured = try file.measured(verbosity)
            if let output {
                for table in try file.tableFiles(of: measured, in: output) { try WholeFile.write(table.bytes, to: table.path) }
            } else if format == .csv || table != nil {
                let table = try file.dataTable(table, of: measured)
                try Terminal.stream { (put) throws(BackstepError) in try table.writeCSV(to: put) }
            } else {
                try Terminal.stream { (put) throws(BackstepError) in try file.writeDataJSON(of: measured, to: put) }
            }
        }
    }
}
