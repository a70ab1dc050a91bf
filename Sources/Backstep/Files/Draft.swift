import Drawing
import Foundation

/// A temporary file that is renamed when it is complete: `.backstep-draft-4711-8f3a0c5de1b29474-5b1e09c2a7d3f468.part`. The name has the
/// process ID, a random number and a digest of both. No other program makes such names, so that what a killed run left can be deleted.
enum Draft {
    private static let beginning = ".backstep-draft-"
    private static let ending = ".part"

    static func newName() -> String {
        let number = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        let id = "\(getpid())-\(String(repeating: "0", count: 16 - number.count))\(number)"
        return "\(beginning)\(id)-\(digest(id))\(ending)"
    }

    static func isName(_ name: String) -> Bool {
        guard name.hasPrefix(beginning), name.hasSuffix(ending), name.utf8.count > beginning.utf8.count + ending.utf8.count else {
            return false
        }
        let parts = name.dropFirst(beginning.count).dropLast(ending.count).split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 3 && digest("\(parts[0])-\(parts[1])") == parts[2]
    }

    private static func digest(_ id: String) -> String {
        var digest = Fingerprint()
        digest.mix("draft of Backstep")
        digest.mix(id)
        return digest.hexadecimal
    }

    /// Removes the drafts that killed runs left in a folder, which are those that no process has locked.
    static func sweep(_ folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where isName(name) {
            let path = "\(folder)/\(name)"
            let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
        }
    }
}
