import Autodiff
package import Backstep
package import CairoBackend
import Drawing
import Escaping
import Foundation
import Lessons
import NeuralNetworks

/// A page, README.md, that shows all pictures of a gallery, each with a link to its lesson.
enum GalleryPage {
    struct Entry {
        let name: String
        let title: String
        let description: String
        /// In the gallery's folder; of each the picture is shown that every viewer has, so that the page is the same for all formats.
        let figures: [(alternative: String, files: [String])]
        /// Frames of the step-through, and all of them as one document.
        let frames: [String]
        let document: String?
    }

    /// By which a gallery's page is told from another README.md.
    private static let beginning = "# Gallery\n\nEvery picture is drawn from the lesson that its heading links to, by `backstep gallery`."

    /// - Throws: `BackstepError.cannotWrite` where a README.md is there that is no gallery's page.
    static func refuseAnothers(_ path: String) throws(BackstepError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 0 else { return }
        let bytes = try? InputFile.regularBytes(path, most: 1 << 12)
        guard bytes?.starts(with: beginning.utf8) != true else { return }
        throw BackstepError(
            .cannotWrite, "\(path) is there and is no gallery's page; it is left as it is; expected a folder of the gallery's own")
    }

    /// - Parameter lessons: the way from the page to the folder of the lessons; nil where there is none.
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

/// What a gallery shows of one lesson: its figures, and of a trace some of its steps, as PNG and together as a PDF.
private struct GalleryWork: Sendable {
    let jobs: [Press.Job]
    let entry: GalleryPage.Entry
}

extension LessonFile {
    /// Measures and lays out, but writes nothing.
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
        let sequence = Press.Job(content: .sequence(frames.indices) { (frames[$0].picture, [shown[$0]]) }, files: shown)
        let document =
            frames.isEmpty
            ? nil
            : Press.Job(
                content: .pages(frames.count) { frames[$0].picture }, files: [Press.File(path: "\(folder)/\(name)-steps.pdf", format: .pdf)]
            )
        func names(_ files: [Press.File]) -> [String] { files.map { Self.linked($0.path) } }
        return GalleryWork(
            jobs: figures + [sequence, document].compactMap(\.self),
            entry: GalleryPage.Entry(
                name: name, title: title ?? name, description: lesson.description ?? "",
                figures: zip(pictures, figures).map { (alternative: $0.picture.alternative, files: names($1.files)) },
                frames: names(shown), document: document.map { Self.linked($0.files[0].path) }))
    }

    /// A file's name as a page links to it.
    private static func linked(_ path: String) -> String { (path as NSString).lastPathComponent.percentEncodedPath }
}

extension GalleryPage.Entry {
    fileprivate var fileCount: Int { figures.reduce(0) { $0 + $1.files.count } + frames.count + (document == nil ? 0 : 1) }
}

extension Press {
    /// Draws a gallery, its page last.
    /// - Parameters:
    ///   - home: the folder of the lessons, as the page is to name it; nil for bundled ones outside of a checkout.
    ///   - width: how many lessons are drawn at a time; the bytes are the same.
    ///   - told: of each experiment when it has been run.
    ///   - progress: told how many lessons are done.
    /// - Returns: how many files there are.
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

    /// The work on those lessons, by index, whose files might be another lesson's, `a-graph.yaml` beside `a.yaml`, or somebody's: all that can go wrong with
    /// names is told before anything is written. Most galleries have none.
    private func readyWork(
        _ lessons: [LessonFile], formats: [PictureFormat], folder: String, told: (LessonFile, MeasuredExperiment) -> Void
    ) throws -> [Int: GalleryWork] {
        // The page has one place for a name, whatever figures are drawn under it.
        var places = OutputFiles()
        var names: [String: Int] = [:]
        for (index, lesson) in lessons.enumerated() {
            try places.add("\(folder)/\(lesson.name)", from: lesson.source)
            names[lesson.name.lowercased()] = index
        }
        /// The lessons that a file's name could be of.
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

    /// Such that no core waits for a long one at the end: experiments, which run on all cores, then the longest step-throughs first.
    private static func orderOfWork(_ lessons: [LessonFile]) -> [Int] {
        let sizes = lessons.map { file in
            switch file.lesson.subject {
            case .experiment: Int.max
            case .network(let problem): (try? Cost(of: problem.network, batch: problem.inputs.shape[0]))?.scalars ?? 0
            case .expression(let problem): problem.program.lines.count
            }
        }
        return lessons.indices.sorted { (sizes[$0], $1) > (sizes[$1], $0) }
    }
}
