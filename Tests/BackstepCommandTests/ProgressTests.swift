import Foundation
import Testing

@Suite("A terminal is told how far a long experiment is", .waiting)
struct ProgressTests {
    /// More than a machine does in the seconds that it is given.
    private static let lesson = """
        experiment:
          kind: gradient-decay
          depth: 200
          width: 64
          batch: 64
          seeds: 1000
          variants: [{name: A, activation: relu}]

        """

    @Test(
        "Whatever command runs it, past a second, but not where only errors are wished",
        arguments: [
            ("render lessons/long.yaml -o out.svg", true), ("gallery lessons -o out", true), ("gallery lessons -o out -q", false),
            ("notes page.md -o built.md", true), ("notes page.md -o built.md -q", false), ("watch lessons/long.yaml -o out.svg", true),
            ("describe lessons/long.yaml", true), ("data lessons/long.yaml", true),
        ])
    func told(arguments: String, isTold: Bool) throws {
        guard try Tool.exists("script") else {
            print("skipped: script")
            return
        }
        let scratch = try Scratch()
        try FileManager.default.createDirectory(at: scratch.url("lessons"), withIntermediateDirectories: true)
        _ = try scratch.write(Self.lesson, to: "lessons/long.yaml")
        _ = try scratch.write("# Page\n\n```backstep\nfile: lessons/long.yaml\n```\n", to: "page.md")
        let shown = try Tool(
            ["script", "-qec", "timeout --foreground -s INT 3 \(Run.program) \(arguments)", "/dev/null"], in: scratch.folder)
        #expect(shown.text.contains(#/: \d+ of \d+ runs/#) == isTold, "\(shown.text)")
        #expect(!isTold || shown.text.hasSuffix("\r\u{1B}[K"), "\(shown.text)")
    }
}
