import Foundation
import HostileInputs
import NumberFiles
import Testing

@testable import Recordings

@Suite struct RecordingReaderTests {
    static let head =
        #"{"format": "backstep.recording", "version": 1, "framework": "pytorch 2.15", "model": "M", "layers": [{"name": "conv1", "kind": "Conv2d"}, {"name": "relu", "kind": "ReLU"}]}"#

    static func step(_ rest: String) -> String { "\(head)\n{\"step\": 0, \(rest)}\n" }

    @Test("A recording's numbers are those of its lines, NaN and infinities too; what is absent is absent")
    func numbers() throws {
        let text = """
            \(Self.head)
            {"step": 0, "loss": 2.303, "layers": {"conv1": {"activation": {"rms": 0.81, "zeros": 0.49, "histogram": {"low": -12, "high": 4, "counts": [0, 3]}}, "gradient": {"norm": 0.013, "zeros": 0.5}, "weight": {"norm": 11.2, "gradient": 0.21, "update": 1.1e-2}}}}
            {"step": 10, "loss": "nan", "layers": {"relu": {"gradient": {"norm": "inf"}}, "conv1": {"weight": null}}}
            {"step": 11, "loss": null}
            """
        let recording = try RecordingReader.read(text)
        #expect(recording.framework == "pytorch 2.15" && recording.model == "M" && recording.setup == nil && !recording.isCutOff)
        let known = try RecordingReader.read(
            text.replacing("\"layers\": [", with: "\"setup\": \"SGD, rate 0.1\", \"layers\": [", maxReplacements: 1))
        #expect(known.setup == "SGD, rate 0.1" && known.layers.map(\.name) == recording.layers.map(\.name))
        #expect(known.lines(most: 100_000)?.first?.contains("\"setup\": \"SGD, rate 0.1\"") == true)
        #expect(recording.layers.map(\.name) == ["conv1", "relu"] && recording.layers.map(\.kind) == ["Conv2d", "ReLU"])
        #expect(recording.steps == [0, 10, 11])
        let first = Recording.Quantity.allCases.map { recording.value($0, layer: 0, at: 0) }
        #expect(first == [0.81, 0.49, 0.013, 0.5, 11.2, 0.21, 0.011])
        #expect(Recording.Quantity.allCases.allSatisfy { recording.value($0, layer: 1, at: 0) == nil })
        #expect(recording.loss(at: 1)?.isNaN == true && recording.value(.gradientNorm, layer: 1, at: 1) == .infinity)
        #expect(recording.loss(at: 2) == nil && recording.value(.weightNorm, layer: 0, at: 1) == nil)
    }

