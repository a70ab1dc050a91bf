import Foundation

/// One run of a program of this machine that a test leans on.
struct Tool {
    let status: Int32
    /// What it printed and said.
    let text: String

    init(_ arguments: [String], in folder: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let output = FileManager.default.temporaryDirectory.appendingPathComponent("tool-\(UUID().uuidString)")
        try Data().write(to: output)
        defer { try? FileManager.default.removeItem(at: output) }
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
    }

    /// Whether a program is on the path.
    static func exists(_ name: String) throws -> Bool {
        try Tool(["sh", "-c", "command -v \(name)"], in: FileManager.default.temporaryDirectory).status == 0
    }

    /// A page as headless Chromium draws it: a PNG's bytes. Nil where there is no Chromium.
    static func screenshot(of page: URL, width: Int, height: Int, in folder: URL) throws -> Data? {
        guard try exists("chromium") else {
            print("skipped: chromium")
            return nil
        }
        let picture = folder.appendingPathComponent("\(UUID().uuidString).png")
        let run = try Tool(
            [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files",
                "--user-data-dir=\(folder.path)/profile", "--window-size=\(width),\(height)", "--screenshot=\(picture.path)",
                page.absoluteString,
            ], in: folder)
        guard let data = FileManager.default.contents(atPath: picture.path) else { throw Failure(text: run.text) }
        return data
    }

    struct Failure: Error { let text: String }
}
