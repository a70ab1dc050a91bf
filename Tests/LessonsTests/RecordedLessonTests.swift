import Foundation
import NumberFiles
import Testing

@testable import Forms
@testable import Lessons
@testable import Recordings

/// Lessons of recorded runs.
@Suite struct RecordedLessonTests {
    static let head = #"{"format": "backstep.recording", "version": 1, "layers": [{"name": "conv1"}, {"name": "relu1"}]}"#
    static let step = #"{"step": 0, "loss": 2, "layers": {"conv1": {"gradient": {"norm": 0.5}}, "relu1": {"gradient": {"norm": 1}}}}"#
    static let files: [String: String] = [
        "plain.jsonl": "\(head)\n\(step)\n{\"step\": 10, \"loss\": 1}\n",
        "runs/clipped.jsonl": "\(head)\n\(step)\n{\"step\": 5, \"loss\": 1}\n",
        "broken.jsonl": "\(head)\n\(step)\n{\"step\": SECRET}\n",
        "passwd.jsonl": "root:SECRET\n",
        "going.jsonl": "\(head)\n\(step)\n{\"step\": 10, \"los",
    ]

    static let source = NumberSource { name in
        files[name].map { .success(.init(bytes: Array($0.utf8), digest: "\($0.count)")) }
            ?? .failure(NumberFileError("\(name) is not there", expected: nil))
    }

    static func read(_ text: String) throws(LessonErrors) -> Lesson {
        try LessonReader.read(bytes: Array(text.utf8), file: "lesson.yaml", numbers: source)
    }

    static func recorded(_ text: String) throws -> RecordedLesson {
        guard case .recording(let recorded) = try read(text).subject else { throw CocoaError(.fileReadCorruptFile) }
        return recorded
    }

    @Test("A recording is called by its file's name, without folder and ending, or as the lesson says")
    func names() throws {
        #expect(try Self.recorded("recording: plain.jsonl").runs.map(\.name) == ["plain"])
        #expect(try Self.recorded("recording: {file: plain.jsonl, name: No clipping}").runs.map(\.name) == ["No clipping"])
        #expect(try Self.recorded("recording: [plain.jsonl, runs/clipped.jsonl]").runs.map(\.name) == ["plain", "clipped"])
    }

    @Test("Figures, steps and layers are what the lesson says, and else the page of all") func choices() throws {
        let usual = try Self.recorded("recording: plain.jsonl")
        #expect(usual.figures == [.page] && usual.steps == [] && usual.runs[0].recording.layers.count == 2)
        let chosen = try Self.recorded("recording: plain.jsonl\nfigures: [heat, loss]\nsteps: [0, 10, 1000]\nlayers: [conv]")
        #expect(chosen.figures == [.heat, .loss] && chosen.steps == [0, 10] && chosen.layers == ["conv"])
        // The verdict is of all layers.
        #expect(chosen.runs[0].recording.layers.count == 2)
    }

    static let faults: [(text: String, message: String)] = [
        ("recording:", "recording is empty; expected the name of a file"),
        ("recording: []", "recording names 0 runs; expected 1 to 6"),
        ("recording: plain.json", "recording is \"plain.json\"; expected the name of a recording, which ends in .jsonl or .jsonl.gz"),
        ("recording: none.jsonl", "none.jsonl is not there"),
        (
            "recording: broken.jsonl", "broken.jsonl: line 3 is damaged at byte 10; expected a whole number of at least 0"
        ),
        ("recording: passwd.jsonl", "passwd.jsonl: line 1 is no head of a recording; expected \(RecordingReader.headForm)"),
        ("recording: {name: a}", "recording has no file; expected file: text"),
        ("recording: {file: plain.jsonl, nam: a}", "unknown key \"nam\" in recording; expected file or name; did you mean \"name\"?"),
        (
            "recording: [plain.jsonl, {file: runs/clipped.jsonl, name: plain}]",
            "a run before is called \"plain\" too; expected names that differ; write {file: …, name: …}"
        ),
        (
            "recording: plain.jsonl\nfigures: [hat]",
            "figures[0] is \"hat\"; expected decay, heat, updates, units, loss or page; did you mean \"heat\"?"
        ),
        ("recording: plain.jsonl\nfigures: [loss, loss]", "figures[1] is the same figure as figures[0]; expected each figure once"),
        ("recording: plain.jsonl\nsteps: [3]", "step 3 was not recorded; expected a step that was, such as 0"),
        ("recording: plain.jsonl\nsteps: [10, 0]", "steps[1] is 0, not above the step before; expected steps that rise"),
        (
            "recording: plain.jsonl\nlayers: [konv1]",
            "layers[0]: no layer’s name begins with \"konv1\"; expected the beginning of a name such as \"conv1\"; did you mean \"conv1\"?"
        ),
        ("recording: plain.jsonl\nheadline: \"{value a}\"", "headline: a recording has no trace to take {…} from; expected words"),
        ("recording: {lines: x}", "recording.lines: line 1 is no head of a recording; expected \(RecordingReader.headForm)"),
        ("recording: plain.jsonl\nexperiment: {}", "experiment beside recording (1:1); expected one of them in a lesson"),
    ]

    @Test("What is wrong is said at its place in the lesson, and nothing of a file that is no recording is quoted", arguments: faults)
    func told(text: String, message: String) {
        let error = #expect(throws: LessonErrors.self) { try Self.read(text) }
        let told =
            error?.errors.map { [$0.what, $0.expected.map { "expected \($0)" }, $0.hint].compactMap(\.self).joined(separator: "; ") } ?? []
        #expect(told.first == message)
        #expect(!"\(told)".contains("SECRET"))
    }

    @Test(
        "What a figure carries is the lesson with the lines in it, which says the same",
        arguments: [
            "recording: plain.jsonl", "recording: going.jsonl",
            "title: \"A: b\"\nrecording: [plain.jsonl, runs/clipped.jsonl]\nlayers: [conv1]\nfigures: [decay]\n",
        ])
    func alone(text: String) throws {
        let lesson = try Self.read(text)
        let alone = try LessonReader.read(text: try #require(lesson.source.standalone), file: "alone.yaml")
        guard case .recording(let one) = lesson.subject, case .recording(let other) = alone.subject else {
            throw CocoaError(.fileReadCorruptFile)
        }
        #expect(one.runs.map(\.name) == other.runs.map(\.name) && one.figures == other.figures && alone.title == lesson.title)
        #expect(one.runs.map(\.recording.isCutOff) == other.runs.map(\.recording.isCutOff))
        #expect(one.runs.map { $0.recording.lines(most: .max) } == other.runs.map { $0.recording.lines(most: .max) })
        #expect(alone.source.files.isEmpty && lesson.source.files.first.map { text.contains($0.name) } == true)
    }

    @Test("The files that a lesson names are found, whatever is wrong with it") func named() {
        let text = "recording: [a.jsonl, {file: b.jsonl, name: 3}]\nfigures: no"
        #expect(LessonReader.namedFiles(in: Array(text.utf8)) == ["a.jsonl", "b.jsonl"])
        #expect(LessonReader.namedFiles(in: Array("recording: {file: c.jsonl}".utf8)) == ["c.jsonl"])
    }
}
