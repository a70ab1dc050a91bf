import ArgumentParser
import Backstep

struct Schema: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a JSON Schema (draft 7) of the lesson language, for editors.",
        discussion: """
            Run backstep schema > backstep.schema.json, and begin each lesson with the line \
            # yaml-language-server: $schema=backstep.schema.json
            """)

    func run() async throws { try await reportingErrors { try Terminal.print(LessonSchema.text) } }
}
