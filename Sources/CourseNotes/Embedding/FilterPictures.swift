package import Backstep
import Drawing
import Foundation

/// The pictures that pandoc's filter has put into a folder, each document's in a list beside them.
package struct FilterPictures {
    private let folder: String
    private let document: String

    /// - Parameter document: a name by which the same document is known in the next run.
    package init(folder: String, document: String) {
        self.folder = folder
        self.document = document
    }

    private var list: String {
        var hash = Fingerprint()
        hash.mix(document)
        return "pandoc-\(hash.hexadecimal)\(PictureNames.listEnding)"
    }

    /// Notes which pictures a document shows now, and deletes those that it showed before and that no document shows any more.
    /// - Parameter paths: the paths of the pictures, as the filter got them.
    package func keep(_ paths: [String]) throws(BackstepError) {
        let shown = Set(paths.filter { $0.hasPrefix(folder + "/") }.map { ($0 as NSString).lastPathComponent }.filter(Self.isName))
        let path = "\(folder)/\(list)"
        let old = (try? InputFile.regularBytes(path, most: 64 << 20)).flatMap {
            try? JSONDecoder().decode(DrawnPictures.self, from: Data($0))
        }
        guard old != nil || !shown.isEmpty else { return }
        var new = DrawnPictures(page: document)
        new.others = shown.sorted().compactMap { file in
            guard let bytes = try? InputFile.regularBytes("\(folder)/\(file)", most: 64 << 20) else { return nil }
            return .init(name: nil, file: file, fingerprint: DrawnPictures.fingerprint(bytes), title: "", alternative: "")
        }
        let others = DrawnPictures.filesOfOthers(than: list, in: folder)
        let gone = (old?.pictures ?? []).filter { Self.isName($0.file) && !shown.contains($0.file) && !others.contains($0.file) }
        for picture in gone {
            picture.delete(from: folder)
            // The list of what was drawn of a block, which is no longer true.
            let note = "\(folder)/\(picture.file.prefix(16)).txt"
            if InputFile.isRegular(note) { unlink(note) }
        }
        try WholeFile.write(new.bytes, to: path)
    }

    /// Whether the filter could have named a file so: sixteen digits of a hash, and the name of a figure. Others may have written the list.
    private static func isName(_ file: String) -> Bool { file.wholeMatch(of: #/[0-9a-f]{16}(-[\w.-]+)?\.(svg|pdf|png)/#) != nil }
}
