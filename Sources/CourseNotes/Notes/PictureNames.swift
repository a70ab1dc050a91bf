import Backstep
import CairoBackend
import Drawing
import Foundation

/// What the pictures of a page of notes are called. The names come from the page that is made, as it is seen from the folder of the pictures, so that
/// pages that share the folder share no picture: `../page.md` has `page.fig-a.svg`, and `../en/index.md` has `en-index-md-4c2317a3.fig-a.svg`.
struct PictureNames {
    /// The page as it is seen from the folder; `-` where it goes to the standard output.
    let page: String
    /// Before the first dot of each name. No two pages have the same.
    let stem: String
    let format: PictureFormat

    init(output: String, folder: String, format: PictureFormat) {
        self.format = format
        if output == "-" {
            page = "-"
        } else {
            // A link in place of the page is replaced: the page is where the link is.
            let home = FolderBounds.path(fromFolder: folder, to: output.folderOfPath)
            page = home == "." ? (output as NSString).lastPathComponent : "\(home)/\((output as NSString).lastPathComponent)"
        }
        stem = Self.stem(of: page)
    }

    var isOfStandardOutput: Bool { page == "-" }

    /// The list of the page's pictures.
    var list: String { stem + Self.listEnding }

    static let listEnding = ".drawn.json"

    /// A page beside the folder keeps its name; any other gets a digest of its path, and so does one whose name could be taken for such.
    private static func stem(of page: String) -> String {
        if let match = page.wholeMatch(of: #/\.\.\/([^\/.]+)\.md/#) {
            let name = String(match.1)
            let looksDigested = name.firstMatch(of: #/-[0-9a-f]{8}$/#) != nil
            if !looksDigested, LessonUse.safe(name).utf8.elementsEqual(name.utf8) { return name }
        }
        var digest = Fingerprint()
        digest.mix(page)
        let words = page == "-" ? "standard-output" : page.split(whereSeparator: { $0 == "/" || $0 == "." }).joined(separator: "-")
        return "\(LessonUse.safe(words).replacing(".", with: "-"))-\(digest.hexadecimal.prefix(8))"
    }

    /// - Parameters:
    ///   - base: a name in the page: the block's id, or its lesson's name.
    ///   - figure: which of a lesson's figures; nil where it has one.
    ///   - key: what the picture depends on. On the standard output nobody knows which pages there are: there names depend on what is drawn.
    ///   - count: from 1; a higher one where a name is taken.
    func file(_ base: String, figure: String?, key: String, count: Int) -> String {
        var name = isOfStandardOutput ? "\(base)-\(key)" : "\(stem).\(base)"
        if count > 1 { name += "-\(count)" }
        if let figure { name += "-\(figure)" }
        return "\(name).\(format.rawValue)"
    }

    /// Whether a name is of a picture that this page may have drawn, in any format. What others wrote into the list is not.
    func mayOwn(_ file: String) -> Bool {
        let bytes = file.utf8
        guard !bytes.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") }), !file.hasPrefix(".") else { return false }
        return PictureFormat(rawValue: (file as NSString).pathExtension) != nil
            && (isOfStandardOutput || bytes.starts(with: "\(stem).".utf8))
    }
}
