import Foundation
import Testing

@Suite("The commands do what they say")
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

    private func json(_ run: Run) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: run.output) as? [String: Any], "\(run.errors)")
    }

    @Test("trace prints JSON whose numbers read back exactly, from the standard input too")
    func trace() throws {
        let trace = try json(Run("trace", "-", "--format", "json", input: Self.lesson))
        #expect(trace["format"] as? String == "backstep.trace")
        #expect(trace["loss"] as? Double == 0.2983711087600027)
        let gradients = try #require(trace["gradients"] as? [String: [String: Any]])
        let hidden = try #require(gradients["hidden.weight"])
        #expect(hidden["shape"] as? [Int] == [2, 2])
        #expect((hidden["data"] as? [Double])?.first == 0.00043856773447434685)
    }

    @Test("The products behind a gradient add up to it")
    func products() throws {
        let trace = try json(Run("trace", "-", "--json", "--products", "sigmoid1[0,0]", input: Self.lesson))
        let products = try #require(trace["products"] as? [[String: Any]])
        #expect(products.count == 2)
        let gradients = try #require(trace["gradients"] as? [String: [String: Any]])
        let gradient = try #require((gradients["sigmoid1"]?["data"] as? [Double])?.first)
        let sum = products.compactMap { $0["product"] as? Double }.reduce(0, +)
        #expect(abs(sum - gradient) < 1e-15)
        for product in products {
            let factors = try (
                #require(product["upstream"] as? Double), #require(product["local"] as? Double),
                #require(product["product"] as? Double)
            )
            #expect(factors.0 * factors.1 == factors.2)
        }
    }

    @Test("z·z has two products and one path, 2z")
    func square() throws {
        let lesson = "expression: f = z * z\nat: {z: 3}\n"
        let trace = try json(Run("trace", "-", "--json", "--products", "z", input: lesson))
        let products = try #require(trace["products"] as? [[String: Any]])
        #expect(products.compactMap { $0["local"] as? Double } == [3, 3])
        let paths = try json(Run("paths", "-", "--of", "z", "--format", "json", input: lesson))
        #expect(paths["count"] as? String == "1")
        #expect(paths["sum"] as? Double == 6)
    }

    @Test("The paths of forty layers of eight units are counted exactly")
    func manyPaths() throws {
        let layers = (0..<40).map { _ in "    - dense: 8\n    - tanh\n" }.joined()
        let numbers = "[[1, 2, 3, 4, 5, 6, 7, 8]]"
        let lesson =
            "network:\n  input: 8\n  layers:\n\(layers)data: {inputs: \(numbers), targets: \(numbers)}\nloss: mean-squared-error\n"
        let paths = try json(Run("paths", "-", "--of", "input[0,3]", "--top", "5", "--by-length", "--format", "json", input: lesson))
        // 8⁴⁰ ways through the units.
        #expect(paths["count"] as? String == "1329227995784915872903807060280344576")
        let (sum, gradient) = try (#require(paths["sum"] as? Double), #require(paths["gradient"] as? Double))
        #expect(abs(sum - gradient) <= 1e-9 * abs(gradient))
        let products = try #require(paths["paths"] as? [[String: Any]]).compactMap { $0["product"] as? Double }
        #expect(products.count == 5)
        #expect(products.map(abs) == products.map(abs).sorted(by: >))
        let lengths = try #require(paths["by-length"] as? [[String: Any]])
        #expect(lengths.map { $0["edges"] as? Int } == [81])
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
        let data = try json(Run("data", "-", "--format", "json", input: lesson))
        #expect(data["format"] as? String == "backstep.data")
        #expect(data["kind"] as? String == "gradient-decay")
        let series = try #require((data["series"] as? [[String: Any]])?.first)
        #expect(series["x"] as? [Double] == [1, 2, 3])
        #expect((series["median"] as? [Double])?.count == 3)
        let csv = try Run("data", "-", "--format", "csv", input: lesson).text
        #expect(csv.split(whereSeparator: \.isNewline).count == 4)
        #expect(csv.contains("\"A, quoted\",1.0,"))
    }
}
