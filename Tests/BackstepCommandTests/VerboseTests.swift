import Testing

@Suite("--verbose says what measuring took", .waiting)
struct VerboseTests {
    private static let lesson = """
        experiment:
          kind: gradient-decay
          depth: 3
          width: 4
          batch: 2
          seeds: 2
          variants: [{name: Sigmoid, activation: sigmoid}]
        """

    @Test(
        "render, data and gallery say scalars, products and seconds on the standard error, and nothing without it",
        arguments: [
            ["render", "probe.yaml", "-f", "svg", "-o", "-"], ["data", "probe.yaml"], ["gallery", ".", "-f", "svg", "-o", "out"],
        ])
    func told(arguments: [String]) throws {
        let scratch = try Scratch()
        _ = try scratch.write(Self.lesson, to: "probe.yaml")
        let quiet = try Run(arguments, in: scratch.folder)
        let verbose = try Run(arguments + ["--verbose"], in: scratch.folder)
        #expect(quiet.status == 0 && verbose.status == 0, "\(verbose.errors)")
        #expect(quiet.output == verbose.output)
        #expect(!quiet.errors.contains("scalars"))
        let line = try #require(verbose.errors.split(separator: "\n").first { $0.hasPrefix("probe: ") }, "\(verbose.errors)")
        // "probe: 134 scalars in the largest trace, 476 products, 0.0013 s".
        #expect(line.contains(#/ scalars in the largest trace, [0-9 .]+ products, [0-9.×⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+ s/#), "\(line)")
    }

    @Test("Twice the seeds take twice the products, and no more scalars at a time")
    func counts() throws {
        func numbers(_ lesson: String) throws -> (scalars: String, products: Double) {
            let errors = try Run("data", "-", "-v", input: lesson).errors
            let match = try #require(errors.firstMatch(of: #/: ([0-9 ]+) scalars in the largest trace, ([0-9]+) products/#), "\(errors)")
            return (String(match.1), try #require(Double(match.2)))
        }
        let (one, two) = (try numbers(Self.lesson), try numbers(Self.lesson.replacing("seeds: 2", with: "seeds: 4")))
        #expect(two.scalars == one.scalars)
        #expect(two.products == 2 * one.products)
    }

    @Test("Of a trace, which measures nothing, nothing is said")
    func trace() throws {
        let run = try Run("render", "fork", "-f", "svg", "-o", "-", "-v")
        #expect(run.status == 0)
        #expect(run.errors.isEmpty)
    }
}
