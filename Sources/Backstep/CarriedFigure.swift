package import CairoBackend
package import Drawing
import Foundation
import Lessons

/// A figure's file, with the lesson and the settings that are embedded in it.
package struct CarriedFigure: Sendable {
    package let path: String
    package let carried: EmbeddedLesson
    package let origin: FigureOrigin

    /// The most bytes of an SVG or PNG, which must be read whole. No figure is that large.
    private static let mostBytes = 64 << 20
    /// How many of a PDF's last bytes are read. It is more than Backstep writes after the pages: a lesson of 1 MiB in base 64, and the
    /// lists of objects and pages.
    private static let tailBytes = 8 << 20

    /// Nil if Backstep did not draw the file.
    /// - Throws: if it can't be read or the embedded data are damaged.
    package init?(_ path: String) throws(BackstepError) {
        let bytes = try Self.bytes(path)
        do {
            guard let figure = try CarriedFigure(path, bytes) else { return nil }
            self = figure
        } catch {
            throw BackstepError(.badLesson, "\(path): error: \(error)")
        }
    }

    /// From the bytes of a file that was read already.
    package init?(_ path: String, _ bytes: [UInt8]) throws(DamagedFigure) {
        guard let carried = try EmbeddedLesson(in: bytes) else { return nil }
        self.path = path
        self.carried = carried
        origin = FigureOrigin(carried.settings ?? "")
    }

    /// The part of a figure's file that contains the embedded data: all of an SVG or PNG, the end of a PDF.
    /// - Parameter isRegular: whether anything but a regular file is refused. Errors are then sentences about "it".
    package static func bytes(_ path: String, isRegular: Bool = false) throws(BackstepError) -> [UInt8] {
        try InputFile.figure(path, most: mostBytes, tail: tailBytes, isRegular: isRegular)
    }

    /// Tells whether a file that was read is damaged outside the embedded data.
    package static func damage(of bytes: [UInt8]) -> DamagedFigure? {
        EmbeddedLesson.damage(of: bytes, isWhole: bytes.count <= tailBytes || !bytes.starts(with: "%PDF-".utf8))
    }

    /// - Throws: if Backstep did not draw the file.
    package static func required(_ path: String) throws(BackstepError) -> CarriedFigure {
        guard let figure = try CarriedFigure(path) else {
            throw BackstepError(.badLesson, "\(path): error: it contains no lesson; Backstep did not draw it, or a program rewrote it")
        }
        return figure
    }

    /// The text of the embedded lesson.
    package func source() throws(BackstepError) -> String {
        guard let source = carried.source else {
            throw BackstepError(.badLesson, "\(path): error: it contains no lesson: it was drawn with --no-source")
        }
        return source
    }

    /// Whether a path has the file name extension of a figure.
    package static func isFigure(_ path: String) -> Bool {
        PictureFormat(rawValue: (path as NSString).pathExtension.lowercased()) != nil
    }

    /// The embedded lesson.
    package func lesson() throws(BackstepError) -> LessonFile {
        let file = origin.lesson ?? path
        return try LessonFile(
            source: try source(), file: file, name: ((origin.lesson ?? "lesson") as NSString).deletingPathExtension,
            home: .nowhere("the figure carries only its digest, since the numbers are too many"))
    }

    /// Draws the figure from a lesson with this figure's settings; nil if the lesson no longer has such a figure.
    package func redrawn(_ press: Press, from lesson: LessonFile) throws(BackstepError) -> Picture? {
        try lesson.picture(press, as: origin)
    }
}

extension LessonFile {
    /// Draws the figure that an origin describes; nil if the lesson has no such figure.
    func picture(_ press: Press, as origin: FigureOrigin) throws(BackstepError) -> Picture? {
        if let step = origin.step { return try frame(press, step, origin) }
        return try pictures(press, origin.options, orWider: true).first { $0.name == origin.figure }?.picture
    }
}
