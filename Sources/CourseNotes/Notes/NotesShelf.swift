import Backstep
import CairoBackend
import Drawing
import Foundation

extension NotesBuilder {
    /// The pictures' folder during a run: what the page had there, what it gets, and what others have, which is left alone.
    struct Shelf {
        let folder: String
        private let names: PictureNames
        private let before: DrawnPictures
        /// What the page shows.
        private(set) var after: DrawnPictures
        private var files: [String: [UInt8]] = [:]
        /// In small letters: names that other pages or other places of this page have.
        private var taken: Set<String>
        /// In small letters: the page's own names of before.
        private let own: Set<String>
        /// What the page shows no more.
        private var gone: [DrawnPictures.Picture] = []

        init(_ folder: String, names: PictureNames, before: DrawnPictures) {
            self.folder = folder
            self.names = names
            self.before = before
            after = DrawnPictures(page: names.page)
            taken = DrawnPictures.filesOfOthers(than: names, in: folder)
            own = Set(before.pictures.map(\.file).filter(names.mayOwn).map { $0.lowercased() }).subtracting(taken)
        }

        /// The pictures of a key, where all their files are still as they were drawn, under the names that they would get.
        mutating func keep(_ key: String, base: String) -> [DrawnPictures.Picture]? {
            guard let pictures = before.drawn[key], !pictures.isEmpty, pictures.allSatisfy({ own.contains($0.file.lowercased()) }),
                pictures.map(\.file) == unused(base, key, pictures.map { ($0.name, nil) }),
                pictures.allSatisfy({ $0.isIntact(in: folder) })
            else { return nil }
            after.drawn[key] = pictures
            taken.formUnion(pictures.map { $0.file.lowercased() })
            return pictures
        }

        mutating func add(_ drawn: [(picture: NamedPicture, bytes: [UInt8])], _ key: String, base: String) -> [DrawnPictures.Picture] {
            let found = unused(base, key, drawn.map { ($0.picture.name, $0.bytes) })
            var pictures: [DrawnPictures.Picture] = []
            for (file, drawn) in zip(found, drawn) {
                files[file] = drawn.bytes
                pictures.append(
                    .init(
                        name: drawn.picture.name, file: file, fingerprint: DrawnPictures.fingerprint(drawn.bytes),
                        title: drawn.picture.picture.title, alternative: drawn.picture.picture.alternative))
            }
            after.drawn[key] = pictures
            taken.formUnion(found.map { $0.lowercased() })
            return pictures
        }

        /// Names that nothing of the page has yet, nor anybody else.
        private func unused(_ base: String, _ key: String, _ pictures: [(name: String?, bytes: [UInt8]?)]) -> [String] {
            var count = 1
            while true {
                let found = pictures.map { names.file(base, figure: $0.name, key: key, count: count) }
                if zip(found, pictures).allSatisfy({ isFree($0, for: $1.bytes) }) { return found }
                count += 1
            }
        }

        /// Whether a file may have the name: nobody has it, the page had it, or what has it is what would be written.
        private func isFree(_ file: String, for bytes: [UInt8]?) -> Bool {
            guard !taken.contains(file.lowercased()) else { return false }
            var status = stat()
            let path = "\(folder)/\(file)"
            guard lstat(path, &status) == 0 else { return true }
            switch status.st_mode & S_IFMT {
            case S_IFREG: break
            case S_IFLNK: return own.contains(file.lowercased())
            default: return false
            }
            if own.contains(file.lowercased()) { return true }
            guard let bytes, status.st_size == bytes.count else { return false }
            return (try? InputFile.regularBytes(path, most: bytes.count)) == bytes
        }

        /// Decides what becomes of the pictures that the page had and does not show.
        ///
        /// Those of other formats stay: a page may be made as SVG for the web and as PDF for print. They stay in the list, so that a later run knows them.
        /// - Parameter keepingAll: leaves the others too.
        mutating func sort(keepingAll: Bool) {
            let shown = Set(after.drawn.values.joined().map { $0.file.lowercased() })
            func isLeft(_ picture: DrawnPictures.Picture) -> Bool {
                own.contains(picture.file.lowercased()) && !shown.contains(picture.file.lowercased())
            }
            func stays(_ picture: DrawnPictures.Picture) -> Bool {
                keepingAll || (picture.file as NSString).pathExtension != names.format.rawValue
            }
            var others: [DrawnPictures.Picture] = []
            for (key, pictures) in before.drawn.sorted(by: { $0.key < $1.key }) where after.drawn[key] == nil {
                let left = pictures.filter(isLeft)
                // A lesson that was drawn whole may be shown again as it is.
                if left.count == pictures.count, left.allSatisfy(stays) { after.drawn[key] = pictures } else { others += left }
            }
            others += (before.others ?? []).filter(isLeft)
            let staying = others.filter(stays)
            after.others = staying.isEmpty ? nil : staying
            gone = others.filter { !stays($0) }
        }

        /// Writes what was drawn, after a list that names it and what was there: a run that is killed leaves no picture that no list has.
        func writePictures() throws(BackstepError) {
            var during = after
            if !gone.isEmpty { during.others = (after.others ?? []) + gone }
            if !files.isEmpty || !gone.isEmpty { try writeList(during) }
            for file in files.sorted(by: { $0.key < $1.key }) { try WholeFile.write(file.value, to: "\(folder)/\(file.key)") }
        }

        /// Deletes what the page shows no more.
        func finish() throws(BackstepError) {
            for picture in gone { picture.delete(from: folder) }
            try writeList(after)
        }

        /// No list where there never was a picture.
        private func writeList(_ list: DrawnPictures) throws(BackstepError) {
            let path = "\(folder)/\(names.list)"
            let old = FileManager.default.fileExists(atPath: path)
            guard old || !list.pictures.isEmpty else { return }
            let bytes = list.bytes
            if old, (try? InputFile.regularBytes(path, most: bytes.count)) == bytes { return }
            try WholeFile.write(bytes, to: path)
        }
    }
}
