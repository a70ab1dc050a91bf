import Backstep
import CairoBackend
import Drawing
import Foundation

extension NotesBuilder {
    /// The folder of the pictures during a run: the page's old pictures, its new ones, and files of others, which are left alone.
    struct Shelf: Sendable {
        let folder: String
        private let names: PictureNames
        private let before: DrawnPictures
        /// The pictures of the new page.
        private(set) var after: DrawnPictures
        private var files: [String: [UInt8]] = [:]
        /// The names, in lower case, that are used by other pages or already in the new page.
        private var taken: Set<String>
        /// The names, in lower case, of the page's old pictures.
        private let own: Set<String>
        /// The old pictures to delete.
        private(set) var gone: [DrawnPictures.Picture] = []

        /// - Parameter others: the paths, in lower case, of files that are somebody else's.
        init(_ folder: String, names: PictureNames, before: DrawnPictures, others: Set<String>) {
            self.folder = folder
            self.names = names
            self.before = before
            after = DrawnPictures(page: names.page)
            let start = "\(folder)/".lowercased()
            taken = DrawnPictures.filesOfOthers(than: names.list, in: folder)
                .union(others.filter { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) })
            own = Set(before.pictures.map(\.file).filter(names.mayOwn).map { $0.lowercased() }).subtracting(taken)
        }

        /// Keeps the pictures for a key if all their files are unchanged and have the names that they would get now; nil otherwise.
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

        /// File names that neither this page nor anything else uses.
        private func unused(_ base: String, _ key: String, _ pictures: [(name: String?, bytes: [UInt8]?)]) -> [String] {
            var count = 1
            while true {
                let found = pictures.map { names.file(base, figure: $0.name, key: key, count: count) }
                if zip(found, pictures).allSatisfy({ isFree($0, for: $1.bytes) }) { return found }
                count += 1
            }
        }

        /// Whether a picture may get the name: there is no such file, it is the page's own old one, or it has the same bytes.
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

        /// Decides which old pictures that the page no longer shows are deleted.
        ///
        /// Pictures in other formats are kept, since the same page may be made with SVG for the web and with PDF for print. They remain in
        /// the list for later runs.
        /// - Parameter keepingAll: whether all others are kept, too.
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
                // If all pictures of a lesson are kept, a later run can show them again without drawing.
                if left.count == pictures.count, left.allSatisfy(stays) { after.drawn[key] = pictures } else { others += left }
            }
            others += (before.others ?? []).filter(isLeft)
            let staying = others.filter(stays)
            after.others = staying.isEmpty ? nil : staying
            gone = others.filter { !stays($0) }
        }

        /// The pictures that are not what they would be, each with the reason. Another release of Cairo may draw the same with other bytes.
        var changes: [(file: String, reason: String)] {
            files.sorted { $0.key < $1.key }.compactMap { file, bytes in
                guard let old = try? CarriedFigure.bytes("\(folder)/\(file)", isRegular: true) else { return (file, "does not exist") }
                if old == bytes { return nil }
                let drawn = try? CarriedFigure(file, old)?.carried.digest
                let isSame = drawn != nil && drawn == (try? CarriedFigure(file, bytes)?.carried.digest)
                return isSame && CarriedFigure.damage(of: old) == nil ? nil : (file, "is not what the lesson draws today")
            }
        }

        /// Writes the new pictures. A list of new and old ones is written first, so that a killed run leaves none that is in no list.
        func writePictures() throws(BackstepError) {
            var during = after
            if !gone.isEmpty { during.others = (after.others ?? []) + gone }
            if !files.isEmpty || !gone.isEmpty { try writeList(during) }
            for file in files.sorted(by: { $0.key < $1.key }) { try WholeFile.write(file.value, to: "\(folder)/\(file.key)") }
        }

        /// Deletes the old pictures and writes the final list.
        func finish() throws(BackstepError) {
            for picture in gone { picture.delete(from: folder) }
            try writeList(after)
        }

        /// Writes the list, unless it is empty and there never was one, or it is unchanged.
        private func writeList(_ list: DrawnPictures) throws(BackstepError) {
            let path = "\(folder)/\(names.list)"
            let old = FileManager.default.fileExists(atPath: path)
            guard old || !list.pictures.isEmpty else { return }
            let bytes = list.bytes
            if old, (try? InputFile.regularBytes(path, most: bytes.count)) == bytes { return }
            try WholeFile.write(bytes, to: path)
        }

        /// Deletes all pictures of a page that is no longer made, and their list.
        static func clear(page output: String, in folder: String, format: PictureFormat, dialect: NotesDialect) {
            let names = PictureNames(output: output, folder: folder, format: format, dialect: dialect)
            guard let before = try? DrawnPictures(of: names, in: folder) else { return }
            let shelf = Shelf(folder, names: names, before: before, others: [])
            for picture in before.pictures where shelf.own.contains(picture.file.lowercased()) { picture.delete(from: folder) }
            unlink("\(folder)/\(names.list)")
        }
    }
}
