import ArgumentParser
import Backstep

struct Schema: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a JSON Schema (draft 7) of the lesson language, for editors.",
        discussion: """
            backstep schema > backstep.schema.json, and as a lesson's first line \
            # yaml-language-server: $schema=backstep.schema.json
            """)

    func run() async throws { try await reportingErrors { try Terminal.print(LessonSchema.text) } }
}
