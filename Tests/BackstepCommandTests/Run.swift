import Foundation

/// One run of the built program.
struct Run {
    let status: Int32
    /// By a signal, whose number the status then is.
    let wasKilled: Bool
    let output: Data
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }

    /// The program beside the tests.
    static let program: String = {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        var folder = tests.deletingLastPathComponent()
        for argument in ProcessInfo.processInfo.arguments where argument.hasSuffix(".xctest") {
            folder = URL(fileURLWithPath: argument).deletingLastPathComponent()
        }
        return folder.appendingPathComponent("backstep").path
    }()

    @discardableResult
    init(_ arguments: String..., input: String? = nil, in folder: URL? = nil) throws {
        try self.init(arguments, input: input, in: folder)
    }

    init(_ arguments: [String], input: String? = nil, in folder: URL? = nil, environment: [String: String] = [:]) throws {
        let process = Process()
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        }
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = folder }
        // Files rather than pipes: nothing waits for a reader.
        let scratch = try Scratch()
        let (out, err, stdin) = (scratch.url("out"), scratch.url("err"), scratch.url("in"))
        for url in [out, err] { try Data().write(to: url) }
        try (input ?? "").write(to: stdin, atomically: false, encoding: .utf8)
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: err)
        process.standardInput = try FileHandle(forReadingFrom: stdin)
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        wasKilled = process.terminationReason == .uncaughtSignal
        output = try Data(contentsOf: out)
        errors = try String(contentsOf: err, encoding: .utf8)
    }
}

/// A folder that goes away with its last user.
final class Scratch {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("backstep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

    func write(_ text: String, to name: String) throws -> String {
        try text.write(to: url(name), atomically: false, encoding: .utf8)
        return url(name).path
    }

    var files: [String] {
        get throws {
            try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { !$0.hasSuffix("frames") }.sorted()
        }
    }
}
