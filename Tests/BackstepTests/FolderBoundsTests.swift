import Foundation
import Testing

@testable import Backstep

@Suite("A folder's bounds hold, wherever dots and links lead")
struct FolderBoundsTests {
    static let cases: [(path: String, isInside: Bool)] = [
        ("in/a", true), ("in/sub/a", true), ("in", true), ("in/", true), ("in/.", true), ("in/sub/..", true), ("in/sub/../a", true),
        ("in/none", true), ("in/none/deeper", true), ("in/none/../a", true), ("./in/a", true), ("in//a", true), ("in/near/a", true),
        ("out/a", false), ("in/../out/a", false), ("in/../none", false), ("in/none/../../out/a", false), ("in/file-link", false),
        ("in/folder-link/a", false), ("in/folder-link/none", false), ("in/folder-link/..", false), ("in/../in-other/a", false),
        ("in-other/a", false),
        ("/etc/passwd", false), ("in/../../../../../../../../etc/passwd", false), ("", false), ("/", false), (".", false), ("..", false),
        ("in/\0/../../out", false), ("in/" + String(repeating: "x/../", count: 2_000) + "../out/a", false),
    ]

    @Test("Inside is what lies in the folder when all links are followed", arguments: cases)
    func contains(path: String, isInside: Bool) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("backstep-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["in/sub", "out", "in-other"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: "\(folder)/\(name)/a"))
        }
        for (link, target) in [("file-link", "../out/a"), ("folder-link", "../out"), ("near", "sub")] {
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/in/\(link)", withDestinationPath: target)
        }
        let bounds = FolderBounds("\(folder)/in")
        #expect(bounds.contain(path.hasPrefix("/") ? path : "\(folder)/\(path)") == isInside)
    }
}
