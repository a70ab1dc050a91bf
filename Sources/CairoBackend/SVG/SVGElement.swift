import Drawing
import Escaping

/// An item of a display list as SVG markup, with holes for the parts that depend on the file: texts, clips and paints.
struct SVGElement: Sendable {
    /// The markup, with the byte `hole` at each hole.
    private(set) var markup: [UInt8] = []
    private var writesText = false
    /// The contents of the holes, in order.
    private(set) var fillings: [Filling] = []

    enum Filling: Sendable {
        /// An element.
        case text(SVGText)
        /// The attributes of a group, and its title.
        case group(Group, holdsGroups: Bool)
        /// A reference to a clip.
        case clip(Rect)
        /// The attributes of a paint.
        case paint(SVGPaint)
    }

    /// The byte for a hole. It can't occur in the markup, since XML forbids this control character.
    static let hole: UInt8 = 1

    /// - Parameter writesText: whether to write text as text rather than as the outlines of its letters.
    init(_ item: DisplayList.Item, _ book: FontBook, writesText: Bool = false) {
        self.writesText = writesText
        append(item, book)
    }

    /// The elements of a picture in drawing order, the background first.
    static func all(of picture: Picture, _ book: FontBook) -> [SVGElement] {
        ground(of: picture) + picture.content.items.map { SVGElement($0, book, writesText: picture.look.writesText) }
    }

    static func ground(of picture: Picture) -> [SVGElement] {
        picture.background.opacity > 0 ? [SVGElement(ground: picture.background, picture.size)] : []
    }

    init(ground paint: Paint, _ size: Size) {
        markup += "<rect width=\"".utf8
        markup.append(size.width, decimals: 3)
        markup += "\" height=\"".utf8
        markup.append(size.height, decimals: 3)
        markup += "\"".utf8
        leaveOpen(.paint(.fill(paint)))
        markup += "/>".utf8
    }

    private mutating func leaveOpen(_ filling: Filling) {
        markup.append(Self.hole)
        fillings.append(filling)
    }

    /// Appends the markup; `write` appends the contents of each hole.
    func append(to text: inout [UInt8], _ write: (Filling, inout [UInt8]) -> Void) {
        var start = 0
        for filling in fillings {
            guard let hole = markup[start...].firstIndex(of: Self.hole) else { break }
            text += markup[start..<hole]
            write(filling, &text)
            start = hole + 1
        }
        text += markup[start...]
    }
}

extension SVGElement {
    private mutating func append(_ item: DisplayList.Item, _ book: FontBook) {
        switch item {
        case .fill(let path, let paint): append(path, .fill(paint))
        case .stroke(let path, let stroke): append(path, .stroke(stroke))
        case .text(let run): append(run, book)
        case .clipped(let rect, let inside):
            markup += "<g".utf8
            leaveOpen(.clip(rect))
            markup += ">".utf8
            for item in inside { append(item, book) }
            markup += "</g>".utf8
        case .group(let group, let inside):
            markup += "<g".utf8
            leaveOpen(.group(group, holdsGroups: !DisplayList(items: inside).groups.isEmpty))
            for item in inside { append(item, book) }
            markup += "</g>".utf8
        }
    }

    private mutating func append(_ path: Path, _ paint: SVGPaint) {
        markup += "<path d=\"".utf8
        for element in path.elements {
            switch element {
            case .move(let point): append("M", [point])
            case .line(let point): append("L", [point])
            case .curve(let a, let b, let end): append("C", [a, b, end])
            case .close: markup.append(UInt8(ascii: "Z"))
            }
        }
        markup += "\"".utf8
        leaveOpen(.paint(paint))
        markup += "/>".utf8
    }

    private mutating func append(_ command: Unicode.Scalar, _ points: [Point]) {
        markup.append(UInt8(ascii: command))
        for (index, point) in points.enumerated() {
            if index > 0 { markup.append(UInt8(ascii: " ")) }
            markup.append(point.x, decimals: 2)
            markup.append(UInt8(ascii: " "))
            markup.append(point.y, decimals: 2)
        }
    }

    /// Glyphs are drawn in font units, each at its distance from the start of the line.
    private mutating func append(_ run: TextRun, _ book: FontBook) {
        let line = book.line(run.text, in: FontStyle(run.font))
        let x = Point(1, 0).rotated(by: run.rotation)
        if let halo = run.halo, let box = line.halo(size: run.font.size, followsText: run.followsText) {
            let corners = box.mapPoints { Point($0.x * x.x - $0.y * x.y, $0.x * x.y + $0.y * x.x) + run.origin }
            append(corners, .fill(halo))
        }
        if writesText { return append(line, of: run, x) }
        for piece in line.pieces {
            guard let unitsPerEm = book.unitsPerEm(of: piece.file) else { continue }
            let unit = run.font.size * piece.scale / unitsPerEm
            let shear = piece.sheared ? Glyph.shear : 0
            var matrix: [UInt8] = []
            for number in [unit * x.x, unit * x.y, unit * (shear * x.x + x.y), unit * (shear * x.y - x.x)] {
                matrix.append(number, decimals: 8)
                matrix.append(UInt8(ascii: " "))
            }
            matrix.append(run.origin.x, decimals: 2)
            matrix.append(UInt8(ascii: " "))
            matrix.append(run.origin.y, decimals: 2)
            let glyphs = piece.glyphs.compactMap { glyph in
                book.outline(of: glyph.index, in: piece.file).map {
                    SVGText.Glyph(outline: $0, place: Int((glyph.x * unitsPerEm / piece.scale).rounded()))
                }
            }
            if !glyphs.isEmpty { leaveOpen(.text(SVGText(matrix: matrix, color: run.color, glyphs: glyphs))) }
        }
    }
}

