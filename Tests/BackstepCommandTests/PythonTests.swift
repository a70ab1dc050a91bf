import Foundation
import Testing

@Suite("Python has a module of its own", .waiting)
struct PythonTests {
    /// Runs the tests of the module in Python, with this program; what they lack is told.
    private func run(_ suites: String...) throws {
        guard try Tool.exists("python3") else {
            print("skipped: python3")
            return
        }
        let scratch = try Scratch()
        let printed = try Run("python")
        #expect(printed.status == 0 && printed.errors.isEmpty)
        _ = try scratch.write(printed.text, to: "backstep.py")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("python-module.py").path
        let run = try Tool(
            ["env", "BACKSTEP_PROGRAM=\(Run.program)", "python3", "-B", script, scratch.folder.path] + suites, in: scratch.folder)
        for line in run.text.split(separator: "\n") where line.hasPrefix("skipped: ") { print(line) }
        #expect(run.status == 0 && run.text.contains("\nOK"), "\(run.text.suffix(4_000))")
    }

    @Test("It needs the standard library alone, draws and traces lessons, and says what it lacks")
    func program() throws { try run("ModuleTests", "ProgramTests") }

    @Test("It records gradients in nested dictionaries, and writes arrays that a lesson reads")
    func arrays() throws { try run("JaxTests") }

    @Test("Its recorder writes what PyTorch's autograd computes, whatever the model does in place, twice or on several machines")
    func recorder() throws { try run("RecorderTests") }

    @Test("A lesson with a PyTorch model's weights has that model's gradients")
    func weights() throws { try run("WeightsTests") }
}
