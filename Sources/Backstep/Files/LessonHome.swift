import Drawing
import Escaping
import Forms
package import NumberFiles

/// Where the files of numbers are that a lesson names.
package enum LessonHome: Sendable {
    /// In a folder, to which their names are relative, or below it.
    /// - Parameter bounds: what may be read instead, links followed; nil: that folder.
    case folder(String, within: FolderBounds?)
    /// Compiled into the program, as the lesson is.
    case bundled
    /// Nowhere, with the reason: "the standard input has no folder".
    case nowhere(String)

    /// The folder of a lesson's file.
    package static func folder(of path: String, within bounds: FolderBounds?) -> LessonHome { .folder(path.folderOfPath, within: bounds) }

    package var numbers: NumberSource {
        switch self {
        case .nowhere(let reason): .none(reason)
        case .bundled:
            NumberSource { name in
                .failure(NumberFileError("\(Printable.text(name)) is not bundled with the program", expected: nil))
            } pieces: { name in
                BundledLessons.recording(named: name).map { .success($0) }
                    ?? .failure(NumberFileError("\(Printable.text(name)) is not bundled with the program", expected: nil))
            }
        case .folder(let folder, let bounds):
            NumberSource {
                Self.found($0, in: folder, within: bounds, most: Limits.numberFileBytes) { (bounds, path) throws(BackstepError) in
                    let bytes = try bounds.bytes(path, most: Limits.numberFileBytes)
                    var digest = Fingerprint()
                    digest.mix(bytes.count)
                    for byte in bytes { digest.mix(byte: byte) }
                    return NumberSource.File(bytes: bytes, digest: digest.hexadecimal)
                }
            } pieces: {
                Self.found($0, in: folder, within: bounds) { (bounds, path) throws(BackstepError) in try bounds.pieces(path) }
            }
        }
    }

    /// The path of a file that a lesson in a folder names.
    static func path(of name: String, in folder: String) -> String {
        let slash = UInt8(ascii: "/")
        if folder.isEmpty || name.utf8.first == slash { return name }
        return folder.utf8.last == slash ? folder + name : "\(folder)/\(name)"
    }

    /// What `read` gives of the path of a name, where it lies in the folder or the bounds.
    /// - Parameter most: a file of more bytes is refused before any of them is in memory.
    private static func found<Value>(
        _ name: String, in folder: String, within bounds: FolderBounds?, most: Int = .max,
        _ read: (FolderBounds, String) throws(BackstepError) -> Value
    ) -> Result<Value, NumberFileError> {
        let path = path(of: name, in: folder)
        let isOwn = bounds == nil
        guard !isOwn || FolderBounds(folder).contain(path) else {
            return .failure(
                NumberFileError("\(Printable.text(path)) is outside the lesson's folder", expected: "a file in that folder or below"))
        }
        do {
            let bounds = bounds ?? FolderBounds(folder)
            if bounds.contain(path), InputFile.size(path) > most { return .failure(.tooLarge(Printable.text(name))) }
            return .success(try read(bounds, path))
        } catch {
            return .failure(NumberFileError(Printable.text(error.description), expected: nil))
        }
    }
}
