package import Backstep
package import CairoBackend
import Drawing
import Foundation

/// Turns a page of notes, or a notebook, with lessons in it into one with pictures.
package struct NotesBuilder: Sendable {
    package var page: String
    package var output: String
    package var format: PictureFormat
    package var options: PictureOptions
    /// Whether unchanged pictures are drawn again, too.
    package var redraws = false
    private let figures: String?
    /// The folder outside which no lesson is read.
    private let bounds: FolderBounds

    /// - Parameters:
    ///   - output: the file for the new page, or a folder in which it gets the page's name; `-` for the standard output.
    ///   - figures: the folder for the pictures; nil: what the page's front matter names, or `figures`, beside the output.
    ///   - root: the folder outside which no lesson is read; nil: the page's, or for the standard input the working folder.
    /// - Throws: if the root does not exist, the output is a folder and the page has no name, or only one of page and output is called a
    ///   notebook.
    package init(
        page: String, output: String, figures: String?, root: String? = nil, format: PictureFormat, options: PictureOptions
    ) throws(BackstepError) {
        let output = try Self.file(output, for: page)
        for (name, other) in [(page, output), (output, page)]
        where NotesDocument.isNotebook(name) && other != "-" && !NotesDocument.isNotebook(other) {
            throw BackstepError(.usage, "\(name) is a notebook and \(other) is not; expected two names that end in .ipynb")
        }
        self.page = page
        self.output = output
        self.format = format
        self.options = options
        self.figures = figures.map { $0.isEmpty ? "." : $0 }
        bounds =
            if let root { try FolderBounds(existing: root) } else {
                FolderBounds(page == "-" ? "" : page.folderOfPath)
            }
    }

    private static func file(_ output: String, for page: String) throws(BackstepError) -> String {
        var isFolder: ObjCBool = false
        let exists = output != "-" && FileManager.default.fileExists(atPath: output, isDirectory: &isFolder)
        guard output.hasSuffix("/") || exists && isFolder.boolValue else { return output }
        guard page != "-" else {
            throw BackstepError(.usage, "-o \(output) is a folder; expected a file, since the standard input has no name")
        }
        return (output.hasSuffix("/") ? output : output + "/") + (page as NSString).lastPathComponent
    }

    package struct Outcome: Sendable {
        /// The new page.
        package var text: String
        package var drawn = 0
        package var kept = 0
        /// At most one for each use of a lesson, in the order of the page.
        package var problems: [BackstepError] = []
        package var warnings: [String] = []
    }

    private static let mostBytes = 64 << 20

    /// Draws changed pictures and makes the page. If there are problems, `isStrict` means that nothing is written; otherwise the page gets
    /// a note at each.
    package func build(isStrict: Bool) async throws -> Outcome {
        let bytes = try InputFile.bytes(page, most: Self.mostBytes)
        let document = try NotesDocument(bytes, name: page, isNotebook: [page, output].contains(where: NotesDocument.isNotebook))
        let pieces = document.pages.flatMap { page in page.pieces.map { (page: page.name, piece: $0) } }
        var outcome = Outcome(text: "")
        let defaults = try PageDefaults(of: document.frontMatter, page: page, overriddenBy: options)
        let isStrict = isStrict || defaults.isStrict
        let home = output == "-" ? "" : output.folderOfPath
        let beside = defaults.folder ?? "figures"
        let folder = figures ?? (home.isEmpty ? beside : "\(home)/\(beside)")
        let names = PictureNames(output: output, folder: folder, format: format)
        let uses = uses(of: pieces, defaults)
        var problems = document.pages.flatMap { page in
            page.strays.map { (page: page.name, line: $0.line, said: LessonUse.fault(page.name, $0.line, $0.reason)) }
        }
        for input in [page] + uses.compactMap({ try? $0.1.get().path }) { try OutputFiles.refuse(output, madeFrom: input) }
        let before = try DrawnPictures(of: names, in: folder)
        var shelf = Shelf(folder, names: names, before: before)
        var shown: [Int: Result<[DrawnPictures.Picture], BackstepError>] = [:]
        var press: Press?
        for (index, found) in uses {
            do throws(BackstepError) {
                let use = try found.get()
                var origin = FigureOrigin(lesson: use.lesson.fileName)
                origin.options = use.options
                let key = DrawnPictures.key(
                    lesson: use.lesson, settings: origin.text + (use.options.carriesSource ? "" : "&bare"), format: format.rawValue)
                outcome.warnings += use.lesson.warnings
                if let pictures = shelf.after.drawn[key] {
                    shown[index] = .success(pictures)
                    continue
                }
                if !redraws, let pictures = shelf.keep(key, base: use.base) {
                    outcome.kept += pictures.count
                    shown[index] = .success(pictures)
                    continue
                }
                let ready = if let press { press } else { try Press() }
                press = ready
                var drawn: [(NamedPicture, [UInt8])] = []
                for named in try use.lesson.pictures(ready, use.options) {
                    drawn.append((named, try ready.bytes(of: named.picture, as: format)))
                }
                shown[index] = .success(shelf.add(drawn, key, base: use.base))
                outcome.drawn += drawn.count
            } catch {
                // A problem of the machine rather than of a lesson would affect every lesson, so that nothing is written.
                guard error.isOfTheLesson else { throw error }
                let line = Self.line(of: pieces[index].piece)
                let said = error.description.contains(": error: ") ? error : LessonUse.fault(pieces[index].page, line, error.description)
                problems.append((pieces[index].page, line, said))
                shown[index] = .failure(said)
            }
        }
        outcome.problems = document.pages.flatMap { page in
            problems.filter { $0.page == page.name }.sorted { $0.line < $1.line }.map(\.said)
        }
        if isStrict, let first = outcome.problems.first {
            throw BackstepError(first.kind, outcome.problems.map(\.description).joined(separator: "\n"))
        }
        let writer = NotesWriter(pictures: Self.path(from: home, to: folder))
        let found = Dictionary(uniqueKeysWithValues: uses)
        var index = 0
        let texts = document.pages.map { page in
            page.pieces.map { piece in
                defer { index += 1 }
                switch piece {
                case .text(let text): return text
                case .block(let block): return writer.text(block, try? found[index]?.get(), shown[index])
                case .image(let image): return writer.text(image, shown[index])
                }
            }.joined()
        }
        outcome.text = document.text(with: texts)
        // Old pictures are kept while a lesson has errors, and on the standard output, where it is unknown which other pages use them.
        shelf.sort(keepingAll: !outcome.problems.isEmpty || names.isOfStandardOutput)
        try shelf.writePictures()
        if output != "-" { try WholeFile.write(Array(outcome.text.utf8), to: output) }
        try shelf.finish()
        return outcome
    }

    /// For each piece with a lesson, its index and the lesson or the error.
    private func uses(
        of pieces: [(page: String, piece: NotesPage.Piece)], _ standard: PageDefaults
    ) -> [(Int, Result<LessonUse, BackstepError>)] {
        let home = page == "-" ? "" : page.folderOfPath
        var number = 0
        return pieces.enumerated().compactMap { index, found in
            let place = LessonUse.Place(page: found.page, folder: home, bounds: bounds)
            let result: Result<LessonUse, BackstepError>
            do throws(BackstepError) {
                let use: LessonUse
                switch found.piece {
                case .text: return nil
                case .block(let block):
                    number += 1
                    use = try LessonUse(block, of: place, standard: standard, number: number)
                case .image(let image): use = try LessonUse(image, of: place, standard: standard)
                }
                result = .success(use)
            } catch {
                result = .failure(error)
            }
            return (index, result)
        }
    }

    private static func line(of piece: NotesPage.Piece) -> Int {
        switch piece {
        case .text: 1
        case .block(let block): block.line
        case .image(let image): image.line
        }
    }

    /// The relative path from one folder to another, without resolving links.
    static func path(from home: String, to folder: String) -> String {
        func parts(_ path: String) -> [String] { URL(fileURLWithPath: path.isEmpty ? "." : path).standardizedFileURL.pathComponents }
        let (from, to) = (parts(home), parts(folder))
        let common = zip(from, to).prefix { $0 == $1 }.count
        let steps = Array(repeating: "..", count: from.count - common) + to.dropFirst(common)
        return steps.isEmpty ? "." : steps.joined(separator: "/")
    }
}

extension BackstepError {
    /// Whether the cause is a lesson rather than the machine.
    fileprivate var isOfTheLesson: Bool {
        switch kind {
        case .usage, .badLesson, .noInput: true
        case .checkFailed, .internalFault, .cannotWrite: false
        }
    }
}
