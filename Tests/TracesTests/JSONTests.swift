import Autodiff
import Foundation
import NeuralNetworks
import Testing
import TraceSamples

@testable import Traces

/// What SPEC §3 says a trace's JSON holds, read by another's decoder.
struct DecodedTrace: Decodable {
    struct DecodedTensor: Decodable, Equatable {
        let shape: [Int]
        let data: [Double]
    }
    struct Operation: Decodable {
        let name, kind, output: String
        let inputs: [String]
    }
    struct Product: Decodable {
        let operation, output: String
        let operand: Int
        let upstream, local, product: Double
    }

    let format: String
    let version: Int
    let title: String?
    let loss: Double
    let parameters, values, gradients: [String: DecodedTensor]
    let clipped, updated: [String: DecodedTensor]?
    let lossAfter: Double?
    let operations: [Operation]
    let products: [Product]?

    enum CodingKeys: String, CodingKey {
        case format, version, title, loss, parameters, values, gradients, clipped, updated, operations, products
        case lossAfter = "loss-after"
    }

    init(_ json: JSON) throws {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        self = try decoder.decode(DecodedTrace.self, from: Data(json.text.utf8))
    }
}

@Suite("A trace as JSON")
struct JSONTests {
    @Test("reads back exactly: values, gradients, the update")
    func roundTrip() throws {
        for (name, trace) in try SampleTraces.all() {
            let decoded = try DecodedTrace(trace.json())
            #expect(decoded.format == "backstep.trace" && decoded.version == 1 && decoded.title == trace.title)
            #expect(decoded.loss == trace.loss)
            for (key, tensor) in decoded.values {
                let id = try #require(trace.tape.id(named: key), "\(name): \(key)")
                #expect(tensor.shape == trace.tape[id].shape && tensor.data == trace.pass.value(id).scalars)
            }
            for (key, tensor) in decoded.gradients {
                let id = try #require(trace.tape.id(named: key))
                #expect(tensor.shape == trace.tape[id].shape && tensor.data == trace.pass.gradient(id).scalars)
            }
            #expect(Set(decoded.parameters.keys) == Set(trace.parameters.map { trace.tape[$0].name }))
            for (key, tensor) in decoded.parameters {
                #expect(tensor.data == trace.pass.value(try #require(trace.tape.id(named: key))).scalars)
            }
            let made = trace.tape.allIDs.filter { if case .result = trace.tape[$0].origin { true } else { false } }
            #expect(made.allSatisfy { decoded.values[trace.tape[$0].name] != nil && decoded.gradients[trace.tape[$0].name] != nil })
            #expect(decoded.operations.map(\.output) == made.map { trace.tape[$0].name })
            #expect(trace.differentiable.allSatisfy { decoded.gradients[trace.tape[$0].name] != nil })
            let names = Set(trace.tape.names)
            #expect(decoded.operations.allSatisfy { !$0.kind.isEmpty && $0.name == $0.output && names.isSuperset(of: $0.inputs) })
            let update = trace.update
            let keys = trace.trainables.map(\.name)
            #expect(keys.compactMap { decoded.updated?[$0]?.data } == (update.updated ?? []).map(\.scalars))
            #expect(decoded.lossAfter == update.lossAfter)
            let clipped = trace.rule.clipping == nil ? [] : update.clipped.map(\.scalars)
            #expect(keys.compactMap { decoded.clipped?[$0]?.data } == clipped)
            if let lowered = trace.lowered {
                // Tokens are numbers of rows, with no gradient.
                let isOfTokens = if case .tokens = lowered.problem.network.input { true } else { false }
                #expect(decoded.values["input"] != nil && (decoded.gradients["input"] == nil) == isOfTokens)
                for layer in lowered.layers {
                    #expect(decoded.values[layer.layer.name] != nil && decoded.gradients[layer.layer.name] != nil)
                }
            }
        }
    }

