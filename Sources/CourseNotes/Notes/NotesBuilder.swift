package import Backstep
import CairoBackend
import Drawing
import Foundation

/// Turns a page of notes, or a notebook, with lessons in it into one with pictures.
package struct NotesBuilder: Sendable {
    let page: String
    let output: String
    private let settings: NotesSettings
    /// The folder outside which no lesson is read.
    private let bounds: FolderBounds
    /// Files, in lower case, that are no pictures of this page, whatever its list says.
    private let others: Set<String>

    /// - Parameters:
    ///   - output: the file for the new page, or a folder in which it gets the page's name; `-` for the standard output.
    ///   - others: paths where somebody else is going to write a file.
    /// - Throws: if the root does not exist, the output is a folder and the page has no name, or only one of page and output is called a
    ///   notebook.
    package init(page: String, output: String, settings: NotesSettings, others: Set<String> = []) throws(BackstepError) {
        let output = try Self.file(output, for: page)
        for (name, other) in [(page, output), (output, page)]
        where NotesDocument.isNotebook(name) && other != "-" && !NotesDocument.isNotebook(other) {
            throw BackstepError(.usage, "\(name) is a notebook and \(other) is not; expected two names that end in .ipynb")
        }
        self.page = page
        self.output = output
        self.settings = settings
        self.others = Set(others.map { $0.lowercased() })
        bounds =
            if let root = settings.root { try FolderBounds(existing: root) } else {
                FolderBounds(page == "-" ? "" : page.folderOfPath)
            }
    }

    private static func file(_ output: String, for page: String) throws(BackstepError) -> String {
        guard output.hasSuffix("/") || output != "-" && output.isFolderPath else { return output }
        guard page != "-" else {
            throw BackstepError(.usage, "-o \(output) is a folder; expected a file, since the standard input has no name")
        }
        return output.path(of: (page as NSString).lastPathComponent)
    }

    static let mostBytes = 64 << 20

    /// Draws changed pictures and makes the page, with a note at each problem.
    func prepared() throws(BackstepError) -> Prepared {
        let bytes = try InputFile.bytes(page, most: Self.mostBytes)
        let document = try NotesDocument(bytes, name: page, isNotebook: [page, output].contains(where: NotesDocument.isNotebook))
        let pieces = document.pages.flatMap { page in page.pieces.map { (page: page.name, piece: $0) } }
        var outcome = NotesOutcome()
        let defaults = try PageDefaults(of: document.frontMatter, page: document.frontMatterName, overriddenBy: settings.options)
        outcome.warnings += defaults.warnings
        let home = output == "-" ? "" : output.folderOfPath
        let beside = defaults.folder ?? "figures"
        let folder = settings.figures ?? (home.isEmpty ? beside : "\(home)/\(beside)")
        let names = PictureNames(output: output, folder: folder, format: settings.format, dialect: settings.dialect)
        let uses = uses(of: pieces, defaults)
        var problems = document.pages.flatMap { page in
            page.strays.map { (page: page.name, line: $0.line, said: LessonUse.fault(page.name, $0.line, $0.reason)) }
        }
        outcome.lessons = uses.compactMap { try? $0.1.get().path }
        for input in [page] + outcome.lessons { try OutputFiles.refuse(output, madeFrom: input) }
        var shelf = Shelf(folder, names: names, before: try DrawnPictures(of: names, in: folder), others: others)
        var shown: [Int: Result<[DrawnPictures.Picture], BackstepError>] = [:]
        var places: [String: (page: String, line: Int)] = [:]
        var press: Press?
        for (index, found) in uses {
            let (name, line) = (pieces[index].page, Self.line(of: pieces[index].piece))
            do throws(BackstepError) {
                let use = try found.get()
                outcome.warnings += use.lesson.warnings
                let (pictures, drawn, kept) = try pictures(of: use, on: &shelf, &press)
                outcome.drawn += drawn
                outcome.kept += kept
                for picture in pictures where places[picture.file] == nil { places[picture.file] = (name, line) }
                shown[index] = .success(pictures)
            } catch {
                // A problem of the machine rather than of a lesson would affect every lesson, so that nothing is written.
                guard error.isOfTheLesson else { throw error }
                let said = error.description.contains(": error: ") ? error : LessonUse.fault(name, line, error.description)
                problems.append((name, line, said))
                shown[index] = .failure(said)
            }
        }
        outcome.problems = document.pages.flatMap { page in
            problems.filter { $0.page == page.name }.sorted { $0.line < $1.line }.map(\.said)
        }
        let found = Dictionary(uniqueKeysWithValues: uses.map { ($0.0, try? $0.1.get()) })
        let numbers = numbers(of: pieces.count, found.compactMapValues(\.self), shown)
        outcome.text = document.text(
            with: Self.texts(
                of: document, found, shown,
                NotesWriter(pictures: Self.path(from: home, to: folder), dialect: settings.dialect, numbers: numbers.ids), numbers.pieces))
        // Old pictures are kept while a lesson has errors, and on the standard output, where it is unknown which other pages use them.
        shelf.sort(keepingAll: !outcome.problems.isEmpty || names.isOfStandardOutput)
        outcome.lessons += Set(outcome.lessons).sorted().flatMap(LessonFile.numberFiles)
        return Prepared(outcome: outcome, page: page, output: output, isStrict: defaults.isStrict, shelf: shelf, places: places)
    }

    /// The pictures of a lesson; how many of them were drawn, and how many kept, unless the page has them already.
    private func pictures(
        of use: LessonUse, on shelf: inout Shelf, _ press: inout Press?
    ) throws(BackstepError) -> (pictures: [DrawnPictures.Picture], drawn: Int, kept: Int) {
        var origin = FigureOrigin(lesson: use.lesson.fileName)
        origin.options = use.options
        let key = DrawnPictures.key(
            lesson: use.lesson, settings: origin.text + (use.options.carriesSource ? "" : "&bare"), format: settings.format.rawValue)
        if let pictures = shelf.after.drawn[key] { return (pictures, 0, 0) }
        if !settings.redraws, let pictures = shelf.keep(key, base: use.base) { return (pictures, 0, pictures.count) }
        let ready = if let press { press } else { try Press() }
        press = ready
        var drawn: [(NamedPicture, [UInt8])] = []
        for named in try use.lesson.pictures(ready, use.options) {
            drawn.append((named, try ready.bytes(of: named.picture, as: settings.format)))
        }
        return (shelf.add(drawn, key, base: use.base), drawn.count, 0)
    }

    /// The numbers of the figures with captions, by the indices of their pieces and by their ids.
    private func numbers(
        of count: Int, _ uses: [Int: LessonUse], _ shown: [Int: Result<[DrawnPictures.Picture], BackstepError>]
    ) -> (pieces: [Int: Int], ids: [String: Int]) {
        var (pieces, ids): ([Int: Int], [String: Int]) = ([:], [:])
        for index in 0..<count where settings.dialect.numbersFigures {
            guard let use = uses[index], use.isBlock, case .success? = shown[index], WrittenFigure.isCaptioned(use, in: settings.dialect)
            else { continue }
            pieces[index] = pieces.count + 1
            if let id = use.id, ids[id] == nil { ids[id] = pieces.count }
        }
        return (pieces, ids)
    }

    private static func texts(
        of document: NotesDocument, _ uses: [Int: LessonUse?], _ shown: [Int: Result<[DrawnPictures.Picture], BackstepError>],
        _ writer: NotesWriter, _ numbers: [Int: Int]
    ) -> [String] {
        var index = 0
        return document.pages.map { page in
            var writer = writer
            for (offset, piece) in page.pieces.enumerated() {
                // The first definition of a label is the one that counts.
                guard case .image(let image) = piece, let label = image.label?.lowercased(), writer.alternatives[label] == nil,
                    case .success(let drawn)? = shown[index + offset]
                else { continue }
                writer.alternatives[label] = drawn.first?.alternative
            }
            return page.pieces.map { piece in
                defer { index += 1 }
                switch piece {
                case .text(let text): return text
                case .block(let block): return writer.text(block, uses[index] ?? nil, shown[index], number: numbers[index])
                case .image(let image): return writer.text(image, uses[index] ?? nil, shown[index])
                case .reference(let reference): return writer.text(reference)
                }
            }.joined()
        }
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
                case .text, .reference: return nil
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
        case .text, .reference: 1
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
    /// One error that says what several say; nil if there are none.
    static func all(of errors: [BackstepError]) -> BackstepError? {
        errors.first.map { BackstepError($0.kind, errors.map(\.description).joined(separator: "\n")) }
    }

    /// Whether the cause is a lesson rather than the machine.
    var isOfTheLesson: Bool {
        switch kind {
        case .usage, .badLesson, .noInput: true
        case .checkFailed, .internalFault, .cannotWrite: false
        }
    }
}
