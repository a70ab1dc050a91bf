import Autodiff
import HostileInputs
import NeuralNetworks
import Testing

@testable import Forms
@testable import Lessons

/// Each limit lets the last allowed size pass and refuses the next, with the number.
@Suite struct LimitsTests {
    static func findings(_ text: String) -> [String] {
        do {
            _ = try LessonReader.read(text: text, file: "f")
            return []
        } catch {
            return error.errors.map(\.headline)
        }
    }

    static func network(_ layers: String, input: String = "1", inputs: String = "[[1]]", targets: String = "[[1]]") -> String {
        "network: {input: \(input), layers: [\(layers)]}\ndata: {inputs: \(inputs), targets: \(targets)}\nloss: half-squared-error\n"
    }

    static func list(_ count: Int, of element: String) -> String {
        "[" + Array(repeating: element, count: count).joined(separator: ", ") + "]"
    }

    @Test("A file of 1 MiB is read, one byte more is not")
    func bytes() {
        let lesson = "expression: f = x\nat: {x: 1}\n#"
        let filling = String(repeating: "a", count: (1 << 20) - lesson.utf8.count)
        #expect(Self.findings(lesson + filling) == [])
        #expect(
            Self.findings(lesson + filling + "a") == [
                "f:1:1: error: the file has 1,048,577 bytes; expected at most 1,048,576, which is 1 MiB"
            ])
    }

    @Test("1,000 characters of a name, 10,000 of a title and of a description are read, one more is not")
    func characters() {
        func text(name: Int = 1, title: Int = 1, description: Int = 1) -> String {
            // Letters of several bytes each.
            func word(_ count: Int) -> String { String(repeating: "ж", count: count) }
            return "title: \(word(title))\ndescription: \(word(description))\n"
                + "experiment: {kind: activations, variants: [{name: \(word(name)), activation: relu}]}\n"
        }
        #expect(Self.findings(text(name: 1_000, title: 10_000, description: 10_000)) == [])
        #expect(
            Self.findings(text(name: 1_001, title: 10_001, description: 10_001)) == [
                "f:1:8: error: title has 10,001 characters; expected at most 10,000",
                "f:2:14: error: description has 10,001 characters; expected at most 10,000",
                "f:3:51: error: experiment.variants[0].name has 1,001 characters; expected at most 1,000",
            ])
        let layer = String(repeating: "a", count: 1_001)
        let told = Self.findings(Self.network("dense: {units: 1, name: \(layer)}")).first
        #expect(told?.contains("has 1,001 characters; expected at most 1,000") == true)
    }

    @Test("Every seed to 2⁶⁴ − 1 is taken, by networks and by experiments alike, as it is written")
    func largestSeed() throws {
        func network(_ seed: String) -> String {
            Self.network("dense: 1").replacing("input: 1", with: "input: 1, seed: \(seed)")
        }
        func experiment(_ seed: String) -> String {
            "experiment: {kind: gradient-decay, seed: \(seed), seeds: 2, variants: [{name: a, activation: relu}]}\n"
        }
        func training(_ seed: String) -> String {
            "experiment: {kind: training, seed: \(seed), seeds: 2, variants: [{name: a, activation: relu}]}\n"
        }
        for text in [network, experiment, training] {
            for seed in ["9223372036854775807", "9223372036854775808", "18446744073709551615"] {
                #expect(Self.findings(text(seed)) == [])
            }
            for seed in ["18446744073709551616", "-1"] {
                #expect(Self.findings(text(seed)).first?.contains("a whole number from 0 to 18,446,744,073,709,551,615") == true)
            }
        }
        let lesson = try LessonReader.read(text: network("18446744073709551615"), file: "f")
        if case .network(let problem) = lesson.subject { #expect(problem.network.seed == .max) } else { Issue.record("no network") }
    }

    @Test("Names that are unknown under frozen cost as much as they are many, however many layers the network has")
    func frozenNames() {
        // Four times the layers and four times the words.
        let factor = Growth.fourfold(from: 50) { count in
            let layers = (0..<count).map { "dense: {units: 1, name: layer\($0)}" }.joined(separator: ", ")
            let words = (0..<40 * count).map { "layre\($0)" }.joined(separator: ", ")
            let rest = "optimizer: {kind: sgd, learning-rate: 1}\nfrozen: [\(words)]\n"
            #expect(Self.findings(Self.network(layers) + rest).count == 100)
        }
        #expect(factor < Growth.bound)
    }

    @Test("1,000 operations in a line are read, one more is not")
    func operations() {
        func text(_ count: Int) -> String { "expression: f = x" + String(repeating: "+x", count: count) + "\nat: {x: 1}\n" }
        #expect(Self.findings(text(1_000)) == [])
        #expect(Self.findings(text(1_001)).count == 1)
        #expect(Self.findings(text(1_001)).first?.contains("more than 1,000 operations in one line; expected at most 1,000") == true)
    }

    @Test("1,000 layers are read, one more is not, counting those inside a residual")
    func layers() {
        func text(_ count: Int) -> String {
            Self.network(
                Array(repeating: "relu", count: count - 3).joined(separator: ", ") + ", residual: {layers: [relu, relu]}")
        }
        #expect(Self.findings(text(1_000)) == [])
        #expect(Self.findings(text(1_001)).count == 1)
        #expect(Self.findings(text(1_001)).first?.contains("more than 1,000 layers; expected at most 1,000") == true)
    }

    @Test("4,096 units are read, one more is not")
    func units() {
        #expect(Self.findings(Self.network("dense: 4096, dense: 1")) == [])
        #expect(
            Self.findings(Self.network("dense: 4097, dense: 1")).first?.contains("units is 4097; expected a whole number from 1 to 4,096")
                == true)
    }

    @Test("4,096 samples are read, one more is not")
    func batch() {
        func text(_ count: Int) -> String {
            Self.network("dense: 1", inputs: Self.list(count, of: "[1]"), targets: Self.list(count, of: "[1]"))
        }
        #expect(Self.findings(text(4_096)) == [])
        #expect(Self.findings(text(4_097)).first?.contains("data.inputs holds 4,097 samples; expected at most 4,096 in a batch") == true)
    }

    @Test("2,000 time steps are read, one more is not")
    func time() {
        func text(_ count: Int) -> String {
            Self.network("rnn: 1", input: "{time: \(count), features: 1}", inputs: "[\(Self.list(count, of: "[1]"))]")
        }
        #expect(Self.findings(text(2_000)) == [])
        #expect(Self.findings(text(2_001)).first?.contains("network.input.time is 2001; expected a whole number from 1 to 2,000") == true)
    }

    @Test("Residuals nest as far as 32 lists and maps, and no further")
    func nesting() {
        func text(_ count: Int) -> String {
            Self.network((0..<count).reduce("relu") { inner, _ in "residual: {layers: [\(inner)]}" })
        }
        #expect(Self.findings(text(9)) == [])
        #expect(Self.findings(text(10)).contains { $0.contains("lists and maps more than 32 deep; expected at most 32") })
    }

    @Test("A parenthesis nests 32 deep, and no deeper")
    func parentheses() {
        func text(_ count: Int) -> String {
            "expression: f = \(String(repeating: "(", count: count))x\(String(repeating: ")", count: count))\nat: {x: 1}\n"
        }
        #expect(Self.findings(text(32)) == [])
        #expect(Self.findings(text(33)).count == 1)
    }

    @Test("To compare a gradient takes time as the batch, behind a normalization too")
    func comparisons() throws {
        let factor = try Growth.fourfold(from: 500) { count in
            let lesson = try LessonReader.read(
                text: Self.network(
                    "dense: 8, batch-norm, sigmoid, dense: 1", input: "2",
                    inputs: "[" + (0..<count).map { "[\($0 % 7), \($0 % 5)]" }.joined(separator: ", ") + "]",
                    targets: Self.list(count, of: "[1]")),
                file: "f")
            guard case .network(let problem) = lesson.subject else { return }
            let lowered = try problem.lowered()
            #expect(GradientCheck(lowered.pass(), of: lowered.parameters.map(\.id), budget: 1).compared == 1)
        }
        #expect(factor < Growth.bound, "\(factor)")
    }

    @Test("1,000 seeds are read, one more is not")
    func seeds() {
        func text(_ count: Int) -> String {
            "experiment: {kind: gradient-decay, depth: 2, width: 2, seeds: \(count), variants: [{name: A}]}\n"
        }
        #expect(Self.findings(text(1_000)) == [])
        #expect(Self.findings(text(1_001)).first?.contains("experiment.seeds is 1001; expected a whole number from 1 to 1,000") == true)
    }

    @Test("100 variants and 1,000 numbers of a sweep are read, one more is not")
    func lists() {
        func variants(_ count: Int) -> String {
            let variants = (0..<count).map { "{name: v\($0), activation: relu}" }.joined(separator: ", ")
            return "experiment: {kind: activations, variants: [\(variants)]}\n"
        }
        #expect(Self.findings(variants(100)) == [])
        #expect(Self.findings(variants(101)).first?.contains("experiment.variants has 101 variants; expected at most 100") == true)
        func offsets(_ count: Int) -> String {
            "experiment: {kind: trajectory, surface: saddle, steps: 1, offsets: \(Self.list(count, of: "0.5")), variants: [{name: A}]}\n"
        }
        #expect(Self.findings(offsets(1_000)) == [])
        #expect(Self.findings(offsets(1_001)).first?.contains("experiment.offsets has 1,001 numbers; expected at most 1,000") == true)
    }

    @Test("A trace that would hold too many scalars is refused before anything is allocated")
    func scalars() {
        let huge = Array(repeating: "dense: 4096", count: 600).joined(separator: ", ") + ", dense: 1"
        #expect(
            Self.findings(Self.network(huge)) == [
                "f:1:1: error: the trace would hold 10,054,475,779 scalars or more; expected at most 10,000,000",
                "f:1:1: error: the trace would take 20,099,121,152 products or more; expected at most 5,000,000,000",
            ])
    }

    @Test("What a layer does inside counts too, in a network and in an experiment")
    func inside() {
        let layers = Array(repeating: "{lstm: {units: 1, returns: sequence}}", count: 40).joined(separator: ", ")
        let inputs = "[\(Self.list(2_000, of: "[1]"))]"
        let network = Self.network("\(layers), {lstm: {units: 1}}, {dense: 1}", input: "{time: 2000, features: 1}", inputs: inputs)
        #expect(Self.findings(network) == ["f:1:1: error: 500,007 operations of the trace or more; expected at most 500,000"])
        let experiment =
            "experiment: {kind: gradient-through-time, cell: lstm, units: 32, time: 2000, batch: 60, seeds: 1, variants: [{name: A}]}\n"
        #expect(Self.findings(experiment) == ["f:1:13: error: 10,008,640 scalars of the trace or more; expected at most 10,000,000"])
    }

    @Test("An image that convolutions blow up is refused, without overflow")
    func convolutions() {
        let layers = Array(repeating: "conv2d: {channels: 4096, kernel: 1, padding: 4096}", count: 990).joined(separator: ", ")
        let findings = Self.findings(Self.network(layers, input: "[1, 1, 1]", inputs: "[[[[1]]]]"))
        #expect(
            findings == [
                "f:1:38: error: network.layers[0].conv2d makes 274,945,019,904 scalars of a sample; expected at most 10,000,000 in a whole trace"
            ])
    }

    @Test("A dense layer costs its output, its parameters and two products a weight and sample")
    func cost() throws {
        let network = Network(input: .features(3), layers: [Layer(name: "d", kind: .dense(DenseLayer(units: 4)))])
        let cost = try Cost(of: network, batch: 5)
        #expect(cost.scalars == 5 * 3 + 5 * 4 + 4 * 3 + 4)
        #expect(cost.products == 2 * 3 * 4 * 5)
        #expect(cost.repeated(7).products == 7 * cost.products)
    }
}
