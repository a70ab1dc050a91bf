import Autodiff
import Foundation
import NeuralNetworks
import Testing
import TraceSamples
import Traces

@Suite("Path reports")
struct PathReportTests {
    private func decoded(_ report: PathReport, _ trace: Trace) throws -> [String: Any] {
        var text = ""
        report.writeJSON(trace) { text += $0 }
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func text(_ report: PathReport, _ trace: Trace) -> String {
        var text = ""
        report.writeText(trace) { text += $0 }
        return text
    }

    @Test("From hidden.weight[0,0] of SPEC's example two paths lead to the loss, through either output")
    func example() throws {
        let trace = try SampleTraces.mazur()
        let scalar = try trace.scalar(at: "hidden.weight[0,0]")
        let report = try PathReport(trace, of: scalar, top: 10, byLength: true)
        let object = try decoded(report, trace)
        #expect(object["count"] as? String == "2")
        let gradient = try #require(object["gradient"] as? Double)
        #expect(abs(gradient - 0.00043856773447434685) < 1e-17)
        #expect(abs(try #require(object["sum"] as? Double) - gradient) < 1e-16)
        let paths = try #require(object["paths"] as? [[String: Any]])
        #expect(paths.count == 2)
        var ways: [[String]] = []
        for path in paths {
            let steps = try #require(path["steps"] as? [[String: Any]])
            ways.append(steps.compactMap { $0["to"] as? String })
            let product = steps.compactMap { $0["local"] as? Double }.reduce(1, *)
            #expect(abs(product - (path["product"] as? Double ?? .nan)) < 1e-16)
        }
        func way(_ output: Int) -> [String] { ["hidden[0,0]", "sigmoid1[0,0]", "output[0,\(output)]", "sigmoid2[0,\(output)]", "loss"] }
        #expect(Set(ways) == [way(0), way(1)])
        let lengths = try #require(object["by-length"] as? [[String: Any]])
        #expect(lengths.count == 1 && lengths[0]["edges"] as? Int == 5 && lengths[0]["count"] as? String == "2")
    }

    @Test("Counts beyond every integer are exact, and the sum is the gradient")
    func many() throws {
        let layers = (0..<40).flatMap { [SampleTraces.dense("d\($0)", 8), SampleTraces.layer("t\($0)", .activation(.tanh))] }
        let trace = try SampleTraces.network(.features(8), layers)
        let report = try PathReport(trace, of: try trace.scalar(at: "d0.weight[0,0]"), top: 3, byLength: false)
        #expect(report.count == "166153499473114484112975882535043072")
        #expect(report.largest?.count == 3 && report.byLength == nil)
        #expect(abs(report.sum - report.gradient) <= 1e-9 * abs(report.gradient))
    }

    @Test("What the result does not use has no path and gradient 0")
    func none() throws {
        let trace = SampleTraces.expression()
        let report = try PathReport(trace, of: try trace.scalar(at: "spare"), top: 3, byLength: true)
        #expect(
            report.count == "0" && report.sum == 0 && report.gradient == 0 && report.largest == nil && report.byLength?.isEmpty == true)
        #expect(!text(report, trace).isEmpty)
    }

    @Test("The sum over all paths is the gradient of every differentiable scalar, and the text fits the terminal")
    func sums() throws {
        for (name, trace) in try SampleTraces.all() {
            for id in trace.differentiable {
                let report = try PathReport(trace, of: ScalarID(id, 0), top: 2, byLength: true)
                let scale = trace.pass.contributions(to: id, 0).reduce(1e-12) { $0 + abs($1.product) }
                #expect(abs(report.sum - report.gradient) <= 1e-9 * scale, "\(name): \(report.address)")
                let lengths = report.byLength ?? []
                #expect(abs(lengths.reduce(0) { $0 + $1.sum } - report.sum) <= 1e-9 * scale)
                #expect(text(report, trace).split(separator: "\n").allSatisfy { $0.count <= 100 })
            }
        }
    }
}
