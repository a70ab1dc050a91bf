import Foundation
import Testing

@Suite("The same lesson gives the same bytes", .waiting)
struct DeterminismTests {
    static let lessons: [(name: String, text: String)] = [
        ("a-product", "expression: f = x * y\nat: {x: 2, y: 3}\n"),
        ("b-fork", "expression: [p = a * b, f = p + a]\nat: {a: 2, b: 3}\n"),
        (
            "c-network",
            "network:\n  input: 2\n  layers: [{dense: 3}, relu, {dense: 1}]\ndata: {inputs: [[1, 2]], targets: [[1]]}\nloss: half-squared-error\n"
        ),
        (
            "d-decay",
            "experiment:\n  kind: gradient-decay\n  depth: 4\n  width: 8\n  batch: 4\n  seeds: 5\n  variants: [{name: S, activation: sigmoid}, {name: R, activation: relu}]\n"
        ),
    ]

    private func gallery(_ lessons: [(name: String, text: String)], jobs: Int) throws -> [String: Data] {
        let scratch = try Scratch()
        for lesson in lessons { _ = try scratch.write(lesson.text, to: "\(lesson.name).yaml") }
        let run = try Run("gallery", scratch.folder.path, "-o", scratch.url("out").path, "--jobs", String(jobs))
        #expect(run.status == 0, "\(run.errors)")
        let files = try scratch.files.filter { $0.hasPrefix("out/") && !$0.hasSuffix("README.md") }
        return Dictionary(uniqueKeysWithValues: try files.map { ($0, try Data(contentsOf: scratch.url($0))) })
    }

    @Test("in any order, on one thread or many, alone or beside others")
    func orders() throws {
        let first = try gallery(Self.lessons, jobs: 2)
        #expect(first.count > 12)
        #expect(try gallery(Self.lessons, jobs: 1) == first)
        #expect(try gallery(Self.lessons, jobs: 7) == first)
        for lesson in Self.lessons.reversed() {
            for (file, bytes) in try gallery([lesson], jobs: 3) { #expect(bytes == first[file], "\(file)") }
        }
    }

    @Test(
        "A PDF bears no time of its own, or the one of SOURCE_DATE_EPOCH",
        arguments: [(nil, "19700101000000"), ("1700000000", "20231114221320")] as [(String?, String)])
    func dates(epoch: String?, date: String) throws {
        let run = try Run(
            ["render", "fork", "-f", "pdf", "-o", "-"], environment: ["SOURCE_DATE_EPOCH": epoch ?? "", "TZ": "Asia/Tokyo"])
        let text = String(decoding: run.output, as: UTF8.self)
        #expect(text.contains("/CreationDate (D:\(date)Z") || text.contains("/CreationDate (\(date)Z"))
        #expect(!text.contains("/ModDate"))
    }
}
