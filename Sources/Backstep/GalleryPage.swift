package import CairoBackend
import Drawing
import Foundation
import Lessons

/// A page, README.md, that shows all pictures of a gallery, each with a link to its lesson.
enum GalleryPage {
    struct Entry {
        let name: String
        let title: String
        let description: String
        /// In the gallery's folder; the first is shown, the others are linked.
        let figures: [(alternative: String, files: [String])]
        /// Frames and documents of the step-through.
        let frames: [String]
        let document: String?
    }

    /// - Parameter lessons: the way from the page to the folder of the lessons; nil where there is none.
    static func text(_ entries: [Entry], lessons: String?) -> String {
        var text = "# Gallery\n\nEvery picture is drawn from the lesson that its heading links to, by `backstep gallery`.\n\n"
        for entry in entries { text += "- [\(NotesWriter.escaped(entry.title))](#\(entry.name))\n" }
        for entry in entries {
            let title = NotesWriter.escaped(entry.title)
            text += "\n<a id=\"\(entry.name)\"></a>\n\n## "
            text += lessons.map { "[\(title)](\($0)/\(entry.name).yaml)" } ?? title
            text += "\n\n\(NotesWriter.escaped(entry.description))\n"
            for figure in entry.figures {
                guard let shown = figure.files.first(where: { $0.hasSuffix(".png") }) ?? figure.files.first else { continue }
                text += "\n![\(NotesWriter.escaped(figure.alternative))](\(shown))\n\n"
                text += figure.files.map { "[\(($0 as NSString).pathExtension.uppercased())](\($0))" }.joined(separator: " · ") + "\n"
            }
            if !entry.frames.isEmpty {
                text += "\n<details><summary>Some of its steps</summary>\n"
                for frame in entry.frames { text += "\n![\(NotesWriter.escaped((frame as NSString).deletingPathExtension))](\(frame))\n" }
                text += "\n</details>\n"
            }
            if let document = entry.document { text += "\n[All steps, a page each](\(document))\n" }
        }
        return text
    }
}

extension LessonFile {
    /// - Parameter jobs: what the gallery draws of the lesson.
    func galleryEntry(_ jobs: [Press.Job], folder: String, alternatives: [String]) -> GalleryPage.Entry {
        func name(_ path: String) -> String {
            let name = (path as NSString).lastPathComponent
            return name.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed.subtracting(.init(charactersIn: "()"))) ?? name
        }
        let figures = zip(jobs, alternatives).map { (alternative: $1, files: $0.files.map { name($0.path) }) }
        let rest = jobs.dropFirst(alternatives.count).flatMap(\.files).map(\.path).map(name)
        return GalleryPage.Entry(
            name: self.name, title: title ?? self.name, description: lesson.description ?? "", figures: figures,
            frames: rest.filter { $0.hasSuffix(".png") }, document: rest.first { $0.hasSuffix(".pdf") })
    }
}

extension Press {
    /// Everything that a gallery holds, its page included.
    /// - Parameters:
    ///   - home: the folder of the lessons, as the page is to name it; nil for bundled ones outside of a checkout.
    ///   - told: of each experiment when it has been run.
    package func gallery(
        _ files: [LessonFile], formats: [PictureFormat], folder: String, home: String?,
        told: (LessonFile, MeasuredExperiment) -> Void = { _, _ in }
    ) throws(BackstepError) -> [Job] {
        var jobs: [Job] = []
        var entries: [GalleryPage.Entry] = []
        for file in files {
            let measured = try file.lesson.measured()
            if let measured { told(file, measured) }
            let drawn = try file.galleryJobs(self, of: measured, formats: formats, folder: folder)
            var alternatives: [String] = []
            for job in drawn { if let alternative = try job.alternative() { alternatives.append(alternative) } }
            entries.append(file.galleryEntry(drawn, folder: folder, alternatives: alternatives))
            jobs += drawn
        }
        let page = Array(GalleryPage.text(entries, lessons: home.map { NotesBuilder.path(from: folder, to: $0) }).utf8)
        return jobs + [Job(content: .files { _ in [("\(folder)/README.md", page)] }, files: [])]
    }
}

extension Press.Job {
    /// Of one of the lesson's own figures, which are drawn already; nil for frames, which are not.
    fileprivate func alternative() throws(BackstepError) -> String? {
        guard case .picture(let make) = content, let path = files.first?.path, !path.contains("-step-") else { return nil }
        do {
            return try make().alternative
        } catch let error as BackstepError {
            throw error
        } catch {
            throw BackstepError(.internalFault, "\(error)")
        }
    }
}
