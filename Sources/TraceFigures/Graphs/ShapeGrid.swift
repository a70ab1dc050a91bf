import Drawing

/// Shapes by the squares of the page that they touch, so that near ones are found without visiting all.
struct ShapeGrid {
    private var shapes: [ConvexShape] = []
    /// What each shape is a part of, if it is.
    private var owners: [Int?] = []
    /// For each square, by column and row, the indices of its shapes.
    private var squares: [SIMD2<Int32>: [Int]] = [:]

    /// The side of a square, in points.
    private static let side = 48.0

    init(_ shapes: some Sequence<ConvexShape>) { for shape in shapes { insert(shape) } }

    mutating func insert(_ shape: ConvexShape, of owner: Int? = nil) {
        Self.forEachSquare(of: shape.bounds) { square in
            squares[square, default: []].append(shapes.count)
            return false
        }
        shapes.append(shape)
        owners.append(owner)
    }

    /// Whether any of the shapes, besides those of one owner, comes nearer than `clearance` points.
    func comesNear(_ shape: ConvexShape, clearance: Double, besides owner: Int? = nil) -> Bool {
        Self.forEachSquare(of: shape.bounds.insetBy(-clearance, -clearance)) { square in
            squares[square]?.contains { (owner == nil || owners[$0] != owner) && shapes[$0].comesNear(shape, clearance: clearance) }
                ?? false
        }
    }

    /// The number of shapes that come nearer than `clearance` points.
    func count(near shape: ConvexShape, clearance: Double) -> Int {
        var near: Set<Int> = []
        Self.forEachSquare(of: shape.bounds.insetBy(-clearance, -clearance)) { square in
            near.formUnion(squares[square] ?? [])
            return false
        }
        return near.count { shapes[$0].comesNear(shape, clearance: clearance) }
    }

    /// Stops at the first square for which the body returns true; returns whether there was one.
    @discardableResult
    private static func forEachSquare(of bounds: Rect, _ isDone: (SIMD2<Int32>) -> Bool) -> Bool {
        func index(_ at: Double) -> Int32 { Int32(max(-1e6, min((at / side).rounded(.down), 1e6))) }
        guard bounds.minX <= bounds.maxX, bounds.minY <= bounds.maxY else { return false }
        for row in index(bounds.minY)...index(bounds.maxY) {
            for column in index(bounds.minX)...index(bounds.maxX) where isDone([column, row]) { return true }
        }
        return false
    }
}
