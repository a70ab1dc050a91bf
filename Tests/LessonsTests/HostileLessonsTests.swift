import Autodiff
import Foundation
import HostileInputs
import NeuralNetworks
import Testing

@testable import Forms
@testable import Lessons

/// With a lesson or with findings, without a trap and without a hang.
@Suite("Whatever a file holds, the reader answers")
struct HostileLessonsTests {
    /// A refusal says at least one thing, at a place that the file has.
    static func check(_ bytes: [UInt8]) {
        do {
            _ = try LessonReader.read(bytes: bytes, file: "f")
        } catch {
            #expect(!error.errors.isEmpty)
            for finding in error.errors {
                #expect(finding.line >= 1 && finding.column >= 1)
                #expect(finding.description.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || $0.value >= 0x20 })
            }
        }
    }

    static let good: [[UInt8]] = ReferenceLessonsTests.files.compactMap { try? [UInt8](Data(contentsOf: $0)) }
    static let bad = BadLessonsTests.cases.map { Array($0.lesson.utf8) }

    @Test("Random bytes are refused", arguments: 0..<4 as Range<UInt64>)
    func bytes(seed: UInt64) {
        var generator = SeededGenerator(seed)
        for _ in 0..<250 {
            let count = Int.random(in: 1...200, using: &generator)
            Self.check((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
    }

    @Test("Random signs and words are answered", arguments: 100..<104 as Range<UInt64>)
    func signs(seed: UInt64) {
        var mutator = Mutator(.lesson, seed: seed)
        for count in 0..<500 { Self.check(mutator.scrambled(words: 1 + count % 40)) }
    }

    @Test("Lessons with other numbers, words, lines and bytes are answered", arguments: 200..<204 as Range<UInt64>)
    func mutations(seed: UInt64) throws {
        var mutator = Mutator(.lesson, seed: seed)
        var generator = SeededGenerator(seed)
        let lessons = Self.good.filter { $0.count < 3_000 } + Self.bad.filter { !$0.isEmpty }
        for _ in 0..<600 {
            let lesson = try #require(lessons.randomElement(using: &generator))
            Self.check(mutator.mutated(lesson, with: try #require(lessons.randomElement(using: &generator))))
        }
    }

    @Test("Random expressions are answered", arguments: 300..<304 as Range<UInt64>)
    func expressions(seed: UInt64) {
        var mutator = Mutator(.expression, seed: seed)
        for count in 0..<1_000 {
            let line = Array("expression: 'f = ".utf8) + mutator.scrambled(words: 1 + count % 25)
            Self.check(line + Array("'\nat: {x: 1, y: 2}\n".utf8))
        }
    }

    struct Text: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var text: String

        init(_ name: String, _ text: String) {
            testDescription = name
            self.text = text
        }
    }

    static let extremes: [Text] = [
        Text("deep lists", String(repeating: "[", count: 100_000)),
        Text("deep maps", String(repeating: "{a: ", count: 50_000)),
        Text("deep blocks", (0..<900).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
        Text("dashes", String(repeating: "- ", count: 100_000)),
        Text("question marks", String(repeating: "? ", count: 100_000)),
        Text("anchors", String(repeating: "&a ", count: 100_000)),
        Text("one long word", String(repeating: "a", count: 200_000)),
        Text("a long sum", "expression: f = " + Array(repeating: "x", count: 30_000).joined(separator: "+") + "\nat: {x: 1}\n"),
        Text("a long power", "expression: f = " + Array(repeating: "x", count: 30_000).joined(separator: "^") + "\nat: {x: 1}\n"),
        Text("many minuses", "expression: f = " + String(repeating: "-", count: 50_000) + "x\nat: {x: 1}\n"),
        Text("many keys", (0..<5_000).map { "k\($0): 1\n" }.joined()),
        Text("one key many times", String(repeating: "k: 1\n", count: 3_000)),
        Text("many layers", "network:\n  input: 2\n  layers:\n" + String(repeating: "    - relu\n", count: 3_000)),
        Text("many names", "expression:\n" + (0..<1_000).map { "  - a\($0) = x + b\($0)\n" }.joined() + "at: {x: 1}\n"),
        Text("many inputs", "expression: f = x\nat:\n" + (0..<3_000).map { "  a\($0): 1\n" }.joined()),
    ]

    @Test("Extremes are answered", arguments: extremes)
    func extreme(_ extreme: Text) { Self.check(Array(extreme.text.utf8)) }

    static let bombs: [Text] = [
        Text("lists of lists", Self.nested(in: "at: {x: *a30}")),
        Text("in a key", Self.nested(in: "? *a30\n: 1")),
        Text("in a key of a flow map", Self.nested(in: "at: {*a30 : 1, *a29 : 2}")),
        Text("behind words that look like an anchor", Self.nested(in: "title: R&a30 and D\nat: {x: *a30}")),
    ]

    private static func nested(in use: String) -> String {
        let first = "a0: &a0 [1, 1]\n"
        return first + (1...30).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined() + use + "\n"
    }

    @Test("Aliases that unfold to billions of values are refused before they are unfolded", arguments: bombs)
    func bomb(_ bomb: Text) throws {
        let error = try #require(throws: LessonErrors.self) { try LessonReader.read(text: bomb.text, file: "f") }
        #expect(error.errors.map(\.what) == ["aliases unfold the file to more than 8,388,608 bytes"])
    }

    @Test("Aliases within the budget stand for what they name")
    func aliases() throws {
        let text = """
            network:
              input: 2
              layers:
                - dense: &hidden {units: 2, weight: &w [[1, 2], [3, 4]]}
                - dense: {units: 2, weight: *w}
                - dense: *hidden
            data: {inputs: [[1, 2]], targets: [[0, 0]]}
            loss: half-squared-error
            """
        let lesson = try LessonReader.read(text: text, file: "f")
        guard case .network(let problem) = lesson.subject else {
            Issue.record("no network")
            return
        }
        #expect(Set(problem.network.written.keys) == ["dense1.weight", "dense2.weight", "dense3.weight"])
        #expect(Set(problem.network.written.values.map(\.scalars)) == [[1, 2, 3, 4]])
    }
}
