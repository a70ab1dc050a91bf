import Backstep
import Drawing
import Foundation

/// The list of the files that a folder of pages was made into, in the folder itself, by which the next run knows what it may replace and
/// what to delete.
struct SiteList: Codable, Sendable {
    struct File: Codable, Sendable {
        /// A hash of the file's bytes.
        var fingerprint: String
        /// Of a page, the folder of its pictures, relative to the list's.
        var pictures: String?
    }

    /// The files by their paths in the folder.
    var files: [String: File] = [:]

    static let name = ".backstep-site.json"
    private static let mostBytes = 64 << 20

    init() {}

    /// Reads the list of a folder; it is empty if there is none.
    /// - Throws: `BackstepError.cannotWrite` if a file of its name is something else.
    init(in folder: String) throws(BackstepError) {
        let path = "\(folder)/\(Self.name)"
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard let bytes = try? InputFile.regularBytes(path, most: Self.mostBytes),
            let list = try? JSONDecoder().decode(Self.self, from: Data(bytes))
        else { throw BackstepError(.cannotWrite, "\(path) is not a list of files that Backstep wrote; it is left as it is") }
        // Others may have written the list: it names no file outside of its folder.
        files = list.files.filter { path, _ in
            let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(String.init(_:))
            return !path.utf8.contains(0) && parts.allSatisfy { !["", ".", ".."].contains($0) }
        }
    }

    func write(to folder: String) throws(BackstepError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let bytes = [UInt8]((try? encoder.encode(self)) ?? Data()) + [UInt8(ascii: "\n")]
        let path = "\(folder)/\(Self.name)"
        if !WholeFile.isAlready(bytes, at: path) { try WholeFile.write(bytes, to: path) }
    }
}

extension Fingerprint {
    /// The hash of a regular file's bytes; nil if it can't be read or is a link.
    static func ofFile(_ path: String) -> String? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var hash = Fingerprint()
        var memory = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&memory, 1, memory.count, file)
            for byte in memory[..<count] { hash.mix(byte: byte) }
            if count < memory.count { return ferror(file) == 0 ? hash.hexadecimal : nil }
        }
    }
}
