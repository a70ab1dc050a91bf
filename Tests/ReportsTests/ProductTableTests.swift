import Autodiff
import Telling
import Testing
import Traces

@testable import Reports

@Suite("The table of products")
struct ProductTableTests {
    private static let small = Sample.network(
        "small", layers: ["dense: {units: 2, name: hidden}", "dense: 1"], inputs: "[[1, 2]]", targets: "[[1]]")
    private static let wide = Sample.network(
        "wide", input: "1", layers: ["dense: {units: 330, name: hidden}", "dense: {units: 330, name: output}"], inputs: "[[1]]",
        targets: "[[\(Array(repeating: "0", count: 330).joined(separator: ", "))]]")

    private func rows(_ report: Report) -> [Substring] { Array(report.productTable.text.split(whereSeparator: \.isNewline).dropFirst()) }

    @Test("has every product of the chain rule, whatever the steps tell")
    func all() throws {
        let report = try #require(try Self.small.report(by: .weight, only: "hidden[0]"))
        var products = 0
        report.trace.pass.forEachContribution { _ in products += 1 }
        #expect(rows(report).count == products)
    }

    @Test("has those behind the gradients that are told where all would be too many")
    func told() throws {
        let report = try #require(try Self.wide.report(by: .weight, only: "hidden[0]"))
        #expect(report.trace.tape.products > 200_000)
        // The unit is used by 330 outputs; its weight and its bias once each.
        #expect(rows(report).count == 332)
        #expect(rows(report).allSatisfy { $0.contains("hidden") })
    }
}
