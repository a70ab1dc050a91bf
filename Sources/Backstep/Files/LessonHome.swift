import Drawing
import Escaping
import Forms
package import NumberFiles

/// Where the files of numbers are that a lesson names.
package enum LessonHome: Sendable {
    /// In a folder, to which their names are relative, or below it.
    /// - Parameter bounds: what may be read instead, links followed; nil: that folder.
    case folder(String, within: FolderBounds?)
    /// Nowhere, with the reason: "a bundled lesson has no folder".
    case nowhere(String)

    /// The folder of a lesson's file.
    package static func folder(of path: String, within bounds: FolderBounds?) -> LessonHome { .folder(path.folderOfPath, within: bounds) }

    package var numbers: NumberSource {
        switch self {
        case .nowhere(let reason): .none(reason)
        case .folder(let folder, let bounds): NumberSource { Self.file($0, in: folder, within: bounds) }
        }
    }

    /// The path of a file that a lesson in a folder names.
    static func path(of name: String, in folder: String) -> String {
        let slash = UInt8(ascii: "/")
        if folder.isEmpty || name.utf8.first == slash { return name }
        return folder.utf8.last == slash ? folder + name : "\(folder)/\(name)"
    }

    private static func file(_ name: String, in folder: String, within bounds: FolderBounds?) -> Result<NumberSource.File, NumberFileError>
    {
        let path = path(of: name, in: folder)
        let isOwn = bounds == nil
        guard !isOwn || FolderBounds(folder).contain(path) else {
            return .failure(
                NumberFileError("\(Printable.text(path)) is outside the lesson's folder", expected: "a file in that folder or below"))
        }
        do {
            let bytes = try (bounds ?? FolderBounds(folder)).bytes(path, most: Limits.numberFileBytes)
            var digest = Fingerprint()
            digest.mix(bytes.count)
            for byte in bytes { digest.mix(byte: byte) }
            return .success(NumberSource.File(bytes: bytes, digest: digest.hexadecimal))
        } catch {
            return .failure(NumberFileError(Printable.text(error.description), expected: nil))
        }
    }
}
