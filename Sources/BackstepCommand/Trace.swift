import ArgumentParser
import Backstep

enum TextFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// The format of a command's output.
struct TextFormatOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "text, for people, or json.")
    var format = TextFormat.text

    @Flag(help: "Short for --format json.")
    var json = false

    var isJSON: Bool { json || format == .json }
}

struct Trace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints every value and gradient of a lesson.")

    @Argument(help: "A lesson.", completion: .lessons)
    var lesson: String

    @OptionGroup var output: TextFormatOptions

    @Option(
        name: [.long, .customLong("of")],
        help: ArgumentHelp("Adds every product behind one scalar's gradient: its address, or its name in figures, w5.", valueName: "scalar")
    )
    var products: String?

    @OptionGroup var root: RootOption

    func run() async throws {
        try await reportingErrors {
            let file = try LessonFile.read(lesson, within: root.bounds())
            try Terminal.stream(isData: output.isJSON) { (put) throws(BackstepError) in
                try file.writeTraceReport(productsOf: products, asJSON: output.isJSON, to: put)
            }
        }
    }
}
