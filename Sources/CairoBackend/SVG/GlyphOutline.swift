import CCairo

/// The outline of a glyph as the data of an SVG path, in the units of its font, y upwards. Told apart by identity: a font book makes one for each glyph.
final class GlyphOutline: Sendable {
    let path: String

    /// Nil where the face has no such glyph, or it has no ink.
    init?(of index: UInt32, in face: FT_Face) {
        guard FT_Load_Glyph(face, index, FT_Int32(FT_LOAD_NO_SCALE)) == 0, let slot = face.pointee.glyph else { return nil }
        var path: [UInt8] = []
        var functions = FT_Outline_Funcs(
            move_to: { to, path in GlyphOutline.append("M", [to], to: path, closing: true) },
            line_to: { to, path in GlyphOutline.append("L", [to], to: path) },
            conic_to: { control, to, path in GlyphOutline.append("Q", [control, to], to: path) },
            cubic_to: { a, b, to, path in GlyphOutline.append("C", [a, b, to], to: path) },
            shift: 0, delta: 0)
        let status = withUnsafeMutablePointer(to: &path) { FT_Outline_Decompose(&slot.pointee.outline, &functions, $0) }
        guard status == 0, !path.isEmpty else { return nil }
        self.path = String(decoding: path, as: UTF8.self) + "Z"
    }

    private static func append(
        _ command: Unicode.Scalar, _ points: [UnsafePointer<FT_Vector>?], to path: UnsafeMutableRawPointer?, closing: Bool = false
    ) -> Int32 {
        guard let path = path?.assumingMemoryBound(to: [UInt8].self) else { return 1 }
        if closing, !path.pointee.isEmpty { path.pointee.append(UInt8(ascii: "Z")) }
        path.pointee.append(UInt8(ascii: command))
        for (index, point) in points.enumerated() {
            guard let point else { return 1 }
            if index > 0 { path.pointee.append(UInt8(ascii: " ")) }
            path.pointee += "\(point.pointee.x) \(point.pointee.y)".utf8
        }
        return 0
    }
}

extension GlyphOutline: Hashable {
    static func == (a: GlyphOutline, b: GlyphOutline) -> Bool { a === b }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
