import Backstep
import CairoBackend
import Drawing
import Escaping
import Foundation

/// The file names for the pictures of a page of notes. They are made from the relative path of the page, so that pages that share a folder
/// for pictures have different names: the pictures of `../page.md` are `page.fig-a.svg` and so on, those of `../en/index.md` are
/// `en-index-md-4c2317a3.fig-a.svg` and so on.
struct PictureNames {
    /// The path of the page relative to the folder of the pictures; `-` for the standard output.
    let page: String
    /// The part of each name before the first dot, which is different for each page.
    let stem: String
    let format: PictureFormat
    /// Whether all letters are ASCII.
    private let isASCII: Bool

    /// - Parameter dialect: the program that reads the page. Sphinx does not find the file of an image whose address has encoded letters.
    init(output: String, folder: String, format: PictureFormat, dialect: NotesDialect) {
        self.format = format
        isASCII = dialect == .myst
        if output == "-" {
            page = "-"
        } else {
            // If the page is a link, the link is replaced, so that the page is in the link's folder and not in that of its target.
            let home = FolderBounds.path(fromFolder: folder, to: output.folderOfPath)
            page = home == "." ? (output as NSString).lastPathComponent : "\(home)/\((output as NSString).lastPathComponent)"
        }
        stem = Self.stem(of: page, isASCII: isASCII)
    }

    var isOfStandardOutput: Bool { page == "-" }

    /// The file name of the list of the page's pictures.
    var list: String { stem + Self.listEnding }

    static let listEnding = ".drawn.json"

    /// The name of a page beside the folder; for other pages, a name with a hash of the path, and also for a page whose own name looks as
    /// if it had one.
    private static func stem(of page: String, isASCII: Bool) -> String {
        if let match = page.wholeMatch(of: #/\.\.\/([^\/.]+)\.md/#) {
            let name = String(match.1)
            let looksDigested = name.firstMatch(of: #/-[0-9a-f]{8}$/#) != nil
            let isKept = !isASCII || name.unicodeScalars.allSatisfy(\.isASCII)
            if isKept, !looksDigested, LessonUse.safe(name).utf8.elementsEqual(name.utf8) { return name }
        }
        var digest = Fingerprint()
        digest.mix(page)
        let words = page == "-" ? "standard-output" : page.split(whereSeparator: { $0 == "/" || $0 == "." }).joined(separator: "-")
        let safe = LessonUse.safe(isASCII ? inASCII(words) : words)
        return "\(safe.replacing(".", with: "-"))-\(digest.hexadecimal.prefix(8))"
    }

    /// - Parameters:
    ///   - base: the id of the block, or the name of its lesson.
    ///   - figure: the name of the figure; nil if the lesson has only one.
    ///   - key: a hash of everything the picture depends on. It is part of the name on the standard output, where the page is unknown.
    ///   - count: from 1, increased if a name is taken.
    func file(_ base: String, figure: String?, key: String, count: Int) -> String {
        var name = isOfStandardOutput ? "\(base)-\(key)" : "\(stem).\(base)"
        if count > 1 { name += "-\(count)" }
        if let figure { name += "-\(figure)" }
        return "\(isASCII ? Self.inASCII(name) : name).\(format.rawValue)"
    }

    /// With dashes in the places of other letters.
    private static func inASCII(_ name: String) -> String { String(scalars: name.unicodeScalars.map { $0.isASCII ? $0 : "-" }) }

    /// Whether a name may be that of a picture of this page, in any format. Other names in the list were not written by us and are ignored.
    func mayOwn(_ file: String) -> Bool {
        let bytes = file.utf8
        guard !bytes.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") }), !file.hasPrefix(".") else { return false }
        return PictureFormat(rawValue: (file as NSString).pathExtension) != nil
            && (isOfStandardOutput || bytes.starts(with: "\(stem).".utf8))
    }
}
