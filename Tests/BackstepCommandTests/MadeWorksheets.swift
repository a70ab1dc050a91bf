import Foundation
import Testing

/// What a lesson's worksheets are made of, as a class and a program get it.
struct MadeWorksheets {
    let scratch: Scratch
    let variants: [[String: Any]]

    init(_ lesson: String, _ options: [String] = []) throws {
        scratch = try Scratch()
        let run = try Run(["worksheet", lesson, "-o", "out", "-q"] + options, in: scratch.folder)
        try #require(run.status == 0, "\(run.errors)")
        let root = try JSONSerialization.jsonObject(with: Data(contentsOf: scratch.url("out/answers.json"))) as? [String: Any]
        #expect(root?["format"] as? String == "backstep.worksheet" && root?["version"] as? Int == 1)
        variants = try #require(root?["variants"] as? [[String: Any]])
    }

    /// A script beside the tests.
    static func script(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(name).path
    }

    func text(_ name: String) throws -> String { try String(contentsOf: scratch.url("out/\(name)"), encoding: .utf8) }
}

extension [String: Any] {
    /// A number of an object of `answers.json`.
    func number(_ key: String) throws -> Double { try #require((self[key] as? NSNumber)?.doubleValue, "\(key)") }

    /// The questions of a variant.
    var questions: [[String: Any]] { get throws { try #require(self["questions"] as? [[String: Any]]) } }
}
