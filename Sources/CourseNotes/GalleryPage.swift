import Autodiff
package import Backstep
package import CairoBackend
import Drawing
import Escaping
import Foundation
import Lessons
import NeuralNetworks

/// The page of a gallery, README.md, which shows a picture of each lesson with a link to the lesson.
enum GalleryPage {
    struct Entry {
        let name: String
        let title: String
        let description: String
        /// The figures, with file names relative to the gallery's folder. The page shows the PNG of the first, or its other format.
        let figures: [(alternative: String, files: [String])]
        /// The files of some frames of the step-through, and a PDF of them all.
        let frames: [String]
        let document: String?
    }

    /// The beginning of the page, by which it is distinguished from other files named README.md.
    private static let beginning = "# Gallery\n\nEvery picture is drawn from the lesson that its heading links to, by `backstep gallery`."

    /// - Throws: `BackstepError.cannotWrite` if there is a README.md that is not a gallery's page.
    static func refuseAnothers(_ path: String) throws(BackstepError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 0 else { return }
        let bytes = try? InputFile.regularBytes(path, most: 1 << 12)
        guard bytes?.starts(with: beginning.utf8) != true else { return }
        throw BackstepError(
            .cannotWrite, "\(path) exists and is not a gallery's page; it is left as it is; expected a folder of its own")
    }

    /// - Parameter lessons: the relative path from the page to the folder of the lessons; nil if there is none.
    static func text(_ entries: [Entry], lessons: String?) -> String {
        var text = beginning + "\n\n"
        for entry in entries { text += "- [\(entry.title.escaped(forMarkdown: .inLine))](#\(entry.name.percentEncodedPath))\n" }
        for entry in entries {
            let title = entry.title.escaped(forMarkdown: .inLine)
            text += "\n<a id=\"\(entry.name.escapedForTagInMarkdown)\"></a>\n\n## "
            text += lessons.map { "[\(title)](\("\($0)/\(entry.name).yaml".percentEncodedPath))" } ?? title
            text += "\n\n\(entry.description.escaped(forMarkdown: .lineStart))\n"
            let shown = entry.figures.first.flatMap { figure in
                (figure.files.first { $0.hasSuffix(".png") } ?? figure.files.first).map { (alternative: figure.alternative, file: $0) }
            }
            if let shown { text += "\n![\(shown.alternative.escaped(forMarkdown: .alternative))](\(shown.file))\n" }
            let others = (entry.figures.dropFirst().flatMap(\.files) + entry.frames + [entry.document].compactMap(\.self)).map {
                ($0.removingPercentEncoding ?? $0).escaped(forMarkdown: .inLine)
            }
            if !others.isEmpty { text += "\nAlso drawn: \(others.joined(separator: ", ")).\n" }
        }
        return text
    }
}

/// The part of a gallery for one lesson: its figures, and for a trace some steps, as PNGs and together as a PDF.
private struct GalleryWork: Sendable {
    let jobs: [Press.Job]
    let entry: GalleryPage.Entry
}

extension LessonFile {
    /// Runs the experiment and lays out the figures, but writes nothing.
    fileprivate func galleryWork(
        _ press: Press, formats: [PictureFormat], folder: String, told: (LessonFile, MeasuredExperiment) -> Void
    ) throws -> GalleryWork {
        let measured = try measured()
        if let measured { told(self, measured) }
        var options = PictureOptions()
        options.look.hasFewColors = true
        let pictures = try pictures(press, options, of: measured)
        let frames = try tellingFrames(press)
        let figures = jobs(for: .folder(folder, formats), pictures: pictures) ?? []
        let shown = frames.map { Press.File(path: "\(folder)/\(name)-step-\($0.number).png", format: .png) }
        let steps = zip(frames, shown).map { frame, file in Press.Job(content: .picture { frame.picture }, files: [file]) }
        let document =
            frames.isEmpty
            ? nil
            : Press.Job(
                content: .pages(frames.count) { frames[$0].picture },
                files: [Press.File(path: "\(folder)/\(name)-step-through.pdf", format: .pdf)]
            )
        func names(_ files: [Press.File]) -> [String] { files.map { Self.linked($0.path) } }
        return GalleryWork(
            jobs: figures + steps + [document].compactMap(\.self),
            entry: GalleryPage.Entry(
                name: name, title: title ?? name, description: lesson.description ?? "",
                figures: zip(pictures, figures).map { (alternative: $0.picture.alternative, files: names($1.files)) },
                frames: names(shown), document: document.map { Self.linked($0.files[0].path) }))
    }