extension SVGElement {
    /// Appends a line as text. Each piece of one font has its own x and its measured length, which keeps the layout with other fonts.
    private mutating func append(_ line: GlyphLine, of run: TextRun, _ x: Point) {
        guard line.pieces.contains(where: { !$0.glyphs.isEmpty }) else { return }
        markup += "<text xml:space=\"preserve\"".utf8
        // Rotated text has its own coordinate system.
        var origin = run.origin
        if run.rotation != 0 {
            markup += " transform=\"matrix(".utf8
            for number in [x.x, x.y, -x.y, x.x] {
                markup.append(number, decimals: 6)
                markup.append(UInt8(ascii: " "))
            }
            markup.append(origin.x, decimals: 2)
            markup.append(UInt8(ascii: " "))
            markup.append(origin.y, decimals: 2)
            markup += ")\"".utf8
            origin = .zero
        }
        attribute("y", origin.y)
        if run.font.weight != .regular { markup += " font-weight=\"\(run.font.weight.inSVG)\"".utf8 }
        leaveOpen(.paint(.fill(run.color)))
        let ends = line.pieces.dropFirst().map { $0.glyphs.first?.x ?? line.width } + [line.width]
        let isOne = line.pieces.count == 1
        if !isOne { markup += ">".utf8 }
        for (piece, end) in zip(line.pieces, ends) {
            if !isOne { markup += "<tspan".utf8 }
            let start = piece.glyphs.first?.x ?? 0
            attribute("x", origin.x + start * run.font.size)
            let generic = run.font.family == .words ? "sans-serif" : "serif"
            markup += " font-family=\"'\(piece.file.family.filter { $0 != "'" }.escapedForXML)', \(generic)\"".utf8
            attribute("font-size", run.font.size * piece.scale)
            if piece.file.italic || piece.sheared { markup += " font-style=\"\(piece.file.italic ? "italic" : "oblique")\"".utf8 }
            if piece.glyphs.count > 1 {
                attribute("textLength", (end - start) * run.font.size)
                markup += " lengthAdjust=\"spacingAndGlyphs\"".utf8
            }
            markup += ">\(String(decoding: piece.utf8, as: UTF8.self).escapedForXML)\(isOne ? "" : "</tspan>")".utf8
        }
        markup += "</text>".utf8
    }

    private mutating func attribute(_ name: String, _ number: Double) {
        markup += " \(name)=\"".utf8
        markup.append(number, decimals: 2)
        markup.append(UInt8(ascii: "\""))
    }
}

extension Font.Weight {
    fileprivate var inSVG: Int {
        switch self {
        case .regular: 400
        case .medium: 500
        case .semibold: 600
        case .bold: 700
        }
    }
}

/// Glyphs of one font on one line.
struct SVGText: Sendable {
    struct Glyph: Sendable {
        let outline: GlyphOutline
        /// The distance from the start of the line, in font units.
        let place: Int
    }

    /// The six numbers of the matrix from font units to points of the picture.
    let matrix: [UInt8]
    let color: Paint
    let glyphs: [Glyph]

    /// Appends a group with a `use` element for each glyph.
    /// - Parameters:
    ///   - attributes: the attributes of the group, each after a space.
    ///   - reference: the name of the attribute for the reference.
    ///   - name: gives the id of an outline's definition.
    func append(to markup: inout [UInt8], attributes: [UInt8], reference: String, _ name: (GlyphOutline) -> String) {
        markup += "<g transform=\"matrix(".utf8
        markup += matrix
        markup += ")\"".utf8
        markup += attributes
        markup.append(UInt8(ascii: ">"))
        for glyph in glyphs {
            markup += "<use \(reference)=\"#\(name(glyph.outline))\"".utf8
            if glyph.place != 0 { markup += " x=\"\(glyph.place)\"".utf8 }
            markup += "/>".utf8
        }
        markup += "</g>".utf8
    }
}

extension [UInt8] {
    /// Appends a rounded number in fixed point without trailing zeros. Its magnitude must be below 10⁹.
    mutating func append(_ number: Double, decimals: Int) {
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (number * Double(scale)).rounded()
        guard scaled.magnitude < 1e18 else { return append(UInt8(ascii: "0")) }
        if scaled < 0 { append(UInt8(ascii: "-")) }
        let (whole, fraction) = Int(scaled.magnitude).quotientAndRemainder(dividingBy: scale)
        append(digitsOf: whole, count: 1)
        guard fraction > 0 else { return }
        append(UInt8(ascii: "."))
        append(digitsOf: fraction, count: decimals)
        while last == UInt8(ascii: "0") { removeLast() }
    }

    /// Appends a number with leading zeros up to `least` digits.
    private mutating func append(digitsOf number: Int, count least: Int) {
        let start = count
        var rest = number
        while rest > 0 || count - start < least {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        self[start...].reverse()
    }
}
