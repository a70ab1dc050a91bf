import Foundation
import NeuralNetworks
import Testing

@testable import Lessons

/// Whatever a file holds, the reader answers: with a lesson or with findings, without a trap and without a hang.
@Suite struct HostileLessonsTests {
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

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

    @Test("Random bytes are refused", arguments: 0..<4)
    func bytes(seed: UInt64) {
        var generator = Generator(state: seed)
        for _ in 0..<250 {
            let count = Int.random(in: 1...200, using: &generator)
            Self.check((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
    }

    @Test("Random signs of YAML are answered", arguments: 0..<4)
    func signs(seed: UInt64) {
        let pieces = [
            "[", "]", "{", "}", ": ", "- ", "\n", "\n  ", "&a ", "*a", "!t ", "|", ">", "'", "\"", "#", "? ", ",", "<<", "network",
            "expression", "at", "f = x", "1", "%", "@", "\t", "---\n", "...\n", "\\x", "é", "\u{2028}", "~", "experiment", "kind",
        ]
        var generator = Generator(state: seed &+ 100)
        for _ in 0..<500 {
            let count = Int.random(in: 1...40, using: &generator)
            let text = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            Self.check(Array(text.utf8))
        }
    }

    @Test("Lessons cut off anywhere, and lessons with bytes changed, are answered", arguments: 0..<4)
    func mutations(seed: UInt64) {
        var generator = Generator(state: seed &+ 200)
        let lessons = Self.good.filter { $0.count < 3_000 } + Self.bad.filter { !$0.isEmpty }
        for _ in 0..<600 {
            guard var bytes = lessons.randomElement(using: &generator) else { continue }
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            case 1:
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 9...126, using: &generator)
                }
            case 2:
                let start = Int.random(in: 0..<bytes.count, using: &generator)
                let end = Int.random(in: start..<bytes.count, using: &generator)
                bytes.removeSubrange(start...end)
            default:
                let start = Int.random(in: 0..<bytes.count, using: &generator)
                let end = Int.random(in: start..<bytes.count, using: &generator)
                bytes.insert(contentsOf: bytes[start...end], at: Int.random(in: 0..<bytes.count, using: &generator))
            }
            Self.check(bytes)
        }
    }

    @Test("Random expressions are answered", arguments: 0..<4)
    func expressions(seed: UInt64) {
        let pieces = ["x", "y", "f", "(", ")", "+", "-", "*", "/", "^", ",", "=", " ", "max(", "exp", "1", "2.5e", "0", ".", "σ", "²", "_"]
        var generator = Generator(state: seed &+ 300)
        for _ in 0..<1_000 {
            let count = Int.random(in: 1...25, using: &generator)
            let line = "f = " + (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            Self.check(Array("expression: '\(line)'\nat: {x: 1, y: 2}\n".utf8))
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