    @Test("stands in SPEC's order of keys")
    func order() throws {
        guard case .object(let members) = try SampleTraces.mazur().json() else {
            Issue.record("no object")
            return
        }
        #expect(
            members.map(\.key) == [
                "format", "version", "title", "loss", "parameters", "values", "gradients", "updated", "loss-after", "step", "losses",
                "optimizer-state", "operations",
            ])
    }

    @Test("has an expression's inputs, named and nameless values, and further names, each of shape []")
    func expression() throws {
        let trace = SampleTraces.expression()
        let decoded = try DecodedTrace(trace.json())
        for name in ["x", "y", "spare", "square", "again", "two", "t1", "f"] {
            #expect(decoded.values[name]?.shape == [] && decoded.gradients[name]?.shape == [], "\(name)")
        }
        #expect(decoded.gradients["spare"]?.data == [0] && decoded.gradients["f"]?.data == [1])
        #expect(decoded.gradients["again"] == decoded.gradients["square"])
        #expect(decoded.values.keys.allSatisfy { !$0.contains(" ") })
    }

    @Test("adds every product behind a scalar's gradient; their sum is the gradient")
    func products() throws {
        for (name, trace) in try SampleTraces.all() {
            for id in trace.differentiable {
                let index = trace.pass.value(id).count - 1
                let decoded = try DecodedTrace(trace.json(productsOf: ScalarID(id, index)))
                let products = try #require(decoded.products)
                let sum = products.reduce(0) { $0 + $1.product }
                let scale = products.reduce(0) { $0 + abs($1.product) }
                #expect(abs(sum - trace.pass.gradient(id).scalars[index]) <= 1e-12 * scale, "\(name)")
                for product in products {
                    #expect(product.product == product.upstream * product.local)
                    let output = try trace.scalar(at: product.output)
                    #expect(product.upstream == trace.pass.gradient(output.tensor).scalars[output.index])
                    #expect(trace.tape[output.tensor].name == product.operation)
                }
            }
        }
        let x = try SampleTraces.expression().scalar(at: "x")
        let decoded = try DecodedTrace(SampleTraces.expression().json(productsOf: x))
        let squares = decoded.products?.filter { $0.operation == "square" } ?? []
        #expect(squares.map(\.operand) == [0, 1] && squares.allSatisfy { $0.local == 0.8 })
    }

    @Test("writes what is no number as \"nan\", \"inf\" and \"-inf\"")
    func notNumbers() throws {
        let program = ExpressionProgram(
            lines: [
                .init(name: "up", expression: .binary(.divide, .number(1), .name("x"))),
                .init(name: "down", expression: .unary(.negate, .name("up"))),
                .init(name: "none", expression: .binary(.add, .name("up"), .name("down"))),
            ], inputs: [(name: "x", value: 0)])
        let trace = Trace(program)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(trace.json().text.utf8)) as? [String: Any])
        #expect(object["loss"] as? String == "nan")
        let values = try #require(object["values"] as? [String: [String: [Any]]])
        #expect(values["up"]?["data"]?[0] as? String == "inf" && values["down"]?["data"]?[0] as? String == "-inf")
        #expect(try DecodedTrace(trace.json()).loss.isNaN)
    }

    @Test(
        "reads back every kind of number and text",
        arguments: [
            0.1, -0.0, 2024 * .leastNonzeroMagnitude, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1.0 / 3, 123_456_789_012_345_680,
            5e-5, 100, -2.5e30,
        ])
    func numbers(_ number: Double) throws {
        let text = JSON.object(["n": .number(number), "all": .numbers([number, number])]).text
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect((object["n"] as? Double)?.bitPattern == number.bitPattern || number == 0)
        #expect(object["all"] as? [Double] == [number, number])
    }

    @Test(
        "escapes texts so that any reader gets them back",
        arguments: [
            "", "plain", "\"quoted\" and \\", "a\nb\tc\rd", "\u{0}\u{1}\u{1F}\u{7F}", "é 字 🧮", "\u{2028}\u{2029}", "</script>",
        ])
    func texts(_ text: String) throws {
        let json = JSON.object([text: .string(text), "x": .array([.string(text), .null, .array([])]), "y": .object([])]).text
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object[text] as? String == text)
        #expect((object["x"] as? [Any])?.first as? String == text)
        #expect(json.last == "\n" && !json.dropLast().contains("\u{2028}"))
    }
}
