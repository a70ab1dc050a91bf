package import CairoBackend
import Foundation

/// Where pictures go.
package enum OutputTarget: Hashable, Sendable {
    /// `FOLDER/LESSON.svg …`
    case folder(String, [PictureFormat])
    /// `BASE.svg …`; `BASE-NAME.svg …` where a lesson has several figures.
    case base(String, [PictureFormat])
    case file(String, PictureFormat)
    case standardOutput(PictureFormat)

    /// A name with a format's ending is a file. Any other is a folder where it exists as one, ends in a slash, or is to take several lessons,
    /// or where no formats are given; else, with formats given for one lesson, it is what the files are called before their endings.
    /// - Parameters:
    ///   - formats: as asked for; nil: all, or the file's own.
    package init(_ argument: String, formats: [PictureFormat]?, lessons: Int) throws(BackstepError) {
        if argument == "-" {
            guard lessons == 1, let formats, formats.count == 1 else {
                throw BackstepError(.usage, "-o - takes one lesson and one format: -f svg, -f pdf or -f png")
            }
            self = .standardOutput(formats[0])
            return
        }
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder)
        if (exists && isFolder.boolValue) || argument.hasSuffix("/") {
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
        if let formats, lessons == 1 {
            self = .base(argument, formats)
        } else {
            self = .folder(argument, formats ?? PictureFormat.usual)
        }
    }
}

extension PictureFormat {
    /// What is drawn where nobody says.
    package static let usual: [PictureFormat] = [.svg, .pdf, .png]
}
