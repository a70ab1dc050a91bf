import CCairo
import Drawing

/// FreeType's library object. Different threads may use different faces, but only one at a time may open or close faces.
enum FreeType {
    private struct Library: @unchecked Sendable { var pointer: FT_Library? }
    private static let library = Guarded(Library())

    static func open(_ file: FontFile) throws(FontError) -> FT_Face {
        let face: Opened? = library.withLock { library in
            if library.pointer == nil { FT_Init_FreeType(&library.pointer) }
            var face: FT_Face?
            guard FT_New_Face(library.pointer, file.path, FT_Long(file.index), &face) == 0, let face else { return nil }
            guard face.pointee.units_per_EM > 0 else {
                FT_Done_Face(face)
                return nil
            }
            return Opened(face: face)
        }
        guard let face else { throw .unreadable(file: file.path) }
        return face.face
    }

    static func close(_ face: FT_Face) {
        let opened = Opened(face: face)
        library.withLock { _ in _ = FT_Done_Face(opened.face) }
    }

    /// Makes a face sendable for passing it into and out of the lock; it has one owner at a time.
    private struct Opened: @unchecked Sendable { var face: FT_Face }
}
