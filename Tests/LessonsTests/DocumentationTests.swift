import Foundation
import Testing

@testable import Experiments
@testable import Forms
@testable import Lessons
@testable import NeuralNetworks

/// docs/LESSONS.md tells what the tables of the language hold.
@Suite("The documentation of the language") struct DocumentationTests {
    static let page = try? String(
        contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../docs/LESSONS.md"),
        encoding: .utf8)

    /// "| `path-lengths` | `depth` 16, … | `activation`, … |"
    static func row(of form: Form) -> String {
        func told(_ key: Form.Key) -> String {
            if case .standard(let value) = key.presence { "`\(key.name)` \(value)" } else { "`\(key.name)`" }
        }
        let keys = form.keys.filter { $0.name != "kind" && $0.name != "variants" }
        var variants: [Form.Key] = []
        if case .list(of: .form(let variant)) = form.key("variants")?.type { variants = variant.keys.filter { $0.name != "name" } }
        return
            "| `\(form.name)` | \(keys.map(told).joined(separator: ", ")) | \(variants.map { "`\($0.name)`" }.joined(separator: ", ")) |"
    }

    @Test("Every measurement has its row: its keys, with what they are where they aren't written, and what a variant may set")
    func measurements() throws {
        let lines = Set(try #require(Self.page).split(separator: "\n").map(String.init))
        let lacking = Experiment.forms.map(Self.row).filter { !lines.contains($0) }
        #expect(lacking == [])
    }

    @Test("Every key of a lesson is named")
    func keys() throws {
        let page = try #require(Self.page)
        let lacking = FormsTests.forms.flatMap { form in
            form.keys.filter { !page.contains("`\($0.name)") && !page.contains("\($0.name):") }.map { "\(form.name).\($0.name)" }
        }
        #expect(Set(lacking).sorted() == [])
    }
}
