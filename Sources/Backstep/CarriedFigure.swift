package import CairoBackend
package import Drawing
import Foundation
import Lessons

/// A figure's file, with what it carries.
package struct CarriedFigure: Sendable {
    package let path: String
    package let carried: EmbeddedLesson
    package let origin: FigureOrigin

    /// More than any figure has that must be read whole: an SVG or a PNG.
    private static let mostBytes = 64 << 20
    /// More than what a PDF of Backstep has behind its pages: a lesson of 1 MiB in base 64, and the lists of objects and pages.
    private static let tailBytes = 8 << 20

    /// Nil where Backstep did not draw the file.
    /// - Throws: where it cannot be read, or what it carries is damaged.
    package init?(_ path: String) throws(BackstepError) {
        let bytes = try Self.bytes(path)
        do {
            guard let figure = try CarriedFigure(path, bytes) else { return nil }
            self = figure
        } catch {
            throw BackstepError(.badLesson, "\(path): error: \(error)")
        }
    }

    /// A file that was read.
    package init?(_ path: String, _ bytes: [UInt8]) throws(DamagedFigure) {
        guard let carried = try EmbeddedLesson(in: bytes) else { return nil }
        self.path = path
        self.carried = carried
        origin = FigureOrigin(carried.settings ?? "")
    }

    /// What of a figure's file tells what it carries: of a PDF, its last part.
    /// - Parameter isRegular: whether anything but a regular file is refused, in words about "it".
    package static func bytes(_ path: String, isRegular: Bool = false) throws(BackstepError) -> [UInt8] {
        try InputFile.figure(path, most: mostBytes, tail: tailBytes, isRegular: isRegular)
    }

    /// What is wrong with a file that was read, beside what it carries.
    package static func damage(of bytes: [UInt8]) -> DamagedFigure? {
        EmbeddedLesson.damage(of: bytes, isWhole: bytes.count <= tailBytes || !bytes.starts(with: "%PDF-".utf8))
    }

    /// - Throws: where nobody drew the file, or it carries no lesson.
    package static func required(_ path: String) throws(BackstepError) -> CarriedFigure {
        guard let figure = try CarriedFigure(path) else {
            throw BackstepError(.badLesson, "\(path): error: it carries no lesson; Backstep did not draw it, or a program rewrote it")
        }
        return figure
    }

    /// The lesson as it was written.
    package func source() throws(BackstepError) -> String {
        guard let source = carried.source else {
            throw BackstepError(.badLesson, "\(path): error: it carries no lesson: it was drawn with --no-source")
        }
        return source
    }

    /// Whether a path names a figure rather than a lesson.
    package static func isFigure(_ path: String) -> Bool {
        PictureFormat(rawValue: (path as NSString).pathExtension.lowercased()) != nil
    }

    /// The lesson that it carries.
    package func lesson() throws(BackstepError) -> LessonFile {
        let file = origin.lesson ?? path
        return try LessonFile(source: try source(), file: file, name: ((origin.lesson ?? "lesson") as NSString).deletingPathExtension)
    }

    /// What a lesson draws today with this figure's settings; nil where it has no such figure any more.
    package func redrawn(_ press: Press, from lesson: LessonFile) throws(BackstepError) -> Picture? {
        try lesson.picture(press, as: origin)
    }
}

extension LessonFile {
    /// The figure that an origin tells of; nil where the lesson has no such figure.
    func picture(_ press: Press, as origin: FigureOrigin) throws(BackstepError) -> Picture? {
        if let step = origin.step { return try frame(press, step, origin) }
        return try pictures(press, origin.options).first { $0.name == origin.figure }?.picture
    }
}
