import CCairo
import Drawing

/// Font faces opened for Cairo. It is sendable because the pool lends it to one thread at a time.
final class FaceSet: @unchecked Sendable {
    private var faces: [ObjectIdentifier: OpaquePointer] = [:]

    /// Cairo's font face for a file; the set owns it.
    func cairoFace(for file: FontFile) throws(FontError) -> OpaquePointer {
        if let face = faces[ObjectIdentifier(file)] { return face }
        let opened = try FreeType.open(file)
        let face = cairo_ft_font_face_create_for_ft_face(opened, Int32(FT_LOAD_NO_HINTING))
        // Cairo may keep using the face after our last use, so the FreeType face is closed only when Cairo frees its own.
        let status = cairo_font_face_set_user_data(face, Self.closingKey, opened) { face in
            if let face { FreeType.close(face.assumingMemoryBound(to: FT_FaceRec_.self)) }
        }
        guard let face, status == CAIRO_STATUS_SUCCESS else {
            cairo_font_face_destroy(face)
            throw .unreadable(file: file.path)
        }
        faces[ObjectIdentifier(file)] = face
        return face
    }

    deinit { for face in faces.values { cairo_font_face_destroy(face) } }

    nonisolated(unsafe) private static let closingKey = UnsafeMutablePointer<cairo_user_data_key_t>.allocate(capacity: 1)
}

/// The face sets that are not in use. There are as many sets as pictures were ever drawn at the same time.
final class FaceSetPool: Sendable {
    private let idle = Guarded<[FaceSet]>([])

    func withSet<Result, Failure: Error>(_ body: (FaceSet) throws(Failure) -> Result) throws(Failure) -> Result {
        let set = idle.withLock { $0.popLast() } ?? FaceSet()
        defer { idle.withLock { $0.append(set) } }
        return try body(set)
    }
}
