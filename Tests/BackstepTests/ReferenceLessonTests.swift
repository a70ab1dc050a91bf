import Autodiff
import Foundation
import Lessons
import NeuralNetworks
import Notation
import Telling
import Testing
import Traces

/// Descriptions with the values and gradients that an independent implementation gave for them.
@Suite("Reference lessons")
struct ReferenceLessonTests {
    private struct ExpectedTensor: Decodable {
        let shape: [Int]
        let data: [Double]
    }

    private struct Expected: Decodable {
        let loss: Double
        let values, gradients, parameters: [String: ExpectedTensor]
        let clipped, updated: [String: ExpectedTensor]?
        let lossAfter: Double?

        enum CodingKeys: String, CodingKey {
            case loss, values, gradients, parameters, clipped, updated
            case lossAfter = "loss-after"
        }
    }

    static let names: [String] = {
        let folder = Bundle.module.url(forResource: "reference", withExtension: nil)
        let files = (folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0.path) }) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }()

    private func trace(_ name: String) throws -> Trace {
        let file = try #require(Bundle.module.url(forResource: "reference/\(name)", withExtension: "yaml"))
        let lesson = try LessonReader.read(bytes: Array(Data(contentsOf: file)), file: "\(name).yaml")
        switch lesson.subject {
        case .network(let problem): return try Trace(problem, title: lesson.title)
        case .expression(let program): return Trace(program, title: lesson.title)
        case .experiment: throw CocoaError(.fileReadCorruptFile)
        }
    }

    @Test("are all there")
    func present() { #expect(Self.names.count == 28) }

    @Test("agree in loss, values, gradients, parameters, clipped gradients and updates", arguments: names)
    func agreement(_ name: String) throws {
        let trace = try trace(name)
        let file = try #require(Bundle.module.url(forResource: "reference/\(name).expected", withExtension: "json"))
        let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file))
        let noise = 1e-13 * (expected.gradients.values.flatMap(\.data).map { abs($0) }.max() ?? 0)
        func agrees(_ a: Double, _ b: Double, largest: Double) -> Bool {
            abs(a - b) <= 1e-9 * max(abs(b), 1e-3 * largest) + noise
        }
        func compare(_ what: String, _ known: [String: ExpectedTensor], _ found: (String) -> Tensor?) throws {
            for (key, tensor) in known {
                let own = try #require(found(key), "\(what) has no \(key)")
                #expect(own.shape == tensor.shape, "\(what) \(key)")
                let largest = tensor.data.map { abs($0) }.max() ?? 0
                for (index, (a, b)) in zip(own.scalars, tensor.data).enumerated() {
                    #expect(agrees(a, b, largest: largest), "\(what) \(key), entry \(index): \(a), expected \(b)")
                }
            }
        }
        #expect(agrees(trace.loss, expected.loss, largest: abs(expected.loss)))
        try compare("values", expected.values) { trace.tape.id(named: $0).map(trace.pass.value) }
        try compare("gradients", expected.gradients) { trace.tape.id(named: $0).map(trace.pass.gradient) }
        try compare("parameters", expected.parameters) { trace.tape.id(named: $0).map(trace.pass.value) }
        let names = trace.lowered?.parameters.map(\.name) ?? []
        #expect(Set(names) == Set(expected.parameters.keys))
        func parameter(_ name: String, of tensors: [Tensor]?) -> Tensor? {
            guard let index = names.firstIndex(of: name), let tensors else { return nil }
            return tensors[index]
        }
        try compare("clipped", expected.clipped ?? [:]) { parameter($0, of: trace.update?.clipped) }
        try compare("updated", expected.updated ?? [:]) { parameter($0, of: trace.update?.updated) }
        if let after = expected.lossAfter {
            let own = try #require(trace.update?.lossAfter)
            #expect(agrees(own, after, largest: abs(after)))
        }
    }

    @Test("have gradients that central differences find", arguments: names)
    func check(_ name: String) throws {
        let trace = try trace(name)
        let check = GradientCheck(trace.pass, of: trace.differentiable)
        #expect(check.passed, "\(check.failures)")
    }

    @Test("are told as a table that fits 100 columns, with the products behind any gradient", arguments: names)
    func table(_ name: String) throws {
        let trace = try trace(name)
        for scalar in [nil] + trace.differentiable.map({ Optional(ScalarID($0, 0)) }) {
            for line in trace.text(productsOf: scalar).split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
        }
    }

    @Test("are told in steps, each with a question, an answer and a finding", arguments: names)
    func steps(_ name: String) throws {
        let trace = try trace(name)
        for granularity in [nil, Granularity.layer] {
            let steps = trace.steps(by: granularity)
            #expect(!steps.isEmpty)
            for step in steps {
                #expect(!step.findings.isEmpty)
                #expect(step.question.plainText.hasSuffix("?") && step.sentence.plainText.hasSuffix("."))
            }
        }
    }
}
