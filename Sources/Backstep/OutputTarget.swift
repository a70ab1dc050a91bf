package import CairoBackend
import Drawing
import Foundation

/// The destination of pictures.
package enum OutputTarget: Hashable, Sendable {
    /// `FOLDER/LESSON.svg …`
    case folder(String, [PictureFormat])
    /// `BASE.svg …`, or `BASE-NAME.svg …` if a lesson has several figures.
    case base(String, [PictureFormat])
    case file(String, PictureFormat)
    case standardOutput(PictureFormat)

    /// The endings of other pictures and documents.
    private static let others: Set<String> = [
        "jpg", "jpeg", "gif", "webp", "avif", "tif", "tiff", "bmp", "heic", "eps", "ps", "emf", "tikz", "tex", "html", "htm", "docx",
        "pptx",
    ]

    /// Interprets the argument of -o. An existing folder or a name that ends in a slash is a folder, and a name with a format's extension
    /// is a file. Any other name is the base of the files' names if formats are given for a single lesson, otherwise a folder.
    /// - Parameters:
    ///   - formats: the formats in the command; nil: all, or that of the file's extension.
    package init(_ argument: String, formats: [PictureFormat]?, lessons: Int) throws(BackstepError) {
        if argument == "-" {
            guard lessons == 1, let formats, formats.count == 1 else {
                throw BackstepError(.usage, "-o - takes one lesson and one format: \(PictureFormat.endings.map { "-f \($0)" }.inWords)")
            }
            self = .standardOutput(formats[0])
            return
        }
        if argument.isFolderPath || argument.hasSuffix("/") {
            self = .folder(argument, formats ?? PictureFormat.usual)
            return
        }
        let ending = (argument as NSString).pathExtension.lowercased()
        if let format = PictureFormat(rawValue: ending) {
            guard lessons == 1 else {
                throw BackstepError(.usage, "\(argument) is one file; expected a folder for \(lessons) lessons")
            }
            if let formats, formats != [format] {
                throw BackstepError(
                    .usage, "\(argument) ends in .\(ending), but -f says \(formats.map(\.rawValue).joined(separator: ","))")
            }
            self = .file(argument, format)
            return
        }
        // A name such as v1.2 is a folder's; one such as fig.jpg is meant for a picture.
        guard !Self.others.contains(ending) else {
            throw BackstepError(
                .usage,
                "\(argument): Backstep writes no .\(ending); expected a name that ends in \(PictureFormat.endingsInWords), or a folder")
        }
        if let formats, lessons == 1 {
            self = .base(argument, formats)
        } else {
            self = .folder(argument, formats ?? PictureFormat.usual)
        }
    }
}

extension PictureFormat {
    /// The default formats.
    package static let usual: [PictureFormat] = allCases

    /// What the names of figures' files end in, without a dot.
    package static let endings = allCases.map(\.rawValue)

    /// "svg, pdf or png".
    package static let inWords = endings.inWords

    /// ".svg, .pdf or .png".
    package static let endingsInWords = endings.map { ".\($0)" }.inWords

    /// "svg, pdf, png": what a list may have.
    package static let listed = endings.joined(separator: ", ")
}