    static let faults: [(title: String, text: String, message: String)] = [
        ("nothing", "", "is empty; expected \(RecordingReader.headForm)"),
        ("blank lines", "\n \n", "is empty; expected \(RecordingReader.headForm)"),
        ("another file", "root:x:0:0\n", "line 1 is no head of a recording; expected \(RecordingReader.headForm)"),
        ("another format", #"{"format": "backstep.trace"}"#, "line 1 is no head of a recording; expected \(RecordingReader.headForm)"),
        (
            "another version", #"{"format": "backstep.recording", "version": 2, "layers": []}"#,
            "line 1 is of version 2; expected \"version\": 1"
        ),
        ("no version", #"{"format": "backstep.recording", "layers": []}"#, "line 1 has no version; expected \"version\": 1"),
        (
            "no layers", #"{"format": "backstep.recording", "version": 1}"#,
            "line 1 has no layers; expected \"layers\": [{\"name\": …, \"kind\": …}, …]"
        ),
        (
            "a key of the head", #"{"format": "backstep.recording", "version": 1, "layer": []}"#,
            "line 1 has an unknown key in the head; expected format, version, framework, model, setup or layers; did you mean \"layers\"?"
        ),
        (
            "a layer without a name", #"{"format": "backstep.recording", "version": 1, "layers": [{"kind": "ReLU"}]}"#,
            "line 1 has a layer without a name; expected \"name\": \"conv1\""
        ),
        (
            "two layers of one name", #"{"format": "backstep.recording", "version": 1, "layers": [{"name": "a"}, {"name": "a"}]}"#,
            "line 1 has two layers of one name; expected names that differ"
        ),
        ("no step", head, "has no step; expected a line for each step after the first"),
        ("no JSON", "\(head)\nstep 0\n", "line 2 is damaged at byte 1; expected {, which begins an object of JSON"),
        ("a step without a number", "\(head)\n{\"loss\": 1}\n", "line 2 has no step; expected \"step\": and its number"),
        ("a step of half", "\(head)\n{\"step\": 0.5}\n", "line 2 is damaged at byte 10; expected a whole number of at least 0"),
        ("a step below 0", "\(head)\n{\"step\": -1}\n", "line 2 is damaged at byte 10; expected a whole number of at least 0"),
        ("a step twice", step("\"loss\": 1") + "{\"step\": 0}\n", "line 3 is step 0, after step 0; expected steps that rise"),
        (
            "a step back", "\(head)\n{\"step\": 5}\n{\"step\": 4}\n",
            "line 3 is step 4, after step 5; expected steps that rise; a run that began anew is a recording of its own"
        ),
        (
            "an unknown layer", step(#""layers": {"conv2": {}}"#),
            "line 2 has the layer \"conv2\", which the head does not list; expected a layer of the head; did you mean \"conv1\"?"
        ),
        (
            "a layer twice", step(#""layers": {"conv1": {}, "conv1": {}}"#),
            "line 2 has the layer \"conv1\" twice; expected each layer once"
        ),
        ("two losses", step("\"loss\": 1, \"loss\": 2"), "line 2 has the key \"loss\" twice; expected each key once"),
        (
            "two norms", step(#""layers": {"conv1": {"gradient": {"norm": 1, "norm": 2}}}"#),
            "line 2 has the key \"norm\" twice; expected each key once"
        ),
        (
            "two versions", head.replacing("\"version\": 1", with: "\"version\": 1, \"version\": 1"),
            "line 1 has the key \"version\" twice; expected each key once"
        ),
        (
            "a key of a layer", step(#""layers": {"conv1": {"gradients": {}}}"#),
            "line 2 has an unknown key in a layer; expected activation, gradient or weight; did you mean \"gradient\"?"
        ),
        (
            "a key of a part", step(#""layers": {"conv1": {"gradient": {"rms": 1}}}"#),
            "line 2 has an unknown key in gradient; expected norm, zeros or histogram"
        ),
        (
            "a secret key", step(#""SECRET": 1"#), "line 2 has an unknown key in the step; expected step, loss or layers"
        ),
        (
            "a bare NaN", step("\"loss\": NaN"), "line 2 is damaged at byte 21; expected a number, \"nan\", \"inf\" or \"-inf\""
        ),
        (
            "a number that is a word", step("\"loss\": \"SECRET\""),
            "line 2 is damaged at byte 21; expected a number, \"nan\", \"inf\" or \"-inf\""
        ),
        ("a norm below 0", step(#""layers": {"conv1": {"gradient": {"norm": -1}}}"#), "expected a number of at least 0"),
        ("a norm of −∞", step(#""layers": {"conv1": {"gradient": {"norm": "-inf"}}}"#), "expected a number of at least 0"),
        ("a share above 1", step(#""layers": {"conv1": {"activation": {"zeros": 1.5}}}"#), "expected a share from 0 to 1"),
        ("a leading zero", step("\"loss\": 01"), "expected a number"),
        ("a number without an end", step("\"loss\": 1."), "expected a digit after the point"),
        ("an overflow", step("\"loss\": 1e400"), "expected a number of magnitude at most 1.797e308, the largest there is"),
        ("a trailing comma", step("\"loss\": 1,"), "expected a name in quotes"),
        ("two objects", "\(head)\n{\"step\": 0} {\"step\": 1}\n", "line 2 is damaged at byte 13; expected the end of the line"),
        (
            "a histogram the wrong way round", step(#""layers": {"conv1": {"gradient": {"histogram": {"low": 4, "high": -16}}}}"#),
            "expected a histogram whose low is below its high"
        ),
        (
            "a count below 0", step(#""layers": {"conv1": {"gradient": {"histogram": {"counts": [-1]}}}}"#),
            "expected a whole number of at least 0"
        ),
    ]

    @Test("What is wrong is said with its line, and nothing of the file is quoted but layers' names", arguments: faults)
    func told(title: String, text: String, message: String) {
        let error = #expect(throws: RecordingError.self) { try RecordingReader.read(text + "\n") }
        let told = [error?.place, error?.expected.map { "expected \($0)" }, error?.hint].compactMap(\.self).joined(separator: "; ")
        #expect(message.hasPrefix("expected") ? told.contains(message) : told == message)
        #expect(!told.contains("SECRET"))
    }

    @Test("A last line that was cut off is left out, and the recording says so", arguments: [1, 5, 12, 30])
    func cutOff(count: Int) throws {
        let whole = Self.step("\"loss\": 1") + #"{"step": 1, "loss": 0.5, "layers": {"conv1": {"gradient": {"norm": 1}}}}"#
        let recording = try RecordingReader.read(String(whole.dropLast(count)))
        #expect(recording.isCutOff && recording.steps == [0])
        #expect(try RecordingReader.read(whole).steps == [0, 1])
        let lines = try #require(recording.lines(most: .max))
        #expect(try RecordingReader.read(lines.joined(separator: "\n")).isCutOff)
    }

    /// A head of so many layers, and so many steps without them.
    static func large(layers: Int, steps: Int) -> String {
        let names = (0..<layers).map { "{\"name\": \"\($0)\"}" }.joined(separator: ", ")
        return "{\"format\": \"backstep.recording\", \"version\": 1, \"layers\": [\(names)]}\n"
            + (0..<steps).map { "{\"step\": \($0)}\n" }.joined()
    }

    @Test("The limit of steps times layers is one of all runs that are compared") func together() throws {
        let first = try RecordingReader.read(Self.large(layers: 10_000, steps: 300))
        let text = Self.large(layers: 10_000, steps: 101)
        #expect(try RecordingReader.read(text).steps.count == 101)
        let error = #expect(throws: RecordingError.self) {
            try RecordingReader.read(FilePieces(Array(text.utf8)), beside: [first])
        }
        #expect(error?.line == 102 && error?.what.contains("beside 3,000,000 steps times layers of other runs") == true)
        #expect(error?.expected == "at most 1,000,000 steps, and 4,000,000 of steps times layers")
    }

    @Test("Blank lines are passed over, but not for ever") func blank() throws {
        #expect(try RecordingReader.read(Self.step("\"loss\": 1").replacing("\n", with: "\n \n\n")).steps == [0])
        let error = #expect(throws: RecordingError.self) {
            try RecordingReader.read(FilePieces([UInt8](repeating: 10, count: 2_000_001)))
        }
        #expect(error?.what == "has more than 2,000,000 lines")
    }

    @Test(
        "A last line that is whole and wrong is no line that was cut off",
        arguments: [#"{"step": 1, "los": 0.5}"#, #"{"step": 0, "loss": 0.5}"#, #"{"step": 1, "layers": {"nobody": {}}}"#])
    func wholeButWrong(line: String) {
        let error = #expect(throws: RecordingError.self) { try RecordingReader.read(Self.step("\"loss\": 1") + line) }
        #expect(error?.line == 3)
    }

    @Test(
        "A layer's name says which call of its module it is",
        arguments: [("cell", "cell", 1), ("cell#2", "cell", 2), ("#2", "#2", 1), ("a#1", "a#1", 1)])
    func calls(name: String, module: String, call: Int) {
        let layer = Recording.Layer(name: name)
        #expect(layer.module == module && layer.call == call)
    }

    /// Of 20 and more digits the last 64 bits may be 0, and of a large exponent the digits may make up for it.
    static let odd = [
        "18446744073709551616", "36893488147419103232", "92233720368547758080", "1.8446744073709551616e19", "184467440737095516160000",
        "0." + String(repeating: "0", count: 120_000) + "1e120001", "1e-400", "0e999999999999",
    ]

    /// The number that a line begins with, and how many bytes it takes. Digits stand behind the line.
    static func number(_ line: String) throws -> (value: Double, count: Int) {
        let bytes = Array(line.utf8) + [10] + [UInt8](repeating: 0x39, count: DecimalDigits.spare)
        return try bytes.withUnsafeBufferPointer { bytes in
            var scanner = LineScanner(try #require(bytes.baseAddress))
            return (try scanner.number(), scanner.place)
        }
    }

    @Test("A number at the edge of what has room reads as Swift reads it", arguments: Self.odd) func edge(text: String) throws {
        #expect(try Self.number(text).value == Double(text), "\(text.prefix(40))")
    }

    @Test("A number ends before the first byte that is no digit", arguments: [",", "}", " ", ":", ";", "?", "/", "@", "\"", "p", "\u{80}"])
    func end(sign: String) throws {
        for count in 1...18 {
            let digits = "123456789123456789".prefix(count)
            let found = try Self.number("\(digits)\(sign)99999999")
            #expect(found.value == Double(digits) && found.count == count)
        }
    }

    @Test("A number reads as the nearest Double, as Swift reads it") func roundings() throws {
        var generator = SeededGenerator(7)
        for _ in 0..<20_000 {
            let exponent = [-1074...1023, -40...40].randomElement(using: &generator) ?? -40...40
            let value = Double(
                sign: .plus, exponent: Int.random(in: exponent, using: &generator), significand: 1 + .random(in: 0..<1, using: &generator))
            let digits = String(UInt64.random(in: 1...UInt64.max, using: &generator)).prefix(Int.random(in: 1...20, using: &generator))
            for text in ["\(value)", "\(digits)e\(Int.random(in: -60...60, using: &generator))", "0.\(digits)", "0.00000\(digits)"] {
                #expect(try Self.number(text).value == Double(text), "\(text)")
            }
        }
    }

    @Test("What is written of a recording reads back the same, in pieces of any size", arguments: 0..<40)
    func roundTrip(seed: UInt64) throws {
        let random = RandomRecording(seed: seed)
        let recording = try RecordingReader.read(FilePieces(random.bytes))
        #expect(recording.lines(most: .max) == random.lines)
        for size in [1, 7, 64] {
            var place = 0
            let pieces = FilePieces { memory in
                let count = min(size, memory.count, random.bytes.count - place)
                memory.copyBytes(from: random.bytes[place..<place + count])
                place += count
                return .success(count)
            }
            let again = try RecordingReader.read(pieces)
            #expect(again.lines(most: .max) == random.lines && again.digest == recording.digest)
        }
        #expect(recording.lines(most: random.bytes.count - 2) == nil)
    }

    /// Three lines of `{"a": 1}`, as Python's gzip packs them.
    static let packed: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 74, 84, 178, 82, 48, 172, 229, 170, 198, 96, 0, 0, 217, 74, 124, 189, 27, 0, 0, 0,
    ]

    static func unpacked(_ bytes: [UInt8]) throws(NumberFileError) -> String {
        let pieces = FilePieces(bytes).unpacked()
        var (found, memory): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 5))
        while true {
            let read = memory.withUnsafeMutableBytes { memory in Result { () throws(NumberFileError) in try pieces.next(into: memory) } }
            let count = try read.get()
            if count == 0 { return String(decoding: found, as: UTF8.self) }
            found += memory[..<count]
        }
    }

    @Test("What gzip packed is unpacked, several packed after each other too, and as far as it goes where the file ends too early")
    func gzip() throws {
        let text = String(repeating: "{\"a\": 1}\n", count: 3)
        #expect(try Self.unpacked(Self.packed) == text && Self.unpacked(Self.packed + Self.packed) == text + text)
        #expect(try text.hasPrefix(Self.unpacked(Array(Self.packed.prefix(18)))) && Self.unpacked([]).isEmpty)
        #expect(throws: NumberFileError("is no gzip file", expected: "a file as gzip writes it")) {
            try Self.unpacked(Array("a text".utf8))
        }
        var damaged = Self.packed
        damaged[25] ^= 1
        #expect(throws: NumberFileError.self) { try Self.unpacked(damaged) }
    }

    @Test("A line that is damaged gives an error that names it, or still means something; nothing traps", arguments: 0..<40)
    func damage(seed: UInt64) {
        let random = RandomRecording(seed: seed)
        var generator = SeededGenerator(seed)
        for index in random.lines.indices {
            // Without its last bracket, no line is JSON.
            var lines = random.lines
            lines[index].removeLast()
            #expect(Self.line(of: lines) == index + 1)
            for _ in 0..<20 {
                var bytes = Array(random.lines[index].utf8)
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = UInt8.random(in: 32...255, using: &generator)
                lines[index] = String(decoding: bytes, as: UTF8.self)
                // A step that became larger shows in the next line; a layer of another name in the first that has it.
                if let line = Self.line(of: lines) { #expect(line == index + 1 || line == index + 2 || index == 0) }
            }
        }
    }

    @Test(
        "No hostile input traps, and none makes a file's words part of a message", arguments: HostileSeeds.asked(otherwise: 40).map { $0 })
    func hostile(seed: UInt64) {
        var mutator = Mutator(.recording, seed: seed)
        let (whole, other) = (RandomRecording(seed: seed).bytes, RandomRecording(seed: seed &+ 1).bytes)
        for _ in 0..<50 {
            do {
                let recording = try RecordingReader.read(FilePieces(mutator.mutated(whole, with: other)))
                _ = RunDiagnosis(of: recording).finding
            } catch {
                let isNamed = error.what.contains("the layer \"") || error.what.contains("begins with")
                #expect(isNamed || !"\(error.place) \(error.expected ?? "") \(error.hint ?? "")".contains("SECRET"))
            }
        }
    }

    /// The line that an error names; nil where there is none.
    static func line(of lines: [String]) -> Int? {
        do {
            _ = try RecordingReader.read(lines.map { $0 + "\n" }.joined())
            return nil
        } catch {
            return error.line ?? 0
        }
    }
}
