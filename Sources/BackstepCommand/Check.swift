import ArgumentParser
import Backstep

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Validates lessons and compares all gradients with central differences.",
        discussion: "Exits with 1 and names the worst place where a gradient disagrees.")

    @Argument(help: "Lessons.")
    var lessons: [String]

    func run() async throws {
        var worst: Int32 = 0
        for lesson in lessons {
            do {
                let check = try LessonCheck(try LessonFile.read(lesson))
                Terminal.print(check.report + "\n")
                if !check.passed { worst = max(worst, BackstepError.Kind.checkFailed.rawValue) }
            } catch {
                Terminal.say(error.description)
                worst = max(worst, error.kind.rawValue)
            }
        }
        if worst != 0 { throw ExitCode(worst) }
    }
}
