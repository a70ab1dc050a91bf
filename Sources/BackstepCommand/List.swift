import ArgumentParser
import Backstep

struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the bundled lessons.")

    func run() async throws {
        try await reportingErrors {
            for entry in BundledLessons.all {
                let file = try LessonFile(entry)
                let name = entry.name.padding(toLength: 26, withPad: " ", startingAt: 0)
                Terminal.print("\(name)  \(file.lesson.title ?? "")\n")
            }
        }
    }
}
