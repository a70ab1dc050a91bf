import Foundation
import Testing

@Suite("Every promise is held by tests that exist")
struct PromisesTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        .standardizedFileURL

    /// What the right column of each row names: suites in italics, files between backticks.
    private func rows() throws -> [(promise: String, suites: [String], files: [String])] {
        let page = try String(contentsOf: Self.root.appendingPathComponent("docs/PROMISES.md"), encoding: .utf8)
        return page.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2).map { row in
            let cells = row.split(separator: " | ")
            let holders = String(cells.last ?? "")
            return (
                String(cells.first ?? ""), holders.matches(of: #/\*([^*]+)\*/#).map { String($0.1) },
                holders.matches(of: #/`([^`]+)`/#).map { String($0.1) }.filter { $0.contains("/") }
            )
        }
    }

    @Test("A row names a suite or a script, and each of them is there")
    func exist() throws {
        let folder = Self.root.appendingPathComponent("Tests").path
        let sources = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
            .map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }
        let titles = Set(sources.flatMap { $0.matches(of: #/@Suite\("([^"]+)"/#).map { String($0.1) } })
        let types = Set(sources.flatMap { $0.matches(of: #/struct (\w+Tests)\b/#).map { String($0.1) } })
        let rows = try rows()
        #expect(rows.count > 15)
        for row in rows {
            #expect(!row.suites.isEmpty || !row.files.isEmpty, "\(row.promise)")
            for suite in row.suites { #expect(titles.contains(suite) || types.contains(suite), "no suite \(suite)") }
            for file in row.files {
                #expect(FileManager.default.isExecutableFile(atPath: Self.root.appendingPathComponent(file).path), "no script \(file)")
            }
        }
    }
}
