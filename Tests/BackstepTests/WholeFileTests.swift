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
        for name in ["a.svg.123-456.part", "b.png.1-2.part", "own.part", "notes.1-x.part"] {
            #expect(FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data([1])))
        }
        let writer = open("\(folder)/b.png.1-2.part", O_WRONLY)
        #expect(flock(writer, LOCK_EX | LOCK_NB) == 0)
        defer { close(writer) }
        try WholeFile.write([1], to: "\(folder)/file")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                == ["b.png.1-2.part", "file", "notes.1-x.part", "own.part"])
    }
}
