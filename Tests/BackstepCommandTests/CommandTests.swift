import Foundation
import Testing

@Suite("The commands do what they say", .waiting)
struct CommandTests {
    /// The example of the lesson language: Mazur's network with its second layer drawn.
    static let lesson = """
        network:
          input: 2
          layers:
            - dense: {units: 2, name: hidden, weight: [[0.15, 0.20], [0.25, 0.30]], bias: [0.35, 0.35]}
            - sigmoid
            - dense: {units: 2, name: output, weight: [[0.40, 0.45], [0.50, 0.55]], bias: [0.60, 0.60]}
            - sigmoid
        data:
          inputs: [[0.05, 0.10]]
          targets: [[0.01, 0.99]]
        loss: half-squared-error
        """

    /// JSONSerialization may be a last bit off; JSONDecoder is not.
    private func json<T: Decodable>(_ run: Run, as type: T.Type) throws -> T {
        try #require(run.status == 0, "\(run.errors)")
        return try JSONDecoder().decode(type, from: run.output)
    }

    struct Trace: Decodable {
        struct Tensor: Decodable {
            let shape: [Int]
            let data: [Double]
        }

        struct Product: Decodable {
            let operation: String
            let operand: Int
            let upstream, local, product: Double
        }

        let format: String
        let loss: Double
        let gradients: [String: Tensor]
        let products: [Product]?
    }

    struct Paths: Decodable {
        struct Path: Decodable { let product: Double }
        struct Length: Decodable {
            let edges: Int
            let count: String
        }

        enum CodingKeys: String, CodingKey {
            case count, gradient, sum, paths
            case byLength = "by-length"
        }

        let count: String
        let gradient, sum: Double
        let paths: [Path]
        let byLength: [Length]?
    }

    struct Data: Decodable {
        struct Series: Decodable {
            let name: String
            let x, median, low, high: [Double]
        }

        let format, kind: String
        let series: [Series]
    }

    @Test("trace prints JSON whose numbers read back exactly, from the standard input too")
    func trace() throws {
        let trace = try json(Run("trace", "-", "--format", "json", input: Self.lesson), as: Trace.self)
        #expect(trace.format == "backstep.trace")
        #expect(trace.loss == 0.2983711087600027)
        #expect(trace.gradients["hidden.weight"]?.shape == [2, 2])
        #expect(trace.gradients["hidden.weight"]?.data.first == 0.00043856773447434685)
    }

    @Test("The products behind a gradient add up to it")
    func products() throws {
        let run = try Run("trace", "-", "--json", "--products", "sigmoid1[0,0]", input: Self.lesson)
        let trace = try json(run, as: Trace.self)
        let products = try #require(trace.products)
        #expect(products.map(\.operation) == ["output", "output"])
        for product in products { #expect(product.upstream * product.local == product.product) }
        let gradient = try #require(trace.gradients["sigmoid1"]?.data.first)
        #expect(abs(products.reduce(0) { $0 + $1.product } - gradient) < 1e-15)
    }

    @Test("z·z has two products and one path, 2z")
    func square() throws {
        let lesson = "expression: f = z * z\nat: {z: 3}\n"
        let trace = try json(Run("trace", "-", "--json", "--products", "z", input: lesson), as: Trace.self)
        #expect(trace.products?.map(\.local) == [3, 3])
        let paths = try json(Run("paths", "-", "--of", "z", "--format", "json", input: lesson), as: Paths.self)
        #expect(paths.count == "1")
        #expect(paths.sum == 6)
    }

    @Test("The paths of forty layers of eight units are counted exactly")
    func manyPaths() throws {
        let layers = (0..<40).map { _ in "    - dense: 8\n    - tanh\n" }.joined()
        let numbers = "[[1, 2, 3, 4, 5, 6, 7, 8]]"
        let lesson =
            "network:\n  input: 8\n  layers:\n\(layers)data: {inputs: \(numbers), targets: \(numbers)}\nloss: mean-squared-error\n"
        let run = try Run("paths", "-", "--of", "input[0,3]", "--top", "5", "--by-length", "--format", "json", input: lesson)
        let paths = try json(run, as: Paths.self)
        // 8⁴⁰ ways through the units.
        #expect(paths.count == "1329227995784915872903807060280344576")
        #expect(abs(paths.sum - paths.gradient) <= 1e-9 * abs(paths.gradient))
        let products = paths.paths.map { abs($0.product) }
        #expect(products.count == 5)
        #expect(products == products.sorted(by: >))
        #expect(paths.byLength?.map(\.edges) == [81])
        #expect(paths.byLength?.map(\.count) == [paths.count])
    }

    @Test("Tables for people fit 100 columns", arguments: ["two-by-two", "lstm-cell", "batch-normalization", "sigmoid-neuron"])
    func narrowTables(lesson: String) throws {
        let run = try Run("trace", lesson)
        #expect(run.status == 0)
        #expect(run.text.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(run.text)")
        #expect(run.text.contains("loss") || run.text.contains("f ="))
    }

    @Test("check agrees with central differences for every traced example")
    func check() throws {
        let names = try Run("list", "--names").text.split(separator: "\n").map(String.init)
        #expect(names.count >= 9)
        let run = try Run(["check"] + names.filter { $0 < "10" })
        #expect(run.status == 0, "\(run.text)\(run.errors)")
        #expect(run.text.contains("04-two-by-two: 14 gradients agree"))
    }

    @Test("data prints the series behind a figure, as JSON and as CSV")
    func data() throws {
        let lesson = """
            experiment:
              kind: gradient-decay
              depth: 3
              width: 4
              batch: 2
              seeds: 2
              variants:
                - {name: "A, quoted", activation: sigmoid}
            """
        let data = try json(Run("data", "-", "--format", "json", input: lesson), as: Data.self)
        #expect(data.format == "backstep.data")
        #expect(data.kind == "gradient-decay")
        #expect(data.series.map(\.name) == ["A, quoted"])
        #expect(data.series[0].x == [1, 2, 3])
        #expect(data.series[0].median.count == 3)
        let csv = try Run("data", "-", "--format", "csv", input: lesson).text
        #expect(csv.split(whereSeparator: \.isNewline).count == 4)
        #expect(csv.contains("\"A, quoted\",1.0,"))
    }
}
