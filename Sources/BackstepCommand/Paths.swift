import ArgumentParser
import Backstep

struct Paths: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the paths from a scalar to the loss: their number, the largest, and their sum.")

    @Argument(help: "A lesson.", completion: .lessons)
    var lesson: String

    @Option(help: ArgumentHelp("The scalar where the paths start: its address, or its name in figures, w5.", valueName: "scalar"))
    var of: String

    private static let mostPaths = 10_000

    @Option(help: "How many of the largest to print, at most \(mostPaths).")
    var top = 10

    @Flag(help: "Adds the number of paths of each length, and their sum.")
    var byLength = false

    @OptionGroup var output: TextFormatOptions

    func validate() throws {
        guard (0...Self.mostPaths).contains(top) else { throw ValidationError("--top takes a number from 0 to \(Self.mostPaths)") }
    }

    func run() async throws {
        try await reportingErrors {
            let file = try LessonFile.read(lesson)
            try Terminal.stream(isData: output.isJSON) { (put) throws(BackstepError) in
                try file.writePathReport(of: of, top: top, byLength: byLength, asJSON: output.isJSON, to: put)
            }
        }
    }
}
