import ArgumentParser
import Backstep

struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the bundled lessons.")

    @Flag(help: "Prints only the names.")
    var names = false

    func run() async throws {
        try await reportingErrors {
            let width = BundledLessons.all.map(\.name.count).max() ?? 0
            for entry in BundledLessons.all {
                guard !names else {
                    try Terminal.print(entry.name + "\n")
                    continue
                }
                let title = try LessonFile(entry).title ?? ""
                let gap = String(repeating: " ", count: width - entry.name.count + 2)
                try Terminal.print("\(entry.name)\(gap)\(title)\n")
            }
        }
    }
}
