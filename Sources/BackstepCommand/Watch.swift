import ArgumentParser
import Backstep
import CairoBackend
import Foundation

struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws a lesson's figures, and again each time its file, or a file of its numbers, is saved.",
        discussion: "Ends with Ctrl-C, and then with exit code 130. -o and -f are as for render.")

    @Argument(help: "A lesson's file.", completion: .file(extensions: LessonFile.endings))
    var lesson: String

    @Option(name: .shortAndLong, help: "A folder, a file, or a name without an extension.", completion: .file())
    var output: String = "."

    @Option(name: .shortAndLong, help: "Formats: \(PictureFormat.listed), separated by commas.", completion: .formats)
    var formats: FormatList?

    @OptionGroup var pictures: PictureArguments

    func validate() throws {
        _ = try pictures.options()
        if lesson == "-" || output == "-" { throw ValidationError("watch takes files, not -") }
    }

    func run() async throws {
        try await reportingErrors {
            guard FileStamp(lesson) != nil else { throw BackstepError(.noInput, "there is no file \(lesson)") }
            let press = try Press()
            var seen: [FileStamp?] = []
            var files: [String] = []
            while true {
                let stamp = FileStamp(lesson)
                // While an editor saves, the file may be missing for a moment.
                if stamp != nil, seen != [stamp] + files.map(FileStamp.init) {
                    files = LessonFile.numberFiles(of: lesson)
                    seen = [stamp] + files.map(FileStamp.init)
                    await draw(press)
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private func draw(_ press: Press) async {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            let file = try LessonFile.read(lesson)
            let options = try pictures.options()
            let target = try OutputTarget(output, formats: formats?.formats, lessons: 1)
            let jobs = try file.jobs(press, options, to: target)
            try OutputFiles.check(jobs.map { (file.source, $0) }, to: target)
            try await press.run(jobs)
            let time = (clock.now - start) / .milliseconds(1)
            Terminal.say("\(jobs.flatMap(\.files).map(\.path).joined(separator: " ")): drawn in \(Int(time.rounded(.up))) ms")
        } catch {
            Terminal.say("\(error)")
        }
    }
}
