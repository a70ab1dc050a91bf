import Foundation
import Testing

@testable import Backstep

@Suite("Files appear whole or not at all")
struct WholeFileTests {
    private func scratch() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("backstep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.path
    }

    @Test(
        "A path's folder is all but its last part, however short the path is",
        arguments: [
            ("a/b", "a"), ("/a/b", "/a"), ("/a", "/"), ("/", "/"), ("//", "/"), ("a", ""), ("", ""), (".", ""), ("./", ""), ("a/", ""),
            ("a/b/", "a"),
            ("a//b", "a"), ("../x", ".."), ("é/\u{301}", "é"), ("a/\u{301}b", "a"),
        ])
    func folders(path: String, folder: String) { #expect(path.folderOfPath == folder) }

    @Test("A file's path in a folder has one stroke between them", arguments: [("a", "a/b"), ("a/", "a/b"), ("/", "/b"), ("a/c", "a/c/b")])
    func files(folder: String, path: String) { #expect(folder.path(of: "b") == path) }

    @Test("A new file has its bytes, in folders that are made on the way, and nothing stands beside it")
    func writes() throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try WholeFile.write([1, 2, 3], to: "\(folder)/a/b/file")
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/a/b/file")) == Data([1, 2, 3]))
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/a/b") == ["file"])
    }

    @Test("An old file is replaced as a whole")
    func replaces() throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try WholeFile.write(Array(repeating: 7, count: 100_000), to: "\(folder)/file")
        try WholeFile.write([1], to: "\(folder)/file")
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/file")) == Data([1]))
    }

    @Test("What can't be written is told, and leaves nothing behind")
    func tells() throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: "\(folder)/taken/full", withIntermediateDirectories: true)
        #expect(throws: BackstepError(.cannotWrite, "cannot write \(folder)/taken: Is a directory")) {
            try WholeFile.write([1], to: "\(folder)/taken")
        }
        try WholeFile.write([1], to: "\(folder)/file")
        #expect(throws: BackstepError(.cannotWrite, "cannot write into \(folder)/file: it is a file, not a folder")) {
            try WholeFile.write([1], to: "\(folder)/file/inside")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["file", "taken"])
    }

    @Test("Drafts of killed runs are removed by the next, drafts that are being written and other files are not")
    func sweeps() throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (left, written, linked) = (Draft.newName(), Draft.newName(), Draft.newName())
        let others = [
            "own.part", "notes.1-x.part", "a.svg.123-456.part", "backup.2024-11.part", "x\(left)", "\(left)x", String(left.dropFirst()),
            left.replacing("-draft-", with: "-draft-1"), left.uppercased(),
        ]
        for name in [left, written] + others { #expect(FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data([1]))) }
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(linked)", withDestinationPath: "own.part")
        let writer = open("\(folder)/\(written)", O_WRONLY)
        #expect(flock(writer, LOCK_EX | LOCK_NB) == 0)
        defer { close(writer) }
        try WholeFile.write([1], to: "\(folder)/file")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == (others + [written, linked, "file"]).sorted())
    }

    @Test("No two drafts have one name, and each is known again")
    func drafts() {
        let names = (0..<100).map { _ in Draft.newName() }
        #expect(Set(names).count == 100)
        #expect(names.allSatisfy(Draft.isName))
        #expect(names.allSatisfy { $0.contains("-\(getpid())-") && $0.utf8.count < 100 })
    }

    @Test("A name with a zero byte is refused, and nothing is written under what stands before it")
    func zeros() throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: BackstepError.self) { try WholeFile.write([1], to: "\(folder)/a\0b") }
        #expect(throws: BackstepError.self) { try InputFile.bytes("\(folder)\0b", most: 1) }
        #expect(throws: BackstepError.self) { try LessonFile("\(folder)/a\0.yaml") }
        #expect(throws: BackstepError.self) { try FolderBounds(existing: "\(folder)\0b") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
}
