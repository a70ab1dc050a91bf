package import CairoBackend
import Foundation

/// Where pictures go.
package enum OutputTarget: Sendable {
    /// `FOLDER/LESSON.svg …`
    case folder(String, [PictureFormat])
    case file(String, PictureFormat)
    case standardOutput(PictureFormat)

    /// - Parameters:
    ///   - argument: a folder, a file by its ending, or `-`.
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
        let ending = (argument as NSString).pathExtension.lowercased()
        if let format = PictureFormat(rawValue: ending), !(exists && isFolder.boolValue), !argument.hasSuffix("/") {
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
        self = .folder(argument, formats ?? [.svg, .pdf, .png])
    }
}
