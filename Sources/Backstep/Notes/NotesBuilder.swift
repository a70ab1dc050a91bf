package import CairoBackend
import Drawing
import Foundation

/// Turns a page of notes with lessons in it into a page with pictures.
package struct NotesBuilder: Sendable {
    package var page: String
    package var output: String
    package var format: PictureFormat
    package var options: PictureOptions
    /// Draws all anew.
    package var redraws = false
    private let folder: String

    /// - Parameters:
    ///   - output: the page that is made; `-` for the standard output.
    ///   - figures: the folder of the pictures; nil: `figures` beside the output.
    package init(page: String, output: String, figures: String?, format: PictureFormat, options: PictureOptions) {
        self.page = page
        self.output = output
        self.format = format
        self.options = options
        let home = output == "-" ? "" : (output as NSString).deletingLastPathComponent
        folder = figures ?? (home.isEmpty ? "figures" : "\(home)/figures")
    }

    package struct Outcome: Sendable {
        /// The page that is made.
        package var text: String
        package var drawn = 0
        package var kept = 0
        /// One a place, in the page's order.
        package var problems: [BackstepError] = []
        package var warnings: [String] = []
    }

    private static let mostBytes = 64 << 20

    /// Draws what has changed. With problems, nothing is written where `isStrict` is set; else their places bear a note.
    package func build(isStrict: Bool) async throws -> Outcome {
        let bytes = try InputFile.bytes(page, most: Self.mostBytes)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw BackstepError(.noInput, "\(page) is no text in UTF-8")
        }
        let pieces = NotesPage(text).pieces
        var outcome = Outcome(text: "")
        let uses = uses(of: pieces)
        let manifest = "\(folder)/\(stem).drawn.json"
        let before = DrawnPictures(contentsOf: manifest)
        var after = DrawnPictures()
        var jobs: [Press.Job] = []
        var shown: [Int: Result<[DrawnPictures.Picture], BackstepError>] = [:]
        var press: Press?
        var files: [String: [UInt8]] = [:]
        var names: Set<String> = []
        for (index, found) in uses {
            do throws(BackstepError) {
                let use = try found.get()
                var origin = FigureOrigin(lesson: use.lesson.fileName)
                origin.options = use.options
                let key = DrawnPictures.key(
                    lesson: use.lesson, settings: origin.text + (use.options.carriesSource ? "" : "&bare"), format: format.rawValue)
                outcome.warnings += use.lesson.warnings
                if let pictures = after.drawn[key] {
                    shown[index] = .success(pictures)
                    continue
                }
                let base = Self.unused("\(stem)-\(use.base)", in: &names)
                var pictures = redraws ? nil : before.kept(key, base: base, in: folder)
                outcome.kept += pictures?.count ?? 0
                if pictures == nil {
                    let ready = if let press { press } else { try Press() }
                    press = ready
                    let made = try use.lesson.pictures(ready, use.options)
                    var fresh: [DrawnPictures.Picture] = []
                    for named in made {
                        let file = "\(named.name.map { "\(base)-\($0)" } ?? base).\(format.rawValue)"
                        let bytes = try ready.bytes(of: named.picture, as: format)
                        files[file] = bytes
                        fresh.append(
                            .init(
                                name: named.name, file: file, fingerprint: DrawnPictures.fingerprint(bytes), title: named.picture.title,
                                alternative: named.picture.alternative))
                    }
                    pictures = fresh
                    outcome.drawn += fresh.count
                }
                after.drawn[key] = pictures
                shown[index] = .success(pictures ?? [])
            } catch {
                let line = Self.line(of: pieces[index])
                let said = error.description.contains(": error: ") ? error : LessonUse.fault(page, line, error.description)
                outcome.problems.append(said)
                shown[index] = .failure(said)
            }
        }
        if isStrict, let first = outcome.problems.first {
            throw BackstepError(first.kind, outcome.problems.map(\.description).joined(separator: "\n"))
        }
        let writer = NotesWriter(pictures: Self.path(from: output == "-" ? "" : (output as NSString).deletingLastPathComponent, to: folder))
        let found = Dictionary(uniqueKeysWithValues: uses)
        for (index, piece) in pieces.enumerated() {
            switch piece {
            case .text(let text): outcome.text += text
            case .block(let block): outcome.text += writer.text(block, try? found[index]?.get(), shown[index])
            case .image(let image): outcome.text += writer.text(image, shown[index])
            }
        }
        jobs = files.sorted { $0.key < $1.key }.map { file in
            Press.Job(content: .files { [folder] _ in [("\(folder)/\(file.key)", file.value)] }, files: [])
        }
        if let press { try await press.run(jobs) }
        if !uses.isEmpty || FileManager.default.fileExists(atPath: manifest) { try after.write(to: manifest) }
        if output != "-" { try WholeFile.write(Array(outcome.text.utf8), to: output) }
        remove(before, except: after)
        return outcome
    }

    private var stem: String {
        page == "-" ? "page" : LessonUse.safe(((page as NSString).lastPathComponent as NSString).deletingPathExtension)
    }

    /// A name that nothing of the page has yet.
    private static func unused(_ base: String, in names: inout Set<String>) -> String {
        var name = base
        var count = 2
        while !names.insert(name).inserted {
            name = "\(base)-\(count)"
            count += 1
        }
        return name
    }

    /// Each place with its lesson, by the piece's index, or what is wrong with it.
    private func uses(of pieces: [NotesPage.Piece]) -> [(Int, Result<LessonUse, BackstepError>)] {
        let home = page == "-" ? "" : (page as NSString).deletingLastPathComponent
        var number = 0
        return pieces.enumerated().compactMap { index, piece in
            let result: Result<LessonUse, BackstepError>
            do throws(BackstepError) {
                let use: LessonUse
                switch piece {
                case .text: return nil
                case .block(let block):
                    number += 1
                    use = try LessonUse(block, page: page, folder: home, standard: options, number: number)
                case .image(let image): use = try LessonUse(image, page: page, folder: home, standard: options)
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

    /// Pictures of an earlier run that the page shows no more.
    private func remove(_ before: DrawnPictures, except after: DrawnPictures) {
        let kept = Set(after.drawn.values.joined().map(\.file))
        for file in before.drawn.values.joined().map(\.file) where !kept.contains(file) {
            // The list may have been written by anybody: the folder itself and what lies elsewhere are not ours.
            guard !file.isEmpty, !file.hasPrefix("."), !file.contains("/") else { continue }
            try? FileManager.default.removeItem(atPath: "\(folder)/\(file)")
        }
    }

    /// From one folder to another, both as they were given.
    static func path(from home: String, to folder: String) -> String {
        func parts(_ path: String) -> [String] { URL(fileURLWithPath: path.isEmpty ? "." : path).standardizedFileURL.pathComponents }
        let (from, to) = (parts(home), parts(folder))
        let common = zip(from, to).prefix { $0 == $1 }.count
        let steps = Array(repeating: "..", count: from.count - common) + to.dropFirst(common)
        return steps.isEmpty ? "." : steps.joined(separator: "/")
    }
}
