import Autodiff
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

    /// - Parameter lessons: the way from the page to the folder of the lessons; nil where there is none.
    static func text(_ entries: [Entry], lessons: String?) -> String {
        var text = "# Gallery\n\nEvery picture is drawn from the lesson that its heading links to, by `backstep gallery`.\n\n"
        for entry in entries { text += "- [\(entry.title.escaped(forMarkdown: .inLine))](#\(entry.name.percentEncodedPath))\n" }
        for entry in entries {
            let title = entry.title.escaped(forMarkdown: .inLine)
            text += "\n<a id=\"\(entry.name.escapedForTagInMarkdown)\"></a>\n\n## "
            text += lessons.map { "[\(title)](\("\($0)/\(entry.name).yaml".percentEncodedPath))" } ?? title
            text += "\n\n\(entry.description.escaped(forMarkdown: .lineStart))\n"
            for figure in entry.figures {
                guard let shown = figure.files.first(where: { $0.hasSuffix(".png") }) ?? figure.files.first else { continue }
                text += "\n![\(figure.alternative.escaped(forMarkdown: .alternative))](\(shown))\n"
            }
            if !entry.frames.isEmpty {
                text += "\n<details><summary>Some of its steps</summary>\n"
                for frame in entry.frames {
                    let name = ((frame.removingPercentEncoding ?? frame) as NSString).deletingPathExtension
                    text += "\n![\(name.escaped(forMarkdown: .alternative))](\(frame))\n"
                }
                text += "\n</details>\n"
            }
            if let document = entry.document { text += "\n[These steps, a page each](\(document))\n" }
        }
        return text
    }
}

extension LessonFile {
    /// Draws what a gallery shows of the lesson: its figures, and of a trace some of its steps, as PNG and together as a PDF.
    fileprivate func drawForGallery(
        _ press: Press, formats: [PictureFormat], folder: String, told: (LessonFile, MeasuredExperiment) -> Void
    ) throws -> GalleryPage.Entry {
        let measured = try lesson.measured()
        if let measured { told(self, measured) }
        let pictures = try pictures(press, PictureOptions(), of: measured)
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
        for job in figures + [sequence, document].compactMap(\.self) { try press.run(job) }
        func names(_ files: [Press.File]) -> [String] { files.map { Self.linked($0.path) } }
        return GalleryPage.Entry(
            name: name, title: title ?? name, description: lesson.description ?? "",
            figures: zip(pictures, figures).map { (alternative: $0.picture.alternative, files: names($1.files)) },
            frames: names(shown), document: document.map { Self.linked($0.files[0].path) })
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
        let order = Self.orderOfWork(lessons)
        let drawn = try await Self.concurrently(order.map { lessons[$0] }, atATime: width, progress: progress) {
            try $0.drawForGallery(self, formats: formats, folder: folder, told: told)
        }
        let entries = zip(order, drawn).sorted { $0.0 < $1.0 }.map(\.1)
        let page = GalleryPage.text(entries, lessons: home.map { NotesBuilder.path(from: folder, to: $0) })
        try WholeFile.write(Array(page.utf8), to: "\(folder)/README.md")
        return entries.reduce(1) { $0 + $1.fileCount }
    }

    /// Such that no core waits for a long one at the end: experiments, which run on all cores, then the longest step-throughs first.
    private static func orderOfWork(_ lessons: [LessonFile]) -> [Int] {
        let sizes = lessons.map { file in
            switch file.lesson.subject {
            case .experiment: Int.max
            case .network(let problem): (try? Cost(of: problem.network, batch: problem.inputs.shape[0]))?.scalars ?? 0
            case .expression(let program): program.lines.count
            }
        }
        return lessons.indices.sorted { (sizes[$0], $1) > (sizes[$1], $0) }
    }
}
