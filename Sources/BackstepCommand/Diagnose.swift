import ArgumentParser
import Backstep
import Telling
import Traces

struct Diagnose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says of a student's gradients whether they are right, or which mistake gives them.",
        discussion: """
            An answer is the gradient of a parameter: hidden.weight[0,0]=0.0018, or as figures call it, w1=0.0018. It is right within half a \
            unit of its last digit, trailing zeros included. If several mistakes give the same digits, all are named; if no single one explains \
            all answers, pairs of mistakes are tried. Exits with 1 if an answer is wrong. In a class's table, headings name the columns in any \
            order; cells end at commas or semicolons; a cell that cannot be read is told with its line.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, csv
    }

    @Argument(help: "A lesson.", completion: .lessons)
    var lesson: String

    @Option(name: .customLong("answer"), help: ArgumentHelp("One answer; may be repeated.", valueName: "address=number"))
    var given: [String] = []

    @Option(
        help: ArgumentHelp("A class's answers: a table with the columns name, address, answer.", valueName: "file.csv"),
        completion: .file(extensions: ["csv"]))
    var answers: String?

    @Option(help: "How far an answer may be off, instead of half a unit of its last digit.")
    var tolerance: Double?

    @Option(name: .shortAndLong, help: "text, for people, or json; of a class also csv.")
    var format = Format.text

    @Flag(help: "Short for --format json.")
    var json = false

    func validate() throws {
        guard given.isEmpty != (answers == nil) else { throw ValidationError("expected --answer or --answers, one of the two") }
        if let tolerance, !(tolerance >= 0 && tolerance.isFinite) { throw ValidationError("--tolerance takes a number from 0") }
        if format == .csv, answers == nil { throw ValidationError("--format csv needs a class: --answers FILE.csv") }
    }

    func run() async throws {
        try await reportingErrors {
            let file = try LessonFile.read(lesson)
            let format = json ? Format.json : format
            let isAllRight: Bool
            let text: String
            if let answers {
                let (found, faults) = try file.diagnosis(ofTable: answers, tolerance: tolerance)
                for fault in faults { Terminal.say(fault) }
                isAllRight = found.isAllRight && faults.isEmpty
                text =
                    switch format {
                    case .text: found.text
                    case .json: found.json.text
                    case .csv: found.csv
                    }
            } else {
                let found = try file.diagnosis(of: given, tolerance: tolerance)
                isAllRight = found.isAllRight
                text =
                    switch format {
                    case .text, .csv: found.text
                    case .json: found.json.text
                    }
            }
            if format == .text { try Terminal.print(text) } else { try Terminal.print(data: text) }
            if !isAllRight { throw ExitCode(BackstepError.Kind.checkFailed.rawValue) }
        }
    }
}