    /// A file's name, percent-encoded for a link.
    private static func linked(_ path: String) -> String { (path as NSString).lastPathComponent.percentEncodedPath }
}

extension GalleryPage.Entry {
    fileprivate var fileCount: Int { figures.reduce(0) { $0 + $1.files.count } + frames.count + (document == nil ? 0 : 1) }
}

extension Press {
    /// Draws a gallery, and its page last.
    /// - Parameters:
    ///   - home: the folder of the lessons, to which the page links; nil for bundled lessons without a checkout.
    ///   - width: the number of lessons drawn at a time, which does not change the files.
    ///   - told: called with each experiment after it was run.
    ///   - progress: called with the number of lessons done.
    /// - Returns: the number of files.
    package func drawGallery(
        _ lessons: [LessonFile], formats: [PictureFormat], folder: String, home: String?, atATime width: Int = 2,
        told: @escaping @Sendable (LessonFile, MeasuredExperiment) -> Void,
        progress: @escaping @Sendable (Int) -> Void
    ) async throws -> Int {
        try GalleryPage.refuseAnothers("\(folder)/README.md")
        let ready = try readyWork(lessons, formats: formats, folder: folder, told: told)
        let order = Self.orderOfWork(lessons)
        let drawn = try await Self.concurrently(order, atATime: width, progress: progress) { index in
            let work = try ready[index] ?? lessons[index].galleryWork(self, formats: formats, folder: folder, told: told)
            for job in work.jobs { try run(job) }
            return work.entry
        }
        let entries = zip(order, drawn).sorted { $0.0 < $1.0 }.map(\.1)
        let page = GalleryPage.text(entries, lessons: home.map { NotesBuilder.path(from: folder, to: $0) })
        try WholeFile.write(Array(page.utf8), to: "\(folder)/README.md")
        return entries.reduce(1) { $0 + $1.fileCount }
    }

    /// Prepares the lessons, by index, whose files might have the names of another lesson's (`a-graph.yaml` beside `a.yaml`) or of an
    /// existing file, so that all conflicts are found before anything is written. Most galleries have no such lessons.
    private func readyWork(
        _ lessons: [LessonFile], formats: [PictureFormat], folder: String, told: (LessonFile, MeasuredExperiment) -> Void
    ) throws -> [Int: GalleryWork] {
        // Names must differ even if their figures don't conflict, since they are anchors in the page.
        var places = OutputFiles()
        var names: [String: Int] = [:]
        for (index, lesson) in lessons.enumerated() {
            try places.add("\(folder)/\(lesson.name)", from: lesson.source)
            names[lesson.name.lowercased()] = index
        }
        /// The lessons whose figures could have this file name.
        func owners(of name: String) -> [Int] {
            let name = name.lowercased()
            return name.indices.filter { name[$0] == "-" || name[$0] == "." }.compactMap { names[String(name[..<$0])] }
        }
        var indices: Set<Int> = []
        for (index, lesson) in lessons.enumerated() {
            let others = owners(of: lesson.name)
            if !others.isEmpty { indices.formUnion(others + [index]) }
        }
        let there = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in there where CarriedFigure.isFigure(name) && OutputFiles.isAnothersFigure("\(folder)/\(name)") {
            indices.formUnion(owners(of: name))
        }
        var files = OutputFiles()
        var ready: [Int: GalleryWork] = [:]
        for index in indices.sorted() {
            let work = try lessons[index].galleryWork(self, formats: formats, folder: folder, told: told)
            for file in work.jobs.flatMap(\.files) { try files.add(file.path, from: lessons[index].source) }
            ready[index] = work
        }
        try files.refuseOthersFigures()
        return ready
    }

    /// An order in which no core is idle at the end: first experiments, which use all cores, then the longest step-throughs.
    private static func orderOfWork(_ lessons: [LessonFile]) -> [Int] {
        let sizes = lessons.map { file in
            switch file.lesson.subject {
            case .experiment, .recording: Int.max
            case .network(let problem): (try? Cost(of: problem.network, batch: problem.inputs.shape[0]))?.scalars ?? 0
            case .expression(let problem): problem.program.lines.count
            }
        }
        return lessons.indices.sorted { (sizes[$0], $1) > (sizes[$1], $0) }
    }
}
