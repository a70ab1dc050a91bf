import Backstep
import Foundation
import Testing

/// Lessons with the gradients of each mistake that an independent implementation gave for them.
@Suite("Reference mistakes")
struct ReferenceMistakesTests {
    static let lessons = ExpectedLessons("reference-mistakes")
    static let notYet = lessons.listed("not-yet.txt")

    @Test("are all there")
    func present() {
        #expect(Self.lessons.names.count == 8)
        #expect(Set(Self.notYet).isSubset(of: Self.lessons.names))
    }

    @Test("agree in kind, gradients, updates and the loss after them", arguments: lessons.names)
    func agreement(_ name: String) throws {
        let expected = try JSONSerialization.jsonObject(
            with: Data(contentsOf: Self.lessons.folder.appending(path: "\(name).mistakes.json")))
        guard !Self.notYet.contains(name) else {
            #expect((try? differences(name, from: expected)) != [], "\(name) agrees: take it out of not-yet.txt")
            return
        }
        #expect(try differences(name, from: expected) == [])
    }

    private func differences(_ name: String, from expected: Any) throws -> [String] {
        let file = try LessonFile(contentsOf: Self.lessons.lesson(name))
        var text = ""
        try file.writeMistakeReport(asJSON: true) { text += $0 }
        let trace = try JSONSerialization.jsonObject(with: Data(file.traced().json.utf8))
        // The noise of the lesson's own gradients.
        var known: [String: Any] = ["mistakes": try #require((expected as? [String: Any])?["mistakes"])]
        known["gradients"] = (trace as? [String: Any])?["gradients"]
        var found = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        found["gradients"] = known["gradients"]
        return PrintedTrace(root: found).differences(from: known)
    }
}
