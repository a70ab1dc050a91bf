import Foundation
import Telling
import Testing
import Traces

@testable import Reports

@Suite("Derivations are documents")
struct CompiledDerivationTests {
    /// Where `pdflatex` is, on the path.
    private static let program = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/pdflatex" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test("pdflatex sets the derivation of every bundled lesson and of every layer, whatever it is called", arguments: Sample.all)
    func compiles(_ sample: Sample) throws {
        guard let program = Self.program else {
            print("skipped: pdflatex")
            return
        }
        guard let trace = try sample.trace() else { return }
        let words = #"$\input{x} \end{document} ^^5c } % # & _ ~ \ " ‖ ½ ₁ é 🧮 אב"# + "\u{202E}\n\n"
        let report = Report(
            trace, steps: trace.steps(by: nil), title: words,
            description: sample.name == "softmax" ? HostileTextTests.texts.joined() : words)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("backstep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try report.derivation(try TemplateShelf.shared.get())
            .write(to: folder.appendingPathComponent("derivation.tex"), atomically: false, encoding: .utf8)
        try #"\typeout{what was never asked for}"#.write(to: folder.appendingPathComponent("x.tex"), atomically: false, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "derivation.tex"]
        process.currentDirectoryURL = folder
        (process.standardInput, process.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        process.waitUntilExit()
        let log = try Data(contentsOf: folder.appendingPathComponent("derivation.log"))
        let text = String(decoding: log, as: UTF8.self)
        #expect(process.terminationStatus == 0, "\(text.suffix(1_500))")
        #expect(!text.contains("Missing character") && !text.contains("what was never asked for"))
    }
}
