import CCairo
import Drawing

/// Faces opened for Cairo. A set is used by one thread at a time: the pool hands it out and takes it back, which is why it may cross threads.
final class FaceSet: @unchecked Sendable {
    private var faces: [ObjectIdentifier: OpaquePointer] = [:]

    /// Cairo's face for a file; owned by the set.
    func cairoFace(for file: FontFile) throws(FontError) -> OpaquePointer {
        if let face = faces[ObjectIdentifier(file)] { return face }
        let opened = try FreeType.open(file)
        let face = cairo_ft_font_face_create_for_ft_face(opened, Int32(FT_LOAD_NO_HINTING))
        // Cairo keeps scaled fonts alive past our last use, so the FreeType face is closed when Cairo lets go of its own.
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

/// As many sets as there are pictures drawn at once, kept for the next ones.
final class FaceSetPool: Sendable {
    private let idle = Guarded<[FaceSet]>([])

    func withSet<Result, Failure: Error>(_ body: (FaceSet) throws(Failure) -> Result) throws(Failure) -> Result {
        let set = idle.withLock { $0.popLast() } ?? FaceSet()
        defer { idle.withLock { $0.append(set) } }
        return try body(set)
    }
}
