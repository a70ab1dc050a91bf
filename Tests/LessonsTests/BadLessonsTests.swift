import Foundation
import Testing

@testable import Forms
@testable import Lessons

/// What is said about lessons that are wrong, word by word.
///
/// The table is `bad-lessons.txt`: after `===` a title, the lesson up to `>>>`, then the message. With BACKSTEP_RECORD set the
/// messages are written anew, to be read before they are kept; the test fails then.
@Suite struct BadLessonsTests {
    struct Case: CustomTestStringConvertible {
        var title: String
        var lesson: String
        var message: String
        var testDescription: String { title }
    }

    static let table = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "bad-lessons.txt")

    static let cases: [Case] = {
        let text = (try? String(contentsOf: table, encoding: .utf8)) ?? ""
        return text.components(separatedBy: "\n=== ").dropFirst().compactMap { section in
            guard let title = section.range(of: "\n"), let end = section.range(of: "\n>>>\n") else { return nil }
            let lesson = title.lowerBound == end.lowerBound ? "" : section[title.upperBound..<end.lowerBound] + "\n"
            let message = section[end.upperBound...]
            return Case(
                title: String(section[..<title.lowerBound]), lesson: String(lesson),
                message: message.hasSuffix("\n") ? String(message.dropLast()) : String(message))
        }
    }()

    static func message(of lesson: String) -> String {
        do {
            let read = try LessonReader.read(text: lesson, file: "lesson.yaml")
            return read.warnings.map(\.description).joined(separator: "\n")
        } catch {
            return error.description
        }
    }

    @Test("There are at least a hundred bad lessons, each with a title of its own")
    func present() {
        #expect(Self.cases.count >= 100)
        #expect(Set(Self.cases.map(\.title)).count == Self.cases.count)
    }

    @Test("A bad lesson gets its whole message", arguments: cases)
    func message(of example: Case) { #expect(Self.message(of: example.lesson) == example.message) }

    @Test("Every message names file, line and column, and shows the line with a caret under the column", arguments: cases)
    func form(of example: Case) {
        let lines = Self.message(of: example.lesson).components(separatedBy: "\n")
        #expect(lines.count % 3 == 0)
        for start in stride(from: 0, to: lines.count - 2, by: 3) {
            #expect(lines[start].wholeMatch(of: /lesson\.yaml:\d+:\d+: (error|warning): .+/) != nil)
            #expect(lines[start + 2].wholeMatch(of: /[ \t]*\^/) != nil)
            #expect(lines[start + 2].count <= lines[start + 1].count + 1)
        }
    }

    @Test(
        "A table that was recorded anew is read before it is kept",
        .enabled(if: ProcessInfo.processInfo.environment["BACKSTEP_RECORD"] != nil))
    func record() throws {
        let head = "Lessons that are wrong, and the whole of what is said about each.\n"
        let sections = Self.cases.map { "\n=== \($0.title)\n\($0.lesson)>>>\n\(Self.message(of: $0.lesson))\n" }
        try (head + sections.joined()).write(to: Self.table, atomically: true, encoding: .utf8)
        Issue.record("bad-lessons.txt was recorded anew")
    }
}
