package import Backstep
import CairoBackend
import Drawing
import Foundation

/// Turns a folder of pages with lessons into one of pages with pictures: each page is built as `NotesBuilder` builds one, and every other
/// file is copied. Paths stay what they were relative to the folder.
package struct NotesSite: Sendable {
    private let folder: String
    private let output: String
    private let settings: NotesSettings
    private let bounds: FolderBounds
    private let outputBounds: FolderBounds

    /// - Throws: if the folder does not exist, or the output is or would be inside it.
    package init(folder: String, output: String, settings: NotesSettings) throws(BackstepError) {
        guard output != "-" else {
            throw BackstepError(.usage, "\(folder) is a folder; expected -o and a folder for the new pages")
        }
        self.folder = folder.withoutLastSlash
        self.output = output.withoutLastSlash
        bounds = try FolderBounds(existing: folder)
        outputBounds = FolderBounds(output)
        guard !bounds.contain(output) else {
            throw BackstepError(.usage, "\(output) is in the folder \(folder), from which it is made; expected a folder beside it")
        }
        if let root = settings.root { _ = try FolderBounds(existing: root) }
        self.settings = settings
    }

    package static let pageEndings = ["md", "markdown", "mdx", "qmd", "ipynb"]

    /// A file of the folder, by its path in it.
    private enum Input: Sendable {
        case page(String)
        case other(String)
    }

    /// A page after its lessons were read, or the error for which nothing is made of it.
    private struct Page: Sendable {
        let path: String
        let prepared: Result<NotesBuilder.Prepared, BackstepError>
    }

    /// The files of the folder, sentences about what is left out, errors for what can't be read, and whether all of the folder could be.
    /// Hidden files and folders are left out without a sentence.
    private func inputs() -> (files: [Input], warnings: [String], closed: [BackstepError], isWhole: Bool) {
        let walk = FolderWalk(folder) { _ in true }
        let closed = walk.closed.filter { !Self.isHidden(Self.own($0.path, in: folder)) }.map { path, reason in
            BackstepError(.checkFailed, "\(path): error: \(reason)")
        }
        var warnings: [String] = []
        var files: [Input] = []
        for path in walk.paths {
            let own = Self.own(path, in: folder)
            var (link, status) = (stat(), stat())
            guard !Self.isHidden(own), !own.hasSuffix(PictureNames.listEnding), lstat(path, &link) == 0 else { continue }
            let isKnown = stat(path, &status) == 0
            switch isKnown ? status.st_mode & S_IFMT : 0 {
            case S_IFDIR where link.st_mode & S_IFMT == S_IFDIR: continue
            case S_IFREG where bounds.contain(path):
                files.append(Self.pageEndings.contains((own as NSString).pathExtension.lowercased()) ? .page(own) : .other(own))
            default: warnings.append("\(path): it is left out: it is no file of this folder")
            }
        }
        return (files, warnings, closed, walk.closed.isEmpty)
    }

    /// A path relative to the folder. By bytes, since a slash followed by a combining mark would be a single Character.
    private static func own(_ path: String, in folder: String) -> String {
        String(decoding: path.utf8.dropFirst(folder.utf8.count + 1), as: UTF8.self)
    }

    /// Whether a file is in a folder that other programs fill, or is hidden.
    private static func isHidden(_ path: String) -> Bool {
        path.utf8.split(separator: UInt8(ascii: "/")).contains {
            $0.first == UInt8(ascii: ".") || $0.elementsEqual("_build".utf8) || $0.elementsEqual("_site".utf8)
        }
    }

    /// Everything that a run is going to do.
    private struct Plan: Sendable {
        var pages: [Page] = []
        var copies: [String] = []
        var before = SiteList()
        var after = SiteList()
        var outcome = NotesOutcome()
        /// Pages of which nothing is made, and what can't be read.
        var failures: [BackstepError] = []

        /// Files of an earlier run that nothing is made into any more.
        var gone: [(path: String, file: SiteList.File)] {
            before.files.filter { after.files[$0.key] == nil }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
    }

    private func plan() async throws -> Plan {
        let (files, warnings, closed, isWhole) = inputs()
        var plan = Plan()
        plan.outcome.warnings = warnings
        plan.before = try SiteList(in: output)
        plan.copies = files.compactMap { if case .other(let path) = $0 { path } else { nil } }
        var settings = settings
        settings.root = settings.root ?? folder
        let (site, copies) = (settings, Set(plan.copies.map { "\(output)/\($0)" }))
        plan.pages = try await Press.concurrently(
            files.compactMap { if case .page(let path) = $0 { path } else { nil } }, atATime: 2, progress: { _ in },
            { path in
                do throws(BackstepError) {
                    let builder = try NotesBuilder(
                        page: "\(folder)/\(path)", output: "\(output)/\(path)", settings: site, others: copies)
                    let prepared = try builder.prepared()
                    if prepared.isStrict, let error = BackstepError.all(of: prepared.outcome.problems) { throw error }
                    return Page(path: path, prepared: .success(prepared))
                } catch {
                    guard error.isOfTheLesson else { throw error }
                    let said = error.description
                    return Page(
                        path: path,
                        prepared: .failure(said.contains(": error: ") ? error : LessonUse.fault("\(folder)/\(path)", 1, said)))
                }
            })
        for page in plan.pages {
            switch page.prepared {
            case .success(let prepared):
                plan.outcome.add(prepared.outcome)
                var hash = Fingerprint()
                for byte in prepared.outcome.text.utf8 { hash.mix(byte: byte) }
                let pictures = FolderBounds.path(fromFolder: output, to: prepared.shelf.folder)
                plan.after.files[page.path] = .init(fingerprint: hash.hexadecimal, pictures: pictures)
            case .failure(let error):
                plan.failures.append(error)
                plan.after.files[page.path] = plan.before.files[page.path]
            }
        }
        plan.failures += closed
        for path in plan.copies {
            guard let fingerprint = Fingerprint.ofFile(FolderBounds.resolved("\(folder)/\(path)") ?? "") else {
                throw BackstepError(.noInput, "cannot read \(folder)/\(path)")
            }
            plan.after.files[path] = .init(fingerprint: fingerprint)
        }
        // What can't be read is not gone.
        if !isWhole { plan.after.files.merge(plan.before.files) { new, _ in new } }
        return plan
    }

    /// - Throws: if a file would be replaced that no earlier run has made, unless it is the same already.
    private func refuseOthers(_ plan: Plan) throws(BackstepError) {
        for (path, file) in plan.after.files.sorted(by: { $0.key < $1.key }) where plan.before.files[path] == nil {
            var status = stat()
            guard lstat("\(output)/\(path)", &status) == 0, Fingerprint.ofFile("\(output)/\(path)") != file.fingerprint else { continue }
            throw BackstepError(
                .cannotWrite, "\(output)/\(path) exists and was not made from \(folder); it is left as it is; expected a folder of its own")
        }
    }

    /// Deletes files that nothing is made into any more, if nobody changed them, and their pictures.
    private func clear(_ plan: Plan) -> Int {
        var count = 0
        for (path, file) in plan.gone where outputBounds.contain("\(output)/\(path)") {
            if Fingerprint.ofFile("\(output)/\(path)") == file.fingerprint, unlink("\(output)/\(path)") == 0 { count += 1 }
            clearPictures(of: path, file)
            // rmdir takes only empty folders.
            var parent = path.folderOfPath
            while !parent.isEmpty, rmdir("\(output)/\(parent)") == 0 { parent = parent.folderOfPath }
        }
        for (path, file) in plan.before.files {
            if let new = plan.after.files[path], new.pictures != file.pictures { clearPictures(of: path, file) }
        }
        return count
    }

    private func clearPictures(of path: String, _ file: SiteList.File) {
        guard let pictures = file.pictures else { return }
        let folder = "\(output)/\(pictures)"
        let isNamed = settings.figures.map { FolderBounds.resolved($0) == FolderBounds.resolved(folder) } ?? false
        guard outputBounds.contain(folder) || isNamed else { return }
        NotesBuilder.Shelf.clear(page: "\(output)/\(path)", in: folder, format: settings.format, dialect: settings.dialect)
        if outputBounds.contain(folder), FolderBounds.resolved(folder) != FolderBounds.resolved(output) { rmdir(folder) }
    }
}

extension NotesSite: NotesMaker {
    package func build(isStrict: Bool) async throws -> NotesOutcome {
        var plan = try await plan()
        if isStrict, let error = BackstepError.all(of: plan.failures + plan.outcome.problems) { throw error }
        try refuseOthers(plan)
        // A killed run leaves no file that is in no list.
        var during = plan.after
        during.files.merge(plan.before.files) { new, _ in new }
        try during.write(to: output)
        for path in plan.copies where Fingerprint.ofFile("\(output)/\(path)") != plan.after.files[path]?.fingerprint {
            try OutputFiles.refuse("\(output)/\(path)", madeFrom: "\(folder)/\(path)")
            try WholeFile.copy("\(folder)/\(path)", within: bounds, to: "\(output)/\(path)")
            plan.outcome.copied += 1
        }
        for page in plan.pages { try page.prepared.success?.write() }
        plan.outcome.cleared = clear(plan)
        try plan.after.write(to: output)
        if let error = BackstepError.all(of: plan.failures) { throw error }
        return plan.outcome
    }

    package func changes() async throws -> [String] {
        let plan = try await plan()
        var found = plan.failures.map(\.description)
        for page in plan.pages { found += page.prepared.success?.changes ?? [] }
        for path in plan.copies where Fingerprint.ofFile("\(output)/\(path)") != plan.after.files[path]?.fingerprint {
            found.append("\(output)/\(path): error: this is not \(folder)/\(path)")
        }
        for (path, file) in plan.gone where Fingerprint.ofFile("\(output)/\(path)") == file.fingerprint {
            found.append("\(output)/\(path): error: \(folder)/\(path) no longer exists")
        }
        return found
    }

    package func inputs(of outcome: NotesOutcome) -> [String] {
        let files = inputs().files.map { file in
            switch file {
            case .page(let path), .other(let path): "\(folder)/\(path)"
            }
        }
        return files + outcome.lessons
    }
}

extension NotesOutcome {
    fileprivate mutating func add(_ page: NotesOutcome) {
        drawn += page.drawn
        kept += page.kept
        problems += page.problems
        warnings += page.warnings
        lessons += page.lessons
    }
}

extension Result {
    fileprivate var success: Success? { try? get() }
}
