import ArgumentParser
import Backstep
import Forms
import Foundation
import Lessons

struct New: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a commented lesson to start from.",
        discussion: "backstep new network -o lesson.yaml. A file that exists is left alone.")

    @Argument(
        help: "expression, network, recurrent, convolution, attention, recording, worksheet, or a kind of experiment; --list shows all.",
        completion: .kinds)
    var kind: String?

    @Option(name: .shortAndLong, help: "The file; the standard output if not given.", completion: .file())
    var output: String = "-"

    @Flag(help: "Lists the kinds.")
    var list = false

    func validate() throws {
        if kind == nil, !list { throw ValidationError("expected a kind of lesson; --list shows all") }
    }

    func run() async throws {
        try await reportingErrors {
            let starters = try Starter.all()
            guard let kind else {
                for starter in starters { try Terminal.print(starter.kind + "\n") }
                return
            }
            guard let starter = starters.first(where: { $0.kind == kind }) else {
                let near = starters.map(\.kind).nearest(to: kind).map { "; did you mean \($0)?" } ?? ""
                throw BackstepError(.usage, "no kind \"\(kind)\"; expected \(starters.map(\.kind).joined(separator: ", "))\(near)")
            }
            if output == "-" {
                try Terminal.print(starter.text)
            } else {
                guard !FileManager.default.fileExists(atPath: output) else {
                    throw BackstepError(.cannotWrite, "\(output) exists; it is left as it is")
                }
                try WholeFile.write(Array(starter.text.utf8), to: output)
            }
        }
    }
}
