import CCairo

/// The outline of a glyph as SVG path data, in font units, y upwards. Compared by identity: a font book makes one object per glyph.
final class GlyphOutline: Sendable {
    /// A closed contour: its starting point, and the commands from there, such as "q3-4 5 6…".
    private struct Contour {
        let x, y: Int
        var rest: [UInt8] = []
        /// The current point.
        var end: (x: Int, y: Int)

        init(_ start: FT_Vector) {
            (x, y) = (Int(start.x), Int(start.y))
            end = (x, y)
        }

        mutating func append(_ command: Unicode.Scalar, _ points: [FT_Vector]) {
            rest.append(UInt8(ascii: command))
            for (index, point) in points.enumerated() {
                rest.append(Int(point.x) - end.x, separated: index > 0)
                rest.append(Int(point.y) - end.y, separated: true)
            }
            if let last = points.last { end = (Int(last.x), Int(last.y)) }
        }
    }

    private let contours: [Contour]

    /// Nil if the face has no such glyph or the glyph has no ink.
    init?(of index: UInt32, in face: FT_Face) {
        guard FT_Load_Glyph(face, index, FT_Int32(FT_LOAD_NO_SCALE)) == 0, let slot = face.pointee.glyph else { return nil }
        var contours: [Contour] = []
        var functions = FT_Outline_Funcs(
            move_to: { to, contours in GlyphOutline.add(to: contours) { if let to { $0.append(Contour(to.pointee)) } } },
            line_to: { to, contours in GlyphOutline.extend(contours, "l", [to]) },
            conic_to: { control, to, contours in GlyphOutline.extend(contours, "q", [control, to]) },
            cubic_to: { a, b, to, contours in GlyphOutline.extend(contours, "c", [a, b, to]) },
            shift: 0, delta: 0)
        let status = withUnsafeMutablePointer(to: &contours) { FT_Outline_Decompose(&slot.pointee.outline, &functions, $0) }
        guard status == 0, !contours.isEmpty else { return nil }
        self.contours = contours
    }

    private static func add(to contours: UnsafeMutableRawPointer?, _ change: (inout [Contour]) -> Void) -> Int32 {
        guard let contours = contours?.assumingMemoryBound(to: [Contour].self) else { return 1 }
        change(&contours.pointee)
        return 0
    }

    private static func extend(
        _ contours: UnsafeMutableRawPointer?, _ command: Unicode.Scalar, _ points: [UnsafePointer<FT_Vector>?]
    ) -> Int32 {
        add(to: contours) { contours in
            guard !contours.isEmpty else { return }
            contours[contours.count - 1].append(command, points.compactMap { $0?.pointee })
        }
    }

    func append(to path: inout [UInt8]) {
        for contour in contours {
            path.append(UInt8(ascii: "M"))
            path.append(contour.x, separated: false)
            path.append(contour.y, separated: true)
            path += contour.rest
            path.append(UInt8(ascii: "Z"))
        }
    }
}

extension GlyphOutline: Hashable {
    static func == (a: GlyphOutline, b: GlyphOutline) -> Bool { a === b }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension [UInt8] {
    /// - Parameter separated: whether to separate the number from the one before; a minus sign is enough.
    fileprivate mutating func append(_ number: Int, separated: Bool) {
        if separated, number >= 0 { append(UInt8(ascii: " ")) }
        self += "\(number)".utf8
    }
}
