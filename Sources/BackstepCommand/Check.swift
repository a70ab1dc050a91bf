import ArgumentParser
import Backstep
import CourseNotes

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Validates lessons and compares all gradients with central differences; finds stale figures.",
        discussion: """
            If a gradient disagrees, names the worst one and exits with 1. With --figures, says whether each figure in the folder is fresh (its \
            lesson draws the same picture now), stale, damaged, unread (it cannot be read) or foreign (it has no lesson); exits with 1 if any is \
            stale, damaged or unread. The lesson of a figure is the file with the name in its settings among LESSONS (files or folders), beside \
            the figure, or elsewhere in the folder; if there is none, the lesson inside the figure.
            """)

    @Argument(help: "Lessons.", completion: .lessons)
    var lessons: [String] = []

    @Option(help: ArgumentHelp("A folder of figures to compare with their lessons.", valueName: "folder"), completion: .directory)
    var figures: String?

    func validate() throws {
        if lessons.isEmpty, figures == nil { throw ValidationError("expected a lesson, or --figures and a folder") }
    }

    func run() async throws {
        try await reportingErrors {
            if let figures { try check(figures: figures) } else { try checkLessons() }
        }
    }

    /// Checks all lessons, even after one with errors.
    private func checkLessons() throws {
        var worst: Int32 = 0
        for lesson in lessons {
            let report: String
            do throws(BackstepError) {
                let check = try LessonCheck(try LessonFile.read(lesson))
                report = check.report
                if !check.passed { worst = max(worst, BackstepError.Kind.checkFailed.rawValue) }
            } catch {
                Terminal.say(error)
                worst = max(worst, error.kind.rawValue)
                continue
            }
            try Terminal.print(report + "\n")
        }
        if worst != 0 { throw ExitCode(worst) }
    }

    private func check(figures: String) throws {
        var check = try FigureCheck(try Press(), folder: figures, lessons: lessons)
        let verdicts = try check.verdicts()
        for verdict in verdicts { try Terminal.print(verdict.text + "\n") }
        if let complaint = FigureCheck.complaint(verdicts) { throw BackstepError(.checkFailed, complaint) }
    }
}
