import ArgumentParser
import Backstep

struct Mistakes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Computes what the gradients would be with each of the classic mistakes.",
        discussion: "Only mistakes that change a number of the lesson are listed.")

    @Argument(help: "A lesson.", completion: .lessons)
    var lesson: String

    @OptionGroup var output: TextFormatOptions

    func run() async throws {
        try await reportingErrors {
            let file = try LessonFile.read(lesson)
            try Terminal.stream(isData: output.isJSON) { (put) throws(BackstepError) in
                try file.writeMistakeReport(asJSON: output.isJSON, to: put)
            }
        }
    }
}
